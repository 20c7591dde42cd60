"""The README's own commands, run in its order, on files such as it speaks of."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[2]
CHAT = "13/05/26, 14:07 - Blue Kite: the meeting is tomorrow\n"
TALK = "I: And then?\nW: They came to the house.\n"
SHEET = (
    "woman,transcript,incident,when,precision,quote,scheme,term\n"
    "Ming Lotus,talk.txt,one,2026-05,month,came to the house,form_offline,off.visit\n"
)


def commands() -> list[list[str]]:
    """The ``romduol`` lines of the README, their continuations joined."""
    text = (TOP / "README.md").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.startswith("    romduol ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def test_a_first_book_can_be_made_as_the_readme_says(
    romduol: Callable[..., Any], tmp_path: Path
) -> None:
    export = tmp_path / "phone-export"
    export.mkdir()
    (export / "WhatsApp Chat with Kites.txt").write_text(CHAT, encoding="utf-8")
    (export / "talk.txt").write_text(TALK, encoding="utf-8")
    (tmp_path / "coding.csv").write_text(SHEET, encoding="utf-8")
    first, *others = commands()
    made = romduol(*first, "--json")
    words = json.loads(made.out)["passphrase"]
    codes = {"new": made.code}
    for command in others:
        name, target = command[0], command[1] if len(command) > 1 else ""
        if name == "verify" and not (tmp_path / target).exists():
            continue  # one woman is not published, so there is nothing to verify
        codes[name] = romduol(*command, words=words).code
    refused = {"publish": 1}
    assert len(codes) >= 7
    assert codes == {name: refused.get(name, 0) for name in codes}
