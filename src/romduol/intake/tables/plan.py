"""What a table would give if it were read by a mapping: counted first, nothing kept.

The same walk that the reader takes, so that a plan and a reading cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from romduol.casebook.evidence import Note, ReadingOptions
from romduol.intake.containers import is_archive
from romduol.intake.source import CannotRead, Source
from romduol.intake.tables import workbook
from romduol.intake.tables.delimited import Delimited
from romduol.intake.tables.mapping import Mapping
from romduol.intake.tables.rows import Cell, Row, Sheet
from romduol.intake.tables.stamps import ODD, Clock, Order
from romduol.intake.whatsapp.zones import zone_for

LOST = "tables.digits_lost"

_EXPONENT = re.compile(r"[0-9](?:[.,][0-9]+)?E\+(?:1[5-9]|[2-9][0-9])", re.IGNORECASE)
_LONG = re.compile(r"[0-9]{15}0+")
_UNSEEN = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_TOP = 20
_LISTED = 1000  # row numbers of a kind that a plan lists


@dataclass(frozen=True, slots=True)
class Plan:
    """What reading would give. Row numbers are a spreadsheet's; at most 1000 of a kind are listed.

    ``unmapped`` and ``missing`` are names of columns: shown to the person at the desk, never kept.
    Every data row is in ``rows``, ``wordless`` or ``crooked``.
    """

    sheet: str
    rows: int
    unmapped: tuple[str, ...]
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    wordless: int = 0
    wordless_rows: tuple[int, ...] = ()
    crooked: int = 0
    crooked_rows: tuple[int, ...] = ()
    undated: int = 0
    undated_rows: tuple[int, ...] = ()
    digits_lost: int = 0
    order: str = ""
    order_certain: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A data row by our fields; ``bad`` says why it is not read, ``""`` when it is."""

    row: Row
    said: dict[str, str]
    rules: tuple[str, ...]
    bad: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sheet a mapping is for: its header row, and where each of our fields stands."""

    sheet: Sheet
    header: tuple[str, ...]
    header_row: int
    places: dict[str, tuple[int, ...]]
    missing: tuple[str, ...]
    twice: tuple[str, ...]

    def lines(self) -> Iterator[Line]:
        """Every row below the header."""
        for row in self.sheet.rows():
            if row.number > self.header_row:
                yield self._line(row)

    def _line(self, row: Row) -> Line:
        said: dict[str, str] = {}
        rules: list[str] = []
        for ours, places in self.places.items():
            cells = [row.cells[place] for place in places if place < len(row.cells)]
            said[ours] = " ".join(cell.text for cell in cells if cell.text)
            rules.extend(rule for cell in cells for rule in cell.rules)
            if ours in _IDS and any(digits_lost(cell) for cell in cells):
                rules.append(LOST)
                said[ours] = (
                    "" if ours == "id" else said[ours]
                )  # no id is steadier than a false one
        return Line(row, said, tuple(dict.fromkeys(rules)), self._bad(row, said))

    def _bad(self, row: Row, said: dict[str, str]) -> str:
        if any(cell.text for cell in row.cells[len(self.header) :]):
            return "crooked"
        return "" if said["text"].strip() or said.get("attachment") else "wordless"


_IDS = frozenset({"account", "thread", "id", "reply_to"})


def digits_lost(cell: Cell) -> bool:
    """Whether a long number looks as if a spreadsheet, which keeps 15 digits, has shortened it.

    ``1.23457E+17``, or sixteen digits and more of which those behind the fifteenth are noughts.
    """
    return bool(_EXPONENT.fullmatch(cell.text) or _LONG.fullmatch(cell.text))


def sheets_of(source: Source) -> Sequence[Sheet]:
    """The sheets of a workbook, or the one of a CSV; raises ``CannotRead``."""
    head = source.head()
    if workbook.is_old_or_locked(head, source.name):
        raise CannotRead(Note("note.tables.old_or_locked"))
    return workbook.sheets(source) if is_archive(head) else (Delimited(source),)


def header_of(sheet: Sheet, named: frozenset[str] = frozenset()) -> Row | None:
    """The first row with every column in ``named``, within 20; else the first that holds anything.

    Titles and dates often stand above a spreadsheet's header.
    """
    top = list(islice(sheet.rows(), _TOP))
    whole = (row for row in top if named <= set(map(heading, row.texts())))
    return next(whole, top[0] if top else None)


def heading(text: str) -> str:
    """A column's name without what nobody sees: zero-width characters, spaces round and doubled."""
    return " ".join(_UNSEEN.sub("", text).split())


def _named(mapping: Mapping) -> frozenset[str]:
    return frozenset(map(heading, mapping.named()))


def dry_run(source: Source, mapping: Mapping, options: ReadingOptions | None = None) -> Plan:
    """What ``source`` would give by ``mapping``; raises ``CannotRead`` as reading would."""
    options = options or ReadingOptions()
    chosen = chosen_sheet(source, mapping)
    if "text" not in chosen.places:
        return _Tally().plan(chosen, mapping, ("", True, ""))
    order = order_of(chosen, mapping.order or options.order)
    zone, _ = zone_for(options)
    clock = Clock(zone, order[0], order[1])
    tally = _Tally()
    for line in chosen.lines():
        tally.see(line, clock)
    return tally.plan(chosen, mapping, order)


def order_of(chosen: Chosen, given: str) -> tuple[str, bool, str]:
    """Day or month first over the whole sheet: order, certain, how decided."""
    order = Order(given)
    if "sent_at" in chosen.places:
        for line in chosen.lines():
            if not line.bad:
                order.see(line.said["sent_at"])
    return order.decided()


def chosen_sheet(source: Source, mapping: Mapping) -> Chosen:
    """The sheet the mapping names, or the one with most of its columns; the first of equals."""
    found = [sheet for sheet in sheets_of(source) if mapping.sheet in ("", sheet.title)]
    if not found:
        raise CannotRead(Note("note.tables.no_such_sheet"))
    return max((_looked_at(sheet, mapping) for sheet in found), key=lambda c: len(c.places))


def _looked_at(sheet: Sheet, mapping: Mapping) -> Chosen:
    row = header_of(sheet, _named(mapping))
    header = tuple(map(heading, row.texts())) if row else ()
    places = {
        ours: tuple(header.index(heading(name)) for name in names)
        for ours, names in mapping.columns.items()
        if all(heading(name) in header for name in names)
    }
    named = sorted(_named(mapping))
    return Chosen(
        sheet=sheet,
        header=header,
        header_row=row.number if row else 0,
        places=places,
        missing=tuple(name for name in named if name not in header),
        twice=tuple(name for name in named if header.count(name) > 1),
    )


@dataclass(slots=True)
class _Tally:
    rows: int = 0
    digits_lost: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, list[int]] = field(default_factory=dict)

    def see(self, line: Line, clock: Clock) -> None:
        """Count one row."""
        if line.bad:
            self._number(line.bad, line)
            return
        self.rows += 1
        self.digits_lost += LOST in line.rules
        if ODD in clock.read(line.said.get("sent_at", "")).rules:
            self._number("undated", line)

    def _number(self, kind: str, line: Line) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        listed = self.numbers.setdefault(kind, [])
        if len(listed) < _LISTED:
            listed.append(line.row.number)

    def plan(self, chosen: Chosen, mapping: Mapping, order: tuple[str, bool, str]) -> Plan:
        """All that was seen."""
        named = _named(mapping)
        rows = {f"{kind}_rows": tuple(numbers) for kind, numbers in self.numbers.items()}
        return Plan(
            sheet=chosen.sheet.title,
            rows=self.rows,
            unmapped=tuple(name for name in chosen.header if name and name not in named),
            missing=chosen.missing,
            twice=chosen.twice,
            digits_lost=self.digits_lost,
            order=order[0],
            order_certain=order[1],
            **self.counts,  # type: ignore[arg-type]
            **rows,  # type: ignore[arg-type]
        )
