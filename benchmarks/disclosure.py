"""Protected tables: how long the fewest cells to withhold are looked for, and how near they come.

Tables of made counts. Every number from 1 to 4 is withheld, and as many more as are needed so that
each could be 5 or more and could be less than it is. ``gap`` is in per cent of the proven least.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from itertools import product

from romduol.publication.disclosure.model import Entry, Relation, State, System
from romduol.publication.disclosure.primary import need_of
from romduol.publication.disclosure.suppression import needs_met, suppress

K = 5
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Rows (in ``groups`` subtotals if more than one) by columns, with a mean count."""

    name: str
    rows: int
    columns: int
    mean: float
    groups: int = 1


SHAPES = (
    Shape("10x10", 10, 10, 30),
    Shape("30x30", 30, 30, 30),
    Shape("50x20", 50, 20, 30),
    Shape("50x20, rows in 5 groups", 50, 20, 30, 5),
    Shape("14x25, rows in 4 groups, sparse", 14, 25, 6, 4),
    Shape("30x30, sparse", 30, 30, 4),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One table protected; ``safe`` says that every need was asked about once more."""

    table: str
    cells: int
    primary: int
    secondary: int
    gap: float
    cpu_seconds: float
    safe: bool


def made(shape: Shape, seed: int = 1) -> System:
    """The table with all totals, the grand total known."""
    luck = random.Random(seed)
    inner = [
        [int(luck.expovariate(1 / shape.mean)) for _ in range(shape.columns)]
        for _ in range(shape.rows)
    ]
    below: dict[int, list[int]] = {}
    if shape.groups > 1:
        for group in range(shape.groups):
            below[shape.rows + group] = list(range(group, shape.rows, shape.groups))
    tops = list(below) or list(range(shape.rows))
    for members in list(below.values()):
        inner.append([sum(column) for column in zip(*(inner[m] for m in members), strict=True)])
    inner.append([sum(column) for column in zip(*(inner[t] for t in tops), strict=True)])
    below[len(inner) - 1] = tops
    return _system([[*row, sum(row)] for row in inner], below)


def _system(cells: list[list[int]], below: dict[int, list[int]]) -> System:
    height, width, luck = len(cells), len(cells[0]), random.Random(0)
    far = 2 * cells[-1][-1] + 100
    entries = []
    for r, c in product(range(height), range(width)):
        value, last = cells[r][c], (r, c) == (height - 1, width - 1)
        need = need_of(value, K, far) if 0 < value < K else None
        worth = 1.0 + luck.random() / (4 * height * width)
        state = State.SHOWN if last else State.OPEN
        entries.append(Entry(value, state, far, need, worth, K if value < K else 0))
    across = [
        Relation(r * width + width - 1, tuple(range(r * width, r * width + width - 1)))
        for r in range(height)
    ]
    down = [
        Relation(up * width + c, tuple(m * width + c for m in members))
        for up, members in below.items()
        for c in range(width)
    ]
    return System(tuple(entries), (*across, *down))


def run(scale: int = len(SHAPES)) -> list[Row]:
    """The first ``scale`` shapes, at most all."""
    return [_measured(shape) for shape in SHAPES[: max(1, min(scale, len(SHAPES)))]]


def _measured(shape: Shape) -> Row:
    system = made(shape)
    start = time.process_time()
    choice = suppress(system, SECONDS)
    spent = time.process_time() - start
    primary = sum(entry.need is not None for entry in system.entries)
    return Row(
        table=shape.name,
        cells=len(system.entries),
        primary=primary,
        secondary=len(choice.withheld) - primary,
        gap=round(100 * choice.gap, 2),
        cpu_seconds=round(spent, 2),
        safe=needs_met(system, choice.withheld),
    )


if __name__ == "__main__":
    for row in run():
        print(row)
