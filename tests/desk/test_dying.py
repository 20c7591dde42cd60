"""kill -9 at every step of every verb that writes (law 11): a whole thing or nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DYING = Path(__file__).parent / "dying.py"
LEAST_STEPS = {
    "new": 30, "add": 20, "receive": 10, "code": 10, "consent": 8, "withdraw": 10, "publish": 10,
    "grant": 8, "revoke": 8, "member": 8, "remove": 8, "identity": 8, "original": 5, "travel": 40,
}  # fmt: skip

# Every step of the verbs where most can be lost. Of the others every second, of making a whole book
# every tenth, unless ROMDUOL_EVERY_STEP is set: then all of them, in some six minutes.
EVERY = {"receive": 1, "code": 1, "add": 1, "withdraw": 1, "new": 8, "travel": 12}


@pytest.mark.parametrize("verb", LEAST_STEPS)
def test_a_verb_killed_at_any_step_leaves_a_whole_book_and_can_be_repeated(
    verb: str, filled: Any, tmp_path: Path, light_locks_here: None
) -> None:
    every = "1" if "ROMDUOL_EVERY_STEP" in os.environ else str(EVERY.get(verb, 2))
    done = subprocess.run(
        [sys.executable, DYING, verb, filled.folder, filled.words, tmp_path / "w", every],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["wrong"] == [], done.stderr[-3000:]
    assert said["steps"] >= LEAST_STEPS[verb]
