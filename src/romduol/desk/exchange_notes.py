"""Notes and descriptions of another program become sealed memos, each once; memos become notes.

A note on a text or a passage is sealed to her; one on a code or the project is the team's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from romduol.casework.exchange.project import Project
from romduol.casework.exchange.troubles import Left
from romduol.desk import memos
from romduol.desk.blinding import id_of
from romduol.desk.exchange_codes import Codes
from romduol.desk.exchange_codings import Coded
from romduol.desk.memos import Target
from romduol.desk.opening import Book
from romduol.desk.own_words import SomeonesWords
from romduol.records.models import Item


@dataclass(frozen=True, slots=True)
class _Said:
    """A memo to be kept. ``target`` is none for a note on something that did not come in."""

    guid: str
    target: Target | None
    title: str
    text: str

    @property
    def key(self) -> tuple[str, str, str]:
        about = self.target or Target()
        return about.coding or about.item or about.code, self.title, self.text


def keep_notes(
    book: Book, project: Project, items: Mapping[str, Item], codes: Codes, coded: Coded
) -> tuple[int, list[Left]]:
    """How many memos are new, and the notes that were not taken: on something that did not come
    in, or on the team's things and repeating a transcript."""
    said = list(_said(project, _places(project, items, codes, coded)))
    held = {(m.target, m.title, m.text) for m in memos.listed(book)} if said else set()
    new, left = 0, []
    for one in said:
        if one.target is None:
            left.append(Left("qdpx.left.note", one.guid))
        elif one.key not in held:
            try:
                memos.add(book, one.target, one.text, one.title)
            except SomeonesWords:
                left.append(Left("qdpx.left.note_hers", one.guid))
                continue
            held.add(one.key)
            new += 1
    return new, left


def _places(
    project: Project, items: Mapping[str, Item], codes: Codes, coded: Coded
) -> dict[str, Target]:
    """What each GUID of the file is in the book, as far as a memo can be about it."""
    places = {"": Target()}
    places |= {guid: Target(code="/".join(code)) for guid, code in codes.known.items()}
    for source in project.everything:
        if source.guid in items:
            target = Target(item=items[source.guid].code)
            places[source.guid] = target
            places |= dict.fromkeys((one.guid for one in source.selections), target)
    for guid, row in coded.rows.items():
        places[guid] = Target(coding=id_of(row))
    return places


def _said(project: Project, places: Mapping[str, Target]) -> Iterator[_Said]:
    for note in project.notes:
        for target in note.targets or ("",):
            yield _Said(note.guid, places.get(target), note.name, note.text)
    described = [("", project.description)]
    for source in project.everything:
        described.append((source.guid, source.description))
        described += [(one.guid, one.description) for one in source.selections]
    for guid, text in described:
        if text.strip():
            yield _Said(guid, places.get(guid), "", text)
