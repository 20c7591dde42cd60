"""Spans of a window in, a batch of messages out: whole columns, and by hand only what is marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa

from romduol.casebook.evidence import ATTACHMENT, MESSAGE, Kind
from romduol.intake.arrow import Column, fixed, pc
from romduol.intake.identity import MessageIds
from romduol.intake.whatsapp.clock import Clock, clock
from romduol.intake.whatsapp.columns import cut
from romduol.intake.whatsapp.layouts import Layout
from romduol.intake.whatsapp.markers import Found, classify, trigger
from romduol.intake.whatsapp.ordering import Decision
from romduol.intake.whatsapp.pasted import joined
from romduol.intake.whatsapp.scanning import Spans
from romduol.intake.whatsapp.stamps import read_date, read_time
from romduol.language.marks import bare

PLATFORM = "whatsapp"
_STEP_BACK = 60  # seconds; less happens when phones' messages cross


@dataclass(slots=True)
class Rows:
    """Makes the batches of one member, window after window, and counts what to tell a person."""

    member: str
    thread: str
    main: Layout
    decided: Callable[[Layout], Decision]
    zone: ZoneInfo
    own: frozenset[str]
    beside: frozenset[str]
    ids: MessageIds = field(default_factory=lambda: MessageIds(PLATFORM))
    counts: Counter[str] = field(default_factory=Counter)
    layouts: set[Layout] = field(default_factory=set)
    _last: int | None = None

    def batch(self, window: bytes, at: int, spans: Spans, after: bytes) -> pa.RecordBatch:
        """The messages of ``window``, which stands at byte ``at``; ``after`` begins the next."""
        buffer = pa.py_buffer(window)
        when = clock(buffer, spans, self.decided, self.zone)
        spans, hosts = joined(spans, when.local, self.main, self._local_of(after))
        if hosts:
            when = clock(buffer, spans, self.decided, self.zone)
        self.layouts.update(spans.layouts[n] for n in pc.unique(spans.which).to_pylist())
        words = _Words(buffer, spans)
        marked = self._marked(words, when, hosts)
        made = self._columns(at, spans, when, words, marked)
        self.counts["messages"] += len(made)
        return made

    def _local_of(self, after: bytes) -> int | None:
        """When, in local seconds, the record was sent whose head ``after`` begins with."""
        head = self.main.head_at(after, 0)
        if head is None:
            return None
        day, _ = self.decided(self.main).readings(read_date(after[slice(*head.date)]))
        second = read_time(after[slice(*head.time)]).second
        return None if day is None or second is None else day * 86400 + second

    def _columns(
        self, at: int, spans: Spans, when: Clock, words: _Words, marked: dict[int, Found]
    ) -> pa.RecordBatch:
        rows = len(spans)
        thread = pa.repeat(fixed(self.thread), rows)
        text, author = words.text, words.author_but(marked)
        # sender and words in one piece, as written: where the name ends and which line is the
        # program's may be judged differently in a longer export, the id must not change by it
        no_one = pa.nulls(rows, pa.string())
        ids = self.ids.of(thread, no_one, when.normal, words.said, clock=when.local)
        first = self.counts["messages"]
        columns = {
            "message": ids,
            "member": pa.repeat(fixed(self.member), rows),
            "start": pc.add(spans.start, fixed(at)),
            "end": pc.add(spans.end, fixed(at)),
            "record": pl.int_range(first, first + rows, eager=True).to_arrow(),
            "platform": pa.repeat(fixed(PLATFORM), rows),
            "thread": thread,
            "author": author,
            "own": self._own(author),
            "sent_at": when.sent_at,
            "sent_at_other": when.sent_at_other,
            "sent_at_text": when.text,
            "precision": when.precision,
            "text": text,
            **self._classified(rows, marked),
        }
        arrays = [columns.get(f.name) for f in MESSAGE]
        full = [
            pa.nulls(rows, f.type) if a is None else a for a, f in zip(arrays, MESSAGE, strict=True)
        ]
        return pa.RecordBatch.from_arrays(full, schema=MESSAGE)

    def _own(self, author: Column) -> Column:
        if not self.own:
            return pa.nulls(len(author), pa.bool_())
        hers = pc.is_in(author, value_set=pa.array(sorted(self.own), pa.string()))
        return pc.if_else(pc.is_valid(author), hers, pa.scalar(None, pa.bool_()))

    def _classified(self, rows: int, marked: Mapping[int, Found]) -> dict[str, Column]:
        found = {row: [self._attached(a) for a in f.attachments] for row, f in marked.items()}
        return {
            "kind": _patched(
                rows, Kind.MESSAGE.value, {r: f.kind.value for r, f in marked.items()}, pa.string()
            ),
            "edited": _patched(rows, False, {r: f.edited for r, f in marked.items()}, pa.bool_()),
            "deleted": _patched(rows, False, {r: f.deleted for r, f in marked.items()}, pa.bool_()),
            "attachments": _ragged(rows, found, ATTACHMENT),
            "rules": _ragged(rows, {r: f.rules for r, f in marked.items()}, pa.string()),
        }

    def _attached(self, attachment: Any) -> dict[str, object]:
        held = bool(attachment.name) and attachment.name in self.beside
        self.counts["held"] += held
        self.counts["named"] += bool(attachment.name)
        self.counts["omitted"] += not attachment.name
        told = {"name": attachment.name, "media": attachment.media, "note": attachment.note}
        return {**told, "held": held}

    def _marked(self, words: _Words, when: Clock, hosts: frozenset[int]) -> dict[int, Found]:
        """Everything by which a record is more than plain words, by row."""
        found = words.classified(self.thread)
        extra: dict[int, list[str]] = {}
        for rule, places in (
            ("whatsapp.pasted-inside", hosts),
            ("whatsapp.back-in-time", self._back(when.local)),
            ("whatsapp.no-such-time", pc.indices_nonzero(pc.is_null(when.local)).to_pylist()),
            ("whatsapp.repair.not-utf8", words.repaired),
            ("whatsapp.sender-with-colon", words.with_colon()),
        ):
            self.counts[rule] += len(places)
            for row in places:
                extra.setdefault(row, []).append(rule)
        for row, rules in extra.items():
            one = found.get(row, Found())
            found[row] = Found(
                one.kind, one.attachments, one.edited, one.deleted, (*one.rules, *rules)
            )
        return found

    def _back(self, local: Column) -> list[int]:
        """Rows that stand more than a minute before the row above them."""
        before = pa.concat_arrays(
            [pa.array([self._last], pa.int64()), local.slice(0, len(local) - 1)]
        )
        known = pc.drop_null(local)
        self._last = known[-1].as_py() if len(known) else self._last
        late = pc.less(pc.add(local, fixed(_STEP_BACK)), before)
        found: list[int] = pc.indices_nonzero(pc.fill_null(late, fixed(False))).to_pylist()
        return found


class _Words:
    """Senders and texts of a window's records, as columns."""

    def __init__(self, buffer: pa.Buffer, spans: Spans) -> None:
        self._named = pc.greater_equal(spans.author_end, fixed(0))
        ends = pc.if_else(self._named, spans.author_end, spans.rest)
        self._authors = cut(buffer, spans.rest, ends).dictionary_encode()
        self.said = cut(buffer, spans.rest, spans.text_end)
        self.text, self.repaired = _as_text(cut(buffer, spans.text, spans.text_end))
        names = [bare(n.decode(errors="replace")) for n in self._authors.dictionary.to_pylist()]
        self._names = pa.array(names, pa.string())

    def author_but(self, marked: Mapping[int, Found]) -> Column:
        """Each record's sender; none where there is none, or where the program wrote the line."""
        named = self._authors.indices
        author = pc.if_else(self._named, self._names.take(named), pa.scalar(None, pa.string()))
        told = [row for row, f in marked.items() if _names_no_one(f)]
        if not told:
            return author
        mask = _mask(len(author), told)
        return pc.if_else(mask, pa.scalar(None, pa.string()), author)

    def with_colon(self) -> list[int]:
        """Rows whose sender's name was taken to go on behind a colon."""
        names = pc.match_substring(self._names, ": ")
        if not pc.any(names).as_py():
            return []
        rows = pc.and_(names.take(self._authors.indices), self._named)
        found: list[int] = pc.indices_nonzero(rows).to_pylist()
        return found

    def suspects(self) -> list[int]:
        """Rows in which ``classify`` could find something."""
        texts = pl.Series(self.text)
        odd = texts.str.contains(trigger()) | (texts.str.len_bytes() < 2)
        marked = pc.or_(odd.to_arrow(), pc.invert(self._named))
        found: list[int] = pc.indices_nonzero(marked).to_pylist()
        return found

    def classified(self, thread: str) -> dict[int, Found]:
        """What the phrases in each suspect row say."""
        rows = self.suspects()
        places = pa.array(rows, pa.int64())
        texts = self.text.take(places).to_pylist()
        named = self._named.take(places).to_pylist()
        authors = self._names.take(self._authors.indices.take(places)).to_pylist()
        return {
            row: classify(text, named=by, thread=by and author == thread)
            for row, text, by, author in zip(rows, texts, named, authors, strict=True)
        }


def _names_no_one(found: Found) -> bool:
    """Lines known to be the program's carry the chat's name where a sender would stand."""
    return found.kind is Kind.SYSTEM and "whatsapp.system.phrase-unknown" not in found.rules


def _as_text(raw: Column) -> tuple[Column, list[int]]:
    """``raw`` as text, and the rows where bytes that are no UTF-8 had to be replaced by U+FFFD."""
    text = raw.view(pa.string())
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        values = raw.to_pylist()
        decoded = [value.decode(errors="replace") for value in values]
        wrong = [n for n, (v, d) in enumerate(zip(values, decoded, strict=True)) if v != d.encode()]
        return pa.array(decoded, pa.string()), wrong
    return text, []


def _mask(rows: int, marked: Sequence[int]) -> Column:
    flags = bytearray(rows)
    for row in marked:
        flags[row] = 1
    return pa.Array.from_buffers(pa.uint8(), rows, [None, pa.py_buffer(flags)]).cast(pa.bool_())


def _patched(rows: int, usual: object, special: Mapping[int, Any], kind: pa.DataType) -> Column:
    """``usual`` in every row but those in ``special``."""
    value: Any = pa.scalar(usual, kind)
    column = pa.repeat(value, rows)
    places = sorted(row for row, value in special.items() if value != usual)
    if not places:
        return column
    values = pa.array([special[row] for row in places], kind)
    return pc.replace_with_mask(column, _mask(rows, places), values)


def _ragged(rows: int, lists: Mapping[int, Sequence[Any]], kind: pa.DataType) -> Column:
    """A list column that is empty but in the rows of ``lists``."""
    places = sorted(row for row, values in lists.items() if values)
    lengths = _patched(rows, 0, {row: len(lists[row]) for row in places}, pa.int32())
    ends = pc.cumulative_sum(lengths)
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
    values = pa.array([value for row in places for value in lists[row]], kind)
    return pa.ListArray.from_arrays(offsets, values)
