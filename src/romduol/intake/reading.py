"""An item as received goes in, messages come out: the one door of this package."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions, Unread
from romduol.intake.recognise import recognise
from romduol.intake.source import HEAD, CannotRead, Reader, Source

__all__ = ["HEAD", "CannotRead", "Reader", "Source", "read_item"]

Said = pa.RecordBatch | Read | Unread


def read_item(source: Source, options: ReadingOptions) -> Iterator[Said]:
    """Everything that can be read in ``source``; see the Reader protocol for each member's part."""
    head = source.head()
    found = recognise(head, source.name, options)
    if found is None:
        yield Unread(source.member, Note("note.no_reader_knows_this"))
        return
    yield from found.read(source, options)
