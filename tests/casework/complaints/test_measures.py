"""What the ledger measures: checked by hand, and against counting one by one."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.care import Check, Complaint
from romduol.casebook.survival import Spell, by_share, waiting, waiting_after
from romduol.casework.complaints.measures import gone_on, measured

TODAY = date(2026, 6, 1)
START = date(2026, 1, 1)


def one(at: int, answered: int | None = None, **more: object) -> Complaint:
    decided = START + timedelta(days=answered) if answered is not None else None
    told: dict[str, object] = {"decision": "dec.removed" if decided else ""} | more
    return Complaint(f"c{at}", f"w{at}", "pf.x", "on.threat", START, decided=decided, **told)  # type: ignore[arg-type]


def share(found: object, name: str) -> tuple[int, int]:
    return next((s.n, s.of) for s in found.shares if s.id == name)  # type: ignore[attr-defined]


def wait(found: object, name: str) -> object:
    return next(w for w in found.waits if w.id == name)  # type: ignore[attr-defined]


def test_the_unanswered_count_in_the_median_and_are_not_left_out() -> None:
    """Three answered on day 10, five never: the mean of the closed would say ten days."""
    (found,) = measured([*(one(n, 10) for n in range(3)), *(one(n) for n in range(3, 8))], TODAY)
    told = wait(found, "decision")
    assert (told.n, told.of) == (3, 8)  # type: ignore[attr-defined]
    assert told.median is None  # type: ignore[attr-defined]
    assert share(found, "answered") == (3, 8)


def test_what_was_sent_lately_waits_and_is_not_missed_yet() -> None:
    late = Complaint("c9", "w9", "pf.x", "on.threat", TODAY - timedelta(days=5))
    (found,) = measured([one(0, 10), late], TODAY)
    assert share(found, "answered") == (1, 1)
    assert wait(found, "decision").median == 10  # type: ignore[attr-defined]


def test_what_she_ended_is_watched_until_then_and_no_longer() -> None:
    ended = Complaint(
        "c1", "w1", "pf.x", "on.threat", START,
        closed=START + timedelta(days=4), closing="cls.hers",
    )  # fmt: skip
    assert ended.spell(None, TODAY) == Spell(4, happened=False)


def test_half_and_nine_in_ten_by_hand() -> None:
    (found,) = measured([one(n, 10 * (n + 1)) for n in range(10)], TODAY)
    told = wait(found, "decision")
    assert (told.median, told.p90) == (50, 90)  # type: ignore[attr-defined]


def test_no_share_is_told_of_fewer_than_twenty_women() -> None:
    (few,) = measured([one(n, 40) for n in range(19)], TODAY)
    (enough,) = measured([one(n, 40) for n in range(20)], TODAY)
    assert wait(few, "decision").waiting30 is None  # type: ignore[attr-defined]
    assert wait(enough, "decision").waiting30 == 1.0  # type: ignore[attr-defined]
    assert wait(enough, "decision").waiting90 == 0.0  # type: ignore[attr-defined]


def test_gone_and_back_by_what_they_said_and_what_was_seen() -> None:
    removed = one(0, 10, checks=(Check(START + timedelta(days=20), still_up=True),))
    seen = one(1, checks=(Check(START + timedelta(days=12), still_up=False),
                          Check(START + timedelta(days=15), still_up=False)))  # fmt: skip
    late = one(2, 10, checks=(Check(START + timedelta(days=60), still_up=True),))
    assert gone_on(removed) == START + timedelta(days=10)
    (found,) = measured([removed, seen, late], TODAY)
    assert share(found, "came_back") == (1, 2)
    assert wait(found, "still_up").n == 3  # type: ignore[attr-defined]


def test_an_appeal_counts_as_won_only_where_it_brought_what_was_refused() -> None:
    later = {"appealed": START + timedelta(days=11), "appeal_decided": START + timedelta(days=20)}
    won = one(0, 10, decision="dec.refused.rules", appeal_decision="dec.limited.age", **later)
    same = one(1, 10, decision="dec.refused", appeal_decision="dec.refused.rules", **later)
    (found,) = measured([won, same, one(2, 3)], TODAY)
    assert share(found, "appealed") == (2, 3)
    assert share(found, "overturned") == (1, 2)


def test_what_was_answered_at_once_does_not_count_before_its_thirtieth_day() -> None:
    """Else those decided early would count at once, and those who wait only later."""
    sent = TODAY - timedelta(days=5)
    quick = Complaint("c1", "w1", "pf.x", "on.threat", sent, decided=sent, decision="dec.other")
    (found,) = measured([quick, one(0)], TODAY)
    assert share(found, "answered") == (0, 1)


def test_where_nobody_looked_it_is_not_known_whether_it_is_gone() -> None:
    (found,) = measured([one(0, 10), *(one(n) for n in range(1, 9))], TODAY)
    told = wait(found, "still_up")
    assert (told.n, told.of) == (1, 1)  # type: ignore[attr-defined]


def test_groups_and_the_gain_of_a_trusted_partner() -> None:
    told = [one(0, 4, way="way.trusted", language="en"), one(1, 30, way="way.in_app")]
    (found,) = measured(told, TODAY)
    assert wait(found, "decision_trusted").median == 4  # type: ignore[attr-defined]
    assert wait(found, "decision_ordinary").median == 30  # type: ignore[attr-defined]
    assert [group.group for group in measured(told, TODAY, "language")] == ["", "en"]
    assert [group.group for group in measured(told, TODAY, "category")] == ["on.threat"]


def test_who_chose_to_ask_nobody_is_told_apart() -> None:
    chose = Complaint("c5", "w5", "", "on.threat", START, closed=START, closing="cls.hers")
    (found,) = measured([one(0, 3), chose], TODAY)
    assert (found.complaints, found.women, found.nobody_asked) == (1, 2, 1)


def test_nothing_was_sent_and_nothing_is_divided_by_none() -> None:
    (found,) = measured([], TODAY)
    assert found.complaints == 0
    assert all(s.of == 0 for s in found.shares)
    assert all(w.median is None and w.waiting30 is None for w in found.waits)


@given(st.lists(st.tuples(st.integers(0, 120), st.booleans()), min_size=1, max_size=25))
@settings(max_examples=60, deadline=None)
def test_with_nobody_cut_short_the_curve_is_plain_counting(spells: list[tuple[int, bool]]) -> None:
    days = [d for d, _ in spells]
    steps = waiting(Spell(d, happened=True) for d in days)
    for at in (0, 7, 30, 90):
        told = waiting_after(steps, at, max(days))
        assert told is not None
        assert abs(told - sum(d > at for d in days) / len(days)) < 1e-9
    half = by_share(steps, 0.5)
    assert half == sorted(days)[(len(days) + 1) // 2 - 1]
