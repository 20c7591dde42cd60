"""Campaigns and pile-ons in her material are suggested, and count only when a person says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import (
    checking,
    deciding,
    examining,
    mappings,
    receiving,
    studying,
    suggesting,
    withdrawing,
)
from romduol.records import models

START = datetime(2024, 1, 1, tzinfo=UTC)
MAPPING = (
    b'platform = "facebook"\nzone = "UTC"\n[columns]\n'
    b'text = "Comment"\nsent_at = "Date"\nauthor = "Name"\nthread = "Post"\n'
)
COPIED = (
    "zqcopyzq she takes money from abroad to make trouble in our village number {}",
    "zqcopyzq everybody knows whose agent this woman is and who pays her rent {}",
    "zqcopyzq tell her that nobody wants her meetings here any longer this year {}",
)


def as_table(rows: list[tuple[datetime, str, str]]) -> str:
    lines = [f'{at:%Y-%m-%d %H:%M:%S},{who},"{said}",her page' for at, who, said in sorted(rows)]
    return "\n".join(["Date,Name,Comment,Post", *lines]) + "\n"


def quiet(weeks: int) -> list[tuple[datetime, str, str]]:
    """Neighbours who come by, a few a week, each with words of their own."""
    dice = np.random.default_rng(3)
    return [
        (
            START + timedelta(hours=int(hour)),
            f"zqneighbour{n % 37}zq",
            f"zqquietzq hello number {n}",
        )
        for n, hour in enumerate(dice.integers(0, weeks * 168, size=6 * weeks))
    ]


def pile(at: datetime, accounts: int) -> list[tuple[datetime, str, str]]:
    """Strangers at once, five of whom paste the same three texts within the minute."""
    rows = [
        (at + timedelta(minutes=7 * n), f"zqstranger{n}zq", f"zqpilezq go away, number {n} says so")
        for n in range(accounts)
    ]
    return rows + [
        (at + timedelta(minutes=20 * k, seconds=8 * n), f"zqstranger{n}zq", text.format(n))
        for k, text in enumerate(COPIED)
        for n in range(5)
    ]


@pytest.fixture
def book(filled: Any) -> Any:
    with filled.opened() as opened:
        mappings.keep(opened, MAPPING)
        yield opened


def bring(book: Any, alias: str, path: Path, rows: list[tuple[datetime, str, str]]) -> None:
    path.write_text(as_table(rows), encoding="utf-8")
    (taken,) = receiving.receive(book, [path], alias, ReadingOptions())
    assert taken.messages == len(rows)


@pytest.fixture
def attacked(book: Any, women: Any, tmp_path: Path) -> Any:
    at = START + timedelta(days=100, hours=19)
    bring(book, women[0].alias, tmp_path / "page.csv", quiet(20) + pile(at, 30))
    return book


def shown(book: Any, kind: str) -> list[suggesting.Shown]:
    return [one for one in suggesting.listed(book, suggesting.Asked()) if one.kind == kind]


def group_chat(burst: list[str], accounts: int) -> bytes:
    """Ten weeks of ten members' talk in a closed group, and one evening of ``burst``."""
    days = [START + timedelta(days=n, hours=18) for n in range(70)]
    talk = [
        (at + timedelta(minutes=n), f"zqmember{(day + n) % 10}zq", f"zqtalkzq {day} and {n}")
        for day, at in enumerate(days)
        for n in range(3)
    ]
    evening = START + timedelta(days=40, hours=21)
    thrown = [
        (evening + timedelta(minutes=n // 6), f"zqother{n % accounts}zq", said)
        for n, said in enumerate(burst)
    ]
    lines = [f"{at:%d/%m/%Y, %H:%M} - {who}: {said}" for at, who, said in sorted(talk + thrown)]
    return "\n".join(lines).encode() + b"\n"


def bring_chat(book: Any, alias: str, path: Path, burst: list[str], accounts: int = 12) -> None:
    path.write_bytes(group_chat(burst, accounts))
    list(receiving.receive(book, [path], alias, ReadingOptions(order="dmy")))


def test_the_same_texts_in_a_small_group_are_suggested_without_a_word_of_chance(
    book: Any, women: Any, tmp_path: Path
) -> None:
    burst = [text.format(0) for text in COPIED[:2] for _ in range(6)]
    file = tmp_path / "WhatsApp Chat with zqgroupzq.txt"
    bring_chat(book, women[0].alias, file, burst, accounts=6)
    examining.examine(book, women[0].alias)
    (found,) = shown(book, "campaign")
    assert found.reason == "coacting.same-text"
    assert found.looks is not None
    assert (found.looks["accounts"] >= 3, found.looks["objects"]) == (True, 2)


def test_threats_by_many_in_a_closed_group_are_a_pile_on_and_its_talk_is_none(
    book: Any, women: Any, tmp_path: Path
) -> None:
    talk = [f"zqtalkzq the market opens at {n}" for n in range(24)]
    bring_chat(book, women[1].alias, tmp_path / "WhatsApp Chat with zqcalmzq.txt", talk)
    harm = [f"I will kill you, I know your house, night {n}" for n in range(24)]
    bring_chat(book, women[0].alias, tmp_path / "WhatsApp Chat with zqgroupzq.txt", harm)
    assert examining.examine(book, women[1].alias).by_kind["pileon"] == 0
    assert examining.examine(book, women[0].alias).by_kind["pileon"] == 1
    (found,) = shown(book, "pileon")
    assert found.looks is not None
    assert found.looks["accounts"] == 12


def test_a_pile_on_and_the_accounts_that_act_together_in_it_are_suggested(attacked: Any) -> None:
    done = examining.examine(attacked, "Ming Lotus")
    assert (done.by_kind["pileon"], done.by_kind["campaign"]) == (1, 1)
    [pileon], [campaign] = shown(attacked, "pileon"), shown(attacked, "campaign")
    assert (pileon.term, campaign.term) == ("on.harass.pileon", "on.harass.coordinated")
    looks = pileon.looks
    assert looks is not None
    assert (looks["accounts"] >= 30, looks["together"], looks["rare"] <= 0.05) == (True, 5, True)
    assert looks["new"] >= 30
    assert looks["start"].date() == looks["peak"].date() == date(2024, 4, 10)
    assert campaign.looks is not None
    assert (campaign.looks["accounts"], campaign.looks["objects"], campaign.looks["posts"]) == (
        5, 3, 15,
    )  # fmt: skip
    rests_on = models.SuggestedRecord.objects.filter(suggestion__code=pileon.suggestion)
    assert rests_on.count() == looks["posts"]


def test_a_quiet_page_shows_nothing(book: Any, women: Any, tmp_path: Path) -> None:
    bring(book, women[0].alias, tmp_path / "page.csv", quiet(20))
    done = examining.examine(book, women[0].alias)
    assert (done.by_kind["pileon"], done.by_kind["campaign"]) == (0, 0)


def test_the_talk_of_a_group_is_no_pile_on(book: Any, women: Any, tmp_path: Path) -> None:
    """A chat in which many people answer one another at once is not aimed at her."""
    at = datetime(2024, 4, 10, 19, 0, tzinfo=UTC)
    lines = [
        f"{at + timedelta(minutes=n):%d/%m/%Y, %H:%M} - zqmember{n % 30}zq: zqtalkzq word {n}"
        for n in range(60)
    ]
    chat = tmp_path / "WhatsApp Chat with zqgroupzq.txt"
    chat.write_text("\n".join(lines) + "\n", encoding="utf-8")
    list(receiving.receive(book, [chat], women[0].alias, ReadingOptions(order="dmy")))
    assert examining.examine(book, women[0].alias).by_kind["pileon"] == 0


def test_a_second_look_without_new_material_suggests_nothing_again(attacked: Any) -> None:
    examining.examine(attacked)
    again = examining.examine(attacked)
    assert (again.by_kind["pileon"], again.by_kind["campaign"]) == (0, 0)
    assert len(shown(attacked, "pileon")) == 1


def test_new_material_replaces_what_nobody_decided_and_leaves_what_a_person_did(
    attacked: Any, women: Any, tmp_path: Path
) -> None:
    examining.examine(attacked)
    [first] = shown(attacked, "pileon")
    deciding.decide(attacked, first.suggestion, deciding.Word("on.harass.pileon"))
    undecided = {one.suggestion for one in shown(attacked, "campaign")}
    later = START + timedelta(days=135, hours=3)
    bring(attacked, women[0].alias, tmp_path / "later.csv", pile(later, 40)[:40])
    examining.examine(attacked)
    kept = {one.suggestion: one.state for one in shown(attacked, "pileon")}
    assert kept.pop(first.suggestion) == "confirmed"
    assert list(kept.values()) == ["open"]
    now = {one.suggestion for one in shown(attacked, "campaign")}
    assert len(now) == 1
    assert not now & undecided


def test_only_a_person_brings_a_pile_on_into_the_count(attacked: Any) -> None:
    before = studying.whole_study()
    published = studying.study_for_publishing(attacked)
    examining.examine(attacked)
    assert studying.whole_study() == before
    assert studying.study_for_publishing(attacked) == published
    [pileon] = shown(attacked, "pileon")
    done = deciding.decide(attacked, pileon.suggestion, deciding.Word("on.harass.pileon"))
    assert models.Incident.objects.get(code=done.incident).when == "2024-04-11"  # where she lives
    counted = {(c.scheme, c.term) for c, _ in studying.findings()}
    assert ("form_online", "on.harass.pileon") in counted
    deciding.undo(attacked, pileon.suggestion)
    assert studying.whole_study() == before


def test_when_she_withdraws_nothing_of_it_stays(attacked: Any) -> None:
    examining.examine(attacked)
    assert models.Gathering.objects.count() == 2
    [pileon] = shown(attacked, "pileon")
    deciding.decide(attacked, pileon.suggestion, deciding.Word("on.harass.pileon"))
    withdrawing.withdraw(attacked, "Ming Lotus")
    kept = b"".join(bytes(one) for one in models.LogEntry.objects.values_list("fact", flat=True))
    assert b"on.harass.pileon" not in kept
    assert models.Gathering.objects.count() == models.SuggestedRecord.objects.count() == 0
    assert checking.check(attacked).ok


def test_the_words_say_how_often_chance_shows_one(
    filled: Any, women: Any, tmp_path: Path, here: Any
) -> None:
    with filled.opened() as opened:
        mappings.keep(opened, MAPPING)
        at = START + timedelta(days=100, hours=19)
        bring(opened, women[0].alias, tmp_path / "page.csv", quiet(20) + pile(at, 30))
    said = here("examine", filled.folder, "--json", words=filled.words)
    assert (said.json["by_kind"]["pileon"], said.json["by_kind"]["campaign"]) == (1, 1)
    english = here("suggestions", filled.folder, words=filled.words).out
    assert "one would still show a pile-on by chance" in english
    assert "not proof of a plot" in english
    assert "From 2024-04-11 02:00" in english  # the clock where she lives
    assert "zqcopyzq" not in english
    assert "zqstranger" not in english
    khmer = here("--lang", "km", "suggestions", filled.folder, words=filled.words).out
    assert "ដោយចៃដន្យ" in khmer
