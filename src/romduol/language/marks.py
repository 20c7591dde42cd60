"""Characters nobody sees: direction marks, joiners, byte order marks; and the many spaces."""

from __future__ import annotations

ZERO_WIDTH_SPACE = "\u200b"
INVISIBLE = (
    "\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
DIRECTION = (
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b"
)
SPACES = " \u00a0\u202f\u2009\u2007\u3000"

_OUTER = DIRECTION + SPACES + "\t"


def bare(text: str) -> str:
    """``text`` without invisible marks and spaces at its two ends; nothing inside is touched."""
    return text.strip(_OUTER)


def visible(text: str) -> str:
    """``text`` without any direction mark, byte order mark or zero-width space, for comparing."""
    return text.translate(_NOTHING)


_NOTHING = {ord(c): None for c in DIRECTION}
