"""Characters nobody sees: direction marks, zero-width and byte order marks; and the many spaces."""

from __future__ import annotations

ZERO_WIDTH_SPACE = "\u200b"
_ISOLATES = "\u2066\u2067\u2068\u2069"
_EMBEDDINGS = "\u202a\u202b\u202c\u202d\u202e"
DIRECTION = "\u200e\u200f\u061c\ufeff" + _EMBEDDINGS + _ISOLATES + ZERO_WIDTH_SPACE
SPACES = " \u00a0\u202f\u2009\u2007\u3000"

_OUTER = DIRECTION + SPACES + "\t"
_NOTHING = {ord(c): None for c in DIRECTION}


def bare(text: str) -> str:
    """``text`` without invisible marks and spaces at its two ends; nothing inside is touched."""
    return text.strip(_OUTER)


def visible(text: str) -> str:
    """``text`` without any direction mark, byte order mark or zero-width space, for comparing."""
    return text.translate(_NOTHING)
