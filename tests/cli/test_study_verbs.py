"""The verbs of coding at the command line: what scripts may rely on, from codebook to merge."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CHANGED = {"version", "change", "codes", "recoded", "left", "undoes"}
CODE = {"scheme", "code", "parent", "depth", "label", "label_km", "definition", "examples",
        "colour", "codable", "retired", "merged_into", "guid", "version"}  # fmt: skip
CODING = {"coding", "woman", "item", "start", "end", "scheme", "code", "given", "coder", "incident",
          "merged", "taken_up", "at"}  # fmt: skip
ROUND = {"round", "unit", "items", "units", "coders", "began", "ended"}
ESTIMATE = {"value", "low", "high", "why"}

Say = Callable[..., Any]


@pytest.fixture
def say(filled: Any, here: Any) -> Say:
    """``say(*verb, code=0, worker=False)`` answers in JSON on the filled book."""

    def run(*verb: object, code: int = 0, worker: bool = False) -> Any:
        words = filled.worker_words if worker else filled.words
        said = here(*verb, "--json", words=words)
        assert said.code == code, said
        return said

    return run


@pytest.fixture
def interview(say: Say, filled: Any, women: Any) -> str:
    """The code of the interview that both members may read."""
    lines = say("items", filled.folder).lines
    return next(
        i["item"] for i in lines
        if i["name"] == f"{women[1].word('file')}.txt"
    )  # fmt: skip


def test_a_codebook_is_made_changed_and_taken_back(say: Say, filled: Any, tmp_path: Path) -> None:
    book = filled.folder
    fear = say("codebook", "add", book, "--label", "Fear", "--label-km", "ភ័យ").json
    assert fear.keys() == CHANGED | {"code"}
    say("codebook", "add", book, "--label", "Of arrest", "--under", "ភ័យ", "--example", "As if.")
    shown = say("codebook", "show", book).lines
    assert all(line.keys() == CODE for line in shown)
    assert [(line["depth"], line["label"]) for line in shown] == [(0, "Fear"), (1, "Of arrest")]
    say("codebook", "rename", book, "Fear", "--label", "Dread")
    say("codebook", "describe", book, "Dread", "--definition", "She says so.")
    say("codebook", "move", book, "Of arrest")
    say("codebook", "merge", book, "Of arrest", "--into", "Dread")
    split = say("codebook", "split", book, "Dread", "--into", "Own", "--into", "Other").json
    assert split.keys() == CHANGED | {"parts"}
    say("codebook", "retire", book, "Own")
    out = tmp_path / "codes.csv"
    assert say("codebook", "export", book, "--out", out).json == {"out": str(out), "codes": 4}
    assert say("codebook", "export", book, "--out", out, code=2).json["error"] == "OutputExists"
    assert say("codebook", "import", book, out, code=2).json["error"] == "CodebookFaulty"
    assert say("codebook", "undo", book).json["undoes"] == 8
    versions = say("codebook", "versions", book).lines
    assert [v["change"] for v in versions] == [
        "add", "add", "rename", "describe", "move", "merge", "split", "retire", "undo"
    ]  # fmt: skip
    assert all(v.keys() == {"version", "change", "codes", "recoded", "undoes", "by", "at"}
               for v in versions)  # fmt: skip
    assert len(say("codebook", "show", book, "--scheme", "impact").lines) > 10
    assert say("codebook", "show", book, "--version", "1").lines[0]["label"] == "Fear"


def test_words_are_coded_asked_for_and_taken_back(
    say: Say, filled: Any, women: Any, interview: str, tmp_path: Path
) -> None:
    book = filled.folder
    say("codebook", "add", book, "--label", "Called in")
    made = say("codings", "add", book, interview, "--start", 3, "--end", 17,
               "--code", "Called in").json  # fmt: skip
    sheet = tmp_path / "places.csv"
    sheet.write_text(f"item,start,end,code,quote\n{interview},3,7,imp.mind,What\n")
    more = say("codings", "add", book, "--sheet", sheet).json
    assert len(made["codings"]) == len(more["codings"]) == 1
    listed = say("codings", "list", book, "--scheme", "team").lines
    assert [line.keys() for line in listed] == [CODING]
    assert (listed[0]["coder"], listed[0]["coding"]) == ("desk one", made["codings"][0])
    [quote] = say("quotes", book, '"Called in" and imp.mind').lines
    assert quote.keys() == {"woman", "item", "start", "end", "text", "codings", "codes"}
    assert (quote["text"], quote["woman"]) == ("What", women[1].alias)
    assert say("quotes", book, '"Called in" and', code=2).json["error"] == "QueryUnreadable"
    assert say("matrix", book).lines[0].keys() == {
        "woman", "scheme", "code", "passages", "incidents"
    }  # fmt: skip
    pairs = say("cooccur", book).lines
    assert pairs[0].keys() == {"one", "other", "overlaps", "incidents", "women"}
    assert say("codings", "check", book).json == {"codings": 11, "moved": []}
    recode = tmp_path / "recode.csv"
    say("codebook", "add", book, "--label", "Summoned")
    recode.write_text(f"coding,code\n{made['codings'][0]},Summoned\n")
    assert say("codebook", "recode", book, recode).json["recoded"] == 1
    assert say("codings", "remove", book, made["codings"][0]).json == {
        "coding": made["codings"][0]
    }  # fmt: skip
    assert say("codings", "add", book, code=2).json["error"] == "UsageError"


def test_a_memo_is_kept_shown_and_removed(
    say: Say, filled: Any, interview: str, tmp_path: Path
) -> None:
    text = tmp_path / "thought.txt"
    text.write_text("She lowered her voice. ស្ងាត់", encoding="utf-8")
    book = filled.folder
    kept = say("memo", "add", book, text, "--on-item", interview, "--title", "Voice").json
    assert kept == {"memo": kept["memo"], "about": "item", "target": interview}
    say("memo", "add", book, text)
    lines = say("memo", "list", book).lines
    assert [line.keys() for line in lines] == [
        {"memo", "about", "target", "title", "text", "by", "at"}
    ] * 2
    [on_book] = say("memo", "list", book, "--on-book").lines
    assert (on_book["about"], on_book["text"]) == ("book", "She lowered her voice. ស្ងាត់")
    assert say("memo", "remove", book, kept["memo"]).json == {"memo": kept["memo"]}
    text.write_bytes(b"\xff\xfe")
    assert say("memo", "add", book, text, code=2).json["error"] == "MemoUnreadable"


def test_two_code_blind_agree_and_are_merged(say: Say, filled: Any, interview: str) -> None:
    book = filled.folder
    none = say("agreement", book).json
    assert (none["double_coded"], none["codes"]) == (0, [])
    began = say("blind", "start", book, interview, "--coder", "desk one",
                "--coder", "field worker").json  # fmt: skip
    assert began.keys() == ROUND
    assert began["coders"] == [
        {"coder": "desk one", "done": False}, {"coder": "field worker", "done": False}
    ]  # fmt: skip
    code = ["codings", "add", book, interview, "--code", "imp.mind"]
    say(*code, "--start", 3, "--end", 17)
    say(*code, "--start", 5, "--end", 9, worker=True)
    say(*code, "--start", 40, "--end", 50, worker=True)
    assert len(say("codings", "list", book, worker=True).lines) == 2
    assert say("agreement", book, began["round"], code=1).json["error"] == "RoundStillOpen"
    say("blind", "done", book, began["round"])
    assert say("blind", "done", book, began["round"], worker=True).json["ended"]
    assert [line["round"] for line in say("blind", "list", book).lines] == [began["round"]]
    found = say("agreement", book, began["round"]).json
    assert found.keys() == {"coders", "items", "double_coded", "unit", "units", "blind", "codes"}
    [mind] = [c for c in found["codes"] if c["code"] == "imp.mind"]
    assert mind.keys() == {"scheme", "code", "units", "coders", "alpha", "pairs"}
    assert mind["alpha"].keys() == ESTIMATE
    assert mind["pairs"][0].keys() == {
        "one", "other", "both", "only_one", "only_other", "neither", "kappa"
    }  # fmt: skip
    assert {mind["pairs"][0]["one"], mind["pairs"][0]["other"]} == {"desk one", "field worker"}
    merged = say("merge", book, began["round"], code=1).json
    assert merged.keys() == {"round", "settled", "kept", "left", "open"}
    assert merged["settled"] == 1
    assert merged["open"][0].keys() == {
        "place", "woman", "item", "start", "end", "scheme", "code", "incident", "coders", "codings"
    }  # fmt: skip
    assert say("merge", book, began["round"], "--rest", "leave").json["open"] == []


@pytest.mark.parametrize("lang", ["en", "km"])
def test_people_are_told_the_same_in_words(
    lang: str, filled: Any, here: Any, interview: str
) -> None:
    book = filled.folder
    calls = [
        ["codebook", "show", book],
        ["codebook", "add", book, "--label", "Fear", "--heading"],
        ["codebook", "show", book],
        ["codebook", "versions", book],
        ["codings", "list", book],
        ["codings", "check", book],
        ["quotes", book, "imp.fear"],
        ["matrix", book],
        ["cooccur", book],
        ["blind", "start", book, interview, "--coder", "desk one", "--coder", "field worker"],
        ["blind", "list", book],
        ["agreement", book],
        ["memo", "list", book],
    ]
    for call in calls:
        said = here(*call, words=filled.words, ROMDUOL_LANG=lang)
        assert said.code == 0, said
        assert (said.out + said.err).strip() or call[0] == "memo"
        assert "{" not in said.out
