"""The choice of cells alone: enough is withheld, and never more than the fewest that suffice."""

from __future__ import annotations

import sys
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.publication.disclosure.model import Entry, Need, Relation, State, System
from romduol.publication.disclosure.primary import need_of
from romduol.publication.disclosure.reader import Reader
from romduol.publication.disclosure.suppression import needs_met, suppress
from romduol.publication.disclosure.troubles import NotProtectable, SolverFailed, SolverMissing

K = 3


def square(cells: list[list[int]], k: int = K) -> System:
    """A two-way table with its totals; the grand total is known."""
    rows = [[*row, sum(row)] for row in cells]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    height, width = len(rows), len(rows[0])
    entries = []
    for r, c in product(range(height), range(width)):
        value = rows[r][c]
        state = State.SHOWN if (r, c) == (height - 1, width - 1) else State.OPEN
        need = need_of(value, k, 999) if 0 < value < k and state is State.OPEN else None
        entries.append(Entry(value, state, 999, need, 1.0, k if value < k else 0))
    relations = [
        Relation(r * width + width - 1, tuple(r * width + c for c in range(width - 1)))
        for r in range(height)
    ]
    relations += [
        Relation((height - 1) * width + c, tuple(r * width + c for r in range(height - 1)))
        for c in range(width)
    ]
    return System(tuple(entries), tuple(relations))


def fillings(system: System, withheld: frozenset[int]) -> list[tuple[int, ...]]:
    """Every way in whole numbers to fill the gaps so that all relations hold."""
    gaps = sorted(withheld)
    values = [e.value for e in system.entries]
    top = max(values) + K
    found = []
    for tried in product(range(top + 1), repeat=len(gaps)):
        for at, value in zip(gaps, tried, strict=True):
            values[at] = value
        if all(values[r.whole] == sum(values[p] for p in r.parts) for r in system.relations):
            found.append(tried)
    return found


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=2, max_size=2))
def test_every_filling_of_the_gaps_leaves_each_small_number_open(cells: list[list[int]]) -> None:
    system = square(cells)
    try:
        chosen = suppress(system).withheld
    except NotProtectable:
        return
    if len(chosen) > 6:
        return
    ways = fillings(system, chosen)
    for place, at in enumerate(sorted(chosen)):
        seen = {way[place] for way in ways}
        entry = system.entries[at]
        assert len(seen) > 1
        assert max(seen) >= min(K, entry.value + K)
        if entry.need and entry.need.low is not None:
            assert min(seen) <= entry.need.low


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3))
def test_no_smaller_choice_would_do(cells: list[list[int]]) -> None:
    system = square(cells)
    must = {at for at, e in enumerate(system.entries) if e.need}
    free = [at for at, e in enumerate(system.entries) if e.state is State.OPEN and at not in must]
    try:
        choice = suppress(system)
    except NotProtectable:
        assert not needs_met(system, [*must, *free])
        return
    assert choice.gap == 0
    assert needs_met(system, choice.withheld)
    extra = len(choice.withheld) - len(must)
    for fewer in range(min(extra, 3)):
        for more in combinations(free, fewer):
            assert not needs_met(system, must | set(more))


def test_without_time_a_safe_choice_is_made_and_its_distance_told() -> None:
    system = square([[1, 9, 9, 9], [9, 8, 7, 9], [9, 9, 2, 9], [9, 9, 9, 9]])
    quick = suppress(system, seconds=-1.0)
    assert needs_met(system, quick.withheld)
    assert quick.gap >= 0
    assert quick.cost >= suppress(system).cost
    for at in quick.withheld:
        if not system.entries[at].need:
            assert not needs_met(system, quick.withheld - {at}), "each cell is needed"


def test_a_total_below_the_threshold_cannot_hide_anything() -> None:
    with pytest.raises(NotProtectable):
        suppress(square([[1, 1], [0, 0]], k=5))


def test_a_part_that_only_lies_within_its_whole_needs_no_company() -> None:
    entries = (
        Entry(20, State.SHOWN, 99),
        Entry(2, State.OPEN, 99, Need(1, 5)),
        Entry(19, State.OPEN, 99),
    )
    within = tuple(Relation(0, (part,), under=False) for part in (1, 2))
    assert suppress(System(entries, within)).withheld == {1}


def test_numbers_that_do_not_fit_each_other_make_no_system() -> None:
    entries = (Entry(5, State.SHOWN, 9), Entry(4, State.OPEN, 9))
    with pytest.raises(ValueError, match="fit"):
        System(entries, (Relation(0, (1,)),))


def test_a_missing_solver_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(SolverMissing):
        suppress(square([[1, 9], [9, 9]]))


def test_a_solver_that_fails_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    import highspy

    reader = Reader(square([[1, 9], [9, 9]]))
    reader._highs.setOptionValue("simplex_iteration_limit", 0)
    reader.open(reader.up * 0 + 1)
    with pytest.raises(SolverFailed):
        reader.reach(0, True)
    monkeypatch.setattr(
        highspy.Highs, "getModelStatus", lambda self: highspy.HighsModelStatus.kSolveError
    )
    with pytest.raises(SolverFailed):
        suppress(square([[1, 9], [9, 9]]))
