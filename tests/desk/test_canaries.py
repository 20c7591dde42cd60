"""Words live only in sealed objects (laws 1 and 8): canary words are looked for everywhere else."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from django.db import connection


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        yield file.as_posix(), file.as_posix().encode()
        if file.is_file():
            yield file.as_posix(), file.read_bytes()


def forms(word: str) -> set[bytes]:
    codings = ("utf-8", "utf-16-le", "utf-16-be")
    plain = {text.encode(coding) for text in (word, word.upper()) for coding in codings}
    return plain | {word.encode().hex().encode()}


def found(words: Iterable[str], places: Iterable[tuple[str, bytes]]) -> list[tuple[str, str]]:
    looked_for = {word: forms(word) for word in words}
    return [
        (word, place)
        for place, data in places
        for word, written in looked_for.items()
        if any(one in data for one in written)
    ]


def decrypted_index(book: Any) -> Iterator[tuple[str, bytes]]:
    """Every cell of every table, then every page of the file and of the write-ahead log."""
    with connection.cursor() as cursor:
        tables = cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            rows = cursor.execute(f'SELECT * FROM "{table}"').fetchall()
            yield table, b"\n".join(_bytes(cell) for row in rows for cell in row)
    key, file = book.keyring.database_key, book.folder / "book.db"
    whole = file.read_bytes()
    yield (
        "pages",
        b"".join(_page(key, whole[at : at + PAGE], at == 0) for at in range(0, len(whole), PAGE)),
    )
    frames = file.with_name("book.db-wal").read_bytes()[32:]
    wide = PAGE + 24
    yield (
        "log of writes",
        b"".join(
            _page(key, frames[at + 24 : at + wide], first=False)
            for at in range(0, len(frames), wide)
        ),
    )


PAGE, AT_ITS_END = 4096, 80  # SQLCipher 4: each page ends with a 16-byte IV and a 64-byte HMAC


def _page(key: bytes, page: bytes, first: bool) -> bytes:
    """A page decrypted as SQLCipher does it (AES-256-CBC), used or free; the first has a salt."""
    body = page[16 if first else 0 : PAGE - AT_ITS_END]
    opened = Cipher(AES256(key), CBC(page[-AT_ITS_END:][:16])).decryptor()
    return opened.update(body) + opened.finalize()


def _bytes(cell: object) -> bytes:
    return bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()


def all_words(women: Any) -> list[str]:
    return [word for hers in women for word in hers.words]


def test_no_word_of_hers_stands_in_any_file_of_the_book(filled: Any, women: Any) -> None:
    assert found(all_words(women), everything_in(filled.folder)) == []


def test_no_word_of_hers_stands_in_the_decrypted_index(filled: Any, women: Any) -> None:
    with filled.opened() as book:
        places = list(decrypted_index(book))
    in_places = {place for _, place in found([women[0].alias], places)}
    assert {"records_woman", "pages"} <= in_places, "the search finds what is there"
    assert found(all_words(women), places) == []


def test_every_word_of_hers_can_be_read_with_the_keys(filled: Any, women: Any) -> None:
    """The canaries are in the book: otherwise not finding them would prove nothing."""
    from romduol.records.models import SealedObject

    with filled.opened() as book:
        opened = [
            _opened(book, held)
            for held in SealedObject.objects.select_related("woman").order_by("pk")
        ]
    whole = b"\n".join(opened)
    sealed = {word for word in all_words(women) if word.encode() in whole}
    assert {w for w in all_words(women) if not w.startswith("zqcoder")} == sealed


def _opened(book: Any, held: Any) -> bytes:
    import io

    import pyarrow.parquet as pq

    keys = (
        book.keyring.leads_identities()
        if held.kind == "identity"
        else book.identities(held.woman.code)
    )
    data: bytes = book.store.open_bytes(held.name, keys)
    if held.kind == "segment":
        return str(pq.read_table(io.BytesIO(data)).to_pydict()).encode()
    return data


def test_the_open_log_tells_nothing_that_whoever_holds_the_same_file_could_check(
    filled: Any, brought: Path
) -> None:
    import hashlib

    from blake3 import blake3

    log = b"".join(data for _, data in everything_in(filled.folder / "log"))
    for file in brought.rglob("*.*"):
        for digest in (
            blake3(file.read_bytes()).hexdigest(),
            hashlib.sha256(file.read_bytes()).hexdigest(),
        ):
            assert digest[:12].encode() not in log


# while it runs


@contextmanager
def watching(folder: Path, watched: list[str]) -> Iterator[None]:
    """Names of everything that appears in ``folder``, however shortly it stays there."""
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            watched.extend(path.as_posix() for path in folder.rglob("*"))
            time.sleep(0.002)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _arguments(process: psutil.Process) -> str:
    try:
        family = [process, *process.children(recursive=True)]
        return "\n".join(" ".join(one.cmdline()) for one in family)
    except psutil.NoSuchProcess:
        return ""


PROGRAM = "from romduol.cli import main; main()"


def test_no_word_of_hers_reaches_a_temporary_file_an_argument_or_standard_error(
    filled: Any, women: Any, brought: Path, tmp_path: Path
) -> None:
    temporary, home = tmp_path / "tmp", tmp_path / "home"
    temporary.mkdir()
    home.mkdir()
    passphrase = tmp_path / "words"
    passphrase.write_text(filled.words)
    env = os.environ | {
        "TMPDIR": str(temporary), "TMP": str(temporary), "TEMP": str(temporary),
        "SQLITE_TMPDIR": str(temporary), "HOME": str(home), "XDG_CACHE_HOME": str(home),
        "ROMDUOL_PASSPHRASE_FILE": str(passphrase),
    }  # fmt: skip
    hers, other = women[2], women[0]
    verbs: list[list[str]] = [
        ["receive", str(filled.folder), str(brought / other.mark), "--woman", hers.alias, "--json"],
        ["messages", str(filled.folder), "--woman", hers.alias, "--out", str(tmp_path / "m.csv"),
         "--format", "csv"],
        ["check", str(filled.folder)],
        ["withdraw", str(filled.folder), hers.alias, "--yes"],
    ]  # fmt: skip
    appeared: list[str] = []
    said: list[tuple[str, bytes]] = []
    with watching(temporary, appeared), watching(home, appeared):
        for verb in verbs:
            child = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *verb],
                env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )  # fmt: skip
            process, arguments = psutil.Process(child.pid), ""
            while child.poll() is None:
                arguments += _arguments(process)
                time.sleep(0.02)
            assert child.stderr is not None
            said += [(verb[0], child.stderr.read()), (f"{verb[0]} arguments", arguments.encode())]
            child.stderr.close()
            assert child.returncode == 0, said[-2]
    assert appeared == []
    assert found([*all_words(women), filled.words], said) == []
    assert found(all_words(women), everything_in(filled.folder)) == []


def test_a_fault_tells_where_and_nothing_of_what(
    filled: Any, women: Any, here: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from romduol.desk import reading

    def broken(*_: Any) -> None:
        raise RuntimeError(f"{women[0].word('chat')} stands in this message")

    monkeypatch.setattr(reading, "items", broken)
    said = here("--json", "items", filled.folder, words=filled.words)
    assert said.code == 1
    assert said.json["error"] == "Fault"
    assert "RuntimeError" in said.json["say"]
    assert found(all_words(women), [("out", said.out.encode()), ("err", said.err.encode())]) == []


# withdrawal


def test_after_withdrawal_nothing_anybody_holds_opens_a_word_of_hers(
    filled: Any, women: Any, tmp_path: Path, light_locks_here: None
) -> None:
    from romduol.desk import checking, membership, withdrawing
    from romduol.records.models import LogEntry, SealedObject

    hers, others = women[1], (women[0], women[2])  # the worker holds her key too
    with filled.opened() as book:
        objects = {o.name for o in SealedObject.objects.filter(woman__alias=hers.alias)}
        code = str(SealedObject.objects.filter(woman__alias=hers.alias)[0].woman.code)
        done = withdrawing.withdraw(book, hers.alias)
        assert done.removed_objects == len(objects) > 8
        assert objects & set(book.store.names()) == set()
        assert found([*hers.words, hers.alias], decrypted_index(book)) == []
        assert not LogEntry.objects.filter(subject=code).exclude(fact=b"", salt=b"").exists()
        found_now = checking.check(book)
        assert found_now.ok, found_now.problems
        _require_others_whole(book, others)
    assert found([*hers.words, hers.alias], everything_in(filled.folder)) == []
    assert not (filled.folder / "keys" / "women" / f"{code}.age").exists()

    with filled.opened(filled.worker_words) as book:
        _require_none_opens(book, objects, hers)
    book, _, _ = membership.recover(filled.folder, [filled.sheet], "recovered")
    with book:
        _require_none_opens(book, objects, hers)
        _require_others_whole(book, others)


def _require_others_whole(book: Any, others: Any) -> None:
    from romduol.desk import reading

    for other in others:
        whole = str([table.to_pydict() for _, _, table in reading.messages(book, other.alias)])
        assert all(other.word(kind) in whole for kind in ("chat", "author", "said", "tele"))


def _require_none_opens(book: Any, objects: set[str], hers: Any) -> None:
    from romduol.records.models import SealedObject
    from romduol.vault.keys import NoGrant

    assert objects & set(book.store.names()) == set()
    opened = b""
    for held in SealedObject.objects.select_related("woman"):
        try:
            opened += _opened(book, held)
        except NoGrant:
            continue
        except Exception as refused:
            assert type(refused).__name__ == "NotALead"  # noqa: PT017 - the worker meets cards too
    assert found(hers.words, [("objects", opened)]) == []


def test_a_copy_made_before_withdrawal_is_not_reached_and_that_is_why_it_must_be_told(
    filled: Any, women: Any, tmp_path: Path
) -> None:
    """The copy still opens: what the manual says of backups is true, and a travel copy likewise."""
    from romduol.desk import reading, withdrawing

    copy = filled.copied(tmp_path / "copy.romduol")
    with filled.opened() as book:
        withdrawing.withdraw(book, women[0].alias)
    with copy.opened() as book:
        assert list(reading.messages(book, women[0].alias))


def test_withdrawing_a_scope_stops_publication_and_leaves_what_is_held(
    filled: Any, women: Any
) -> None:
    from romduol.desk import reading, studying, withdrawing

    with filled.opened() as book:
        before = studying.study_for_publishing(book)[0]
        withdrawing.stop(book, women[0].alias, ("cs.stats",))
        after = studying.study_for_publishing(book)[0]
        assert len(before.asked) - len(after.asked) == 1
        assert {c.woman for c in after.codings} < {c.woman for c in before.codings}
        assert len(reading.items(book, women[0].alias)) == 3


def test_a_consent_for_a_named_receiver_can_be_taken_back(filled: Any, women: Any) -> None:
    from datetime import UTC, datetime

    from romduol.casebook import people
    from romduol.desk import withdrawing
    from romduol.desk import women as desk_women

    with filled.opened() as book:
        withdrawing.stop(book, women[0].alias, ("cs.refer",))
        hers = desk_women.consents_of(desk_women.find(women[0].alias))
        macs = {c.receiver for c in hers if c.scope == "cs.refer"}
        assert len(macs) == 1
        assert macs != {""}
        today = datetime.now(UTC).date()
        assert not any(people.allows(hers, "cs.refer", today, mac) for mac in macs)
        assert people.allows(hers, "cs.stats", today)
