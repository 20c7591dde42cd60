from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from romduol.analysis.pileons import Aimed, Episode, acting_together, decided_abusive, watch
from romduol.casebook.wording import say

START = datetime(2024, 1, 1, tzinfo=UTC)


def quiet(days: int, a_day: float, seed: int, unrest: float = 0.0) -> list[Aimed]:
    """An ordinary life online: more by day than by night, some days louder than others."""
    dice = np.random.default_rng(seed)
    hour = np.arange(days * 24)
    rate = a_day / 24 * (1 + 0.8 * np.sin(2 * np.pi * hour / 24))
    if unrest:
        rate = rate * dice.gamma(1 / unrest, unrest, days)[hour // 24]
    hours = np.repeat(hour, dice.poisson(rate))
    return [
        Aimed(f"p{n}", f"a{dice.integers(300)}", at(h + dice.random())) for n, h in enumerate(hours)
    ]


def at(hours: float) -> datetime:
    return START + timedelta(hours=float(hours))


def burst(accounts: int, day: float, hours: float, seed: int = 0) -> list[Aimed]:
    dice = np.random.default_rng(seed)
    return [Aimed(f"x{n}", f"t{n}", at(day * 24 + hours * dice.random())) for n in range(accounts)]


def test_a_pile_on_is_found_with_its_start_peak_and_end() -> None:
    hers = [*quiet(90, 5, 1), *burst(25, 40, 2)]
    [found] = watch(hers, START, at(90 * 24)).episodes
    attackers = [a for a in hers if a.post.startswith("x")]
    assert found.start == min(a.at for a in attackers)
    assert found.end == max(a.at for a in attackers)
    assert found.start.replace(minute=0, second=0, microsecond=0) <= found.peak <= found.end
    assert found.new_accounts >= 25
    assert found.seed == min(attackers, key=lambda a: a.at).post
    assert found.p <= 0.01
    assert found.usual < 3


def test_two_pile_ons_are_two_and_a_long_one_is_one() -> None:
    hers = [*quiet(60, 3, 2), *burst(20, 10, 1), *burst(40, 30, 40, seed=1)]
    found = watch(hers, START, at(60 * 24)).episodes
    assert [e.start.day for e in found[:1]] == [11]
    assert len(found) == 2
    assert len(found[1].accounts) >= 30


def test_one_account_that_writes_all_day_is_no_pile_on() -> None:
    one = [Aimed(f"x{n}", "t", at(240 + n / 20)) for n in range(400)]
    assert watch([*quiet(60, 3, 3), *one], START, at(60 * 24)).episodes == ()


def test_her_busy_hour_of_the_week_is_no_pile_on() -> None:
    weekly = [
        Aimed(f"x{w}-{n}", f"fan{n}", at(w * 168 + 20 + n / 20))
        for w in range(20)
        for n in range(12)
    ]
    assert watch([*quiet(140, 2, 4), *weekly], START, at(140 * 24)).episodes == ()


@pytest.mark.parametrize(("a_day", "unrest"), [(2.0, 0.0), (12.0, 0.0), (8.0, 0.3)])
def test_quiet_periods_raise_few_alarms(a_day: float, unrest: float) -> None:
    alarms = [
        bool(watch(quiet(90, a_day, seed, unrest), START, at(90 * 24)).episodes)
        for seed in range(40)
    ]
    assert sum(alarms) <= 6  # two are expected at one in twenty


def test_what_would_not_have_been_seen_is_said() -> None:
    hers = quiet(90, 5, 5)
    seen = watch(hers, START, at(90 * 24))
    hours, accounts = dict(seen.needed), seen.nothing_shown()["accounts"]
    assert hours[1] < hours[24] == accounts
    assert watch([*hers, *burst(hours[1] * 3, 50, 0.5)], START, at(90 * 24)).episodes != ()


def test_no_posts_at_all_show_nothing_and_still_say_what_was_needed() -> None:
    seen = watch([], START, at(240))
    assert seen.episodes == ()
    assert dict(seen.needed)[24] >= 5


def test_posts_outside_what_was_seen_do_not_count() -> None:
    assert watch(burst(50, 40, 1), START, at(30 * 24)).episodes == ()


EPISODE = Episode(START, START, at(3), ("1", "2", "3"), ("A", "B", "C"), 2, 0.4, 0.01, "1")


def test_an_episode_is_laid_beside_campaigns_and_decisions() -> None:
    edges = pa.table({"a": ["A", "B", "C"], "b": ["B", "Z", "Y"]})
    assert acting_together(EPISODE, edges) == 2
    assert decided_abusive(EPISODE, {"2", "9"}) == 1


@pytest.mark.parametrize("lang", ["en", "km"])
def test_every_outcome_is_said_in_both_languages(lang: str) -> None:
    said = [
        say("pileon.episode", lang, **EPISODE.facts()),
        say("pileon.not_shown", lang, **watch([], START, at(99)).nothing_shown()),
        say("pileon.false_alarms", lang),
    ]
    assert all("{" not in words and words.endswith((".", "។")) for words in said)


def test_an_episode_and_its_absence_are_said_in_both_languages() -> None:
    quietly = watch(quiet(60, 3, 2), START, at(60 * 24))
    stormy = watch([*quiet(60, 3, 2), *burst(20, 10, 1)], START, at(60 * 24))
    assert len(quietly.words("en")) == 1
    assert "does not say that nobody attacked her" in quietly.words("en")[0]
    assert len(stormy.words("km")) == 1 + len(stormy.episodes)
    assert str(len(stormy.episodes[0].accounts)) in stormy.words("en")[0]
