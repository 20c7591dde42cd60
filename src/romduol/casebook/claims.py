"""What is published: claims, tables, and what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a number counts; two units never stand in one number."""

    WOMEN = "women"
    INCIDENTS = "incidents"
    ACTS = "acts"
    MESSAGES = "messages"
    REPORTS = "reports"  # to an online platform; apart from all the others


@dataclass(frozen=True, slots=True)
class Left:
    """Something left out of a release, or the reason there is none: a rule and what it met.

    ``what`` holds terms and counts of rules, never words of hers or an alias.
    """

    rule: str
    what: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence that says how many: published wording, and inside the book its source."""

    id: str
    scheme: str
    term: str
    unit: Unit
    wording: tuple[tuple[str, str], ...]  # (language, sentence)
    number: int | None  # only if the sentence prints it
    asked: int
    rule: str  # the rule that passed or rewrote it
    sources: tuple[str, ...] = ()  # kept in the book, never written to a release


@dataclass(frozen=True, slots=True)
class Category:
    """One row of a table. ``additive``: its value is the sum of its children's."""

    id: str
    parent: str | None
    additive: bool
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Since:
    """A number as it last stood, and the release it stood in."""

    release: str
    value: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a table, or a withheld one (``value`` none): no mark says why.

    ``rounded`` is the base of a rounded number: it lies less than that from the truth. ``since`` is
    what an earlier release printed here, of a number that is withheld now.
    """

    at: tuple[str, ...]
    value: int | None
    rounded: int | None = None
    since: Since | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A protected table: axes of categories and every cell of their cross product."""

    id: str
    title: tuple[tuple[str, str], ...]
    unit: Unit
    axes: tuple[tuple[str, tuple[Category, ...]], ...]
    cells: tuple[Cell, ...]
