"""A Signal chat that signal-export wrote goes in, messages come out; or it is refused whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import PurePosixPath

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.cutting import Piece, pieces
from romduol.intake.entries import Entries, Entry
from romduol.intake.positions import Tiling
from romduol.intake.signal.records import HEAD, entry
from romduol.intake.source import CannotRead, Source
from romduol.intake.whatsapp.zones import zone_for

NAME = "signal"
VERSION = "1"

_OPENING = re.compile(rb"^" + HEAD, re.MULTILINE)
_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?\s*" + HEAD)
_RECORDS = 3


def recognises(head: bytes, name: str) -> bool:
    """Whether a file is a chat of signal-export's, and not WhatsApp's, whose heads look alike.

    Its own ending (.md) and a first line that is a record; in any other text, three records at
    least, ended by the two spaces that make a line in Markdown and that WhatsApp never writes, or
    by a mark of signal-export's own.
    """
    if b"\0" in head or not _FIRST.match(head):
        return False
    return name.lower().endswith(".md") or _all_end_in_spaces(head)


def _all_end_in_spaces(head: bytes) -> bool:
    starts = [found.start() for found in _OPENING.finditer(head)]
    ends = [head[max(0, start - 64) : start].rstrip(b"\r\n") for start in starts[1:]]
    spaced = [end.endswith(b"  ") for end in ends]
    odd = [end.endswith((b"  ", b"deleted)", b" -)", b" ))")) for end in ends]
    return len(starts) >= _RECORDS and any(spaced) and all(odd)


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Every message in file order, then the ``Read``; the records tile the file.

    Raises ``CannotRead`` when there is no record, or words before the first.
    """
    zone, basis = zone_for(options)
    chat = _Chat(source, options)
    entries = Entries(f"{NAME}/{VERSION}", NAME, source, options)
    yield from entries.batches(chat.entries())
    if chat.tiling is None:
        raise CannotRead(Note("note.signal.no_record"))
    chat.tiling.close(source.size)
    notes = [Note("note.signal.other_program")]
    if basis == "assumed":
        notes.append(Note("note.signal.zone_assumed", (("zone", str(zone)),)))
    yield entries.closing((str(zone), basis), notes)


class _Chat:
    """One reading of one chat."""

    def __init__(self, source: Source, options: ReadingOptions) -> None:
        self.source = source
        self.zone, _ = zone_for(options)
        self.tiling: Tiling | None = None

    def entries(self) -> Iterator[Entry]:
        """Every record, each from its head to the next one's."""
        records = pieces(self.source, _OPENING)
        header = next(records)
        if header.raw.removeprefix(b"\xef\xbb\xbf").strip():
            raise CannotRead(Note("note.signal.broken", (("position", 0),)))
        thread = ""
        for piece in records:
            thread = thread or _thread(self.source, piece)
            self.tiling = self.tiling or Tiling(piece.start)
            self.tiling.cover(piece.start, piece.end)
            one = entry(piece, thread, self.zone, self.source.beside)
            if one is None:
                raise CannotRead(Note("note.signal.broken", (("position", piece.start),)))
            yield one


def _thread(source: Source, first: Piece) -> str:
    """The folder that holds ``chat.md`` is called by the chat; a file alone by its first record."""
    folder = PurePosixPath(source.member).parent.name
    if folder and source.name.lower() in ("chat.md", "index.md"):
        return folder
    return "unnamed " + blake2b(first.raw, digest_size=8).hexdigest()
