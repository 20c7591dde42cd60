"""Times of her posts and the day of an attack come in, whole weeks before and after it go out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
WEEK = timedelta(days=7)
DROPPED = 4  # weeks before the attack: attacks follow busy weeks, which would look like a fall
AFTER = 8  # weeks looked at afterwards, when that many have passed


@dataclass(frozen=True, slots=True)
class Weeks:
    """Posts a week in order of time: ``before``, then ``dropped`` just before, then ``after``.

    Weeks are counted from the attack, so none straddles it; incomplete ones are not there.
    """

    before: Counts
    dropped: Counts
    after: Counts

    @property
    def line(self) -> Counts:
        """All weeks, in order."""
        return np.concatenate([self.before, self.dropped, self.after])


def around(
    posts: Iterable[datetime],
    attack: datetime,
    seen_from: datetime,
    seen_to: datetime,
    after: int = AFTER,
) -> Weeks:
    """The weeks around ``attack`` that lie wholly between ``seen_from`` and ``seen_to``.

    ``seen_from`` and ``seen_to`` say what her export covers: a week it does not cover is not a week
    of silence. All times carry a zone. At most ``after`` weeks after the attack.
    """
    first = -max((attack - seen_from) // WEEK, 0)
    last = min(max((seen_to - attack) // WEEK, 0), after)
    counts = np.zeros(last - first, np.int64)
    for at in posts:
        week = (at - attack) // WEEK
        if first <= week < last:
            counts[week - first] += 1
    split = max(-first - DROPPED, 0)
    return Weeks(counts[:split], counts[split:-first], counts[-first:])
