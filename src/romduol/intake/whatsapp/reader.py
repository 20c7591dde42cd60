"""The WhatsApp reader: one member's bytes to batches, and how it was read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.arrow import pc
from romduol.intake.positions import Tiling
from romduol.intake.source import CannotRead, Source
from romduol.intake.whatsapp.layouts import Layout
from romduol.intake.whatsapp.ordering import Decision, decide
from romduol.intake.whatsapp.rows import Rows
from romduol.intake.whatsapp.scanning import Senders, Spans, exact, quick
from romduol.intake.whatsapp.sniffing import looks_like_one, senders, sniff
from romduol.intake.whatsapp.threads import thread_of
from romduol.intake.whatsapp.windows import windows
from romduol.intake.whatsapp.zones import zone_for

NAME = "whatsapp"
VERSION = "1"
MOST_LAYOUTS = 12
_ROWS = 65_536
# WhatsApp cuts an export at about this many messages, without and with media
_CUT_PLAIN, _CUT_WITH_MEDIA = range(39_500, 41_001), range(9_500, 10_501)


def recognises(head: bytes, name: str) -> bool:
    """Whether the file begins with a record's head, or has several near its beginning."""
    return looks_like_one(head)


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Batches of at most 65,536 messages, then one ``Read``. Memory does not grow with the file
    but for 16 bytes a message (``identity``).

    Raises ``CannotRead`` when there is no record's head, or a record is over 64 MiB.
    """
    sniffed = sniff(source.head())
    if sniffed is None:
        raise CannotRead(Note("note.no_whatsapp_records"))
    thread = thread_of(source, sniffed.first_record())
    known = _Known(source, options, sniffed.main)
    zone, basis = zone_for(options)
    rows = Rows(
        source.member, thread, sniffed.main, known.decided, zone, frozenset(options.own),
        source.beside,
    )  # fmt: skip
    whole = _Whole()
    for batch in _batches(source, sniffed.main, senders(sniffed, thread), rows, whole):
        whole.see(batch)
        yield batch
    yield _last_word(source, rows, known, whole, (str(zone), basis))


class _Known:
    """The order of each layout met so far, decided when it is first met."""

    def __init__(self, source: Source, options: ReadingOptions, main: Layout) -> None:
        self._source, self._options, self.main = source, options, main
        self._decisions: dict[Layout, Decision] = {}

    def decided(self, layout: Layout) -> Decision:
        if layout not in self._decisions:
            if len(self._decisions) >= MOST_LAYOUTS:
                raise CannotRead(Note("note.too_many_layouts", (("layouts", MOST_LAYOUTS),)))
            self._decisions[layout] = decide(self._source, layout, self._options)
        return self._decisions[layout]

    def about(self, kept: set[Layout]) -> list[Decision]:
        """The decisions on the main layout and on those in which records were kept."""
        return [self.decided(layout) for layout in dict.fromkeys((self.main, *kept))]


class _Whole:
    """What is true of all batches together."""

    def __init__(self) -> None:
        self.tiling: Tiling | None = None
        self.first: datetime | None = None
        self.last: datetime | None = None

    def see(self, batch: pa.RecordBatch) -> None:
        ends = pc.min_max(batch["sent_at"]).as_py()
        if ends["min"] is not None:
            self.first = min(filter(None, (self.first, ends["min"])))
            self.last = max(filter(None, (self.last, ends["max"])))

    def cover(self, at: int, window: bytes, batch: pa.RecordBatch) -> None:
        """Hold the batch's records to the window: no gap, no overlap, nothing left behind."""
        starts, ends = batch["start"], batch["end"]
        if self.tiling is None:
            self.tiling = Tiling(starts[0].as_py())
        unbroken = pc.all(pc.equal(starts.slice(1), ends.slice(0, len(ends) - 1))).as_py()
        if unbroken is False or ends[-1].as_py() != at + len(window):
            raise CannotRead(Note("note.records_leave_gaps", (("at", at),)))
        self.tiling.cover(starts[0].as_py(), ends[-1].as_py())


def _batches(
    source: Source, main: Layout, named: Senders, rows: Rows, whole: _Whole
) -> Iterator[pa.RecordBatch]:
    with source.open() as stream:
        for at, window, after in windows(stream, main.starts()):
            spans = spans_of(window, main, named)
            if not len(spans) and whole.tiling is None:
                continue  # nothing but header so far
            batch = rows.batch(window, at, spans, after)
            whole.cover(at, window, batch)
            for first in range(0, len(batch), _ROWS):
                yield batch.slice(first, _ROWS)


def spans_of(window: bytes, main: Layout, named: Senders) -> Spans:
    """The quick way if it is sure of every line, else the exact one."""
    found = quick(window, main, named)
    return exact(window, main, named) if found is None else found


def _last_word(
    source: Source, rows: Rows, known: _Known, whole: _Whole, zone: tuple[str, str]
) -> Read:
    if whole.tiling is None:
        raise CannotRead(Note("note.no_whatsapp_records"))
    main = known.decided(known.main)
    decisions = known.about(rows.layouts)
    asked = dict.fromkeys(note for decision in decisions for note in decision.notes)
    return Read(
        member=source.member,
        reader=f"{NAME}/{VERSION}",
        size=source.size,
        messages=rows.counts["messages"],
        header=whole.tiling.header,
        tail=whole.tiling.close(source.size),
        first=whole.first,
        last=whole.last,
        order=main.order,
        order_certain=all(decision.certain for decision in decisions),
        how_decided=main.how,
        zone=zone[0],
        zone_basis=zone[1],
        notes=(*asked, *_counted(rows)),
    )


_COUNTED = {
    "whatsapp.pasted-inside": "note.pasted_inside",
    "whatsapp.back-in-time": "note.back_in_time",
    "whatsapp.no-such-time": "note.no_such_time",
    "whatsapp.repair.not-utf8": "note.not_utf8",
    "whatsapp.sender-with-colon": "note.sender_with_colon",
    "omitted": "note.media_omitted",
}


def _counted(rows: Rows) -> Iterator[Note]:
    for counted, note in _COUNTED.items():
        if rows.counts[counted]:
            yield Note(note, (("count", rows.counts[counted]),))
    if rows.counts["held"]:
        yield Note("note.media_held", (("count", rows.counts["held"]),))
    missing = rows.counts["named"] - rows.counts["held"]
    if missing:
        yield Note("note.media_not_here", (("count", missing),))
    messages = rows.counts["messages"]
    if messages in (_CUT_WITH_MEDIA if rows.counts["named"] else _CUT_PLAIN):
        yield Note("note.may_be_cut", (("messages", messages),))
