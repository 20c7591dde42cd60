"""What takes the place of words that could name someone, before a text leaves the book."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Replacement:
    """Code points ``[start, end)`` of one canonical text become ``new``.

    ``kind`` says what stood there (``name``, ``phone``, ``place`` …), never the words.
    """

    start: int
    end: int
    new: str
    kind: str
