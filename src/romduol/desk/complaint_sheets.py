"""A sheet of many complaints comes in at once: tried first, refused rows told by number.

A row is refused when its woman is unknown, when she has not allowed it, or when the book holds it
already, so that the same sheet brought again adds nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from romduol.casebook.care import Complaint
from romduol.casebook.troubles import Trouble, WrongUsage
from romduol.casework.complaints import sheet
from romduol.desk.clock import now
from romduol.desk.complaining import Words, mac, needed, put
from romduol.desk.custody import acting
from romduol.desk.opening import Book
from romduol.desk.sealing import sealing
from romduol.desk.women import find, require_may_see
from romduol.records import models

_Same = tuple[object, ...]


class ComplaintHeld(WrongUsage):
    """A row of a sheet of complaints says what the book holds already."""


@dataclass(frozen=True, slots=True)
class Brought:
    """How many rows were taken (or would be), and which were refused and why."""

    taken: int
    refused: tuple[sheet.Refused, ...]


def bring(book: Book, data: bytes, *, dry: bool = False) -> Brought:
    """Take every row that can be taken; with ``dry`` only say which. One log entry a
    woman.

    Raises ``ComplaintSheetUnreadable``. After a crash in the middle the same sheet adds the rest.
    """
    with book.alone():
        read = list(sheet.read(data, now().date()))
        tried = list(_tried(book, read))
        good = [one for one in tried if isinstance(one, sheet.Row)]
        refused = tuple(one for one in tried if isinstance(one, sheet.Refused))
        if good and not dry:
            _keep(book, good)
    return Brought(len(good), refused)


def _tried(
    book: Book, read: list[sheet.Row | sheet.Refused]
) -> Iterator[sheet.Row | sheet.Refused]:
    held = Counter(_same_of_row(row) for row in models.Complaint.objects.select_related("woman"))
    for one in read:
        yield _one(book, one, held) if isinstance(one, sheet.Row) else one


def _one(book: Book, row: sheet.Row, held: Counter[_Same]) -> sheet.Row | sheet.Refused:
    try:
        woman = find(row.complaint.woman)
        require_may_see(book, woman)
        needed(book, woman, row.complaint, row.receiver)
        same = _same(woman.code, row.complaint, mac(book, row.reference))
        if held[same]:
            held[same] -= 1
            raise ComplaintHeld
    except Trouble as refused:
        return sheet.Refused(row.number, refused)
    return row


def _same(woman: str, one: Complaint, reference: str) -> _Same:
    if reference:
        return woman, one.target, reference
    return woman, one.target, one.category, one.sent, one.way


def _same_of_row(row: models.Complaint) -> _Same:
    if row.reference_mac:
        return row.woman.code, row.target, row.reference_mac
    return row.woman.code, row.target, row.category, row.submitted_at, row.channel


def _keep(book: Book, rows: list[sheet.Row]) -> None:
    women = {row.complaint.woman: find(row.complaint.woman) for row in rows}
    for named, woman in women.items():
        hers = [row for row in rows if row.complaint.woman == named]
        with sealing(book, woman.code) as work, acting(book, "complaints") as act:
            for row in hers:
                put(work, woman, row.complaint, Words(row.receiver, row.reference, row.words))
            act.about(woman.code, complaints=len(hers))
