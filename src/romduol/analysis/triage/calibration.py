"""Log-odds and answers come in; how to read the log-odds as a chance, and how far that holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Answers = NDArray[np.bool_]
_BINS = 10
_TURNS = 50


@dataclass(frozen=True, slots=True)
class Mixed:
    """A chance from several views of a text: one over one plus e to minus their weighted sum."""

    weights: tuple[float, ...]
    bias: float

    def logit(self, views: Doubles) -> Doubles:
        """The log-odds of each row of ``views`` (rows, views)."""
        return np.asarray(views @ np.array(self.weights) + self.bias, np.float64)


def chance(logit: Doubles) -> Doubles:
    """Log-odds as a chance, without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * logit))


def mixed(views: Doubles, answers: Answers, counted: Doubles) -> Mixed:
    """Platt's scaling (1999) over one view or more, by Newton steps, with his smoothed targets.

    ``counted[i]`` is how often row i counts. A slight ridge keeps separable rows finite.
    """
    yes, no = float(counted[answers].sum()), float(counted[~answers].sum())
    target = np.where(answers, (yes + 1) / (yes + 2), 1 / (no + 2))
    with_one = np.column_stack([views, np.ones(len(views))])
    ridge = 1e-3 * np.eye(with_one.shape[1])
    at = np.zeros(with_one.shape[1])
    for _ in range(_TURNS):
        said = chance(with_one @ at)
        slope = with_one.T @ (counted * (said - target)) + ridge @ at
        curve = (with_one * (counted * said * (1 - said))[:, None]).T @ with_one + ridge
        step = np.linalg.solve(curve, slope)
        at = at - step * min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-12))
        if float(np.abs(step).max()) < 1e-8:
            break
    return Mixed(tuple(float(weight) for weight in at[:-1]), float(at[-1]))


def calibration_error(chances: Doubles, answers: Answers) -> float:
    """Expected calibration error over ten bins of equal width: Naeini, Cooper, Hauskrecht 2015."""
    bins = np.minimum((chances * _BINS).astype(np.int64), _BINS - 1)
    off = 0.0
    for one in range(_BINS):
        here = bins == one
        if here.any():
            off += float(here.mean()) * abs(float(chances[here].mean() - answers[here].mean()))
    return off


def area(chances: Doubles, answers: Answers) -> float:
    """The chance that a yes stands above a no, ties half: AUC by ranks. 0.5 without both."""
    yes, no = int(answers.sum()), int((~answers).sum())
    if not yes or not no:
        return 0.5
    _, place, count = np.unique(chances, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count - 1) / 2.0
    return float((middle[place][answers].sum() - yes * (yes + 1) / 2) / (yes * no))


def average_precision(chances: Doubles, answers: Answers) -> float:
    """The mean, over every yes, of the share of yes among what stands no lower; 0 without any."""
    if not answers.any():
        return 0.0
    order = np.argsort(-chances, kind="stable")
    hits = answers[order]
    share = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(share[hits].mean())
