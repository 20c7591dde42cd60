"""How a quote may be changed before it is printed, and what the reader is told of it."""

from __future__ import annotations

import re
from enum import StrEnum

_GAP = re.compile(r"\s*(?:\[…\]|\[\.\.\.\]|…|\.\.\.)\s*")


class Manner(StrEnum):
    """What was done to her words. All but a shortening wait for a second reader."""

    SHORTENED = "shortened"
    PARAPHRASED = "paraphrased"
    TRANSLATED = "translated"


def is_shortening(words: str, original: str) -> bool:
    """Is ``words`` made of pieces of ``original`` in order, with … where something is gone?"""
    at = 0
    pieces = [piece for piece in _GAP.split(words.strip()) if piece]
    for piece in pieces:
        found = original.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    whole = " ".join(pieces) == original.strip()
    return bool(pieces) and not whole
