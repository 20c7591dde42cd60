"""``pseudonyms`` and ``alias`` on the command line: what scripts may rely on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

TEXT = "I: Who came?\n\nW: Mr. Hatbrae Kongchak rang from 000 123 456.\n"


@pytest.fixture
def named(filled: Any, women: Any, here: Any, tmp_path: Path) -> Any:
    file = tmp_path / "named.txt"
    file.write_text(TEXT, encoding="utf-8")
    said = here("receive", filled.folder, file, "--woman", women[0].alias, words=filled.words)
    assert said.code == 0
    return filled


def test_findings_are_listed_without_their_words_and_with_them_on_request(
    named: Any, women: Any, here: Any
) -> None:
    call = ("pseudonyms", "list", named.folder, "--woman", women[0].alias, "--json")
    said = here(*call, words=named.words)
    assert said.code == 1  # something is not decided
    assert all(
        line.keys() == {"finding", "item", "message", "start", "end", "kind", "reason",
                        "certainty", "ruling", "how", "marked"}
        for line in said.lines
    )  # fmt: skip
    assert "Kongchak" not in said.out + said.err
    shown = here(*call, "--show", words=named.words)
    assert {"Hatbrae Kongchak", "000 123 456"} <= {line["words"] for line in shown.lines}


def test_everything_decided_lists_nothing_open_and_ends_well(
    named: Any, women: Any, here: Any
) -> None:
    book, alias = named.folder, women[0].alias
    one = here("pseudonyms", "list", book, "--woman", alias, "--json", words=named.words).lines[-1]
    done = here("pseudonyms", "decide", book, one["finding"], "--as", "keep", "--json",
                words=named.words)  # fmt: skip
    assert done.json == {"places": 1, "women": 1, "ruling": "keep"}
    done = here("pseudonyms", "decide", book, "--all", "--as", "replace", words=named.words)
    assert done.code == 0
    left = here("pseudonyms", "list", book, "--open", "--json", words=named.words)
    assert (left.code, left.out) == (0, "")
    undone = here("pseudonyms", "undo", book, one["finding"], "--json", words=named.words)
    assert undone.json["places"] == 1


def test_words_to_mark_come_on_standard_input(named: Any, women: Any, romduol: Any) -> None:
    items = romduol("items", named.folder, "--json", words=named.words).lines
    item = next(i["item"] for i in items if i["name"] == "named.txt")
    said = romduol("pseudonyms", "mark", named.folder, item, "--json", words=named.words,
                   stdin="rang from\n")  # fmt: skip
    assert (said.code, said.json) == (0, {"places": 1, "women": 1, "ruling": "replace"})
    missing = romduol("pseudonyms", "mark", named.folder, item, "--json", words=named.words,
                      stdin="no such words\n")  # fmt: skip
    assert (missing.code, missing.json["error"]) == (2, "NotInTheText")
    assert "no such words" not in missing.out + missing.err


@pytest.mark.parametrize("lang", ["en", "km"])
@pytest.mark.parametrize(
    ("call", "error"),
    [
        (["decide", "{book}", "n000", "--as", "keep"], "NoSuchFinding"),
        (["undo", "{book}", "n000"], "NotRuled"),
        (["decide", "{book}", "--as", "keep"], "UsageError"),
        (["decide", "{book}", "n0", "--as", "replace", "--with", "x" * 61], "PseudonymUnusable"),
    ],
)
def test_what_goes_wrong_is_said(
    call: list[str], error: str, lang: str, filled: Any, here: Any
) -> None:
    asked = [part.replace("{book}", str(filled.folder)) for part in call]
    said = here("pseudonyms", *asked, "--json", words=filled.words, ROMDUOL_LANG=lang)
    assert (said.code, said.json["error"]) == (2, error)
    assert any("\u1780" <= c <= "\u17ff" for c in said.json["say"]) is (lang == "km")


def test_a_woman_without_an_alias_is_given_a_free_one(filled: Any, women: Any, here: Any) -> None:
    said = here("woman", "add", filled.folder, "--json", words=filled.words)
    assert said.json["alias"].startswith("Ming ")
    assert said.json["alias"] not in {hers.alias for hers in women}
    in_khmer = here("woman", "add", filled.folder, "--lang", "km", "--json", words=filled.words)
    assert in_khmer.json["alias"].startswith("មីង ")


def test_a_member_who_may_not_open_cards_is_told_that_aliases_were_not_checked(
    filled: Any, here: Any
) -> None:
    said = here("alias", "suggest", filled.folder, "--json", words=filled.worker_words)
    assert (said.code, said.json["checked"]) == (1, False)
    assert len(said.json["aliases"]) == 5
    asked = here("alias", "check", filled.folder, "--json", words=filled.worker_words)
    assert (asked.code, asked.json["error"]) == (1, "AliasesUnchecked")
    lead = here("alias", "check", filled.folder, "--json", words=filled.words)
    assert (lead.code, lead.json) == (0, {"clashing": []})
