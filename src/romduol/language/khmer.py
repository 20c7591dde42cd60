"""Khmer as it was typed comes in, Khmer in one order goes out, for comparing only.

The same word can be typed in many orders that look the same on the screen. The order here is:
letter, subscripts (ro last), robat, register shifter, vowel, signs above, signs after. After the
syllable structure in the Unicode Standard 15.0, section 16.4, and Hosken, "Khmer Encoding
Structure" (SIL, 2021), simplified to what comparing needs.
"""

from __future__ import annotations

import re
from functools import lru_cache

from romduol.language.tracing import Rewrite

LETTERS = "\u1780-\u17b3"
MARKS = "\u17b6-\u17d3\u17dd"  # what cannot stand alone; a word never ends before one of these
COENG = "\u17d2"
SCRIPT = "\u1780-\u17ff"

_CLUSTER = re.compile(f"[{LETTERS}](?:{COENG}[{LETTERS}]|[\u17b6-\u17d1\u17d3\u17dd])+")
_PIECES = re.compile(f"{COENG}[{LETTERS}]|.", re.DOTALL)
_RO = COENG + "\u179a"
_RANK = {"\u17cc": 2, "\u17c9": 3, "\u17ca": 3, "\u17c6": 6, "\u17c7": 7, "\u17c8": 7}
_VOWELS = range(0x17B6, 0x17C6)
_WRITTEN_IN_TWO = (
    ("\u17b8\u17c1", "\u17be"),  # e + ii is typed for oe; here already sorted
    ("\u17b6\u17c1", "\u17c4"),  # e + aa is typed for oo
    ("\u17d2\u178a", "\u17d2\u178f"),  # subscript da and ta look the same
)
# a text without any of these is already in order
_ODD = re.compile(
    "[\u17b6-\u17d1\u17dd]\u17d2|[\u17c6-\u17c8\u17cb-\u17d1][\u17b6-\u17c5]"
    "|[\u17b6-\u17c8][\u17c9\u17ca\u17cc]|[\u17b6-\u17c5][\u17b6-\u17c5]"
    "|\u17d2\u179a\u17d2|\u17d2\u178a|([\u17b6-\u17d1])\\1|[\u17c7\u17c8]\u17c6"
)


def _rank(piece: str) -> tuple[int, str]:
    if piece[0] == COENG:
        return (1 if piece == _RO else 0), ""
    if ord(piece) in _VOWELS:
        return 4, piece
    return _RANK.get(piece, 5), piece


@lru_cache(maxsize=4096)
def _ordered(cluster: str) -> str:
    if not _ODD.search(cluster):
        return cluster
    pieces = sorted(_PIECES.findall(cluster[1:]), key=_rank)
    kept = [p for n, p in enumerate(pieces) if p[0] == COENG or p != (pieces[n - 1] if n else "")]
    written = "".join(kept)
    for two, one in _WRITTEN_IN_TWO:
        written = written.replace(two, one)
    return cluster[0] + written


ORDER = Rewrite(_CLUSTER, lambda found: _ordered(found.group()))
# one word, four spellings in daily use
OY = Rewrite(re.compile("អោយ|ឱយ|ឲយ|ឲ្យ|អុយ"), lambda _: "ឱ្យ")


def needs_ordering(text: str) -> bool:
    """Whether ``ORDER`` would change anything."""
    return _ODD.search(text) is not None


def whole_clusters(text: str, start: int, end: int) -> bool:
    """Whether [start, end) of ``text`` cuts no Khmer syllable in two."""
    after = text[end : end + 1]
    before = text[start - 1 : start] if start else ""
    return before != COENG and not ("\u17b6" <= after <= "\u17d3" or after == "\u17dd")
