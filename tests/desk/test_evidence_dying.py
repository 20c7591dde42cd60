"""kill -9 at the steps of relating, copying and packing: a whole thing or nothing (law 11)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DYING = Path(__file__).parent / "dying.py"
LEAST_STEPS = {"relate": 5, "copy": 15, "bag": 40}
EVERY = {"relate": 2, "copy": 4, "bag": 12}  # unless ROMDUOL_EVERY_STEP is set


@pytest.mark.parametrize("verb", LEAST_STEPS)
def test_killed_at_any_step_the_book_is_whole_and_the_verb_can_be_repeated(
    verb: str, filled: Any, tmp_path: Path, light_locks_here: None
) -> None:
    every = "1" if "ROMDUOL_EVERY_STEP" in os.environ else str(EVERY[verb])
    done = subprocess.run(
        [sys.executable, DYING, verb, filled.folder, filled.words, tmp_path / "w", every],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["wrong"] == [], done.stderr[-3000:]
    assert said["steps"] >= LEAST_STEPS[verb]
