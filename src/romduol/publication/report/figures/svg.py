"""A drawing as inline SVG: text stays text, so that it can be read aloud, searched and audited."""

from __future__ import annotations

from html import escape

from romduol.publication.report.figures.shapes import Area, Box, Drawing, Line, Shape, Words


def svg(drawing: Drawing, id_: str, title: str, told: str) -> str:
    """The ``svg`` element. ``title`` names it and ``told`` says what it shows.

    ``data-at`` marks what stands for a category. Colours are classes of the report's style sheet;
    ``id_`` also names the pattern of hatching, which each drawing brings along.
    """
    shapes = "".join(_shape(shape, id_) for shape in drawing.shapes)
    return (
        f'<svg viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}" role="img" '
        f'aria-labelledby="{id_}-title {id_}-told"><title id="{id_}-title">{escape(title)}</title>'
        f'<desc id="{id_}-told">{escape(told)}</desc>'
        f'<defs><pattern id="{id_}-hatch" width="4" height="4" patternUnits="userSpaceOnUse">'
        '<path class="stroke" d="M-1 1L1 -1M0 4L4 0M3 5L5 3"/></pattern></defs>'
        f"{shapes}</svg>"
    )


def _shape(shape: Shape, id_: str) -> str:
    match shape:
        case Box(x, y, width, height, paint, at, edge):
            made = (
                f'<rect{_at(at)} {_paint(paint, id_)} x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" '
                f'height="{_n(height)}"{_EDGE if edge else ""}/>'
            )
        case Line(start, end):
            made = f'<path class="stroke" d="{_path((start, end))}"/>'
        case Area(rings, paint, at):
            path = "".join(_path(ring) + "Z" for ring in rings)
            made = f'<path{_at(at)} {_paint(paint, id_)}{_EDGE} fill-rule="evenodd" d="{path}"/>'
        case Words(x, y, text, size, anchor, paint, bold, at):
            made = (
                f'<text{_at(at)} class="{paint}{" bold" if bold else ""}" x="{_n(x)}" y="{_n(y)}" '
                f'font-size="{_n(size)}" text-anchor="{anchor}">{escape(text)}</text>'
            )
    return made


_EDGE = ' stroke-width="0.7"'


def _paint(paint: str, id_: str) -> str:
    return f'fill="url(#{id_}-hatch)"' if paint == "hatch" else f'class="{paint}"'


def _path(points: tuple[tuple[float, float], ...]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _at(at: str) -> str:
    return f' data-at="{escape(at)}"' if at else ""


def _n(value: float) -> str:
    """A length with two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
