"""MP3, AAC and AMR go in: frames one after another, counted to the last byte.

MP3: ISO/IEC 11172-3 and 13818-3, with Xing's and Fraunhofer's first frame. AAC: ADTS, ISO/IEC
13818-7. AMR: RFC 4867, section 5.
"""

from __future__ import annotations

from dataclasses import dataclass

from romduol.intake.sound.heard import Heard, broken

_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_AAC_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000,
              7350)  # fmt: skip
_AMR = {
    b"#!AMR\n": (13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1),
    b"#!AMR-WB\n": (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1),
}


@dataclass(frozen=True, slots=True)
class _Frame:
    size: int
    samples: int
    rate: int
    channels: int


def is_mp3(head: bytes) -> bool:
    """Whether ``head`` opens with an ID3 tag, or two frames follow one another in it."""
    if head.startswith(b"ID3"):
        return True
    first = _mp3_frame(head, 0)
    return first is not None and _mp3_frame(head, first.size) is not None


def is_aac(head: bytes) -> bool:
    """Whether two ADTS frames follow one another at the beginning."""
    first = _aac_frame(head, 0)
    return first is not None and _aac_frame(head, first.size) is not None


def is_amr(head: bytes) -> bool:
    """Whether ``head`` is AMR's, narrow or wide."""
    return head.startswith(tuple(_AMR))


def mp3(raw: bytes) -> Heard:
    """The frames between the tags, all of one rate; raises ``CannotRead`` when one breaks off or
    there are fewer than the first frame promises."""
    at, end = _after_id3(raw), _before_tags(raw)
    first = _mp3_frame(raw, at)
    if first is None:
        raise broken()
    promised = _promised(raw[at : at + first.size])
    count = 0
    while at < end:
        frame = _mp3_frame(raw, at)
        if frame is None or at + frame.size > end or frame.rate != first.rate:
            if _only_padding(raw[at:end]):
                break
            raise broken()
        count, at = count + 1, at + frame.size
    if promised is not None:
        count -= 1  # the first frame only describes the others
        if count < promised:
            raise broken()
    return Heard("mp3", count * first.samples / first.rate, first.channels)


def aac(raw: bytes) -> Heard:
    """The ADTS frames; raises ``CannotRead`` when one breaks off."""
    at, samples, rate, channels = 0, 0, 1, 0
    while at < len(raw):
        frame = _aac_frame(raw, at)
        if frame is None or at + frame.size > len(raw):
            raise broken()
        samples, rate, channels = samples + frame.samples, frame.rate, frame.channels
        at += frame.size
    return Heard("aac", samples / rate, channels)


def amr(raw: bytes) -> Heard:
    """The speech frames, 20 ms each; raises ``CannotRead`` when one breaks off."""
    mark = next(mark for mark in sorted(_AMR, key=len, reverse=True) if raw.startswith(mark))
    at, count = len(mark), 0
    while at < len(raw):
        size = _AMR[mark][raw[at] >> 3 & 0xF]
        if not size or at + size > len(raw):
            raise broken()
        count, at = count + 1, at + size
    return Heard("amr" if mark == b"#!AMR\n" else "amr-wb", count * 0.02, 1)


def _mp3_frame(raw: bytes, at: int) -> _Frame | None:
    """The layer III frame at ``at``, or none. Free-format frames, which name no size, are none."""
    head = raw[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, rate = head[1] >> 3 & 3, head[2] >> 2 & 3
    kbits = head[2] >> 4
    if version not in _MP3_RATES or rate == 3 or kbits in (0, 15):
        return None
    hertz = _MP3_RATES[version][rate]
    samples = 1152 if version == 3 else 576
    bits = (_KBITS_1 if version == 3 else _KBITS_2)[kbits] * 1000
    size = samples // 8 * bits // hertz + (head[2] >> 1 & 1)
    return _Frame(size, samples, hertz, 1 if head[3] >> 6 == 3 else 2)


def _aac_frame(raw: bytes, at: int) -> _Frame | None:
    head = raw[at : at + 7]
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return None
    rate = head[2] >> 2 & 0xF
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    if rate >= len(_AAC_RATES) or size < 7:
        return None
    channels = (head[2] & 1) << 2 | head[3] >> 6
    return _Frame(size, 1024 * ((head[6] & 3) + 1), _AAC_RATES[rate], channels)


def _after_id3(raw: bytes) -> int:
    """Where sound begins: behind an ID3v2 tag, whose length has seven bits a byte."""
    if not raw.startswith(b"ID3") or len(raw) < 10:
        return 0
    size = 0
    for byte in raw[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size + (10 if raw[5] & 0x10 else 0)


def _before_tags(raw: bytes) -> int:
    """Where sound ends: before an ID3v1 tag."""
    return len(raw) - 128 if raw[-128:-125] == b"TAG" else len(raw)


def _promised(first: bytes) -> int | None:
    """How many frames Xing's or Fraunhofer's description promises; none when there is none."""
    for mark in (b"Xing", b"Info"):
        at = first.find(mark, 4, 64)
        if at > 0 and len(first) >= at + 12:
            has_count = first[at + 7] & 1
            return int.from_bytes(first[at + 8 : at + 12], "big") if has_count else 0
    if first[36:40] == b"VBRI":
        return int.from_bytes(first[50:54], "big")
    return None


def _only_padding(rest: bytes) -> bool:
    return not rest.strip(b"\0")
