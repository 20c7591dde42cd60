"""Ogg pages go in, the length of the Opus or Vorbis inside comes out (RFC 3533, RFC 7845).

Every page is walked and its checksum verified: a voice note that was cut or altered on its way
does not pass for a whole one.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from romduol.intake.sound.heard import Heard, broken

_HEAD = struct.Struct("<4sBBqIIIB")
_FIRST, _LAST = 0x2, 0x4
_NO_PACKET_ENDS = -1
_OPUS_RATE = 48_000  # granules count at 48 kHz whatever the input rate was (RFC 7845, 4)


@dataclass(frozen=True, slots=True)
class _Page:
    flags: int
    granule: int
    serial: int
    number: int
    body: bytes


@dataclass(slots=True)
class _Stream:
    """One logical stream; ``skip`` granules at its beginning are not played."""

    codec: str
    rate: int
    channels: int
    skip: int = 0
    granule: int = 0
    number: int = -1
    missing: int = 0
    ended: bool = False

    def take(self, page: _Page) -> None:
        self.missing += max(0, page.number - self.number - 1)
        self.number = max(self.number, page.number)
        self.ended = self.ended or bool(page.flags & _LAST)
        if page.granule != _NO_PACKET_ENDS:
            self.granule = max(self.granule, page.granule)

    @property
    def seconds(self) -> float:
        return max(0, self.granule - self.skip) / self.rate


def heard(raw: bytes) -> Heard:
    """Codec and length; chained recordings are added up. Raises ``CannotRead``."""
    streams: dict[int, _Stream] = {}
    for page in _pages(raw):
        if page.flags & _FIRST:
            streams[page.serial] = _stream(page.body)
        if page.serial not in streams:
            raise broken()
        streams[page.serial].take(page)
    known = [stream for stream in streams.values() if stream.codec]
    if not known:
        raise broken()
    return Heard(
        codec=known[0].codec,
        seconds=sum(stream.seconds for stream in known),
        channels=known[0].channels,
        ended=all(stream.ended for stream in known),
        missing=sum(stream.missing for stream in known),
    )


def _stream(first: bytes) -> _Stream:
    """What the first packet says; an unknown codec gives a stream without a name."""
    if first.startswith(b"OpusHead") and len(first) >= 19:
        channels, skip = struct.unpack_from("<BH", first, 9)
        return _Stream("opus", _OPUS_RATE, channels, skip)
    if first.startswith(b"\x01vorbis") and len(first) >= 30:
        channels, rate = struct.unpack_from("<BI", first, 11)
        if rate:
            return _Stream("vorbis", rate, channels)
    return _Stream("", 1, 0)


def _pages(raw: bytes) -> Iterator[_Page]:
    at = 0
    while at < len(raw):
        if len(raw) - at < _HEAD.size:
            raise broken()
        mark, version, flags, granule, serial, number, checksum, segments = _HEAD.unpack_from(
            raw, at
        )
        table = raw[at + _HEAD.size : at + _HEAD.size + segments]
        body = at + _HEAD.size + segments
        end = body + sum(table)
        if mark != b"OggS" or version or len(table) < segments or end > len(raw):
            raise broken()
        if _crc(raw[at : at + 22] + bytes(4) + raw[at + 26 : end]) != checksum:
            raise broken()
        yield _Page(flags, granule, serial, number, raw[body:end])
        at = end


_MIRRORED = bytes(int(f"{n:08b}"[::-1], 2) for n in range(256))


def _crc(page: bytes) -> int:
    """Ogg's CRC-32: zlib's polynomial, highest bit first, nothing inverted before or after.

    With the bits of every byte mirrored it is zlib's own, which runs in C.
    """
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
