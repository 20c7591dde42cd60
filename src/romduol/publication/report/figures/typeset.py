"""A drawing as Typst shapes: native, never an image, so that Khmer is shaped and stays text."""

from __future__ import annotations

from romduol.publication.report.figures.shapes import Area, Box, Drawing, Line, Shape, Words
from romduol.publication.typesetting import quoted


def typeset(drawing: Drawing) -> str:
    """The call of ``drawing`` in the house style, its shapes as plain values."""
    shapes = "".join(f",\n  {_shape(shape)}" for shape in drawing.shapes)
    return f"drawing({_n(drawing.width)}, {_n(drawing.height)}{shapes})"


def _shape(shape: Shape) -> str:
    match shape:
        case Box(x, y, width, height, paint, _, edge):
            sizes = ", ".join(map(_n, (x, y, width, height)))
            made = f'("box", {sizes}, "{paint}", {_truth(edge)})'
        case Line(start, end):
            made = f'("line", {_point(start)}, {_point(end)})'
        case Area(rings, paint):
            made = f'("area", "{paint}", {", ".join(map(_ring, rings))})'
        case Words(x, y, text, size, anchor, paint, bold):
            made = (
                f'("words", {_n(x)}, {_n(y)}, {quoted(text)}, {_n(size)}, "{anchor}", "{paint}", '
                f"{_truth(bold)})"
            )
    return made


def _ring(points: tuple[tuple[float, float], ...]) -> str:
    return "(" + "".join(f"{_point(point)}, " for point in points) + ")"


def _point(point: tuple[float, float]) -> str:
    return f"({_n(point[0])}pt, {_n(point[1])}pt)"


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _n(value: float) -> str:
    return f"{value:.2f}"
