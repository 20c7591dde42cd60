"""Triage beside word lists and classifiers of abuse from PyPI, each in a process of its own.

Asked are EDOS dev (SemEval-2023 task 10: 2,000 English posts of forums; English is what all of the
others are for), macro-F1 at a half and AUC; and our open lines (suite, probe), AUC by script.
Ours was trained or weighed on the open lines: the columns of the scripts say what others have
for Khmer at all and not how good ours is; what unseen authors give stands in the model card. "rate"
is everyday messages of the practice study per CPU-second, "long" posts of EDOS per CPU-second.
``python -m benchmarks.triage`` prints it.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks import peers
from romduol.analysis.triage.calibration import area
from romduol.casework.practice.stock import rows

HERE = Path(__file__).parents[1]
EDOS = HERE.parent / "shared" / "data" / "language" / "edos_train_dev.csv"
LINES = [HERE / "tests" / "language" / name for name in ("functional.csv", "probe.csv")]
SCRIPTS = ("english", "khmer", "romanised", "mixed")
MESSAGES = 3000  # everyday ones, no two alike
_MEASURE = """
import json, sys, time
{ready}
asked = json.load(open(sys.argv[1], encoding="utf-8"))
said, spent = {{}}, {{}}
for name, texts in asked.items():
    began = time.process_time()
    said[name] = [float(one) for one in score(texts)]
    spent[name] = time.process_time() - began
print(json.dumps([said, spent]))
"""
_OURS = """
from romduol.analysis.triage import {module}
{ready}
"""
READERS = {
    "romduol": _OURS.format(
        module="heads, judging",
        ready="known = heads.shipped()\n"
        'score = lambda texts: judging.judge(texts, known)["score"].to_pylist()\n'
        'score(["warm"])',
    ),
    "romduol, lexicon alone": _OURS.format(
        module="scoring",
        ready='score = lambda texts: scoring.score(texts)["score"].to_pylist()\nscore(["warm"])',
    ),
}
PEERS = {
    "alt-profanity-check": "from profanity_check import predict_prob as score\nscore(['warm'])",
    "safetype": "import safetype\nengine = safetype.create_moderation_engine(mode='mask')\n"
    "score = lambda texts: [bool(engine.moderate(one).matches) for one in texts]",
    "glin-profanity": "import glin_profanity\nfound = glin_profanity.Filter({})\n"
    "score = lambda texts: [found.is_profane(one) for one in texts]",
    "better-profanity": "from better_profanity import profanity\nprofanity.load_censor_words()\n"
    "score = lambda texts: [profanity.contains_profanity(one) for one in texts]",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One reader; ``edos_f1`` and ``edos`` are 0 without the public set beside the checkout."""

    reader: str
    edos_f1: float
    edos: float
    english: float
    khmer: float
    romanised: float
    mixed: float
    rate: int
    long: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Texts of one set and whether each is harm."""

    texts: list[str]
    harm: np.ndarray


def sets() -> dict[str, Asked]:
    """Everything that is asked, by name."""
    edos = [row for row in _csv(EDOS) if row["split"] == "dev"] if EDOS.exists() else []
    ours = [row for path in LINES for row in _csv(path) if row["split"] != "test"]
    plain = [row["text"] for row in rows("chatter.csv")]
    pairs = dict.fromkeys(f"{one[:40]} {other[:12]}" for other in plain for one in plain)
    everyday = list(pairs)[:MESSAGES]
    return {
        "edos": _asked(edos, "label_sexist", "sexist"),
        **{s: _asked([row for row in ours if row["script"] == s], "harm", "yes") for s in SCRIPTS},
        "everyday": Asked(everyday, np.zeros(MESSAGES, bool)),
    }


def _asked(some: Sequence[dict[str, str]], column: str, yes: str) -> Asked:
    return Asked(
        [row["text"] for row in some], np.array([row[column] == yes for row in some], bool)
    )


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run() -> list[Row]:
    """Every reader once."""
    asked = sets()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "asked.json"
        texts = {name: one.texts for name, one in asked.items()}
        file.write_text(json.dumps(texts), encoding="utf-8")
        found = [_measured(n, sys.executable, ready, file, asked) for n, ready in READERS.items()]
        for name, ready in PEERS.items():
            if python := peers.python_with(name):
                found.append(_measured(name, python, ready, file, asked))
    return found


def _measured(reader: str, python: str, ready: str, file: Path, asked: dict[str, Asked]) -> Row:
    done = subprocess.run(
        [python, "-c", _MEASURE.format(ready=ready), str(file)],
        capture_output=True, text=True, check=True, cwd=HERE,
    )  # fmt: skip
    said, spent = json.loads(done.stdout.splitlines()[-1])
    aucs = {name: round(area(np.array(said[name]), asked[name].harm), 3) for name in SCRIPTS}
    edos, harm = np.array(said["edos"]), asked["edos"].harm
    return Row(
        reader,
        round(_macro_f1(edos >= 0.5, harm), 3) if len(harm) else 0.0,
        round(area(edos, harm), 3) if len(harm) else 0.0,
        aucs["english"], aucs["khmer"], aucs["romanised"], aucs["mixed"],
        round(MESSAGES / spent["everyday"]), round(len(harm) / max(spent["edos"], 1e-9)),
    )  # fmt: skip


def _macro_f1(flagged: np.ndarray, harm: np.ndarray) -> float:
    def one(said: np.ndarray, true: np.ndarray) -> float:
        return 2.0 * int((said & true).sum()) / max(int(said.sum()) + int(true.sum()), 1)

    return (one(flagged, harm) + one(~flagged, ~harm)) / 2


if __name__ == "__main__":
    for row in run():
        print("  ".join(f"{key} {value}" for key, value in asdict(row).items()))
