"""What her posts show and what she says stand beside one another, and silence is not made up."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from romduol.casebook.evidence import ReadingOptions
from romduol.casebook.vocabulary import UnknownTerm
from romduol.desk import (
    coding,
    receiving,
    retreating,
    retreating_answers,
    retreating_together,
    withdrawing,
)
from romduol.desk import women as women_of
from romduol.desk.women import DateUnreadable
from romduol.records import models

ATTACK = date(2023, 6, 1)
START = datetime(2022, 1, 3, 12, tzinfo=UTC)
WEEKS = 110
CIVIC = "zqlandzq"


def posts(weekly: dict[int, int], seed: int = 1, words: str = "zqgardenzq") -> list[dict[str, Any]]:
    """Public posts of a woman: ``weekly[week]`` of them, spread over the week."""
    dice = np.random.default_rng(seed)
    return [
        {
            "timestamp": int((START + timedelta(days=7 * week + float(day))).timestamp()),
            "data": [{"post": f"{words} {week} {k}"}],
        }
        for week, count in weekly.items()
        for k, day in enumerate(sorted(dice.uniform(0, 6.9, size=count)))
    ]


def usual(until: int = WEEKS, mean: float = 5.0, seed: int = 2) -> dict[int, int]:
    counts = np.random.default_rng(seed).poisson(mean, size=until)
    return {week: int(n) for week, n in enumerate(counts)}


ATTACK_WEEK = (datetime(2023, 6, 1, tzinfo=UTC) - START).days // 7


def silent_after(weekly: dict[int, int], weeks: int = 20) -> dict[int, int]:
    return {
        week: 0 if ATTACK_WEEK <= week < ATTACK_WEEK + weeks else n for week, n in weekly.items()
    }


def bring(book: Any, alias: str, folder: Path, made: list[dict[str, Any]]) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / "your_posts_1.json"
    file.write_text(json.dumps(made), encoding="utf-8")
    (taken,) = receiving.receive(book, [file], alias, ReadingOptions())
    assert taken.messages == len(made)


HEADER = "woman,transcript,incident,when,precision,quote,scheme,term,coder"


def attack(book: Any, alias: str, day: date = ATTACK) -> str:
    row = f"{alias},,zqthatdayzq,{day.isoformat()},exact,,form_offline,off.summons,"
    assert coding.code(book, f"{HEADER}\n{row}\n".encode()).refused == ()
    return models.Incident.objects.get(woman__alias=alias, when=day.isoformat()).code


@pytest.fixture
def book(filled: Any) -> Any:
    with filled.opened() as opened:
        yield opened


def around(book: Any, **asked: Any) -> dict[str, retreating.Shown]:
    told = retreating.retreats(book, retreating.Asked("Ming Lotus", **asked))
    return {one.seen.measure: one for one in told.shown}


def test_falling_silent_in_public_is_shown_and_speaking_on_in_a_chat_is_not_added_to_it(
    book: Any, tmp_path: Path
) -> None:
    bring(book, "Ming Lotus", tmp_path / "a", posts(silent_after(usual())))
    chat = tmp_path / "WhatsApp Chat with zqfriendzq.txt"
    lines = [
        f"{START + timedelta(days=3 * n):%d/%m/%Y, %H:%M} - {who}: zqteazq {n}"
        for n in range(WEEKS * 2)
        for who in ("zqherzq", "zqfriendzq")
    ]
    chat.write_text("\n".join(lines) + "\n", encoding="utf-8")
    options = ReadingOptions(own=("zqherzq",), order="dmy")
    list(receiving.receive(book, [chat], "Ming Lotus", options))
    code = attack(book, "Ming Lotus")
    shown = around(book)
    public, closed = shown["public"], shown["closed"]
    assert (public.event, public.outcome) == (code, "retreat.silence")
    assert public.estimate is not None
    assert (public.estimate.posts_after, public.estimate.p <= 0.05) == (0, True)
    assert 0 < public.estimate.power50 <= 1
    assert closed.outcome == "retreat.not_shown"
    assert closed.estimate is not None
    assert closed.estimate.posts_after > 0


def test_silence_and_the_end_of_an_export_are_not_the_same(book: Any, tmp_path: Path) -> None:
    """Her last post stands before the attack: nothing says that her export was made later."""
    stopped = {week: n for week, n in usual().items() if week < ATTACK_WEEK}
    bring(book, "Ming Lotus", tmp_path / "a", posts(stopped))
    attack(book, "Ming Lotus")
    assert around(book)["public"].outcome == retreating.TOO_SHORT
    said_when = around(book, until=ATTACK + timedelta(days=90))
    assert said_when["public"].outcome == "retreat.silence"


def test_a_voice_that_goes_on_shows_no_fall(book: Any, tmp_path: Path) -> None:
    bring(book, "Ming Lotus", tmp_path / "a", posts(usual()))
    attack(book, "Ming Lotus")
    assert around(book)["public"].outcome == "retreat.not_shown"


def test_words_a_person_names_tell_civic_posts_from_others(book: Any, tmp_path: Path) -> None:
    civic = posts(silent_after(usual()), 3, f"the {CIVIC} is ours")
    bring(book, "Ming Lotus", tmp_path / "a", civic + posts(usual(seed=9), 4))
    attack(book, "Ming Lotus")
    shown = around(book, civic=(CIVIC.upper(),))
    assert shown["public.civic"].outcome == "retreat.silence"
    assert shown["public.other"].outcome == "retreat.not_shown"
    assert set(around(book)) == {"public", "closed"}


def told_beside_posts(folder: Path) -> list[Path]:
    """Groups left, an account closed and a post with an audience, as downloads hold them."""
    after = int((datetime(2023, 6, 10, tzinfo=UTC)).timestamp())
    member = {"timestamp": after, "data": [{"name": "zqgroupzq"}],
              "title": "zqherzq stopped being a member of zqgroupzq."}  # fmt: skip
    closed = {"title": "Switched to Private", "string_map_data": {"Time": {"timestamp": after}}}
    post = {"Date": "2023-06-12 08:00:00", "Link": "https://v/1", "WhoCanView": "Only me"}
    held = {
        "your_group_membership_activity.json": {"groups_joined_v2": [member]},
        "profile_privacy_changes.json": {"account_history_account_privacy_history": [closed]},
        "user_data_tiktok.json": {
            "Post": {"Posts": {"VideoList": [post]}},
            "Profile": {"Profile Info": {"ProfileMap": {"userName": "zqherzq"}}},
        },
    }
    folder.mkdir(exist_ok=True)
    for name, root in held.items():
        (folder / name).write_text(json.dumps(root, indent=1), encoding="utf-8")
    return [folder / name for name in held]


def test_groups_left_accounts_closed_and_audiences_are_told_where_an_export_tells_them(
    book: Any, tmp_path: Path
) -> None:
    live = posts(silent_after(usual()))
    for one in live[::3]:
        one["title"] = "zqherzq was live."
    bring(book, "Ming Lotus", tmp_path / "a", live)
    list(receiving.receive(book, told_beside_posts(tmp_path / "b"), "Ming Lotus", ReadingOptions()))
    attack(book, "Ming Lotus")
    told = retreating.retreats(book, retreating.Asked("Ming Lotus"))
    counts = {one.counted.what: one.counted for one in told.turned}
    assert {what: (one.before, one.after) for what, one in counts.items()} == {
        "left": (0, 1), "closed": (0, 1), "kept": (0, 1),
    }  # fmt: skip
    assert counts["kept"].of_after == 1
    shown = {one.seen.measure: one for one in told.shown}
    assert shown["public.live"].outcome == "retreat.silence"
    assert told.untold == [("Ming Lotus", ())]


def test_what_no_export_tells_is_said_and_counted_as_nothing(book: Any, tmp_path: Path) -> None:
    bring(book, "Ming Lotus", tmp_path / "a", posts(usual()))
    attack(book, "Ming Lotus")
    told = retreating.retreats(book, retreating.Asked("Ming Lotus"))
    assert told.turned == []
    assert told.untold == [("Ming Lotus", ("live", "groups", "audience"))]


def test_the_verb_says_what_is_told_beside_posts_in_both_languages(
    filled: Any, tmp_path: Path, here: Any
) -> None:
    with filled.opened() as opened:
        bring(opened, "Ming Lotus", tmp_path / "a", posts(usual()))
        files = told_beside_posts(tmp_path / "b")
        list(receiving.receive(opened, files, "Ming Lotus", ReadingOptions()))
        attack(opened, "Ming Lotus")
    rows = here("retreat", filled.folder, "--json", words=filled.words).lines
    (left,) = [row for row in rows if row["measure"] == "turned.left"]
    assert (left["before"], left["after"], left["days"]) == (0, 1, 90)
    assert {left[key] for key in ("ratio", "low", "high", "p", "power50", "weeks_before")} == {None}
    english = here("retreat", filled.folder, words=filled.words)
    assert "groups she left: 1 in the 90 days after the attack" in english.out
    assert "1 of 1 from the 90 days after" in english.out
    assert "nothing she brought tells whether she went live." in english.err
    khmer = here("--lang", "km", "retreat", filled.folder, words=filled.words)
    assert "ក្រុមដែលគាត់ចាកចេញ" in khmer.out
    assert "zq" not in english.out + english.err + khmer.out


def test_an_attack_without_a_day_is_said_and_not_guessed(book: Any, tmp_path: Path) -> None:
    bring(book, "Ming Lotus", tmp_path / "a", posts(usual()))
    told = retreating.retreats(book, retreating.Asked("Ming Lotus"))
    assert (told.shown, told.undated) == ([], 1)  # the summons of May 2022


def test_her_answer_stands_beside_and_changes_no_estimate(book: Any, tmp_path: Path) -> None:
    bring(book, "Ming Lotus", tmp_path / "a", posts(usual()))
    code = attack(book, "Ming Lotus")
    before = around(book)["public"]
    said = retreating_answers.Said("ret.3", "retm.ordered", "act.state.sangkat", "2023-06")
    retreating_answers.answer(book, "Ming Lotus", "zqthatdayzq", said)
    after = around(book)["public"]
    assert after.estimate == before.estimate
    assert [(one.level, one.mode, one.since) for one in after.said] == [
        ("ret.3", "retm.ordered", "2023-06")
    ]
    retreating_answers.answer(book, "Ming Lotus", code, retreating_answers.Said("ret.3"))
    assert models.RetreatAnswer.objects.filter(incident__code=code).count() == 1


def test_when_she_withdraws_the_log_forgets_what_she_answered(book: Any) -> None:
    attack(book, "Ming Lotus")
    said = retreating_answers.Said("ret.6", "retm.family")
    retreating_answers.answer(book, "Ming Lotus", "zqthatdayzq", said)
    withdrawing.withdraw(book, "Ming Lotus")
    facts = models.LogEntry.objects.values_list("fact", flat=True)
    assert not [one for one in facts if b"ret.6" in bytes(one)]


def test_an_answer_is_of_the_scale_and_its_dates_are_dates() -> None:
    with pytest.raises(UnknownTerm):
        retreating_answers.Said("ret.99")
    with pytest.raises(DateUnreadable):
        retreating_answers.Said("ret.2", since="last summer")


def test_of_few_women_only_words_are_said_and_only_of_those_who_may_be_counted(
    book: Any, tmp_path: Path, women: Any
) -> None:
    for n, hers in enumerate(women):
        weekly = silent_after(usual(mean=9.0, seed=20 + n))
        bring(book, hers.alias, tmp_path / hers.mark, posts(weekly, n))
        attack(book, hers.alias)
        said = retreating_answers.Said("ret.3", since="2023-06-01")
        retreating_answers.answer(book, hers.alias, "zqthatdayzq", said)
    told = retreating_together.together(book)
    assert (told.women, told.outcome) == (3, retreating_together.FALL)
    assert [at.voice for at in told.answers] == ["most_or_all"] * 3
    assert told.change is told.to_silence is told.median_silence is None
    assert all(at.women is None for at in told.answers)
    refused = women_of.Answer(("cs.stats",), "cm.written", date(2023, 7, 1), "cst.refused")
    women_of.consent(book, women[0].alias, refused)
    assert retreating_together.together(book).women == 2


def test_the_verb_gives_the_keys_that_stay_and_a_sentence_in_both_languages(
    filled: Any, tmp_path: Path, here: Any
) -> None:
    with filled.opened() as opened:
        bring(opened, "Ming Lotus", tmp_path / "a", posts(silent_after(usual())))
        attack(opened, "Ming Lotus")
    said = here("retreat", filled.folder, "--json", words=filled.words)
    row, short = sorted(said.lines, key=lambda one: one["measure"], reverse=True)
    assert (short["measure"], short["outcome"], short["ratio"]) == (
        "closed", "retreat.too_short", None,
    )  # fmt: skip
    assert {"woman", "event", "measure", "ratio", "low", "high", "p", "power50", "weeks_before",
            "weeks_after"} <= set(row)  # fmt: skip
    assert (row["woman"], row["measure"], row["posts_after"]) == ("Ming Lotus", "public", 0)
    done = here(
        "retreat-answer", filled.folder, "Ming Lotus", "--incident", "zqthatdayzq", "--level",
        "ret.3", "--since", "2023-06", words=filled.words,
    )  # fmt: skip
    assert done.code == 0, done
    english = here("retreat", filled.folder, words=filled.words)
    assert "no posts in 8 weeks" in english.out
    assert "She says: Stops speaking publicly" in english.out
    assert "All topics" in english.err
    khmer = here("--lang", "km", "retreat", filled.folder, words=filled.words)
    assert "ភាពស្ងៀមស្ងាត់" in khmer.out
    together = here("retreat", filled.folder, "--together", "--json", words=filled.words)
    assert together.json["change"] is None
    assert here("retreat", filled.folder, "--together", "--woman", "Ming Lotus",
                words=filled.words).code == 2  # fmt: skip
