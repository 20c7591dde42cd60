"""A second author's probe: floors under what layers 1 and 2 do on lines not written beside them.

The lines were written before their author had seen the lexicon or the suite; the same author then
widened the lexicon, so that only what was measured before that was blind (docs/decisions/073).
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from romduol.analysis.triage.scoring import score
from romduol.casebook.vocabulary import vocabulary


def _suite() -> ModuleType:
    path = Path(__file__).with_name("suite.py")
    spec = importlib.util.spec_from_file_location("probe_suite", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


suite = _suite()
LINES = suite.lines("probe")
# by script: (least AUC, most of the hard harmless lines flagged), open and locked
FLOORS = {
    "english": ((0.90, 0.15), (0.80, 0.32)),
    "khmer": ((0.94, 0.12), (0.93, 0.12)),
    "romanised": ((0.93, 0.18), (0.92, 0.18)),
    "mixed": ((0.95, 0.10), (0.93, 0.15)),
}
THREATS, PRECISION = 0.8, 0.85


@pytest.fixture(scope="module")
def scores() -> dict[str, float]:
    table = score([line.text for line in LINES])
    return dict(zip((line.id for line in LINES), table["score"].to_pylist(), strict=True))


def test_the_probe_is_what_it_says() -> None:
    assert len(LINES) >= 420
    assert len({line.id for line in LINES}) == len(LINES) == len({line.text for line in LINES})
    assert all(line.locked == suite.locked(line.id, of=2) for line in LINES)
    forms = {t.id for scheme in ("form_online", "form_offline") for t in vocabulary().of(scheme)}
    assert {line.form for line in LINES} - {""} <= forms
    assert all(line.harm == bool(line.form) for line in LINES)


def test_no_line_of_the_probe_stands_in_the_suite() -> None:
    assert {line.text for line in LINES}.isdisjoint({line.text for line in suite.lines()})


@pytest.mark.parametrize("locked", [False, True], ids=["open", "locked"])
@pytest.mark.parametrize("script", ["english", "khmer", "romanised", "mixed"])
def test_ranking_stays_above_its_floor(script: str, locked: bool, scores: dict[str, float]) -> None:
    some = [line for line in LINES if line.script == script and line.locked == locked]
    measured = suite.measured(some, scores)
    auc, hard = FLOORS[script][locked]
    assert measured.auc >= auc, measured
    assert measured.hard_flagged <= hard, measured


@pytest.mark.parametrize("locked", [False, True], ids=["open", "locked"])
def test_threats_are_found_and_what_is_flagged_is_mostly_harm(
    locked: bool, scores: dict[str, float]
) -> None:
    some = [line for line in LINES if line.locked == locked]
    threats = [scores[line.id] >= suite.FLAGGED for line in some if line.threat]
    assert sum(threats) / len(threats) >= THREATS
    assert suite.measured(some, scores).precision >= PRECISION
