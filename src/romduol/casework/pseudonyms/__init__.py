"""Words that could name someone: what a person ruled about them, and what stands there instead."""

from romduol.casework.pseudonyms.labels import Labels
from romduol.casework.pseudonyms.rulings import Ruled, Ruling, replacements

__all__ = ["Labels", "Ruled", "Ruling", "replacements"]
