"""Many words looked for at once in folded text: longest first, at any place, in linear time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")
_HEAD = 2  # letters by which words are first told apart


class Lexicon(Generic[T]):
    """Folded words and what each means. A word shorter than two letters is never found."""

    def __init__(self, words: Mapping[str, T]) -> None:
        self._words = dict(words)
        heads: dict[str, set[int]] = {}
        for word in self._words:
            heads.setdefault(word[:_HEAD], set()).add(len(word))
        self._lengths = {head: sorted(found, reverse=True) for head, found in heads.items()}

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def get(self, word: str) -> T | None:
        """What ``word`` means, or none."""
        return self._words.get(word)

    def at(self, text: str, start: int) -> Iterator[tuple[int, T]]:
        """(end, meaning) of every word that begins at ``start``, the longest first."""
        left = len(text) - start
        for length in self._lengths.get(text[start : start + _HEAD], ()):
            if length > left:
                continue
            meaning = self._words.get(text[start : start + length])
            if meaning is not None:
                yield start + length, meaning

    def among(self, text: str, starts: Iterable[int]) -> Iterator[tuple[int, int, T]]:
        """(start, end, meaning) of every word at one of ``starts``, the longest first."""
        lengths = self._lengths
        for start in starts:
            if text[start : start + _HEAD] in lengths:
                for end, meaning in self.at(text, start):
                    yield start, end, meaning
