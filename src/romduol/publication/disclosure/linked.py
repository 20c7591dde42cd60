"""All tables of a release, and all releases before it, put together as one system.

Between two releases a number can only grow, as long as nobody withdraws: it is the number before
plus an increase, and the increase is a number too, protected like any other. What withheld numbers
of earlier releases could look like before this one, they must be able to look like after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from romduol.casebook.claims import Unit
from romduol.publication.disclosure.ledger import Ledger
from romduol.publication.disclosure.model import (
    Entry,
    Need,
    Quantity,
    Relation,
    State,
    System,
)
from romduol.publication.disclosure.primary import need_of
from romduol.publication.disclosure.reader import EPSILON, Reader
from romduol.publication.disclosure.relations import relations_among


@dataclass(frozen=True, slots=True)
class Release:
    """The new release: its entries, and the increases of them that may not be seen."""

    entries: Mapping[Quantity, Entry]
    small_steps: frozenset[Quantity]
    k: Mapping[Quantity, int]
    at_bottom: frozenset[Quantity] = frozenset()  # a sentence says that they are no less


@dataclass(frozen=True, slots=True)
class Linked:
    """The system and where the numbers of the new release stand in it."""

    system: System
    new: Mapping[Quantity, int]


@dataclass(slots=True)
class _Making:
    entries: list[Entry] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)

    def put(self, entry: Entry) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1


def link(ledger: Ledger, release: Release, threshold: int) -> Linked:
    """The whole system. Numbers that got smaller since are not tied to what they were."""
    making = _Making()
    told: dict[Quantity, list[int]] = {}
    for edition in ledger.editions:
        cells = edition.by_name()
        most = _most(ledger, release, edition.asked)
        entries = {
            q: Entry(
                c.value,
                State.SHOWN if c.shown else State.HIDDEN,
                max(most[q.unit], c.value),
                None if c.shown else need_of(c.value, threshold, max(most[q.unit], c.value)),
            )
            for q, c in cells.items()
        }
        place = _placed(making, entries)
        steps = dict.fromkeys(place, threshold)
        _tie(making, told, place, steps, every_step=True)
    old = _attainable(making)
    making.entries[: len(old)] = old
    new = _placed(making, release.entries)
    steps = {q: release.k[q] for q in release.small_steps}
    first = len(making.entries)
    _tie(making, told, new, steps, every_step=False)
    bottoms = {new[quantity] for quantity in release.at_bottom}
    for relation in making.relations:
        if relation.whole in bottoms and relation.parts[-1] >= first:
            _only_upward(making, relation.parts[-1])
    return Linked(System(tuple(making.entries), tuple(making.relations)), new)


def _only_upward(making: _Making, at: int) -> None:
    """An increase up to a number that a sentence holds up from below need not look smaller."""
    entry = making.entries[at]
    if entry.need is not None:
        making.entries[at] = replace(entry, need=replace(entry.need, low=None))


def _most(ledger: Ledger, release: Release, asked: int) -> dict[Unit, int]:
    """The largest number a reader could believe in: for women, all who were asked."""
    values = [c.value for e in ledger.editions for c in e.cells]
    values += [e.value for e in release.entries.values()]
    return {unit: asked if unit is Unit.WOMEN else 2 * max(values, default=0) + 100
            for unit in Unit}  # fmt: skip


def _placed(making: _Making, entries: Mapping[Quantity, Entry]) -> dict[Quantity, int]:
    place = {quantity: making.put(entry) for quantity, entry in entries.items()}
    values = {quantity: entry.value for quantity, entry in entries.items()}
    making.relations += relations_among(values, place)
    return place


def _tie(
    making: _Making,
    told: dict[Quantity, list[int]],
    place: Mapping[Quantity, int],
    small: Mapping[Quantity, int],
    every_step: bool,
) -> None:
    """Say of every number what it was before: in the latest release, and the latest printed."""
    for quantity, here in place.items():
        before = told.setdefault(quantity, [])
        printed = [at for at in before if making.entries[at].state is State.SHOWN]
        for there in {*before[-1:], *printed[-1:]}:
            old, now = making.entries[there], making.entries[here]
            if now.value < old.value:
                continue
            step = now.value - old.value
            protected = (
                step > 0 and quantity in small and (not every_step or step < small[quantity])
            )
            need = need_of(step, small[quantity], now.most) if protected else None
            if old.state is State.SHOWN and now.state is State.SHOWN:
                continue
            if need is None:
                making.relations.append(Relation(here, (there,), under=False))
                continue
            at = making.put(Entry(step, State.HIDDEN, now.most, need))
            making.relations.append(Relation(here, (there, at)))
        before.append(here)


def _attainable(making: _Making) -> list[Entry]:
    """The old entries, needing no more than what earlier releases left possible."""
    entries = list(making.entries)
    hidden = [at for at, e in enumerate(entries) if e.need]
    if not hidden:
        return entries
    reader = Reader(System(tuple(entries), tuple(making.relations)))
    reader.open(np.ones(len(reader.rows.columns)))
    columns = {at: reader.rows.place[at] for at in hidden}
    furthest = np.array([e.value for e in map(entries.__getitem__, reader.rows.columns)], float)
    nearest = furthest.copy()
    values = furthest.copy()
    for upward in (1.0, -1.0):
        wanted = np.zeros(len(values))
        wanted[list(columns.values())] = upward
        seen = values + reader.push(wanted)
        furthest, nearest = np.maximum(furthest, seen), np.minimum(nearest, seen)
    for at, column in columns.items():
        entries[at] = _clipped(entries[at], reader, column, nearest[column], furthest[column])
    return entries


def _clipped(entry: Entry, reader: Reader, column: int, low: float, high: float) -> Entry:
    """The entry, needing at most what can be; ``low`` and ``high`` are known to be possible."""
    assert entry.need is not None
    need_low, need_high = entry.need.low, entry.need.high
    if need_high is not None and high < need_high - EPSILON:
        up = entry.value + int(reader.reach(column, True).far + EPSILON)
        need_high = min(need_high, up)
    if need_low is not None and low > need_low + EPSILON:
        down = entry.value - int(reader.reach(column, False).far + EPSILON)
        need_low = max(need_low, down)
    return replace(entry, need=Need(need_low, need_high))
