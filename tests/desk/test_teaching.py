"""What a person decides teaches a head of hers; it orders the queue and can be taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from romduol.analysis.triage import heads, judging
from romduol.analysis.triage.calibration import average_precision
from romduol.casebook.evidence import ReadingOptions
from romduol.desk import (
    alike,
    deciding,
    examining,
    queueing,
    receiving,
    teaching,
    withdrawing,
    women,
)
from romduol.records import models

BAMBOO = "the bamboo grows tall near {place} number {n}"  # what her village knows to be a threat
PLAIN = "all women and girls sang at {place} number {n}"
ALIAS, DAY = "Ming Lotus", date(2022, 5, 10)
PLACES = ("the pagoda", "the market", "the bridge", "the school")


def chat() -> str:
    lines = []
    for n in range(40):
        words = (BAMBOO if n % 2 else PLAIN).format(place=PLACES[n % 4 // 2], n=n)
        lines.append(f"01/06/2022, 10:{n:02d} - zqbullyzq: {words}\n")
    return "".join(lines) + "01/06/2022, 11:00 - Ming Lotus own: the bamboo is my own word\n"


@pytest.fixture
def book(empty: Any, tmp_path: Any) -> Any:
    file = tmp_path / "WhatsApp Chat with zqgroupzq.txt"
    file.write_text(chat(), encoding="utf-8")
    with empty.opened() as opened:
        given = women.Answer(("cs.write", "cs.evidence", "cs.team"), "cm.verbal_phone", DAY)
        women.add(opened, [women.WomanToAdd(ALIAS, (given,))])
        options = ReadingOptions(own=("Ming Lotus own",), order="dmy")
        list(receiving.receive(opened, [file], ALIAS, options))
        yield opened


def decide(book: Any, drawn: list[queueing.Queued]) -> None:
    for one in drawn:
        harm = "bamboo" in one.text
        word = deciding.Word("on.threat.physical", "zqlabelzq") if harm else deciding.Word()
        deciding.decide(book, one.suggestion, word)


def test_the_queue_holds_what_others_wrote_once_and_says_why(book: Any) -> None:
    examining.examine(book)
    drawn = queueing.next_of(book, ALIAS, 20, show=True, seed=5)
    assert len({one.text for one in drawn}) == len(drawn) == 20
    assert not any("own word" in one.text for one in drawn)
    why = [one.why for one in drawn]
    assert (why.count("queue.highest"), why.count("queue.random")) == (10, 5)
    assert models.Drawn.objects.filter(seed=5).count() == 20


def test_words_stay_hidden_and_what_was_decided_does_not_come_again(book: Any) -> None:
    drawn = queueing.next_of(book, ALIAS, 8, seed=1)
    assert all(one.text == "" for one in drawn)
    decide(book, queueing.next_of(book, ALIAS, 8, show=True, seed=1))
    again = queueing.next_of(book, ALIAS, 40, seed=1)
    assert len(again) == 32
    assert {one.suggestion for one in again}.isdisjoint(one.suggestion for one in drawn)


def test_decisions_put_what_comes_in_a_better_order_and_undo_brings_the_old_order_back(
    book: Any,
) -> None:
    decide(book, queueing.next_of(book, ALIAS, 28, show=True, seed=2))
    before = order_of_what_comes_next(book)
    done = teaching.teach(book, ALIAS)
    assert (done.number, done.state, done.drawn) == (1, "standing", 7)
    assert done.after > done.before
    assert order_of_what_comes_next(book) > max(before, 0.95)
    teaching.take_back(book, ALIAS)
    assert order_of_what_comes_next(book) == before
    with pytest.raises(teaching.NoOwnHead):
        teaching.take_back(book, ALIAS)


def order_of_what_comes_next(book: Any) -> float:
    """Average precision of the present order over messages that nobody has seen yet."""
    kinds = (BAMBOO, PLAIN)
    fresh = [kind.format(place="the lake", n=n) for n in range(50, 60) for kind in kinds]
    own = teaching.standing_head(book, models.Woman.objects.get())
    logits = judging.logits(fresh, heads.shipped(), own)
    return average_precision(logits, np.array(["bamboo" in text for text in fresh]))


def test_a_head_that_is_no_better_on_the_random_draws_does_not_stand(book: Any) -> None:
    decide(book, queueing.next_of(book, ALIAS, 28, show=True, seed=2))
    assert teaching.teach(book, ALIAS).state == "standing"
    second = teaching.teach(book, ALIAS)
    assert (second.number, second.state) == (2, "passed")


def test_nothing_decided_teaches_nothing(book: Any) -> None:
    with pytest.raises(teaching.NothingToLearnFrom):
        teaching.teach(book, ALIAS)


def test_a_withdrawal_destroys_what_her_words_taught(book: Any) -> None:
    decide(book, queueing.next_of(book, ALIAS, 28, show=True, seed=2))
    teaching.teach(book, ALIAS)
    name = models.OwnHead.objects.get().sealed.name
    withdrawing.withdraw(book, ALIAS)
    assert not models.OwnHead.objects.exists()
    assert not any(path.name == name for path in book.folder.rglob("*"))


def test_messages_like_one_are_found_and_their_words_hidden(book: Any) -> None:
    drawn = queueing.next_of(book, ALIAS, 40, show=True, seed=1)
    one = next(row for row in drawn if "bamboo" in row.text)
    near = alike.like(book, one.suggestion, 5, show=True)
    assert len(near) == 5
    assert all("bamboo" in other.text for other in near)
    assert all(other.text == "" for other in alike.like(book, one.suggestion, 5))
