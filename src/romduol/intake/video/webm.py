"""WebM or Matroska goes in; length, time and codecs come out (EBML: RFC 8794; Matroska: RFC 9559).

Only element headers are read; clusters are stepped over.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from romduol.casebook.evidence import Note
from romduol.intake.isoboxes import MOST, Movie, Track
from romduol.intake.source import CannotRead, Source

_EBML, _SEGMENT, _INFO, _TRACKS, _ENTRY = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE
_CLUSTER = 0x1F43B675
_SCALE, _LENGTH, _DATE = 0x2AD7B1, 0x4489, 0x4461
_CODEC, _TYPE, _VIDEO, _WIDTH, _HEIGHT = 0x86, 0x83, 0xE0, 0xB0, 0xBA
_2001 = datetime(2001, 1, 1, tzinfo=UTC)
_LARGEST = 16 << 20  # a header larger than this is no header
_CODECS = {
    b"V_VP8": "vp8", b"V_VP9": "vp9", b"V_AV1": "av1", b"V_MPEG4/ISO/AVC": "h264",
    b"V_MPEGH/ISO/HEVC": "h265", b"A_OPUS": "opus", b"A_VORBIS": "vorbis", b"A_AAC": "aac",
    b"A_MPEG/L3": "mp3", b"A_PCM/INT/LIT": "pcm",
}  # fmt: skip
_HANDLERS = {1: "vide", 2: "soun"}
MARK = b"\x1a\x45\xdf\xa3"


@dataclass(frozen=True, slots=True)
class _Element:
    id: int
    start: int  # of its body
    end: int  # -1: not known, as in a file written while it was recorded


def movie(source: Source, broken: str) -> Movie:
    """What the header says; raises ``CannotRead(broken)`` when elements break off."""
    with source.open() as stream:
        try:
            return _movie(stream, source.size)
        except (ValueError, OverflowError, struct.error) as damage:
            raise CannotRead(Note(broken)) from damage


def _movie(stream: BinaryIO, size: int) -> Movie:
    seconds, made = None, None
    tracks: tuple[Track, ...] = ()
    for element in _along(stream, size):
        if element.id not in (_INFO, _TRACKS):
            continue
        if element.end - element.start > _LARGEST:
            raise ValueError
        stream.seek(element.start)
        raw = stream.read(element.end - element.start)
        if element.id == _INFO:
            seconds, made = _info(raw)
        else:
            tracks = tuple(_track(raw[e.start : e.end]) for e in _in(raw) if e.id == _ENTRY)
    if not tracks:
        raise ValueError
    return Movie(seconds, made, tracks, place=False)


def _along(stream: BinaryIO, size: int) -> Iterator[_Element]:
    """The elements inside the segment, to the end of the file.

    A cluster whose size is not known ends the walk: such a file was written as it was recorded,
    and has its headers before.
    """
    at = 0
    for _ in range(MOST):
        if at >= size:
            return
        stream.seek(at)
        element = _element(stream.read(12), at)
        if element.end > size or (element.end < 0 and element.id not in (_SEGMENT, _CLUSTER)):
            raise ValueError
        if at == 0 and element.id != _EBML:
            raise ValueError
        yield element
        if element.end < 0 and element.id == _CLUSTER:
            return
        at = element.start if element.id == _SEGMENT else element.end
    raise ValueError


def _element(head: bytes, at: int) -> _Element:
    identity, after = _number(head, 0, marked=True)
    length, body = _number(head, after, marked=False)
    start = at + body
    return _Element(identity, start, start + length if length >= 0 else -1)


def _number(raw: bytes, at: int, *, marked: bool) -> tuple[int, int]:
    """A variable-size integer and what follows it; all ones means a size that is not known."""
    if at >= len(raw) or not raw[at]:
        raise ValueError
    width = 9 - raw[at].bit_length()
    if at + width > len(raw):
        raise ValueError
    value = int.from_bytes(raw[at : at + width], "big")
    bits = 7 * width
    if marked:
        return value, at + width
    value &= (1 << bits) - 1
    return (-1 if value == (1 << bits) - 1 else value), at + width


def _in(raw: bytes) -> Iterator[_Element]:
    at = 0
    while at < len(raw):
        element = _element(raw[at : at + 12], at)
        if element.end < 0 or element.end > len(raw):
            raise ValueError
        yield element
        at = element.end


def _info(raw: bytes) -> tuple[float | None, datetime | None]:
    found = {e.id: raw[e.start : e.end] for e in _in(raw)}
    scale = int.from_bytes(found.get(_SCALE, b"\x0f\x42\x40"), "big")  # 1 ms unless it says
    length = _real(found[_LENGTH]) * scale / 1e9 if _LENGTH in found else None
    if _DATE not in found:
        return length, None
    since = int.from_bytes(found[_DATE], "big", signed=True)
    return length, _2001 + timedelta(microseconds=since // 1000)


def _real(raw: bytes) -> float:
    value: float = struct.unpack(">f" if len(raw) == 4 else ">d", raw)[0]
    if not 0 <= value < 1e15:
        raise ValueError
    return value


def _track(raw: bytes) -> Track:
    found = {e.id: raw[e.start : e.end] for e in _in(raw)}
    video = found.get(_VIDEO, b"")
    size = {e.id: int.from_bytes(video[e.start : e.end], "big") for e in _in(video)}
    kind = int.from_bytes(found.get(_TYPE, b""), "big")
    return Track(
        handler=_HANDLERS.get(kind, ""),
        codec=_CODECS.get(found.get(_CODEC, b"").rstrip(b"\0"), "other"),
        width=size.get(_WIDTH, 0),
        height=size.get(_HEIGHT, 0),
    )
