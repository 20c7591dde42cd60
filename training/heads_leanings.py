"""``python -m training.heads_leanings``: how words lean, fitted again on every line of our own.

Writes the log-odds of each concept into the lexicon; ``make heads`` has to follow, because heads
and lexicon are weighed together.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from romduol.analysis.triage import scoring
from romduol.analysis.triage.calibration import Doubles, chance
from romduol.analysis.triage.leaning import START
from romduol.language.scripts import profile
from training import material
from training.material import Row

OUT = Path(__file__).parents[1] / "src/romduol/analysis/data/lexicon/leanings.csv"
RIDGE = 12.0  # L2 penalty: a concept seen in a few lines leans little
LEAST = 5  # lines that a concept stands in before it may lean
SMALLEST = 0.15  # log-odds below which a concept leans neither way
TURNS = 30


def main() -> None:
    """Fit, round to one decimal and write."""
    some = [*material.seeds(), *material.suite(locked=False), *material.probe(locked=False)]
    held = concepts([row.text for row in some])
    names = sorted({name for here in held for name in here})
    seen = np.array([[name in here for name in names] for here in held], np.float64)
    names = [name for name, count in zip(names, seen.sum(axis=0), strict=True) if count >= LEAST]
    seen = seen[:, seen.sum(axis=0) >= LEAST]
    found = _fit(seen, some)
    lines = ["concept,weight", f"{START},{found[-1]:.1f}"]
    lines += [
        f"{name},{weight:.1f}"
        for name, weight in zip(names, found, strict=False)
        if abs(weight) >= SMALLEST
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines) - 2} concepts of {len(names)}, from {len(some)} lines")


def concepts(texts: Sequence[str]) -> list[frozenset[str]]:
    """The concepts of the words that are found in each of ``texts``."""
    engine = scoring.engine()
    copies = engine.layer.comparable(texts)[0]
    found = [engine.read(texts, language) for language in ("english", "romanised")]
    return [
        frozenset(
            concept
            for word, _, _ in found[profile(copy).perhaps_romanised][n].hits
            for concept in engine.words[word].concepts
        )
        for n, copy in enumerate(copies)
    ]


def _fit(seen: Doubles, some: Sequence[Row]) -> Doubles:
    """Logistic regression by Newton steps; the last weight is what is added to every line."""
    answers = np.array([row.harm for row in some], np.float64)
    counted = np.array([row.counted for row in some])
    counted = counted * evenly(answers > 0, counted)
    with_one = np.column_stack([seen, np.ones(len(seen))])
    ridge = np.diag([*([RIDGE] * seen.shape[1]), 1e-3])
    at = np.zeros(with_one.shape[1])
    for _ in range(TURNS):
        said = chance(with_one @ at)
        slope = with_one.T @ (counted * (said - answers)) + ridge @ at
        curve = (with_one * (counted * said * (1 - said))[:, None]).T @ with_one + ridge
        at = at - np.linalg.solve(curve, slope)
    return np.asarray(at, np.float64)


def evenly(answers: NDArray[np.bool_], counted: Doubles) -> Doubles:
    """What makes harmful and harmless lines weigh the same: most lines of a chat are harmless, and
    the share of harm among ours says nothing about them."""
    yes, no = float(counted[answers].sum()), float(counted[~answers].sum())
    return np.where(answers, (yes + no) / (2 * yes), (yes + no) / (2 * no))


if __name__ == "__main__":
    main()
