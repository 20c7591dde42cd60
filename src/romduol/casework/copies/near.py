"""Hashes of pictures go in, groups of pictures that look alike come out.

Exact, not by sampling: two 64-bit hashes within ``distance`` bits agree wholly in at least one of
``distance + 1`` bands (pigeonhole), so only hashes that share a band are compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]
_BITS = 64


@dataclass(frozen=True, slots=True)
class Alike:
    """Pictures linked by near hashes, by their position in the list given, in order.

    Links chain: ``widest``, the largest distance between any two, says how far they went.
    """

    members: tuple[int, ...]
    widest: int


def near_copies(hashes: Sequence[int], distance: int = 6) -> list[Alike]:
    """Groups of two or more whose hashes are within ``distance`` bits (0 to 31) of a neighbour's.

    A hash of 0 says only that a picture is of one colour; it is left out. Time grows with the
    pairs that share a band; memory with the hashes and the largest band.
    """
    if not 0 <= distance < _BITS // 2:
        raise ValueError(distance)
    given = np.array(hashes, np.uint64)
    told = np.flatnonzero(given)
    values, where = np.unique(given[told], return_inverse=True)
    root = np.arange(len(values))
    for left, right in _links(values, distance):
        _join(root, left, right)
    groups: dict[int, list[int]] = defaultdict(list)
    for position, group in zip(told.tolist(), root[where].tolist(), strict=True):
        groups[group].append(position)
    found = (tuple(members) for members in groups.values() if len(members) > 1)
    return [Alike(members, _widest(np.unique(given[list(members)]))) for members in found]


def nearest_before(hashes: Sequence[int], distance: int = 6) -> list[tuple[int, int, int]]:
    """(position, position before it, bits apart) of every picture that resembles an earlier one.

    Of several, the nearest; of equally near, the first. What a chain joined that is farther apart
    than ``distance`` is still named with its nearest, so that a person sees how far it went.
    """
    found = []
    for alike in near_copies(hashes, distance):
        values = np.array([hashes[one] for one in alike.members], np.uint64)
        for at in range(1, len(values)):
            apart = np.bitwise_count(values[:at] ^ values[at])
            before = int(apart.argmin())
            found.append((alike.members[at], alike.members[before], int(apart[before])))
    return sorted(found)


def _links(values: Hashes, distance: int) -> Iterator[tuple[Places, Places]]:
    """Positions of every two different values within ``distance``, some more than once."""
    edges = np.linspace(0, _BITS, distance + 2).astype(int)
    for low, high in pairwise(edges.tolist()):
        mask = np.uint64((1 << high - low) - 1)
        band = values >> np.uint64(low) & mask
        order = np.argsort(band, kind="stable")
        yield from _links_in(values[order], band[order], order, distance)


def _links_in(
    values: Hashes, band: Hashes, order: Places, distance: int
) -> Iterator[tuple[Places, Places]]:
    """Links among values sorted by band: each with its next, then its next but one, and so on
    while the band is still the same."""
    first = np.arange(len(values) - 1)
    step = 1
    while len(first):
        first = first[first + step < len(values)]
        first = first[band[first] == band[first + step]]
        apart = np.bitwise_count(values[first] ^ values[first + step])
        near = first[apart <= distance]
        yield order[near], order[near + step]
        step += 1


def _widest(values: Hashes) -> int:
    apart = (int(np.bitwise_count(values ^ value).max()) for value in values)
    return max(apart, default=0)


def _join(root: Places, left: Places, right: Places) -> None:
    """From now on ``left[n]`` and ``right[n]`` have one root for every n; ``root`` stays flat:
    the root of a root is itself, and is the lowest of its group."""
    while True:
        ends = np.stack([root[left], root[right]])
        apart = ends[0] != ends[1]
        if not apart.any():
            return
        np.minimum.at(root, ends.max(axis=0)[apart], ends.min(axis=0)[apart])
        while (root[root] != root).any():
            root[:] = root[root]
