"""Weekly counts around an attack come in; how her voice changed, and how sure that is, go out.

An estimate is about posts, never about her: it is not a score, and "not shown" is never "did not
happen". The p-value shifts the day of the attack around her own series (``shifts``). The interval
is that of a quasi-Poisson rate ratio whose errors may depend on one another from week to week.
Power is that of a fall by half in weeks like hers (``power``). How often each of the three keeps
its word is measured in benchmarks/retreat.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from romduol.analysis.persistence import kept, persistence, residuals, together
from romduol.analysis.power import power
from romduol.analysis.refusals import SeriesTooShort
from romduol.analysis.shifts import HALF, LEVEL, shift_p
from romduol.analysis.weeks import Weeks

METHOD = "retreat/3"
LEAST = 20  # weeks in all: with fewer no shift can be rarer than one in twenty
LEAST_BEFORE, LEAST_AFTER = 8, 4


@dataclass(frozen=True, slots=True)
class Estimate:
    """Posts a week after the attack over posts a week before it, ``ratio`` in [``low``, ``high``].

    The interval is 95 %. ``p`` is the share of dates at which the fall is as deep or deeper.
    ``power50`` is the chance that a fall by half, in a series like hers, gives ``p <= .05``.
    """

    ratio: float
    low: float
    high: float
    p: float
    power50: float
    weeks_before: int
    weeks_after: int
    posts_before: int
    posts_after: int
    method: str = METHOD

    @property
    def outcome(self) -> str:
        """The sentence that says it (``retreat.…`` in the wording catalogue)."""
        if not self.posts_before:
            return "retreat.nothing_before"
        if self.p > LEVEL or self.ratio >= 1:
            return "retreat.not_shown"
        return "retreat.fall" if self.posts_after else "retreat.silence"

    def facts(self) -> dict[str, object]:
        """What that sentence is filled with: counts and ratios."""
        return {
            "before": self.posts_before,
            "after": self.posts_after,
            "weeks_before": self.weeks_before,
            "weeks_after": self.weeks_after,
            "ratio": f"{self.ratio:.2f}",
            "low": f"{self.low:.2f}",
            "high": f"{self.high:.2f}",
            "power": round(100 * self.power50),
        }


def estimate(weeks: Weeks) -> Estimate:
    """The estimate for one attack. The same weeks give the same numbers.

    Raises ``SeriesTooShort`` under 8 weeks before (without the four dropped), 4 after or 20 in all.
    """
    before, after = weeks.before.size, weeks.after.size
    if before < LEAST_BEFORE or after < LEAST_AFTER or weeks.line.size < LEAST:
        raise SeriesTooShort(before=before, after=after, least=LEAST)
    ratio, low, high = interval(weeks)
    return Estimate(
        ratio=ratio,
        low=low,
        high=high,
        p=float(shift_p(weeks.line, weeks.dropped.size, after)),
        power50=power(weeks),
        weeks_before=before,
        weeks_after=after,
        posts_before=int(weeks.before.sum()),
        posts_after=int(weeks.after.sum()),
    )


def interval(weeks: Weeks) -> tuple[float, float, float]:
    """The rate ratio and its 95 % interval."""
    middle, error, free = log_ratio(weeks)
    reach = student(max(free, 3.0)) * error
    before = weeks.before.mean()
    ratio = float(weeks.after.mean() / before) if before else float("inf")
    return ratio, float(np.exp(middle - reach)), float(np.exp(middle + reach))


def log_ratio(weeks: Weeks) -> tuple[float, float, float]:
    """The logarithm of the rate ratio, how far it strays by chance, and on how many weeks that
    rests that tell something of their own.
    """
    b, a = weeks.before.astype(np.float64), weeks.after.astype(np.float64)
    mean_b, mean_a = max(b.sum(), HALF) / b.size, max(a.sum(), HALF) / a.size
    apart = [residuals(weeks.before), residuals(weeks.after)]
    rho = persistence([weeks.before, weeks.after])
    spread = max(sum(float(r @ r) for r in apart) / (b.size + a.size - 2), 1.0)
    at_b = np.arange(b.size)
    at_a = np.arange(a.size) + b.size + weeks.dropped.size
    error = np.sqrt(
        spread
        * (
            together(at_b, at_b, rho) / mean_b
            + together(at_a, at_a, rho) / mean_a
            - 2 * together(at_b, at_a, rho) / np.sqrt(mean_b * mean_a)
        )
        / kept(rho, b.size, a.size)
    )
    free = float((b.size + a.size) * (1 - rho) / (1 + rho) - 2)
    return float(np.log(mean_a) - np.log(mean_b)), float(error), free


def student(free: float) -> float:
    """The two-sided 95 % point of Student's t (Hill 1970, Cornish–Fisher, to 1/free^3)."""
    z = NormalDist().inv_cdf(0.975)
    return float(
        z
        + (z**3 + z) / (4 * free)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * free**3)
    )
