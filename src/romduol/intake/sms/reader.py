"""A backup of text messages or calls goes in, messages come out; or it is refused whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.cutting import Piece, pieces
from romduol.intake.entries import Entries, Entry
from romduol.intake.markup import SURROGATES, Tag, tags
from romduol.intake.sms.shapes import entry, refuse
from romduol.intake.source import CannotRead, Source

NAME = "sms"
VERSION = "1"

_BOM = b"\xef\xbb\xbf"
_ROOT = re.compile(rb"<(smses|calls)\b")
_OPENING = re.compile(rb"<(?:sms|mms|call)(?=[\s/>])")
_UNSENT = ("draft", "outbox", "failed", "queued")
_NOT_UTF8 = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)


def recognises(head: bytes, name: str) -> bool:
    """Whether ``head`` opens an XML file of ``smses`` or ``calls``."""
    start = head.removeprefix(_BOM).lstrip()
    return start.startswith(b"<") and bool(_ROOT.search(head, 0, 8192))


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Every message and call in file order, then the ``Read``.

    Raises ``CannotRead`` for a file that was cut short, is not laid out as the app writes it, or
    declares entities. Memory does not grow with the file.
    """
    file = _File(source)
    entries = Entries(f"{NAME}/{VERSION}", NAME, source, options)
    yield from entries.batches(file.entries())
    yield entries.closing(("UTC", "in-file"), file.notes(entries.count))


class _File:
    """One reading of one file: its frame, and what is to be said about it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.said: int | None = None  # how many the file says it holds
        self.root = ""
        self.closed = False
        self.rules: Counter[str] = Counter()

    def entries(self) -> Iterator[Entry]:
        """Every record; every byte between records is looked at too."""
        records = pieces(self.source, _OPENING)
        self._open(next(records))
        for piece in records:
            yield self._entry(piece)
        if not self.closed:
            raise CannotRead(Note("note.sms.cut_short", (("size", self.source.size),)))

    def _open(self, header: Piece) -> None:
        if b"<!DOCTYPE" in header.raw or b"<!ENTITY" in header.raw:
            raise CannotRead(Note("note.sms.entities"))
        if _NOT_UTF8.search(header.raw, 0, 1024):
            raise CannotRead(Note("note.sms.encoding"))
        for tag in self._between(header, 3 * header.raw.startswith(_BOM)):
            self._frame(tag, header.start)
        if not self.root:
            refuse(header.start)

    def _entry(self, piece: Piece) -> Entry:
        end = self._end_of_record(piece)
        if self.closed:
            refuse(piece.start)
        for tag in self._between(piece, end):
            self._frame(tag, piece.start)
        one = entry(piece.start, piece.raw[:end])
        self.rules.update(one.rules)
        return one

    def _end_of_record(self, piece: Piece) -> int:
        """Where the element that opens the piece closes; raises when it does not."""
        first: Tag | None = None
        for tag in tags(piece.raw):
            if first is None:
                if tag.start:
                    break
                first = tag
                if tag.empty:
                    return tag.end
            elif tag.closes and tag.name == first.name:
                return tag.end
            elif tag.name in ("smses", "calls"):
                break
        if piece.end == self.source.size:
            raise CannotRead(Note("note.sms.cut_short", (("size", self.source.size),)))
        return refuse(piece.start)

    def _between(self, piece: Piece, start: int) -> Iterator[Tag]:
        """The tags outside records; raises when there is anything but tags and white space."""
        at = start
        for tag in tags(piece.raw, start):
            if piece.raw[at : tag.start].strip():
                refuse(piece.start + at)
            at = tag.end
            yield tag
        if piece.raw[at:].strip():
            if piece.end == self.source.size and not self.closed:
                raise CannotRead(Note("note.sms.cut_short", (("size", self.source.size),)))
            refuse(piece.start + at)

    def _frame(self, tag: Tag, base: int) -> None:
        """Account for one tag outside records: the root opens once and closes once."""
        if tag.raw.startswith((b"<?", b"<!--")):
            return
        if tag.closes and tag.name == self.root and not self.closed:
            self.closed = True
        elif tag.name in ("smses", "calls") and not self.root and not tag.closes:
            self._root(tag, base)
        else:
            refuse(base + tag.start)

    def _root(self, tag: Tag, base: int) -> None:
        values = tag.attributes()
        if values is None:
            refuse(base + tag.start)
        self.root, self.closed = tag.name, tag.empty
        count = values.get("count", b"")
        self.said = int(count) if count.isdigit() and len(count) < 10 else None

    def notes(self, read: int) -> list[Note]:
        """What a person should know."""
        notes = []
        if self.said is not None and self.said != read:
            notes.append(Note("note.sms.count_differs", (("said", self.said), ("read", read))))
        if mended := self.rules[f"sms.{SURROGATES}"]:
            notes.append(Note("note.sms.repaired", (("count", mended),)))
        unsent = sum(self.rules[f"{tag}.{box}"] for tag in ("sms", "mms") for box in _UNSENT)
        if unsent:
            notes.append(Note("note.sms.unsent", (("count", unsent),)))
        return notes
