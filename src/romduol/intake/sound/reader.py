"""A voice note or other sound goes in; what was found comes out. No row: words are for a person.

Nothing here decodes sound. A recording that breaks off is refused, so that a length shown is the
length of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.filenames import named
from romduol.intake.held import whole
from romduol.intake.isoboxes import movie
from romduol.intake.sound import frames, ogg, riff
from romduol.intake.sound.heard import BROKEN, Heard, broken
from romduol.intake.source import Source

NAME = "sound"
VERSION = "1"

_SOUND_BRANDS = (b"M4A ", b"M4B ", b"M4P ")
_SOUND_ENDINGS = (".m4a", ".m4b", ".3ga")


def recognises(head: bytes, name: str) -> bool:
    """Whether ``head`` opens sound: Ogg, WAV, AMR, M4A, AAC or MP3.

    MP4 and 3GP hold sound or pictures; by brand or ending they are sound, else left to ``video``.
    """
    if head[4:8] == b"ftyp":
        return head[8:12] in _SOUND_BRANDS or name.casefold().endswith(_SOUND_ENDINGS)
    tests = (frames.is_amr, frames.is_aac, frames.is_mp3, riff.is_wave)
    return head.startswith(b"OggS") or any(test(head) for test in tests)


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """The ``Read`` with what was found; raises ``CannotRead``."""
    yield Read(
        member=source.member,
        reader=f"{NAME}/{VERSION}",
        size=source.size,
        messages=0,
        notes=tuple(_notes(_heard(source), source.name)),
    )


def _heard(source: Source) -> Heard:
    head = source.head()
    if head[4:8] == b"ftyp":
        found = movie(source, BROKEN)
        codecs = [track.codec for track in found.tracks if track.handler == "soun"]
        if not codecs:
            raise broken()
        return Heard(codecs[0], found.seconds)
    raw = whole(source)
    if head.startswith(b"OggS"):
        return ogg.heard(raw)
    if riff.is_wave(head):
        return riff.heard(raw)
    if frames.is_amr(head):
        return frames.amr(raw)
    return frames.aac(raw) if frames.is_aac(head) else frames.mp3(raw)


def _notes(heard: Heard, name: str) -> Iterator[Note]:
    yield Note("note.sound.found", (("codec", heard.codec), ("length", clock(heard.seconds))))
    said = named(name)
    if said.at is not None:
        form = "%Y-%m-%d %H:%M:%S" if said.precision == "second" else "%Y-%m-%d"
        yield Note("note.sound.named", (("made", said.made), ("at", said.at.strftime(form))))
    if not heard.ended:
        yield Note("note.sound.not_ended")
    if heard.missing:
        yield Note("note.sound.parts_missing", (("count", heard.missing),))
    yield Note("note.sound.words_not_heard")


def clock(seconds: float | None) -> str:
    """``1:02:03`` or ``2:03``, rounded to the second; ``-`` when the file names no length."""
    if seconds is None:
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
