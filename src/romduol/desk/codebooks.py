"""The team's codebook: every change makes a version, sealed, and an undo that takes back one.

What a change did to codings is kept beside it (``Recoding``), so that undo finds those and no
others. Merging moves no coding: one of a merged code reads as the code it was merged into.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

import msgspec

from romduol.casebook.codes import TEAM_SCHEME, Code, Codebook, UnknownCode
from romduol.casebook.troubles import WrongUsage
from romduol.casebook.vocabulary import VERSION, vocabulary
from romduol.casework.codebooks import by_name, of_vocabulary, read_codebook, write_codebook
from romduol.casework.codebooks.changes import Change, next_version, require_codable, split
from romduol.casework.codebooks.naming import path
from romduol.desk import team_words
from romduol.desk.blinding import id_of, require_not_in_a_round, visible_coding
from romduol.desk.clock import now
from romduol.desk.custody import THE_BOOK, Act, acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.own_words import require_nobodys
from romduol.desk.reading import require_free
from romduol.records import models
from romduol.records.models import CodebookVersion, Coding, Recoding
from romduol.vault import durable


class NothingToUndo(WrongUsage):
    """Every change of the codebook was taken back already, or there was none."""


class UnknownVersion(WrongUsage):
    """The codebook has no version of that number."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change did. ``left`` counts codings it could not move: they say otherwise by now."""

    version: int
    change: str
    codes: int
    recoded: int = 0
    left: int = 0
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version, by its number: what was done, by whom (a member's name) and when."""

    version: int
    change: str
    codes: int
    recoded: int
    undoes: int | None
    by: str
    at: datetime


def new_id() -> str:
    """An id that says nothing, so that no word of a member's stands in the index."""
    return f"t{secrets.token_hex(5)}"


def team(book: Book, version: int | None = None) -> Codebook:
    """The team's codebook as it stands, or as it stood. Raises ``UnknownVersion``."""
    rows = CodebookVersion.objects.select_related("words").order_by("number")
    row = rows.last() if version is None else rows.filter(number=version).first()
    if row is None:
        if version:
            raise UnknownVersion(version=version)
        return Codebook(TEAM_SCHEME, "0")
    return msgspec.convert(team_words.words_of(book, row.words), Codebook)


def every(book: Book) -> list[Codebook]:
    """The shipped vocabulary, a codebook a scheme, and the team's own."""
    return [*_shipped(), team(book)]


@cache
def _shipped() -> tuple[Codebook, ...]:
    terms = vocabulary()
    return tuple(of_vocabulary(terms, scheme) for scheme in terms.schemes())


def named(book: Book, said: str) -> tuple[str, str]:
    """Scheme and id of a code as a person names it. Raises ``UnknownCode``."""
    return by_name(every(book), said)


def labels(book: Book, lang: str) -> dict[str, str]:
    """What each code is called, from the top down, by ``scheme/id``."""
    return {
        f"{codebook.scheme}/{one.id}": path(codebook, one.id, lang)
        for codebook in every(book)
        for one in codebook.codes
    }


def own(book: Book, said: str) -> str:
    """The id of a code of the team's as a person names it; "" for "". Raises ``UnknownCode``."""
    return by_name([team(book)], said)[1] if said else ""


def require_usable(codebooks: Iterable[Codebook], scheme: str, code: str) -> None:
    """Raises ``UnknownCode``, or ``CodebookFaulty`` for a retired code or a heading."""
    for one in codebooks:
        if one.scheme == scheme:
            require_codable(one, code)
            return
    raise UnknownCode(code=scheme)


def row_of(scheme: str, code: str, codebook: Codebook) -> models.Code:
    """The index's row for a code in use, made when it is first used."""
    version = codebook.version if scheme == TEAM_SCHEME else VERSION
    found, _ = models.Code.objects.get_or_create(
        scheme=scheme, term=code, defaults={"version": version}
    )
    return found


def change(book: Book, done: Change, how: Callable[[Codebook], Codebook]) -> Changed:
    """One change of the codebook's codes: ``how`` makes the next version of the one that stands.

    Raises what ``how`` raises, and ``SomeonesWords``; then nothing was changed.
    """
    with book.alone():
        before = team(book)
        after = how(before)
        require_nobodys(book, _new_words(before, after))
        with team_words.kept_or_removed(book) as made, acting(book, "codebook") as act:
            row = _keep(book, after, done, made)
            return _told(act, row, after)


def _new_words(before: Codebook, after: Codebook) -> list[str]:
    known = set(before.codes)
    return [
        text
        for one in after.codes
        if one not in known
        for text in (one.label, one.label_km, one.definition, *one.examples)
    ]


def _keep(book: Book, codebook: Codebook, done: Change, made: list[str]) -> CodebookVersion:
    words = team_words.seal(book, msgspec.to_builtins(codebook), team_words.CODEBOOK, made)
    return CodebookVersion.objects.create(
        number=int(codebook.version), words=words, change=done.value, by=me(book), at=now()
    )


def _told(
    act: Act, row: CodebookVersion, codebook: Codebook, recoded: int = 0, left: int = 0
) -> Changed:
    act.about(THE_BOOK, change=row.change, version=row.number, recoded=recoded, undoes=row.undoes)
    return Changed(row.number, row.change, len(codebook.codes), recoded, left, row.undoes)


def import_sheet(book: Book, data: bytes) -> Changed:
    """The codes of a CSV, new ones added and known ones said anew."""
    return change(book, Change.IMPORT, lambda standing: read_codebook(data, standing, new_id))


def export_sheet(book: Book, version: int | None, out: Path) -> int:
    """Write the team's codebook as CSV, whole or not at all; returns its codes. It is logged.

    Raises ``OutputExists``, ``NoSuchFolder``, ``UnknownVersion``.
    """
    codebook = team(book, version)
    require_free(out)
    with acting(book, "codebook-export") as act:
        act.about(THE_BOOK, version=int(codebook.version))
    with durable.part_file(out.absolute().parent) as part:
        part.write(write_codebook(codebook))
    durable.move_into_place(part.path, out)
    return len(codebook.codes)


def divide(
    book: Book, code: str, labels: Iterable[str], assigned: Mapping[str, str]
) -> tuple[Changed, list[str]]:
    """Split a code into parts; ``assigned`` says by coding id which part (its label) it is of.

    The rest stays with the code, now a heading. Returns the parts' ids too.
    """
    parts = [Code(new_id(), label) for label in labels]
    ids = {part.label: part.id for part in parts}
    with book.alone():
        wanted = {coding: _part(ids, label) for coding, label in assigned.items()}
        told = _recoding(book, Change.SPLIT, lambda c: split(c, code, parts), wanted, code)
    return told, [part.id for part in parts]


def _part(ids: Mapping[str, str], label: str) -> str:
    if label not in ids:
        raise UnknownCode(code="?")
    return ids[label]


def recode(book: Book, assigned: Mapping[str, str]) -> Changed:
    """Codings (by id) get another code of the team's (by id). Raises ``UnknownCode``."""
    with book.alone():
        standing = team(book)
        for code in set(assigned.values()):
            require_codable(standing, code)
        return _recoding(book, Change.RECODE, lambda c: next_version(c, c.codes), assigned)


def _recoding(
    book: Book,
    done: Change,
    how: Callable[[Codebook], Codebook],
    assigned: Mapping[str, str],
    only: str = "",
) -> Changed:
    before = team(book)
    after = how(before)
    require_nobodys(book, _new_words(before, after))
    codings = _codings(book, assigned, before, only)
    with team_words.kept_or_removed(book) as made, acting(book, "codebook") as act:
        row = _keep(book, after, done, made)
        moved = [_give(one, row, assigned[id_of(one)], after) for one in codings]
        return _told(act, row, after, sum(moved), len(moved) - sum(moved))


def _codings(book: Book, assigned: Iterable[str], codebook: Codebook, only: str) -> list[Coding]:
    """The team's codings meant, all of which this member may change. Raises ``UnknownCoding``."""
    found = [visible_coding(book, one) for one in assigned]
    for one in found:
        in_scheme = one.code.scheme == TEAM_SCHEME
        if not in_scheme or (only and codebook.standing(one.code.term) != only):
            raise UnknownCode(code=one.code.term)
        require_not_in_a_round(one)
    return found


def _give(coding: Coding, version: CodebookVersion, code: str, codebook: Codebook) -> bool:
    """Give the coding the code, on record; false when its coder gave those words that code too."""
    before = coding.code.term
    twin = Coding.objects.filter(
        incident=coding.incident, code__scheme=coding.code.scheme, code__term=code,
        item=coding.item, start=coding.start, end=coding.end, coder_mac=coding.coder_mac,
    )  # fmt: skip
    if twin.exists():
        return False
    coding.code = row_of(coding.code.scheme, code, codebook)
    coding.save(update_fields=["code"])
    Recoding.objects.create(version=version, coding=coding, before=before, after=code)
    return True


def undo(book: Book) -> Changed:
    """Take back the last change that stands: its codes, and the codings it moved.

    Undo again takes back the one before it. Raises ``NothingToUndo``.
    """
    with book.alone():
        last = _last_standing()
        now_ = team(book)
        before = replace(team(book, last.number - 1), version=str(int(now_.version) + 1))
        with team_words.kept_or_removed(book) as made, acting(book, "codebook") as act:
            row = _keep(book, before, Change.UNDO, made)
            row.undoes = last.number
            row.save(update_fields=["undoes"])
            moves = last.recodings.select_related("coding__code").order_by("-pk")
            back = [
                move.coding.code.term == move.after and _give(move.coding, row, move.before, before)
                for move in moves
            ]
            return _told(act, row, before, sum(back), len(back) - sum(back))


def _last_standing() -> CodebookVersion:
    rows = list(CodebookVersion.objects.order_by("number"))
    undone = {row.undoes for row in rows}
    standing = [row for row in rows if row.undoes is None and row.number not in undone]
    if not standing:
        raise NothingToUndo
    return standing[-1]


def versions(book: Book) -> list[Version]:
    """Every version, oldest first."""
    rows = CodebookVersion.objects.select_related("words", "by").order_by("number")
    return [
        Version(
            row.number,
            row.change,
            len(team_words.words_of(book, row.words)["codes"]),
            row.recodings.count(),
            row.undoes,
            row.by.name,
            row.at,
        )
        for row in rows
    ]
