"""Edges come in; what each pair would share by chance, and how surprising the rest is, go out.

The null: each account keeps its objects and the day it posted each of them, and nothing else; which
minute of the day it was is left to chance. Two posts of one object on one day then fall within the
window with a probability (the *rate*) that is measured on that object and day, leaving out pairs of
accounts that co-act on two *other* objects: those are what is being asked about, and would excuse
themselves; and to choose them by other objects leaves the rate unbiased where there is nothing to
find. Where few pairs are left, the rate leans on what these objects show at large, and that on how
the hours of the day are used.

``expected`` adds the rates over every object and day the two share, co-acted or not. The number of
objects is a sum of independent yes-or-no draws; its tail is bounded by the Poisson tail of the same
mean (Hoeffding 1956; Anderson and Samuels 1967), so a p-value is never too small for that reason.
Only pairs that co-acted are ever seen, so each is asked given that it co-acted once, and the false
discovery rate is Benjamini and Hochberg's (1995) over all pairs that did.
"""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw
import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from romduol.analysis.coacting import pairs_at_most
from romduol.analysis.engines import Engine, Lazy, collected
from romduol.analysis.instants import DAY, MICROSECONDS

Floats = npt.NDArray[np.float64]
_PRIOR = 10.0  # pairs of posts that what is general counts for, beside the object's own
_EVEN = 200.0  # pairs of posts that an even day counts for, beside the hours seen
_OTHERS = 2  # objects beside the one at hand that make two accounts a question
_MOST = 45.0  # pairs of posts by which one object and day may speak for the others
_ALONE = ["a", "b"]
_STRATUM = ["object", "day"]


@dataclass(frozen=True, slots=True)
class Met:
    """What is needed to judge edges: all posts, those in company, and the pairs they form.

    ``theirs`` are all posts of accounts in a judged pair. ``hours`` (``bucket, n``) counts
    the posts by the time they fall into, a window at a time.
    """

    posts: Lazy
    theirs: Lazy
    hours: pa.Table
    company: Lazy
    pairs: Lazy
    window: int
    engine: Engine


def judged(pairs: pa.Table, met: Met) -> pa.Table:
    """``pairs`` (``a, b, n_objects, …``) in order of their names, with ``expected`` and ``fdr``.

    ``pairs`` must hold every pair with two objects or more. The new columns are float64, ``fdr``
    in [0, 1].
    """
    frame = _polars(pairs).sort(_ALONE)
    if not frame.height:
        nothing = pl.Series([], dtype=pl.Float64)
        return frame.with_columns(nothing.alias("expected"), nothing.alias("fdr")).to_arrow()
    shared = _shared(pairs, met).join(frame.select(*_ALONE, "n_objects"), on=_ALONE)
    rates, general = _rates(shared, met)
    expected = _expected(frame, shared, rates, general)
    tested = collected(pairs_at_most(met.company, met.window)).column("most")[0].as_py()
    p = surprise(frame["n_objects"].to_numpy(), expected)
    fdr = false_discovery_rate(p, max(int(tested or 0), frame.height))
    return frame.with_columns(pl.Series("expected", expected), pl.Series("fdr", fdr)).to_arrow()


def _polars(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _shared(pairs: pa.Table, met: Met) -> pl.DataFrame:
    """``a, b, object, day, chances, times``: pairs of posts that could have met, and that did.

    Two that met across midnight count on the earlier day.
    """
    lent = met.engine.lend(pairs.select(_ALONE))
    dated = met.theirs.with_columns((nw.col("at") // DAY).alias("day"))
    held = met.engine.hold(
        dated.group_by("account", *_STRATUM).agg(
            nw.col("post").n_unique().cast(nw.Int64).alias("m")
        )
    )
    of_a = held.select(nw.col("account").alias("a"), *_STRATUM, nw.col("m").alias("m_a"))
    of_b = held.select(nw.col("account").alias("b"), *_STRATUM, nw.col("m").alias("m_b"))
    could = (
        lent.join(of_a, on="a", how="inner")
        .join(of_b, on=["b", *_STRATUM], how="inner")
        .select(*_ALONE, *_STRATUM, (nw.col("m_a") * nw.col("m_b")).alias("chances"))
    )
    did = (
        met.pairs.join(lent, on=_ALONE, how="semi")
        .group_by(*_ALONE, *_STRATUM)
        .agg(nw.len().cast(nw.Int64).alias("times"))
    )
    both = _polars(collected(could)).join(
        _polars(collected(did)), on=[*_ALONE, *_STRATUM], how="full", coalesce=True
    )
    times = pl.col("times").fill_null(0)
    return both.with_columns(times, pl.max_horizontal(pl.col("chances").fill_null(0), times))


def _rates(shared: pl.DataFrame, met: Met) -> tuple[pl.DataFrame, float]:
    """``object, day, rate`` for every object and day in ``shared``, and the general rate."""
    strata = shared.group_by(_STRATUM).agg(
        pl.col("times").filter(pl.col("n_objects") > _OTHERS).sum().alias("out_close"),
        pl.col("chances").filter(_asked_elsewhere()).sum().alias("out"),
    )
    keys = met.engine.lend(strata.select(_STRATUM).to_arrow())
    frame = _polars(collected(_within(met, keys))).join(strata, on=_STRATUM).sort(_STRATUM)
    posts, close, out, out_close = (
        frame[name].to_numpy().astype(np.float64) for name in ("posts", "close", "out", "out_close")
    )
    close = np.maximum(close - out_close, 0.0)
    possible = np.maximum(posts * (posts - 1) / 2 - out, close)
    general = _general(close, possible, by_the_clock(met, int(shared["times"].sum())))
    rate = np.minimum((close + _PRIOR * general) / (possible + _PRIOR), 1.0)
    return frame.select(_STRATUM).with_columns(pl.Series("rate", rate)), general


def _asked_elsewhere() -> pl.Expr:
    """Do the two co-act on ``_OTHERS`` objects besides this one?"""
    here = (pl.col("times") > 0).cast(pl.Int64)
    return pl.col("n_objects") - here >= _OTHERS


def _general(close: Floats, possible: Floats, clock: float) -> float:
    """The rate of objects at large, none of them counting for more than ``_MOST`` pairs."""
    weight = np.minimum(possible, _MOST)
    own = np.divide(close, possible, out=np.zeros_like(close), where=possible > 0)
    pooled = (np.sum(weight * own) + _PRIOR * clock) / (np.sum(weight) + _PRIOR)
    return float(min(max(pooled, clock), 1.0))


def _within(met: Met, keys: Lazy) -> Lazy:
    """``object, day, posts, close``: posts, and about how many pairs of them are within the window.

    Two posts of one bucket are; of neighbouring buckets half are: nothing is joined post by post.
    """
    micros = met.window * MICROSECONDS
    sizes = met.engine.hold(
        met.posts.with_columns(
            (nw.col("at") // DAY).alias("day"), (nw.col("at") // micros).alias("bucket")
        )
        .join(keys, on=_STRATUM, how="semi")
        .group_by(*_STRATUM, "bucket")
        .agg(nw.col("post").n_unique().cast(nw.Int64).alias("n"))
    )
    following = sizes.select(
        *_STRATUM, (nw.col("bucket") - 1).alias("bucket"), nw.col("n").alias("n_next")
    )
    beside = sizes.join(following, on=[*_STRATUM, "bucket"], how="left")
    n, n_next = nw.col("n"), nw.col("n_next").fill_null(0)
    return (
        beside.select(*_STRATUM, "n", ((n * (n - 1) + n * n_next) / 2).alias("close"))
        .group_by(*_STRATUM)
        .agg(nw.col("n").sum().cast(nw.Int64).alias("posts"), nw.col("close").sum())
    )


def by_the_clock(met: Met, alike: int) -> float:
    """How often two posts of one day lie within the window because of how hours are used.

    ``alike`` pairs are taken out: they are of one object and are what is asked about. Never less
    than if the hours of the day were all alike, on which few posts lean.
    """
    micros = met.window * MICROSECONDS
    frame = _polars(met.hours).sort("bucket")
    bucket, n = frame["bucket"].to_numpy(), frame["n"].to_numpy().astype(np.float64)
    beside = n[:-1] * n[1:] * (np.diff(bucket) == 1)
    close = max(float(np.sum(n * (n - 1)) + np.sum(beside)) / 2 - alike, 0.0)
    _, day = np.unique(bucket * micros // DAY, return_inverse=True)
    posts = np.bincount(day, weights=n)
    possible = max(float(np.sum(posts * (posts - 1))) / 2 - alike, close)
    uniform = min(2 * micros / DAY, 1.0)
    return min(max((close + _EVEN * uniform) / (possible + _EVEN), uniform), 1.0)


def _expected(
    edges: pl.DataFrame, shared: pl.DataFrame, rates: pl.DataFrame, general: float
) -> Floats:
    """For each edge the objects expected by chance, each object at most once."""
    each = shared.join(rates, on=_STRATUM, how="left").sort([*_ALONE, *_STRATUM, "chances"])
    chance = (pl.col("chances") * pl.col("rate").fill_null(general)).alias("chance")
    by_object = (
        each.with_columns(chance)
        .group_by([*_ALONE, "object"], maintain_order=True)
        .agg(pl.col("chance").sum().clip(upper_bound=1.0))
        .group_by(_ALONE, maintain_order=True)
        .agg(pl.col("chance").sum().alias("expected"))
    )
    joined = edges.select(_ALONE).join(by_object, on=_ALONE, how="left", maintain_order="left")
    return joined["expected"].to_numpy()


def surprise(objects: npt.NDArray[np.int64], expected: Floats) -> Floats:
    """P(this many objects or more, given one): at most, by the Poisson tail; 1 below the mean."""
    n, mean = objects.astype(np.float64), np.maximum(expected, 1e-12)
    factorials = np.cumsum(np.log(np.maximum(np.arange(objects.max(initial=0) + 1), 1)))
    first = np.exp(n * np.log(mean) - mean - factorials[objects])
    tail, term, k = first.copy(), first.copy(), 1
    while k < 10_000:
        term = term * mean / (n + k)
        tail += term
        k += 1
        if np.all((term <= tail * 1e-17) | (n < mean + 1)):
            break
    p = np.minimum(tail / -np.expm1(-mean), 1.0)
    return np.where((n < mean + 1) | (n <= 1), 1.0, p)


def false_discovery_rate(p: Floats, tested: int) -> Floats:
    """Benjamini and Hochberg's adjusted p over ``tested`` pairs, those not in ``p`` being 1."""
    order = np.argsort(p, kind="stable")
    scaled = p[order] * tested / np.arange(1, p.size + 1)
    adjusted = np.minimum.accumulate(scaled[::-1])[::-1]
    fdr = np.empty_like(p)
    fdr[order] = np.minimum(adjusted, 1.0)
    return fdr
