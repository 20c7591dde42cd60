"""A figure becomes shapes: bars, the ladder of retreat, columns of time, squares or outlines.

Lengths are in proportion to numbers and begin at nothing. What is not shown is a hatched piece of
one size, whatever its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from romduol.publication.phrases import digits, phrase
from romduol.publication.report.figures import maps
from romduol.publication.report.figures.measuring import fitting, width, wrapped
from romduol.publication.report.figures.model import WAITED, Figure, Kind, Mark
from romduol.publication.report.figures.said import shown
from romduol.publication.report.figures.shapes import (
    Anchor,
    Box,
    Drawing,
    Line,
    Paint,
    Shape,
    Words,
)

SHEET = 360.0
_TEXT = 10.5
_BAR = 9.0
_STUB = 44.0  # of what is not shown
_STEP = 9.0
_COLUMNS_HIGH = 130.0
_LINE = {"en": 14.0, "km": 17.0}


def draw(figure: Figure, lang: str) -> Drawing:
    """The figure with words in ``lang``; the same figure gives the same shapes."""
    return _DRAWN[figure.kind](figure, lang)


def _bars(figure: Figure, lang: str) -> Drawing:
    """A row a mark: its name, and under it a bar as long as its number."""
    stair = figure.kind is Kind.LADDER
    shapes: list[Shape] = []
    y = 2.0
    widest = max(width(shown(mark, lang), _TEXT, bold=True) for mark in figure.marks)
    for place, mark in enumerate(figure.marks):
        indent = _STEP * (place if stair else max(mark.depth - 1, 0))
        lines = wrapped(_name(mark, lang), SHEET - indent, _TEXT)
        for line in lines:
            y += _LINE[lang]
            shapes.append(Words(indent, y - 4, line, _TEXT, bold=mark.depth == 0 and not stair))
        room = SHEET - indent - widest - 8
        if stair:
            room = SHEET - _STEP * (len(figure.marks) - 1) - widest - 8
        shapes += _bar(mark, figure.most, lang, (indent, y, room))
        y += _BAR + 9
    return Drawing(SHEET, y, tuple(shapes))


def _bar(mark: Mark, most: int, lang: str, place: tuple[float, float, float]) -> Iterator[Shape]:
    """The bar at (x, y, room) and the number at its end."""
    x, y, room = place
    length = _STUB if mark.value is None else room * mark.value / most
    paint = Paint.DEEP if mark.depth == 0 else Paint.LEAF
    yield Box(x, y, length, _BAR, Paint.HATCH if mark.value is None else paint, mark.at)
    yield _value(mark, lang, (x + length + 5, y + _BAR - 0.5), Anchor.START)


def _value(mark: Mark, lang: str, at: tuple[float, float], anchor: Anchor) -> Words:
    known = mark.value is not None
    paint = Paint.INK if known else Paint.SOFT
    size = _TEXT if known else _TEXT - 1.5
    return Words(*at, shown(mark, lang), size, anchor, paint, bold=known, at=mark.at)


def _name(mark: Mark, lang: str) -> str:
    return dict(mark.labels)[lang]


def _timeline(figure: Figure, lang: str) -> Drawing:
    """A column a period, as high as its number, on one line of time."""
    pitch = SHEET / len(figure.marks)
    wide = min(pitch * 0.7, 36.0)
    foot = _COLUMNS_HIGH + 22
    shapes: list[Shape] = [Line((0, foot), (SHEET, foot))]
    for place, mark in enumerate(figure.marks):
        middle = pitch * (place + 0.5)
        high = _STUB / 2 if mark.value is None else _COLUMNS_HIGH * mark.value / figure.most
        paint = Paint.HATCH if mark.value is None else Paint.LEAF
        shapes.append(Box(middle - wide / 2, foot - high, wide, high, paint, mark.at))
        if mark.value is not None:
            size = fitting([shown(mark, lang)], pitch - 1, _TEXT, bold=True)
            shapes.append(
                Words(middle, foot - high - 5, shown(mark, lang), size, Anchor.MIDDLE,
                      bold=True, at=mark.at)
            )  # fmt: skip
    shapes += _periods(figure, lang, pitch, foot)
    return Drawing(SHEET, foot + 2 * _LINE[lang] + 2, tuple(shapes))


def _periods(figure: Figure, lang: str, pitch: float, foot: float) -> Iterator[Shape]:
    """The part of the year under its column, the year under the first of its columns."""
    names = [_parts(mark.at, lang) for mark in figure.marks]
    size = fitting([part or year for part, year in names], pitch * 0.95, _TEXT - 1)
    every = 1
    while size < 6.5:
        every += 1
        size = fitting([part or year for part, year in names], pitch * every * 0.95, _TEXT - 1)
    told = ""
    for place, (part, year) in enumerate(names):
        middle = pitch * (place + 0.5)
        if place % every == 0:
            yield Words(
                middle, foot + _LINE[lang] - 2, part or year, size, Anchor.MIDDLE, Paint.SOFT
            )
        if part and year != told:
            told = year
            room = pitch * sum(1 for _, other in names if other == year)
            small = fitting([year], room, _TEXT - 1)
            yield Words(pitch * place + 1, foot + 2 * _LINE[lang] - 2, year, small,
                        Anchor.START, Paint.SOFT)  # fmt: skip


def _parts(code: str, lang: str) -> tuple[str, str]:
    """A period as the short name of its part of the year, if any, and its year."""
    year, _, part = code.partition("-")
    if not part:
        return "", digits(year, lang)
    kind = "quarter" if part.startswith("Q") else "month"
    short = digits(str(int(part.removeprefix("Q"))), lang)
    return phrase(f"figure.period.{kind}", lang, part=short), digits(year, lang)


_DAYS_SHOWN = 104  # a little more than the last day of the grid, to draw those who wait on


def _curve(figure: Figure, lang: str) -> Drawing:
    """A stair that falls with every answer: as high as reports still waited, as wide as days."""
    pitch, foot = SHEET / _DAYS_SHOWN, _COLUMNS_HIGH + 22
    days = [*(WAITED[mark.at] for mark in figure.marks), _DAYS_SHOWN]
    shapes: list[Shape] = [Line((0, foot), (SHEET, foot))]
    for mark, since, until in zip(figure.marks, days, days[1:], strict=False):
        high = _COLUMNS_HIGH * (mark.value or 0) / figure.most
        wide = pitch * (until - since)
        paint = Paint.SOFT_LEAF if until == _DAYS_SHOWN else Paint.LEAF
        shapes.append(Box(pitch * since, foot - high, wide, high, paint, mark.at, edge=True))
        size = fitting([shown(mark, lang)], wide - 1, _TEXT, bold=True)
        middle = pitch * since + wide / 2
        shapes.append(
            Words(middle, foot - high - 5, shown(mark, lang), size, Anchor.MIDDLE,
                  bold=True, at=mark.at)
        )  # fmt: skip
        named = digits(str(since), lang)
        start = Anchor.MIDDLE if since else Anchor.START
        at = (pitch * since, foot + _LINE[lang] - 2)
        shapes.append(Words(*at, named, _TEXT - 1, start, Paint.SOFT))
    below = phrase("figure.curve.days", lang)
    y = foot + 2 * _LINE[lang] - 2
    shapes.append(Words(SHEET / 2, y, below, _TEXT - 1, Anchor.MIDDLE, Paint.SOFT))
    return Drawing(SHEET, y + 4, tuple(shapes))


_DRAWN: dict[Kind, Callable[[Figure, str], Drawing]] = {
    Kind.BARS: _bars,
    Kind.LADDER: _bars,
    Kind.TIMELINE: _timeline,
    Kind.TILES: maps.tiles,
    Kind.OUTLINES: maps.outlines,
    Kind.CURVE: _curve,
}
