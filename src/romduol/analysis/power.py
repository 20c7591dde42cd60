"""The weeks of one woman come in; how often a fall by half would be seen in such weeks goes out.

Series are drawn as counts about a log-normal rate that follows an AR(1) process, with the level,
the unrest and the persistence of her own weeks before. What is fitted to few weeks sees too often:
the unrest and the persistence that a short series shows are less than those it was drawn from. So
series drawn from the fit are fitted again, and what these overstate is taken back (Efron and
Tibshirani 1993, 10.6).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from romduol.analysis.persistence import MOST, Floats, kept, persistence
from romduol.analysis.shifts import HALF, LEVEL, shift_p
from romduol.analysis.weeks import Counts, Weeks

_DRAWS, _FITS, _OF_EACH, _SEED = 400, 40, 100, 20_200_301
_LEAST_SHARE = 0.3  # of the unrest that is no chance in counting: less is not told apart
_MOST_HIDDEN = 1.5  # times by which chance in counting may hide persistence


@dataclass(frozen=True, slots=True)
class _Like:
    """Weeks like hers: mean, variance of the logarithm of the rate, and persistence of it.

    One value for each series.
    """

    mean: Floats
    unrest: Floats
    rho: Floats


def power(weeks: Weeks) -> float:
    """How often a fall by half would give ``p <= .05`` in weeks like hers, 0 to 1.

    The same weeks give the same number.
    """
    length, dropped, after = weeks.line.size, weeks.dropped.size, weeks.after.size
    dice = np.random.default_rng(_SEED)
    quiet = np.concatenate([weeks.before, weeks.dropped])
    hers = _like(quiet, persistence([weeks.before, weeks.after]))
    said = _seen(_drawn(hers, length, _DRAWS, dice), dropped, after, dice)
    again = _drawn(hers, length, _FITS, dice)
    of_each = persistence([again[:, : length - dropped - after], again[:, -after:]])
    fitted = _like(again[:, :-after], of_each)
    overstated = _seen(_drawn(fitted, length, _OF_EACH, dice), dropped, after, dice) - said
    return min(max(said - overstated, 0.0), 1.0)


def _like(quiet: Counts, rho: Floats) -> _Like:
    """Moments of ``quiet``, shape ``(…, weeks)``; ``rho`` is the persistence of the counts."""
    size = quiet.shape[-1]
    mean = np.maximum(quiet.mean(axis=-1), HALF / size)
    strayed = np.sum((quiet - mean[..., None]) ** 2, axis=-1)
    variance = strayed / (size - 1) / kept(rho, size)
    share = np.clip((variance - mean) / np.maximum(variance, 1e-9), _LEAST_SHARE, 1.0)
    hidden = np.minimum(share**-0.5, _MOST_HIDDEN)
    unrest = np.log1p(np.maximum(variance - mean, 0.0) / mean**2)
    return _Like(mean, unrest, np.minimum(rho * hidden, MOST))


def _drawn(like: _Like, length: int, draws: int, dice: np.random.Generator) -> Counts:
    """``draws`` series like each: shape ``(…, draws, length)``."""
    mean, unrest, rho = (part[..., None] for part in (like.mean, like.unrest, like.rho))
    level = dice.normal(size=(*like.mean.shape, draws, length))
    for week in range(1, length):
        level[..., week] *= np.sqrt(1 - rho**2)
        level[..., week] += rho * level[..., week - 1]
    strays = np.sqrt(unrest)[..., None] * level - unrest[..., None] / 2
    return dice.poisson(mean[..., None] * np.exp(strays))


def _seen(lines: Counts, dropped: int, after: int, dice: np.random.Generator) -> float:
    """In what share of ``lines`` a fall by half laid on their last weeks is shown."""
    halved = lines.copy()
    halved[..., -after:] = dice.binomial(lines[..., -after:], 0.5)
    flat = halved.reshape(-1, lines.shape[-1])
    return float((shift_p(flat, dropped, after) <= LEVEL).mean())
