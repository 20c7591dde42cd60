"""Texts come in, the pieces that the model reads go out: unigram segmentation as SentencePiece's.

Kudo 2018, "Subword Regularization", section 3.2: of all ways to cut a text into known pieces the
one whose log-probabilities sum highest. Letters are evened by the table that comes with the pieces.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SPACE = "\u2581"  # stands for a space, before a word
BEGIN, END, UNKNOWN = 0, 2, 3
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")  # no message can write these
_UNKNOWN_COSTS = 10.0  # below the least of all pieces
_SPACES = re.compile(" {2,}")
_WORD = re.compile(f"{SPACE}?[^{SPACE}]*")

Whole = NDArray[np.int32]


class Pieces:
    """The vocabulary: every piece with its log-probability, and how letters are evened."""

    def __init__(
        self, numbers: dict[str, int], scores: list[float], evened: dict[int, str]
    ) -> None:
        self._numbers, self._scores, self._evened = numbers, scores, evened
        self._longest = max(map(len, numbers))
        self._unknown_costs = min(scores) - _UNKNOWN_COSTS
        self._word = lru_cache(maxsize=16384)(self._cut)

    def of(self, text: str, most: int) -> Whole:
        """The numbers of the pieces of ``text``, with its beginning and end, at most ``most``.

        What comes after is not read.
        """
        even = _SPACES.sub(" ", text.translate(self._evened)).replace(" ", SPACE)
        if not even.startswith(SPACE):
            even = SPACE + even
        ids = [BEGIN]
        for word in _WORD.findall(even):
            ids += self._word(word)
            if len(ids) >= most:
                break
        return np.array([*ids[: most - 1], END], np.int32)

    def _cut(self, word: str) -> list[int]:
        """The best way to cut one word; a letter that no piece has is unknown by itself."""
        best = [0.0, *([float("-inf")] * len(word))]
        came: list[tuple[int, int]] = [(0, 0)] * (len(word) + 1)
        for start in range(len(word)):
            here = best[start]
            if here + self._unknown_costs > best[start + 1]:
                best[start + 1], came[start + 1] = here + self._unknown_costs, (start, UNKNOWN)
            for stop in range(start + 1, min(start + self._longest, len(word)) + 1):
                number = self._numbers.get(word[start:stop])
                if number is not None and here + self._scores[number] > best[stop]:
                    best[stop], came[stop] = here + self._scores[number], (start, number)
        return _followed(came)


def _followed(came: list[tuple[int, int]]) -> list[int]:
    """The pieces from the beginning to the end, found from the end."""
    ids, at = [], len(came) - 1
    while at > 0:
        at, number = came[at]
        ids.append(number)
    return ids[::-1]
