"""Lines of an author who had seen nothing of the program: floors under lexicon and heads together.

All of them are locked: nothing is trained or weighed on them; how often their totals were asked
stands in docs/MODEL-CARD.md. Floors stand a little below what was measured, so that a loss is
noticed.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from romduol.analysis.triage import heads, judging


def _suite() -> ModuleType:
    path = Path(__file__).with_name("suite.py")
    spec = importlib.util.spec_from_file_location("third_suite", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


suite = _suite()
LINES = suite.lines("probe2")
FLOORS = {"english": 0.92, "khmer": 0.94, "romanised": 0.89, "mixed": 0.94}
THREATS, PRECISION, HARD = 0.92, 0.80, 0.18


@pytest.fixture(scope="module")
def scores() -> dict[str, float]:
    table = judging.judge([line.text for line in LINES], heads.shipped())
    return dict(zip((line.id for line in LINES), table["score"].to_pylist(), strict=True))


def test_every_line_is_locked_and_stands_nowhere_else() -> None:
    known = {line.text for name in ("functional", "probe") for line in suite.lines(name)}
    assert len(LINES) == len({line.text for line in LINES}) == 320
    assert all(line.locked for line in LINES)
    assert known.isdisjoint({line.text for line in LINES})


@pytest.mark.parametrize("script", FLOORS)
def test_harm_stands_above_what_is_none(script: str, scores: dict[str, float]) -> None:
    some = [line for line in LINES if line.script == script]
    assert suite.measured(some, scores).auc >= FLOORS[script]


def test_threats_are_found_and_hard_harmless_lines_mostly_pass(scores: dict[str, float]) -> None:
    measured = suite.measured(LINES, scores)
    threats = [scores[line.id] >= suite.FLAGGED for line in LINES if line.threat]
    assert sum(threats) / len(threats) >= THREATS
    assert measured.precision >= PRECISION
    assert measured.hard_flagged <= HARD
