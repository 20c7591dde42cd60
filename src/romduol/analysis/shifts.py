"""Weekly counts come in; how deep a fall stands at the day of an attack, among all days, goes out.

A circular shift: the day is moved around the series itself, which keeps whatever rhythm it has.
Each shift is taken in units of how far it strays where weeks depend on another: the true date
stands at the end of the series, which strays farther than its middle.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from romduol.analysis.persistence import Floats, persistence
from romduol.analysis.weeks import Counts

LEVEL = 0.05
HALF = 0.5  # posts added to a count of none, so that a ratio has an upper end
_GRID = 10  # steps in which persistence is told apart


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
    return np.asarray(np.log((fell + HALF) / after) - np.log((rest + HALF) / before))


def shift_p(lines: Counts, dropped: int, after: int) -> Floats:
    """For each series the share of all dates, the true one included, with a fall as deep as at the
    true one; each fall in units of how far it strays by chance (``strays``). 1 where it is no fall:
    with a post or two in a year, none afterwards is what nearly every date shows.
    """
    kept = persistence([lines[..., : lines.shape[-1] - after - dropped], lines[..., -after:]])
    rounded = np.rint(kept * _GRID).astype(int)
    table = np.stack([strays(lines.shape[-1], dropped, after, k) for k in range(_GRID)])
    deep = falls(lines, dropped, after)
    return np.where(deep[..., 0] < 0, shares(deep / table[rounded]), 1.0)


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
