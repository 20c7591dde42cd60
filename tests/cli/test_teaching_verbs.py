"""The verbs that order and learn, as a person calls them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

CHAT = "".join(
    f"01/06/2022, 10:{n:02d} - zqbullyzq: "
    + ("I will kill you tonight" if n % 2 else "see you at the market")
    + f" number {n}\n"
    for n in range(12)
)


@pytest.fixture
def chat(filled: Any, here: Any, women: Any, tmp_path: Path) -> Any:
    file = tmp_path / "WhatsApp Chat with zqgroupzq.txt"
    file.write_text(CHAT, encoding="utf-8")
    call = ("receive", filled.folder, file, "--woman", women[0].alias, "--order", "dmy")
    assert here(*call, words=filled.words).code == 0
    return filled


def test_the_queue_hides_words_until_asked_and_training_says_what_it_lacks(
    chat: Any, here: Any, women: Any
) -> None:
    asked = ("queue", chat.folder, "--woman", women[0].alias, "--most", 8)
    said = here(*asked, "--json", words=chat.words)
    assert said.code == 0, said.err
    assert {row["why"] for row in said.lines} == {
        "queue.highest", "queue.uncertain", "queue.random",
    }  # fmt: skip
    assert all(row["text"] == "" for row in said.lines)
    shown = here(*asked, "--show", words=chat.words)
    assert "drawn at random" in shown.out
    refused = here("train", chat.folder, "--woman", women[0].alias, words=chat.words)
    assert refused.code == 2
    assert "romduol queue" in refused.err
    near = here("similar", chat.folder, said.lines[0]["suggestion"], "--json", words=chat.words)
    assert near.code == 0
    assert all(row["text"] == "" for row in near.lines)
