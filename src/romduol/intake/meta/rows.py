"""Windows of a thread's messages go in, batches shaped like ``MESSAGE`` come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa

from romduol.casebook.evidence import ATTACHMENT, MESSAGE, Kind
from romduol.intake.arrow import Column, each_its_own, pc
from romduol.intake.entries import Attached
from romduol.intake.identity import MessageIds
from romduol.intake.meta import details
from romduol.intake.meta.columns import (
    INSTANT,
    Ruled,
    filled,
    instants,
    lists,
    placed,
    precisions,
)
from romduol.intake.meta.cuts import Cut
from romduol.intake.meta.mojibake import RULES, Codes, deeply, mended_all, mended_names
from romduol.intake.meta.shapes import Message
from romduol.intake.meta.threads import INSTAGRAM, Thread
from romduol.intake.source import Source

ODD_STAMP = "meta.odd_stamp"
EDITED = "instagram.edited_suffix"

_EMPTY: Column = pa.scalar("", pa.string())
_EDITED = " (edited)"
_NAMELESS_NAMES = pa.array(details.NAMELESS_NAMES, pa.string())


@dataclass(slots=True)
class Rows:
    """Turns the windows of one file into batches; keeps what ids and counts need.

    ``sealed``: the strings were never taken apart (end-to-end encrypted export).
    """

    source: Source
    thread: Thread
    own_names: tuple[str, ...]
    sealed: bool
    count: int = 0
    counts: Counter[str] = field(default_factory=Counter)  # how often each rule was needed
    _ids: MessageIds = field(init=False)

    def __post_init__(self) -> None:
        self._ids = MessageIds(self.thread.platform)

    def batch(self, cut: Cut[Message]) -> pa.RecordBatch:
        """The records of ``cut`` in file order."""
        looked = _Looked(cut, self)
        rows = len(cut.values)
        columns = self._columns(cut, looked, rows)
        self.count += rows
        self.counts.update(looked.rules.counted())
        return pa.RecordBatch.from_arrays([columns[n] for n in MESSAGE.names], schema=MESSAGE)

    def _columns(self, cut: Cut[Message], looked: _Looked, rows: int) -> dict[str, Column]:
        authors, texts = looked.authors, looked.texts
        written = pa.array([m.timestamp_ms for m in cut.values], pa.int64())
        sent_at = instants(written)
        looked.finish(sent_at)
        stamps = pc.fill_null(written.cast(pa.string()), _EMPTY)
        ids = self._ids.of(
            threads=filled(self.thread.key, rows),
            authors=authors,
            stamps=each_its_own(stamps),
            texts=texts,
            media=looked.media() if looked.attachments else None,
            clock=written,
        )
        nobody = pa.nulls(rows, pa.string())
        return {
            "message": ids,
            "member": filled(self.source.member, rows),
            "start": pa.array(cut.starts, pa.int64()),
            "end": pa.array(cut.ends, pa.int64()),
            "record": pa.array(np.arange(self.count, self.count + rows)),
            "platform": filled(self.thread.platform, rows),
            "thread": filled(self.thread.name, rows),
            "kind": placed(Kind.MESSAGE, looked.kinds, rows),
            "author": authors,
            "account": nobody,
            "own": own(authors, self.thread.other, self.own_names),
            "sent_at": sent_at,
            "sent_at_other": pa.nulls(rows, INSTANT),
            "sent_at_text": stamps,
            "precision": precisions(sent_at),
            "text": texts,
            "reply_to": nobody,
            "forwarded_from": nobody,
            "edited": placed(False, looked.edited, rows),
            "edited_at": pa.nulls(rows, INSTANT),
            "deleted": placed(False, looked.deleted, rows),
            "attachments": looked.attached(rows),
            "rules": looked.rules.column(),
        }

    def mended(self, messages: Sequence[Message]) -> tuple[Column, Codes]:
        """The texts as typed, and by which of ``RULES``; ``""`` where a message has no words."""
        texts = [message.content or "" for message in messages]
        return _unmended(texts) if self.sealed else mended_all(texts)

    def named(self, messages: Sequence[Message]) -> tuple[Column, Codes]:
        """The senders as typed, and by which of ``RULES``; an empty name is none."""
        senders = [message.sender_name or None for message in messages]
        return _unmended(senders) if self.sealed else mended_names(senders)


class _Looked:
    """What Python has to look at row by row; plain rows are passed over.

    ``kinds``, ``attachments``, ``edited`` and ``deleted`` hold only the rows that differ.
    """

    def __init__(self, cut: Cut[Message], rows: Rows) -> None:
        messages = cut.values
        self.kinds: dict[int, str] = {}
        self.attachments: dict[int, list[Attached]] = {}
        self.deleted: dict[int, bool] = {}
        self.edited: dict[int, bool] = {}
        self.texts, by_text = rows.mended(messages)
        self.authors, by_name = rows.named(messages)
        mending = [_mending(rows.thread.rules, *pair) for pair in product(RULES, RULES)]
        self.rules = Ruled(mending, by_text * len(RULES) + by_name)
        self._rows = len(messages)
        for row in details.rows_with_more(messages):
            self._look_at(row, messages[row], rows)
        for row, needed in cut.rules.items():
            self.rules.add(row, *needed)
        if rows.thread.platform == INSTAGRAM:
            self._note_edited()
        self._note_nameless()

    def _look_at(self, row: int, message: Message, rows: Rows) -> None:
        found, rules = details.attachments(message, _as_it_is if rows.sealed else deeply)
        if found:
            self.attachments[row] = [details.held(one, rows.source) for one in found]
        if message.is_unsent:
            self.deleted[row] = True
        kind = details.kind(message)
        if kind is not Kind.MESSAGE:
            self.kinds[row] = str(kind)
        self.rules.add(row, *rules, *details.flags(message))

    def _note_edited(self) -> None:
        """Instagram lists the old and the new wording as two messages; the new one ends so."""
        for row in _rows(pc.ends_with(self.texts, pattern=_EDITED)):
            self.edited[row] = True
            self.rules.add(row, EDITED)

    def _note_nameless(self) -> None:
        for row in _rows(pc.is_in(self.authors, value_set=_NAMELESS_NAMES)):
            self.rules.add(row, details.NAMELESS)

    def finish(self, sent_at: Column) -> None:
        """Mark the rows whose stamp could not be read."""
        for row in _rows(sent_at.is_null()):
            self.rules.add(row, ODD_STAMP)

    def attached(self, rows: int) -> Column:
        """Lists, most of them empty."""
        found = {row: [one.row() for one in some] for row, some in self.attachments.items()}
        return lists(found, rows, ATTACHMENT)

    def media(self) -> Column:
        """What ids are made from: the next export may leave a file's name out, not its kind."""
        some = self.attachments.items()
        kinds = {row: "\n".join([one.media for one in attached]) for row, attached in some}
        return placed("", kinds, self._rows)


def _mending(base: tuple[str, ...], by_text: str, by_name: str) -> tuple[str, ...]:
    """The rules of a row, by how its text and its sender's name were mended."""
    return (*base, *dict.fromkeys(rule for rule in (by_text, by_name) if rule))


def own(authors: Column, other: str, own_names: tuple[str, ...]) -> Column:
    """Hers: by the names a person gave, else by being the other side of a thread of two."""
    known = (
        pc.not_equal(authors, pa.scalar(other, pa.string()))
        if other
        else pa.nulls(len(authors), pa.bool_())
    )
    if not own_names:
        return known
    return pc.if_else(pc.is_in(authors, value_set=pa.array(own_names, pa.string())), True, known)


def _rows(marked: Column) -> list[int]:
    found: list[int] = pc.indices_nonzero(marked).to_pylist()
    return found


def _unmended(strings: Sequence[str | None]) -> tuple[Column, Codes]:
    return pa.array(strings, pa.string()), np.full(len(strings), RULES.index(""))


def _as_it_is(value: Any) -> Any:
    return value
