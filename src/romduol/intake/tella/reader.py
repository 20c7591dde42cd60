"""The metadata that Tella puts beside a file goes in; one message that holds it comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pyarrow as pa

from romduol.casebook.evidence import Kind, Note, Precision, Read, ReadingOptions
from romduol.intake.containers import BROKEN
from romduol.intake.entries import Attached, Entries, Entry
from romduol.intake.source import CannotRead, Source
from romduol.intake.tables.delimited import Delimited
from romduol.intake.tables.rows import Row
from romduol.intake.tella.metadata import HEADER, Told, is_metadata, told

NAME = "tella"
VERSION = "1"

CLAIMED = "tella.sha256="
ODD = "tella.odd_stamp"
_OPENING = ",".join(HEADER).encode()
_LARGEST = 1 << 20
_MEDIA = {
    "jpg": "image", "jpeg": "image", "png": "image", "heic": "image",
    "mp4": "video", "mov": "video", "aac": "audio", "m4a": "audio", "mp3": "audio", "wav": "audio",
    "pdf": "document",
}  # fmt: skip


def recognises(head: bytes, name: str) -> bool:
    """Whether ``head`` opens with the columns that only Tella's metadata has."""
    return head.startswith(_OPENING)


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """One message: that a file was taken, when, and what Tella says its hash is; then the ``Read``.

    Raises ``CannotRead`` when the file is not one header and one row of as many cells.
    """
    rows = _rows(source)
    entries = Entries(f"{NAME}/{VERSION}", NAME, source, options)
    found = told(rows[0].texts(), rows[1].texts())
    yield from entries.batches([_entry(found, rows[1], source)])
    zone = ("UTC", "in-file") if found.taken else ("", "")
    yield entries.closing(zone, _notes(found, source))


def _rows(source: Source) -> list[Row]:
    if source.size > _LARGEST:
        raise CannotRead(Note("note.tella.broken"))
    rows = list(Delimited(source).rows())
    if len(rows) != 2 or len(rows[0].cells) != len(rows[1].cells):
        raise CannotRead(Note("note.tella.broken"))
    if not is_metadata(rows[0].texts()):
        raise CannotRead(Note("note.tella.broken"))
    return rows


def _entry(found: Told, row: Row, source: Source) -> Entry:
    claimed = (f"{CLAIMED}{found.sha256}",) if found.sha256 else ()
    media = _MEDIA.get(found.file.rpartition(".")[2].lower(), "file")
    held = found.file in source.beside
    return Entry(
        start=row.start,
        end=row.end,
        thread=found.sha256 or found.file,
        text="",
        stamp=found.stamp,
        sent_at=found.taken,
        precision=Precision.SECOND if found.taken else Precision.UNKNOWN,
        kind=Kind.SYSTEM,
        key=found.sha256 or None,
        attached=(Attached(media, found.file, held),),
        rules=(*claimed, *(() if found.taken else (ODD,))),
    )


def _notes(found: Told, source: Source) -> Iterator[Note]:
    if found.revealing:
        yield Note("note.tella.left_out", (("count", found.revealing),))
    if found.file not in source.beside:
        yield Note("note.tella.file_not_here")
    elif found.sha256:
        yield Note(_compared(found, source))
    if not found.sha256:
        yield Note("note.tella.no_hash")
    if found.taken is None:
        yield Note("note.tella.no_time")


def _compared(found: Told, source: Source) -> str:
    """Whether the file beside is the one that was taken, as far as that can be looked at."""
    try:
        stream = source.beside_open(found.file)
        if stream is None:
            return "note.tella.hash_claimed"
        with stream:
            held = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    except BROKEN:
        return "note.tella.hash_claimed"
    same = held == found.sha256.lower()
    return "note.tella.hash_agrees" if same else "note.tella.hash_differs"
