"""Columns said once are used for tables laid out alike, and a plan shows them on a screen only."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import checking, mappings, planning, reading, receiving, rereading, women
from romduol.intake import tables
from romduol.records.models import BookObject

ALIAS = "Ming Lotus"
MAPPING = b'platform = "facebook"\n[columns]\ntext = "Comment"\nsent_at = "Date"\nauthor = "Name"\n'
TABLE = "Date,Name,Comment,Likes\n2024-03-05 14:07:09,zqnamezq,zqwordszq {n},3\n"
FORM = (
    "story/what_happened,_id,_uuid,_submission_time,_index\nThey came,1,a,2024-03-05T07:10:00,1\n"
)


@pytest.fixture
def book(empty: Any) -> Iterator[Any]:
    given = women.Answer(("cs.write", "cs.evidence"), "cm.written", date(2024, 3, 5))
    with empty.opened() as opened:
        women.add(opened, [women.WomanToAdd(ALIAS, (given,))])
        yield opened


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    path.write_text(TABLE.format(n=1), encoding="utf-8")
    return path


def take(book: Any, path: Path) -> receiving.Received:
    (taken,) = receiving.receive(book, [path], ALIAS, ReadingOptions())
    return taken


def test_a_table_laid_out_alike_is_read_by_columns_kept_earlier_and_says_so(
    book: Any, table: Path
) -> None:
    assert take(book, table).unread is not None
    mappings.keep(book, MAPPING)
    again = take(book, table)
    assert (again.read_again, again.messages) == (True, 1)
    assert "note.tables.columns_kept" in {note.id for note in again.notes}
    ((_, _, rows),) = reading.messages(book, ALIAS)
    assert rows.column("platform").to_pylist() == ["facebook"]
    assert checking.check(book).ok


def test_a_table_received_before_is_read_from_its_original_once_columns_are_kept(
    book: Any, table: Path
) -> None:
    taken = take(book, table)
    table.unlink()
    assert list(rereading.read_again(book, ReadingOptions(), ALIAS)) == []
    mappings.keep(book, MAPPING)
    (again,) = rereading.read_again(book, ReadingOptions(), ALIAS)
    assert (again.item, again.messages) == (taken.item, 1)
    assert list(rereading.read_again(book, ReadingOptions(), ALIAS)) == []


def test_a_table_with_other_columns_is_left_unread(book: Any, table: Path) -> None:
    mappings.keep(book, MAPPING)
    table.write_text(TABLE.replace("Comment", "Words"), encoding="utf-8")
    taken = take(book, table)
    assert taken.unread is not None
    assert taken.unread.id == "note.tables.needs_columns"


def test_the_same_columns_are_kept_once_and_none_that_mean_nothing(book: Any) -> None:
    mappings.keep(book, MAPPING)
    mappings.keep(book, MAPPING)
    assert BookObject.objects.filter(kind=mappings.COLUMNS).count() == 1
    with pytest.raises(tables.MappingWithoutText):
        mappings.keep(book, b"[columns]\nauthor = 'x'\n")


def test_a_plan_says_which_column_is_what_and_how_the_first_rows_read(
    book: Any, table: Path
) -> None:
    mappings.keep(book, MAPPING)
    (planned,) = planning.plan(book, [table], ALIAS, ReadingOptions())
    assert planned.table is not None
    assert ("text", "Comment") in planned.table.columns
    assert planned.table.left == ("Likes",)
    (row,) = planned.table.first
    assert (row.at, row.author, row.text) == (
        "2024-03-05T07:07:09+00:00", "zqnamezq", "zqwordszq 1",
    )  # fmt: skip
    assert reading.items(book) == []


def test_a_plan_of_a_form_names_the_questions_it_reads(book: Any, tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    path.write_text(FORM, encoding="utf-8")
    (planned,) = planning.plan(book, [path], ALIAS, ReadingOptions())
    assert planned.table is not None
    assert planned.table.columns == (("text", "story/what_happened"),)


def test_words_of_a_plan_are_shown_on_a_screen_and_nowhere_else(
    book: Any, empty: Any, table: Path, tmp_path: Path, romduol: Any
) -> None:
    book.close()
    (tmp_path / "map.toml").write_bytes(MAPPING)
    asked = ("receive", empty.folder, table, "--woman", ALIAS, "--columns", tmp_path / "map.toml")
    for how in ((), ("--json",)):
        said = romduol(*asked, "--plan", *how, words=empty.words)
        assert said.code == 0
        assert "zq" not in said.out + said.err
        assert "Comment" not in said.out + said.err
    shown = on_a_screen(tmp_path, empty.words, *asked, "--plan")
    assert "zqwordszq 1" in shown
    assert "text = Comment" in shown
    assert romduol(*asked[:-2], "--keep-columns", words=empty.words).code == 2
    assert romduol(*asked, "--keep-columns", "--json", words=empty.words).json["new_messages"] == 1


def on_a_screen(folder: Path, words: str, *args: object) -> str:
    """What the program writes when its standard output is a terminal."""
    (folder / "words.txt").write_text(f"{words}\n", encoding="utf-8")
    ours, theirs = pty.openpty()
    program = "import sys; from romduol.cli import main; main()"
    done = subprocess.Popen(
        [sys.executable, "-c", program, *map(str, args)],
        env=os.environ | {"ROMDUOL_PASSPHRASE_FILE": str(folder / "words.txt")},
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while more := os.read(ours, 4096):
            shown += more
    except OSError:  # how a terminal says that nobody writes any more
        done.wait()
    os.close(ours)
    done.wait()
    return shown.decode()
