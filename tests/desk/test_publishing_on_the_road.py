"""A travel copy lets no numbers out: its ledger and the one at home would not know each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from romduol.desk import checking, publishing, travelling
from romduol.desk.travelling import PublishedAtHomeOnly

LOTUS = "Ming Lotus"


@pytest.fixture
def road(filled: Any, tmp_path: Path) -> Any:
    with filled.opened() as book:
        made = travelling.travel(book, [LOTUS], tmp_path / "road.romduol", "traveller")
    return type(filled)(tmp_path / "road.romduol", made.passphrase, filled.sheet)


def test_a_travel_copy_publishes_nothing(road: Any, tmp_path: Path) -> None:
    with road.opened() as book:
        with pytest.raises(PublishedAtHomeOnly):
            publishing.publish(book, tmp_path / "out", publishing.Asked())
        assert checking.check(book).ok
    assert not (tmp_path / "out").exists()


def test_a_travel_copy_of_a_travel_copy_publishes_nothing(road: Any, tmp_path: Path) -> None:
    with road.opened() as book:
        made = travelling.travel(book, [LOTUS], tmp_path / "far.romduol", "further")
    far = type(road)(tmp_path / "far.romduol", made.passphrase, road.sheet)
    with far.opened() as book, pytest.raises(PublishedAtHomeOnly):
        publishing.publish(book, tmp_path / "out", publishing.Asked())


def test_the_book_at_home_publishes_after_a_journey(filled: Any, tmp_path: Path) -> None:
    with filled.opened() as book:
        travelling.travel(book, [LOTUS], tmp_path / "road.romduol", "traveller")
    with filled.opened() as book:
        done = publishing.publish(book, tmp_path / "out", publishing.Asked())
    assert [left.rule for left in done.left] == ["too_few_women"]


def test_the_command_line_says_where_to_publish(road: Any, here: Any, tmp_path: Path) -> None:
    said = here("publish", road.folder, "--out", tmp_path / "out", words=road.words)
    assert said.code == 1
    assert "travel copy" in said.err + said.out
