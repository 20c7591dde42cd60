"""Copies of a book that is being written to, and two programs on one book: never silently short."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from romduol.casebook.evidence import ReadingOptions
from romduol.casebook.troubles import Damaged, Trouble
from romduol.desk import checking, opening, reading, receiving

WRITER = """
import sys
from pathlib import Path
from romduol.casebook.evidence import ReadingOptions
from romduol.desk import opening, receiving
folder, words, source = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
print("ready", flush=True)
for file in sorted(source.iterdir()):
    with opening.open_book(folder, words) as book:
        list(receiving.receive(book, [file], sys.argv[4], ReadingOptions()))
"""


def chats(folder: Path, name: str, number: int) -> Path:
    folder.mkdir()
    for n in range(number):
        lines = (f"{d:02}/05/2022, 10:15 - Somebody: {name} {n} {d}\n" for d in range(1, 29))
        (folder / f"chat{n:02}.txt").write_text("".join(lines), encoding="utf-8")
    return folder


def writer(kept: Any, source: Path, alias: str) -> subprocess.Popen[str]:
    call = [sys.executable, "-c", WRITER, str(kept.folder), kept.words, str(source), alias]
    child = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    child.stdout.readline()
    return child


def committed(folder: Path) -> int:
    """How many entries the newest checkpoint on disk covers."""
    notes = (folder / "log" / "checkpoints").read_text(encoding="utf-8").split("\n\n")
    return int(notes[-3].split("\n")[1] if notes[-1] == "" else notes[0].split("\n")[1])


def copy_one_by_one(source: Path, target: Path, order: random.Random) -> None:
    """As a careless backup does: files in any order, some gone before their turn."""
    files = [f for f in source.rglob("*") if f.is_file()]
    order.shuffle(files)
    for file in files:
        to = target / file.relative_to(source)
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy2(file, to)
        except FileNotFoundError:
            continue


def look(kept: Any, copy: Path, before: int) -> str:
    """ "whole" with everything that was committed before the copy began, or "damaged"."""
    from romduol.records.models import LogEntry

    try:
        with opening.open_book(copy, kept.words) as book:
            found = checking.check(book)
            if not found.ok:
                return "damaged"
            assert LogEntry.objects.count() >= before, "silently short"
            for held in reading.items(book):
                rows = [t.num_rows for _, _, t in reading.messages(book, item=held.item.code)]
                assert sum(rows) == held.messages
    except Damaged:
        return "damaged"
    return "whole"


def test_a_copy_taken_during_a_write_is_whole_or_says_that_it_is_damaged(
    filled: Any, women: Any, tmp_path: Path
) -> None:
    child = writer(filled, chats(tmp_path / "in", "copied", 12), women[0].alias)
    order, found = random.Random(7), []
    for n in range(12):
        before, copy = committed(filled.folder), tmp_path / f"copy{n}"
        copy_one_by_one(filled.folder, copy, order)
        found.append(look(filled, copy, before))
        shutil.rmtree(copy)
    _, err = child.communicate()
    assert child.returncode == 0, err
    assert set(found) <= {"whole", "damaged"}
    last = tmp_path / "last"
    copy_one_by_one(filled.folder, last, order)
    assert look(filled, last, committed(filled.folder)) == "whole"


def test_two_programs_receive_into_one_book_and_both_finish(
    filled: Any, women: Any, tmp_path: Path
) -> None:
    first = writer(filled, chats(tmp_path / "a", "first", 5), women[0].alias)
    second = writer(filled, chats(tmp_path / "b", "second", 5), women[1].alias)
    for child in (first, second):
        _, err = child.communicate()
        assert child.returncode == 0, err
    with filled.opened() as book:
        found = checking.check(book)
        assert (found.ok, found.swept) == (True, 0), found.problems
        assert len(reading.items(book)) == 9 + 10


def test_whoever_comes_while_another_holds_the_book_is_told_that_it_is_busy(
    filled: Any, women: Any
) -> None:
    hold = (
        "import sys\nfrom pathlib import Path\nfrom romduol.desk import opening\n"
        "book = opening.open_book(Path(sys.argv[1]), sys.argv[2])\n"
        "with book.alone():\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", hold, str(filled.folder), filled.words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    from romduol.desk import women as desk_women

    with filled.opened(wait_seconds=0.2) as book:
        assert list(reading.items(book)), "looking is not writing"
        with pytest.raises(opening.BookBusy) as busy:
            desk_women.add(book, [desk_women.WomanToAdd("Ming New")])
        assert "0 seconds" in busy.value.words()
        child.communicate("")
        assert desk_women.add(book, [desk_women.WomanToAdd("Ming New")])
    with filled.opened() as book:
        assert checking.check(book).ok


@pytest.mark.parametrize("part", ["book.db", "log", "keys", "objects"])
def test_a_part_set_back_to_an_older_copy_is_noticed(
    part: str, filled: Any, women: Any, tmp_path: Path
) -> None:
    """One folder or file of yesterday's copy put in place of today's."""
    from romduol.desk import women as desk_women

    older = filled.copied(tmp_path / "older")
    given = desk_women.Answer(("cs.evidence",), "cm.written", date(2022, 5, 10))
    with filled.opened() as book:
        desk_women.add(book, [desk_women.WomanToAdd("Ming New", (given,))])
        source = chats(tmp_path / "in", "new", 1)
        list(receiving.receive(book, [source], "Ming New", ReadingOptions()))
    _put_back(older.folder / part, filled.folder / part)
    try:
        with filled.opened() as book:
            problems = [p.rule for p in checking.check(book).problems]
            if part == "log":  # the index brings it up again: nothing is lost
                assert problems == []
                assert [i.messages for i in reading.items(book, "Ming New")] == [28]
            else:
                assert problems
    except Trouble as said:
        noticed: Trouble = said
        if not isinstance(noticed, Damaged):
            raise


def _put_back(older: Path, now: Path) -> None:
    if older.is_dir():
        shutil.rmtree(now)
        shutil.copytree(older, now)
    else:
        for beside in ("", "-wal", "-shm"):
            Path(f"{now}{beside}").unlink(missing_ok=True)
        shutil.copy2(older, now)


@pytest.mark.parametrize("meddling", ["edited", "deleted", "swapped", "repeated", "blanked"])
def test_a_log_row_meddled_with_is_noticed(meddling: str, filled: Any) -> None:
    from romduol.records.models import LogEntry

    with filled.opened() as book:
        rows = list(LogEntry.objects.order_by("index"))
        fourth, fifth = rows[4], rows[5]
        if meddling == "edited":
            fourth.leaf = bytes(fourth.leaf).replace(b'"verb":"', b'"verb":"x', 1)
            fourth.save()
        elif meddling == "deleted":
            rows[-1].delete()
        elif meddling == "swapped":
            fourth.leaf, fifth.leaf = fifth.leaf, fourth.leaf
            fourth.save()
            fifth.save()
        elif meddling == "repeated":
            LogEntry.objects.create(
                index=len(rows), subject=fifth.subject, keys=fifth.keys, leaf=fifth.leaf,
                salt=fifth.salt, fact=b"{}",
            )  # fmt: skip
        else:
            LogEntry.objects.filter(index=4).update(salt=b"", fact=b"")
        assert not checking.check(book).ok


def test_a_read_only_book_says_so(filled: Any, here: Any) -> None:
    if os.geteuid() == 0:
        pytest.skip("the superuser writes everywhere")
    for path in (filled.folder, *filled.folder.rglob("*")):
        path.chmod(0o500 if path.is_dir() else 0o400)
    said = here("woman", "add", filled.folder, "--alias", "Ming New", "--json", words=filled.words)
    assert said.code == 1
    assert said.json["error"] in ("FolderReadOnly", "IndexNotWritable")


def test_whoever_looks_while_another_program_writes_sees_whole_items(
    filled: Any, women: Any, tmp_path: Path
) -> None:
    child = writer(filled, chats(tmp_path / "in", "seen", 4), women[0].alias)
    with filled.opened() as book:
        while child.poll() is None:
            for held in reading.items(book, women[0].alias):
                assert held.messages > 0
    _, err = child.communicate()
    assert child.returncode == 0, err
