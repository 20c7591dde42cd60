"""The weeks of several women come in, one pooled change goes out; each woman counts once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from romduol.analysis.refusals import SeriesTooShort
from romduol.analysis.retreat import log_ratio, student
from romduol.analysis.shifts import falls
from romduol.analysis.weeks import Weeks

_DRAWS, _SEED = 4999, 20_200_302
LEAST_WOMEN = 3


@dataclass(frozen=True, slots=True)
class Pooled:
    """The geometric mean of the women's rate ratios with its 95 % interval, and ``p`` of a fall."""

    women: int
    ratio: float
    low: float
    high: float
    p: float


def pooled(women: Sequence[Weeks]) -> Pooled:
    """One change over all ``women`` (each with one attack).

    ``p`` moves each woman's date around her own series, independently, 4,999 times: nothing is
    assumed of one woman from another. The interval is Student's over the women's log ratios, which
    are never taken to differ less than each strays by chance: women who all fell silent differ in
    nothing, and are no surer for it. Who is in a release, and whether it may say this, is not
    decided here. Raises ``SeriesTooShort`` with fewer than three women or a woman with no weeks on
    one side.
    """
    if len(women) < LEAST_WOMEN or any(not w.before.size or not w.after.size for w in women):
        raise SeriesTooShort(before=len(women), after=len(women), least=LEAST_WOMEN)
    each = [falls(w.line, w.dropped.size, w.after.size) for w in women]
    seen = np.array([ratios[0] for ratios in each])
    dice = np.random.default_rng(_SEED)
    drawn = np.mean([dice.choice(ratios, size=_DRAWS) for ratios in each], axis=0)
    p = (1 + int(np.count_nonzero(drawn <= seen.mean() + 1e-12))) / (_DRAWS + 1)
    apart = max(float(seen.var(ddof=1)), float(np.mean([log_ratio(w)[1] ** 2 for w in women])))
    reach = student(len(women) - 1) * float(np.sqrt(apart / len(women)))
    low, middle, high = (float(np.exp(seen.mean() + k * reach)) for k in (-1, 0, 1))
    return Pooled(len(women), middle, low, high, p)
