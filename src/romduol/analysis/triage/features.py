"""Comparable texts come in, their runs of characters and of Latin words go out as numbers.

Runs of two to five characters, of one word and of two, hashed (Weinberger et al. 2009): no
dictionary is kept, so a head holds numbers and no word of anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LENGTHS = (2, 3, 4, 5)
BITS = 18
BUCKETS = 1 << BITS
_MOST = 1000  # code points of a message that are read; what follows adds nothing to its score
_APART = "\n"
_MULTIPLIER = np.uint32(0x01000193)  # the prime of FNV-1a, Fowler, Noll and Vo, RFC 9923
_SPREAD = np.uint32(0x9E3779B1)  # 2^32 / golden ratio, Knuth, volume 3, 6.4
_LONGEST = 32  # letters of a word that are told apart
_POWERS = np.cumprod(np.full(_LONGEST, _MULTIPLIER, np.uint32), dtype=np.uint32)
_ONE, _TWO = np.uint32(0x51ED270B), np.uint32(0x2545F491)  # odd: a word and a pair are apart

Buckets = NDArray[np.int64]
Places = NDArray[np.int64]  # of characters, in the row of all texts
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Grams:
    """All characters of all texts in a row, and where each text begins.

    ``scale`` is one over the root of the number of runs of each text, so that a long message is not
    heard louder than a short one; 0 for a text without any.
    """

    codes: NDArray[np.uint32]
    starts: NDArray[np.int64]
    scale: Floats

    def of_each_kind(self) -> Iterator[tuple[Places, Buckets]]:
        """For each length of run, then for words and for pairs of words: where each begins in
        ``codes``, and its bucket."""
        yield from self.characters()
        yield from self.words()

    def characters(self) -> Iterator[tuple[Places, Buckets]]:
        """Runs of each of ``LENGTHS`` that stay within their text."""
        running = np.zeros(len(self.codes), np.uint32)
        apart = np.zeros(len(self.codes), np.bool_)
        boundary = self.codes == ord(_APART)
        for length in range(1, LENGTHS[-1] + 1):
            last = max(len(self.codes) - length + 1, 0)
            running[:last] = (running[:last] ^ self.codes[length - 1 :]) * _MULTIPLIER
            apart[:last] |= boundary[length - 1 :]
            apart[last:] = True
            if length in LENGTHS:
                within = np.flatnonzero(~apart)
                yield within, _bucket(running[within] + np.uint32(length))

    def words(self) -> Iterator[tuple[Places, Buckets]]:
        """Latin words, and each with the next one of its text, whatever stands between."""
        letter = _is_letter(self.codes)
        first = np.flatnonzero(letter & ~np.append(False, letter[:-1]))
        if not len(first):
            return
        places = np.flatnonzero(letter)
        word = np.searchsorted(first, places, side="right") - 1
        letters = np.minimum(places - first[word], _LONGEST - 1)
        opened = np.searchsorted(places, first)
        hashed = np.add.reduceat(self.codes[places] * _POWERS[letters], opened, dtype=np.uint32)
        yield first, _bucket(hashed * _ONE)
        text = np.searchsorted(self.starts, first, side="right")
        same = text[1:] == text[:-1]
        yield first[:-1][same], _bucket((hashed[:-1] * _TWO ^ hashed[1:])[same] * _MULTIPLIER)


def grams(texts: Sequence[str]) -> Grams:
    """The runs of ``texts``, which are compared as the text layer leaves them."""
    cut = [f" {text[:_MOST].replace(_APART, ' ')} {_APART}" for text in texts]
    codes = np.frombuffer("".join(cut).encode("utf-32-le"), "<u4")
    lengths = np.fromiter(map(len, cut), np.int64, len(cut))
    starts = np.cumsum(lengths) - lengths
    count = np.sum([np.maximum(lengths - length, 0) for length in LENGTHS], axis=0)
    return Grams(codes, starts, (1.0 / np.sqrt(np.maximum(count, 1))).astype(np.float32))


def sums(some: Grams, weights: Floats | NDArray[np.int8]) -> Floats:
    """For each text the sum of the weights of its runs, scaled: one head's view of them."""
    if not len(some.starts):
        return np.zeros(0, np.float32)
    heard = np.zeros(len(some.codes), np.float32)
    for places, buckets in some.of_each_kind():
        heard[places] += weights[buckets]
    return (np.add.reduceat(heard, some.starts) * some.scale).astype(np.float32)


def _bucket(hashed: NDArray[np.uint32]) -> Buckets:
    return ((hashed * _SPREAD) >> np.uint32(32 - BITS)).astype(np.int64)


def _is_letter(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Latin letters, digits and the apostrophe: what a word of the text layer is made of."""
    low = codes - np.uint32(ord("a")) < 26  # below "a" it wraps round and is no longer small
    number = codes - np.uint32(ord("0")) < 10
    return np.asarray(low | number | (codes == ord("'")), np.bool_)
