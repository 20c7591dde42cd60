"""Comparable texts come in, the words of the lexicon that stand in them go out, longest first.

Latin words are whole words; Khmer, which does not divide its words, is matched where no syllable
is cut and the longest entry wins, so that listed longer words protect themselves ("ចាប់ផ្តើម",
to begin, is no "ចាប់", to arrest).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from romduol.analysis.triage.frames import SENTENCE, STRETCH
from romduol.analysis.triage.lexicon import REGEX, SUBSTRING, Word
from romduol.language.khmer import COENG

_OPEN, _CLOSE = "\x01", "\x02"
_LATIN_WORD = r"([a-z0-9]+(?:'[a-z]+)?)"
_DEPENDENT = frozenset(chr(point).encode() for point in (*range(0x17B6, 0x17D4), 0x17DD))
_COENG = COENG.encode()
_ENDS = re.compile(rb"[.!?\n]|\xe1\x9f\x94|\xe1\x9f\x95")
_LONG = 44  # bytes of other words that put two hits apart: four words or so
_HEAD = 6  # bytes: entries that begin alike are tried where they begin, shorter ones everywhere
_CONTRACTED = {
    "dont": "don't", "didnt": "didn't", "doesnt": "doesn't", "isnt": "isn't", "arent": "aren't",
    "wasnt": "wasn't", "wont": "won't", "cant": "can't", "couldnt": "couldn't", "im": "i'm",
    "wouldnt": "wouldn't", "havent": "haven't", "hasnt": "hasn't", "shouldnt": "shouldn't",
    "mustnt": "mustn't", "aint": "ain't", "ive": "i've", "weve": "we've", "youll": "you'll",
    "youre": "you're", "theyll": "they'll", "theyre": "they're", "shes": "she's", "lets": "let's",
    "womans": "woman's", "womens": "women's", "husbands": "husband's", "whats": "what's",
    "its": "it's", "hes": "he's", "ill": "i'll", "thats": "that's",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the lexicon in a comparable text: [start, end) in its code points."""

    word: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of one text in order, not overlapping, and the row of concepts they make."""

    row: str
    hits: tuple[tuple[int, int, int], ...]  # word, and where in ``marked`` (bytes)
    marked: bytes

    def hit(self, n: int) -> Hit:
        """The n-th hit with its place in the comparable text."""
        word, start, end = self.hits[n]
        begin = _points(self.marked[:start])
        return Hit(word, begin, begin + _points(self.marked[start:end]))


class Matcher:
    """Looks for all ``words`` at once; ``code`` gives each its character in a row."""

    def __init__(self, words: Sequence[Word], code: dict[frozenset[str], str]) -> None:
        self._by_pattern: dict[str, tuple[int, bool]] = {}
        self._codes = [code[frozenset(word.concepts)] for word in words]
        self._regexes: list[tuple[int, re.Pattern[str]]] = []
        for n, word in enumerate(words):
            if word.kind == REGEX:
                self._regexes.append((n, re.compile(word.spellings[0])))
                continue
            for spelling in word.spellings:
                self._add(n, spelling, word.kind)
        self._patterns = pl.Series([*self._by_pattern], dtype=pl.String)
        self._by_bytes = {p.encode(): found for p, found in self._by_pattern.items()}
        self._lengths = _lengths_by_head(p for p in self._by_bytes if len(p) >= _HEAD)
        self._short = tuple(sorted({len(p) for p in self._by_bytes if len(p) < _HEAD}))
        self._slow = re.compile("|".join(p.pattern for _, p in self._regexes) or "(?!)")

    def _add(self, n: int, spelling: str, kind: str) -> None:
        khmer = not spelling.isascii()
        for written in {spelling, _contracted(spelling)}:
            pattern = written if kind == SUBSTRING else re.sub(_LATIN_WORD, _marked_word, written)
            self._by_pattern[pattern] = (n, khmer)

    def find(self, texts: Sequence[str]) -> list[Found]:
        """What stands in each of ``texts``."""
        series = pl.Series("text", texts, dtype=pl.String)
        marked = series.str.replace_all(_LATIN_WORD, f"{_OPEN}$1{_CLOSE}")
        # only where: a library that also cut the words out once panicked, with the words in its cry
        where = marked.str.find_many(self._patterns.implode(), overlapping=True)
        digits = series.str.contains(r"\d|[\"“«]").to_list()
        return [
            self._found(text, starts, number)
            for text, starts, number in zip(marked.to_list(), where.to_list(), digits, strict=True)
        ]

    def _found(self, marked: str, starts: list[int], digits: bool) -> Found:
        if not starts and not digits:
            return _NOTHING
        text = marked.encode()
        spans = list(self._spans(text, starts))
        if digits:
            spans += self._numbers(marked)
        if not spans:
            return _NOTHING
        spans.sort()
        return self._chosen(spans, text)

    def _spans(self, text: bytes, starts: list[int]) -> Iterator[tuple[int, int, int]]:
        """(start, minus end, word) of every entry that begins at one of ``starts``."""
        for start in dict.fromkeys(starts):
            below = text[start - 3 : start] == _COENG  # inside a syllable
            for length in (*self._short, *self._lengths.get(text[start : start + _HEAD], ())):
                end = start + length
                found = self._by_bytes.get(text[start:end])
                if found is None or end > len(text):
                    continue
                word, khmer = found
                if khmer and (below or text[end : end + 3] in _DEPENDENT):
                    continue
                yield start, -end, word

    def _numbers(self, marked: str) -> list[tuple[int, int, int]]:
        """What the regular expressions find; they see the text without marks."""
        bare = marked.replace(_OPEN, "").replace(_CLOSE, "")
        if not self._slow.search(bare):
            return []
        place = _places(marked)
        return [
            (place[found.start()], -place[found.end() - 1] - len(found.group()[-1].encode()), word)
            for word, pattern in self._regexes
            for found in pattern.finditer(bare)
            if found.end() > found.start()
        ]

    def _chosen(self, spans: list[tuple[int, int, int]], text: bytes) -> Found:
        """The first and longest of those that overlap."""
        row: list[str] = []
        hits: list[tuple[int, int, int]] = []
        done = 0
        for start, minus_end, word in spans:
            if start < done:
                continue
            between = text[done:start]
            if _ENDS.search(between):
                row.append(SENTENCE)
            elif len(between) > _LONG and hits:
                row.append(STRETCH)
            row.append(self._codes[word])
            hits.append((word, start, -minus_end))
            done = -minus_end
        return Found("".join(row), tuple(hits), text)


_NOTHING = Found("", (), b"")


def _lengths_by_head(patterns: Iterable[bytes]) -> dict[bytes, tuple[int, ...]]:
    """How long the patterns are that begin with the same ``_HEAD`` bytes."""
    found: dict[bytes, set[int]] = {}
    for pattern in patterns:
        found.setdefault(pattern[:_HEAD], set()).add(len(pattern))
    return {begin: tuple(sorted(lengths)) for begin, lengths in found.items()}


def _marked_word(found: re.Match[str]) -> str:
    return f"{_OPEN}{found.group()}{_CLOSE}"


def _contracted(spelling: str) -> str:
    return " ".join(_CONTRACTED.get(part, part) for part in spelling.split(" "))


def _points(piece: bytes) -> int:
    return len(piece.decode()) - piece.count(1) - piece.count(2)


def _places(marked: str) -> list[int]:
    """For each code point of the unmarked text its byte in the marked one."""
    places: list[int] = []
    at = 0
    for letter in marked:
        if letter not in (_OPEN, _CLOSE):
            places.append(at)
        at += len(letter.encode())
    return places
