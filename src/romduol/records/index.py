"""Opening and closing the index: a path and a raw key go in, Django's models work afterwards."""

from __future__ import annotations

from pathlib import Path
from pkgutil import iter_modules

import django
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, connections

from romduol.casebook.troubles import Damaged, Trouble
from romduol.records import migrations

_PRAGMAS = (
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    # freed pages are overwritten and nothing is spilled to a temporary file
    " PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY"
)
_WAIT_SECONDS = 30


class IndexUnreadable(Damaged):
    """``book.db`` does not open with the book's own key, or a page of it was changed."""


class IndexOfLaterVersion(Trouble):
    """A newer version of the program wrote this book; this one would misread it."""


class IndexBusy(Trouble):
    """Another program was writing to ``book.db`` and did not let go in time."""


class IndexNotWritable(Trouble):
    """``book.db`` cannot be written: the disk is full, or write-protected."""


def _database(path: Path, key: bytes) -> dict[str, object]:
    return {
        "ENGINE": "romduol.records.cipher",
        "NAME": str(path),
        "OPTIONS": {
            "key": key,
            "timeout": _WAIT_SECONDS,
            "init_command": _PRAGMAS,
            "transaction_mode": "IMMEDIATE",
        },
    }


def prepare() -> None:
    """Make the models importable; no database is named yet. Calling it again is harmless."""
    if settings.configured:
        return
    from romduol.records import settings as ours

    settings.configure(**{name: getattr(ours, name) for name in dir(ours) if name.isupper()})
    django.setup()


def configure(path: Path, key: bytes) -> None:
    """Point the index at ``path``. The file need not exist yet; nothing is opened."""
    prepare()
    close()
    entry = connections.configure_settings({"default": _database(path, key)})["default"]
    connections.settings["default"] = entry
    del connections["default"]


def create(path: Path, key: bytes) -> None:
    """Make the tables of an empty index at ``path`` and leave it open."""
    configure(path, key)
    migrate()


def migrate() -> None:
    """Bring the tables to this version's shape."""
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


def open_index(path: Path, key: bytes) -> None:
    """Open the index at ``path``, brought to this version's shape if an earlier one wrote it.

    Raises ``IndexUnreadable`` when it is missing, cut or not ours, ``IndexOfLaterVersion`` when
    this program is too old for it.
    """
    if not path.is_file():
        raise IndexUnreadable(reason="missing")
    configure(path, key)
    try:
        connection.ensure_connection()
        applied = _applied()
    except DatabaseError as cause:
        raise IndexUnreadable(reason="cannot be decrypted") from cause
    if not applied:
        raise IndexUnreadable(reason="it is empty")
    known = {module.name for module in iter_modules(migrations.__path__)}
    if applied - known:
        raise IndexOfLaterVersion
    if known - applied:
        migrate()


def _applied() -> set[str]:
    """The migrations that made the tables as they are; none when there are no tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'django_migrations'")
        if cursor.fetchone() is None:
            return set()
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'records'")
        return {str(name) for (name,) in cursor.fetchall()}


def trouble_behind(error: BaseException | None) -> Trouble | None:
    """What a person is told of a failure of the database; none for anything else, bugs included.

    SQLite says what happened in a sentence only: "database is locked", "attempt to write a readonly
    database", "database or disk is full"; whatever else it says, the file is not as it was written.
    """
    if not isinstance(error, DatabaseError) or isinstance(error, IntegrityError | ProgrammingError):
        return None
    said = str(error)
    if "no such" in said:
        return None
    if "locked" in said:
        return IndexBusy(seconds=_WAIT_SECONDS)
    if "readonly" in said or "full" in said:
        return IndexNotWritable()
    return IndexUnreadable(reason="a page was changed")


def close() -> None:
    """Close the index; the last one out folds the write-ahead log into the file."""
    if settings.configured:
        connections.close_all()


def integrity_problems() -> list[str]:
    """What SQLCipher and SQLite say of their own pages; empty when all is well."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cipher_integrity_check")
        problems = [str(row[0]) for row in cursor.fetchall()]
        cursor.execute("PRAGMA integrity_check")
        problems += [str(row[0]) for row in cursor.fetchall() if row[0] != "ok"]
        cursor.execute("PRAGMA foreign_key_check")
        problems += [f"foreign key of {row[0]}" for row in cursor.fetchall()]
    return problems


def forget_freed_pages() -> None:
    """What was deleted is in no page of the write-ahead log either (freed pages are zeroed)."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
