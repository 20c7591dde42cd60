"""A slice of ``make mutations``: damaged files of every source are read in their places or refused.

The same code with 300 files of a fixed seed; the whole run has 10,000.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import judging
import running
from mutating import mutants
from seeds import seeds

SLICE, NUMBER = 300, 20240305


def test_every_source_has_a_whole_file_that_is_read() -> None:
    from romduol.intake.media import MEDIA
    from romduol.intake.recognise import READERS

    originals = seeds()
    named = {seed.source for seed in originals}
    assert {*READERS, *MEDIA} <= named
    result = running.run(running.as_they_are(originals))
    assert result.found == []
    assert result.messages > 200
    assert result.unread == 1  # the case workbook, which is of many women


def test_damaged_files_crash_nothing_hold_nothing_up_and_say_no_word_of_their_own() -> None:
    result = running.run(mutants(seeds(), SLICE, NUMBER))
    assert result.found == []
    assert result.messages > SLICE


def test_damaged_files_are_all_kept_byte_for_byte(empty: Any, tmp_path: Path) -> None:
    made = mutants(seeds(), 40, NUMBER)
    paths = running.written(made, tmp_path / "brought")
    with empty.opened() as book:
        assert running.lost_of(book, paths) == 0


@pytest.mark.parametrize(
    ("text", "span"), [("hello there", (0, 9)), ("hello", (2, 12)), ("hi", (0, 12)), ("", (5, 99))]
)
def test_the_judge_sees_a_word_that_is_not_in_its_place(text: str, span: tuple[int, int]) -> None:
    held = judging.Bytes(b"hello there\n")
    row = {"member": "", "start": span[0], "end": span[1], "text": text, "platform": "x",
           "kind": "message", "rules": []}  # fmt: skip
    with pytest.raises(judging.Wrong):
        held.require_words_of(row)


def test_the_judge_sees_a_reader_that_is_held_up() -> None:
    def forever() -> None:
        while True:
            pass

    with pytest.raises(running.TooSlow), running.limited(0.05):
        forever()
