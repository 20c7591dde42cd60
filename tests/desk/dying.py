"""A verb dies without warning at each step that makes something lasting; then we look at the book.

Run as ``dying.py VERB BOOK WORDS FOLDER EVERY``: for each n (or every fourth), a child of its own
takes a fresh copy of the book and is killed (SIGKILL) just before its n-th fsync, rename, unlink,
truncate, mkdir or COMMIT, or just after a COMMIT.
Prints one JSON object: how many steps there were and everything wrong.
With ROMDUOL_LIGHT_LOCKS in the environment, or every new passphrase costs a second.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

VERB, SOURCE, WORDS, FOLDER = sys.argv[1], Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
EVERY = int(sys.argv[5])
from romduol.casebook.evidence import ReadingOptions  # noqa: E402
from romduol.desk import (  # noqa: E402
    bag_verifying,
    bagging,
    checking,
    coding,
    copying,
    identifying,
    membership,
    opening,
    publishing,
    reading,
    receiving,
    relating,
    travelling,
    withdrawing,
    women,
)  # fmt: skip
from romduol.intake import recognise  # noqa: E402
from romduol.records.cipher.base import DatabaseWrapper  # noqa: E402
from romduol.records.models import Item, SealedObject, Tombstone, Woman  # noqa: E402

# imported once, before the children part from this process
for _reader in recognise.READERS:
    recognise.reader(_reader)
import polars  # noqa: E402, F401
import pyarrow.parquet  # noqa: E402, F401
from PIL import Image  # noqa: E402

import romduol.publication.report  # noqa: E402, F401

BOOK, OUT = FOLDER / "b.romduol", FOLDER / "out"
CHAT = FOLDER / "_chat.txt"
LOTUS, JASMINE = "Ming Lotus", "Ming Jasmine"
GIVEN = women.Answer(("cs.write", "cs.evidence", "cs.stats"), "cm.written", date(2022, 5, 10))
NAMED = women.Answer(("cs.refer",), "cm.written", date(2022, 5, 10), by="somebody")
STEPS = ("fsync", "replace", "rename", "unlink", "ftruncate", "mkdir", "rmdir")


def arm(left: int) -> None:
    """The ``left``-th lasting step from now on is never taken."""
    remaining = [left]

    def step() -> None:
        remaining[0] -= 1
        if remaining[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def deadly(call: Callable[..., Any], after: bool = False) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            step()
            done = call(*args, **kwargs)
            if after:
                step()
            return done

        return run

    for name in STEPS:
        setattr(os, name, deadly(getattr(os, name)))
    DatabaseWrapper._commit = deadly(DatabaseWrapper._commit, after=True)  # type: ignore[method-assign]


def opened() -> opening.Book:
    return opening.open_book(BOOK, WORDS)


def sheet(rows: list[tuple[str, str, str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["woman", "transcript", "incident", "when", "precision", "quote", "scheme", "term"]
    )
    for woman, label, quote, term in rows:
        writer.writerow([woman, "zqfileazq.txt", label, "2022", "year", quote, "impact", term])
    return out.getvalue().encode()


def new() -> None:
    opening.new_book(BOOK, "desk", WORDS, chosen=False, sheet=FOLDER / "sheet.txt")[0].close()


def add() -> None:
    with opened() as book:
        women.add(book, [women.WomanToAdd("Ming New", (GIVEN,)), women.WomanToAdd("Ming Newer")])


def receive() -> None:
    with opened() as book:
        list(receiving.receive(book, [CHAT], LOTUS, ReadingOptions()))


def code() -> None:
    with opened() as book:
        rows = [(LOTUS, "1", "I stopped posting", "imp.fear"), (LOTUS, "2", "", "imp.fear")]
        coding.code(book, sheet(rows))


def consent() -> None:
    with opened() as book:
        women.consent(book, LOTUS, NAMED)


def withdraw() -> None:
    with opened() as book:
        withdrawing.withdraw(book, LOTUS)


def publish() -> None:
    with opened() as book:
        done = publishing.publish(book, OUT, publishing.Asked(langs=("en",)))
        assert done.release, done.left


def grant() -> None:
    with opened() as book:
        membership.grant(book, "field worker", LOTUS)


def revoke() -> None:
    with opened() as book:
        membership.revoke(book, "field worker", JASMINE)


def member() -> None:
    with opened() as book:
        membership.add(book, "newcomer")


def remove() -> None:
    with opened() as book:
        membership.remove(book, "field worker")


def identity() -> None:
    with opened() as book:
        identifying.write(book, LOTUS, identifying.read_card(b'{"name":"another"}'))


def original() -> None:
    with opened() as book:
        item = Item.objects.get(code=reading.items(book, LOTUS)[0].item.code)
        reading.original(book, item.code, FOLDER / "original")


def travel() -> None:
    with opened() as book:
        travelling.travel(book, [LOTUS], OUT, "traveller", FOLDER / "sheet.txt")


def relate() -> None:
    with opened() as book:
        one, two = (held.item.code for held in reading.items(book, LOTUS)[:2])
        relating.relate(book, one, "near_copy_of", two)


def bag() -> None:
    with opened() as book:
        items = tuple(held.item.code for held in reading.items(book, LOTUS))
        bagging.bag(book, bagging.Wanted(items, "cs.refer", "zqreceiverazq"), OUT)


def copy() -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(drawn, "PNG")
    (FOLDER / "shot.png").write_bytes(drawn.getvalue())
    with opened() as book:
        options = ReadingOptions()
        (held,) = receiving.receive(book, [FOLDER / "shot.png"], LOTUS, options)
        copying.copy(book, held.item, copying.Wanted(covered=(copying.box("0,0,9,9"),)))


DONE_BEFORE = {  # what a repetition says when the verb had come to its end before it was killed
    "new": "FolderTaken", "add": "AliasTaken", "withdraw": "UnknownWoman", "publish": "FolderTaken",
    "member": "MemberNameTaken", "original": "OutputExists", "travel": "FolderTaken",
    "remove": "NoMemberKey", "relate": "AlreadyRelated", "bag": "FolderTaken",
}  # fmt: skip


def fresh() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    if VERB != "new":
        shutil.copytree(SOURCE, BOOK)
    CHAT.write_text(
        "".join(f"{d:02}/06/2022, 10:15 - Somebody: day {d}\n" for d in range(1, 29)), "utf-8"
    )


def enough_women_to_publish() -> None:
    with opening.open_book(SOURCE, WORDS) as book:
        more = [women.WomanToAdd(f"Ming {n}", (GIVEN,)) for n in range(4)]
        women.add(book, more)
        coding.code(book, sheet([(one.alias, "a", "", "imp.fear") for one in more]))


def in_child(work: Callable[[], None]) -> int:
    """Exit status of ``work`` in a child; a negative one is the signal that killed it."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def look(before: dict[str, Any]) -> None:
    """The book as the next person finds it. Raises ``AssertionError`` for anything amiss."""
    if BOOK.exists():
        with opened() as book:
            _require_whole(book)
    _repeat()
    with opened() as book:
        _require_whole(book)
        assert checking.check(book).swept == 0, "a second check sweeps more"
        _require_content(book, before)
    assert OUT.is_dir() or VERB not in ("travel", "publish", "bag")
    assert VERB != "bag" or bag_verifying.verify(OUT) == [], "the bag is not whole"
    assert (FOLDER / "sheet.txt").is_file() or VERB not in ("travel", "new")


def _require_whole(book: opening.Book) -> None:
    """Checks out, with an object for every row and a row for every object."""
    found = checking.check(book)
    assert found.ok, found.problems
    rows = set(SealedObject.objects.values_list("name", flat=True))
    assert rows == set(book.store.names()), "rows and objects differ"
    assert not list(BOOK.rglob("*.part")), "a part file stayed"
    gone = set(Tombstone.objects.values_list("code", flat=True))
    assert not Woman.objects.filter(code__in=gone).exists(), "a withdrawal is unfinished"


def _require_content(book: opening.Book, before: dict[str, Any]) -> None:
    """What was there before is there, word for word."""
    now = content(book)
    for name, what in before.items():
        if VERB == "code" and name == f"{LOTUS}/incidents":
            assert now.pop(name) == int(what) + 2
            continue
        assert now.get(name) == what or (VERB == "withdraw" and name not in now), name
    kept = [name for name in before if JASMINE in name]
    assert VERB == "new" or kept, "nothing to compare"


def _repeat() -> None:
    try:
        VERBS[VERB]()
    except opening.Trouble as trouble:
        if trouble.rule != DONE_BEFORE.get(VERB):
            raise


def content(book: opening.Book) -> dict[str, Any]:
    """Everything readable in the book, by what it is."""
    found: dict[str, Any] = {}
    for held in reading.items(book):
        for item, texts in _messages(book, held):
            found[f"{held.woman.alias}/{item}"] = texts
    for woman in women.everyone():
        found[f"{woman.alias}/incidents"] = woman.incidents.count()
    return found


def _messages(book: opening.Book, held: Any) -> list[tuple[str, list[str]]]:
    from romduol.desk import segments

    return [
        (item, table.column("text").to_pylist())
        for item, table in segments.messages_of(book, held.woman, held.item.code)
    ]


VERBS: dict[str, Callable[[], None]] = {
    f.__name__: f
    for f in (new, add, receive, code, consent, withdraw, publish, grant, revoke, member, remove,
              identity, original, travel, relate, bag, copy)
}  # fmt: skip


def main() -> None:
    if VERB == "publish":
        in_child(enough_women_to_publish)
    with opening.open_book(SOURCE, WORDS) as book:
        before = content(book) if VERB != "new" else {}
    wrong: list[str] = []
    for step in count(1, EVERY):
        fresh()

        def dying(left: int = step) -> None:
            arm(left)
            VERBS[VERB]()

        status = in_child(dying)
        if status == 0:
            break
        if status != -signal.SIGKILL:
            wrong.append(f"step {step}: the verb ended with {status}")
            break
        if in_child(lambda: look(before)):
            wrong.append(f"step {step}: not whole")
    sys.stdout.write(json.dumps({"steps": step - 1, "wrong": wrong}))


main()
