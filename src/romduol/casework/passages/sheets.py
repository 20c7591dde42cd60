"""Small CSV lists of codings go in, their rows come out by column; all of them or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from romduol.casebook.troubles import WrongUsage


class RowsUnreadable(WrongUsage):
    """A list of codings lacks a column, or a row of it lacks a cell; nothing was done.

    ``row`` counts as a spreadsheet does: the header is row 1.
    """


def rows(
    data: bytes, needed: Sequence[str], also: Sequence[str] = (), numbers: Sequence[str] = ()
) -> list[dict[str, str]]:
    """The rows, with the columns ``needed`` filled, those of ``also`` filled or "", and whole
    numbers in ``numbers``. Raises ``RowsUnreadable``."""
    columns = ", ".join(needed)
    try:
        text = data.decode("utf-8-sig")
        first = text.split("\n", 1)[0]
        delimiter = max(",;\t", key=first.count)
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        found = list(reader)
    except (UnicodeDecodeError, csv.Error) as cause:
        raise RowsUnreadable(row=1, columns=columns) from cause
    if set(needed) - set(reader.fieldnames or ()):
        raise RowsUnreadable(row=1, columns=columns)
    for number, row in enumerate(found, start=2):
        whole = None not in row and None not in row.values()
        if not whole or not all(row[name].strip() for name in needed):
            raise RowsUnreadable(row=number, columns=columns)
        if not all(_is_number(row[name]) for name in numbers):
            raise RowsUnreadable(row=number, columns=columns)
    # a quote is to the letter; everything else is a name or a number
    return [
        {n: row.get(n, "") if n == "quote" else row.get(n, "").strip() for n in (*needed, *also)}
        for row in found
    ]


def _is_number(said: str) -> bool:
    return said.strip().isascii() and said.strip().isdecimal() and len(said.strip()) < 13
