"""From a number of women to what may be said of it: nothing, some, the number, most or all.

For ``n`` women asked and a threshold ``k``:

* 0 and 1 are never said, in any words;
* 2 to k-1 become "some";
* k to n-2 may be printed;
* n-1 and n become "most or all": everybody who took part would be known to share it.

A word that could stand for one number only is that number, so a band of one value is not said.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Voice(StrEnum):
    """How a count is said."""

    SILENT = "silent"
    SOME = "some"
    NUMBER = "number"
    MOST = "most_or_all"
    HUSHED = "derivable"  # could be said alone, but another sentence would give it away


@dataclass(frozen=True, slots=True)
class Bounds:
    """Whole numbers from ``low`` to ``high``, both included."""

    low: int
    high: int

    @property
    def certain(self) -> bool:
        """Is only one number left?"""
        return self.low >= self.high


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs for ``asked`` women and the threshold ``k``."""

    asked: int
    k: int

    @property
    def some(self) -> Bounds:
        """What "some" may stand for; empty or of one value: "some" is not said."""
        return Bounds(2, min(self.k - 1, self.asked - 2))

    def voice(self, women: int) -> Voice:
        """How ``women`` of ``asked`` is said. Raises ``ValueError`` outside 0..asked."""
        if not 0 <= women <= self.asked:
            raise ValueError("a count of women lies between none and those asked")
        if women <= 1:
            return Voice.SILENT
        if women >= self.asked - 1:
            return Voice.MOST
        if women >= self.k:
            return Voice.NUMBER
        return Voice.SILENT if self.some.certain else Voice.SOME

    def heard(self, voice: Voice, women: int) -> Bounds:
        """What a reader who knows these rules takes from it."""
        if voice is Voice.SILENT:
            return Bounds(0, 2 if self.some.low == self.some.high else 1)
        if voice is Voice.SOME:
            return self.some
        if voice is Voice.NUMBER:
            return Bounds(women, women)
        if voice is Voice.MOST:
            return Bounds(self.asked - 1, self.asked)
        return Bounds(0, self.asked)
