"""Beside tau-argus on the same tables: the same cells are small, and no safe choice is cheaper.

Its engine leaves files with raw cells where it runs, so it runs in a folder of the test.
"""

from __future__ import annotations

import importlib
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from romduol.publication.disclosure.model import System
from romduol.publication.disclosure.suppression import needs_met, suppress

TOP = str(Path(__file__).resolve().parents[3])
if TOP not in sys.path:
    sys.path.insert(0, TOP)
tables = importlib.import_module("benchmarks.disclosure")


def said_by_tau_argus(system: System, shape: Any, folder: Path) -> dict[int, str]:
    """The mark of each cell: S safe, U too small, E none, anything else withheld beside."""
    tau = pytest.importorskip("pytauargus", reason="tau-argus (pytauargus) is not installed here")
    width = shape.columns + 1
    micro: dict[str, list[Any]] = {"r": [], "c": [], "v": []}
    for row, column in product(range(shape.rows), range(shape.columns)):
        count = system.entries[row * width + column].value
        micro["r"] += [_row(row, shape)] * count
        micro["c"] += [f"c{column:02}"] * count
        micro["v"] += [1.0] * count
    done = tau.protect(
        micro, ["r", "c"], response="v", safety_rules="FREQ(5,30)", suppress="OPT(1)",
        workdir=str(folder / "run"), **_hierarchy(shape, folder),
    )  # fmt: skip
    grouped = shape.groups if shape.groups > 1 else 0
    rows = {_row(row, shape): row for row in range(shape.rows)}
    rows |= {f"g{group:02}": shape.rows + group for group in range(grouped)}
    rows["Total"] = shape.rows + grouped
    columns = {f"c{column:02}": column for column in range(shape.columns)}
    columns["Total"] = shape.columns
    return {
        rows[cell["r"]] * width + columns[cell["c"]]: cell["status"] for cell in done.tables[0].rows
    }


def _row(row: int, shape: Any) -> str:
    return f"r{row % shape.groups}{row:02}"


def _hierarchy(shape: Any, folder: Path) -> dict[str, Any]:
    """Which rows stand under which subtotal, as a file of theirs."""
    if shape.groups == 1:
        return {}
    lines = []
    for group in range(shape.groups):
        lines.append(f"g{group:02}")
        lines += [f"@{_row(row, shape)}" for row in range(group, shape.rows, shape.groups)]
    (folder / "rows.hrc").write_text("\n".join(lines) + "\n")
    return {"hrc": {"r": str(folder / "rows.hrc")}, "hierleadstring": "@"}


SHAPES = (*tables.SHAPES[:2], tables.Shape("12x8, rows in 3 groups", 12, 8, 10, 3))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_tau_argus_finds_the_same_small_cells_and_no_cheaper_safe_choice(
    shape: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    system = tables.made(shape)
    marks = said_by_tau_argus(system, shape, tmp_path)
    small = {at for at, entry in enumerate(system.entries) if entry.need is not None}
    assert {at for at, mark in marks.items() if mark == "U"} == small
    theirs = {at for at, mark in marks.items() if mark not in "SE"}
    ours = suppress(system).withheld
    assert needs_met(system, ours)
    if needs_met(system, theirs):
        assert len(ours) <= len(theirs)
