"""Wide tables on paper: in parts, with every column once."""

from __future__ import annotations

import pytest

from romduol.casebook.claims import Category, Cell, Table, Unit
from romduol.publication.report.rows import on_paper, shown_rows


def wide(columns: int) -> Table:
    ids = [f"c{n}" for n in range(columns)]
    named = tuple(Category(i, None, False, (("en", i), ("km", i))) for i in ids)
    whole = (Category("all", None, False, (("en", "all"), ("km", "all"))),)
    cells = tuple(Cell(("all", i), n) for n, i in enumerate(ids))
    return Table("t1", (), Unit.INCIDENTS, (("form", whole), ("month", named)), cells)


@pytest.mark.parametrize("columns", [1, 5, 6, 11, 18, 26])
def test_every_column_stands_in_one_part_and_no_part_is_wider_than_a_page(columns: int) -> None:
    table = wide(columns)
    [row] = shown_rows(table)
    parts = [[cell.value for cell in row.cells[part]] for part in on_paper(table)]
    assert [value for part in parts for value in part] == list(range(columns))
    assert max(map(len, parts)) <= 5
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
