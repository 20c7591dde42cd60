"""The steps of a complaint, one after the other, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.care import Complaint, consent_for, scheme_of, top_of
from romduol.casebook.vocabulary import UnknownTerm, vocabulary
from romduol.casework.complaints import ledger
from romduol.casework.complaints.ledger import (
    DaysOutOfOrder,
    DayStillToCome,
    NobodyWasAsked,
    NotOfThisLedger,
    StepAlreadyTaken,
    StepTooEarly,
    state_of,
)

TODAY = date(2026, 6, 1)
SENT = date(2026, 3, 1)


def sent(**more: object) -> Complaint:
    return Complaint("c1", "w1", "pf.telegram", "on.threat", SENT, **more)  # type: ignore[arg-type]


def day(after: int) -> date:
    return SENT + timedelta(days=after)


def test_a_complaint_goes_from_sent_to_closed() -> None:
    one = ledger.acknowledged(sent(), day(0), automatic=True, today=TODAY)
    assert state_of(one) == "acknowledged"
    one = ledger.answered(one, day(20), "dec.refused.rules", False, TODAY)
    one = ledger.appealed(one, day(21), TODAY)
    assert state_of(one) == "appealed"
    one = ledger.answered(one, day(40), "dec.removed.content", None, TODAY)
    assert (one.decision, one.last_decision()) == ("dec.refused.rules", "dec.removed.content")
    one = ledger.checked(one, day(45), still_up=False, today=TODAY)
    assert state_of(ledger.closed(one, day(50), "cls.done", TODAY)) == "closed"


def test_a_person_may_write_after_a_machine_and_not_the_other_way() -> None:
    machine = ledger.acknowledged(sent(), day(0), automatic=True, today=TODAY)
    person = ledger.acknowledged(machine, day(4), automatic=False, today=TODAY)
    assert person.answered_by_a_person == day(4)
    assert (person.acknowledged, person.automatic) == (day(0), True)
    assert machine.answered_by_a_person is None
    with pytest.raises(StepAlreadyTaken):
        ledger.acknowledged(person, day(5), automatic=True, today=TODAY)


def test_no_step_is_said_twice_or_before_its_time() -> None:
    decided = ledger.answered(sent(), day(3), "dec.removed", None, TODAY)
    with pytest.raises(StepAlreadyTaken):
        ledger.answered(decided, day(4), "dec.refused", None, TODAY)
    with pytest.raises(StepTooEarly):
        ledger.appealed(sent(), day(4), TODAY)
    with pytest.raises(DaysOutOfOrder):
        ledger.appealed(decided, day(2), TODAY)
    with pytest.raises(DaysOutOfOrder):
        ledger.checked(sent(), day(-1), still_up=True, today=TODAY)
    with pytest.raises(DayStillToCome):
        ledger.closed(sent(), TODAY + timedelta(days=1), "cls.hers", TODAY)
    closed = ledger.closed(sent(), day(9), "cls.hers", TODAY)
    with pytest.raises(StepAlreadyTaken):
        ledger.closed(closed, day(10), "cls.noanswer", TODAY)


def test_an_answer_may_still_come_after_it_was_closed() -> None:
    closed = ledger.closed(sent(), day(9), "cls.noanswer", TODAY)
    assert closed.ended == day(9)
    late = ledger.answered(closed, day(60), "dec.removed", None, TODAY)
    assert late.ended is None
    assert late.spell(late.decided, TODAY).days == 60


def test_who_chose_to_ask_nobody_has_no_further_steps() -> None:
    chose = Complaint("c1", "w1", "", "on.threat", SENT, closed=SENT, closing="cls.hers")
    assert ledger.sound(chose, TODAY).nobody_asked
    assert state_of(chose) == "none"
    with pytest.raises(NobodyWasAsked):
        ledger.acknowledged(chose, day(1), automatic=False, today=TODAY)


def test_a_wrong_day_is_amended_and_a_step_taken_back() -> None:
    decided = ledger.answered(sent(), day(3), "dec.removed", None, TODAY)
    right = ledger.amended(decided, {"decided": "2026-03-10", "reasoned": "no"}, TODAY)
    assert (right.decided, right.reasoned) == (date(2026, 3, 10), False)
    back = ledger.amended(right, {"decided": "", "decision": ""}, TODAY)
    assert state_of(back) == "sent"
    with pytest.raises(StepTooEarly):
        ledger.amended(right, {"decided": ""}, TODAY)
    for wrong in ({"woman": "w2"}, {"decided": "soon"}, {"automatic": "perhaps"}):
        with pytest.raises(NotOfThisLedger):
            ledger.amended(right, wrong, TODAY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": "pf.nowhere"},
        {"target": "ch.facebook"},
        {"category": "imp.fear"},
        {"decision": "dec.none", "decided": "2026-03-02"},
        {"way": "by pigeon"},
    ],
)
def test_only_terms_of_the_vocabulary_are_kept(wrong: dict[str, str]) -> None:
    with pytest.raises(UnknownTerm):
        ledger.amended(sent(), wrong, TODAY)


def test_a_platform_is_asked_about_what_happened_online() -> None:
    with pytest.raises(NotOfThisLedger):
        ledger.amended(sent(), {"category": "off.summons"}, TODAY)
    assert ledger.amended(sent(), {"target": "bd.police", "category": "off.threat"}, TODAY)


def test_every_receiver_needs_a_consent_of_the_vocabulary() -> None:
    scopes = {t.id for t in vocabulary().of("consent_scope")}
    for scheme in ("platform", "body"):
        for term in vocabulary().of(scheme):
            assert consent_for(term.id) in scopes
            assert scheme_of(term.id) == scheme
    assert consent_for("bd.police") == "cs.authority"
    assert consent_for("pf.x") == "cs.platform"


def test_the_level_of_a_term_below_the_root() -> None:
    assert top_of("form_online", "on.threat.death") == "on.threat"
    assert top_of("form_online", "on") == "on"
    assert top_of("decision", "dec.limited.age") == "dec.limited"


@given(st.lists(st.sampled_from(["ack", "answer", "appeal", "check", "close"]), max_size=8),
       st.lists(st.integers(0, 90), min_size=8, max_size=8))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_down_the_days_stay_in_order(steps: list[str], days: list[int]) -> None:
    one = sent()
    for step, after in zip(steps, days, strict=False):
        on = day(after)
        try:
            one = {
                "ack": lambda c, on=on: ledger.acknowledged(c, on, automatic=False, today=TODAY),
                "answer": lambda c, on=on: ledger.answered(c, on, "dec.removed", None, TODAY),
                "appeal": lambda c, on=on: ledger.appealed(c, on, TODAY),
                "check": lambda c, on=on: ledger.checked(c, on, still_up=True, today=TODAY),
                "close": lambda c, on=on: ledger.closed(c, on, "cls.hers", TODAY),
            }[step](one)
        except (StepAlreadyTaken, StepTooEarly, DaysOutOfOrder):
            continue
    told = [d for d in (one.sent, one.decided, one.appealed, one.appeal_decided) if d]
    assert told == sorted(told)
    assert bool(one.decided) == bool(one.decision)
