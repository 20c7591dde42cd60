"""Records that a reader understood one by one go in, batches shaped like ``MESSAGE`` come out.

For readers that look at every record by itself. ``Entry`` says what one record holds; ``Entries``
gives ids and positions, keeps the counts, and has the closing word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from romduol.casebook.evidence import (
    ATTACHMENT,
    MESSAGE,
    Kind,
    Note,
    Precision,
    Read,
    ReadingOptions,
)
from romduol.intake.arrow import Column
from romduol.intake.identity import MessageIds
from romduol.intake.source import Source

ROWS = 16_384
TEXT = 8 << 20  # characters of text in one batch
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Attached:
    """Something that hangs on a record; ``note`` is the export's own sentence about it."""

    media: str
    name: str = ""
    held: bool = False
    note: str = ""

    def row(self) -> dict[str, str | bool]:
        """As a value of ``ATTACHMENT``."""
        return {"name": self.name, "media": self.media, "held": self.held, "note": self.note}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record; ``[start, end)`` are bytes of the member.

    ``key`` and ``account`` are what its id is made from in place of ``stamp`` and ``author``,
    where an export has something steadier: a number that stays when a name changes.
    """

    start: int
    end: int
    thread: str
    text: str
    stamp: str
    sent_at: datetime | None
    precision: Precision
    author: str | None = None
    own: bool | None = None
    kind: Kind = Kind.MESSAGE
    key: str | None = None
    account: str | None = None
    reply_to: str | None = None
    forwarded_from: str | None = None
    edited_at: datetime | None = None
    edited: bool = False
    deleted: bool = False
    attached: tuple[Attached, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(slots=True)
class Entries:
    """The entries of one member, from the first batch to the closing word."""

    reader: str  # "mail/1"
    platform: str
    source: Source
    options: ReadingOptions
    count: int = 0
    header: int = -1
    last_byte: int = 0
    first: datetime | None = None
    last: datetime | None = None
    _ids: MessageIds = field(init=False)

    def __post_init__(self) -> None:
        self._ids = MessageIds(self.platform)

    def batches(self, entries: Iterable[Entry]) -> Iterator[pa.RecordBatch]:
        """Batches in the order of ``entries``, bounded in rows and in text."""
        waiting: list[Entry] = []
        text = 0
        for entry in entries:
            waiting.append(entry)
            text += len(entry.text)
            if len(waiting) >= ROWS or text >= TEXT:
                yield self._batch(waiting)
                waiting, text = [], 0
        if waiting:
            yield self._batch(waiting)

    def closing(self, zone: tuple[str, str] = ("", ""), notes: Iterable[Note] = ()) -> Read:
        """The last word; ``zone`` is its name and on what it rests."""
        size = self.source.size
        return Read(
            member=self.source.member,
            reader=self.reader,
            size=size,
            messages=self.count,
            header=self.header if self.count else size,
            tail=size - self.last_byte if self.count else 0,
            first=self.first,
            last=self.last,
            zone=zone[0],
            zone_basis=zone[1],
            notes=tuple(notes),
        )

    def _batch(self, rows: list[Entry]) -> pa.RecordBatch:
        self._remember(rows)
        columns = {"message": self._identified(rows)}
        for name, values in self._values(rows).items():
            columns[name] = pa.array(values, MESSAGE.field(name).type)
        self.count += len(rows)
        return pa.RecordBatch.from_arrays([columns[n] for n in MESSAGE.names], schema=MESSAGE)

    def _identified(self, rows: list[Entry]) -> Column:
        strings = pa.string()
        moments = [_clock(one) for one in rows]
        return self._ids.of(
            threads=pa.array([one.thread for one in rows], strings),
            authors=pa.array([_first(one.account, one.author) for one in rows], strings),
            stamps=pa.array([_first(one.key, one.stamp) for one in rows], strings),
            texts=pa.array([one.text for one in rows], strings),
            media=["\n".join(a.media for a in one.attached) for one in rows],
            clock=pa.array(moments, pa.int64()),
        )

    def _values(self, rows: list[Entry]) -> dict[str, list[Any]]:
        return {
            "member": [self.source.member] * len(rows),
            "start": [one.start for one in rows],
            "end": [one.end for one in rows],
            "record": list(range(self.count, self.count + len(rows))),
            "platform": [self.platform] * len(rows),
            "thread": [one.thread for one in rows],
            "kind": [str(one.kind) for one in rows],
            "author": [one.author for one in rows],
            "account": [one.account or None for one in rows],
            "own": [self._own(one) for one in rows],
            "sent_at": [one.sent_at for one in rows],
            "sent_at_other": [None] * len(rows),
            "sent_at_text": [one.stamp for one in rows],
            "precision": [str(one.precision) for one in rows],
            "text": [one.text for one in rows],
            "reply_to": [one.reply_to for one in rows],
            "forwarded_from": [one.forwarded_from for one in rows],
            "edited": [one.edited or one.edited_at is not None for one in rows],
            "edited_at": [one.edited_at for one in rows],
            "deleted": [one.deleted for one in rows],
            "attachments": [[a.row() for a in one.attached] for one in rows],
            "rules": [list(one.rules) for one in rows],
        }

    def _own(self, one: Entry) -> bool | None:
        """What a person said is hers is hers; else what the export says."""
        named = {one.author, one.account} - {None, ""}
        return True if named & set(self.options.own) else one.own

    def _remember(self, rows: list[Entry]) -> None:
        if self.header < 0:
            self.header = rows[0].start
        self.last_byte = max(self.last_byte, *(one.end for one in rows))
        stamps = [one.sent_at for one in rows if one.sent_at is not None]
        self.first = min([*stamps, *filter(None, [self.first])], default=None)
        self.last = max([*stamps, *filter(None, [self.last])], default=None)


def leads_out(path: str) -> bool:
    """Whether a path in an export could lead out of the export: a web address, ``..``, a drive."""
    parts = path.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in path


def _clock(one: Entry) -> int | None:
    """A number that is equal when ids' stamps are; null where the stamp cannot be read."""
    if one.sent_at is None or one.key is not None:
        return None
    return round((one.sent_at - _EPOCH).total_seconds() * 1_000_000)


def _first(steady: str | None, written: str | None) -> str | None:
    return written if steady is None else steady


assert ATTACHMENT.num_fields == len(Attached("").row())
