"""A number that an earlier release printed and this one withholds: its mark, and the note below.

The mark says only that a number stood there; what it is now, and why it is withheld, is not said.
"""

from __future__ import annotations

from collections import defaultdict

from romduol.casebook.claims import Cell, Since, Table
from romduol.publication.phrases import number, phrase

MARK = "*"


def shown(cell: Cell, lang: str) -> str:
    """A cell as it is printed: its number, or that it is withheld, marked if it was told before."""
    if cell.value is not None:
        return number(cell.value, lang)
    withheld = phrase("table.withheld", lang)
    return f"{withheld}{MARK}" if cell.since else withheld


def note(table: Table, lang: str) -> tuple[str, ...]:
    """The lines under a table: what the mark means, then what each release last told, if any."""
    told: dict[str, list[str]] = defaultdict(list)
    for cell in table.cells:
        if cell.since:
            told[cell.since.release].append(_told(table, cell, cell.since, lang))
    if not told:
        return ()
    lines = (
        phrase("table.since.release", lang, release=release, numbers="; ".join(numbers))
        for release, numbers in told.items()
    )
    return (phrase("table.since", lang, mark=MARK), *lines)


def _told(table: Table, cell: Cell, since: Since, lang: str) -> str:
    """The categories of a cell and the number that stood there."""
    labels = (
        dict(category.labels)[lang]
        for at, (_, categories) in zip(cell.at, table.axes, strict=True)
        for category in categories
        if category.id == at
    )
    return f"{' · '.join(labels)}: {number(since.value, lang)}"
