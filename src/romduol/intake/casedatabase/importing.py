"""The case workbook goes in; codings of cases come out, and a list of everything that did not.

What is imported is codes: no name, no story, no date of the incident, which the workbook does not
have. Every case is a woman of her own, called by the case's code, since nothing in the workbook
says that two cases are of one woman. Consent is not asked for any of them: nothing in the workbook
shows that it was.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from romduol.casebook.evidence import Note
from romduol.intake.casedatabase.crosswalk import SCHEMES, term_for, understood
from romduol.intake.casedatabase.layout import (
    CASE,
    KNOWN,
    LEFT,
    PERSONAL,
    REPORTED,
    SUSPECTED,
    WORDS,
    CaseSheet,
    case_sheets,
)
from romduol.intake.source import CannotRead, Source
from romduol.intake.tables.rows import Row
from romduol.intake.tables.stamps import Clock, Order

CONSENT = "not asked"
CODING_COLUMNS = (
    "woman", "transcript", "incident", "when", "precision", "quote", "scheme", "term",
)  # fmt: skip
WOMEN_COLUMNS = ("alias", "scopes", "mode", "on")

_CODE = re.compile(r"[A-Za-z]{0,12}[-_ ]?[0-9]{1,6}")  # else it could be a name or a telephone


@dataclass(frozen=True, slots=True)
class CaseCoding:
    """One term given to one case as a whole; ``row`` counts as a spreadsheet does."""

    sheet: str
    row: int
    case: str
    scheme: str
    term: str


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its code, and the day it was reported (ISO; ``""`` if unsaid or undecided)."""

    sheet: str
    row: int
    code: str
    reported: str


@dataclass(frozen=True, slots=True)
class RefusedCase:
    """A row that gives no case. ``why`` is the id of a sentence (``refused.…``)."""

    sheet: str
    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Something that was written ``count`` times and has no term: words for the desk only."""

    list: str
    written: str
    count: int


@dataclass(frozen=True, slots=True)
class CasePlan:
    """What an import would bring and what it would leave: counts, and words for the desk only.

    ``unknown`` are words that are none of the database's own labels, ``without_term`` its keys that
    our vocabulary has no term for, ``columns`` headings nobody knows. Cells are counted:
    ``personal`` (names and the like) and ``words`` (stories, links) need her consent first;
    ``left`` are gender and a severity that others chose, which are not kept here.
    """

    cases: int
    codings: int
    refused: tuple[RefusedCase, ...]
    unknown: tuple[Unmapped, ...]
    without_term: tuple[Unmapped, ...]
    columns: tuple[str, ...]
    personal: int
    words: int
    left: int
    consent: str = CONSENT


@dataclass(frozen=True, slots=True)
class ImportedCases:
    """Everything an import brings, with its plan."""

    cases: tuple[Case, ...]
    codings: tuple[CaseCoding, ...]
    plan: CasePlan

    def only(self, codes: frozenset[str]) -> ImportedCases:
        """The cases of these codes; the plan stays that of the whole."""
        cases = tuple(case for case in self.cases if case.code in codes)
        return ImportedCases(cases, tuple(c for c in self.codings if c.case in codes), self.plan)

    def coding_sheet(self) -> bytes:
        """The codings as a sheet that ``code`` takes: incidents coded as a whole, date unknown."""
        rows = (
            (one.case, "", one.case, "", "unknown", "", one.scheme, one.term)
            for one in self.codings
        )
        return _written(CODING_COLUMNS, rows)

    def women_sheet(self) -> bytes:
        """A woman a case as ``woman import`` takes them, with no consent row for any."""
        return _written(WOMEN_COLUMNS, ((one.code, "", "", "") for one in self.cases))


def dry_run(source: Source) -> CasePlan:
    """What an import of ``source`` would bring and leave; raises ``CannotRead``."""
    return cases(source).plan


def cases(source: Source) -> ImportedCases:
    """Every case of ``source`` as codes; raises ``CannotRead`` for what is no case workbook."""
    work = _Import()
    sheets = 0
    for sheet in case_sheets(source):
        sheets += 1
        work.take(sheet)
    if not sheets:
        raise CannotRead(Note("note.casedatabase.no_cases"))
    return work.imported()


def _written(columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode()


@dataclass(slots=True)
class _Import:
    """One import under way."""

    cases: dict[str, Case] = field(default_factory=dict)
    codings: dict[tuple[str, str, str], CaseCoding] = field(default_factory=dict)
    refused: list[RefusedCase] = field(default_factory=list)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    without_term: Counter[tuple[str, str]] = field(default_factory=Counter)
    columns: dict[str, None] = field(default_factory=dict)
    cells: Counter[str] = field(default_factory=Counter)

    def take(self, sheet: CaseSheet) -> None:
        """Every row of one sheet."""
        headings = zip(sheet.header.texts(), sheet.roles, strict=True)
        self.columns.update(dict.fromkeys(text for text, role in headings if text and not role))
        clock = _clock(sheet)
        for row in sheet.rows():
            self._row(sheet, row, clock)

    def _row(self, sheet: CaseSheet, row: Row, clock: Clock) -> None:
        said = _said(sheet, row)
        code = " ".join(said.get(CASE, [])).strip()
        why = self._why_not(code)
        if why:
            self.refused.append(RefusedCase(sheet.sheet.title, row.number, why))
            return
        reported = clock.read(" ".join(said.get(REPORTED, [])))
        certain = reported.moment is not None and reported.other is None
        day = reported.moment.date().isoformat() if reported.moment and certain else ""
        self.cases[code.casefold()] = Case(sheet.sheet.title, row.number, code, day)
        for role in (PERSONAL, WORDS, LEFT, KNOWN, SUSPECTED):
            kept = role if role in (WORDS, LEFT) else PERSONAL
            self.cells[kept] += sum(1 for text in said.get(role, []) if text.strip())
        for list_name, key in self._keys(said):
            self._code(sheet, row, code, (list_name, key))

    def _why_not(self, code: str) -> str:
        if not code:
            return "refused.case_unnamed"
        if not _CODE.fullmatch(code):
            return "refused.case_code_odd"
        return "refused.case_twice" if code.casefold() in self.cases else ""

    def _keys(self, said: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
        for list_name in SCHEMES:
            for cell in said.get(list_name, []):
                found = understood(list_name, cell)
                self.unknown.update((list_name, piece) for piece in found.unknown)
                yield from ((list_name, key) for key in found.keys)
        for role in (KNOWN, SUSPECTED):
            if any(text.strip() for text in said.get(role, [])):
                yield "identification", role
                return

    def _code(self, sheet: CaseSheet, row: Row, case: str, found: tuple[str, str]) -> None:
        term = term_for(*found)
        if term is None:
            self.without_term[found] += 1
            return
        coding = CaseCoding(sheet.sheet.title, row.number, case, term.scheme, term.id)
        self.codings.setdefault((case, term.scheme, term.id), coding)

    def imported(self) -> ImportedCases:
        """All of it."""
        plan = CasePlan(
            cases=len(self.cases),
            codings=len(self.codings),
            refused=tuple(self.refused),
            unknown=_counted(self.unknown),
            without_term=_counted(self.without_term),
            columns=tuple(self.columns),
            personal=self.cells[PERSONAL],
            words=self.cells[WORDS],
            left=self.cells[LEFT],
        )
        return ImportedCases(tuple(self.cases.values()), tuple(self.codings.values()), plan)


def _said(sheet: CaseSheet, row: Row) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for role, cell in zip(sheet.roles, row.cells, strict=False):
        if role and cell.text:
            said.setdefault(role, []).append(cell.text)
    return said


def _clock(sheet: CaseSheet) -> Clock:
    """Reads the days of one sheet, day or month first as the sheet itself settles it."""
    order = Order()
    for row in sheet.rows():
        for text in _said(sheet, row).get(REPORTED, []):
            order.see(text)
    return Clock(ZoneInfo("UTC"), *order.decided()[:2])


def _counted(found: Counter[tuple[str, str]]) -> tuple[Unmapped, ...]:
    ordered = sorted(found.items(), key=lambda one: (one[0][0], -one[1], one[0][1]))
    return tuple(Unmapped(list_name, written, count) for (list_name, written), count in ordered)
