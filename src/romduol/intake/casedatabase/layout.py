"""Which column of the case workbook is what, by the words of its heading.

Headings differ between the two sheets and between versions, so each is known by a part of it. The
columns with names, telephones and what is known of a person are marked personal; those with free
words are marked so: neither is imported, both are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from romduol.intake.source import Source
from romduol.intake.tables.plan import sheets_of
from romduol.intake.tables.rows import Row, Sheet

CASE, REPORTED, PERSONAL, WORDS, LEFT = "case", "date reported", "personal", "words", "left"
KNOWN, SUSPECTED = "known", "suspected"

# asked in this order; the first that stands in a heading says what the column is
_HEADINGS = (
    ("case id", CASE),
    ("case code", CASE),
    ("date reported", REPORTED),
    ("case category", "case_categories"),
    ("case status", "case_statuses"),
    ("reported by", "reporters"),
    ("reporter", "reporters"),
    ("suspected perpetrator", SUSPECTED),
    ("known perpetrator", KNOWN),
    ("relationship to victim", "perpetrator_relations"),
    ("perpetrator relation", "perpetrator_relations"),
    ("perpetrator", PERSONAL),
    ("harrassment type", "harassment_types"),  # as the workbook spells it
    ("harassment type", "harassment_types"),
    ("actions taken", "interventions"),
    ("type of support", "interventions"),
    ("intervention", "interventions"),
    ("link to online", WORDS),
    ("evidence link", WORDS),
    ("caption", WORDS),
    ("summary", WORDS),
    ("impact on", WORDS),
    ("contextual", WORDS),
    ("comment", WORDS),
    ("note", WORDS),
    ("platform", "platforms"),
    ("identities", "identities"),
    ("gender", LEFT),
    ("severity", LEFT),
    ("requester", PERSONAL),
    ("contact", PERSONAL),
    ("phone", PERSONAL),
    ("email", PERSONAL),
    ("address", PERSONAL),
    ("age ", PERSONAL),
    ("victim's", PERSONAL),
    ("survivor's", PERSONAL),
    ("name", PERSONAL),
)
_TOP = 20
_NEEDED = {CASE, "harassment_types"}
_SUPPORT = {CASE, "interventions"}


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """One sheet of cases: its header, and what each column is (``""`` for one nobody knows)."""

    sheet: Sheet
    header: Row
    roles: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """Every row below the header."""
        return (row for row in self.sheet.rows() if row.number > self.header.number)


def role_of(heading: str) -> str:
    """What a column with this heading is, or ``""``."""
    plain = re.sub(r"[^\w']+|_", " ", heading.replace("\u2019", "'")).strip().lower()
    padded = f" {plain} "
    return next((role for part, role in _HEADINGS if f" {part}" in padded), "")


def is_case_layout(headings: tuple[str, ...]) -> bool:
    """Whether columns with these headings are one of the workbook's two sheets of cases."""
    roles = {role_of(heading) for heading in headings}
    return roles >= _NEEDED or roles >= _SUPPORT


def case_sheets(source: Source) -> Iterator[CaseSheet]:
    """The sheets of ``source`` that hold cases; raises ``CannotRead`` when it is not whole."""
    for sheet in sheets_of(source):
        for row in islice(sheet.rows(), _TOP):
            if is_case_layout(row.texts()):
                yield CaseSheet(sheet, row, tuple(role_of(text) for text in row.texts()))
                break
