"""The bar on standard error: after a second, for whoever watches, and never on standard output."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from romduol.cli import speaking
from romduol.cli.speaking import Meter

PROGRAM = "from romduol.cli import main; main()"


class Watched(io.StringIO):
    """A terminal that somebody looks at."""

    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, quiet_for: float, *stages: tuple[str, int, int]) -> str:
    screen = Watched()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(speaking, "_QUIET_FOR", quiet_for)
    monkeypatch.setenv("TERM", "xterm")
    with Meter() as meter:
        for name, done, of in stages:
            meter.stage(name, done, of)
            assert meter._bar is not None
            meter._bar.refresh()
    return screen.getvalue()


def test_long_work_names_its_stages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = shown(monkeypatch, 0.0, ("Counting", 0, 4), ("Setting the pages", 3, 4))
    assert "Counting" in told
    assert told.index("Setting the pages") > told.index("Counting")
    assert capsys.readouterr().out == ""


def test_work_under_a_second_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told = shown(monkeypatch, 3600.0, ("Counting", 0, 4))
    assert "Counting" not in told


def test_nobody_watching_nothing_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    with Meter() as meter:
        meter.stage("Counting")
        meter(1, 2)
    assert capfd.readouterr().err == ""


def test_a_rehearsed_release_on_a_terminal_leaves_standard_output_to_its_json(
    empty: Any, tmp_path: Path
) -> None:
    words = tmp_path / "words"
    words.write_text(empty.words)
    ours, theirs = pty.openpty()
    seen: list[bytes] = []
    reading = threading.Thread(target=_drain, args=(ours, seen))
    reading.start()
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM, "publish", empty.folder, "--check", "--json"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=os.environ | {"ROMDUOL_PASSPHRASE_FILE": str(words), "TERM": "xterm"},
        check=False,
    )
    os.close(theirs)
    reading.join()
    os.close(ours)
    assert said.returncode == 1  # nobody was asked yet
    assert json.loads(said.stdout)["refused"]
    assert b"Traceback" not in b"".join(seen)


def _drain(terminal: int, seen: list[bytes]) -> None:
    """Read until the other end is closed, which Linux tells as an error."""
    while True:
        try:
            read = os.read(terminal, 4096)
        except OSError:
            return
        if not read:
            return
        seen.append(read)
