from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.analysis import power, retreat, shifts
from romduol.analysis.pooled import pooled
from romduol.analysis.refusals import SeriesTooShort
from romduol.analysis.weeks import WEEK, Weeks, around
from romduol.casebook.wording import say

ATTACK = datetime(2024, 6, 3, 9, 30, tzinfo=UTC)


def weeks(before: list[int], after: list[int], dropped: list[int] | None = None) -> Weeks:
    return Weeks(*(np.array(part, np.int64) for part in (before, dropped or [5] * 4, after)))


def drawn(seed: int, rate_after: float = 5.0, rho: float = 0.6) -> Weeks:
    dice = np.random.default_rng(seed)
    level = [dice.normal()]
    for _ in range(59):
        level.append(rho * level[-1] + dice.normal(0, (1 - rho**2) ** 0.5))
    rate = np.array([5.0] * 52 + [rate_after] * 8) * np.exp(0.5 * np.array(level) - 0.125)
    line = dice.poisson(rate)
    return Weeks(line[:48], line[48:52], line[52:])


def test_weeks_are_counted_from_the_attack_and_only_whole_ones() -> None:
    posts = [ATTACK + timedelta(days=d) for d in (-22, -8, -7, -1, 0, 6.9, 7, 29)]
    seen = around(posts, ATTACK, ATTACK - timedelta(days=46), ATTACK + timedelta(days=27))
    assert seen.before.tolist() == [0, 0]
    assert seen.dropped.tolist() == [1, 0, 1, 2]
    assert seen.after.tolist() == [2, 1, 0]


def test_a_week_the_export_does_not_cover_is_no_week_of_silence() -> None:
    seen = around([], ATTACK, ATTACK - 3 * WEEK, ATTACK + timedelta(days=6))
    assert (seen.before.size, seen.dropped.size, seen.after.size) == (0, 3, 0)


def test_eight_weeks_are_looked_at_however_long_she_went_on() -> None:
    seen = around([], ATTACK, ATTACK - 60 * WEEK, ATTACK + 60 * WEEK)
    assert (seen.before.size, seen.dropped.size, seen.after.size) == (56, 4, 8)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-200, 200), max_size=30), st.integers(0, 200), st.integers(0, 200))
def test_every_covered_post_is_in_one_week(days: list[float], back: int, on: int) -> None:
    start, end = ATTACK - timedelta(days=back), ATTACK + timedelta(days=on)
    posts = [ATTACK + timedelta(days=d) for d in days]
    seen = around(posts, ATTACK, start, end, after=1000)
    lowest, highest = ATTACK - back // 7 * WEEK, ATTACK + on // 7 * WEEK
    assert seen.line.sum() == sum(lowest <= at < highest for at in posts)


def test_a_deep_fall_in_a_steady_voice_is_shown_with_its_interval() -> None:
    found = retreat.estimate(weeks([5, 6, 4, 5, 7, 5, 4, 6] * 6, [1, 0, 2, 1, 1, 0, 1, 2]))
    assert found.outcome == "retreat.fall"
    assert found.ratio == pytest.approx(1 / 5.25)
    assert found.low < found.ratio < found.high < 1
    assert found.p == pytest.approx(1 / 60)
    assert found.power50 > 0.9


def test_silence_is_said_as_silence() -> None:
    found = retreat.estimate(weeks([5, 6, 4, 5] * 12, [0] * 8))
    assert found.outcome == "retreat.silence"
    assert found.ratio == 0
    assert 0 < found.low < found.high < 1


def test_no_posts_before_says_that_posts_cannot_tell() -> None:
    found = retreat.estimate(weeks([0] * 48, [1] * 8, [0] * 4))
    assert found.outcome == "retreat.nothing_before"


def test_a_rise_is_never_a_fall() -> None:
    found = retreat.estimate(weeks([2, 3] * 24, [9] * 8))
    assert found.outcome == "retreat.not_shown"
    assert found.p > 0.9


def test_the_four_busy_weeks_before_an_attack_make_no_fall() -> None:
    calm, busy = (retreat.estimate(weeks([5, 4] * 24, [4, 5] * 4, d)) for d in ([5] * 4, [40] * 4))
    assert busy.ratio == calm.ratio == 1
    assert busy.outcome == "retreat.not_shown"


@pytest.mark.parametrize(("before", "after"), [(7, 9), (20, 3), (8, 4)])
def test_too_few_weeks_are_refused_not_guessed(before: int, after: int) -> None:
    with pytest.raises(SeriesTooShort):
        retreat.estimate(weeks([5] * before, [1] * after))


def test_the_shifted_date_is_compared_with_every_other_date() -> None:
    line = np.array([3, 9, 4, 7, 1, 0, 2, 5, 8, 6, 5, 0])
    ratios = shifts.falls(line, 2, 3)
    for shift in range(line.size):
        turned = np.roll(line, -shift)
        after, before = turned[-3:].sum() + 0.5, turned[:-5].sum() + 0.5
        assert ratios[shift] == pytest.approx(np.log(after / 3) - np.log(before / 7))


def test_nothing_is_cried_where_nothing_fell() -> None:
    p = [shifts.shift_p(drawn(seed).line, 4, 8) for seed in range(600)]
    assert 0.03 <= np.mean(np.array(p) <= 0.05) <= 0.075


def test_the_interval_holds_the_truth_in_voices_that_depend_on_last_week() -> None:
    held = [retreat.interval(drawn(seed)) for seed in range(600)]
    assert np.mean([low <= 1 <= high for _, low, high in held]) >= 0.92


@pytest.mark.parametrize("rho", [0.0, 0.6, 0.8])
def test_the_power_printed_is_about_the_power_there_is(rho: float) -> None:
    halved = np.stack([drawn(seed, 2.5, rho).line for seed in range(600)])
    true = (shifts.shift_p(halved, 4, 8) <= 0.05).mean()
    said = np.mean([power.power(drawn(seed, rho=rho)) for seed in range(40)])
    assert abs(said - true) < 0.08
    assert true < 0.7  # much that happens is not shown


def test_none_after_a_post_or_two_in_a_year_is_no_silence() -> None:
    found = retreat.estimate(weeks([0] * 40 + [1, 0, 0, 0, 1, 0, 0, 0], [0] * 8, [0] * 4))
    assert (found.outcome, found.p) == ("retreat.not_shown", 1.0)
    assert found.power50 < 0.1


@pytest.mark.parametrize("mean", [0.02, 0.05, 0.1, 0.3])
def test_nothing_is_cried_of_a_voice_that_seldom_speaks(mean: float) -> None:
    seldom = np.random.default_rng(4).poisson(mean, size=(1000, 60))
    told = seldom[seldom[:, :48].sum(axis=1) > 0]
    assert (shifts.shift_p(told, 4, 8) <= 0.05).mean() <= 0.07


def test_the_same_weeks_give_the_same_numbers() -> None:
    assert retreat.estimate(drawn(1)) == retreat.estimate(drawn(1))


def test_several_small_falls_show_together() -> None:
    women = [drawn(seed, 2.5) for seed in range(10)]
    found = pooled(women)
    assert found.women == 10
    assert found.low < found.ratio < found.high
    assert found.p < 0.01
    assert found.high < 1


def test_women_who_all_fell_silent_are_no_surer_for_being_alike() -> None:
    found = pooled([weeks([5, 6, 4, 5] * 12, [0] * 8)] * 6)
    assert found.low < found.ratio / 2
    assert found.ratio * 2 < found.high < 1


def test_pooled_chance_is_chance() -> None:
    p = [pooled([drawn(s * 10 + k) for k in range(6)]).p for s in range(200)]
    assert np.mean(np.array(p) <= 0.05) <= 0.09


def test_two_women_are_not_pooled() -> None:
    with pytest.raises(SeriesTooShort):
        pooled([drawn(1), drawn(2)])


OUTCOMES = [
    retreat.Estimate(0.4, 0.2, 0.7, 0.02, 0.5, 48, 8, 240, 16),
    retreat.Estimate(0.0, 0.0, 0.2, 0.02, 0.5, 48, 8, 240, 0),
    retreat.Estimate(0.9, 0.5, 1.6, 0.4, 0.31, 48, 8, 240, 36),
    retreat.Estimate(float("inf"), 0.0, 9.0, 1.0, 0.0, 48, 8, 0, 2),
]


@pytest.mark.parametrize("lang", ["en", "km"])
@pytest.mark.parametrize("found", OUTCOMES, ids=lambda f: f.outcome)
def test_every_outcome_is_said_in_both_languages(found: retreat.Estimate, lang: str) -> None:
    words = say(found.outcome, lang, **found.facts())
    assert "{" not in words
    assert words.endswith((".", "។"))


def test_not_shown_says_that_something_may_have_happened() -> None:
    found = OUTCOMES[2]
    words = say(found.outcome, "en", **found.facts())
    assert "does not say that nothing happened" in words
    assert "31 times in a hundred" in words
