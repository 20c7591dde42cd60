"""A drawing as a PNG for programs that cannot draw shapes: from the source that the PDF has."""

from __future__ import annotations

from importlib.resources import files

from romduol.publication.report.figures.shapes import Drawing
from romduol.publication.report.figures.typeset import typeset
from romduol.publication.typesetting import compiler

DOTS_AN_INCH = 200


def picture(drawing: Drawing, lang: str) -> bytes:
    """The drawing alone on white; the same drawing gives the same bytes."""
    style = (files("romduol.publication.report") / "figure.typ").read_text(encoding="utf-8")
    latin, khmer = '"Noto Sans"', '"Noto Sans Khmer"'
    fonts = f"({khmer}, {latin})" if lang == "km" else f"({latin}, {khmer})"
    source = (
        "#set page(width: auto, height: auto, margin: 4pt, fill: white)\n"
        f'#set text(font: {fonts}, lang: "{lang}", fallback: false)\n{style}\n#{typeset(drawing)}\n'
    )
    made = compiler().compile(input=source.encode(), format="png", ppi=DOTS_AN_INCH)
    if not isinstance(made, bytes):
        raise TypeError("a figure is one page")
    return made
