"""A Word file (ECMA-376, word/document.xml) goes in, its paragraphs come out with their bytes.

Insertions are kept; deletions and moved-away text are not shown but counted; comments stay in
their own part and are counted; footnotes follow the body as paragraphs of their own.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead, Source

BODY = "word/document.xml"
FOOTNOTES = "word/footnotes.xml"
ENDNOTES = "word/endnotes.xml"
COMMENTS = "word/comments.xml"
LONGEST = 64 * 1024 * 1024

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\xad"}
_GONE = frozenset({"del", "moveFrom"})
# encrypted members are a RuntimeError, unknown packings a NotImplementedError
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)
_PROPERTIES = frozenset({"rPr", "pPr", "sectPr"})


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its text, and its bytes ``[start, end)`` in ``part`` of the archive."""

    part: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """The paragraphs of the body, those of the notes, and what is not shown."""

    body: tuple[Paragraph, ...]
    notes: tuple[Paragraph, ...]
    deletions: int
    comments: int


def document(source: Source) -> Document:
    """Read a .docx; raises ``CannotRead`` for what is damaged, encrypted, or a trap."""
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            return _document(archive)
    except (*_BROKEN_ZIP, ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise CannotRead(Note("note.transcripts.broken_docx")) from error


def _document(archive: zipfile.ZipFile) -> Document:
    parts = archive.namelist()
    body = _walked(archive, BODY)
    notes = [_walked(archive, part) for part in (FOOTNOTES, ENDNOTES) if part in parts]
    comments = _walked(archive, COMMENTS).comments if COMMENTS in parts else 0
    return Document(
        body=tuple(body.paragraphs),
        notes=tuple(p for walk in notes for p in walk.paragraphs if p.text.strip()),
        deletions=body.deletions + sum(walk.deletions for walk in notes),
        comments=comments,
    )


def _walked(archive: zipfile.ZipFile, part: str) -> _Walk:
    raw = _bounded(archive, part)
    walk = _Walk(part, raw)
    parser = DefusedXMLParser(target=walk, forbid_dtd=True)
    walk.byte_index = lambda: int(parser.parser.CurrentByteIndex)
    parser.feed(raw)
    parser.close()
    return walk


def _bounded(archive: zipfile.ZipFile, part: str) -> bytes:
    """The part's bytes; the archive's own word about their number is not trusted."""
    with archive.open(part) as stream:
        raw = stream.read(LONGEST + 1)
    if len(raw) > LONGEST:
        raise CannotRead(Note("note.transcripts.too_long", (("limit", LONGEST),)))
    return raw


@dataclass(slots=True)
class _Walk:
    """Follows the elements of one part; the parser calls ``start``, ``data`` and ``end``."""

    part: str
    raw: bytes
    paragraphs: list[Paragraph] = field(default_factory=list)
    deletions: int = 0
    comments: int = 0
    byte_index: Callable[[], int] = lambda: 0
    _open: list[tuple[int, list[str]]] = field(default_factory=list)
    _hidden: int = 0  # how deep inside something that is not shown
    _properties: int = 0
    _text: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element opens."""
        name = _local(tag)
        self._hidden += name in _GONE or tag == _FALLBACK
        self.deletions += name in _GONE and not self._properties
        self._properties += name in _PROPERTIES
        self.comments += name == "comment"
        self._text += name == "t"
        if name == "p":
            self._open.append((self.byte_index(), []))
        elif name in _CHARACTERS and not self._properties:
            self._write(_CHARACTERS[name])
        elif name == "sym":
            self._write(_symbol(attributes))

    def data(self, text: str) -> None:
        """Characters between tags."""
        if self._text:
            self._write(text)

    def end(self, tag: str) -> None:
        """An element closes."""
        name = _local(tag)
        self._hidden -= name in _GONE or tag == _FALLBACK
        self._properties -= name in _PROPERTIES
        self._text -= name == "t"
        if name == "p":
            start, written = self._open.pop()
            end = self.raw.find(b">", self.byte_index()) + 1
            if not self._hidden:
                self.paragraphs.append(Paragraph(self.part, "".join(written), start, end))

    def close(self) -> None:
        """The part ended; an element left open is a parse error before this."""

    def _write(self, text: str) -> None:
        if self._open and not self._hidden:
            self._open[-1][1].append(text)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2] if tag.startswith((_W, _STRICT)) else ""


def _symbol(attributes: dict[str, str]) -> str:
    code = next((v for k, v in attributes.items() if k.endswith("}char")), "FFFD")
    return chr(int(code, 16))


def text_of(found: Document) -> str:
    """The canonical text: paragraphs of the body, then of the notes, joined by LF."""
    return "\n".join(p.text for p in (*found.body, *found.notes))


def spans(found: Document) -> Iterator[tuple[int, int, Paragraph]]:
    """Where each paragraph stands in the canonical text, in code points."""
    at = 0
    for paragraph in (*found.body, *found.notes):
        yield at, at + len(paragraph.text), paragraph
        at += len(paragraph.text) + 1
