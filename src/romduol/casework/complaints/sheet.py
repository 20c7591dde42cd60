"""A sheet of complaints comes in; each row goes out as a complaint, or with why not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from romduol.casebook import care
from romduol.casebook.care import Complaint
from romduol.casebook.troubles import Trouble, WrongUsage
from romduol.casework.complaints.ledger import FIELDS, sound, values_of

REQUIRED = ("woman", "target", "category", "sent")
WORDS = ("receiver", "reference", "words")
COLUMNS = (*REQUIRED, *(name for name in FIELDS if name not in REQUIRED), *WORDS)


class ComplaintSheetUnreadable(WrongUsage):
    """The sheet of complaints is no CSV in UTF-8, or its columns are not those of a complaint."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the sheet (the head is 1), the complaint of the woman it names, and
    the words that will be sealed."""

    number: int
    complaint: Complaint
    receiver: str
    reference: str
    words: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: its number and the rule that it broke."""

    number: int
    trouble: Trouble


def read(data: bytes, today: date) -> Iterator[Row | Refused]:
    """Every row of the sheet; ``woman`` of a complaint is what the sheet calls her.

    Raises ``ComplaintSheetUnreadable`` when there is no telling what a row says.
    """
    try:
        table = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        head = table.fieldnames or []
        rows = list(table)
    except (UnicodeDecodeError, csv.Error) as cause:
        raise ComplaintSheetUnreadable(columns=", ".join(REQUIRED)) from cause
    wrong = set(head) - set(COLUMNS) or set(REQUIRED) - set(head) or len(set(head)) < len(head)
    if wrong or any(None in row or None in row.values() for row in rows):
        raise ComplaintSheetUnreadable(columns=", ".join(REQUIRED))
    for number, row in enumerate(rows, start=2):
        if any(row.values()):
            yield _row(number, {name: text.strip() for name, text in row.items()}, today)


def _row(number: int, said: dict[str, str], today: date) -> Row | Refused:
    words = {name: said.pop(name, "") for name in WORDS}
    woman = said.pop("woman")
    try:
        values = values_of(said)
        if values["sent"] is None:
            values["sent"] = date.max  # refused below as a day that has not come
        found = Complaint(id="", woman=woman, **values)  # type: ignore[arg-type]
        if found.nobody_asked and not found.closed:
            found = Complaint(
                "", woman, "", found.category, found.sent, closed=found.sent, closing=care.HERS
            )
        return Row(number, sound(found, today), **words)
    except Trouble as refused:
        return Refused(number, refused)
