"""A figure as data: which marks with which numbers, taken from one protected table.

A mark without a number is drawn hatched, whether its cell was withheld, its place or time was
merged into the rest, or nothing was told of it: the drawing does not say which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from romduol.casebook.care import WAITING
from romduol.casebook.claims import Category, Table, Unit
from romduol.publication.axes import PLACES, REST, TIMES
from romduol.publication.claims import WHOLE
from romduol.publication.labels import period
from romduol.publication.phrases import LANGS, Text, both
from romduol.publication.report.figures.outlines import Outlines
from romduol.publication.report.figures.tiles import TILES, Tile

MOST_BARS = 18  # more do not fit on one page
MOST_COLUMNS = 24
WAITED = {  # the day from which so many still waited
    WHOLE: 0, "wait.after7": 7, "wait.after30": 30, "wait.after60": 60, "wait.after90": 90,
}  # fmt: skip
_PERIODS = {"month": 12, "quarter": 4, "year": 1}


class Kind(StrEnum):
    """How numbers are drawn."""

    BARS = "bars"
    LADDER = "ladder"
    TIMELINE = "timeline"
    TILES = "tiles"
    OUTLINES = "outlines"
    CURVE = "curve"


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing drawn: the category of the table it stands for, its name, its number or none."""

    at: str
    labels: Text
    value: int | None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one table. ``beside`` are rows told in words under the drawing.

    ``ground`` holds the squares or outlines that a map is drawn on.
    """

    id: str
    table: str
    kind: Kind
    title: Text
    unit: Unit
    marks: tuple[Mark, ...]
    beside: tuple[Mark, ...] = ()
    ground: tuple[Tile, ...] | Outlines | None = None
    whole: bool = True  # is each row of the table drawn?

    @property
    def most(self) -> int:
        """The largest number drawn; at least one, so that a length can be taken of it."""
        return max([1, *(mark.value for mark in self.marks if mark.value is not None)])


def figures_of(tables: Sequence[Table], own_map: Outlines | None = None) -> tuple[Figure, ...]:
    """A figure for every table of one axis in which at least two numbers are printed."""
    drawn = [_figure(table, own_map) for table in tables if len(table.axes) == 1]
    worth = (f for f in drawn if f and sum(m.value is not None for m in f.marks) >= 2)
    return tuple(worth)


def _figure(table: Table, own_map: Outlines | None) -> Figure | None:
    axis, categories = table.axes[0]
    values = {cell.at[0]: cell.value for cell in table.cells}
    if axis == WAITING:
        return _curve(table, categories, values)
    if axis in PLACES:
        return _map(table, categories, values, own_map)
    if axis in TIMES and len(found := _periods(categories, axis)) <= MOST_COLUMNS:
        marks = tuple(Mark(at, _named(at), values.get(at)) for at in found)
        return _made(table, Kind.TIMELINE, marks, _outside(categories, values))
    rows = _fitting(categories, values)
    kind = Kind.LADDER if axis == "retreat" else Kind.BARS
    depths = _depths(categories)
    marks = tuple(Mark(c.id, c.labels, values[c.id], depths[c.id]) for c in rows)
    return _made(table, kind, marks) if marks else None


def _curve(
    table: Table, categories: Sequence[Category], values: dict[str, int | None]
) -> Figure | None:
    """Who still waited on the days of the grid; nothing of it where one of them is withheld."""
    labels = {c.id: c.labels for c in categories} | {WHOLE: both("figure.curve.sent")}
    marks = tuple(Mark(at, labels[at], values[at]) for at in WAITED if at in labels)
    if len(marks) < len(WAITED) or any(mark.value is None for mark in marks):
        return None
    id_ = table.id.replace("t", "f", 1)
    return Figure(id_, table.id, Kind.CURVE, table.title, table.unit, marks)


def _made(
    table: Table,
    kind: Kind,
    marks: tuple[Mark, ...],
    beside: tuple[Mark, ...] = (),
    ground: tuple[Tile, ...] | Outlines | None = None,
) -> Figure:
    id_ = table.id.replace("t", "f", 1)
    rows = {category.id for category in table.axes[0][1]}
    whole = rows <= {mark.at for mark in (*marks, *beside)}
    return Figure(id_, table.id, kind, table.title, table.unit, marks, beside, ground, whole)


def _map(
    table: Table,
    categories: Sequence[Category],
    values: dict[str, int | None],
    own_map: Outlines | None,
) -> Figure | None:
    """A map if the places shown stand on it: our squares, or outlines that were brought."""
    axis = table.axes[0][0]
    told = {c.id for c in categories} - {WHOLE, REST}
    beside = _outside(categories, values)
    if own_map is not None and told <= own_map.codes:
        wanted = own_map.only(PLACES[axis])
        marks = tuple(Mark(o.code, o.labels, values.get(o.code)) for o in wanted.parts)
        return _made(table, Kind.OUTLINES, marks, beside, wanted)
    tiles = TILES[axis]
    if not told <= {tile.code for tile in tiles}:
        rows = tuple(Mark(c.id, c.labels, values[c.id], 1) for c in _fitting(categories, values))
        return _made(table, Kind.BARS, rows) if rows else None
    marks = tuple(Mark(tile.code, tile.labels, values.get(tile.code)) for tile in tiles)
    return _made(table, Kind.TILES, marks, beside, tiles)


def _outside(categories: Iterable[Category], values: dict[str, int | None]) -> tuple[Mark, ...]:
    """The whole and the rest, which have no place on a map or a line of time."""
    return tuple(Mark(c.id, c.labels, values[c.id]) for c in categories if c.id in (WHOLE, REST))


def _fitting(categories: Sequence[Category], values: dict[str, int | None]) -> tuple[Category, ...]:
    """The rows if they fit on a page, else those with a number, else as deep as these fit.

    Which rows are withheld the table says too; that they are not drawn tells nothing more.
    """
    if len(categories) <= MOST_BARS:
        return tuple(categories)
    depths = _depths(categories)
    printed = [c for c in categories if values[c.id] is not None]
    for deepest in range(max(depths.values()), -1, -1):
        rows = tuple(c for c in printed if depths[c.id] <= deepest)
        if len(rows) <= MOST_BARS:
            return rows
    return ()


def _depths(categories: Iterable[Category]) -> dict[str, int]:
    depths: dict[str, int] = {}
    for category in categories:
        depths[category.id] = 0 if category.parent is None else depths[category.parent] + 1
    return depths


def _periods(categories: Iterable[Category], length: str) -> tuple[str, ...]:
    """Every period from the first told to the last, so that time runs evenly."""
    told = sorted({c.id for c in categories} - {WHOLE, REST})
    return tuple(_between(told[0], told[-1], length)) if told else ()


def _between(first: str, last: str, length: str) -> Iterator[str]:
    at, end = _ordinal(first, length), _ordinal(last, length)
    for place in range(at, end + 1):
        year, part = divmod(place, _PERIODS[length])
        name = {"month": f"-{part + 1:02}", "quarter": f"-Q{part + 1}", "year": ""}[length]
        yield f"{year:04}{name}"


def _ordinal(code: str, length: str) -> int:
    year, _, part = code.partition("-")
    return int(year) * _PERIODS[length] + int(part.removeprefix("Q") or 1) - 1


def _named(code: str) -> Text:
    return tuple((lang, period(code, lang)) for lang in LANGS)
