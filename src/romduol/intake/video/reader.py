"""A video goes in; what its container says comes out. No row, and no picture is decoded."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake import isoboxes
from romduol.intake.filenames import named
from romduol.intake.isoboxes import Movie
from romduol.intake.pictures.opening import kind_of
from romduol.intake.sound.reader import clock
from romduol.intake.source import Source
from romduol.intake.video import webm

NAME = "video"
VERSION = "1"
BROKEN = "note.video.broken"


def recognises(head: bytes, name: str) -> bool:
    """Whether ``head`` opens an MP4, MOV, 3GP, WebM or Matroska file that is no still picture."""
    return head.startswith(webm.MARK) or (head[4:8] == b"ftyp" and not kind_of(head[:16]))


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """The ``Read`` with what was found; raises ``CannotRead`` when the file breaks off."""
    reader = webm.movie if source.head().startswith(webm.MARK) else isoboxes.movie
    found = reader(source, BROKEN)
    yield Read(
        member=source.member,
        reader=f"{NAME}/{VERSION}",
        size=source.size,
        messages=0,
        notes=tuple(_notes(found, source.name)),
    )


def _notes(found: Movie, name: str) -> Iterator[Note]:
    pictures = [track for track in found.tracks if track.handler == "vide"]
    codecs = "+".join(track.codec for track in found.tracks if track.codec) or "-"
    length = (("codec", codecs), ("length", clock(found.seconds)))
    if pictures:
        size = (("width", pictures[0].width), ("height", pictures[0].height))
        yield Note("note.video.found", (*length, *size))
    else:
        yield Note("note.sound.found", length)
    said = named(name)
    if said.at is not None:
        form = "%Y-%m-%d %H:%M:%S" if said.precision == "second" else "%Y-%m-%d"
        yield Note("note.sound.named", (("made", said.made), ("at", said.at.strftime(form))))
    if found.made is not None:
        yield Note("note.video.made", (("at", found.made.strftime("%Y-%m-%d %H:%M:%S")),))
    if found.place:
        yield Note("note.video.place")
