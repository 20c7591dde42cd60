"""The part of one sheet becomes rows: cells in their columns, numbers that are dates as dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead, Source
from romduol.intake.tables.parts import Met, Moment, met
from romduol.intake.tables.rows import FORMULA, SERIAL, SHARED, WIDEST, Cell, Row
from romduol.intake.tables.strings import unescaped

LONGEST = 64 << 20  # characters of one row

_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_READ = ("v", "t", "f")
_FROM_1900, _FROM_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - a wall clock
_LEAP_DAY_1900 = 60  # Excel counts a 29 February 1900 that never was


@dataclass(frozen=True, slots=True)
class Reading:
    """What of a workbook is needed to understand a cell."""

    strings: list[str]
    dates: frozenset[int]
    from_1904: bool


@dataclass(slots=True)
class _Open:
    """A row or cell that is being read."""

    at: int
    number: int
    attributes: dict[str, str] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=dict)
    size: int = 0


def read_rows(part: Source, reading: Reading) -> Iterator[Row]:
    """Every row that holds anything; raises ``CannotRead`` when rows or cells go backwards."""
    walk = _Walk(reading)
    for one in met(part):
        row = walk.take(one)
        if row is not None and any(cell.text for cell in row.cells):
            yield row


class _Walk:
    """One walk through one sheet. A row ends where the next begins, a cell likewise."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.row: _Open | None = None
        self.cell: _Open | None = None
        self.inside = ""
        self.reached = 0

    def take(self, one: Met) -> Row | None:
        """The row that is now known to be whole, if one is."""
        done = None
        if one.moment is Moment.TEXT:
            self._text(one)
        elif one.moment is Moment.OPENS:
            done = self._opens(one)
        elif one.name in _READ or one.name == "rPh":
            self.inside = ""
        elif one.name == "row":
            self._close_cell(one.at)
        elif one.name == "sheetData":
            done = self._close_row(one.at)
        return done

    def _opens(self, one: Met) -> Row | None:
        done = None
        if one.name == "row":
            done = self._close_row(one.at)
            self.row = _Open(one.at, self._row_number(one.attributes))
        elif one.name == "c" and self.row is not None:
            self._close_cell(one.at)
            self.cell = _Open(one.at, self._column(one.attributes), one.attributes)
        elif one.name in _READ and self.cell is not None and self.inside != "rPh":
            self.inside = one.name
            self.cell.words.setdefault(one.name, [])
        elif one.name == "rPh":
            self.inside = "rPh"
        return done

    def _text(self, one: Met) -> None:
        if self.cell is None or self.row is None or self.inside not in _READ:
            return
        self.cell.words[self.inside].append(one.name)
        self.row.size += len(one.name)
        if self.row.size > LONGEST:
            raise CannotRead(Note("note.record_too_long", (("at", self.row.at),)))

    def _close_row(self, at: int) -> Row | None:
        if self.row is None:
            return None
        self._close_cell(at)
        row, self.row = self.row, None
        return Row(row.number, row.at, at, tuple(row.cells))

    def _close_cell(self, at: int) -> None:
        if self.cell is None or self.row is None:
            return
        cell, self.cell, self.inside = self.cell, None, ""
        cells = self.row.cells
        cells.extend([Cell("", self.row.at, self.row.at)] * (cell.number - len(cells)))
        text, rules = _understood(cell, self.reading)
        cells.append(Cell(text, cell.at, at, rules))

    def _row_number(self, attributes: dict[str, str]) -> int:
        said = attributes.get("r", str(self.reached + 1))
        if not _ROW.fullmatch(said) or int(said) <= self.reached:
            raise CannotRead(Note("note.tables.workbook_broken"))
        self.reached = int(said)
        return self.reached

    def _column(self, attributes: dict[str, str]) -> int:
        """The column, from 0; at least the one behind the last cell."""
        assert self.row is not None
        behind = len(self.row.cells)
        if "r" not in attributes:
            return behind
        place = _PLACE.fullmatch(attributes["r"])
        column = _number(place[1]) if place else -1
        if not behind <= column < WIDEST:
            raise CannotRead(Note("note.tables.workbook_broken"))
        return column


def _number(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1


def _understood(cell: _Open, reading: Reading) -> tuple[str, tuple[str, ...]]:
    """The cell's text and the rules by which it was read."""
    value = "".join(cell.words.get("v", []))
    formula = (FORMULA,) if "f" in cell.words else ()
    kind = cell.attributes.get("t", "n")
    if kind == "s":
        return _shared(value, reading.strings), (*formula, SHARED)
    if kind == "inlineStr":
        return unescaped("".join(cell.words.get("t", []))), formula
    if kind in ("str", "e", "d"):
        return unescaped(value), formula
    if kind == "b":
        return {"1": "TRUE", "0": "FALSE"}.get(value, value), formula
    style = cell.attributes.get("s", "0")
    if value and style.isascii() and style.isdigit() and int(style[:6]) in reading.dates:
        date = serial_date(value, from_1904=reading.from_1904)
        if date:
            return date, (*formula, SERIAL)
    return value, formula


def _shared(value: str, strings: list[str]) -> str:
    if not (value.isascii() and value.isdigit()) or int(value[:9]) >= len(strings):
        raise CannotRead(Note("note.tables.workbook_broken"))
    return strings[int(value[:9])]


def serial_date(value: str, *, from_1904: bool) -> str:
    """The day and time a serial number stands for, in ISO form; ``""`` when it is none.

    ECMA-376 part 1, 18.17.4: whole days, and the time as a fraction, to the nearest second; a
    number below 1 is a time only.
    """
    try:
        serial = float(value)
        if serial < 0 or (int(serial) == _LEAP_DAY_1900 and not from_1904):
            return ""
        days = serial + 1 if serial < _LEAP_DAY_1900 and not from_1904 else serial
        seconds = round(days * 86400)
        moment = (_FROM_1904 if from_1904 else _FROM_1900) + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return ""
    if serial < 1:
        return moment.time().isoformat()
    midnight = seconds % 86400 == 0
    return moment.date().isoformat() if midnight else moment.isoformat(" ")
