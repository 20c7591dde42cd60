"""The practice study: a synthetic study, with the truth about it, to learn and to prove on."""

from romduol.casework.practice.study import PracticeFolderNotEmpty, generate
from romduol.casework.practice.truth import Truth

__all__ = ["PracticeFolderNotEmpty", "Truth", "generate"]
