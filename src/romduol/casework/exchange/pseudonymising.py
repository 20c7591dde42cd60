"""A project in which nobody is named: texts rewritten, positions moved, everything else drawn anew.

What links an export to the book, to another export, or to the order of the interviews is replaced:
GUIDs, names of sources, coders and cases, their order, dates, names of programs. What is not known
to be harmless is left out unless somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from uuid import UUID

from romduol.casebook.codes import Code
from romduol.casebook.replacements import Replacement, Rewritten, rewrite
from romduol.casework.exchange.project import (
    Case,
    Coding,
    Note,
    Project,
    Selection,
    TextSource,
    User,
)
from romduol.casework.exchange.quotes import quote_name

NAME = "pseudonymised"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is taken along although it may give somebody away: each was asked for by itself."""

    definitions: bool = False
    notes: bool = False
    cases: bool = False
    months: bool = False


class Fate(StrEnum):
    """What became of a selection that crossed replaced words."""

    SHRUNK = "shrunk"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Cut:
    """One selection that is not what it was. GUIDs are those of the project inside the book."""

    source: str
    selection: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class Pseudonymised:
    """The new project, and every selection that was shrunk or dropped."""

    project: Project
    cuts: tuple[Cut, ...]


def pseudonymise(
    project: Project,
    replacements: Mapping[str, Sequence[Replacement]],
    dice: Random,
    wanted: Wanted = Wanted(),
) -> Pseudonymised:
    """``project`` with the replacements of each source (by GUID) made and all else drawn anew.

    ``dice`` draws GUIDs and orders; for an export it is the system's own source of chance. Raises
    ``ValueError`` when replacements do not fit a text.
    """
    return _Drawing(project, dice, wanted).made(replacements)


def source_names(count: int) -> list[str]:
    """``P01``, ``P02`` … as wide as the last one needs."""
    return _numbered("P", count)


def _numbered(letter: str, count: int) -> list[str]:
    width = max(2, len(str(count)))
    return [f"{letter}{n:0{width}}" for n in range(1, count + 1)]


class _Drawing:
    """New names for everything in one project."""

    def __init__(self, project: Project, dice: Random, wanted: Wanted) -> None:
        self.project, self.dice, self.wanted = project, dice, wanted
        self.fresh: dict[str, str] = {}
        self.cuts: list[Cut] = []
        self.kept: set[str] = set()  # selections still there

    def made(self, replacements: Mapping[str, Sequence[Replacement]]) -> Pseudonymised:
        """Sources first, so that what points to dropped selections can be left out."""
        users = self._users()
        sources = tuple(self._sources(replacements))
        new = Project(
            name=NAME,
            users=users,
            codes=tuple(map(self._code, self.project.codes)),
            sources=sources,
            cases=tuple(self._cases()),
            notes=tuple(self._notes()),
        )
        return Pseudonymised(new, tuple(self.cuts))

    def new(self, guid: str) -> str:
        """The GUID that takes the place of ``guid`` in this export and in no other."""
        if not guid:
            return ""
        if guid not in self.fresh:
            self.fresh[guid] = str(UUID(int=self.dice.getrandbits(128), version=4)).upper()
        return self.fresh[guid]

    def _users(self) -> tuple[User, ...]:
        """Only those whose codings are here, in an order that says nothing."""
        coded = {c.user for s in self.project.sources for c in _codings_of(s)} - {""}
        shuffled = self._shuffled(sorted(coded))
        return tuple(User(self.new(g), f"coder-{n}") for n, g in enumerate(shuffled, start=1))

    def _shuffled(self, items: Iterable[str]) -> list[str]:
        found = list(items)
        self.dice.shuffle(found)
        return found

    def _code(self, code: Code) -> Code:
        guid = self.new(code.guid)
        definition = code.definition if self.wanted.definitions else ""
        return replace(
            code, id=guid, guid=guid, parent=self.new(code.parent), definition=definition
        )

    def _sources(self, replacements: Mapping[str, Sequence[Replacement]]) -> Iterator[TextSource]:
        by_guid = {source.guid: source for source in self.project.sources}
        order = self._shuffled(by_guid)
        for name, guid in zip(source_names(len(order)), order, strict=True):
            source = by_guid[guid]
            text = rewrite(source.text, replacements.get(guid, ()))
            yield TextSource(
                guid=self.new(guid),
                name=name,
                text=text.text,
                selections=tuple(self._selections(source, text)),
                codings=tuple(map(self._coding, source.codings)),
            )

    def _selections(self, source: TextSource, text: Rewritten) -> Iterator[Selection]:
        for one in sorted(source.selections, key=lambda s: (s.start, s.end)):
            moved = text.moved(one.start, one.end)
            if moved is None or not text.text[moved.start : moved.end].strip():
                self.cuts.append(Cut(source.guid, one.guid, Fate.DROPPED))
                continue
            if moved.shrunk:
                self.cuts.append(Cut(source.guid, one.guid, Fate.SHRUNK))
            self.kept.add(one.guid)
            yield Selection(
                guid=self.new(one.guid),
                start=moved.start,
                end=moved.end,
                name=quote_name(text.text, moved.start, moved.end),
                codings=tuple(map(self._coding, one.codings)),
            )

    def _coding(self, one: Coding) -> Coding:
        at = f"{one.at[:7]}-01T00:00:00Z" if self.wanted.months and one.at else ""
        return Coding(self.new(one.guid), self.new(one.code), self.new(one.user), at)

    def _cases(self) -> Iterator[Case]:
        """Cases without their names, words, dates and variables, in an order that says nothing."""
        if not self.wanted.cases:
            return
        by_guid = {case.guid: case for case in self.project.cases}
        order = self._shuffled(by_guid)
        for name, guid in zip(_numbered("C", len(order)), order, strict=True):
            case = by_guid[guid]
            yield Case(
                guid=self.new(guid),
                name=name,
                codes=tuple(map(self.new, case.codes)),
                sources=tuple(map(self.new, case.sources)),
                selections=tuple(self.new(s) for s in case.selections if s in self.kept),
            )

    def _notes(self) -> Iterator[Note]:
        """Notes about what is still here, if they were asked for; who wrote them is not said."""
        if not self.wanted.notes:
            return
        by_guid = {note.guid: note for note in self.project.notes}
        for name, guid in zip(_numbered("N", len(by_guid)), self._shuffled(by_guid), strict=True):
            targets = tuple(self.fresh[t] for t in by_guid[guid].targets if t in self.fresh)
            yield Note(self.new(guid), name, by_guid[guid].text, targets)


def _codings_of(source: TextSource) -> Iterator[Coding]:
    yield from source.codings
    for one in source.selections:
        yield from one.codings


def words_of(project: Project) -> Iterator[str]:
    """Every text in the project that a reader of the file will see."""
    yield from (project.name, project.origin, project.description)
    for user in project.users:
        yield user.name
    for code in project.codes:
        yield from (code.label, code.definition)
    for source in project.sources:
        yield from (source.name, source.text, source.description)
        yield from (word for s in source.selections for word in (s.name, s.description))
    for note in project.notes:
        yield from (note.name, note.text)
    for case in project.cases:
        yield from (case.name, case.description, *(value for _, value in case.values))
    yield from (v.name for v in project.variables)
    yield from (word for group in project.groups for word in (group.name, group.description))
    yield from (word for media in project.media for word in (media.name, media.member))
