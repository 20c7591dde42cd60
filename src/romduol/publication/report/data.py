"""The numbers of a release for other programs: claims, tables, and what their columns mean.

CSV after RFC 4180, UTF-8; JSON with sorted keys. Nothing here that the report does not say: no
sources, no mark why a cell is withheld.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import product

from romduol.casebook.claims import Category, Cell, Claim, Table
from romduol.publication.axes import root_of
from romduol.publication.canonical import canonical
from romduol.publication.claims import WHOLE
from romduol.publication.phrases import LANGS, both

COLUMNS = ("category", "parent", "label_en", "label_km", "value", "withheld")


def claims_json(claims: Iterable[Claim], tables: Sequence[Table]) -> bytes:
    """The claims as published, each with the table cell that repeats its number, if any."""
    return canonical({"claims": [_claim(claim, tables) for claim in claims]})


def _claim(claim: Claim, tables: Sequence[Table]) -> dict[str, object]:
    return {
        "id": claim.id,
        "scheme": claim.scheme,
        "term": claim.term,
        "unit": claim.unit.value,
        "wording": dict(claim.wording),
        "number": claim.number,
        "asked": claim.asked,
        "rule": claim.rule,
        "cell": _cell_of(claim, tables),
    }


def _cell_of(claim: Claim, tables: Sequence[Table]) -> dict[str, object] | None:
    for table in tables:
        axis = table.axes[0][0]
        if (
            claim.number is None
            or len(table.axes) > 1
            or table.unit is not claim.unit
            or claim.scheme
            not in (
                axis,
                axis.removesuffix(":top"),
            )
        ):
            continue
        at = WHOLE if root_of(claim.scheme) == (claim.scheme, claim.term) else claim.term
        if any(cell.at == (at,) and cell.value == claim.number for cell in table.cells):
            return {"table": table.id, "at": [at]}
    return None


def tables_json(tables: Iterable[Table], threshold: int) -> bytes:
    """Axes, hierarchies and every cell, a withheld one with no other mark."""
    return canonical({"threshold": threshold, "tables": [_table(table) for table in tables]})


def _table(table: Table) -> dict[str, object]:
    return {
        "id": table.id,
        "title": dict(table.title),
        "unit": table.unit.value,
        "axes": [
            {
                "id": axis,
                "categories": [
                    {"id": c.id, "parent": c.parent, "additive": c.additive} for c in categories
                ],
            }
            for axis, categories in table.axes
        ],
        "cells": [
            {"at": list(cell.at), "withheld": True}
            | ({"since": cell.since.release, "last": cell.since.value} if cell.since else {})
            if cell.value is None
            else {"at": list(cell.at), "value": cell.value}
            | ({"rounded": cell.rounded} if cell.rounded else {})
            for cell in table.cells
        ],
    }


def table_csv(table: Table) -> bytes:
    """One table: a row a cell; ``value`` is empty where ``withheld`` says ``yes``.

    Where numbers are rounded ``rounded`` says to multiples of what; ``since`` and ``last`` stand
    where a number was printed before and is withheld now. Several axes have their four columns
    each, numbered from 1.
    """
    cells = {cell.at: cell for cell in table.cells}
    more = _further(table)
    rows = (
        (
            *(text for category in at for text in _columns_of(category)),
            *_numbers(cells[tuple(category.id for category in at)], more),
        )
        for at in product(*(categories for _, categories in table.axes))
    )
    return _csv(columns_of(table), rows)


def columns_of(table: Table) -> tuple[str, ...]:
    """The columns of the table's CSV."""
    named, numbers = COLUMNS[:4], COLUMNS[4:]
    if len(table.axes) == 1:
        return (*COLUMNS, *_further(table))
    places = range(1, len(table.axes) + 1)
    return (*(f"{name}_{place}" for place in places for name in named), *numbers, *_further(table))


def _columns_of(category: Category) -> tuple[str, ...]:
    labels = dict(category.labels)
    return (category.id, category.parent or "", *(labels[lang] for lang in LANGS))


def _further(table: Table) -> tuple[str, ...]:
    """The columns that this table has besides, because a cell of it needs them."""
    rounded = any(cell.rounded for cell in table.cells)
    since = any(cell.since for cell in table.cells)
    return (*(("rounded",) if rounded else ()), *(("since", "last") if since else ()))


def _numbers(cell: Cell, more: Sequence[str]) -> tuple[str, ...]:
    told = {
        "rounded": str(cell.rounded or ""),
        "since": cell.since.release if cell.since else "",
        "last": str(cell.since.value) if cell.since else "",
    }
    value = ("", "yes") if cell.value is None else (str(cell.value), "no")
    return (*value, *(told[name] for name in more))


def dictionary_csv(tables: Sequence[Table]) -> bytes:
    """What each file and column means, in both languages."""
    rows = [(name, "", *_meaning(name)) for name in ("claims.json", "tables.json")]
    for table in tables:
        file = f"tables/{table.id}.csv"
        rows.append((file, "", *(dict(table.title)[lang] for lang in LANGS)))
        rows.extend((file, column, *_meaning(_plain(column))) for column in columns_of(table))
    return _csv(("file", "column", "meaning_en", "meaning_km"), rows)


def _plain(column: str) -> str:
    """A column without the number of its axis."""
    return column.rstrip("0123456789").rstrip("_")


def _meaning(name: str) -> tuple[str, ...]:
    return tuple(text for _, text in both(f"dictionary.{name}"))


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode()
