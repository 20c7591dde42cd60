"""The ledger in a real book: consent, sealing, the log, amendments, withdrawal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from romduol.casework.complaints.ledger import StepAlreadyTaken
from romduol.desk import (
    checking,
    complaining,
    complaint_counting,
    complaint_sheets,
    opening,
    travelling,
    withdrawing,
    women,
)
from romduol.desk.complaining import UnknownComplaint, Words, WordsUnreadable
from romduol.desk.women import ConsentMissing
from romduol.records import models

SENT = {"target": "pf.telegram", "category": "on.threat", "sent": "2026-03-01"}
REFERENCE, TEXT, RECEIVER = "zqreferencezq", "zqwhatshewrotezq", "zqhelperzq"


@pytest.fixture
def book(filled: Any) -> Iterator[Any]:
    with filled.opened() as opened:
        yield opened


def allow(book: Any, alias: str, *scopes: str, receiver: str = "") -> None:
    given = women.Answer(scopes, "cm.verbal_person", date(2026, 1, 1), receiver=receiver)
    women.consent(book, alias, given)


def facts() -> str:
    return "\n".join(bytes(row.fact).decode() for row in models.LogEntry.objects.all())


def test_nothing_is_written_down_as_sent_without_her_consent(book: Any) -> None:
    with pytest.raises(ConsentMissing) as missing:
        complaining.add(book, "Ming Lotus", SENT)
    assert missing.value.facts == {"scope": "cs.platform"}
    assert not models.Complaint.objects.exists()
    allow(book, "Ming Lotus", "cs.platform")
    shown = complaining.add(book, "Ming Lotus", SENT)
    assert (shown.state, shown.complaint.sent) == ("sent", date(2026, 3, 1))


def test_a_yes_to_one_receiver_is_no_yes_to_another(book: Any) -> None:
    helper = {"target": "bd.helper", "category": "off.threat", "sent": "2026-03-01"}
    allow(book, "Ming Lotus", "cs.refer", receiver=RECEIVER)
    for other in ("", "somebody else"):
        with pytest.raises(ConsentMissing):
            complaining.add(book, "Ming Lotus", helper, Words(receiver=other))
    kept = complaining.add(book, "Ming Lotus", helper, Words(receiver=RECEIVER))
    assert complaining.show(book, kept.complaint.id).words[0][1].receiver == RECEIVER
    with pytest.raises(ConsentMissing):
        complaining.add(book, "Ming Lotus", helper | {"target": "bd.police"})


def test_that_she_chose_to_ask_nobody_needs_no_yes_to_anybody(book: Any) -> None:
    shown = complaining.add(book, "Ming Lotus", {"category": "on.threat", "sent": "2026-03-01"})
    assert shown.state == "none"
    (found,) = complaint_counting.measures()
    assert (found.complaints, found.nobody_asked) == (0, 1)


def test_the_whole_way_with_one_entry_a_step_and_no_words_in_the_index(book: Any) -> None:
    allow(book, "Ming Lotus", "cs.platform")
    words = Words(reference=REFERENCE, text=TEXT)
    code = complaining.add(book, "Ming Lotus", SENT, words).complaint.id
    complaining.acknowledge(book, code, date(2026, 3, 1), automatic=True)
    complaining.answer(book, code, date(2026, 3, 9), "dec.refused.rules", reasoned=False,
                       words=Words(text=TEXT + "2"))  # fmt: skip
    complaining.appeal(book, code, date(2026, 3, 10))
    complaining.answer(book, code, date(2026, 4, 1), "dec.removed.content")
    complaining.check(book, code, date(2026, 4, 2), still_up=False)
    complaining.close(book, code, date(2026, 4, 3), "cls.done")
    shown = complaining.show(book, code)
    assert [step for step, _ in shown.words] == ["sent", "decided"]
    assert [said.text for _, said in shown.words] == [TEXT, TEXT + "2"]
    assert shown.complaint.appeal_decision == "dec.removed.content"
    assert [check.still_up for check in shown.complaint.checks] == [False]
    assert models.LogEntry.objects.filter(subject=code).count() == 8  # seven steps, one reading
    index = "".join(repr(vars(row)) for row in models.Complaint.objects.all())
    for word in (REFERENCE, TEXT, RECEIVER):
        assert word not in facts() + index


def test_a_wrong_row_is_put_right_and_the_log_says_what_stood(book: Any) -> None:
    allow(book, "Ming Lotus", "cs.platform")
    code = complaining.add(book, "Ming Lotus", SENT).complaint.id
    complaining.answer(book, code, date(2026, 3, 9), "dec.removed")
    with pytest.raises(StepAlreadyTaken):
        complaining.answer(book, code, date(2026, 3, 8), "dec.removed")
    complaining.amend(book, code, {"decided": "2026-03-08", "decision": "dec.limited"})
    last = bytes(models.LogEntry.objects.order_by("index").last().fact).decode()  # type: ignore[union-attr]
    assert '"decided":["2026-03-09","2026-03-08"]' in last
    assert '"decision":["dec.removed","dec.limited"]' in last
    with pytest.raises(ConsentMissing):
        complaining.amend(book, code, {"target": "bd.police"})
    assert complaining.show(book, code).complaint.target == "pf.telegram"


def test_after_she_took_it_back_nothing_more_goes_out(book: Any) -> None:
    """Answers that come are still written down: they are hers."""
    allow(book, "Ming Lotus", "cs.platform")
    code = complaining.add(book, "Ming Lotus", SENT).complaint.id
    withdrawing.stop(book, "Ming Lotus", ("cs.platform",))
    complaining.answer(book, code, date(2026, 3, 9), "dec.refused")
    with pytest.raises(ConsentMissing):
        complaining.appeal(book, code, date(2026, 3, 10))
    with pytest.raises(ConsentMissing):
        complaining.add(book, "Ming Lotus", SENT)


def test_who_may_not_see_her_record_sees_no_complaint_of_hers(book: Any, filled: Any) -> None:
    allow(book, "Ming Lotus", "cs.platform")
    allow(book, "Ming Jasmine", "cs.platform")
    hers = complaining.add(book, "Ming Lotus", SENT).complaint.id
    complaining.add(book, "Ming Jasmine", SENT)
    book.close()
    with filled.opened(filled.worker_words) as other:
        assert [one.alias for one in complaining.listed(other)] == ["Ming Jasmine"]
        with pytest.raises(UnknownComplaint):
            complaining.show(other, hers)
        with pytest.raises(UnknownComplaint):
            complaining.answer(other, hers, date(2026, 3, 9), "dec.removed")


def test_when_she_takes_everything_out_her_complaints_go_too(book: Any) -> None:
    allow(book, "Ming Lotus", "cs.platform")
    kept = complaining.add(book, "Ming Lotus", SENT, Words(reference=REFERENCE))
    complaining.check(book, kept.complaint.id, date(2026, 3, 2), still_up=True,
                      words=Words(text=TEXT))  # fmt: skip
    gone = withdrawing.withdraw(book, "Ming Lotus")
    assert (kept.complaint.id, "pf.telegram") in {(s.what, s.to) for s in gone.already_sent}
    assert not models.Complaint.objects.exists()
    assert not models.ComplaintNote.objects.exists()
    assert not models.LogEntry.objects.filter(subject=kept.complaint.id).exclude(fact=b"").exists()
    assert checking.check(book).problems == []


def test_a_step_that_fails_leaves_nothing_behind(book: Any) -> None:
    allow(book, "Ming Lotus", "cs.platform")
    code = complaining.add(book, "Ming Lotus", SENT).complaint.id
    before = models.SealedObject.objects.count(), models.LogEntry.objects.count()
    complaining.close(book, code, date(2026, 3, 5), "cls.hers")
    with pytest.raises(StepAlreadyTaken):
        complaining.close(book, code, date(2026, 3, 6), "cls.hers", Words(text=TEXT))
    after = models.SealedObject.objects.count(), models.LogEntry.objects.count()
    assert after == (before[0], before[1] + 1)


@pytest.mark.parametrize("data", [b"", b" \n", b"\xff\xfe"])
def test_a_file_without_words_is_refused(data: bytes) -> None:
    with pytest.raises(WordsUnreadable):
        complaining.read_words(data)


SHEET = (
    "woman,target,category,sent,decided,decision,reference,words\n"
    f"Ming Lotus,pf.x,on.threat,2026-03-01,2026-03-20,dec.removed,{REFERENCE},{TEXT}\n"
    "Ming Lotus,pf.x,on.threat,2026-03-01,,,,\n"
    "Ming Lotus,pf.x,on.threat,2026-03-01,,,,\n"
    "Ming Jasmine,pf.x,on.threat,2026-03-01,,,,\n"
    "Ming Nobody,pf.x,on.threat,2026-03-01,,,,\n"
).encode()


def test_a_sheet_is_tried_first_then_taken_and_taken_once(book: Any) -> None:
    allow(book, "Ming Lotus", "cs.platform")
    tried = complaint_sheets.bring(book, SHEET, dry=True)
    assert not models.Complaint.objects.exists()
    done = complaint_sheets.bring(book, SHEET)
    assert tried.taken == done.taken == models.Complaint.objects.count() == 3
    refused = [(one.number, one.trouble.rule) for one in done.refused]
    assert refused == [(5, "ConsentMissing"), (6, "UnknownWoman")]
    again = complaint_sheets.bring(book, SHEET)
    assert again.taken == 0
    held = [one.number for one in again.refused if one.trouble.rule == "ComplaintHeld"]
    assert held == [2, 3, 4]
    first = next(one for one in complaining.listed(book) if one.complaint.decided)
    assert complaining.show(book, first.complaint.id).words[0][1].reference == REFERENCE
    assert REFERENCE not in facts()


def test_her_complaints_travel_with_her_record(book: Any, tmp_path: Path) -> None:
    allow(book, "Ming Lotus", "cs.platform")
    kept = complaining.add(book, "Ming Lotus", SENT, Words(text=TEXT))
    complaining.check(
        book, kept.complaint.id, date(2026, 3, 2), still_up=True, words=Words(text="2")
    )
    made = travelling.travel(book, ["Ming Lotus"], tmp_path / "road.romduol", "traveller")
    book.close()
    with opening.open_book(tmp_path / "road.romduol", made.passphrase) as road:
        shown = complaining.show(road, kept.complaint.id)
        assert [said.text for _, said in shown.words] == [TEXT, "2"]
        assert len(shown.complaint.checks) == 1
