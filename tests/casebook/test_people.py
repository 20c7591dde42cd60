"""Consent: "not asked" blocks, no scope inherits, the latest row stands, expiry is a state."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from romduol.casebook import people
from romduol.casebook.people import Consent, allows, standing

DAY = date(2026, 5, 17)
STATES = (people.GIVEN, people.REFUSED, people.LIMITED, people.WITHDRAWN, people.NOT_ASKED,
          people.EXPIRED)  # fmt: skip


def row(
    state: str = people.GIVEN, scope: str = "cs.stats", to: str = "", until: date | None = None
) -> Consent:
    return Consent(scope, state, "cm.written", DAY, to, until)


def test_not_asked_blocks() -> None:
    assert not allows([], "cs.stats", DAY)


@pytest.mark.parametrize("state", STATES)
def test_only_given_allows(state: str) -> None:
    assert allows([row(state)], "cs.stats", DAY) is (state == people.GIVEN)


def test_no_scope_allows_another() -> None:
    assert not allows([row(scope="cs.public_named")], "cs.public_anon", DAY)


def test_consent_holds_to_its_last_day_and_not_a_day_longer() -> None:
    kept = [row(until=DAY)]
    assert allows(kept, "cs.stats", DAY)
    assert not allows(kept, "cs.stats", DAY + timedelta(days=1))
    assert kept[0].state_on(DAY + timedelta(days=1)) == people.EXPIRED


def test_a_refusal_does_not_turn_into_an_expired_consent() -> None:
    assert row(people.REFUSED, until=DAY).state_on(DAY + timedelta(days=9)) == people.REFUSED


def test_a_row_for_one_receiver_covers_no_other_and_not_everybody() -> None:
    named = [row(to="a")]
    assert allows(named, "cs.stats", DAY, "a")
    assert not allows(named, "cs.stats", DAY, "b")
    assert not allows(named, "cs.stats", DAY)
    assert not allows([row()], "cs.stats", DAY, "a")


@given(st.lists(st.sampled_from(STATES), max_size=6))
def test_the_latest_row_stands(states: list[str]) -> None:
    rows = [row(state) for state in states]
    rows_of_others = [row(people.GIVEN, scope="cs.write"), row(people.GIVEN, to="x")]
    latest = standing([*rows_of_others, *rows], "cs.stats")
    assert latest == (rows[-1] if rows else None)
    assert allows(rows, "cs.stats", DAY) is (states[-1:] == [people.GIVEN])
