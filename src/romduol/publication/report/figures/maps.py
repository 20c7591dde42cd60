"""The two kinds of map as shapes: labelled squares, and outlines that somebody brought.

The more a place counts, the deeper its colour, in four bands of equal width; the number itself
stands in the place, so that nothing hangs on telling colours apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from romduol.publication.report.figures.measuring import fitting, wrapped
from romduol.publication.report.figures.model import Figure, Mark
from romduol.publication.report.figures.outlines import Outlines
from romduol.publication.report.figures.said import shown
from romduol.publication.report.figures.shapes import (
    Anchor,
    Area,
    Box,
    Drawing,
    Paint,
    Shape,
    Words,
)
from romduol.publication.report.figures.tiles import Tile

SHEET = 360.0
_GAP = 3.0
_NAME, _NUMBER, _ON_MAP = 8.5, 12.0, 10.0  # sizes of words
_NAME_LINE = {"en": 10.0, "km": 12.5}
_BANDS = (Paint.PALE_LEAF, Paint.SOFT_LEAF, Paint.LEAF, Paint.DEEP)
_DARK = frozenset({Paint.LEAF, Paint.DEEP})


def tiles(figure: Figure, lang: str) -> Drawing:
    """A square a place, with its name and number."""
    assert isinstance(figure.ground, tuple)
    columns = 1 + max(tile.column for tile in figure.ground)
    side = (SHEET + _GAP) / max(columns, 6)
    shapes = [
        shape
        for tile, mark in zip(figure.ground, figure.marks, strict=True)
        for shape in _tile(tile, mark, figure.most, lang, side)
    ]
    rows = 1 + max(tile.row for tile in figure.ground)
    return Drawing(side * columns - _GAP, side * rows - _GAP, tuple(shapes))


def _tile(tile: Tile, mark: Mark, most: int, lang: str, side: float) -> Iterator[Shape]:
    x, y, inner = tile.column * side, tile.row * side, side - _GAP
    paint = _band(mark, most)
    ink = Paint.PAPER if paint in _DARK else Paint.INK
    yield Box(x, y, inner, inner, paint, mark.at, edge=True)
    lines = wrapped(dict(mark.labels)[lang], inner + 14, _NAME)
    size = fitting(lines, inner - 4, _NAME)
    if paint is Paint.HATCH:
        high = _NAME_LINE[lang] * len(lines)
        yield Box(x + 1, y + 3, inner - 2, high + 2, Paint.PAPER)
    for place, line in enumerate(lines, start=1):
        foot = y + _NAME_LINE[lang] * place + 1
        yield Words(x + inner / 2, foot, line, size, Anchor.MIDDLE, ink)
    if mark.value is not None:
        at = (x + inner / 2, y + inner - 7)
        yield Words(*at, shown(mark, lang), _NUMBER, Anchor.MIDDLE, ink, bold=True, at=mark.at)


def outlines(figure: Figure, lang: str) -> Drawing:
    """The places as they were brought, each with its number in its middle."""
    assert isinstance(figure.ground, Outlines)
    areas: list[Shape] = []
    numbers: list[Shape] = []
    for part, mark in zip(figure.ground.parts, figure.marks, strict=True):
        paint = _band(mark, figure.most)
        rings = tuple(tuple((x * SHEET, y * SHEET) for x, y in ring) for ring in part.rings)
        areas.append(Area(rings, paint, mark.at))
        if mark.value is not None:
            x, y = part.middle
            ink = Paint.PAPER if paint in _DARK else Paint.INK
            at = (x * SHEET, y * SHEET + 4)
            told = shown(mark, lang)
            numbers.append(Words(*at, told, _ON_MAP, Anchor.MIDDLE, ink, bold=True, at=mark.at))
    return Drawing(SHEET, figure.ground.height * SHEET, (*areas, *numbers))


def _band(mark: Mark, most: int) -> Paint:
    """One of four bands of equal width; nothing counted is the palest."""
    if mark.value is None:
        return Paint.HATCH
    return _BANDS[min(4 * max(mark.value - 1, 0) // most, 3)]
