"""Near copies: every pair that is near is found, and no other."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casework.copies import Alike, near_copies, nearest_before


def by_looking_at_every_pair(hashes: list[int], distance: int) -> list[tuple[int, ...]]:
    groups = [{n} for n, one in enumerate(hashes) if one]
    for left, right in combinations([n for n, one in enumerate(hashes) if one], 2):
        if (hashes[left] ^ hashes[right]).bit_count() <= distance:
            joined = [g for g in groups if left in g or right in g]
            groups = [g for g in groups if g not in joined] + [set().union(*joined)]
    return sorted(tuple(sorted(g)) for g in groups if len(g) > 1)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.integers(0, 20))
def test_the_groups_are_those_found_by_looking_at_every_pair(
    data: st.DataObject, distance: int
) -> None:
    seeds = data.draw(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=5))
    hashes = []
    for _ in range(data.draw(st.integers(0, 25))):
        flips = data.draw(st.lists(st.integers(0, 63), max_size=8))
        one = data.draw(st.sampled_from(seeds))
        for flip in flips:
            one ^= 1 << flip
        hashes.append(one)
    found = sorted(group.members for group in near_copies(hashes, distance))
    assert found == by_looking_at_every_pair(hashes, distance)


def test_copies_group_and_the_widest_distance_shows_chains() -> None:
    hashes = [0b1, 0b111, 0b11111, 0xFF << 50, 0b1]
    assert near_copies(hashes, 2) == [Alike((0, 1, 2, 4), 4)]


def test_pictures_of_one_colour_say_nothing() -> None:
    assert near_copies([0, 0, 1, 2], 3) == [Alike((2, 3), 2)]
    assert near_copies([0, 0], 3) == []


@pytest.mark.parametrize("distance", [-1, 32])
def test_a_distance_that_means_nothing_is_refused(distance: int) -> None:
    with pytest.raises(ValueError, match=str(distance)):
        near_copies([1, 2], distance)


def test_no_picture_is_no_group() -> None:
    assert near_copies([]) == []
    assert near_copies([7]) == []


def test_planted_copies_are_found_among_many_pictures() -> None:
    chance = random.Random(7)
    hashes = [chance.getrandbits(64) for _ in range(20_000)]
    for n in range(0, 2000, 2):
        hashes[n + 1] = hashes[n] ^ 1 << chance.randrange(64) ^ 1 << chance.randrange(64)
    found = {group.members for group in near_copies(hashes, 6)}
    assert {(n, n + 1) for n in range(0, 2000, 2)} <= found


def test_each_picture_is_named_with_the_nearest_before_it() -> None:
    base = 0x0F0F_1234_5678_9ABC
    hashes = [base, 0xFFFF_0000_FFFF_0000, base ^ 0b11, base ^ 0b1]
    assert nearest_before(hashes) == [(2, 0, 2), (3, 0, 1)]
