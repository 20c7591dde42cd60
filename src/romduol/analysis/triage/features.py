"""Comparable texts come in, their runs of two to five characters go out as numbers below a bound.

Hashed character n-grams: no dictionary is kept, so a head holds numbers and no word of anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LENGTHS = (2, 3, 4, 5)
BITS = 17
BUCKETS = 1 << BITS
_MOST = 1000  # code points of a message that are read; what follows adds nothing to its score
_APART = "\n"
_MULTIPLIER = np.uint32(0x01000193)  # the prime of FNV-1a, Fowler, Noll and Vo, RFC 9923
_SPREAD = np.uint32(0x9E3779B1)  # 2^32 / golden ratio, Knuth, volume 3, 6.4

Buckets = NDArray[np.int64]
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

    def of_each_length(self) -> Iterator[tuple[Buckets, NDArray[np.bool_]]]:
        """For each length of run: the bucket of the run that begins at each character, and whether
        it stays within its text."""
        running = np.zeros(len(self.codes), np.uint32)
        apart = np.zeros(len(self.codes), np.bool_)
        boundary = self.codes == ord(_APART)
        for length in range(1, LENGTHS[-1] + 1):
            last = max(len(self.codes) - length + 1, 0)
            running[:last] = (running[:last] ^ self.codes[length - 1 :]) * _MULTIPLIER
            apart[:last] |= boundary[length - 1 :]
            apart[last:] = True
            if length in LENGTHS:
                mixed = (running + np.uint32(length)) * _SPREAD
                yield (mixed >> np.uint32(32 - BITS)).astype(np.int64), ~apart


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
    for buckets, within in some.of_each_length():
        heard += weights[buckets] * within
    return (np.add.reduceat(heard, some.starts) * some.scale).astype(np.float32)
