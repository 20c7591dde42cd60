"""A file of a Facebook download goes in, messages come out; or it is refused, with why."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.meta.activity import read_activity
from romduol.intake.meta.conversations import read_thread
from romduol.intake.meta.kinds import FileKind, kind_of
from romduol.intake.meta.page import read_page
from romduol.intake.source import CannotRead, Source

NAME = "meta"
VERSION = "1"

_READER = f"{NAME}/{VERSION}"
_LEFT_ALONE = {
    FileKind.PEOPLE: "note.meta.people_left_out",
    FileKind.SEARCHES: "note.meta.searches_left_out",
}


def recognises(head: bytes, name: str) -> bool:
    """Whether ``head`` opens a file that Meta wrote and we know, also one that we leave alone."""
    return kind_of(head, name) is not None


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Every record in file order, then the ``Read``; raises ``CannotRead``.

    Lists of other people are never read, searches only by ``meta.searches``.
    """
    kind = kind_of(source.head(), source.name)
    if kind is None:
        raise CannotRead(Note("note.meta.not_meta"))
    if kind in _LEFT_ALONE:
        raise CannotRead(Note(_LEFT_ALONE[kind]))
    if kind in (FileKind.THREAD, FileKind.SEALED_THREAD):
        sealed = kind is FileKind.SEALED_THREAD
        return read_thread(source, options, _READER, sealed=sealed)
    if kind is FileKind.PAGE:
        return read_page(source, options, _READER)
    return read_activity(source, options, kind, _READER)
