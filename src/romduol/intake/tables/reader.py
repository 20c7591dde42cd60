"""A table of messages or posts and a mapping go in; messages come out. No mapping: nothing does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

import pyarrow as pa

from romduol.casebook.evidence import MESSAGE, Note, Precision, Read, ReadingOptions
from romduol.intake.entries import Attached, Entries, Entry
from romduol.intake.source import CannotRead, Source
from romduol.intake.tables.mapping import Mapping, TableOptions, mapping_in
from romduol.intake.tables.plan import LOST, Chosen, Line, chosen_sheet, order_of, sheets_of
from romduol.intake.tables.rows import FORMULA, NOT_UTF8
from romduol.intake.tables.stamps import ODD, Clock
from romduol.intake.tables.workbook import is_old_or_locked, is_workbook
from romduol.intake.whatsapp.zones import zone_for

NAME = "tables"
VERSION = "1"

_ENDINGS = (".csv", ".tsv")
_YES = frozenset({"yes", "y", "1", "true", "x", "បាទ", "ចាស"})
_NO = frozenset({"no", "n", "0", "false", "ទេ"})
_NOTED = {ODD: "undated", LOST: "digits_lost", FORMULA: "formulas", NOT_UTF8: "not_utf8"}


def recognises(head: bytes, name: str) -> bool:
    """Whether a file is a table: a workbook by its inside, CSV and TSV by their ending."""
    workbook = is_workbook(head, name) or is_old_or_locked(head, name)
    return workbook or name.lower().endswith(_ENDINGS)


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Every row that holds words, as the mapping in ``options`` says, then the ``Read``.

    Raises ``CannotRead`` without a mapping, when a column it names is not there or there twice,
    and for a file that is not whole.
    """
    mapping = mapping_in(options)
    if mapping is None:
        raise CannotRead(_needs_columns(source))
    chosen = chosen_sheet(source, mapping)
    _refuse(chosen)
    options = replace(options, own=(*options.own, *mapping.own), zone=mapping.zone or options.zone)
    order = order_of(chosen, mapping.order or options.order)
    reading = _Reading(source, chosen, mapping, options, order)
    entries = Entries(f"{NAME}/{VERSION}", mapping.platform, chosen.sheet.source, options)
    for batch in entries.batches(reading.entries()):
        yield reading.with_other(batch)
    closing = entries.closing(reading.used_zone(), reading.notes())
    if chosen.sheet.source is not source:  # in a workbook the rows tile a part, not the member
        closing = replace(closing, member=source.member, size=source.size, header=0, tail=0)
    yield replace(closing, order=order[0], order_certain=order[1], how_decided=order[2])


def _needs_columns(source: Source) -> Note:
    sheets = sheets_of(source)
    widths = [(len(row.cells) if row else 0) for row in (next(s.rows(), None) for s in sheets)]
    facts = (("sheets", len(sheets)), ("columns", max(widths, default=0)))
    return Note("note.tables.needs_columns", facts)


def _refuse(chosen: Chosen) -> None:
    if chosen.missing:
        raise CannotRead(Note("note.tables.columns_missing", (("count", len(chosen.missing)),)))
    if chosen.twice:
        raise CannotRead(Note("note.tables.columns_twice", (("count", len(chosen.twice)),)))


@dataclass(slots=True)
class _Reading:
    """One reading of one sheet."""

    source: Source
    chosen: Chosen
    mapping: Mapping
    options: ReadingOptions
    order: tuple[str, bool, str]
    zoneless: bool = False
    zoned: bool = False
    others: list[datetime | None] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def entries(self) -> Iterator[Entry]:
        """One entry a row; rows without words or with too many cells are counted."""
        zone, _ = zone_for(self.options)
        clock = Clock(zone, self.order[0], self.order[1])
        for line in self.chosen.lines():
            if line.bad:
                self._count(line.bad)
            else:
                yield self._entry(line, clock)

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def _entry(self, line: Line, clock: Clock) -> Entry:
        said = line.said
        stamp = clock.read(said.get("sent_at", ""))
        self.others.append(stamp.other)
        self.zoned |= stamp.zoned
        self.zoneless |= stamp.moment is not None and not stamp.zoned
        rules = (*line.rules, *stamp.rules)
        for rule, what in _NOTED.items():
            if rule in rules:
                self._count(what)
        return Entry(
            start=line.row.start,
            end=line.row.end,
            thread=said.get("thread") or self.mapping.thread or self.mapping.platform,
            text=said["text"],
            stamp=said.get("sent_at", ""),
            sent_at=stamp.moment,
            precision=stamp.precision if stamp.moment else Precision.UNKNOWN,
            author=said.get("author") or None,
            account=said.get("account") or None,
            own=_own(said.get("own", "")),
            key=said.get("id") or None,
            reply_to=said.get("reply_to") or None,
            forwarded_from=said.get("forwarded_from") or None,
            attached=self._attached(said.get("attachment", "")),
            rules=rules,
        )

    def _attached(self, name: str) -> tuple[Attached, ...]:
        if not name:
            return ()
        held = name.replace("\\", "/").rpartition("/")[2] in self.source.beside
        return (Attached("file", name, held) if held else Attached("file", note=name),)

    def with_other(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """``batch`` with the other reading of its stamps, while the order is undecided."""
        here, self.others = self.others[: batch.num_rows], self.others[batch.num_rows :]
        if self.order[1]:
            return batch
        place = MESSAGE.get_field_index("sent_at_other")
        other = pa.array(here, MESSAGE.field(place).type)
        return batch.set_column(place, MESSAGE.field(place), other)

    def used_zone(self) -> tuple[str, str]:
        """The zone that stamps were read in, and on what it rests."""
        if self.zoned and not self.zoneless:
            return "UTC", "in-file"
        zone, basis = zone_for(self.options)
        return (str(zone), basis) if self.zoneless else ("", "")

    def notes(self) -> list[Note]:
        """What a person should know."""
        notes = [
            Note(f"note.tables.{what}", (("count", count),))
            for what, count in sorted(self.counts.items())
        ]
        zone, basis = self.used_zone()
        if basis == "assumed":
            notes.append(Note("note.tables.zone_assumed", (("zone", zone),)))
        if isinstance(self.options, TableOptions) and self.options.kept:
            notes.append(Note("note.tables.columns_kept"))
        if not self.order[1]:
            notes.append(Note(f"note.tables.order_{self.order[2]}"))
        return notes


def _own(said: str) -> bool | None:
    plain = said.strip().lower()
    if plain in _YES:
        return True
    return False if plain in _NO else None
