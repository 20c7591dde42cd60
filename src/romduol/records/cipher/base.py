"""Connections to an SQLCipher file: a raw 32-byte key goes in, a Django connection comes out.

Django's SQLite backend is used whole; only the driver, the cursor class tied to the driver, and
opening a connection differ. A wrong key fails in ``get_new_connection``, not at the first query.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterable, Mapping
from itertools import tee
from typing import Any

from django.db.backends.sqlite3._functions import (  # type: ignore[import-untyped]
    register as register_functions,
)
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLiteWrapper
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2 as Database  # noqa: N812 - the name Django's backends give their driver

SQLITE_DENY, SQLITE_OK = 1, 0
_REFUSED_ACTIONS = {24, 25}  # SQLITE_ATTACH, SQLITE_DETACH: no second file is ever opened


def _register_types() -> None:
    """What Django registers with the standard driver, registered with this one."""
    Database.register_converter("bool", b"1".__eq__)
    Database.register_converter("date", lambda b: parse_date(b.decode()))
    Database.register_converter("time", lambda b: parse_time(b.decode()))
    Database.register_converter("datetime", lambda b: parse_datetime(b.decode()))
    Database.register_converter("timestamp", lambda b: parse_datetime(b.decode()))
    Database.register_adapter(decimal.Decimal, str)
    Database.register_adapter(datetime.date, lambda day: day.isoformat())
    Database.register_adapter(datetime.datetime, lambda moment: moment.isoformat(" "))


_register_types()


def _allow(action: int, *_: object) -> int:
    return SQLITE_DENY if action in _REFUSED_ACTIONS else SQLITE_OK


class CipherCursor(Database.Cursor):  # type: ignore[misc]
    """A cursor that turns Django's ``%s`` and ``%(name)s`` into SQLite's ``?`` and ``:name``."""

    def execute(self, query: str, params: Any = None) -> Any:
        """One statement in Django's style."""
        if params is None:
            return super().execute(query)
        names = list(params) if isinstance(params, Mapping) else None
        return super().execute(_qmark(query, names), params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        """One statement in Django's style for many rows."""
        peekable, params = tee(iter(param_list))
        first = next(peekable, None)
        names = list(first) if isinstance(first, Mapping) else None
        return super().executemany(_qmark(query, names), params)


def _qmark(query: str, names: list[str] | None) -> str:
    if names is None:
        return FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")
    return query % {name: f":{name}" for name in names}


class DatabaseWrapper(SQLiteWrapper):
    """Django's SQLite wrapper on SQLCipher. ``OPTIONS["key"]`` is the raw 32-byte key."""

    Database = Database

    def get_connection_params(self) -> dict[str, Any]:
        """Django's parameters and the key beside them."""
        params: dict[str, Any] = super().get_connection_params()
        params["key"] = self.settings_dict["OPTIONS"]["key"]
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that has read its first page; raises ``DatabaseError`` on a wrong key."""
        params = {name: value for name, value in conn_params.items() if name != "key"}
        connection = Database.connect(**params)
        connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to standard error
        # hex of 32 raw bytes: no key derivation, and nothing in it can end the literal
        connection.execute(f"PRAGMA key = \"x'{conn_params['key'].hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        register_functions(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA legacy_alter_table = OFF")
        for command in self.init_commands:  # type: ignore[attr-defined]
            connection.execute(command.strip() or "SELECT 1")
        connection.set_authorizer(_allow)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor of this driver."""
        return self.connection.cursor(factory=CipherCursor)
