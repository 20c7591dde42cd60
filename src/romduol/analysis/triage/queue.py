"""Log-odds of undecided messages come in, which to read next and why goes out.

Half the highest; a quarter the least certain, from which most is learned; a quarter drawn at
random, which alone shows what the others miss.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from romduol.analysis.triage.calibration import Doubles

HIGHEST, UNCERTAIN, RANDOM = "queue.highest", "queue.uncertain", "queue.random"


@dataclass(frozen=True, slots=True)
class Next:
    """The row of a message to read, and why it is in the queue."""

    row: int
    why: str


def queue(logits: Doubles, most: int, seed: int) -> list[Next]:
    """``most`` of the rows, or all: the random ones are drawn first, from every row alike.

    The same log-odds and seed give the same queue.
    """
    most = min(most, len(logits))
    drawn = random.Random(seed).sample(range(len(logits)), most // 4)  # noqa: S311
    taken = set(drawn)
    uncertain = _first(np.argsort(np.abs(logits), kind="stable"), taken, most // 4)
    highest = _first(np.argsort(-logits, kind="stable"), taken, most - 2 * (most // 4))
    return [
        *(Next(row, HIGHEST) for row in highest),
        *(Next(row, UNCERTAIN) for row in uncertain),
        *(Next(row, RANDOM) for row in drawn),
    ]


def _first(order: Iterable[int], taken: set[int], many: int) -> list[int]:
    """The first of ``order`` that nobody took; they are taken."""
    rows: list[int] = []
    for place in order:
        if len(rows) == many:
            break
        if int(place) not in taken:
            rows.append(int(place))
    taken.update(rows)
    return rows
