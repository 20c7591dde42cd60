"""Posts come in, pairs of posts of the same object within the window go out: what co-acting means.

Two accounts co-act when they post the same object within ``window`` seconds of one another, both
ends included. Every such pair of posts is counted between its two accounts only: nothing is
chained through a third post. Equality joins on (object, bucket) carry it on any engine.
"""

from __future__ import annotations

import narwhals as nw

from romduol.analysis.engines import Engine, Lazy
from romduol.analysis.instants import DAY, MICROSECONDS


def in_company(posts: Lazy, engine: Engine, window: int) -> Lazy:
    """The posts that have another post of their object within the window, each once, held.

    Nothing else can co-act, and this is linear in the posts after a sort, however popular an
    object is. A post listed twice (overlapping exports) is one post. Most objects have no two posts
    that near: they are passed over by numbers alone, and only the rest is sorted by name.
    """
    micros = window * MICROSECONDS
    posts = _of_near_objects(posts, engine, micros)
    gap = nw.col("at") - nw.col("at").shift(1).over("object", order_by="at")
    after = nw.col("at").shift(-1).over("object", order_by="at") - nw.col("at")
    near = posts.with_columns(gap.alias("gap"), after.alias("after")).filter(
        (nw.col("gap") <= micros) | (nw.col("after") <= micros)
    )
    return engine.hold(near.select("post", "account", "object", "at").unique())


def _of_near_objects(posts: Lazy, engine: Engine, micros: int) -> Lazy:
    """The posts whose object, or one that shares its key, has two posts that near."""
    keyed = engine.keyed(posts, "object")
    gap = nw.col("at") - nw.col("at").shift(1).over("key", order_by="at")
    near = keyed.select("key", "at").with_columns(gap.alias("gap")).filter(nw.col("gap") <= micros)
    return keyed.join(near.select("key").unique(), on="key", how="semi").drop("key")


def of_several(posts: Lazy, engine: Engine, min_objects: int) -> Lazy:
    """The posts of accounts with ``min_objects`` objects in company: no other can be in an edge.

    Without it one viral object costs the square of its posts.
    """
    if min_objects < 2:
        return posts
    several = (
        posts.group_by("account")
        .agg(nw.col("object").n_unique().alias("objects"))
        .filter(nw.col("objects") >= min_objects)
    )
    return engine.hold(posts.join(several.select("account"), on="account", how="semi"))


def pairs(posts: Lazy, window: int) -> Lazy:
    """Every two posts of one object, by two accounts, within the window, once.

    ``object, a, b, post_a, post_b, at_a, at_b`` with ``a < b``, and ``day``, that of the earlier.
    """
    micros = window * MICROSECONDS
    early = posts.with_columns((nw.col("at") // micros).alias("bucket"))
    here = early.select(
        nw.col("object"),
        nw.col("bucket"),
        *(nw.col(name).alias(f"{name}_later") for name in ("account", "post", "at")),
    )
    before = here.with_columns((nw.col("bucket") - 1).alias("bucket"))
    met = early.join(nw.concat([here, before]), on=["object", "bucket"], how="inner").filter(
        nw.col("account") != nw.col("account_later"),
        (nw.col("at") < nw.col("at_later"))
        | ((nw.col("at") == nw.col("at_later")) & (nw.col("account") < nw.col("account_later"))),
        nw.col("at_later") - nw.col("at") <= micros,
    )
    return _sides(met.with_columns((nw.col("at") // DAY).alias("day")))


def _sides(met: Lazy) -> Lazy:
    """Earlier and later become a and b, in the order of the accounts' names."""
    first = nw.col("account") < nw.col("account_later")

    def side(early: str, late: str, alias: str) -> nw.Expr:
        return nw.when(first).then(nw.col(early)).otherwise(nw.col(late)).alias(alias)

    return met.select(
        nw.col("object"),
        nw.col("day"),
        side("account", "account_later", "a"),
        side("account_later", "account", "b"),
        side("post", "post_later", "post_a"),
        side("post_later", "post", "post_b"),
        side("at", "at_later", "at_a"),
        side("at_later", "at", "at_b"),
    )


def counted(met: Lazy) -> Lazy:
    """Pairs of accounts with every count: ``a, b, n_objects, n_pairs, n_posts_a, n_posts_b``."""
    return met.group_by("a", "b").agg(
        nw.col("object").n_unique().alias("n_objects"),
        nw.len().cast(nw.Int64).alias("n_pairs"),
        nw.col("post_a").n_unique().alias("n_posts_a"),
        nw.col("post_b").n_unique().alias("n_posts_b"),
    )


def pairs_at_most(posts: Lazy, window: int) -> Lazy:
    """One number, ``most``: no more pairs of posts than this can lie within the window.

    Counted from the sizes of buckets and their neighbours, so a viral object costs nothing.
    """
    bucketed = posts.with_columns((nw.col("at") // (window * MICROSECONDS)).alias("bucket"))
    sizes = bucketed.group_by("object", "bucket").agg(nw.len().cast(nw.Int64).alias("n"))
    following = sizes.select(
        "object", (nw.col("bucket") - 1).alias("bucket"), nw.col("n").alias("n_next")
    )
    beside = sizes.join(following, on=["object", "bucket"], how="left")
    n, following_n = nw.col("n"), nw.col("n_next").fill_null(0)
    return beside.select((n * (n - 1) // 2 + n * following_n).alias("most")).select(
        nw.col("most").sum()
    )
