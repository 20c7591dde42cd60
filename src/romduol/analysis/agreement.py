"""Coders' values for the same units go in; coefficients with intervals and raw tables come out.

Krippendorff's alpha for nominal data with missing values: Krippendorff, "Computing Krippendorff's
Alpha-Reliability" (2011), section C. Cohen's kappa: Cohen, Educational and Psychological
Measurement 20 (1960). Intervals: percentile bootstrap over units (Efron & Tibshirani 1993, ch. 13),
from a fixed seed, so that the same codings give the same numbers on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from romduol.casebook.agreement import CodeAgreement, Crossed, Estimate, Undefined

DRAWS = 2000
LEVEL = 0.95
SEED = 20220505
MOST_UNDEFINED = 0.05

Floats = npt.NDArray[np.float64]
# what a coder gave a unit; none where the unit was not coded, which is not the same as "no"
Value = str | bool | None
# A pattern is one way in which the coders gave values to a unit; most units share a few. Statistics
# take how often each pattern occurs, a line a sample, and give one number a line, NaN if undefined.
Statistic = Callable[[Floats], Floats]


def alpha(values: Sequence[Sequence[Value]]) -> Estimate:
    """Krippendorff's alpha, nominal. ``values`` has a line a coder, a place a unit."""
    if len(values) < 2:
        return Estimate(None, why=Undefined.ONE_CODER)
    patterns, often = _patterns([u for u in zip(*values, strict=True) if _pairable(u)])
    if not patterns:
        return Estimate(None, why=Undefined.NO_PAIRS)
    return _estimated(often, _alpha_of(patterns), disagree=any(len(_held(p)) > 1 for p in patterns))


def kappa(one: Sequence[Value], other: Sequence[Value]) -> Estimate:
    """Cohen's kappa of two coders over the units that both coded."""
    units = [u for u in zip(one, other, strict=True) if None not in u]
    patterns, often = _patterns(units)
    if not patterns:
        return Estimate(None, why=Undefined.NO_PAIRS)
    return _estimated(often, _kappa_of(patterns), disagree=any(a != b for a, b in patterns))


def _pairable(unit: Sequence[Value]) -> bool:
    return sum(value is not None for value in unit) > 1


def _held(unit: Sequence[Value]) -> set[Value]:
    return set(unit) - {None}


def _patterns(units: Sequence[tuple[Value, ...]]) -> tuple[list[tuple[Value, ...]], Floats]:
    """Each pattern once, and how many units have it."""
    found: dict[tuple[Value, ...], int] = {}
    for unit in units:
        found[unit] = found.get(unit, 0) + 1
    return list(found), np.array(list(found.values()), dtype=float)


def _alpha_of(patterns: Sequence[tuple[Value, ...]]) -> Statistic:
    """``1 - (n - 1)(n - sum o_cc) / (n² - sum n_c²)`` from the coincidence matrix."""
    categories = sorted({v for p in patterns for v in p if v is not None}, key=repr)
    counts = np.array([[p.count(c) for c in categories] for p in patterns], dtype=float)
    given = counts.sum(axis=1)
    same = (counts * (counts - 1)).sum(axis=1) / (given - 1)

    def statistic(often: Floats) -> Floats:
        by_category = often @ counts
        n = by_category.sum(axis=1)
        by_chance = n**2 - (by_category**2).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = 1 - (n - 1) * (n - often @ same) / by_chance
        return np.where(by_chance > 0, found, np.nan)

    return statistic


def _kappa_of(patterns: Sequence[tuple[Value, ...]]) -> Statistic:
    """``(p_o - p_e) / (1 - p_e)`` from the two coders' margins."""
    categories = sorted({v for p in patterns for v in p}, key=repr)
    ones = np.array([[p[0] == c for c in categories] for p in patterns], dtype=float)
    others = np.array([[p[1] == c for c in categories] for p in patterns], dtype=float)
    equal = np.array([p[0] == p[1] for p in patterns], dtype=float)

    def statistic(often: Floats) -> Floats:
        n = often.sum(axis=1)
        expected = ((often @ ones) * (often @ others)).sum(axis=1)  # n² times p_e: exact
        with np.errstate(divide="ignore", invalid="ignore"):
            found = (n * (often @ equal) - expected) / (n**2 - expected)
        return np.where(n**2 > expected, found, np.nan)

    return statistic


def _estimated(often: Floats, statistic: Statistic, *, disagree: bool) -> Estimate:
    value = float(statistic(often[None, :])[0])
    if np.isnan(value):
        return Estimate(None, why=Undefined.NO_VARIATION)
    if not disagree:
        return Estimate(value, why=Undefined.NO_DISAGREEMENT)
    units = int(often.sum())
    dice = np.random.default_rng(SEED)
    drawn = statistic(dice.multinomial(units, often / units, size=DRAWS).astype(float))
    undefined = np.isnan(drawn)
    if undefined.mean() > MOST_UNDEFINED:
        return Estimate(value, why=Undefined.TOO_RARE)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn[~undefined], [tail, 1 - tail])
    return Estimate(value, float(low), float(high))


def of_code(scheme: str, code: str, given: Mapping[str, Sequence[bool | None]]) -> CodeAgreement:
    """All of one code's numbers. ``given`` has, for each coder, a value a unit."""
    coders = sorted(given)
    pairs = list(combinations(coders, 2))
    units = zip(*(given[coder] for coder in coders), strict=True)
    return CodeAgreement(
        scheme,
        code,
        units=sum(_pairable(unit) for unit in units),
        coders=len(coders),
        alpha=alpha([given[coder] for coder in coders]),
        kappas=tuple(kappa(given[one], given[other]) for one, other in pairs),
        crossed=tuple(_crossed(one, other, given) for one, other in pairs),
    )


def _crossed(one: str, other: str, given: Mapping[str, Sequence[bool | None]]) -> Crossed:
    pairs = list(zip(given[one], given[other], strict=True))
    return Crossed(
        one,
        other,
        both=pairs.count((True, True)),
        only_one=pairs.count((True, False)),
        only_other=pairs.count((False, True)),
        neither=pairs.count((False, False)),
    )
