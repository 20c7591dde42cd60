"""The rows of a one-way table as a reader meets them."""

from __future__ import annotations

from dataclasses import dataclass

from romduol.casebook.claims import Table
from romduol.publication.phrases import Text


@dataclass(frozen=True, slots=True)
class Row:
    """One row: how deep it stands under the whole, and its number or none."""

    id: str
    labels: Text
    depth: int
    value: int | None


def shown_rows(table: Table) -> tuple[Row, ...]:
    """The rows in order, the whole first; ``depth`` counts from 0."""
    ((_, categories),) = table.axes
    values = {cell.at: cell.value for cell in table.cells}
    depth: dict[str, int] = {}
    rows = []
    for category in categories:
        depth[category.id] = 0 if category.parent is None else depth[category.parent] + 1
        at = (category.id,)
        rows.append(Row(category.id, category.labels, depth[category.id], values[at]))
    return tuple(rows)
