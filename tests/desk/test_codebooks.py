"""The team's codebook in a book: versions, undo, and words that only its members can open."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from romduol.casebook.codes import Code, Codebook, UnknownCode
from romduol.casework.codebooks import CodebookFaulty
from romduol.casework.codebooks.changes import Change, Words, add, describe, merge, next_version
from romduol.desk import (
    checking,
    codebooks,
    codings,
    custody,
    own_words,
    team_words,
    travelling,
    withdrawing,
)
from romduol.desk.codings import Wanted


def item_of(hers: Any) -> Any:
    from romduol.records.models import Item

    return Item.objects.get(woman__alias=hers.alias, text__isnull=False)


def new_code(book: Any, label: str, **more: Any) -> str:
    code = Code(codebooks.new_id(), label, **more)
    codebooks.change(book, Change.ADD, lambda c: add(c, code))
    return code.id


def coded(book: Any, hers: Any, code: str, start: int = 0, end: int = 9) -> str:
    [made] = codings.add(book, [Wanted(item_of(hers).code, start, end, "team", code)])
    return made.id


def code_of(book: Any, coding: str) -> str:
    return {p.id: p.code for p in codings.seen(book).passages}[coding]


def logged_facts() -> list[dict[str, Any]]:
    from romduol.records.models import LogEntry

    return [json.loads(bytes(e.fact)) for e in LogEntry.objects.order_by("index") if e.fact]


def test_a_codebook_grows_by_versions_and_every_one_can_be_read_again(filled: Any) -> None:
    with filled.opened() as book:
        assert codebooks.team(book) == Codebook("team", "0")
        fear = new_code(book, "Fear", label_km="ភ័យ")
        codebooks.change(book, Change.RENAME, lambda c: describe(c, fear, Words(label="Dread")))
    with filled.opened(filled.worker_words) as book:
        assert codebooks.team(book).code(fear).label == "Dread"
        assert codebooks.team(book, 1).code(fear).label == "Fear"
        assert [(v.version, v.change) for v in codebooks.versions(book)] == [
            (1, "add"), (2, "rename")
        ]  # fmt: skip
        with pytest.raises(codebooks.UnknownVersion):
            codebooks.team(book, 3)
        assert checking.check(book).ok


def test_no_word_of_a_codebook_stands_outside_sealed_objects(filled: Any) -> None:
    with filled.opened() as book:
        new_code(book, "zqlabelzq", definition="zqdefinitionzq", examples=("zqexamplezq",))
        facts = json.dumps(logged_facts())
        from django.db import connection

        with connection.cursor() as cursor:
            tables = cursor.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
            rows = [cursor.execute(f'SELECT * FROM "{t}"').fetchall() for (t,) in tables]
    for word in ("zqlabelzq", "zqdefinitionzq", "zqexamplezq"):
        assert word not in facts
        assert word not in str(rows)
        for file in filled.folder.rglob("*"):
            assert not file.is_file() or word.encode() not in file.read_bytes()


def test_the_teams_words_open_with_the_books_own_key_and_no_other(filled: Any) -> None:
    import pyrage

    with filled.opened() as book:
        key = book.keyring.database_key
        new_code(book, "Fear")
        from romduol.records.models import BookObject

        name = BookObject.objects.get().name
        sealed = (filled.folder / "objects" / name[:2] / name).read_bytes()
    mine = pyrage.x25519.Identity.from_str(team_words.identity(key).secret)
    assert b"Fear" in pyrage.decrypt(sealed, [mine])
    for other in (bytes(32), key[::-1]):
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(
                sealed, [pyrage.x25519.Identity.from_str(team_words.identity(other).secret)]
            )


def test_a_change_refused_leaves_no_version_and_no_object(filled: Any) -> None:
    with filled.opened() as book:
        before = set(book.store.names())
        for wrong in (Code("x", ""), Code("y", "y", parent="nowhere"), Code("no spaces", "z")):
            with pytest.raises((CodebookFaulty, UnknownCode)):
                codebooks.change(book, Change.ADD, lambda c, one=wrong: add(c, one))
        assert codebooks.versions(book) == []
        assert set(book.store.names()) == before


def test_a_change_that_fails_in_the_transaction_leaves_no_object(
    filled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broke(Exception):
        pass

    def fail(*_: object) -> None:
        raise Broke

    with filled.opened() as book:
        before = set(book.store.names())
        with monkeypatch.context() as patch:
            patch.setattr(custody, "_write", fail)
            with pytest.raises(Broke):
                new_code(book, "Fear")
        assert set(book.store.names()) == before
        assert codebooks.team(book).codes == ()


def test_merging_reads_old_codings_anew_and_undo_brings_back_the_old_reading(
    filled: Any, women: Any
) -> None:
    with filled.opened() as book:
        one, other = new_code(book, "Fear"), new_code(book, "Dread")
        coding = coded(book, women[0], one)
        twin = coded(book, women[0], other)
        codebooks.change(book, Change.MERGE, lambda c: merge(c, [one], other))
        assert (code_of(book, coding), code_of(book, twin)) == (other, other)
        with pytest.raises(CodebookFaulty):
            coded(book, women[1], one)
        told = codebooks.undo(book)
        assert (told.change, told.undoes, told.version) == ("undo", 3, 4)
        assert (code_of(book, coding), code_of(book, twin)) == (one, other)


def test_a_split_moves_the_codings_named_and_undo_moves_those_back_and_no_others(
    filled: Any, women: Any
) -> None:
    with filled.opened() as book:
        fear = new_code(book, "Fear")
        ids = [coded(book, hers, fear) for hers in women]
        done, (own, others) = codebooks.divide(
            book, fear, ["Own", "For others"], {ids[0]: "Own", ids[1]: "For others"}
        )
        assert (done.recoded, done.left) == (2, 0)
        assert [code_of(book, one) for one in ids] == [own, others, fear]
        later = coded(book, women[2], own, 10, 20)
        codebooks.recode(book, {later: others})
        assert code_of(book, later) == others
        assert codebooks.undo(book).recoded == 1
        assert code_of(book, later) == own
        back = codebooks.undo(book)
        assert (back.recoded, back.undoes) == (2, 2)
        assert [code_of(book, one) for one in ids] == [fear] * 3
        assert code_of(book, later) == own  # given to a part that is gone from the codebook
        assert own not in {one.id for one in codebooks.team(book).codes}
        assert checking.check(book).ok


def test_undo_goes_back_change_by_change_to_the_beginning(filled: Any) -> None:
    with filled.opened() as book:
        for label in ("One", "Two", "Three"):
            new_code(book, label)
        labels = []
        for _ in range(3):
            codebooks.undo(book)
            labels.append([c.label for c in codebooks.team(book).codes])
        assert labels == [["One", "Two"], ["One"], []]
        with pytest.raises(codebooks.NothingToUndo):
            codebooks.undo(book)
        new_code(book, "Four")
        codebooks.undo(book)
        with pytest.raises(codebooks.NothingToUndo):
            codebooks.undo(book)


def test_a_coding_that_would_stand_twice_is_left_and_counted(filled: Any, women: Any) -> None:
    with filled.opened() as book:
        one, other = new_code(book, "Fear"), new_code(book, "Dread")
        coding = coded(book, women[0], one)
        coded(book, women[0], other)
        told = codebooks.recode(book, {coding: other})
        assert (told.recoded, told.left) == (0, 1)
        assert code_of(book, coding) == one


def test_codings_of_a_woman_not_granted_are_not_recoded(filled: Any, women: Any) -> None:
    from romduol.vault.keys import NoGrant

    with filled.opened() as book:
        one, other = new_code(book, "Fear"), new_code(book, "Dread")
        coding = coded(book, women[0], one)
    with filled.opened(filled.worker_words) as book:
        with pytest.raises(NoGrant):
            codebooks.recode(book, {coding: other})
        assert codebooks.team(book).version == "2"


def test_her_own_words_are_not_sealed_where_she_cannot_take_them_back(
    filled: Any, women: Any
) -> None:
    with filled.opened() as book:
        said = f"They called me to the office. {women[0].word('said')} I was afraid"
        assert len(said) >= own_words.WINDOW + own_words.STEP - 1
        code = Code(codebooks.new_id(), "Fear", definition=f"As when: {said}, she says")
        with pytest.raises(own_words.SomeonesWords):
            codebooks.change(book, Change.ADD, lambda c: add(c, code))
        short = dataclasses.replace(code, definition="They called me to the office.")
        codebooks.change(book, Change.ADD, lambda c: add(c, short))


def test_the_codebook_outlives_a_withdrawal_and_check_finds_nothing_wrong(
    filled: Any, women: Any
) -> None:
    with filled.opened() as book:
        fear = new_code(book, "Fear")
        coding = coded(book, women[0], fear)
        codebooks.divide(book, fear, ["Own", "Other"], {coding: "Own"})
        withdrawing.withdraw(book, women[0].alias)
        assert [c.label for c in codebooks.team(book).codes] == ["Fear", "Own", "Other"]
        codebooks.undo(book)
        assert checking.check(book).ok


def test_a_travel_copy_has_the_codebook_under_a_key_of_its_own(
    filled: Any, women: Any, tmp_path: Path, light_locks_here: None
) -> None:
    from romduol.desk import opening

    with filled.opened() as book:
        fear = new_code(book, "Fear")
        coding = coded(book, women[0], fear)
        home = team_words.identity(book.keyring.database_key)
        made = travelling.travel(book, [women[0].alias], tmp_path / "t.romduol", "traveller")
    with opening.open_book(tmp_path / "t.romduol", made.passphrase) as book:
        assert codebooks.team(book).code(fear).label == "Fear"
        assert code_of(book, coding) == fear
        assert team_words.identity(book.keyring.database_key) != home
        assert checking.check(book).ok
        new_code(book, "On the road")


def test_a_version_skipped_by_its_writer_is_no_version(filled: Any) -> None:
    with filled.opened() as book:
        new_code(book, "Fear")
        told = codebooks.change(book, Change.IMPORT, lambda c: next_version(c, c.codes))
        assert told.version == 2


def test_the_key_of_the_teams_words_is_written_as_age_writes_keys() -> None:
    """BIP 173 by a vector of BIP 173, and by age's own reader, which checks the sum."""
    assert team_words._bech32(
        "abcdef", bytes.fromhex("00443214c74254b635cf84653a56d7c675be77df")
    ) == ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw")
    import pyrage

    for number in range(40):
        secret = team_words.identity(bytes([number]) * 32).secret
        assert str(pyrage.x25519.Identity.from_str(secret)) == secret
