from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_posts import DAY, crowd, plot, posts

from romduol.analysis import campaigns
from romduol.analysis.chance import false_discovery_rate, surprise


def tail(n: int, mean: float) -> float:
    return 1 - sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(n))


@given(st.integers(2, 8), st.floats(0.05, 5))
def test_surprise_is_the_poisson_tail_given_one(n: int, mean: float) -> None:
    [p] = surprise(np.array([n]), np.array([mean]))
    if n < mean + 1:
        assert p == 1.0
    else:
        assert p == pytest.approx(tail(n, mean) / tail(1, mean), rel=1e-6, abs=1e-14)


@given(st.lists(st.floats(1e-9, 0.6), min_size=1, max_size=8), st.integers(1, 8))
def test_no_sum_of_draws_is_rarer_than_the_bound_says(chances: list[float], n: int) -> None:
    exact = np.array([1.0])
    for chance in chances:
        exact = np.convolve(exact, [1 - chance, chance])
    at_least = exact[n:].sum() if n < exact.size else 0.0
    [bound] = surprise(np.array([n]), np.array([sum(chances)]))
    assert at_least <= bound * tail(1, sum(chances)) + 1e-9 or n < sum(chances) + 1 or n == 1


def test_false_discovery_rates_are_those_of_benjamini_and_hochberg() -> None:
    p = np.array([0.01, 0.04, 0.03, 0.005])
    assert false_discovery_rate(p, 4).tolist() == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert false_discovery_rate(p, 8).tolist() == pytest.approx([0.04, 0.08, 0.08, 0.04])


def test_two_posts_of_one_object_on_one_day_meet_about_as_often_as_the_clock_says() -> None:
    dice = np.random.default_rng(1)
    rows = [
        (f"p{n}", f"c{dice.integers(40)}", f"u{dice.integers(60)}", int(dice.integers(0, 4 * DAY)))
        for n in range(6000)
    ]
    edges = campaigns.find(posts(rows), engine="polars").edges
    by_brute = {}
    for _, who, what, at in rows:
        by_brute.setdefault((who, what, at // DAY), []).append(at)
    for edge in edges.to_pylist():
        chances: dict[str, float] = {}
        for (who, what, day), mine in by_brute.items():
            if who == edge["a"]:
                theirs = by_brute.get((edge["b"], what, day), [])
                chances[what] = chances.get(what, 0) + len(mine) * len(theirs) * 120 / DAY
        assert edge["expected"] == pytest.approx(sum(chances.values()), rel=0.6)


def test_an_object_that_is_everywhere_makes_meeting_on_it_less_surprising() -> None:
    plotters = plot(1, 2, 6, 3, alone=True)
    quiet = campaigns.find(plotters).edges.to_pylist()[0]
    rows = [
        (f"v{o}-{n}", f"c{n}", f"only-0-{o}", int(at))
        for o in range(6)
        for n, at in enumerate(np.random.default_rng(o).integers(0, 10 * DAY, 3000))
    ]
    import pyarrow as pa

    loud = campaigns.find(pa.concat_tables([plotters, posts(rows)]), engine="polars").edges
    [same] = [e for e in loud.to_pylist() if e["a"] == "x0-0" and e["b"] == "x0-1"]
    assert same["n_objects"] == quiet["n_objects"] == 6
    assert same["fdr"] > quiet["fdr"]


def test_a_pair_across_midnight_has_its_chance_counted() -> None:
    rows = [
        (f"{who}{k}", who, f"u{k}", k * DAY + DAY - 10 + n * 20)
        for k in range(4)
        for n, who in enumerate("AB")
    ]
    [edge] = campaigns.find(posts([*rows, ("z", "Z", "u9", 5)])).edges.to_pylist()
    assert edge["n_objects"] == 4
    assert 0 < edge["expected"] < 0.1


def test_nothing_found_is_an_empty_answer_with_its_columns() -> None:
    found = campaigns.find(crowd(3, 1))
    assert found.edges.schema.equals(campaigns.EDGE)
    assert (found.edges.num_rows, found.posts_behind.num_rows, found.groups) == (0, 0, ())
