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
from romduol.publication.disclosure.ledger import Ledger, Published
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
from romduol.publication.disclosure.rounding import need_of_rounded


@dataclass(frozen=True, slots=True)
class Release:
    """The new release: its entries, and the increases of them that may not be seen."""

    entries: Mapping[Quantity, Entry]
    small_steps: frozenset[Quantity]
    k: Mapping[Quantity, int]
    at_bottom: frozenset[Quantity] = frozenset()  # a sentence says that they are no less
    asked: int = 0  # women
    rounded: frozenset[Quantity] = frozenset()  # themselves, or all that they are made of


@dataclass(frozen=True, slots=True)
class Linked:
    """The system and where the numbers of the new release stand in it."""

    system: System
    new: Mapping[Quantity, int]


@dataclass(frozen=True, slots=True)
class _Told:
    """Where a number of some release stands, and how many women were asked for that release."""

    at: int
    asked: int


@dataclass(slots=True)
class _Making:
    entries: list[Entry] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)

    def put(self, entry: Entry) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1


def link(ledger: Ledger, release: Release, threshold: int) -> Linked:
    """The whole system. Numbers that got smaller since are not tied to what they were."""
    making, told = _Making(), dict[Quantity, list[_Told]]()
    for edition in ledger.editions:
        cells = edition.by_name()
        most = _most(ledger, release, edition.asked)
        entries = {q: _old(c, max(most[q.unit], c.value), threshold) for q, c in cells.items()}
        place = _placed(making, entries)
        steps = dict.fromkeys(place, threshold)
        _tie(making, told, place, steps, edition.asked, every_step=True)
    old = _attainable(making)
    making.entries[: len(old)] = old
    new = _placed(making, release.entries)
    steps = {q: release.k[q] for q in release.small_steps}
    first = len(making.entries)
    _tie(making, told, new, steps, release.asked, every_step=False)
    bottoms = {new[quantity] for quantity in release.at_bottom}
    rounded, loose = {new[quantity] for quantity in release.rounded}, list[int]()
    for relation in making.relations:
        if relation.parts[-1] < first:
            continue
        if relation.whole in bottoms:
            _only_upward(making, relation.parts[-1])
        elif relation.whole in rounded and relation.parts[0] < first:
            loose.append(relation.parts[-1])
    _one_way(making, loose, threshold)
    return Linked(System(tuple(making.entries), tuple(making.relations)), new)


def _old(cell: Published, most: int, threshold: int) -> Entry:
    """A number of an earlier release, as far as it was told then."""
    if cell.shown:
        return Entry(cell.value, State.SHOWN, most)
    if cell.high is not None and cell.rounded is not None:
        need = need_of_rounded(cell.high, threshold)
        return Entry(cell.value, State.HIDDEN, cell.high, need, fewest=cell.low)
    if cell.high is not None:
        return Entry(
            cell.value, State.HIDDEN, cell.high, open_within(cell.value, cell.low), fewest=cell.low
        )
    return Entry(cell.value, State.HIDDEN, most, need_of(cell.value, threshold, most))


def open_within(value: int, low: int) -> Need:
    """What must look possible of a number told by a word: any other than the true one."""
    return Need(value - 1, None) if value > low else Need(None, value + 1)


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


def _one_way(making: _Making, steps: list[int], k: int) -> None:
    """Increases of rounded numbers must look possibly large, or possibly none at all."""
    steps = [at for at in steps if making.entries[at].need is not None]
    if not steps:
        return
    reader = Reader(System(tuple(making.entries), tuple(making.relations)))
    reader.open(np.ones(len(reader.rows.columns)))
    for at in steps:
        entry = making.entries[at]
        far = reader.reach(reader.rows.place[at], upward=True).far
        need = need_of_rounded(entry.value + int(far + EPSILON), k)
        making.entries[at] = replace(entry, need=need)


def _placed(making: _Making, entries: Mapping[Quantity, Entry]) -> dict[Quantity, int]:
    place = {quantity: making.put(entry) for quantity, entry in entries.items()}
    values = {quantity: entry.value for quantity, entry in entries.items()}
    making.relations += relations_among(values, place)
    return place


def _tie(
    making: _Making,
    told: dict[Quantity, list[_Told]],
    place: Mapping[Quantity, int],
    small: Mapping[Quantity, int],
    asked: int,
    every_step: bool,
) -> None:
    """Say of every number what it was before: in the latest release, and the latest printed."""
    for quantity, here in place.items():
        before = told.setdefault(quantity, [])
        printed = [old for old in before if making.entries[old.at].state is State.SHOWN]
        k = small.get(quantity, 0)
        for old in {*before[-1:], *printed[-1:]}:
            joined = asked - old.asked if quantity.unit is Unit.WOMEN else None
            _grow(making, old.at, here, k, joined, every_step)
        before.append(_Told(here, asked))


def _grow(
    making: _Making, there: int, here: int, k: int, joined: int | None, every_step: bool
) -> None:
    """One number and what it was; ``k`` if its increase may be one that is not to be seen.

    Where no more women came to it than ``joined`` the study, a reader may suppose just that.
    """
    old, now = making.entries[there], making.entries[here]
    step = now.value - old.value
    if step < 0 or (old.state is State.SHOWN and now.state is State.SHOWN):
        return
    bounded = joined is not None and step <= joined
    most = joined if bounded and joined is not None else now.most
    protected = step > 0 and k > 0 and (not every_step or step < k)
    need = need_of(step, k, most) if protected else None
    if need is None and not bounded:
        making.relations.append(Relation(here, (there,), under=False))
        return
    at = making.put(Entry(step, State.HIDDEN, most, need))
    making.relations.append(Relation(here, (there, at)))


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
