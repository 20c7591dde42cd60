"""The functional suite: floors under what layers 1 and 2 do, by script.

Floors stand a little under what was measured; they say when something breaks, not how good it is.
The lines are ours and unread by native readers: no accuracy in Khmer is claimed from them.
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
    spec = importlib.util.spec_from_file_location("functional_suite", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


suite = _suite()
LINES = suite.lines()
FUNCTIONS = {
    "direct", "veiled", "conditional", "question", "negated", "quoted", "reported",
    "counter-speech", "idiom", "obfuscated", "official", "everyday",
}  # fmt: skip
# by script: (least AUC, most of the hard harmless lines flagged), open and locked
FLOORS = {
    "english": ((0.94, 0.15), (0.90, 0.15)),
    "khmer": ((0.93, 0.10), (0.90, 0.15)),
    "romanised": ((0.92, 0.15), (0.90, 0.15)),
    "mixed": ((0.94, 0.10), (0.88, 0.15)),
}
THREATS = 0.7  # of all lines that threaten are flagged; the veiled ones are left to the heads


@pytest.fixture(scope="module")
def scores() -> dict[str, float]:
    table = score([line.text for line in LINES])
    return dict(zip((line.id for line in LINES), table["score"].to_pylist(), strict=True))


def test_the_suite_is_what_it_says() -> None:
    assert len(LINES) >= 490
    assert len({line.id for line in LINES}) == len(LINES) == len({line.text for line in LINES})
    assert {line.function for line in LINES} == FUNCTIONS
    assert all(line.locked == suite.locked(line.id) for line in LINES)
    forms = {t.id for scheme in ("form_online", "form_offline") for t in vocabulary().of(scheme)}
    assert {line.form for line in LINES} - {""} <= forms


@pytest.mark.parametrize("locked", [False, True], ids=["open", "locked"])
@pytest.mark.parametrize("script", ["english", "khmer", "romanised", "mixed"])
def test_ranking_stays_above_its_floor(script: str, locked: bool, scores: dict[str, float]) -> None:
    some = [line for line in LINES if line.script == script and line.locked == locked]
    measured = suite.measured(some, scores)
    auc, hard = FLOORS[script][locked]
    assert measured.auc >= auc, measured
    assert measured.hard_flagged <= hard, measured


def test_threats_are_found_and_everyday_lines_left_alone(scores: dict[str, float]) -> None:
    threats = [scores[line.id] for line in LINES if line.threat]
    everyday = [scores[line.id] for line in LINES if line.function == "everyday"]
    assert sum(s >= suite.FLAGGED for s in threats) / len(threats) >= THREATS
    assert sum(s >= suite.FLAGGED for s in everyday) / len(everyday) <= 0.05
