"""Weekly counts around an attack come in; how her voice changed, and how sure that is, go out.

An estimate is about posts, never about her: it is not a score, and "not shown" is never "did not
happen". The p-value shifts the day of the attack around her own series (a circular shift: it keeps
whatever rhythm she has), each shift in units of how far it strays where weeks depend on another:
the true date stands at the end of her series, which strays farther than its middle. The interval is
that of a quasi-Poisson rate ratio whose errors may depend on one another from week to week. Power
is found by laying a fall by half upon series drawn from her own weeks before; in simulation it says
up to fourteen in a hundred too much where weeks depend on each other (benchmarks/retreat.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from romduol.analysis.refusals import SeriesTooShort
from romduol.analysis.weeks import Counts, Weeks

METHOD = "retreat/2"
LEVEL = 0.05
LEAST = 20  # weeks in all: with fewer no shift can be rarer than one in twenty
LEAST_BEFORE, LEAST_AFTER = 8, 4
_DRAWS, _BLOCK, _SEED = 400, 8, 20_200_301
_GRID = 10  # steps in which persistence is told apart
_HALF = 0.5  # posts added to a count of none, so that a ratio has an upper end

Floats = npt.NDArray[np.float64]


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


def falls(lines: Counts, dropped: int, after: int) -> Floats:
    """Log rate ratios at every shifted date: shape ``(…, weeks)``, the true date first.

    ``lines`` has weeks along its last axis, the last ``after`` of them after the attack.
    """
    weeks = lines.shape[-1]
    before = weeks - dropped - after
    total = lines.sum(axis=-1, keepdims=True)
    round_twice = np.concatenate([lines, lines], axis=-1)
    sums = np.concatenate([np.zeros_like(total), np.cumsum(round_twice, axis=-1)], axis=-1)
    starts = (weeks - after + np.arange(weeks)) % weeks
    fell = sums[..., starts + after] - sums[..., starts]
    gap = (starts - dropped) % weeks
    quiet = sums[..., gap + dropped] - sums[..., gap]
    rest = total - fell - quiet
    return np.asarray(np.log((fell + _HALF) / after) - np.log((rest + _HALF) / before))


def shift_p(lines: Counts, dropped: int, after: int) -> Floats:
    """For each series the share of all dates, the true one included, with a fall as deep as at the
    true one; each fall in units of how far it strays by chance (``strays``).
    """
    kept = persistence([lines[..., : lines.shape[-1] - after - dropped], lines[..., -after:]])
    rounded = np.rint(kept * _GRID).astype(int)
    table = np.stack([strays(lines.shape[-1], dropped, after, k) for k in range(_GRID)])
    return shares(falls(lines, dropped, after) / table[rounded])


@cache
def strays(weeks: int, dropped: int, after: int, tenths: int) -> Floats:
    """How far the contrast at each shifted date strays, in weeks of which neighbours correlate by
    ``tenths`` tenths and others by powers of it (AR 1); shape ``(weeks,)``, the true date first.
    """
    week = np.arange(weeks)
    alike = (tenths / _GRID) ** np.abs(week[:, None] - week[None, :])
    true = np.full(weeks, -1 / (weeks - after - dropped))
    true[weeks - after - dropped : weeks - after] = 0
    true[weeks - after :] = 1 / after
    shifted = np.stack([np.roll(true, shift) for shift in range(weeks)])
    return np.asarray(np.sqrt(np.einsum("si,ij,sj->s", shifted, alike, shifted)))


def shares(ratios: Floats) -> Floats:
    """For each series the share of dates at or under its first."""
    return np.asarray((ratios <= ratios[..., :1] + 1e-12).mean(axis=-1))


def power(weeks: Weeks) -> float:
    """How often a fall by half would be found in series drawn in blocks from her weeks before."""
    quiet = np.concatenate([weeks.before, weeks.dropped])
    length, after = weeks.line.size, weeks.after.size
    dice = np.random.default_rng(_SEED)
    blocks = -(-length // _BLOCK)
    begins = dice.integers(0, quiet.size, size=(_DRAWS, blocks, 1))
    drawn = quiet[(begins + np.arange(_BLOCK)) % quiet.size].reshape(_DRAWS, -1)[:, :length]
    halved = np.concatenate(
        [drawn[:, : length - after], dice.binomial(drawn[:, length - after :], 0.5)], axis=1
    )
    found = shift_p(halved, weeks.dropped.size, after) <= LEVEL
    return float(found.mean())


def interval(weeks: Weeks) -> tuple[float, float, float]:
    """The rate ratio and its 95 % interval."""
    b, a = weeks.before.astype(np.float64), weeks.after.astype(np.float64)
    mean_b, mean_a = max(b.sum(), _HALF) / b.size, max(a.sum(), _HALF) / a.size
    gap = weeks.dropped.size
    residuals = [_residuals(weeks.before), _residuals(weeks.after)]
    rho = float(persistence([weeks.before, weeks.after]))
    spread = max(sum(float(r @ r) for r in residuals) / (b.size + a.size - 2), 1.0)
    at_b, at_a = np.arange(b.size), np.arange(a.size) + b.size + gap
    error = np.sqrt(
        spread
        * (
            _together(at_b, at_b, rho) / mean_b
            + _together(at_a, at_a, rho) / mean_a
            - 2 * _together(at_b, at_a, rho) / np.sqrt(mean_b * mean_a)
        )
        / _kept(rho, b.size, a.size)
    )
    free = (b.size + a.size) * (1 - rho) / (1 + rho) - 2
    reach = student(max(free, 3.0)) * error
    middle = np.log(mean_a) - np.log(mean_b)
    ratio = float(a.mean() / b.mean()) if b.sum() else float("inf")
    return ratio, float(np.exp(middle - reach)), float(np.exp(middle + reach))


def persistence(parts: Sequence[Counts]) -> Floats:
    """How much one week is like the next, 0 to .9, of series that have a mean in each part.

    The larger of what neighbouring weeks say and what weeks two apart say: chance in counting hides
    the first, not their ratio. Each has its small-sample bias taken back ((1 + 4 rho) / n in each
    part that has a mean of its own; Kendall 1954).
    """
    residuals = [_residuals(part) for part in parts]
    n = sum(part.shape[-1] for part in parts)
    spread = np.sum([(r * r).sum(axis=-1) for r in residuals], axis=0)
    one, two = (
        np.sum([(r[..., lag:] * r[..., :-lag]).sum(axis=-1) for r in residuals], axis=0)
        / np.maximum(spread, 1e-12)
        for lag in (1, 2)
    )
    one, two = (lagged + len(parts) * (1 + 4 * lagged) / n for lagged in (one, two))
    found = np.clip(np.maximum(one, np.sqrt(np.maximum(two, 0.0))), 0.0, 0.9)
    return np.asarray(np.where(spread > 0, found, 0.0))


def _residuals(counts: Counts) -> Floats:
    """Pearson residuals about the part's own mean."""
    mean = counts.mean(axis=-1, keepdims=True)
    return np.asarray((counts - mean) / np.sqrt(np.maximum(mean, _HALF / counts.shape[-1])))


def _together(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64], rho: float) -> float:
    """Mean correlation of the weeks ``one`` with the weeks ``other``."""
    return float((rho ** np.abs(one[:, None] - other[None, :])).mean())


def _kept(rho: float, *sizes: int) -> float:
    """What share of the spread is left after taking each part's own mean away."""
    lost = sum(n * _together(np.arange(n), np.arange(n), rho) - 1 for n in sizes)
    return max(1 - lost / (sum(sizes) - len(sizes)), 0.2)


def student(free: float) -> float:
    """The two-sided 95 % point of Student's t (Hill 1970, Cornish–Fisher, to 1/free^3)."""
    z = NormalDist().inv_cdf(0.975)
    return float(
        z
        + (z**3 + z) / (4 * free)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * free**3)
    )
