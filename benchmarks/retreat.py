"""Does the estimate of retreat keep its word? Type-I error, coverage and power on simulated weeks.

Sixty weekly counts, eight of them after an attack that changes nothing (or halves the rate), drawn
as Poisson, negative binomial, and Poisson about a log-normal rate that follows an AR(1) process.
``python -m benchmarks.retreat`` prints the table.
"""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from romduol.analysis import power, retreat, shifts
from romduol.analysis.weeks import Weeks

WEEKS, AFTER, DROPPED = 60, 8, 4
KINDS = ("poisson", "negative binomial", "AR .3", "AR .6", "AR .8")


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of series at one mean of posts a week; shares of ``runs``."""

    kind: str
    mean: float
    runs: int
    type_1: float
    coverage: float
    coverage_half: float
    power: float
    power_said: float
    exact_poisson_cries_fall: float


def drawn(
    kind: str, mean: float, runs: int, dice: np.random.Generator, factor: float = 1.0
) -> npt.NDArray[np.int64]:
    """``runs`` series of ``WEEKS`` counts, the last ``AFTER`` with ``factor`` times the rate."""
    rate = np.full((runs, WEEKS), mean)
    rate[:, -AFTER:] *= factor
    if kind == "poisson":
        return dice.poisson(rate)
    if kind == "negative binomial":
        return dice.poisson(rate * dice.gamma(2.0, 0.5, size=rate.shape))
    rho, sd = float(kind.split()[1]), 0.6
    level = np.empty_like(rate)
    level[:, 0] = dice.normal(0, sd, runs)
    for week in range(1, WEEKS):
        level[:, week] = rho * level[:, week - 1] + dice.normal(0, sd * (1 - rho**2) ** 0.5, runs)
    return dice.poisson(rate * np.exp(level - sd**2 / 2))


def exact_poisson_p(series: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """One-sided conditional binomial test of a fall, for comparison: do not use it."""
    before, after = series[:, : -AFTER - DROPPED].sum(1), series[:, -AFTER:].sum(1)
    share = AFTER / (WEEKS - DROPPED)
    out = np.empty(len(series))
    for n, (b, a) in enumerate(zip(before, after, strict=True)):
        k = np.arange(a + 1)
        logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, a + b + 1)))])
        terms = logs[a + b] - logs[k] - logs[a + b - k] + k * np.log(share)
        out[n] = np.exp(terms + (a + b - k) * np.log1p(-share)).sum()
    return out


def _weeks(line: npt.NDArray[np.int64]) -> Weeks:
    return Weeks(line[: -AFTER - DROPPED], line[-AFTER - DROPPED : -AFTER], line[-AFTER:])


def _covered(series: npt.NDArray[np.int64], truth: float) -> float:
    held = [retreat.interval(_weeks(line)) for line in series]
    return float(np.mean([low <= truth <= high for _, low, high in held]))


def row(kind: str, mean: float, runs: int, seed: int = 1) -> Row:
    """Everything about one kind of series."""
    dice = np.random.default_rng(seed)
    null, half = (drawn(kind, mean, runs, dice, factor) for factor in (1.0, 0.5))
    shown = [shifts.shift_p(lines, DROPPED, AFTER) for lines in (null, half)]
    return Row(
        kind, mean, runs,
        type_1=float((shown[0] <= shifts.LEVEL).mean()),
        coverage=_covered(null, 1.0),
        coverage_half=_covered(half, 0.5),
        power=float((shown[1] <= shifts.LEVEL).mean()),
        power_said=float(np.mean([power.power(_weeks(line)) for line in null[:100]])),
        exact_poisson_cries_fall=float((exact_poisson_p(null) <= shifts.LEVEL).mean()),
    )  # fmt: skip


def run(runs: int = 2000) -> list[Row]:
    """Every kind at three and at ten posts a week, and voices that hardly speak."""
    seldom = [row("poisson", mean, runs) for mean in (0.05, 0.3)]
    return seldom + [row(kind, mean, runs) for kind in KINDS for mean in (3.0, 10.0)]


if __name__ == "__main__":
    for one in run(int(sys.argv[1]) if sys.argv[1:] else 2000):
        shown = asdict(one)
        print(
            "  ".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{v}" for k, v in shown.items())
        )
