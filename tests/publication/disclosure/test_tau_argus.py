"""Beside tau-argus on the same tables: the same cells are small, and no safe choice is cheaper.

Its engine leaves files with raw cells where it runs, so it runs in a folder of the test.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from romduol.publication.disclosure.model import System
from romduol.publication.disclosure.suppression import needs_met, suppress

TOP = str(Path(__file__).resolve().parents[3])
if TOP not in sys.path:
    sys.path.insert(0, TOP)
tables = importlib.import_module("benchmarks.disclosure")


def said_by_tau_argus(system: System, rows: int, columns: int, folder: Path) -> dict[int, str]:
    """The mark of each cell: S safe, U too small, E none, anything else withheld beside."""
    tau = pytest.importorskip("pytauargus", reason="tau-argus (pytauargus) is not installed here")
    width = columns + 1
    micro: dict[str, list[Any]] = {"r": [], "c": [], "v": []}
    for row in range(rows):
        for column in range(columns):
            count = system.entries[row * width + column].value
            micro["r"] += [f"r{row:02}"] * count
            micro["c"] += [f"c{column:02}"] * count
            micro["v"] += [1.0] * count
    done = tau.protect(
        micro, ["r", "c"], response="v", safety_rules="FREQ(5,30)", suppress="OPT(1)",
        workdir=str(folder / "run"),
    )  # fmt: skip
    order = [row * width + column for row in (rows, *range(rows)) for column in
             (columns, *range(columns))]  # fmt: skip
    return dict(zip(order, done.tables[0].status(), strict=True))


@pytest.mark.parametrize("shape", tables.SHAPES[:2], ids=lambda shape: shape.name)
def test_tau_argus_finds_the_same_small_cells_and_no_cheaper_safe_choice(
    shape: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    system = tables.made(shape)
    marks = said_by_tau_argus(system, shape.rows, shape.columns, tmp_path)
    small = {at for at, entry in enumerate(system.entries) if entry.need is not None}
    assert {at for at, mark in marks.items() if mark == "U"} == small
    theirs = {at for at, mark in marks.items() if mark not in "SE"}
    ours = suppress(system).withheld
    assert needs_met(system, ours)
    if needs_met(system, theirs):
        assert len(ours) <= len(theirs)
