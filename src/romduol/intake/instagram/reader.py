"""A file of an Instagram download goes in, messages come out; or it is refused, with why."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.instagram.activity import read_activity
from romduol.intake.instagram.kinds import FileKind, kind_of, thread_kind
from romduol.intake.meta.conversations import read_thread
from romduol.intake.meta.page import read_page
from romduol.intake.meta.threads import INSTAGRAM
from romduol.intake.source import CannotRead, Source

NAME = "instagram"
VERSION = "1"

_READER = f"{NAME}/{VERSION}"


def recognises(head: bytes, name: str) -> bool:
    """Whether ``head`` opens a file that says it is Instagram's, also one that we leave alone."""
    return kind_of(head, name) is not None


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Every record in file order, then the ``Read``; raises ``CannotRead``.

    A thread that names no platform is taken for Instagram's: somebody chose this reader.
    """
    head = source.head()
    kind = kind_of(head, source.name) or thread_kind(head, source.name)
    if kind is None:
        raise CannotRead(Note("note.meta.not_meta"))
    if kind is FileKind.PEOPLE:
        raise CannotRead(Note("note.meta.people_left_out"))
    if kind is FileKind.THREAD:
        return read_thread(source, options, _READER, INSTAGRAM, sealed=False)
    if kind is FileKind.PAGE:
        return read_page(source, options, _READER, INSTAGRAM)
    return read_activity(source, options, kind, _READER)
