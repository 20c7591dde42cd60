from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from romduol.analysis.silence import to_return, to_silence
from romduol.casebook.survival import Spell, median, waiting

ATTACK = datetime(2024, 3, 1, tzinfo=UTC)


def on(*days: float) -> list[datetime]:
    return [ATTACK + timedelta(days=day) for day in days]


def end(day: float) -> datetime:
    return ATTACK + timedelta(days=day)


@pytest.mark.parametrize(
    ("posts", "seen", "spell"),
    [
        ((-3, 2, 9), 100, Spell(9, happened=True)),
        ((-3,), 100, Spell(0, happened=True)),
        ((5, 20, 40, 60), 70, Spell(60, happened=False)),
        ((5, 33), 100, Spell(5, happened=True)),
        ((), 10, Spell(0, happened=False)),
    ],
)
def test_silence_is_four_weeks_without_a_post(
    posts: tuple[float, ...], seen: float, spell: Spell
) -> None:
    assert to_silence(on(*posts), ATTACK, end(seen)) == spell


def test_a_woman_who_comes_back_is_counted_from_the_day_she_fell_silent() -> None:
    assert to_return(on(2, 10, 50), ATTACK, end(100)) == Spell(40, happened=True)


def test_a_woman_still_silent_is_waited_for_not_counted_as_never() -> None:
    assert to_return(on(10), ATTACK, end(100)) == Spell(90, happened=False)


def test_a_woman_who_did_not_fall_silent_has_no_return() -> None:
    assert to_return(on(10, 20), ATTACK, end(30)) is None


def test_the_curve_is_that_of_the_textbook() -> None:
    # 6-MP arm of Freireich and others 1963, as every textbook prints it
    happened = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    steps = waiting(
        [Spell(d, happened=True) for d in happened] + [Spell(d, happened=False) for d in censored]
    )
    assert [(s.days, s.at_risk, s.happened) for s in steps] == [
        (6, 21, 3), (7, 17, 1), (10, 15, 1), (13, 12, 1), (16, 11, 1), (22, 7, 1), (23, 6, 1),
    ]  # fmt: skip
    assert [round(s.waiting, 4) for s in steps] == [
        0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482,
    ]  # fmt: skip
    assert median(steps) == 23
    assert steps[-1].low < steps[-1].waiting < steps[-1].high


def test_where_it_happened_to_fewer_than_half_there_is_no_median() -> None:
    assert median(waiting([Spell(3, happened=True), *[Spell(9, happened=False)] * 4])) is None


SPELLS = st.lists(st.builds(Spell, st.integers(0, 30), st.booleans()), max_size=20)


@given(SPELLS)
def test_the_share_waiting_only_falls_and_stays_within_its_bounds(spells: list[Spell]) -> None:
    steps = waiting(spells)
    shares = [1.0, *(s.waiting for s in steps)]
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= s.low <= s.waiting + 1e-12 and s.waiting <= s.high + 1e-12 for s in steps)
    assert sum(s.happened for s in steps) == sum(s.happened for s in spells)
