"""An MP4, M4A, MOV or 3GP goes in; its movie header and tracks come out (ISO/IEC 14496-12).

Only headers are looked at: sizes, times, codecs. Sound and pictures inside are never decoded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead, Source

MOST = 200_000  # outermost parts; a phone writes two a second at most, and seldom so
_LARGEST_HEADER = 64 << 20
_CODECS = {
    b"avc1": "h264", b"avc3": "h264", b"hvc1": "h265", b"hev1": "h265", b"vp09": "vp9",
    b"av01": "av1", b"mp4v": "mpeg4", b"s263": "h263", b"mp4a": "aac", b"alac": "alac",
    b"samr": "amr", b"sawb": "amr-wb", b"Opus": "opus", b".mp3": "mp3", b"lpcm": "pcm",
    b"sowt": "pcm", b"twos": "pcm",
}  # fmt: skip
_HANDLERS = {b"soun": "soun", b"vide": "vide"}
_1904 = datetime(1904, 1, 1, tzinfo=UTC)
_UNSET = (0, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
_DAMAGE = (struct.error, IndexError, OverflowError)


@dataclass(frozen=True, slots=True)
class Track:
    """One track: handler ``soun``, ``vide`` or ``""`` for neither; codec ``other`` if unknown."""

    handler: str
    codec: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Movie:
    """What the header says. ``seconds`` is none where it names no length (fragmented files);
    ``made`` is the device's claim, in UTC. ``place`` says that coordinates are inside."""

    seconds: float | None
    made: datetime | None
    tracks: tuple[Track, ...]
    place: bool


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int  # of its body
    end: int


def movie(source: Source, broken: str) -> Movie:
    """The movie header of ``source``; raises ``CannotRead(broken)`` when boxes break off or
    the header is missing or damaged."""
    with source.open() as stream:
        found = {box.kind: box for box in _along(stream, source.size, broken)}
        header = found.get(b"moov")
        if header is None or header.end - header.start > _LARGEST_HEADER:
            raise CannotRead(Note(broken))
        stream.seek(header.start)
        raw = stream.read(header.end - header.start)
    try:
        return _movie(raw)
    except _DAMAGE as damage:
        raise CannotRead(Note(broken)) from damage


def _along(stream: BinaryIO, size: int, broken: str) -> Iterator[_Box]:
    """The outermost boxes, which must cover the file to its last byte."""
    at = 0
    for _ in range(MOST):
        if at == size:
            return
        stream.seek(at)
        box = _box(stream.read(16), at, size)
        if box is None or box.end > size:
            raise CannotRead(Note(broken))
        yield box
        at = box.end
    raise CannotRead(Note(broken))


def _box(head: bytes, at: int, end: int) -> _Box | None:
    """The box whose first 16 bytes are ``head``; size 0 runs to ``end``, size 1 is 64 bits."""
    if len(head) < 8:
        return None
    size, kind = struct.unpack_from(">I4s", head)
    body = 8
    if size == 1:
        if len(head) < 16:
            return None
        size, body = struct.unpack_from(">Q", head, 8)[0], 16
    if size == 0:
        size = end - at
    return _Box(kind, at + body, at + size) if size >= body else None


def _inside(raw: bytes, start: int, end: int) -> Iterator[_Box]:
    while start < end:
        box = _box(raw[start : start + 16], start, end)
        if box is None or box.end > end:
            return
        yield box
        start = box.end


def _find(raw: bytes, start: int, end: int, *path: bytes) -> Iterator[_Box]:
    for box in _inside(raw, start, end):
        if box.kind == path[0]:
            if len(path) == 1:
                yield box
            else:
                yield from _find(raw, box.start, box.end, *path[1:])


def _movie(raw: bytes) -> Movie:
    header = next(_find(raw, 0, len(raw), b"mvhd"), None)
    if header is None:
        raise IndexError
    long = raw[header.start] == 1
    made, _, scale, length = struct.unpack_from(">QQIQ" if long else ">IIII", raw, header.start + 4)
    tracks = tuple(_track(raw, box) for box in _find(raw, 0, len(raw), b"trak"))
    return Movie(
        seconds=length / scale if scale and length not in _UNSET else None,
        made=_1904 + timedelta(seconds=made) if made else None,
        tracks=tracks,
        place=b"\xa9xyz" in raw or b"com.apple.quicktime.location" in raw,
    )


def _track(raw: bytes, track: _Box) -> Track:
    handler = next(_find(raw, track.start, track.end, b"mdia", b"hdlr"), None)
    kinds = (b"mdia", b"minf", b"stbl", b"stsd")
    codec = next(_find(raw, track.start, track.end, *kinds), None)
    size = next(_find(raw, track.start, track.end, b"tkhd"), None)
    width, height = struct.unpack_from(">II", raw, size.end - 8) if size else (0, 0)
    return Track(
        handler=_HANDLERS.get(raw[handler.start + 8 : handler.start + 12], "") if handler else "",
        codec=_CODECS.get(raw[codec.start + 12 : codec.start + 16], "other") if codec else "",
        width=width >> 16,
        height=height >> 16,
    )
