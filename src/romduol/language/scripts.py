"""A text comes in, how much of it is written in which script goes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_KHMER = re.compile("[\u1780-\u17b3]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[a-z]+")
_LEAST = 2  # words: below this nothing is said about the language


@dataclass(frozen=True, slots=True)
class Profile:
    """Letters by script, and how many Latin words there are and are no everyday English."""

    khmer: int
    latin: int
    digits: int
    words: int
    foreign: int

    @property
    def mixed(self) -> bool:
        """Both Khmer and Latin letters."""
        return self.khmer > 0 and self.latin > 0

    @property
    def perhaps_romanised(self) -> bool:
        """Latin words most of which are no everyday English: perhaps Khmer in Latin letters."""
        return self.foreign * 5 >= self.words * 2 and self.foreign >= (1 if self.khmer else _LEAST)


def profile(text: str) -> Profile:
    """The profile of ``text``."""
    words = _WORD.findall(text.lower())
    return Profile(
        khmer=len(_KHMER.findall(text)),
        latin=len(_LATIN.findall(text)),
        digits=len(_DIGIT.findall(text)),
        words=len(words),
        foreign=len(words) - sum(map(english_words().__contains__, words)),
    )


@cache
def english_words() -> frozenset[str]:
    """Everyday English words, lower case: ``data/english.txt``."""
    text = (files("romduol.language") / "data" / "english.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
