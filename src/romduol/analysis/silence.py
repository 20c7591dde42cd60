"""Times of posts and attacks come in; days to silence and to return, with who is still waited for.

Kaplan and Meier (1958), with Greenwood's variance on the log-log scale. Women who have not (yet)
fallen silent, or not yet returned, when their export ends are censored there, not counted as never.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log, sqrt

QUIET = timedelta(days=28)  # without a post this long, she has fallen silent
_DAY = timedelta(days=1)
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Spell:
    """Days until something, or until watching ended (``happened`` is false)."""

    days: float
    happened: bool


@dataclass(frozen=True, slots=True)
class Step:
    """After ``days``: of ``at_risk`` women it happened to ``happened``; ``waiting`` is the share
    to whom it has not happened yet, within [``low``, ``high``] (95 %).
    """

    days: float
    at_risk: int
    happened: int
    waiting: float
    low: float
    high: float


def to_silence(posts: Iterable[datetime], attack: datetime, seen_to: datetime) -> Spell:
    """Days from the attack to her last post before four weeks without one.

    Silent from the first day is 0 days. Censored where fewer than four weeks are left to see.
    """
    last = attack
    for at in sorted(at for at in posts if attack <= at < seen_to):
        if at - last >= QUIET:
            break
        last = at
    if seen_to < last + QUIET:
        return Spell(max(last - attack, timedelta()) / _DAY, happened=False)
    return Spell((last - attack) / _DAY, happened=True)


def to_return(posts: Sequence[datetime], attack: datetime, seen_to: datetime) -> Spell | None:
    """Days from when she fell silent to her next post; ``None`` if she did not fall silent.

    Still silent when her export ends: censored there.
    """
    silent = to_silence(posts, attack, seen_to)
    if not silent.happened:
        return None
    since = attack + silent.days * _DAY
    again = min((at for at in posts if at >= since + QUIET and at < seen_to), default=None)
    return Spell(((again or seen_to) - since) / _DAY, happened=again is not None)


def waiting(spells: Iterable[Spell]) -> tuple[Step, ...]:
    """The Kaplan–Meier steps of ``spells``, one for each day on which it happened to somebody."""
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
    return next((step.days for step in steps if step.waiting <= 0.5), None)


def _around(share: float, variance: float) -> tuple[float, float]:
    if not 0 < share < 1:
        return (0.0, 1.0) if share else (0.0, 0.0)
    reach = exp(_Z * sqrt(variance) / abs(log(share)))
    return float(share**reach), float(share ** (1 / reach))
