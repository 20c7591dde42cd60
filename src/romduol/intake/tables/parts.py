"""A part of a workbook (XML) goes in, its elements come out with their bytes, under flat memory.

A document type, which no workbook has and every XML trap needs, is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple
from xml.parsers import expat

from romduol.casebook.evidence import Note
from romduol.intake.containers import BROKEN
from romduol.intake.source import CannotRead, Source

_CHUNK = 1 << 16


class Moment(Enum):
    """What of an element was met."""

    OPENS = 1
    TEXT = 2
    CLOSES = 3


class Met(NamedTuple):
    """An element that opens or closes at byte ``at``, or text; ``name`` is without a prefix.

    A tuple and no dataclass: a sheet has millions of these, and they are made four times faster.
    """

    moment: Moment
    name: str
    at: int
    attributes: dict[str, str] = {}  # noqa: RUF012 - never written to


class _Trap(Exception):
    """The part has a document type."""


def met(part: Source) -> Iterator[Met]:
    """Everything in ``part``, in order; ``name`` of a TEXT is the text. Raises ``CannotRead``."""
    waiting: list[Met] = []
    parser = _parser(waiting)
    try:
        with part.open() as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk)
                yield from waiting
                waiting.clear()
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError, _Trap, *BROKEN) as broken:
        # LookupError, ValueError: the part names an encoding that nobody knows, or expat does not
        raise CannotRead(Note("note.tables.workbook_broken")) from broken
    yield from waiting


def _parser(waiting: list[Met]) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def opens(name: str, attributes: dict[str, str]) -> None:
        if any(":" in key for key in attributes):
            attributes = {_bare(key): value for key, value in attributes.items()}
        waiting.append(Met(Moment.OPENS, _bare(name), parser.CurrentByteIndex, attributes))

    def closes(name: str) -> None:
        waiting.append(Met(Moment.CLOSES, _bare(name), parser.CurrentByteIndex))

    def text(words: str) -> None:
        waiting.append(Met(Moment.TEXT, words, parser.CurrentByteIndex))

    def doctype(*_told: object) -> None:
        raise _Trap

    parser.StartElementHandler = opens
    parser.EndElementHandler = closes
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    return parser


def _bare(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name
