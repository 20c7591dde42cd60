"""Whole sentences are read where the extra is there; what they resemble is hers and sealed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from romduol.analysis.triage.vectors import reading, weights
from romduol.casebook.evidence import ReadingOptions
from romduol.desk import examining, queueing, receiving, vectoring, withdrawing, women
from romduol.records import models

ALIAS, DAY = "Ming Lotus", date(2022, 5, 10)
CHAT = "".join(
    f"01/06/2022, 10:{n:02d} - zqbullyzq: "
    + ("I will kill you tonight" if n % 4 == 0 else "see you at the market")
    + f" number {n}\n"
    for n in range(40)
)


@pytest.fixture
def book(empty: Any, tmp_path: Any) -> Any:
    file = tmp_path / "WhatsApp Chat with zqgroupzq.txt"
    file.write_text(CHAT + "01/06/2022, 11:00 - Ming Lotus own: my own words\n", encoding="utf-8")
    with empty.opened() as opened:
        given = women.Answer(("cs.write", "cs.evidence", "cs.team"), "cm.verbal_phone", DAY)
        women.add(opened, [women.WomanToAdd(ALIAS, (given,))])
        options = ReadingOptions(own=("Ming Lotus own",), order="dmy")
        list(receiving.receive(opened, [file], ALIAS, options))
        yield opened


@pytest.fixture
def extra() -> None:
    if not reading.installed():
        pytest.skip("romduol[vectors] is not installed")


def sealed() -> list[models.SealedObject]:
    return list(models.SealedObject.objects.filter(kind=vectoring.VECTORS))


def test_without_the_extra_vectors_are_refused_and_the_rest_works(
    book: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(weights, "PACKAGE", "no_such_package_zq")
    with pytest.raises(vectoring.VectorsMissing):
        examining.examine(book, vectors=True)
    assert examining.examine(book).suggestions > 0
    assert not sealed()


@pytest.mark.usefixtures("extra")
def test_the_highest_quarter_and_a_tenth_are_read_once_and_sealed(book: Any) -> None:
    first = examining.examine(book, vectors=True)
    assert 10 <= first.vectors < 40
    assert first.suggestions >= 10
    assert sealed()
    assert {one.model for one in models.Suggestion.objects.filter(kind="message")} == {
        examining.method(vectors=True)
    }
    again = examining.examine(book, vectors=True)
    assert (again.vectors, again.messages, again.suggestions) == (0, 0, 0)


@pytest.mark.usefixtures("extra")
def test_a_look_with_vectors_after_one_without_says_nothing_twice(book: Any) -> None:
    examining.examine(book)
    before = set(models.Suggestion.objects.values_list("item", "member", "record", "term"))
    examining.examine(book, vectors=True)
    keys = list(models.Suggestion.objects.values_list("item", "member", "record", "term"))
    assert before <= set(keys)
    assert len(keys) == len(set(keys))


@pytest.mark.usefixtures("extra")
def test_what_was_sealed_before_an_interruption_is_not_read_again(
    book: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(vectoring, "_CHUNK", 4)

    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examining.examine(book, "", stop, vectors=True)
    assert len(sealed()) == 1
    left = examining.examine(book, vectors=True).vectors
    assert 0 < left < 40
    held = vectoring.heard(book, models.Woman.objects.get())
    assert held is not None
    assert len(held.kept.places) == left + 4


@pytest.mark.usefixtures("extra")
def test_the_queue_hears_kept_vectors_without_the_extra(book: Any, monkeypatch: Any) -> None:
    examining.examine(book, vectors=True)
    monkeypatch.setattr(weights, "PACKAGE", "no_such_package_zq")
    drawn = queueing.next_of(book, ALIAS, 8, show=True, seed=1)
    assert any("kill" in one.text for one in drawn)


@pytest.mark.usefixtures("extra")
def test_a_withdrawal_takes_her_vectors_with_her(book: Any) -> None:
    examining.examine(book, vectors=True)
    names = [one.name for one in sealed()]
    withdrawing.withdraw(book, ALIAS)
    assert not sealed()
    assert not set(names) & set(book.store.names())


@pytest.mark.usefixtures("extra")
def test_other_weights_are_refused_and_nothing_is_kept(
    book: Any, monkeypatch: Any, tmp_path: Any
) -> None:
    other = tmp_path / weights.FILE
    other.write_bytes(b"E5S1 but not these")
    monkeypatch.setattr(weights, "at_hand", lambda: other)
    reading._model.cache_clear()
    with pytest.raises(vectoring.OtherVectors):
        examining.examine(book, vectors=True)
    assert not sealed()
