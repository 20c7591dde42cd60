"""What a reader can work out: bounds on every number of a tree from the numbers he was told.

Three kinds of branches. *Sum*: the parent is the sum of its children. *Union*: the children,
which may overlap, make up the parent: ``max(children) <= parent <= sum(children)``. Otherwise a
child only lies within its parent, beside things that stand directly under the parent. The tree has
no rings, so tightening each branch until nothing moves gives exact bounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from romduol.publication.ladder import Bounds

Key = tuple[str, str]
UNBOUNDED = 10**9


class Contradiction(ValueError):
    """The numbers told cannot all be true: a mistake of ours, never published."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Which keys lie under which; which parents are the sum, which the union of their children."""

    children: Mapping[Key, tuple[Key, ...]]
    sums: frozenset[Key] = frozenset()
    unions: frozenset[Key] = frozenset()

    def parents(self) -> dict[Key, Key]:
        """The parent of every key that has one."""
        return {child: parent for parent, below in self.children.items() for child in below}

    def __iter__(self) -> Iterator[Key]:
        """Every key once, parents before children in the order they were given."""
        seen: set[Key] = set()
        for parent, below in self.children.items():
            for key in (parent, *below):
                if key not in seen:
                    seen.add(key)
                    yield key


def tighten(tree: Tree, told: Mapping[Key, Bounds]) -> dict[Key, Bounds]:
    """The tightest bounds on every key. Raises ``Contradiction`` when there are none."""
    bounds = dict(told)
    moved = True
    while moved:
        before = dict(bounds)
        for parent, below in tree.children.items():
            if below:
                _within(bounds, parent, below)
            if parent in tree.sums:
                _sum(bounds, parent, below)
            elif parent in tree.unions:
                _union(bounds, parent, below)
        moved = bounds != before
    return bounds


def _narrow(bounds: dict[Key, Bounds], key: Key, low: int, high: int) -> None:
    here = bounds[key]
    new = Bounds(max(here.low, low), min(here.high, high))
    if new.low > new.high:
        raise Contradiction(key)
    bounds[key] = new


def _sum(bounds: dict[Key, Bounds], parent: Key, below: tuple[Key, ...]) -> None:
    lows = sum(bounds[key].low for key in below)
    highs = sum(bounds[key].high for key in below)
    _narrow(bounds, parent, lows, highs)
    above = bounds[parent]
    for key in below:
        here = bounds[key]
        _narrow(bounds, key, above.low - (highs - here.high), above.high - (lows - here.low))


def _within(bounds: dict[Key, Bounds], parent: Key, below: tuple[Key, ...]) -> None:
    _narrow(bounds, parent, max(bounds[key].low for key in below), UNBOUNDED)
    for key in below:
        _narrow(bounds, key, 0, bounds[parent].high)


def _union(bounds: dict[Key, Bounds], parent: Key, below: tuple[Key, ...]) -> None:
    highs = sum(bounds[key].high for key in below)
    _narrow(bounds, parent, 0, highs)
    for key in below:
        others = highs - bounds[key].high
        _narrow(bounds, key, bounds[parent].low - others, UNBOUNDED)
