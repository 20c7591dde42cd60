"""``examine --vectors`` and ``similar``, as a person calls them, with the extra and without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from romduol.analysis.triage.vectors import reading, weights

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


def test_without_the_extra_it_is_said_what_would_be_gained_and_nothing_fails(
    chat: Any, here: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(weights, "PACKAGE", "no_such_package_zq")
    plain = here("examine", chat.folder, words=chat.words)
    assert plain.code == 0
    assert "romduol[vectors]" in plain.err
    refused = here("examine", chat.folder, "--vectors", "--lang", "km", words=chat.words)
    assert refused.code == 2
    assert "romduol[vectors]" in refused.err
    assert "Traceback" not in refused.err


def test_with_the_extra_whole_sentences_are_read_and_similar_ones_are_found(
    chat: Any, here: Any, women: Any
) -> None:
    if not reading.installed():
        pytest.skip("romduol[vectors] is not installed")
    unasked = here("examine", chat.folder, words=chat.words)
    assert "--vectors" in unasked.err
    said = here("examine", chat.folder, "--vectors", "--json", words=chat.words)
    assert said.code == 0, said.err
    assert said.lines[0]["vectors"] > 0
    listed = here("suggestions", chat.folder, "--json", words=chat.words).lines
    near = here("similar", chat.folder, listed[0]["suggestion"], "--json", words=chat.words)
    assert near.code == 0
    assert near.lines
    assert all(row["text"] == "" for row in near.lines)
