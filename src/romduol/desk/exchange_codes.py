"""Codes of another program become codes of the book: the vocabulary's own, or the team's.

A code is known again by its GUID. What the team says of a code it has stays; a file changes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from romduol.casebook.codes import PLACE_SCHEME, TEAM_SCHEME, Code, Codebook
from romduol.casebook.events import is_place_code
from romduol.casebook.vocabulary import vocabulary
from romduol.casework.codebooks.changes import Change, next_version
from romduol.casework.exchange.project import Project
from romduol.desk import codebooks
from romduol.desk.exchange_out import code_guid, scheme_guid, term_guid
from romduol.desk.opening import Book
from romduol.records import models


@dataclass(frozen=True, slots=True)
class Codes:
    """Scheme and id of each code of a file, by GUID; ``new`` were added to the team's codebook."""

    known: dict[str, tuple[str, str]]
    team: Codebook
    new: int

    def row(self, guid: str) -> models.Code:
        """The index's row for it."""
        scheme, term = self.known[guid]
        return codebooks.row_of(scheme, term, self.team)


def take_codes(book: Book, project: Project) -> Codes:
    """The file's codes in the book; new ones in one change, which undo takes back.

    Raises ``SomeonesWords`` when a definition repeats a transcript.
    """
    coded = set(_coded(project))
    ours = _vocabulary()
    known = {code.guid: ours[code.guid] for code in project.codes if code.guid in ours}
    known |= {
        code.guid: (PLACE_SCHEME, code.label)
        for code in project.codes
        if is_place_code(code.label) and code.guid == term_guid(PLACE_SCHEME, code.label)
    }
    headings = {scheme_guid(scheme) for scheme in (*vocabulary().schemes(), PLACE_SCHEME)}
    others = [c for c in project.codes if c.guid not in known and c.guid not in headings]
    team = codebooks.team(book)
    known |= {code_guid(code): (TEAM_SCHEME, team.standing(code.id)) for code in team.codes}
    new = list(_new(others, known, coded))
    if new:
        codebooks.change(book, Change.IMPORT, lambda c: next_version(c, (*c.codes, *new)))
        team = codebooks.team(book)
        known |= {code.guid: (TEAM_SCHEME, code.id) for code in new}
    return Codes(known, team, len(new))


def _new(
    others: Iterable[Code], known: dict[str, tuple[str, str]], coded: set[str]
) -> Iterator[Code]:
    """Codes the book does not have, parents first. A heading with codings is a code."""
    ids = {guid: term for guid, (scheme, term) in known.items() if scheme == TEAM_SCHEME}
    for code in others:
        if code.guid in known:
            continue
        ids[code.guid] = codebooks.new_id()
        yield replace(
            code,
            id=ids[code.guid],
            parent=ids.get(code.parent, ""),
            codable=code.codable or code.guid in coded,
        )


def _coded(project: Project) -> Iterator[str]:
    for source in project.sources:
        yield from (coding.code for coding in source.codings)
        for selection in source.selections:
            yield from (coding.code for coding in selection.codings)
    for case in project.cases:
        yield from case.codes


def _vocabulary() -> dict[str, tuple[str, str]]:
    return {term_guid(term.scheme, term.id): (term.scheme, term.id) for term in vocabulary().terms}
