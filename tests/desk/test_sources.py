"""Accounts behind what is counted: one account is one in every record, and only in memory."""

from __future__ import annotations

from typing import Any

import pytest

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import accounts, deciding, examining, receiving, studying, suggesting
from romduol.desk.sources import with_accounts
from romduol.records import models

CHAT = (
    "01/06/2022, 10:15 - zqbullyzq: I will kill you tonight\n"
    "03/06/2022, 10:16 - {other}: I will kill you and your children\n"
)


@pytest.fixture
def book(filled: Any, women: Any, tmp_path: Any) -> Any:
    """Two women threatened by one account, and each by another; every suggestion confirmed."""
    with filled.opened() as opened:
        for at, hers in enumerate(women[:2]):
            file = tmp_path / f"WhatsApp Chat with zqgroup{at}zq.txt"
            file.write_text(CHAT.format(other=f"zqother{at}zq"), encoding="utf-8")
            list(receiving.receive(opened, [file], hers.alias, ReadingOptions(order="dmy")))
            examining.examine(opened, hers.alias)
        for one in suggesting.listed(opened, suggesting.Asked(state=deciding.OPEN)):
            deciding.decide(opened, one.suggestion, deciding.Word(one.term))
        yield opened


def found(book: Any) -> dict[str, frozenset[str]]:
    study = studying.whole_study()
    return dict(with_accounts(book, study).accounts)


def test_one_account_is_one_in_the_records_of_two_women(book: Any) -> None:
    own = list(found(book).values())
    assert len(own) == 4
    assert all(len(each) == 1 for each in own)
    assert len(frozenset.union(*own)) == 3, "the first is the same in both, the others are two"


def test_its_code_is_kept_nowhere(book: Any, women: Any) -> None:
    codes = {code for own in found(book).values() for code in own}
    seen = {one.code for w in women[:2] for one in accounts.listed(book, w.alias)}
    assert codes.isdisjoint(seen)
    for model in (models.Account, models.Suggestion, models.Decision, models.LogEntry):
        for row in model.objects.values_list():
            assert not codes & {str(value) for value in row}


def test_an_account_that_a_person_said_is_hers_is_not_behind_it(book: Any, women: Any) -> None:
    shared = next(one for one in accounts.listed(book, women[0].alias) if one.name == "zqbullyzq")
    before = found(book)
    accounts.decide(book, women[0].alias, shared.code, accounts.Said("own"))
    assert len(found(book)) == len(before) - 1


def test_a_word_taken_back_leaves_no_account(book: Any) -> None:
    for one in suggesting.listed(book, suggesting.Asked(state=deciding.CONFIRMED)):
        deciding.undo(book, one.suggestion)
    assert found(book) == {}
