"""Days until something come in, some of them cut short; out comes the share still waiting each day.

Kaplan and Meier, "Nonparametric estimation from incomplete observations" (JASA 53, 1958), with
Greenwood's variance on the log-log scale. Whoever is still waiting when watching ends is counted as
long as she was watched, not as never.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Spell:
    """Days until something, or until watching ended (``happened`` is false)."""

    days: float
    happened: bool


@dataclass(frozen=True, slots=True)
class Step:
    """After ``days``: of ``at_risk`` it happened to ``happened``; ``waiting`` is the share to whom
    it has not happened yet, within [``low``, ``high``] (95 %).
    """

    days: float
    at_risk: int
    happened: int
    waiting: float
    low: float
    high: float


def waiting(spells: Iterable[Spell]) -> tuple[Step, ...]:
    """The Kaplan-Meier steps of ``spells``, one for each day on which it happened to somebody."""
    left = sorted(spells, key=lambda spell: spell.days)
    steps, share, variance = [], 1.0, 0.0
    for days in sorted({spell.days for spell in left if spell.happened}):
        at_risk = sum(spell.days >= days for spell in left)
        happened = sum(spell.happened and spell.days == days for spell in left)
        share *= 1 - happened / at_risk
        if at_risk > happened:
            variance += happened / (at_risk * (at_risk - happened))
        steps.append(Step(days, at_risk, happened, share, *_around(share, variance)))
    return tuple(steps)


def median(steps: Sequence[Step]) -> float | None:
    """Days until it happened to half of them; ``None`` when it has not."""
    return by_share(steps, 0.5)


def by_share(steps: Sequence[Step], share: float) -> float | None:
    """Days until no more than 1 - ``share`` of them waited; ``None`` when that has not come."""
    return next((step.days for step in steps if step.waiting <= 1 - share + _ROUGH), None)


def waiting_after(steps: Sequence[Step], days: float, watched: float) -> float | None:
    """The share still waiting after ``days``; ``None`` if nobody was watched (``watched``) so long
    and some were still waiting."""
    before = [step for step in steps if step.days <= days]
    share = before[-1].waiting if before else 1.0
    return share if watched >= days or share <= _ROUGH else None


_ROUGH = 1e-9  # shares are products of fractions


def _around(share: float, variance: float) -> tuple[float, float]:
    if not 0 < share < 1:
        return (0.0, 1.0) if share else (0.0, 0.0)
    reach = exp(_Z * sqrt(variance) / abs(log(share)))
    return float(share**reach), float(share ** (1 / reach))
