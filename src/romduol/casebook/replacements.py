"""What takes the place of words that could name someone, before a text leaves the book.

Codings point into a text by code points. When words of it are replaced, an offset map says where
each coding stands afterwards, or that nothing of it is left.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise


@dataclass(frozen=True, slots=True)
class Replacement:
    """Code points ``[start, end)`` of one canonical text become ``new``.

    ``kind`` says what stood there (``name``, ``phone``, ``place`` …), never the words.
    """

    start: int
    end: int
    new: str
    kind: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a span stands in the rewritten text: code points ``[start, end)``.

    ``shrunk`` says that one of its ends stood inside replaced words and was drawn back from them.
    """

    start: int
    end: int
    shrunk: bool


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text with its replacements made, and the way from the old positions to the new ones."""

    text: str
    starts: tuple[int, ...]  # of the replacements, in the old text
    ends: tuple[int, ...]
    shifts: tuple[int, ...]  # how far what stands behind the first n replacements has moved

    def moved(self, start: int, end: int) -> Moved | None:
        """The span ``[start, end)`` of the old text in the new one.

        Words replaced whole inside it come along as what replaced them; where only a part of the
        replaced words was inside, none of them is. None when nothing is left.
        """
        first = bisect_right(self.ends, start)
        last = bisect_left(self.starts, end)
        at, to = start, end
        if first < len(self.starts) and self.starts[first] < start:
            at = self.ends[first]
        if last and self.ends[last - 1] > end:
            to = self.starts[last - 1]
        if at >= to:
            return None
        here, there = self._at(at), self._at(to)
        return Moved(here, there, (at, to) != (start, end)) if here < there else None

    def _at(self, offset: int) -> int:
        return offset + self.shifts[bisect_right(self.ends, offset)]


def rewrite(text: str, replacements: Iterable[Replacement]) -> Rewritten:
    """``text`` with all of ``replacements`` made.

    Raises ``ValueError`` when two overlap, or one is empty or runs past the end: then somebody
    decided about another text than this.
    """
    rows = sorted(replacements, key=lambda one: one.start)
    _require_fit(text, rows)
    pieces, done = [], 0
    for one in rows:
        pieces += [text[done : one.start], one.new]
        done = one.end
    grown = (len(one.new) - (one.end - one.start) for one in rows)
    return Rewritten(
        text="".join([*pieces, text[done:]]),
        starts=tuple(one.start for one in rows),
        ends=tuple(one.end for one in rows),
        shifts=tuple(accumulate(grown, initial=0)),
    )


def _require_fit(text: str, rows: list[Replacement]) -> None:
    if any(not 0 <= one.start < one.end <= len(text) for one in rows):
        raise ValueError("a replacement stands outside the text")
    if any(before.end > after.start for before, after in pairwise(rows)):
        raise ValueError("two replacements overlap")
