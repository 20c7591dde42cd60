"""Words live only in sealed objects (law 1): no column of the index can hold a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction

import romduol.desk  # noqa: F401 - prepares the models
from romduol.records import index
from romduol.records.fields import CodeField, HashField, LabelField

OURS = list(apps.get_app_config("records").get_models())
FIELDS = [(model, field) for model in OURS for field in model._meta.get_fields()
          if isinstance(field, models.Field)]  # fmt: skip
WORDLESS = (
    models.AutoField, models.BooleanField, models.DateField, models.DateTimeField,
    models.FloatField, models.ForeignKey, models.IntegerField, models.BinaryField, CodeField,
    LabelField,
)  # fmt: skip


def test_no_column_can_hold_a_sentence() -> None:
    assert len(FIELDS) > 100
    assert [f"{m.__name__}.{f.name}" for m, f in FIELDS if not isinstance(f, WORDLESS)] == []


def test_only_an_alias_and_a_members_name_are_labels() -> None:
    labels = {f"{m.__name__}.{f.name}" for m, f in FIELDS if isinstance(f, LabelField)}
    assert labels == {"Woman.alias", "Member.name"}


def test_only_the_log_keeps_bytes() -> None:
    kept = {f"{m.__name__}.{f.name}" for m, f in FIELDS if isinstance(f, models.BinaryField)}
    assert kept == {"LogEntry.leaf", "LogEntry.salt", "LogEntry.fact"}


def test_codes_are_short() -> None:
    assert {f.max_length for _, f in FIELDS if type(f) in (CodeField, HashField)} <= {6, 64}
    assert {f.max_length for _, f in FIELDS if isinstance(f, LabelField)} == {40}


def test_the_index_knows_no_tables_but_ours(empty: Any) -> None:
    with empty.opened(), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    assert tables == {m._meta.db_table for m in OURS} | {"django_migrations"}


CODED = [(m, f) for m, f in FIELDS if isinstance(f, CodeField)]
SENTENCES = ("she was afraid", "ភ័យ", "a\nb", "name@host", "x" * 65, "O'Neill", "dé")


@pytest.fixture
def opened(empty: Any) -> Any:
    with empty.opened() as book:
        yield book


@pytest.mark.parametrize("words", SENTENCES)
def test_the_database_itself_refuses_words_in_every_coded_column(opened: Any, words: str) -> None:
    for model, field in CODED:
        table, column = model._meta.db_table, field.column
        with connection.cursor() as cursor:
            (made,) = cursor.execute(
                "SELECT sql FROM sqlite_master WHERE name = %s", [table]
            ).fetchone()
            assert f'"{column}" NOT GLOB' in made, f"{table}.{column} has no CHECK"
    from romduol.records.models import Code

    with pytest.raises(IntegrityError, match="CHECK"), transaction.atomic():
        Code.objects.create(scheme=words, term="t", version="1")
    with pytest.raises(IntegrityError, match="CHECK"), transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO records_code (scheme, term, version) VALUES ('s', %s, '1')", [words]
        )


def test_the_database_refuses_a_long_label(opened: Any) -> None:
    from romduol.desk.clock import now
    from romduol.records.models import Woman

    with pytest.raises(IntegrityError, match="CHECK"), transaction.atomic():
        Woman.objects.create(code="w1", alias="x" * 41, added=now())


@pytest.mark.parametrize("act", ["ATTACH DATABASE ':memory:' AS other", "DETACH DATABASE main"])
def test_no_second_file_is_ever_attached(opened: Any, act: str) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="not authorized"):
        cursor.execute(act)


def test_the_index_cannot_be_written_out_into_another_file(opened: Any, tmp_path: Path) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="authorization denied"):
        cursor.execute(f"VACUUM INTO '{tmp_path / 'plain.db'}'")
    assert not (tmp_path / "plain.db").exists()


@pytest.mark.parametrize("key", [bytes(32), b"\xff" * 32])
def test_a_wrong_key_opens_nothing(empty: Any, key: bytes) -> None:
    with pytest.raises(index.IndexUnreadable):
        index.open_index(empty.folder / "book.db", key)


def test_without_a_key_the_file_is_noise(empty: Any) -> None:
    import sqlite3

    whole = (empty.folder / "book.db").read_bytes()
    assert b"SQLite format" not in whole
    assert b"records_" not in whole
    plain = sqlite3.connect(empty.folder / "book.db")
    with pytest.raises(sqlite3.DatabaseError):
        plain.execute("SELECT * FROM sqlite_master")
    plain.close()


def test_a_changed_byte_of_any_page_is_said_to_be_damage(filled: Any) -> None:
    """In whichever verb it shows: exit 4, in words."""
    from romduol.casebook.troubles import Damaged
    from romduol.desk import checking

    file = filled.folder / "book.db"
    whole = file.read_bytes()
    for at in range(100, len(whole), 4096 * 3 + 517):
        changed = bytearray(whole)
        changed[at] ^= 1
        file.write_bytes(changed)
        try:
            with filled.opened(as_it_is=True) as book:
                noticed = not checking.check(book).ok
        except Damaged:
            noticed = True
        assert noticed, f"byte {at}"
        file.with_name("book.db-wal").unlink(missing_ok=True)
        file.with_name("book.db-shm").unlink(missing_ok=True)
    file.write_bytes(whole)
    with filled.opened() as book:
        assert checking.check(book).ok


def test_a_cut_index_is_said_to_be_damage(filled: Any, here: Any) -> None:
    file = filled.folder / "book.db"
    whole = file.read_bytes()
    for size in (0, 1, 4096, len(whole) // 2):
        file.write_bytes(whole[:size])
        for verb in ("check", "items", "findings"):
            said = here(verb, filled.folder, "--json", words=filled.words)
            assert said.code == 4, (size, verb, said)


def test_a_second_opening_after_the_first_sees_its_own_book(empty: Any, filled: Any) -> None:
    from romduol.records.models import Woman

    with filled.opened():
        assert Woman.objects.count() == 3
    with empty.opened():
        assert Woman.objects.count() == 0


def test_a_book_of_an_earlier_version_is_brought_to_this_ones_shape(empty: Any) -> None:
    from django.core.management import call_command

    from romduol.desk import checking

    with empty.opened():
        call_command("migrate", "records", "0001", verbosity=0, skip_checks=True)
    with empty.opened() as book, connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        assert {m._meta.db_table for m in OURS} <= tables
        assert checking.check(book).ok


def test_a_book_of_a_later_version_is_left_alone(empty: Any) -> None:
    with empty.opened(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('records', '9999_x', '')"
        )
    with pytest.raises(index.IndexOfLaterVersion), empty.opened():
        pass
