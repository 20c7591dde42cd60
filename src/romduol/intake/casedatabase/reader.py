"""A case workbook goes in at the door for one woman's files, and is kept unread with the reason."""

from __future__ import annotations

from typing import NoReturn

from romduol.casebook.evidence import Note, ReadingOptions
from romduol.intake.casedatabase.importing import dry_run
from romduol.intake.casedatabase.layout import is_case_layout
from romduol.intake.source import CannotRead, Source
from romduol.intake.tables.glimpse import header_names, words_of_workbook
from romduol.intake.tables.workbook import is_workbook

NAME = "casedatabase"
VERSION = "1"

_MARKS = ("tfgbv case masterfile", "harrassment type", "harassment type")
_CASE = ("case id", "case code")


def recognises(head: bytes, name: str) -> bool:
    """Whether a table is laid out as the TFGBV case database's workbook or export."""
    if is_workbook(head, name):
        words = words_of_workbook(head).lower()
        return any(mark in words for mark in _MARKS) and any(case in words for case in _CASE)
    return name.lower().endswith((".csv", ".tsv")) and is_case_layout(tuple(header_names(head)))


def read(source: Source, options: ReadingOptions) -> NoReturn:
    """Nothing: many women's cases are not one woman's messages. Always raises ``CannotRead``.

    The file is kept like any other; how it is imported, as codes, is in ``importing``.
    """
    plan = dry_run(source)
    raise CannotRead(Note("note.casedatabase.many_women", (("cases", plan.cases),)))
