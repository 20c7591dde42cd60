"""A text goes in, the units that two coders are compared on come out, fixed before either codes.

Units are decided by the text alone, so that nobody's coding decides what is counted (Krippendorff,
Content Analysis, 4th ed., ch. 5). Code points ``[start, end)``, in order, apart from one another.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

PARAGRAPHS = "paragraph/1"
TURNS = "turn/1"

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_ENDS = re.compile(r"\n\s*")

Stretch = tuple[int, int]


def paragraphs(text: str) -> tuple[Stretch, ...]:
    """Blocks between blank lines, or single lines in a text that has no blank line."""
    ends = _BLANK_LINES if _BLANK_LINES.search(text.strip()) else _LINE_ENDS
    return tuple(_trimmed(text, _between(text, ends)))


def _between(text: str, ends: re.Pattern[str]) -> Iterable[Stretch]:
    start = 0
    for found in ends.finditer(text):
        yield start, found.start()
        start = found.end()
    yield start, len(text)


def _trimmed(text: str, stretches: Iterable[Stretch]) -> Iterable[Stretch]:
    for start, end in stretches:
        inside = text[start:end]
        left = len(inside) - len(inside.lstrip())
        if inside.strip():
            yield start + left, start + len(inside.rstrip())


def touched(units: Sequence[Stretch], spans: Iterable[Stretch]) -> frozenset[int]:
    """The units (by place) that hold at least one code point of one of ``spans``."""
    ends = [high for _, high in units]
    found: set[int] = set()
    for start, end in spans:
        place = bisect_right(ends, start)
        while place < len(units) and units[place][0] < end:
            found.add(place)
            place += 1
    return frozenset(found)
