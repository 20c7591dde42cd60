"""What a drawing is made of: boxes, outlines, lines and words on a sheet of points, y downwards.

Both writers draw these and nothing else, so a figure is the same in every file. ``at`` names the
category that a shape stands for, by which the audit finds it again in a finished file.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Point = tuple[float, float]


class Paint(StrEnum):
    """The colours of the house; ``HATCH`` is the mark of what is not shown."""

    DEEP = "deep"
    LEAF = "leaf"
    SOFT_LEAF = "softleaf"
    PALE_LEAF = "paleleaf"
    INK = "ink"
    SOFT = "soft"
    LINE = "line"
    PAPER = "paper"
    HATCH = "hatch"


class Anchor(StrEnum):
    """Which part of the words stands at their point."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    paint: Paint
    at: str = ""
    edge: bool = False  # a thin line around it


@dataclass(frozen=True, slots=True)
class Line:
    """A thin line."""

    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Words:
    """One line of words; ``y`` is the line they stand on. ``at`` is set where they are a number."""

    x: float
    y: float
    text: str
    size: float
    anchor: Anchor = Anchor.START
    paint: Paint = Paint.INK
    bold: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A filled outline of one or more rings; a ring within another is a hole."""

    rings: tuple[tuple[Point, ...], ...]
    paint: Paint
    at: str = ""


Shape = Box | Line | Words | Area


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on a sheet of ``width`` by ``height`` points, drawn in their order."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
