"""``quote``, ``publish --check|--except|--confirm``, ``correct``: what scripts may rely on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SEEN = {"quote", "woman", "item", "start", "end", "codes", "allowed", "witnesses", "knowing",
        "manner", "checked", "words", "wording"}  # fmt: skip


@pytest.fixture
def say(filled: Any, women: Any, here: Any, tmp_path: Path) -> Any:
    """The filled book, whose first woman also allows quotes."""
    book, words = filled.folder, filled.words

    def run(*args: object, code: int = 0, **env: str) -> Any:
        at = 2 if args[0] == "quote" else 1
        said = here(*args[:at], book, *args[at:], words=words, **env)
        assert said.code == code, said
        return said

    run("consent", women[0].alias, "--scope", "cs.public_anon", "--mode", "cm.written",
        "--on", "2026-01-02")  # fmt: skip
    (tmp_path / "why.txt").write_text("those who were there know her", encoding="utf-8")
    return run


def test_a_quote_is_allowed_shortened_listed_and_refused(
    say: Any, filled: Any, women: Any, tmp_path: Path
) -> None:
    from romduol.desk import codings
    from romduol.desk.women import find

    with filled.opened() as book:
        hers = find(women[0].alias).code
        quote = next(p.id for p in codings.seen(book).passages
                     if p.woman == hers and p.code == "imp.fear")  # fmt: skip
    allowed = say("quote", "allow", quote, "--on", "2026-01-03", "--witnesses", "2", "--json")
    assert allowed.json == {"quote": quote, "codings": 1}
    (tmp_path / "short.txt").write_text("I was afraid", encoding="utf-8")
    edited = say("quote", "edit", quote, tmp_path / "short.txt", "--as", "shortened",
                 "--because", tmp_path / "why.txt", "--json")  # fmt: skip
    assert edited.json == {"quote": quote, "manner": "shortened", "waits": False}
    [seen] = say("quote", "list", "--json").lines
    assert set(seen) == SEEN
    assert (seen["allowed"], seen["wording"], seen["witnesses"]) == (True, "I was afraid", 2)
    told = say("quote", "list", ROMDUOL_LANG="km").out
    assert "បានអនុញ្ញាត" in told
    asked = say("publish", "--except", "quote_few_witnesses", "--quote", quote,
                "--because", tmp_path / "why.txt", "--json", code=1)  # fmt: skip
    assert set(asked.json) == {"exception", "rule", "confirmed"}
    same = say("publish", "--confirm", asked.json["exception"], "--json", code=1)
    assert same.json["error"] == "AskedByTheSame"
    [one] = say("quote", "exceptions", "--json").lines
    assert one["why"] == "those who were there know her"
    assert "រង់ចាំសមាជិកទីពីរ" in say("quote", "exceptions", ROMDUOL_LANG="km").out
    refused = say("publish", "--except", "single_source", "--quote", quote,
                  "--because", tmp_path / "why.txt", "--json", code=2)  # fmt: skip
    assert refused.json["error"] == "RuleStandsAlways"
    assert say("quote", "refuse", quote, "--json").json == {"quote": quote, "codings": 1}
    say("quote", "check", quote, "--json", code=2)


def test_a_dry_run_writes_nothing_and_names_every_reason(say: Any, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    said = say("publish", "--check", "--json", code=1)
    assert said.json["release"] is None
    assert said.json["refused"] == [{"rule": "too_few_women", "what": "< 5"}]
    assert {f.name for f in set(tmp_path.iterdir()) - before} <= {"words.txt"}


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("--check", "--out", "x"),
        ("--except", "quote_points_back"),
        ("--quote", "k1", "--check"),
    ],
)
def test_publish_does_one_thing_at_a_time(say: Any, wrong: tuple[str, ...]) -> None:
    say("publish", *wrong, code=2)


def test_a_correction_names_a_release_and_a_term(say: Any, tmp_path: Path) -> None:
    for args, error in (
        (("r1", "--term", "impact/imp.fear"), "UnknownRelease"),
        (("r1", "--term", "fear"), "NoTermToCorrect"),
        (("r1",), "NoTermToCorrect"),
    ):
        said = say("correct", *args, "--out", tmp_path / "out", "--json", code=2)
        assert said.json["error"] == error
    assert not (tmp_path / "out").exists()


def test_the_list_of_known_people_is_counted(say: Any, tmp_path: Path) -> None:
    (tmp_path / "known.csv").write_text("place,role,people\n1206,cr.rep,6\n", encoding="utf-8")
    assert say("quote", "known", tmp_path / "known.csv", "--json").json == {"rows": 1}
