"""Two items of one chat, opened in memory and laid side by side; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from romduol.casebook.evidence import MESSAGE
from romduol.casebook.troubles import WrongUsage
from romduol.casework.evidence.comparing import Compared, Found, Settled, Told, compare
from romduol.desk import segments
from romduol.desk.custody import acting
from romduol.desk.opening import Book
from romduol.desk.reading import find_item
from romduol.desk.women import require_may_see
from romduol.records.models import Item

_OTHER_ORDER = {"dmy": "mdy", "mdy": "dmy"}


class NothingToCompare(WrongUsage):
    """One of the two items holds no messages, or both are the same item."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: its item, the file inside it, and its number there from 0."""

    item: str
    member: str
    record: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The day/month order of an undecided item, as the other item bears it out."""

    item: str
    order: str
    fits: int
    against: int


@dataclass(frozen=True, slots=True)
class SamePerson:
    """One sender under two names, by a message that both exports hold; ``messages`` of them."""

    here: Place
    there: Place
    messages: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found, with places instead of words."""

    result: Compared
    proposals: tuple[Proposal, ...]
    here: pa.Table
    there: pa.Table
    items: tuple[str, str]

    def findings(
        self, *, agreed: bool = False
    ) -> Iterator[tuple[Found, Place | None, Place | None]]:
        """Every finding with its places; what agrees only on request."""
        for told in self.result.told:
            if agreed or told.found is not Found.AGREED:
                yield told.found, *self._places(told)

    def who(self) -> list[SamePerson]:
        """Who is who, by example: names are words, places are not."""
        authors = self.here.column("author").to_pylist()
        said: dict[str, list[Told]] = {}
        for told in self.result.told:
            if told.found is Found.AGREED and told.here is not None:
                said.setdefault(str(authors[told.here]), []).append(told)
        found = [(self._places(every[0]), len(every)) for every in said.values()]
        return [SamePerson(x, y, n) for (x, y), n in found if x is not None and y is not None]

    def _places(self, told: Told) -> tuple[Place | None, Place | None]:
        return (
            _place(self.items[0], self.here, told.here),
            _place(self.items[1], self.there, told.there),
        )


def _place(item: str, table: pa.Table, row: int | None) -> Place | None:
    if row is None:
        return None
    member, record = (table.column(name)[row].as_py() for name in ("member", "record"))
    return Place(item, str(member), int(str(record)))


def compare_items(book: Book, here: str, there: str) -> Comparison:
    """Lay item ``there`` beside item ``here``. That both were read is logged.

    Raises ``NoGrant`` or ``ConsentMissing`` unless this member may see both.
    """
    if here == there:
        raise NothingToCompare
    one, two = find_item(here), find_item(there)
    for item in (one, two):
        require_may_see(book, item.woman)
    ours, theirs = _table(book, one), _table(book, two)
    for item, table in ((one, ours), (two, theirs)):
        with acting(book, "compare") as act:
            act.about(item.code, messages=table.num_rows)
    result = compare(ours, theirs)
    said = ((one, result.settles_here), (two, result.settles_there))
    proposals = tuple(_proposal(item, settled) for item, settled in said if settled)
    return Comparison(result, proposals, ours, theirs, (here, there))


def _table(book: Book, item: Item) -> pa.Table:
    tables = [table for _, table in segments.messages_of(book, item.woman, item.code)]
    if not tables:
        raise NothingToCompare
    return pa.concat_tables(tables).select(MESSAGE.names)


def _proposal(item: Item, settled: Settled) -> Proposal:
    order = item.order if settled.as_read else _OTHER_ORDER.get(item.order, "")
    return Proposal(item.code, order, settled.fits, settled.against)
