"""Text cut into the words a name can be made of: Latin words, and syllables of Khmer."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from romduol.language import sounds
from romduol.language.folding import fold
from romduol.language.khmer import COENG, LETTERS, whole_clusters
from romduol.language.tracing import Traced

_LATIN_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")
_SYLLABLE = re.compile(f"(?<!{COENG})[{LETTERS}]")
_MOST_SPACE = 3  # letters between two parts of one name


class Word(NamedTuple):
    """A Latin word at folded ``[start, end)``; ``capital`` as received."""

    text: str
    start: int
    end: int
    capital: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One text with everything the finders share: as received, folded, its Latin words."""

    raw: str
    copy: Traced
    words: tuple[Word, ...]
    text: str
    _rows: dict[str, str] = field(default_factory=dict)

    def row(self, word: str) -> str:
        """How a Latin word sounds, worked out once a text; nothing of it outlives the text."""
        if word not in self._rows:
            self._rows[word] = sounds.latin(word)
        return self._rows[word]

    def near(self, one: Word, two: Word) -> bool:
        """Do the two stand side by side, with nothing but spaces, a point or a comma between?"""
        between = self.text[one.end : two.start]
        return between in (" ", ". ", ".", ", ") or (
            between.isspace() and len(between) <= _MOST_SPACE
        )


def page(text: str) -> Page:
    """``text`` ready to be searched."""
    copy = fold(text)
    starts = copy.starts
    words = tuple(
        Word(m.group(), m.start(), m.end(), text[starts[m.start()]].isupper())
        for m in _LATIN_WORD.finditer(copy.text)
    )
    return Page(text, copy, words, copy.text)


def syllables(text: str) -> list[int]:
    """Where a Khmer syllable begins, and so a word may."""
    return [m.start() for m in _SYLLABLE.finditer(text)]


def ends_a_syllable(text: str, end: int) -> bool:
    """Does no vowel, sign or subscript of the same syllable follow?"""
    return whole_clusters(text, 0, end)


def is_khmer(letter: str) -> bool:
    """Is this one letter, vowel or sign of the Khmer script?"""
    return "\u1780" <= letter <= "\u17d3"


def alone(text: str, start: int, end: int, *, before: bool = True) -> bool:
    """Does no Khmer letter stand after ``[start, end)``, nor before it?"""
    return not is_khmer(text[end : end + 1]) and not (before and is_khmer(text[start - 1 : start]))


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one data file of this package."""
    text = (files("romduol.language.naming") / "data" / f"{name}.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))
