"""Reports written by hand: what a real one gave away is named, and plain words are left alone."""

from __future__ import annotations

import pytest

from romduol.casebook.wording import say
from romduol.publication.hindsight import leaks

REAL = "000_a1222d28691d9150.txt"


@pytest.fixture(scope="module")
def found(shared):  # type: ignore[no-untyped-def]
    file = shared / "seeds" / REAL
    if not file.exists():
        pytest.skip("the report is not beside this checkout (../shared/seeds)")
    return {(one.rule, one.what) for one in leaks(file.read_text("utf-8"))}


@pytest.mark.parametrize(
    ("leak", "rule", "what"),
    [
        ("the dated event", "reads_told.date", "1"),
        ("its feast", "reads_told.event", "1"),
        ("the officials who were in the room", "reads_told.official", "1"),
        ("pseudonyms under several themes", "reads_linked_names", "5"),
        ("the quote that points to the other", "reads_points_back", "11"),
        ("six names of six", "reads_enumerated", "6/6"),
        ("five names quoted for five of six", "reads_enumerated", "5/6"),
        ("one respondent a community", "reads_place_of_few", "6 : 6"),
        ("one of the six", "reads_single_source", "1/6"),
        ("two of six leave exactly four", "reads_complement", "2/6, 4/6"),
        ("at least five of six leave one", "reads_one_left_over", "5/6"),
        ("all respondents", "reads_everybody", "6"),
        ("a footnote of a later year", "reads_later_year", "2024 > 2022"),
    ],
)
def test_what_a_real_report_gave_away_is_named(found, leak: str, rule: str, what: str) -> None:  # type: ignore[no-untyped-def]
    assert (rule, what) in found, leak


def test_each_finding_says_what_to_do_in_both_languages(found) -> None:  # type: ignore[no-untyped-def]
    for rule, what in found:
        for lang in ("en", "km"):
            assert say(f"quotes.{rule}", lang, what=what)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We spoke with 40 women. 22 of the 40 women asked told us about it.",
        "We spoke with 6 women. Some of them told us about it.\n“We were afraid.”\n",
        "The law of 2009 has 3 of 4 parts. We asked 6 women.",
    ],
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert leaks(text) == ()


def test_small_groups_have_no_percentages_and_no_trends() -> None:
    text = "We asked 8 women. 50 % were called in, and threats increased."
    assert {one.rule for one in leaks(text)} == {"reads_percent", "reads_trend"}
    assert not leaks(text.replace("8 women", "80 women"))


def test_what_is_said_of_a_text_holds_none_of_its_words() -> None:
    text = "We asked 6 women.\nzqname\n“The official said zqword in 2019 on zqDay.”\n"
    assert leaks(text)
    assert "zq" not in str(leaks(text))
