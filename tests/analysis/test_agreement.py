"""Agreement per code: equal to published examples and to another program, never embellished."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.analysis import agreement
from romduol.casebook.agreement import Undefined

# Krippendorff (2011), section C: four observers, twelve units, values missing; nominal alpha .743
FOUR = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
# the same paper, section A: two observers, ten units, two values; alpha .095
TWO = ("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")


def values(line: str) -> list[str | None]:
    return [None if one == "." else one for one in line.split()]


def test_alpha_is_that_of_krippendorffs_own_example_with_missing_values() -> None:
    found = agreement.alpha([values(line) for line in FOUR])
    assert found.value == pytest.approx(0.743, abs=5e-4)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high


def test_alpha_is_that_of_krippendorffs_example_of_two_observers() -> None:
    assert agreement.alpha([values(line) for line in TWO]).value == pytest.approx(0.095, abs=5e-4)


def test_kappa_is_that_of_a_two_by_two_worked_by_hand() -> None:
    """45, 15, 25, 15 of 100: observed .60, expected .54, kappa .06 / .46."""
    one = [True] * 60 + [False] * 40
    other = [True] * 45 + [False] * 15 + [True] * 25 + [False] * 15
    assert agreement.kappa(one, other).value == pytest.approx(0.06 / 0.46)
    [crossed] = agreement.of_code("s", "c", {"a": one, "b": other}).crossed
    cells = (crossed.both, crossed.only_one, crossed.only_other, crossed.neither)
    assert cells == (45, 15, 25, 15)


def test_much_raw_agreement_on_a_rare_code_is_little_beyond_chance() -> None:
    """95 of 100 alike, and yet .42: which is why the raw table stands beside it."""
    one = [True] * 5 + [False] * 95
    other = [True] * 2 + [False] * 3 + [True] * 2 + [False] * 93
    assert agreement.kappa(one, other).value == pytest.approx(0.418, abs=1e-3)


UNIT = st.sampled_from(["a", "b", "c", None])
TABLES = st.integers(2, 4).flatmap(
    lambda coders: st.lists(st.tuples(*[UNIT] * coders), min_size=1, max_size=30)
)


def _pairable(units: Sequence[Sequence[str | None]]) -> list[str]:
    return [v for unit in units if sum(x is not None for x in unit) > 1 for v in unit if v]


@given(TABLES)
@settings(max_examples=150, deadline=None)
def test_alpha_equals_another_programs_wherever_that_gives_one(
    units: list[tuple[str | None, ...]],
) -> None:
    lines = list(zip(*units, strict=True))
    found = agreement.alpha(lines)
    held = _pairable(units)
    if not held:
        assert (found.value, found.why) == (None, Undefined.NO_PAIRS)
    elif len(set(held)) == 1:
        assert (found.value, found.why) == (None, Undefined.NO_VARIATION)
    else:
        coded = [[np.nan if v is None else "abc".index(v) for v in line] for line in lines]
        oracle = krippendorff.alpha(coded, level_of_measurement="nominal")
        assert found.value == pytest.approx(oracle, abs=1e-9)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
@settings(max_examples=150, deadline=None)
def test_kappa_is_its_definition_in_fractions_wherever_that_has_a_value(
    units: list[tuple[bool, bool]],
) -> None:
    one, other = (list(line) for line in zip(*units, strict=True))
    found = agreement.kappa(one, other)
    if len(set(one) | set(other)) == 1:
        assert (found.value, found.why) == (None, Undefined.NO_VARIATION)
        return
    share = [Fraction(sum(line), len(units)) for line in (one, other)]
    chance = share[0] * share[1] + (1 - share[0]) * (1 - share[1])
    observed = Fraction(sum(a == b for a, b in units), len(units))
    if chance == 1:
        assert found.value is None
    else:
        assert found.value == pytest.approx(float((observed - chance) / (1 - chance)), abs=1e-9)


@given(TABLES)
@settings(max_examples=60, deadline=None)
def test_the_order_of_units_and_of_coders_changes_nothing(
    units: list[tuple[str | None, ...]],
) -> None:
    lines = list(zip(*units, strict=True))
    back = list(zip(*reversed(units), strict=True))
    assert agreement.alpha(lines).value == pytest.approx(agreement.alpha(back).value)
    assert agreement.alpha(lines).value == pytest.approx(agreement.alpha(lines[::-1]).value)


def test_one_coder_is_said_to_be_one() -> None:
    assert agreement.alpha([["a", "b"]]).why is Undefined.ONE_CODER
    alone = agreement.of_code("s", "c", {"a": [True, False]})
    assert (alone.coders, alone.units, alone.kappas, alone.crossed) == (1, 0, (), ())
    assert alone.alpha.why is Undefined.ONE_CODER


def test_a_code_nobody_gave_has_no_agreement_and_is_not_called_perfect() -> None:
    found = agreement.of_code("s", "c", {"a": [False] * 9, "b": [False] * 9})
    assert (found.alpha.value, found.alpha.why) == (None, Undefined.NO_VARIATION)
    assert (found.kappas[0].value, found.kappas[0].why) == (None, Undefined.NO_VARIATION)
    assert found.crossed[0].neither == 9


def test_a_sample_without_disagreement_gives_no_interval_of_no_width() -> None:
    found = agreement.alpha([[True, False, True, False]] * 2)
    assert (found.value, found.low, found.high) == (1.0, None, None)
    assert found.why is Undefined.NO_DISAGREEMENT


def test_a_code_so_rare_that_resamples_lose_it_gives_no_interval() -> None:
    one, other = [True, *[False] * 9], [False, True, *[False] * 8]
    found = agreement.kappa(one, other)
    assert found.value is not None
    assert (found.low, found.why) == (None, Undefined.TOO_RARE)


def test_what_a_coder_did_not_code_is_missing_and_not_a_no() -> None:
    one = [True, True, False, False, True, None]
    other = [True, True, False, False, None, False]
    found = agreement.of_code("s", "c", {"a": one, "b": other})
    assert (found.units, found.crossed[0].units) == (4, 4)
    assert found.alpha.value == 1.0


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """Two coders who each err on one unit in ten: the truth from a very large sample."""
    dice = np.random.default_rng(1)

    def drawn(units: int) -> tuple[list[bool], list[bool]]:
        truth = dice.random(units) < 0.4
        lines = [truth ^ (dice.random(units) < 0.1) for _ in range(2)]
        return lines[0].tolist(), lines[1].tolist()

    truth = agreement.kappa(*drawn(200_000)).value
    assert truth is not None
    intervals = [agreement.kappa(*drawn(150)) for _ in range(200)]
    held = [e.low <= truth <= e.high for e in intervals if e.low is not None and e.high is not None]
    assert len(held) == 200
    assert 0.90 <= np.mean(held) <= 0.99


def test_the_same_codings_give_the_same_numbers_every_time() -> None:
    lines = [values(line) for line in TWO]
    assert agreement.alpha(lines) == agreement.alpha(lines)
