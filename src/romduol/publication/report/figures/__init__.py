"""Figures: a released table becomes a drawing, and the drawing Typst shapes, inline SVG or PNG.

``model.figures_of`` reads nothing but protected tables, so a figure can show no number that the
table beside it does not print.
"""

from romduol.publication.report.figures.drawing import draw
from romduol.publication.report.figures.model import Figure, Kind, Mark, figures_of
from romduol.publication.report.figures.said import alternative, caption, note

__all__ = ["Figure", "Kind", "Mark", "alternative", "caption", "draw", "figures_of", "note"]
