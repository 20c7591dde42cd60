"""Withheld cells: too few women, one woman's cell, and what the sums would tell."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.publication.inference import Key, Tree
from romduol.publication.withholding import Behind, Rule, withheld

ROOT: Key = ("t", "all")


def _cell(counts: list[int], first: int = 0) -> Behind:
    return Behind.of(f"w{first + at}" for at, count in enumerate(counts) for _ in range(count))


def test_a_cell_of_many_incidents_and_few_women_is_not_printed() -> None:
    assert not Rule(30, 5).printable(_cell([9, 9, 9, 9]))
    assert Rule(30, 5).printable(_cell([9, 9, 9, 9, 9]))


def test_a_cell_that_is_mostly_one_woman_is_not_printed() -> None:
    assert not Rule(30, 5).printable(_cell([20, 1, 1, 1, 1]))
    assert Rule(30, 5).printable(_cell([4, 1, 1, 1, 1]))


def test_a_cell_of_nearly_the_whole_group_is_not_printed_in_a_small_study() -> None:
    assert not Rule(8, 5).printable(_cell([1] * 7))
    assert Rule(8, 5).printable(_cell([1] * 6))
    assert Rule(30, 5).printable(_cell([1] * 29))
    assert not Rule(30, 5, counts_women=True).printable(_cell([1] * 29))


def test_nothing_is_said_alike_in_a_small_study_and_printed_in_a_large_one() -> None:
    assert not Rule(19, 5).printable(_cell([]))
    assert Rule(20, 5).printable(_cell([]))


def _in_order(key: Key) -> bytes:
    return key[1].encode()


def _placed(order: tuple[Key, ...], key: Key) -> bytes:
    return bytes([order.index(key)])


@pytest.mark.parametrize(("asked", "k"), [(30, 3), (30, 4), (12, 3)])
def test_a_reader_who_knows_the_program_but_not_the_draw_cannot_tell_a_withheld_cell(
    asked: int, k: int
) -> None:
    """Every small table under every draw, grouped by what is printed and the total."""
    keys = tuple(("t", str(at)) for at in range(3))
    tree = Tree({ROOT: keys}, sums=frozenset({ROOT}))
    groups: dict[tuple, list[tuple[int, ...]]] = defaultdict(list)
    for values in product(range(11), repeat=3):
        if sum(values) > 10:
            continue
        cells = {
            key: _cell([1] * v, 10 * at)
            for at, (key, v) in enumerate(zip(keys, values, strict=True))
        }
        cells[ROOT] = Behind.of(f"x{n}" for n in range(sum(values)))
        for order in permutations(keys):
            hidden = withheld(tree, cells, Rule(asked, k), partial(_placed, order), ROOT)
            if hidden is not None:
                shown = tuple(None if key in hidden else cells[key].value for key in keys)
                groups[(*shown, sum(values))].append(values)
    for shown, studies in groups.items():
        for place in range(3):
            if shown[place] is None:
                assert len({values[place] for values in studies}) > 1, shown


women = st.lists(st.integers(1, 3), max_size=9)


@settings(max_examples=80, deadline=None)
@given(st.lists(women, min_size=2, max_size=4), st.integers(9, 30), st.sampled_from((3, 5)))
def test_no_withheld_part_of_a_known_total_can_be_found_by_trying(
    rows: list[list[int]], asked: int, k: int
) -> None:
    """Every filling of the withheld cells that adds up: each cell varies, and may reach k."""
    rule = Rule(asked, k)
    keys = [("t", str(at)) for at in range(len(rows))]
    cells = {key: _cell(row, 10 * at) for at, (key, row) in enumerate(zip(keys, rows, strict=True))}
    total = Behind.of(f"x{n}" for n in range(sum(c.value for c in cells.values())))
    tree = Tree({ROOT: tuple(keys)}, sums=frozenset({ROOT}))
    hidden = withheld(tree, {ROOT: total, **cells}, rule, _in_order, ROOT)
    if hidden is None:
        return
    open_ = [key for key in keys if key in hidden]
    missing = sum(cells[key].value for key in open_)
    tries = product(range(rule.floor, missing + 1), repeat=len(open_))
    fillings = [values for values in tries if sum(values) == missing]
    for place, key in enumerate(open_):
        values = {filling[place] for filling in fillings}
        assert max(values) >= k
        assert len(values) > 1
        assert min(values) < cells[key].value or cells[key].value <= rule.floor
    for key in keys:
        assert key in hidden or rule.printable(cells[key])


def test_a_total_too_small_to_hide_anything_in_gives_no_table() -> None:
    rule = Rule(30, 5)
    cells = {ROOT: _cell([1] * 4), ("t", "a"): _cell([1] * 2), ("t", "b"): _cell([1] * 2, 5)}
    tree = Tree({ROOT: (("t", "a"), ("t", "b"))}, sums=frozenset({ROOT}))
    assert withheld(tree, cells, rule, _in_order, ROOT) is None
