"""The rows and columns of a table as a reader meets them.

A table of one axis has one column of numbers; one of several axes has its last axis across, and a
row for every combination of the others. On paper a wide table stands in parts, one below another,
each with the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product

from romduol.casebook.claims import Category, Cell, Table
from romduol.publication.phrases import LANGS, Text

_MOST_ON_PAPER = 5  # columns of numbers beside the categories on an A4 page


@dataclass(frozen=True, slots=True)
class Column:
    """One column of numbers; the only column of a one-way table has no id."""

    id: str
    labels: Text


@dataclass(frozen=True, slots=True)
class Row:
    """One row: how deep it stands under the whole, and its cell of each column."""

    id: str
    labels: Text
    depth: int
    cells: tuple[Cell, ...]


def shown_columns(table: Table) -> tuple[Column, ...]:
    """The categories of the last axis, or one nameless column."""
    if len(table.axes) == 1:
        return (Column("", ()),)
    return tuple(Column(c.id, c.labels) for c in table.axes[-1][1])


def shown_rows(table: Table) -> tuple[Row, ...]:
    """The rows in order, the whole first; ``depth`` counts from 0 along the first axis."""
    cells = {cell.at: cell for cell in table.cells}
    columns = shown_columns(table)
    axes = [categories for _, categories in (table.axes[:-1] or table.axes)]
    depth = _depths(axes[0])
    rows = []
    for at in product(*axes):
        ids = tuple(category.id for category in at)
        ends = [(column.id,) if column.id else () for column in columns]
        found = tuple(cells[ids + end] for end in ends)
        rows.append(Row(" | ".join(ids), _labels(at), depth[at[0].id], found))
    return tuple(rows)


def on_paper(table: Table) -> tuple[slice, ...]:
    """Which columns stand side by side on a page: all, or parts of nearly the same width."""
    count = len(shown_columns(table))
    parts = -(-count // _MOST_ON_PAPER)
    bounds = [count * at // parts for at in range(parts + 1)]
    return tuple(slice(*ends) for ends in pairwise(bounds))


def _depths(categories: tuple[Category, ...]) -> dict[str, int]:
    depth: dict[str, int] = {}
    for category in categories:
        depth[category.id] = 0 if category.parent is None else depth[category.parent] + 1
    return depth


def _labels(at: tuple[Category, ...]) -> Text:
    return tuple((lang, " · ".join(dict(c.labels)[lang] for c in at)) for lang in LANGS)
