"""WAV goes in, its length comes out (RIFF, WAVE format chunk)."""

from __future__ import annotations

import struct

from romduol.intake.sound.heard import Heard, broken

_CODECS = {1: "pcm", 3: "float", 6: "alaw", 7: "ulaw", 0x11: "adpcm", 0xFFFE: "pcm"}


def is_wave(head: bytes) -> bool:
    """Whether ``head`` opens a WAV."""
    return head[:4] == b"RIFF" and head[8:12] == b"WAVE"


def heard(raw: bytes) -> Heard:
    """Codec and length; raises ``CannotRead`` when a chunk breaks off or one is missing."""
    at, form, length = 12, b"", -1
    while at + 8 <= len(raw) and length < 0:
        kind, size = struct.unpack_from("<4sI", raw, at)
        if at + 8 + size > len(raw):
            raise broken()
        if kind == b"fmt ":
            form = raw[at + 8 : at + 8 + size]
        if kind == b"data":
            length = size
        at += 8 + size + (size & 1)
    if len(form) < 16 or length < 0:
        raise broken()
    codec, channels, _, per_second = struct.unpack_from("<HHII", form)
    if not per_second:
        raise broken()
    return Heard(_CODECS.get(codec, f"wav-{codec}"), length / per_second, channels)
