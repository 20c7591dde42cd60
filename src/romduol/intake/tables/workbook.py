"""An Excel workbook (.xlsx, .xlsm; ECMA-376) goes in, its sheets come out, rows with their bytes.

Read straight from the XML: a library would be slower and could not say in which bytes a row
stands. A row's bytes run from its ``<row>`` to the next one's in the sheet's own part; macros,
formulas, drawings and links are not looked at. Memory: the shared strings and one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import join, normpath

from romduol.casebook.evidence import Note, Unread
from romduol.intake.containers import LIMITS, members
from romduol.intake.source import CannotRead, Source
from romduol.intake.tables.cells import Reading, read_rows
from romduol.intake.tables.parts import Moment, met
from romduol.intake.tables.rows import Row
from romduol.intake.tables.strings import date_styles, shared_strings

_FIRST = re.compile(rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/|docProps/|xl/)", re.DOTALL)
_INSIDE = re.compile(rb"PK\x03\x04.{26}xl/", re.DOTALL)
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
_ENDINGS = (".xlsx", ".xlsm")
_YES = ("1", "true")


def is_workbook(head: bytes, name: str) -> bool:
    """Whether ``head`` opens a workbook: a zip of Excel's parts, from the first on.

    A zip that holds a workbook opens with some other name.
    """
    if not _FIRST.match(head):
        return False
    return bool(_INSIDE.search(head)) or name.lower().endswith(_ENDINGS)


def is_old_or_locked(head: bytes, name: str) -> bool:
    """Whether a file is a workbook of before 2007, or one under a password: both look alike.

    Either is a compound file (MS-CFB 2.2), known by its first eight bytes.
    """
    return head.startswith(_COMPOUND) and name.lower().endswith((".xls", *_ENDINGS))


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet; ``source.member`` is the path of its part inside the item."""

    title: str
    source: Source
    _reading: Reading

    def rows(self) -> Iterator[Row]:
        """Every row that holds anything, hidden ones too; raises ``CannotRead``."""
        return read_rows(self.source, self._reading)


def sheets(source: Source) -> tuple[WorkbookSheet, ...]:
    """The sheets in the workbook's order; raises ``CannotRead`` for what is broken or a trap."""
    parts = _parts(source)
    main = _main_part(source, parts)
    related = _related(parts, main)
    found, from_1904 = _listed(parts[main])
    strings = shared_strings(_by_kind(parts, related, "sharedStrings"))
    reading = Reading(strings, date_styles(_by_kind(parts, related, "styles")), from_1904)
    targets = {number: target for number, _, target in related}
    return tuple(
        WorkbookSheet(title, parts[targets[number]], reading)
        for title, number in found
        if targets.get(number) in parts
    )


def _parts(source: Source) -> dict[str, Source]:
    prefix = len(source.member) + 1 if source.member else 0
    found: dict[str, Source] = {}
    for one in members(source, LIMITS):
        if isinstance(one, Unread):
            raise CannotRead(one.reason)
        found[one.member[prefix:]] = one
    return found


def _main_part(source: Source, parts: dict[str, Source]) -> str:
    """The workbook's own part, by the package's relationships (part 2, 6.5)."""
    for _, kind, target in _related(parts, ""):
        if kind == "officeDocument" and target in parts:
            return target
    raise CannotRead(Note("note.tables.workbook_broken"))


def _related(parts: dict[str, Source], part: str) -> list[tuple[str, str, str]]:
    """What ``part`` points to: id, kind, path."""
    folder, _, name = part.rpartition("/")
    listing = parts.get(join(folder, "_rels", f"{name}.rels"))
    if listing is None:
        return []
    found = []
    for one in met(listing):
        if one.moment is Moment.OPENS and one.name == "Relationship":
            said = one.attributes
            target = said.get("Target", "")
            path = target[1:] if target.startswith("/") else normpath(join(folder, target))
            found.append((said.get("Id", ""), said.get("Type", "").rpartition("/")[2], path))
    return found


def _by_kind(
    parts: dict[str, Source], related: list[tuple[str, str, str]], kind: str
) -> Source | None:
    return next((parts[path] for _, k, path in related if k == kind and path in parts), None)


def _listed(main: Source) -> tuple[list[tuple[str, str]], bool]:
    """Titles and relationship ids of the sheets, and whether days count from 1904."""
    found, from_1904 = [], False
    for one in met(main):
        if one.moment is not Moment.OPENS:
            continue
        if one.name == "sheet":
            found.append((one.attributes.get("name", ""), one.attributes.get("id", "")))
        elif one.name == "workbookPr":
            from_1904 = one.attributes.get("date1904", "") in _YES
    return found, from_1904
