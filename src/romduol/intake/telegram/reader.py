"""A Telegram export (result.json) goes in, messages come out; or it is refused whole, with why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.arrow import pc
from romduol.intake.source import CannotRead, Source
from romduol.intake.telegram.alike import Patterns
from romduol.intake.telegram.outline import Outline, by_indent, by_scanning, outline
from romduol.intake.telegram.pieces import slabs
from romduol.intake.telegram.rows import Rows
from romduol.intake.telegram.tape import Broken

NAME = "telegram"
VERSION = "1"
ZONE = "Asia/Phnom_Penh"
BATCH_ROWS = 8_192

_ROOT = re.compile(rb"\xef\xbb\xbf\s*\{|\s*\{")
_OF_TELEGRAM = re.compile(
    rb'"type"\s*:\s*"(?:personal_chat|bot_chat|(?:private|public)_(?:group|supergroup|channel)'
    rb'|saved_messages|replies|verification_codes)"'
    rb'|"(?:date_unixtime|text_entities)"\s*:'
    rb'|"(?:personal_information|frequent_contacts|left_chats)"\s*:\s*\{'
    rb'|"type"\s*:\s*"(?:message|service|unsupported)"'
)
_OF_OTHERS = re.compile(rb'"(?:timestamp_ms|sender_name|senderName|threadName)"\s*:')


def recognises(head: bytes, name: str) -> bool:
    """Whether ``head`` opens a Telegram Desktop export: its own keys, and none of Messenger's."""
    return bool(
        _ROOT.match(head)
        and (b'"messages"' in head or b'"personal_information"' in head or b'"chats"' in head)
        and _OF_TELEGRAM.search(head)
        and not _OF_OTHERS.search(head)
    )


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Every record of the export in file order, then the ``Read``.

    The file is walked to its end before the first batch is handed out: one that was cut short
    raises ``CannotRead`` and gives no message at all.
    """
    try:
        yield from _read(source, options)
    except Broken as broken:
        raise CannotRead(_reason(broken, source.size)) from None


def _read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Read along the quick outline; where that proves wrong, start again along the exact one."""
    given = False
    try:
        with source.open() as stream:
            quick = outline(stream, by_indent)
        for word in _along(quick, source, options):
            given = True
            yield word
    except Broken:
        if given:
            raise
    if not given:
        with source.open() as stream:
            exact = outline(stream, by_scanning)
        yield from _along(exact, source, options)


def _along(
    found: Outline, source: Source, options: ReadingOptions
) -> Iterator[pa.RecordBatch | Read]:
    reading = _Reading(source, options, found)
    yield from _in_batches(reading)
    yield reading.closing()


class _Reading:
    """One reading of one member, from the outline to the closing word."""

    def __init__(self, source: Source, options: ReadingOptions, found: Outline) -> None:
        if not found.chats:
            raise CannotRead(Note("note.telegram.no_chat"))
        self.source = source
        self.options = options
        self.outline = found
        self.rows = Rows(
            source=source,
            zone=ZoneInfo(options.zone or ZONE),
            own_account=f"user{found.own}" if found.own else "",
            own_names=options.own,
        )
        self.patterns = Patterns(self.rows.zone)
        self.first_byte = -1
        self.last_byte = 0
        self.stamps: list[datetime] = []

    def batches(self) -> Iterator[pa.RecordBatch]:
        """One batch a window."""
        with self.source.open() as stream:
            for slab in slabs(stream, self.outline.chats, self.patterns):
                batch = self.rows.batch(slab)
                self._note_ends(batch)
                yield batch

    def _note_ends(self, batch: pa.RecordBatch) -> None:
        if self.first_byte < 0:
            self.first_byte = batch["start"][0].as_py()
        self.last_byte = batch["end"][-1].as_py()
        ends = pc.min_max(batch["sent_at"]).as_py()
        self.stamps += [ends[end] for end in ("min", "max") if ends[end] is not None]

    def closing(self) -> Read:
        """The last word: how much was read, whose clock was used."""
        size = self.source.size
        any_read = self.first_byte >= 0
        return Read(
            member=self.source.member,
            reader=f"{NAME}/{VERSION}",
            size=size,
            messages=self.rows.count,
            header=self.first_byte if any_read else size,
            tail=size - self.last_byte if any_read else 0,
            first=min(self.stamps, default=None),
            last=max(self.stamps, default=None),
            zone=self._zone()[0],
            zone_basis=self._zone()[1],
            notes=self._notes(),
        )

    def _zone(self) -> tuple[str, str]:
        if not self.rows.local_times:
            return "UTC", "in-file"
        return (self.options.zone, "given") if self.options.zone else (ZONE, "assumed")

    def _notes(self) -> tuple[Note, ...]:
        notes = []
        if self.rows.local_times and not self.options.zone:
            notes.append(Note("note.telegram.zone_assumed", (("zone", ZONE),)))
        if self.rows.mended:
            notes.append(Note("note.telegram.repaired", (("count", self.rows.mended),)))
        if not self.outline.own and any(c.type == "personal_chat" for c in self.outline.chats):
            notes.append(Note("note.telegram.own_by_elimination"))
        if len(self.outline.chats) > 1:
            notes.append(Note("note.telegram.chats", (("count", len(self.outline.chats)),)))
        return tuple(notes)


def _in_batches(reading: _Reading) -> Iterator[pa.RecordBatch]:
    """Small windows joined until a batch is worth its while."""
    waiting: list[pa.RecordBatch] = []
    for batch in reading.batches():
        waiting.append(batch)
        if sum(b.num_rows for b in waiting) >= BATCH_ROWS:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def _reason(broken: Broken, size: int) -> Note:
    if broken.reason == "ends":
        return Note("note.telegram.cut_short", (("size", size),))
    return Note(f"note.telegram.broken_{broken.reason}", (("position", broken.position),))
