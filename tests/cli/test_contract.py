"""What scripts may rely on: exit codes, JSON keys, both streams, both languages, no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import pytest

RECEIVED = {"items", "new_messages", "already_held"}
ITEM = {"item", "name", "sha256", "bytes", "reader", "messages", "first", "last", "order",
        "order_certain", "notes", "unread"}  # fmt: skip
MESSAGE = {"message", "item", "member", "start", "end", "platform", "thread", "kind", "author",
           "own", "sent_at", "sent_at_text", "precision", "text", "reply_to", "forwarded_from",
           "edited", "deleted", "attachments", "rules"}  # fmt: skip


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
        found.append(((*path, name), command))
    return found


def every_command() -> list[tuple[str, ...]]:
    from romduol import cli

    cli._load_verbs()
    return sorted(path for path, _ in commands(cli.cli))


@pytest.mark.parametrize("before", [True, False])
def test_json_may_stand_before_or_after_the_verb_and_nothing_else_is_printed(
    before: bool, filled: Any, here: Any
) -> None:
    call = ["check", filled.folder]
    said = here(*(["--json", *call] if before else [*call, "--json"]), words=filled.words)
    assert said.code == 0
    assert said.json == {"ok": True, "problems": [], "swept": 0}
    assert said.err == ""


def test_every_verbs_json_has_the_keys_that_stay(
    filled: Any, women: Any, here: Any, tmp_path: Path, brought: Path
) -> None:
    book, words, hers = filled.folder, filled.words, women[0]

    def say(*args: object, code: int = 0) -> Any:
        said = here(*args, "--json", words=words)
        assert said.code == code, said
        return said

    added = say("woman", "add", book, "--alias", "Ming New").json
    assert added.keys() == {"woman", "alias"}
    assert {"woman", "alias"} <= say("woman", "list", book).lines[0].keys()
    answer = say("consent", book, "Ming New", "--scope", "cs.write", "--scope", "cs.evidence",
                 "--mode", "cm.written", "--on", "2026-05-04", "--to", "x").lines  # fmt: skip
    assert [a.keys() >= {"woman", "scope", "state", "receiver", "on", "until"} for a in answer] == [
        True, True
    ]  # fmt: skip
    files = brought / hers.mark
    received = say("receive", book, files, "--woman", hers.alias).json
    assert received.keys() >= RECEIVED
    assert all(item.keys() >= ITEM for item in received["items"])
    assert received["already_held"] == 3
    items = say("items", book).lines
    assert len(items) == 9
    lines = here("messages", book, "--woman", hers.alias, words=words).lines
    assert len(lines) == 28 + 5 + 4
    assert all(line.keys() >= MESSAGE for line in lines)
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("woman,transcript,incident,when,precision,quote,scheme,term\na,,b,,,,c,d\n")
    coded = say("code", book, sheet, code=1).json
    assert coded.keys() >= {"incidents", "codings", "refused"}
    assert [row.keys() for row in coded["refused"]] == [{"row", "why"}]
    finding = say("findings", book).lines[0]
    assert finding.keys() >= {"scheme", "term", "women", "incidents", "acts", "asked"}
    refused = say("publish", book, "--out", tmp_path / "release", code=1).json
    assert refused.keys() >= {"release", "files", "refused"}
    assert all(left.keys() >= {"rule", "what"} for left in refused["refused"])
    assert not (tmp_path / "release").exists()
    assert say("member", "list", book).lines[0].keys() >= {"member", "name"}
    gone = say("withdraw", book, hers.alias, "--yes").json
    assert gone.keys() >= {"removed_objects", "already_sent"}
    assert say("check", book).json.keys() >= {"ok", "problems"}
    assert say("verify", book).json.keys() >= {"ok", "problems"}


def test_new_prints_the_passphrase_once_and_writes_the_sheet_beside_the_book(
    tmp_path: Path, romduol: Any
) -> None:
    said = romduol("new", tmp_path / "b.romduol", "--member", "desk", "--json")
    assert said.code == 0
    answer = said.json
    assert answer.keys() == {"book", "member", "passphrase", "recovery"}
    sheet = Path(answer["recovery"])
    assert sheet.stat().st_mode & 0o077 == 0
    assert romduol("check", tmp_path / "b.romduol", words=answer["passphrase"]).code == 0
    again = romduol("recover", tmp_path / "b.romduol", "--sheet", sheet, "--json")
    assert again.code == 0
    assert romduol("check", tmp_path / "b.romduol", words=again.json["passphrase"]).code == 0


def test_new_writes_over_no_other_books_sheet(tmp_path: Path, romduol: Any) -> None:
    sheet = tmp_path / "b-recovery.txt"
    sheet.write_text("another book's sheet")
    said = romduol("new", tmp_path / "b.romduol", "--member", "desk", "--json")
    assert (said.code, said.json["error"]) == (2, "SheetExists")
    assert sheet.read_text() == "another book's sheet"
    assert not (tmp_path / "b.romduol").exists()
    inside = tmp_path / "b.romduol" / "sheet.txt"
    said = romduol(
        "new", tmp_path / "b.romduol", "--member", "desk", "--recovery-to", inside, "--json"
    )
    assert (said.code, said.json["error"]) == (2, "SheetInTheBook")


WRONG: list[tuple[list[str], int, str]] = [
    (["check", "{book}/nothing"], 2, "NotABook"),
    (["woman", "add", "{book}", "--alias", "Ming Lotus"], 2, "AliasTaken"),
    (["woman", "add", "{book}", "--alias", " "], 2, "AliasUnusable"),
    (["original", "{book}", "i00", "--out", "x"], 2, "UnknownItem"),
    (["messages", "{book}", "--woman", "nobody"], 2, "UnknownWoman"),
    (["messages", "{book}", "--woman", "Ming Lotus", "--out", "{book}/no/such/folder"], 2,
     "NoSuchFolder"),
    (["grant", "{book}", "nobody", "Ming Lotus"], 2, "UnknownMember"),
    (["member", "add", "{book}", "--name", "field worker"], 2, "MemberNameTaken"),
    (["withdraw", "{book}", "Ming Lotus", "--scope", "cs.intimate"], 2, "NeverGiven"),
    (["identity", "show", "{book}", "nobody"], 2, "UnknownWoman"),
    (["frobnicate"], 2, ""),
    (["check"], 2, ""),
    (["check", "{book}", "--nonsense"], 2, ""),
    (["receive", "{book}", "/no/such/file", "--woman", "Ming Lotus"], 2, ""),
]  # fmt: skip


@pytest.mark.parametrize(("call", "code", "error"), WRONG, ids=lambda one: str(one)[:40])
@pytest.mark.parametrize("lang", ["en", "km"])
def test_what_goes_wrong_is_said_in_json_and_in_words(
    call: list[str], code: int, error: str, lang: str, filled: Any, here: Any
) -> None:
    asked = [part.replace("{book}", str(filled.folder)) for part in call]
    said = here(*asked, "--json", words=filled.words, ROMDUOL_LANG=lang)
    assert said.code == code, said
    assert said.json.keys() == {"error", "say"}
    assert said.err.strip()
    if error:
        assert said.json["error"] == error
        assert any("\u1780" <= letter <= "\u17ff" for letter in said.json["say"]) is (lang == "km")


def test_a_wrong_passphrase_locks_and_a_damaged_book_is_said_to_be(filled: Any, here: Any) -> None:
    said = here(
        "check", filled.folder, "--json", words="abacus abdomen abdominal abide abiding ability"
    )
    assert (said.code, said.json["error"]) == (3, "WrongPassphrase")
    said = here("messages", filled.folder, "--woman", "Ming Lotus", words=filled.worker_words)
    assert (said.code, said.out) == (3, "")
    victim = next(f for f in (filled.folder / "objects").rglob("*") if f.is_file())
    victim.write_bytes(victim.read_bytes()[:-1])
    said = here("check", filled.folder, "--json", words=filled.words)
    assert said.code == 4
    assert said.json["problems"] == [{"rule": "check.object", "what": victim.name}]


@pytest.mark.parametrize("part", ["keys", "book.db", "log"])
def test_a_book_with_a_part_missing_is_damaged_and_not_unknown(
    part: str, filled: Any, here: Any
) -> None:
    (filled.folder / part).rename(filled.folder.with_name("elsewhere"))
    said = here("items", filled.folder, "--json", words=filled.words)
    assert (said.code, said.json["error"]) == (4, "BookIncomplete")


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_a_passphrase_file_that_says_nothing_is_said(
    content: bytes, filled: Any, here: Any, tmp_path: Path
) -> None:
    file = tmp_path / "nothing"
    file.write_bytes(content)
    said = here("check", filled.folder, "--json", ROMDUOL_PASSPHRASE_FILE=str(file))
    assert (said.code, said.json["error"]) == (2, "PassphraseFileUnreadable")


def test_without_a_file_the_passphrase_is_asked_for_and_not_shown(
    filled: Any, tmp_path: Path
) -> None:
    """In a terminal of its own, as a person meets it."""
    import pty

    env = {k: v for k, v in os.environ.items() if k != "ROMDUOL_PASSPHRASE_FILE"}
    child, terminal = pty.fork()
    if child == 0:
        program = "from romduol.cli import main; main()"
        os.execve(sys.executable, [sys.executable, "-c", program, "check", str(filled.folder)], env)
    shown = b""
    while b"assphrase" not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, filled.words.encode() + b"\n")
    try:
        while more := os.read(terminal, 1000):
            shown += more
    except OSError:  # the other side of the terminal is closed
        pass
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0, shown
    assert filled.words.split()[0].encode() not in shown
    assert b"whole" in shown


@pytest.mark.parametrize("path", every_command(), ids=" ".join)
def test_every_help_has_an_example(path: tuple[str, ...], here: Any) -> None:
    said = here(*path, "--help")
    assert said.code == 0
    assert "Example: romduol " in said.out, said.out


def test_ctrl_c_while_receiving_leaves_a_whole_book(
    filled: Any, women: Any, tmp_path: Path
) -> None:
    """Pressed at ten moments, while a large chat is on its way in: 130, and the book is whole."""
    from romduol.desk import checking, reading

    folder = tmp_path / "phone"
    folder.mkdir()
    for n in range(3):
        (folder / f"chat{n}.txt").write_text(
            "".join(
                f"{d % 28 + 1:02}/0{d % 9 + 1}/2022, 10:15 - Somebody: {n} words {d}\n"
                for d in range(30_000)
            ),
            encoding="utf-8",
        )
    words = tmp_path / "words"
    words.write_text(filled.words)
    call = [sys.executable, "-c", "from romduol.cli import main; main()", "receive",
            str(filled.folder), str(folder), "--woman", women[0].alias, "--json"]  # fmt: skip
    codes = []
    for moment in range(6):
        child = subprocess.Popen(
            call, env=os.environ | {"ROMDUOL_PASSPHRASE_FILE": str(words)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        _wait_until_it_writes(child, filled.folder / "objects", moment)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate()
        assert "Traceback" not in err, err
        codes.append(child.returncode)
        if child.returncode == 130:
            assert json.loads(out)["error"] == "Interrupted"
        with filled.opened() as book:
            found = checking.check(book)
            assert found.ok, found.problems
            for held in reading.items(book, women[0].alias):
                list(reading.messages(book, item=held.item.code))
    assert set(codes) <= {130, 0}, codes
    assert 130 in codes


def _wait_until_it_writes(child: subprocess.Popen[str], objects: Path, moment: int) -> None:
    """Until the child has made its ``moment``-th new file, or is done."""
    before = sum(1 for _ in objects.rglob("*"))
    while child.poll() is None and sum(1 for _ in objects.rglob("*")) <= before + moment // 2:
        time.sleep(0.001)
