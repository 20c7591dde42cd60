"""Codebooks, codings and memos: which words were coded with which code, and what was thought of it.

A coding points into the one canonical text of an item by code points; the text itself stays in the
vault. A ``Study`` is the whole of what may be counted, and nothing a machine suggested is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from romduol.casebook.events import When
from romduol.casebook.troubles import WrongUsage

FORM_SCHEMES = ("form_online", "form_offline")
PLACE_SCHEME = "place"
TEAM_SCHEME = "team"  # the codes that members made themselves, beside the shipped vocabulary


class UnknownCode(WrongUsage):
    """A code was named that the codebook does not have, or that several codes answer to."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a codebook. ``id`` is opaque ASCII and never changes; the words may.

    ``examples`` are invented or altered, never anyone's own words. ``codable`` is false for a
    heading. A ``retired`` code stands for what was coded with it and takes nothing new; one that
    was merged says into which (``merged_into``). ``colour`` is ``#RRGGBB`` or "". ``guid`` is what
    another program called it, "" when it was made here.
    """

    id: str
    label: str
    parent: str = ""
    label_km: str = ""
    definition: str = ""
    examples: tuple[str, ...] = ()
    colour: str = ""
    codable: bool = True
    retired: bool = False
    merged_into: str = ""
    guid: str = ""

    def name(self, lang: str) -> str:
        """The label in ``en`` or ``km``, the other one where there is none."""
        return {"en": self.label, "km": self.label_km}[lang] or self.label or self.label_km


@dataclass(frozen=True, slots=True)
class Codebook:
    """All codes of one scheme at one version, each after its siblings before it.

    What holds of every codebook (ids once, parents that exist, no circles) is checked where one is
    made: ``casework.codebooks.checked``.
    """

    scheme: str
    version: str
    codes: tuple[Code, ...] = ()

    def code(self, id: str) -> Code:  # noqa: A002 - the field's own name
        """The code; raises ``UnknownCode``."""
        for one in self.codes:
            if one.id == id:
                return one
        raise UnknownCode(code=id)

    def children(self, id: str) -> tuple[Code, ...]:  # noqa: A002 - the field's own name
        """The codes directly below ``id``; those at the top for ``""``."""
        return tuple(one for one in self.codes if one.parent == id)

    def lineage(self, id: str) -> Iterator[Code]:  # noqa: A002 - the field's own name
        """The code, its parent, and so on up to the top."""
        here = self.code(id)
        yield here
        while here.parent:
            here = self.code(here.parent)
            yield here

    def standing(self, id: str) -> str:  # noqa: A002 - the field's own name
        """The id that ``id`` goes by now: itself, or what it was merged into."""
        here = self.code(id)
        while here.merged_into:
            here = self.code(here.merged_into)
        return here.id

    def walk(self, below: str = "", depth: int = 0) -> Iterator[tuple[int, Code]]:
        """Every code under ``below`` with its depth, parents before their children."""
        for one in self.children(below):
            yield depth, one
            yield from self.walk(one.id, depth + 1)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one item's canonical text: code points ``[start, end)``."""

    item: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Coding:
    """One term given to a span, or (``span`` none) to the incident as a whole.

    ``quote`` is filled only for a quote that she allowed to be published and only in memory.
    """

    woman: str
    incident: str
    scheme: str
    term: str
    span: Span | None = None
    coder: str = ""
    quote: str = ""
    quote_allowed: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One coding as the work of coding sees it: any scheme, with or without an incident.

    ``id`` is opaque. ``code`` is what it stands for now (``given`` was merged into it, if they
    differ). ``start`` and ``end`` are none where an incident was coded as a whole; ``item`` is then
    "". ``coder`` is a keyed digest, never a name. ``merged`` marks what stands for several coders'
    codings; ``taken_up`` names the merged one that a coding went into.
    """

    id: str
    woman: str
    item: str
    start: int | None
    end: int | None
    scheme: str
    code: str
    given: str = ""
    coder: str = ""
    incident: str = ""
    merged: bool = False
    taken_up: str = ""
    at: datetime | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Scheme and code."""
        return self.scheme, self.code


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a picture, a PDF or a recording; all none: it as a whole.

    Two corners as they were drawn, in pixels of the picture or points of the PDF's ``page``; or
    milliseconds ``[begin, end)`` of a recording. The names are those of REFI-QDA 1.5.
    """

    page: int | None = None
    first_x: int | None = None
    first_y: int | None = None
    second_x: int | None = None
    second_y: int | None = None
    begin: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceCoded:
    """One term given to a place in a picture, a PDF or a recording; it is counted nowhere.

    ``id`` is opaque, ``coder`` a keyed digest, ``medium`` Picture, PDF, Audio or Video.
    """

    id: str
    woman: str
    item: str
    medium: str
    place: Place
    scheme: str
    code: str
    coder: str
    incident: str
    at: datetime


class About(StrEnum):
    """What a memo is about."""

    BOOK = "book"
    CODE = "code"
    CODING = "coding"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Memo:
    """What a member thought while coding. Its words are sealed.

    ``target`` is the id of a coding or an item, ``scheme/code`` for a code, "" for the book.
    """

    id: str
    about: About
    target: str
    title: str
    text: str
    by: str  # a member's code
    at: datetime


@dataclass(frozen=True, slots=True)
class IncidentFact:
    """One incident: whose it is and when it happened."""

    incident: str
    woman: str
    when: When


@dataclass(frozen=True, slots=True)
class Interview:
    """That a woman was asked: how and in which quarter, for the method section only."""

    woman: str
    mode: str
    quarter: str


@dataclass(frozen=True, slots=True)
class Study:
    """Everything that was decided and may be counted.

    ``asked`` are the women who were asked (a transcript received, or an incident coded). Ids are
    opaque: no alias, no name, no text but the allowed quotes. ``accounts`` are those online behind
    an incident as far as they are known: codes that say only which of them are one.
    """

    asked: frozenset[str]
    incidents: tuple[IncidentFact, ...]
    codings: tuple[Coding, ...]
    interviews: tuple[Interview, ...] = ()
    coders: int = 0
    accounts: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
