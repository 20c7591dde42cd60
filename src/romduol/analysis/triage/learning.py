"""Texts with answers come in, the weights of a head come out: logistic regression, here, in numpy.

The objective is strictly convex, so that the same rows give the same head on every machine. Nothing
but numbers leaves: a weight for each bucket of hashed runs of characters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from romduol.analysis.triage.features import BUCKETS, Floats, Grams, grams

Doubles = NDArray[np.float64]
_Objective = Callable[[Doubles], tuple[float, Doubles]]
_KEPT = 8  # pairs that L-BFGS remembers
_ENOUGH = 1e-4  # gradient, relative to where it began, at which it stops
_ARMIJO = 1e-4


@dataclass(frozen=True, slots=True)
class Rows:
    """The runs of many texts as (text, bucket) pairs, one for each time a run occurs."""

    text: NDArray[np.int32]
    bucket: NDArray[np.int32]
    scale: Floats

    def heard(self, weights: Doubles) -> Doubles:
        """For each text the scaled sum of its weights."""
        sums = np.bincount(self.text, weights[self.bucket], len(self.scale))
        return np.asarray(sums * self.scale, np.float64)

    def felt(self, pulls: Doubles) -> Doubles:
        """For each bucket what its texts pull it by: the transpose of ``heard``."""
        pulled = (pulls * self.scale)[self.text]
        return np.bincount(self.bucket, pulled, BUCKETS).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Fit:
    """The weights of one head and what is added to every text."""

    weights: Floats
    bias: float


def rows(texts: Sequence[str]) -> Rows:
    """The runs of ``texts`` as pairs."""
    some = grams(texts)
    owner = _owners(some)
    parts = [(owner[places], buckets) for places, buckets in some.of_each_kind()]
    return Rows(
        np.concatenate([text for text, _ in parts]),
        np.concatenate([bucket for _, bucket in parts]).astype(np.int32),
        some.scale,
    )


def fit(
    some: Rows,
    answers: NDArray[np.bool_],
    counted: Doubles,
    strength: float = 8.0,
    offset: Doubles | None = None,
    turns: int = 80,
) -> Fit:
    """L2-regularised logistic regression: the loss of row i counts ``counted[i]`` times.

    ``strength`` is the inverse of the penalty; ``offset`` is what is already said of each row, in
    log-odds, so that only the rest is learned.
    """
    said = np.zeros(len(answers)) if offset is None else offset
    target = answers.astype(np.float64)

    def objective(at: Doubles) -> tuple[float, Doubles]:
        logit = some.heard(at[:-1]) + at[-1] + said
        loss = float(counted @ (np.logaddexp(0.0, logit) - target * logit))
        pulls = counted * (_odds(logit) - target)
        slope = np.append(some.felt(pulls), pulls.sum())
        slope[:-1] += at[:-1] / strength
        return loss + float(at[:-1] @ at[:-1]) / (2 * strength), slope

    found = _lowest(objective, np.zeros(BUCKETS + 1), turns)
    return Fit(found[:-1].astype(np.float32), float(found[-1]))


def balanced(answers: NDArray[np.bool_]) -> Doubles:
    """How often each row counts so that yes and no weigh the same together."""
    yes = max(int(answers.sum()), 1)
    no = max(len(answers) - int(answers.sum()), 1)
    return np.where(answers, len(answers) / (2.0 * yes), len(answers) / (2.0 * no))


def _owners(some: Grams) -> NDArray[np.int32]:
    lengths = np.diff(np.append(some.starts, len(some.codes)))
    return np.repeat(np.arange(len(some.starts), dtype=np.int32), lengths)


def _odds(logit: Doubles) -> Doubles:
    return 0.5 * (1.0 + np.tanh(0.5 * logit))


def _lowest(objective: _Objective, at: Doubles, turns: int) -> Doubles:
    """L-BFGS with backtracking: Nocedal and Wright, Numerical Optimization, algorithm 7.4."""
    value, slope = objective(at)
    enough = _ENOUGH * float(np.linalg.norm(slope))
    pairs: list[tuple[Doubles, Doubles]] = []
    for _ in range(turns):
        if float(np.linalg.norm(slope)) <= enough:
            break
        step = _direction(slope, pairs)
        moved, new_value, new_slope = _along(objective, at, value, slope, step)
        if new_value >= value:
            break
        change = (moved - at, new_slope - slope)
        if float(change[0] @ change[1]) > 0:
            pairs = [*pairs, change][-_KEPT:]
        at, value, slope = moved, new_value, new_slope
    return at


def _direction(slope: Doubles, pairs: list[tuple[Doubles, Doubles]]) -> Doubles:
    """The two loops: minus the slope through an estimate of the inverse curvature."""
    if not pairs:
        return -slope / max(float(np.linalg.norm(slope)), 1e-12)
    left = slope.copy()
    shares = []
    for step, change in reversed(pairs):
        share = float(step @ left) / float(step @ change)
        left -= share * change
        shares.append(share)
    step, change = pairs[-1]
    left *= float(step @ change) / float(change @ change)
    for (step, change), share in zip(pairs, reversed(shares), strict=True):
        left += (share - float(change @ left) / float(step @ change)) * step
    return -left


def _along(
    objective: _Objective, at: Doubles, value: float, slope: Doubles, step: Doubles
) -> tuple[Doubles, float, Doubles]:
    """The longest of 1, 1/2, 1/4 … of ``step`` that lowers the value as far as it promised."""
    length, promised = 1.0, float(slope @ step)
    while True:
        moved = at + length * step
        new_value, new_slope = objective(moved)
        if new_value <= value + _ARMIJO * length * promised or length < 1e-8:
            return moved, new_value, new_slope
        length /= 2
