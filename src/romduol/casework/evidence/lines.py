"""One export's messages become lines that can be laid beside those of another phone's export.

What phones write differently about the same message is taken away: direction marks, zero-width
spaces, Unicode form, runs of spaces. What remains of two exports of one message is equal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from romduol.casebook.evidence import Kind, Precision
from romduol.language.marks import visible

COMPARED = (Kind.MESSAGE.value, Kind.CALL.value)
GONE = "\x00gone"  # the export says only that a message was deleted
ATTACHED = "\x00attached"  # no words, only something attached: what it is called differs by phone
CALLED = "\x00called"  # what a call is called depends on the language of the phone
_SPAN = {
    Precision.SECOND.value: 1_000_000,
    Precision.MINUTE.value: 60_000_000,
    Precision.DAY.value: 86_400_000_000,
}


@dataclass(frozen=True, slots=True)
class Lines:
    """The comparable messages of one thread, in the order of the export. Columns of one length.

    ``row`` is the row of the table they came from. Times are microseconds since 1970 in UTC;
    ``span`` is how long a stamp lasts (a minute, if seconds were not written).
    """

    row: Sequence[int]
    key: Sequence[str]
    author: Sequence[str | None]
    at: Sequence[int | None]
    at_other: Sequence[int | None]
    span: Sequence[int]
    edited: Sequence[bool]

    def __len__(self) -> int:
        return len(self.row)

    def reversed(self) -> Lines:
        """The same lines, last first."""
        return Lines(*(tuple(reversed(column)) for column in self._columns()))

    def with_other_times(self) -> Lines:
        """The same lines, their stamps read in the other day/month order."""
        row, key, author, at, other, span, edited = self._columns()
        at = [b if b is not None else a for a, b in zip(at, other, strict=True)]
        return Lines(row, key, author, at, [None] * len(self), span, edited)

    def _columns(self) -> tuple[Sequence[Any], ...]:
        return (
            self.row, self.key, self.author, self.at, self.at_other, self.span, self.edited,
        )  # fmt: skip


def lines(table: pa.Table, thread: str) -> Lines:
    """The messages and calls of ``thread`` in a table of ``casebook.evidence.MESSAGE``.

    Lines the program wrote itself ("you joined") are left out: each phone has its own.
    """
    kinds, threads = _column(table, "kind"), _column(table, "thread")
    rows = [n for n, kind in enumerate(kinds) if kind in COMPARED and threads[n] == thread]
    part = table.take(pa.array(rows, pa.int64()))
    return Lines(
        row=rows,
        key=_keys(part),
        author=_column(part, "author"),
        at=_micros(part.column("sent_at")),
        at_other=_micros(part.column("sent_at_other")),
        span=[_SPAN.get(p, 0) for p in _column(part, "precision")],
        edited=_column(part, "edited"),
    )


def _micros(stamps: pa.ChunkedArray[Any]) -> list[int | None]:
    found: list[int | None] = stamps.cast(pa.int64()).to_pylist()
    return found


def _keys(part: pa.Table) -> list[str]:
    columns = (_column(part, name) for name in ("text", "deleted", "kind"))
    return [_key(text, deleted, kind) for text, deleted, kind in zip(*columns, strict=True)]


def _column(table: pa.Table, name: str) -> list[Any]:
    return table.column(name).to_pylist()


def _key(text: str, deleted: bool, kind: str) -> str:
    if deleted:
        return GONE
    if kind == Kind.CALL.value:
        return CALLED
    return fold(text) or ATTACHED


def fold(text: str) -> str:
    """``text`` as it is compared: NFC, nothing invisible, one space for any run of spaces."""
    seen = text if text.isascii() else unicodedata.normalize("NFC", visible(text))
    return " ".join(seen.split())
