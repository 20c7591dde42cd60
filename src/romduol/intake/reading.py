"""An item as received goes in, messages come out: the one door of this package."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions, Unread
from romduol.intake.arrow import Column
from romduol.intake.containers import BROKEN, LIMITS, Limits, is_archive, members
from romduol.intake.media import medium
from romduol.intake.recognise import recognise
from romduol.intake.source import HEAD, CannotRead, Reader, Source

__all__ = ["HEAD", "CannotRead", "Limits", "Reader", "Source", "read_item"]

Said = pa.RecordBatch | Read | Unread

_NESTED = 64 << 20  # an archive inside an archive is held in memory: its end is read first


def read_item(source: Source, options: ReadingOptions, limits: Limits = LIMITS) -> Iterator[Said]:
    """Everything that can be read in ``source``, which is a file or a zip.

    For each member that a reader knows: its batches, then its ``Read``; or, when the reader found
    that it cannot read it whole, its ``Unread``, and the batches that came since the last ``Read``
    or ``Unread`` are to be thrown away. For each member that no reader knows: its ``Unread``, but
    not for media that a chat beside it speaks of (that chat's attachments say ``held``). Members
    come sorted by path, numbers counting up, the unknown ones last. Raises only what the stream
    itself raises.
    """
    if source.size == 0:
        yield Unread(source.member, Note("note.empty"))
        return
    try:
        head = source.head()
        archive = is_archive(head) and recognise(head, source.name, ReadingOptions()) is None
        yield from (
            _read_archive(source, options, limits, depth=1)
            if archive
            else _read_member(source, _reader_of(head, source, options), options)
        )
    except CannotRead as why:
        yield Unread(source.member, why.reason)


def _reader_of(head: bytes, source: Source, options: ReadingOptions) -> Reader | None:
    """A reader of messages, or else of pictures, recordings and documents."""
    return recognise(head, source.name, options) or medium(head, source.name)


def _read_member(source: Source, found: Reader | None, options: ReadingOptions) -> Iterator[Said]:
    """One member by its reader; its last word is a ``Read`` or an ``Unread``, whatever happens."""
    if found is None:
        yield Unread(source.member, Note("note.no_reader_knows_this"))
        return
    try:
        for said in found.read(source, options):
            yield _with_name_note(said, source) if isinstance(said, Read) else said
    except CannotRead as why:
        yield Unread(source.member, why.reason)
    except BROKEN:
        yield Unread(source.member, Note("note.member_broken"))


def _read_archive(
    source: Source, options: ReadingOptions, limits: Limits, depth: int
) -> Iterator[Said]:
    unknown: list[Source] = []
    spoken_of: set[str] = set()
    for member in members(source, limits):
        if isinstance(member, Unread):
            yield member
            continue
        for said in _read_inside(member, options, limits, depth):
            if isinstance(said, Source):
                unknown.append(said)
                continue
            if isinstance(said, pa.RecordBatch):
                spoken_of.update(_held(said))
            yield said
    for member in unknown:
        if member.name not in spoken_of:
            yield from _read_member(member, medium(member.head(), member.name), options)


def _read_inside(
    member: Source, options: ReadingOptions, limits: Limits, depth: int
) -> Iterator[Said | Source]:
    """One member of an archive; handed back as it is when no reader knows it."""
    if member.size == 0:
        yield Unread(member.member, Note("note.empty"))
        return
    try:
        head = member.head()
        found = _reader_inside(head, member, options)
        if found is not None:
            yield from _read_member(member, found, options)
        elif is_archive(head):
            yield from _read_nested(member, options, limits, depth)
        else:
            yield member
    except CannotRead as why:
        yield Unread(member.member, why.reason)
    except BROKEN:
        yield Unread(member.member, Note("note.member_broken"))


def _reader_inside(head: bytes, member: Source, options: ReadingOptions) -> Reader | None:
    """A source named by hand means the archive's texts, not the pictures beside them."""
    found = recognise(head, member.name, ReadingOptions())
    if options.source and (found is not None or b"\0" not in head):
        return recognise(head, member.name, options)
    return found


def _read_nested(
    member: Source, options: ReadingOptions, limits: Limits, depth: int
) -> Iterator[Said]:
    if depth == 0 or member.size > _NESTED:
        raise CannotRead(Note("note.archive_in_archive"))
    with member.open() as stream:
        held = stream.read()

    def again() -> BinaryIO:
        return io.BytesIO(held)

    yield from _read_archive(replace(member, open=again), options, limits, depth - 1)


def _held(batch: pa.RecordBatch) -> list[str]:
    """File names, without folders, of the attachments whose bytes lie in the same archive."""
    attached: Column = batch["attachments"]
    attached = attached.flatten()
    names: list[str] = attached.field("name").filter(attached.field("held")).to_pylist()
    return [name.rpartition("/")[2] for name in names]


def _with_name_note(read: Read, source: Source) -> Read:
    if source.named_by == "utf-8":
        return read
    return replace(read, notes=(*read.notes, Note(f"note.member_named_by_{source.named_by}")))
