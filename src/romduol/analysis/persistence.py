"""Weekly counts come in; how much one week is like the next, and what follows from it, go out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from romduol.analysis.weeks import Counts

Floats = npt.NDArray[np.float64]
MOST = 0.9  # more is not told apart in the weeks that an export holds
_LEAST_KEPT = 0.2
_HALF = 0.5  # posts that a part without any counts for


def persistence(parts: Sequence[Counts]) -> Floats:
    """How much one week is like the next, 0 to .9, of series that have a mean in each part.

    The larger of what neighbouring weeks say and what weeks two apart say: chance in counting hides
    the first, not their ratio. Each has its small-sample bias taken back ((1 + 4 rho) / n in each
    part that has a mean of its own; Kendall 1954).
    """
    standard = [residuals(part) for part in parts]
    n = sum(part.shape[-1] for part in parts)
    spread = np.sum([(r * r).sum(axis=-1) for r in standard], axis=0)
    one, two = (
        np.sum([(r[..., lag:] * r[..., :-lag]).sum(axis=-1) for r in standard], axis=0)
        / np.maximum(spread, 1e-12)
        for lag in (1, 2)
    )
    one, two = (lagged + len(parts) * (1 + 4 * lagged) / n for lagged in (one, two))
    found = np.clip(np.maximum(one, np.sqrt(np.maximum(two, 0.0))), 0.0, MOST)
    return np.asarray(np.where(spread > 0, found, 0.0))


def residuals(counts: Counts) -> Floats:
    """Pearson residuals about the part's own mean."""
    mean = counts.mean(axis=-1, keepdims=True)
    return np.asarray((counts - mean) / np.sqrt(np.maximum(mean, _HALF / counts.shape[-1])))


def together(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64], rho: Floats) -> Floats:
    """Mean correlation of the weeks ``one`` with the weeks ``other``, for each ``rho``."""
    apart = np.abs(one[:, None] - other[None, :])
    return np.asarray((rho[..., None, None] ** apart).mean(axis=(-1, -2)))


def kept(rho: Floats, *sizes: int) -> Floats:
    """What share of the spread is left after taking each part's own mean away."""
    lost = sum(n * together(np.arange(n), np.arange(n), rho) - 1 for n in sizes)
    return np.maximum(1 - lost / (sum(sizes) - len(sizes)), _LEAST_KEPT)
