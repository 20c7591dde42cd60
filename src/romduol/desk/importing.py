"""A workbook of many women's cases comes in as codes: a plan first, then women and codings, undone
as a whole while nothing was added to them.

Names, telephones and stories in the workbook are counted and not taken; the workbook itself is not
kept. Consent is "not asked" for every case, so none of them can be counted outside, quoted or sent.
After a crash the same import, made again, finishes what is missing and adds nothing twice.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from romduol.casebook.troubles import WrongUsage
from romduol.desk import coding, withdrawing, women
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.opening import Book
from romduol.desk.receiving import source_of
from romduol.intake import casedatabase
from romduol.intake.casedatabase import CasePlan, ImportedCases, RefusedCase
from romduol.intake.source import CannotRead
from romduol.records.models import LogEntry, Woman
from romduol.vault.entries import Entry

VERB, UNDONE = "import-cases", "import-undone"
ALIAS_TAKEN = "refused.case_alias_taken"


class NoCaseWorkbook(WrongUsage):
    """The file named is no workbook of cases, or cannot be read whole."""


class UnknownImport(WrongUsage):
    """No import of that code was made in this book, or it was undone."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What an import would do. ``new`` of the plan's cases are not in the book yet."""

    plan: CasePlan
    new: int
    held: int
    refused: tuple[RefusedCase, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import did; ``code`` undoes it."""

    code: str
    women: int
    codings: int
    planned: Planned


@dataclass(frozen=True, slots=True)
class Undone:
    """How many women an undo took out, and how many stay because something was added to them."""

    removed: int
    kept: int


def plan(path: Path) -> Planned:
    """What importing ``path`` would do; nothing is kept. Raises ``NoCaseWorkbook``."""
    return _planned(_cases(path))


def bring(
    book: Book, path: Path, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> Brought:
    """Make a woman a case, with no consent, and code her case as a whole. ``NoCaseWorkbook``."""
    found = _cases(path)
    with book.alone():
        planned = _planned(found)
        taken = {(one.sheet, one.row) for one in planned.refused if one.why == ALIAS_TAKEN}
        usable = [case.code for case in found.cases if (case.sheet, case.row) not in taken]
        missing = [code for code in usable if not Woman.objects.filter(alias=code).exists()]
        if missing:
            women.add(book, [women.WomanToAdd(code) for code in missing])
        blank = {woman.alias: woman.code for woman in _blank(usable)}
        code = f"c{secrets.token_hex(6)}"
        with acting(book, VERB) as act:
            digest = sha256(path.read_bytes()).hexdigest()
            act.about(THE_BOOK, **{"import": code, "sha256": digest, "women": [*blank.values()]})
        done = coding.code(book, found.only(frozenset(blank)).coding_sheet(), progress)
    return Brought(code, len(blank), done.new_codings, planned)


def undo(book: Book, code: str) -> Undone:
    """Take out every woman of the import to whom nothing was added since; the others stay.

    Each leaves a tombstone, as in a withdrawal. Raises ``UnknownImport``.
    """
    made = dict(_imports()).get(code)
    if made is None:
        raise UnknownImport
    hers = list(Woman.objects.filter(code__in=made))
    free = [woman for woman in hers if not _added_to(woman)]
    with book.alone():
        for woman in free:
            withdrawing.withdraw(book, woman.code)
        with acting(book, UNDONE) as act:
            kept = [woman.code for woman in hers if woman not in free]
            act.about(THE_BOOK, **{"import": code, "kept": kept})
    return Undone(len(free), len(kept))


def _cases(path: Path) -> ImportedCases:
    try:
        return casedatabase.cases(source_of(path))
    except CannotRead as why:
        raise NoCaseWorkbook from why


def _planned(found: ImportedCases) -> Planned:
    """Which cases are new, which an earlier import brought, and whose code is a woman's alias."""
    brought = {code for _, codes in _imports() for code in codes}
    named = {
        one.alias: one for one in Woman.objects.filter(alias__in=[c.code for c in found.cases])
    }
    blank = {woman.alias for woman in _blank(list(named))}
    held = {alias for alias, woman in named.items() if woman.code in brought}
    taken = named.keys() - held - blank
    clash = [RefusedCase(c.sheet, c.row, ALIAS_TAKEN) for c in found.cases if c.code in taken]
    new = sum(case.code not in held | taken for case in found.cases)
    return Planned(found.plan, new, len(held), (*found.plan.refused, *clash))


def _blank(aliases: list[str]) -> list[Woman]:
    """Women of these aliases with nothing in their record yet: made by an import cut short."""
    found = Woman.objects.filter(alias__in=aliases, items=None, consents=None, incidents=None)
    return list(found.order_by("pk"))


def _added_to(woman: Woman) -> bool:
    """Was anything added that the import did not bring: an item, an answer, an account, a step?"""
    later = (woman.items, woman.consents, woman.complaints, woman.steps, woman.accounts)
    return woman.incidents.count() > 1 or any(rows.exists() for rows in later)


def _imports() -> Iterator[tuple[str, list[str]]]:
    """The code of every import that stands, with the codes of its women."""
    rows = LogEntry.objects.filter(subject=THE_BOOK).order_by("index")
    told = [
        (Entry.parse(bytes(leaf)).verb, fact) for leaf, fact in rows.values_list("leaf", "fact")
    ]
    facts = [(verb, json.loads(bytes(fact))) for verb, fact in told if verb in (VERB, UNDONE)]
    undone = {fact["import"] for verb, fact in facts if verb == UNDONE}
    for verb, fact in facts:
        if verb == VERB and fact["import"] not in undone:
            yield fact["import"], fact["women"]
