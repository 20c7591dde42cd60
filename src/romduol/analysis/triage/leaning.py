"""The words found in a message come in; how far they lean towards harm together goes out.

A weak sign ("you", "if", "tonight") says nothing alone; several in one message do, and so do the
signs of everyday life against them. Weights are log-odds of a logistic regression on the concepts
of the open halves of the functional suite and of the second author's probe, penalised (L2, 3) and
rounded. They are two authors' lines, unread by native readers: they order messages and no more.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp

from romduol.analysis.triage.lexicon import Word

MOST = 0.45  # below what flags: leaning alone never does
_SHOWN = 0.5  # log-odds: a message that leans less towards harm has no reason for it
START = "START"  # the row of the table that holds what is assumed before any word is seen


@dataclass(frozen=True, slots=True)
class Leaning:
    """``adds`` to a score (0 to ``MOST``), ``keeps`` of every reason (0.5 to 1).

    ``raising`` is the word that leans most where all lean clearly towards harm together,
    ``lowering`` the one that leans most the other way where they lean away; else None.
    """

    adds: float
    keeps: float
    raising: int | None
    lowering: int | None


def weights() -> dict[str, float]:
    """Log-odds by concept; a concept that is not there leans neither way."""
    file = files("romduol.analysis") / "data" / "lexicon" / "leanings.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {row["concept"]: float(row["weight"]) for row in rows}


class Leanings:
    """How words of one lexicon lean; ``words`` are asked for by their index."""

    def __init__(self, words: Sequence[Word], weights: Mapping[str, float]) -> None:
        unknown = weights.keys() - {START} - {c for word in words for c in word.concepts}
        if unknown:
            raise ValueError(f"no word carries {', '.join(sorted(unknown))}")
        self._start = weights[START]
        self._weights = weights
        self._concepts = [
            frozenset(c for c in word.concepts if c in weights) for word in words
        ]  # fmt: skip
        self._own = [sum(map(weights.__getitem__, concepts)) for concepts in self._concepts]
        self.of = lru_cache(maxsize=65536)(self._of)

    def _of(self, found: frozenset[int]) -> Leaning:
        """How the words ``found`` lean together; each concept counts once."""
        concepts = frozenset().union(*(self._concepts[word] for word in found))
        leant = sum(map(self._weights.__getitem__, sorted(concepts)))
        chance = 1 / (1 + exp(-self._start - leant))
        order = sorted(found, key=lambda word: (self._own[word], word))
        low, high = order[0], order[-1]
        return Leaning(
            MOST * chance,
            min(1.0, 0.5 + chance),
            high if leant >= _SHOWN else None,
            low if chance < 0.5 and self._own[low] < 0 else None,
        )
