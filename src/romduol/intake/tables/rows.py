"""What a table is, whatever file it came in: sheets of rows of cells, each with its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from romduol.intake.source import Source

WIDEST = 16_384  # columns of the widest spreadsheet (Excel's XFD); a wider row is a trap

NOT_UTF8 = "tables.repair.not_utf8"
FORMULA = "tables.formula"
SERIAL = "tables.serial_date"
SHARED = "tables.shared_string"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text after undoing only the file's own escaping; bytes ``[start, end)``.

    A formula's cell holds the value the file carries beside it; nothing is ever calculated. A
    number that the file shows as a date is that date in ISO form (``SERIAL``). A string that a
    workbook keeps apart stands there, not in the cell's bytes (``SHARED``).
    """

    text: str
    start: int
    end: int
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row, numbered as a spreadsheet does: the first is 1. Bytes ``[start, end)``."""

    number: int
    start: int
    end: int
    cells: tuple[Cell, ...]

    def texts(self) -> tuple[str, ...]:
        """The cells' texts, left to right."""
        return tuple(cell.text for cell in self.cells)


class Sheet(Protocol):
    """One sheet. ``source`` is the member whose bytes the rows stand in."""

    @property
    def title(self) -> str:
        """What the workbook calls it; ``""`` in a file of one sheet."""

    @property
    def source(self) -> Source:
        """Where its bytes are."""

    def rows(self) -> Iterator[Row]:
        """Every row that holds anything, from the top; raises ``CannotRead``."""
