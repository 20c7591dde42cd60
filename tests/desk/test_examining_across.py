"""Accounts that act against several women are suggested to each, from posts to her only."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import (
    deciding,
    examining,
    mappings,
    receiving,
    suggesting,
    withdrawing,
)
from romduol.desk import women as women_of
from romduol.desk.examining_across import ALSO
from romduol.desk.examining_groups import ACROSS
from romduol.records import models

START = datetime(2024, 1, 1, tzinfo=UTC)
MAPPING = (
    b'platform = "facebook"\nzone = "UTC"\n[columns]\n'
    b'text = "Comment"\nsent_at = "Date"\nauthor = "Name"\nthread = "Post"\n'
)
COPIED = (
    "zqcopyzq she takes money from abroad to make trouble in our village here",
    "zqcopyzq everybody knows whose agent this woman is and who pays her rent",
    "zqcopyzq tell her that nobody wants her meetings here any longer this year",
    "zqcopyzq ask who bought the motorbike that she rides to the district hall",
)
Rows = list[tuple[datetime, str, str]]


def quiet(seed: int) -> Rows:
    dice = np.random.default_rng(seed)
    return [
        (START + timedelta(minutes=int(at)), f"zqneighbour{n % 37}zq", f"zqtalkzq {seed} at {n}")
        for n, at in enumerate(dice.integers(0, 20 * 7 * 1440, size=120))
    ]


def pasted(texts: tuple[str, ...], day: int, accounts: int = 4) -> Rows:
    """The same strangers paste each text within the minute, hours apart."""
    begin = START + timedelta(days=day, hours=9)
    return [
        (begin + timedelta(hours=5 * k, seconds=7 * n), f"zqstranger{n}zq", text)
        for k, text in enumerate(texts)
        for n in range(accounts)
    ]


def bring(book: Any, alias: str, path: Path, rows: Rows) -> None:
    lines = [f'{at:%Y-%m-%d %H:%M:%S},{who},"{said}",{alias} page' for at, who, said in rows]
    path.write_text("\n".join(["Date,Name,Comment,Post", *sorted(lines), ""]), encoding="utf-8")
    (taken,) = receiving.receive(book, [path], alias, ReadingOptions())
    assert taken.messages == len(rows)


@pytest.fixture
def book(filled: Any) -> Any:
    with filled.opened() as opened:
        mappings.keep(opened, MAPPING)
        yield opened


@pytest.fixture
def attacked(book: Any, women: Any, tmp_path: Path) -> Any:
    """One text to each of two women: what neither of them shows alone."""
    for n, hers in enumerate(women[:2]):
        rows = quiet(n) + pasted(COPIED[n : n + 1], 60 + n)
        bring(book, hers.alias, tmp_path / f"page{n}.csv", rows)
    return book


def across(reason: str = ACROSS) -> list[models.Suggestion]:
    return list(models.Suggestion.objects.filter(reason=reason).order_by("item__woman"))


def refuse_counting(book: Any, alias: str) -> None:
    refused = women_of.Answer(("cs.stats",), "cm.written", date(2024, 7, 1), "cst.refused")
    women_of.consent(book, alias, refused)


def test_each_woman_is_told_of_accounts_that_act_against_several_from_her_own_posts(
    attacked: Any, women: Any
) -> None:
    done = examining.examine(attacked)
    found = across()
    assert done.by_kind["campaign"] == 2
    assert [one.item.woman.alias for one in found] == [one.alias for one in women[:2]]
    for one in found:
        assert (one.gathering.accounts, one.gathering.together, one.gathering.posts) == (4, 4, 4)
        assert {at.item.woman for at in one.others.all()} == {one.item.woman}


def test_one_woman_looked_at_alone_says_nothing_of_others_and_takes_nothing_away(
    attacked: Any, women: Any
) -> None:
    assert examining.examine(attacked, women[0].alias).by_kind["campaign"] == 0
    assert across() == []
    examining.examine(attacked)
    examining.examine(attacked, women[0].alias)
    assert len(across()) == 2


def test_nothing_is_compared_without_her_consent_to_be_counted(attacked: Any, women: Any) -> None:
    refuse_counting(attacked, women[1].alias)
    examining.examine(attacked)
    assert across() == []


def test_a_look_with_nothing_new_is_no_look(attacked: Any) -> None:
    examining.examine(attacked)
    codes = [one.code for one in across()]
    entries = models.LogEntry.objects.count()
    assert examining.examine(attacked).suggestions == 0
    assert [one.code for one in across()] == codes
    assert models.LogEntry.objects.count() == entries


def test_what_was_decided_stays_and_is_not_suggested_again(
    attacked: Any, women: Any, tmp_path: Path
) -> None:
    examining.examine(attacked)
    first, second = across()
    deciding.decide(attacked, first.code, deciding.Word())
    bring(attacked, women[0].alias, tmp_path / "more.csv", quiet(7))
    examining.examine(attacked)
    assert first in across()
    assert len(across()) == 2
    assert second.code not in {one.code for one in across()}  # nobody had decided it


def test_her_own_suggestion_on_the_same_posts_says_more_and_is_not_doubled(
    book: Any, women: Any, tmp_path: Path
) -> None:
    bring(book, women[0].alias, tmp_path / "a.csv", quiet(0) + pasted(COPIED[:3], 60))
    bring(book, women[1].alias, tmp_path / "b.csv", quiet(1) + pasted(COPIED[3:], 61))
    examining.examine(book)
    (hers,) = across(ALSO)
    assert hers.item.woman.alias == women[0].alias
    (other,) = across()
    assert other.item.woman.alias == women[1].alias
    assert models.Suggestion.objects.filter(kind="campaign").count() == 2
    refuse_counting(book, women[1].alias)
    examining.examine(book)
    assert across() == across(ALSO) == []
    hers.refresh_from_db()
    assert hers.reason == "coacting.near"


def test_when_she_withdraws_nothing_says_any_more_that_they_acted_against_several(
    attacked: Any, women: Any
) -> None:
    examining.examine(attacked)
    withdrawing.withdraw(attacked, women[1].alias)
    assert [one.item.woman.alias for one in across()] == [women[0].alias]
    examining.examine(attacked)
    assert across() == []


def test_the_list_says_it_in_both_languages_and_names_no_other_woman(
    filled: Any, women: Any, tmp_path: Path, here: Any
) -> None:
    with filled.opened() as book:
        mappings.keep(book, MAPPING)
        for n, hers in enumerate(women[:2]):
            bring(book, hers.alias, tmp_path / f"page{n}.csv",
                  quiet(n) + pasted(COPIED[n : n + 1], 60 + n))  # fmt: skip
        examining.examine(book)
        assert len(suggesting.listed(book, suggesting.Asked(women[0].alias))) >= 1
    said = here("suggestions", filled.folder, "--woman", women[0].alias, words=filled.words)
    assert "4 accounts posted near-same texts" in said.out
    assert women[1].alias not in said.out
    assert "zq" not in said.out
    khmer = here("--lang", "km", "suggestions", filled.folder, "--woman", women[0].alias,
                 words=filled.words)  # fmt: skip
    assert "ទៅកាន់ស្ត្រីច្រើននាក់ក្នុងសៀវភៅនេះ" in khmer.out
