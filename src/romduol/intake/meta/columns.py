"""Columns as Arrow wants them, and the slow road: rows one by one into one batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Any

import pyarrow as pa

from romduol.casebook.evidence import ATTACHMENT, MESSAGE, Kind, Precision
from romduol.intake.arrow import Column, pc
from romduol.intake.identity import MessageIds
from romduol.intake.source import Source

INSTANT = pa.timestamp("us", tz="UTC")

_YEAR_10000 = 253_402_300_800


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a file that is not a thread of messages in JSON; fields as in ``MESSAGE``."""

    start: int
    end: int
    thread: str
    author: str | None
    own: bool | None
    sent_at: datetime | None
    sent_at_text: str
    text: str
    kind: Kind = Kind.MESSAGE
    precision: Precision = Precision.SECOND
    reply_to: str | None = None
    edited_at: datetime | None = None
    attachments: tuple[dict[str, str | bool], ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(slots=True)
class Entries:
    """Turns entries into batches; keeps what ids and counts need."""

    source: Source
    platform: str
    count: int = 0
    _ids: MessageIds = field(init=False)

    def __post_init__(self) -> None:
        self._ids = MessageIds(self.platform)

    def batch(self, entries: Sequence[Entry]) -> pa.RecordBatch:
        """The entries in file order."""
        rows = len(entries)
        columns = {name: self._column(name, entries) for name in MESSAGE.names if name in _KEPT}
        media = ["\n".join(str(a["media"]) for a in one.attachments) for one in entries]
        columns |= {
            "message": self._ids.of(
                columns["thread"],
                columns["author"],
                columns["sent_at_text"],
                columns["text"],
                media,
            ),
            "member": filled(self.source.member, rows),
            "record": pa.array(range(self.count, self.count + rows), pa.int64()),
            "platform": filled(self.platform, rows),
            "sent_at_other": pa.nulls(rows, INSTANT),
            "forwarded_from": pa.nulls(rows, pa.string()),
            "edited": columns["edited_at"].is_valid(),
            "deleted": filled(False, rows, pa.bool_()),
            "attachments": lists([self._held(one) for one in entries], ATTACHMENT),
            "rules": ruled([e.rules for e in entries], {e.rules: 0 for e in entries}),
        }
        self.count += rows
        return pa.RecordBatch.from_arrays([columns[n] for n in MESSAGE.names], schema=MESSAGE)

    def _held(self, entry: Entry) -> list[dict[str, str | bool]]:
        """The attachments, each saying whether its bytes lie in the same archive."""
        beside = self.source.beside
        return [
            one | {"held": bool(one["name"]) and one["name"] in beside} for one in entry.attachments
        ]

    @staticmethod
    def _column(name: str, entries: Sequence[Entry]) -> Column:
        values = [getattr(one, name) for one in entries]
        return pa.array(values, MESSAGE.field(name).type)


_KEPT = frozenset(Entry.__slots__) - {"attachments", "rules"}


def filled(value: str | bool, rows: int, kind: pa.DataType | None = None) -> Column:
    """``rows`` times ``value``."""
    one: Column = pa.scalar(value, kind or pa.string())
    return pa.repeat(one, rows)


def instants(written: Column, per_second: int) -> Column:
    """Whole numbers since 1970 as instants; null where there is none, or none of our era."""
    era = pc.and_(pc.greater(written, 0), pc.less(written, _YEAR_10000 * per_second))
    believed = pc.if_else(era, written, pa.scalar(None, pa.int64()))
    return pc.multiply(believed, 1_000_000 // per_second).cast(INSTANT)


def lists(values: Sequence[list[Any]], kind: pa.DataType) -> Column:
    """A column of lists, most of them empty."""
    ends = list(accumulate((len(some) for some in values), initial=0))
    flat = pa.array([one for some in values for one in some], kind)
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), flat)


def placed(usual: str | bool, others: dict[int, Any], rows: int) -> Column:
    """A column that holds ``usual`` but for the rows in ``others``."""
    if not others:
        return filled(usual, rows, _kind_of(usual))
    values: list[Any] = [usual] * rows
    for row, value in others.items():
        values[row] = value
    return pa.array(values, _kind_of(usual))


def _kind_of(value: str | bool) -> pa.DataType:
    return pa.bool_() if isinstance(value, bool) else pa.string()


def ruled(rules: Sequence[tuple[str, ...]], combinations: Iterable[tuple[str, ...]]) -> Column:
    """A column of rule ids; rows share few ``combinations``, and each is made once."""
    places = {some: place for place, some in enumerate(combinations)}
    made = pa.array([list(some) for some in places], pa.list_(pa.string()))
    return made.take(pa.array([places[some] for some in rules], pa.int32()))
