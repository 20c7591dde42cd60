"""``complaint``: every step from the command line, in words and in JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

WOMAN = "Ming Lotus"


@pytest.fixture
def asked(filled: Any, here: Any) -> Any:
    """The program on a book in which she allowed that platforms are asked."""
    allow = ("consent", filled.folder, WOMAN, "--scope", "cs.platform", "--mode",
             "cm.verbal_person", "--on", "2026-01-01")  # fmt: skip
    assert here(*allow, words=filled.words).code == 0

    def run(verb: str, *args: object, json: bool = True, **env: str) -> Any:
        form = ["--json"] if json else []
        return here("complaint", verb, filled.folder, *args, *form, words=filled.words, **env)

    return run


ADD = (WOMAN, "--to", "pf.telegram", "--category", "on.threat.death", "--sent", "2026-03-01",
       "--way", "way.in_app", "--language", "km")  # fmt: skip


def test_from_added_to_closed(asked: Any, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("zqticketzq 77", encoding="utf-8")
    row = asked("add", *ADD, "--words", note).json
    code = row["complaint"]
    assert (row["state"], row["sent"], row["alias"]) == ("sent", "2026-03-01", WOMAN)
    assert asked("ack", code, "--on", "2026-03-01", "--automatic").json["automatic"] is True
    said = asked("answer", code, "--on", "2026-03-20", "--as", "dec.refused.language",
                 "--reason", "yes").json  # fmt: skip
    assert (said["decision"], said["reasoned"]) == ("dec.refused.language", True)
    assert asked("appeal", code, "--on", "2026-03-21").json["state"] == "appealed"
    again = asked("answer", code, "--on", "2026-04-02", "--as", "dec.removed").json
    assert again["appeal_decision"] == "dec.removed"
    assert asked("check", code, "--on", "2026-04-03", "--gone").json["checks"] == [
        {"on": "2026-04-03", "still_up": False}
    ]
    assert asked("close", code, "--on", "2026-04-04", "--as", "cls.done").json["state"] == "closed"
    assert asked("list").json["complaint"] == code
    shown = asked("show", code)
    assert shown.json["words"][0]["text"] == "zqticketzq 77"
    spoken = asked("show", code, json=False).out
    assert "Content or account removed" in spoken
    assert spoken.index("2026-03-20") < spoken.index("2026-04-02")
    assert "zqticketzq 77" in spoken
    assert "zqticketzq" not in asked("list", json=False).out


def test_measures_in_words_of_both_languages(asked: Any) -> None:
    asked("add", *ADD)
    asked("add", WOMAN, "--nobody", "--category", "on.hate", "--sent", "2026-03-01")
    found = asked("measures", "--by", "to").lines
    assert [row["group"] for row in found] == ["", "pf.telegram"]
    assert found[0]["nobody_asked"] == 1
    english = asked("measures", json=False).out
    assert "known to us" in english
    assert "half of them: not reached yet" in english
    assert "%" not in english
    khmer = asked("measures", json=False, ROMDUOL_LANG="km").out
    assert "ពាក់កណ្តាល៖ មិនទាន់ដល់" in khmer


def test_a_wrong_row_is_amended(asked: Any) -> None:
    code = asked("add", *ADD).json["complaint"]
    right = asked("amend", code, "--set", "sent=2026-03-02", "--set", "language=en").json
    assert (right["sent"], right["language"]) == ("2026-03-02", "en")
    assert asked("amend", code, "--set", "sent").code == 2
    assert asked("amend", code, "--set", "woman=w").json["error"] == "NotOfThisLedger"


def test_only_those_who_wait_are_listed(asked: Any) -> None:
    code = asked("add", *ADD).json["complaint"]
    asked("answer", code, "--on", "2026-03-20", "--as", "dec.removed")
    later = asked("add", *ADD).json["complaint"]
    assert asked("list", "--waiting").json["complaint"] == later
    assert asked("list", "--woman", "Ming Jasmine").out == ""


def test_it_says_whom_or_nobody(asked: Any) -> None:
    start = (WOMAN, "--category", "on.threat", "--sent", "2026-03-01")
    assert asked("add", *start).code == 2
    assert asked("add", *start, "--nobody", "--to", "pf.x").code == 2
    refused = asked("add", *start, "--to", "bd.police")
    assert (refused.code, refused.json["error"]) == (1, "ConsentMissing")


def test_a_sheet_from_the_command_line(asked: Any, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        f"woman,target,category,sent\n{WOMAN},pf.x,on.hate,2026-03-01\n{WOMAN},pf.x,on.hate,soon\n",
        encoding="utf-8",
    )
    tried = asked("import", sheet, "--dry-run")
    assert (tried.code, tried.json["complaints"], tried.json["dry_run"]) == (1, 1, True)
    assert asked("list").out == ""
    done = asked("import", sheet).json
    assert [(r["row"], r["why"]) for r in done["refused"]] == [(3, "NotOfThisLedger")]
    assert asked("list").json["target"] == "pf.x"


@pytest.mark.parametrize(
    "verb",
    ["add", "import", "ack", "answer", "check", "appeal", "close", "amend", "list", "show",
     "measures"],
)  # fmt: skip
def test_every_step_has_an_example(here: Any, verb: str) -> None:
    said = here("complaint", verb, "--help").out
    assert "Example: romduol complaint" in said
