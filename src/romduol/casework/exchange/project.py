"""A coding project as any program means it: sources, codes, selections, notes; positions settled.

The names are those of REFI-QDA 1.5. A position is a code point of the source's canonical text (line
ends LF, no byte order mark), ends exclusive, whatever the file counted in. A GUID is written as the
standard likes it best: upper case, no braces.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid5

from romduol.casebook.codes import Code, Place

PROJECT_SPACE = "urn:QDA-XML:project:1.0"
CODEBOOK_SPACE = "urn:QDA-XML:codebook:1.0"
ORIGIN = "Romduol"
_OURS = UUID("6f0c53a2-52bb-5d6c-9c7f-6f2a1c0e7d11")  # chosen once: GUIDs drawn from what they name
_BOX = ("firstX", "firstY", "secondX", "secondY")
# the attributes that say where a selection stands, by the kind of source
PLACES = {
    "Picture": _BOX,
    "PDF": ("page", *_BOX),
    "Audio": ("begin", "end"),
    "Video": ("begin", "end"),
}


def guid_of(kind: str, *parts: str) -> str:
    """A GUID that follows from what it names, the same in every book (RFC 9562, version 5)."""
    return str(uuid5(_OURS, "\x1f".join((kind, *parts)))).upper()


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who coded."""

    guid: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Coding:
    """One code given. ``user`` and ``at`` (xsd:dateTime) are "" where the file does not say."""

    guid: str
    code: str
    user: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """A stretch ``[start, end)`` of one text. ``name`` is often the quote, or its beginning."""

    guid: str
    start: int
    end: int
    name: str = ""
    description: str = ""
    user: str = ""
    at: str = ""
    codings: tuple[Coding, ...] = ()


@dataclass(frozen=True, slots=True)
class TextSource:
    """A text and what of it is coded. ``codings`` are codes given to it as a whole.

    ``of`` is the GUID of the recording, picture or PDF whose words these are, else "".
    """

    guid: str
    name: str
    text: str
    selections: tuple[Selection, ...] = ()
    codings: tuple[Coding, ...] = ()
    description: str = ""
    user: str = ""
    at: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class MediaSelection:
    """A place in a picture, a PDF or a recording."""

    guid: str
    place: Place
    name: str = ""
    description: str = ""
    user: str = ""
    at: str = ""
    codings: tuple[Coding, ...] = ()


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, a PDF, a recording. ``codings`` are codes given to it as a whole.

    ``data`` is filled only on the way out.
    """

    guid: str
    kind: str  # Picture, PDF, Audio, Video: the element's name begins so
    name: str
    member: str  # where its bytes stand in the archive; "" when they do not
    selections: tuple[MediaSelection, ...] = ()
    codings: tuple[Coding, ...] = ()
    description: str = ""
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Note:
    """A memo. ``targets`` are the GUIDs of what it is about; none means the project as a whole."""

    guid: str
    name: str
    text: str
    targets: tuple[str, ...] = ()
    user: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """What is asked of every case. ``kind`` is Text, Boolean, Integer, Float, Date or DateTime."""

    guid: str
    name: str
    kind: str = "Text"


@dataclass(frozen=True, slots=True)
class Case:
    """A person, place or event that sources and selections are about."""

    guid: str
    name: str
    description: str = ""
    codes: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()  # (variable, what is said)
    sources: tuple[str, ...] = ()
    selections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A set of codes, sources and notes."""

    guid: str
    name: str
    description: str = ""
    codes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A whole project. A code's ``id`` and ``guid`` are both its GUID, ``parent`` its parent's."""

    name: str
    origin: str = ""
    users: tuple[User, ...] = ()
    codes: tuple[Code, ...] = ()
    sources: tuple[TextSource, ...] = ()
    media: tuple[Media, ...] = ()
    notes: tuple[Note, ...] = ()
    variables: tuple[Variable, ...] = ()
    cases: tuple[Case, ...] = ()
    groups: tuple[Group, ...] = ()
    description: str = ""

    @property
    def everything(self) -> tuple[TextSource | Media, ...]:
        """Texts, then pictures, PDFs and recordings."""
        return (*self.sources, *self.media)

    def selections(self) -> int:
        """How many selections stand in all texts, pictures, PDFs and recordings."""
        return sum(len(source.selections) for source in self.everything)
