"""Something breaks while a release is made: nothing is published, and a sentence says what to do.

The program runs in a process of its own, and what breaks is really broken: a module that cannot be
loaded, a solver without time, a ledger with holes, an index with flipped bytes, a full disk.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TABLES = ("--table", "form_offline:top,quarter", "--unit", "incidents")
NO_SOLVER = "raise ImportError('gone')\n"
NO_TIME = """
import sys
own = sys.path.pop(0)
del sys.modules["highspy"]
import highspy
sys.path.insert(0, own)
whole = highspy.Highs.run

def run(self):
    self.setOptionValue("time_limit", 0.0)
    return whole(self)

highspy.Highs.run = run
sys.modules["highspy"] = highspy
"""
FULL = """
import resource, sys
from romduol.desk import publishing
write, room = publishing._write_folder, int(sys.argv.pop(1))

def on_a_full_disk(out, files):
    there, here = (room, resource.RLIM_INFINITY), (resource.RLIM_INFINITY,) * 2
    resource.setrlimit(resource.RLIMIT_FSIZE, there)
    try:
        write(out, files)
    finally:  # the book lies on another disk
        resource.setrlimit(resource.RLIMIT_FSIZE, here)

publishing._write_folder = on_a_full_disk
from romduol.cli import main
main()
"""


@pytest.fixture
def release(counting: Any, romduol: Any, tmp_path: Path) -> Any:
    """``publish`` in a process of its own, with a module of ours in place of the solver."""

    def run(solver: str = "", *args: str) -> Any:
        env = {}
        if solver:
            (tmp_path / "broken").mkdir()
            (tmp_path / "broken" / "highspy.py").write_text(solver)
            env["PYTHONPATH"] = f"{tmp_path / 'broken'}{os.pathsep}{os.environ['PYTHONPATH']}"
        wanted = args or TABLES
        words = counting.words
        return romduol("publish", counting.folder, "--out", tmp_path / "out", *wanted,
                       words=words, **env)  # fmt: skip

    return run


def nothing_was_published(kept: Any, folder: Path, releases: int = 0) -> None:
    """No file, no part of one, no row, no entry of the log."""
    from romduol.desk import checking
    from romduol.records.models import PublishedCell, Release

    assert not [entry.name for entry in folder.iterdir() if entry.name.startswith((".out", "out"))]
    with kept.opened() as book:
        assert Release.objects.count() == releases
        assert releases or not PublishedCell.objects.exists()
        assert checking.check(book).ok


def test_without_the_solver(counting: Any, release: Any, tmp_path: Path) -> None:
    done = release(NO_SOLVER)
    assert done.code == 1
    assert "Install romduol again" in done.err
    nothing_was_published(counting, tmp_path)


@pytest.mark.parametrize("args", [TABLES, ("--rounded", "impact,quarter", "--unit", "incidents")])
def test_with_a_solver_that_gets_no_time(
    counting: Any, release: Any, tmp_path: Path, args: tuple[str, ...]
) -> None:
    done = release(NO_TIME, *args)
    assert done.code == 1
    assert "did not come to an end" in done.err
    assert "Ask for fewer or smaller tables" in done.err
    nothing_was_published(counting, tmp_path)


def _published_once(counting: Any, folder: Path) -> None:
    from romduol.casebook.claims import Unit
    from romduol.desk import publishing

    asked = publishing.Asked(langs=("en",), tables=(("impact",),), unit=Unit.INCIDENTS)
    with counting.opened() as book:
        assert publishing.publish(book, folder / "first", asked).release


def test_with_a_ledger_that_has_holes(counting: Any, release: Any, tmp_path: Path) -> None:
    """Coordinates of published cells are gone: two of them are one and the same now."""
    from romduol.records.models import PublishedPlace

    _published_once(counting, tmp_path)
    with counting.opened():
        assert PublishedPlace.objects.all().delete()[0] > 2
    done = release()
    assert done.code == 1
    assert "Run romduol check" in done.err
    nothing_was_published(counting, tmp_path, releases=1)


def test_with_an_index_whose_pages_of_the_ledger_are_damaged(
    counting: Any, release: Any, tmp_path: Path
) -> None:
    from django.db import connection

    _published_once(counting, tmp_path)
    with counting.opened(), connection.cursor() as cursor:
        cursor.execute("PRAGMA page_size")
        [size] = cursor.fetchone()
        cursor.execute("SELECT rootpage FROM sqlite_master WHERE name = 'records_publishedcell'")
        [page] = cursor.fetchone()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (counting.folder / "book.db").open("r+b") as index:
        index.seek((int(page) - 1) * int(size) + 100)
        index.write(b"\0" * 64)
    done = release()
    assert done.code != 0
    assert done.err.strip()
    assert not (tmp_path / "out").exists()


def test_with_the_key_of_the_index_gone(counting: Any, release: Any, tmp_path: Path) -> None:
    keys = [key for key in (counting.folder / "keys").rglob("*.age") if "book" in key.name]
    assert keys
    for key in keys:
        key.unlink()
    done = release()
    assert done.code != 0
    assert done.err.strip()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("room", [100, 40_000])
def test_with_a_disk_that_is_full_while_the_files_are_written(
    counting: Any, tmp_path: Path, room: int, light_locks_here: None
) -> None:
    """The log says that it was prepared; asked again with room, it is written."""
    from romduol.desk import checking
    from romduol.desk.verifying import MANIFEST
    from romduol.records.models import Release

    words, out = tmp_path / "words.txt", tmp_path / "out"
    words.write_text(f"{counting.words}\n", encoding="utf-8")
    command = ["publish", counting.folder, "--out", out, "--lang", "en", *TABLES]
    env = {**os.environ, "ROMDUOL_PASSPHRASE_FILE": str(words)}

    def publish(*program: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", *program, *map(str, command)],
            env=env, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip

    full = publish(FULL, str(room))
    assert full.returncode == 1, full.stderr
    assert "Traceback" not in full.stderr
    assert "Make room on the disk, then try again" in full.stderr
    assert not [e.name for e in tmp_path.iterdir() if e.name.startswith((".out", "out"))]
    with counting.opened() as book:
        assert checking.check(book).ok
        assert Release.objects.count() == 1
    again = publish("from romduol.cli import main; main()")
    assert again.returncode == 0, again.stderr
    assert (out / MANIFEST).is_file()
