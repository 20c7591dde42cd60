"""Texts come in, groups of near-same texts go out: copies with a few words changed.

Character n-grams (3 in Khmer script, 4 elsewhere) as a set; candidates by MinHash (Broder 1997)
in 42 bands of three; every candidate is checked by its exact Jaccard similarity. A group has a
first text to which each other is near-same: no chain of small changes joins two unlike texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from romduol.analysis.sameobject import same_text, text_object

NEAR = 0.4  # Jaccard: three words changed in a sentence of fifteen leave about this much
_BANDS, _ROWS = 42, 3  # finds .94 of the pairs at .4 and .996 at .5
_SHORT = 12  # distinct n-grams: a text shorter than this must be the same, not near
_KHMER = (0x1780, 0x19FF)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)

Grams = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]


def groups(texts: Sequence[str], near: float = NEAR) -> list[str]:
    """For each text the name of its group (the text object of its first text); "" for an empty one.

    The same texts in the same order give the same groups.
    """
    compared = [same_text(text) for text in texts]
    distinct = sorted(set(compared) - {""})
    leaders = _leaders([_grams(text) for text in distinct], near)
    name = {
        text: text_object(distinct[leader]) for text, leader in zip(distinct, leaders, strict=True)
    }
    return [name.get(text, "") for text in compared]


def similarity(one: str, other: str) -> float:
    """Jaccard similarity of the n-gram sets of two texts, 0 to 1; 0 when either is empty."""
    return _jaccard(_grams(same_text(one)), _grams(same_text(other)))


def _jaccard(one: Grams, other: Grams) -> float:
    if not one.size or not other.size:
        return 0.0
    shared = np.intersect1d(one, other, assume_unique=True).size
    return float(shared / (one.size + other.size - shared))


def _grams(text: str) -> Grams:
    """The distinct n-grams of ``text`` as sorted 64-bit numbers."""
    points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    khmer = np.count_nonzero((points >= _KHMER[0]) & (points <= _KHMER[1])) * 2 > points.size
    n = min(3 if khmer else 4, points.size)
    if not n:
        return np.empty(0, np.uint64)
    number = np.zeros(points.size - n + 1, np.uint64)
    for k in range(n):
        # 16 bits would merge scripts of the higher planes: mix instead of pack
        number = _mixed(number ^ points[k : points.size - n + 1 + k])
    return np.unique(number)


def _mixed(number: Grams) -> Grams:
    """A bijection of 64-bit numbers that spreads them (the first half of SplitMix64)."""
    number = (number + _MULTIPLIER) * np.uint64(0xBF58476D1CE4E5B9)
    return number ^ (number >> np.uint64(29))


@dataclass(frozen=True, slots=True)
class _Bag:
    """All n-grams of the long enough texts, one after another; ``starts`` where each begins."""

    grams: Grams
    starts: Ints
    texts: Ints


def _bag(sets: Sequence[Grams]) -> _Bag:
    long = [n for n, grams in enumerate(sets) if grams.size >= _SHORT]
    sizes = [sets[n].size for n in long]
    starts = np.cumsum([0, *sizes[:-1]]) if long else np.empty(0, np.int64)
    grams = np.concatenate([sets[n] for n in long]) if long else np.empty(0, np.uint64)
    return _Bag(grams, starts.astype(np.int64), np.array(long, np.int64))


def _leaders(sets: Sequence[Grams], near: float) -> list[int]:
    """For each set the first set of its group."""
    leaders = list(range(len(sets)))
    for later, earlier in _candidates(_bag(sets)):
        if leaders[later] != later:
            continue
        first = leaders[earlier]
        if first != later and _jaccard(sets[first], sets[later]) >= near:
            leaders[later] = first
    return leaders


def _candidates(bag: _Bag) -> Iterator[tuple[int, int]]:
    """Pairs (later, earlier) that share a band, in order of the later, each once."""
    if bag.texts.size < 2:
        return
    found = np.unique(np.concatenate([_neighbours(bag, band) for band in range(_BANDS)]), axis=0)
    for later, earlier in found:
        yield int(bag.texts[later]), int(bag.texts[earlier])


def _neighbours(bag: _Bag, band: int) -> Ints:
    """Each text of a band's bucket beside the bucket's first and beside the one before it."""
    key = np.zeros(bag.texts.size, np.uint64)
    for row in range(_ROWS):
        salt = np.uint64((band * _ROWS + row + 1) * 0xD1342543DE82EF95 & 0xFFFFFFFFFFFFFFFF)
        key = _mixed(key ^ np.minimum.reduceat(_mixed(bag.grams ^ salt), bag.starts))
    order = np.argsort(key, kind="stable")
    same = key[order][1:] == key[order][:-1]
    begins = np.concatenate([[True], ~same])
    first = order[np.maximum.accumulate(np.where(begins, np.arange(order.size), 0))]
    later, before, lead = order[1:][same], order[:-1][same], first[1:][same]
    pairs = np.concatenate([np.stack([later, before], 1), np.stack([later, lead], 1)])
    return pairs.astype(np.int64)
