"""Posts come in, campaigns go out: accounts that act together, how surprising that is, and proof.

A suggestion, never a verdict: people who act together may be a newsroom, a family or a movement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from romduol.analysis import posts as reading
from romduol.analysis.chance import Met, judged
from romduol.analysis.coacting import counted, in_company, of_several, pairs
from romduol.analysis.engines import Lazy, Source, collected
from romduol.analysis.engines import engine as engine_named
from romduol.analysis.groups import Group, groups
from romduol.analysis.refusals import WindowTooShort

METHOD = "coacting/1"
EDGE = pa.schema(
    {name: pa.string() for name in ("a", "b")}
    | {name: pa.int64() for name in ("n_objects", "n_pairs", "n_posts_a", "n_posts_b")}
    | {name: pa.float64() for name in ("expected", "fdr")}
)
BEHIND = pa.schema(
    {name: pa.string() for name in ("a", "b", "object", "post_a", "post_b")}
    | {name: pa.timestamp("us", tz="UTC") for name in ("at_a", "at_b")}
)
_IN_MICROS = pa.schema(
    [pa.field(f.name, pa.int64() if pa.types.is_timestamp(f.type) else f.type) for f in BEHIND]
)
_COUNTS = EDGE.names[:6]


@dataclass(frozen=True, slots=True)
class Campaigns:
    """What was found. ``edges`` (``EDGE``) and ``posts_behind`` (``BEHIND``) are in order of names.

    ``same`` says what objects were, ``used`` and ``left_out`` how many rows were and were not
    compared (no account, no object, no readable time), ``window`` is in seconds, ``totals`` how
    many posts each account of an edge has in all.
    """

    edges: pa.Table
    posts_behind: pa.Table
    groups: tuple[Group, ...]
    same: str
    used: int
    left_out: int
    window: int
    totals: Mapping[str, int]
    method: str = METHOD


def find(
    posts: Source,
    window: int = 60,
    min_objects: int = 2,
    min_pairs: int = 1,
    engine: str = "duckdb",
    same: str = "",
) -> Campaigns:
    """Accounts that put the same object within ``window`` seconds, on ``min_objects`` objects.

    ``posts`` is an Arrow table, or Parquet or CSV files, with ``post_id, account_id, timestamp``
    and what may be the same (``posts.SAME``; ``same`` chooses when there are several). Every engine
    gives the same result. Raises ``WindowTooShort``, ``ColumnsMissing``, ``NoUsablePost``,
    ``PostsUnreadable``, ``UnknownKindOfFile`` or ``EngineMissing``.
    """
    if window < 1 or min_objects < 1 or min_pairs < 1:
        raise WindowTooShort
    runs = engine_named(engine)
    read = reading.read(posts, runs, window, same)
    company = in_company(read.frame, runs, window)
    met = pairs(of_several(company, runs, min(min_objects, 2)), window)
    candidates = _candidates(met, min_objects, min_pairs)
    theirs = runs.hold(_of_accounts(read.frame, runs.lend(candidates.select(["a", "b"]))))
    every = judged(candidates, Met(read.frame, theirs, read.hours, company, met, window, runs))
    edges = _kept(every, min_objects, min_pairs)
    lent = runs.lend(edges.select(["a", "b"]))
    behind, totals = _behind(met, lent), _totals(theirs, lent)
    return Campaigns(
        edges=edges,
        posts_behind=behind.cast(BEHIND),
        groups=groups(edges, behind, totals),
        same=read.same,
        used=read.used,
        left_out=read.left_out,
        window=window,
        totals=totals,
    )


def surprising(found: Campaigns, rate: float) -> Campaigns:
    """``found`` with only those edges whose false discovery rate is at most ``rate``, regrouped."""
    edges = found.edges.filter(pc.field("fdr") <= rate)
    names = set(zip(edges["a"].to_pylist(), edges["b"].to_pylist(), strict=True))
    pairs = zip(
        found.posts_behind["a"].to_pylist(), found.posts_behind["b"].to_pylist(), strict=True
    )
    kept = pa.array([pair in names for pair in pairs], pa.bool_())
    behind = found.posts_behind.filter(kept)
    micros = behind.cast(_IN_MICROS)
    return replace(
        found, edges=edges, posts_behind=behind, groups=groups(edges, micros, found.totals)
    )


def _totals(posts: Lazy, edges: Lazy) -> dict[str, int]:
    """How many posts each account in an edge has in all."""
    theirs = _of_accounts(posts, edges).group_by("account")
    table = collected(theirs.agg(nw.col("post").n_unique().cast(nw.Int64).alias("n")))
    return {str(row["account"]): int(row["n"]) for row in table.to_pylist()}


def _of_accounts(posts: Lazy, edges: Lazy) -> Lazy:
    """The posts of the accounts that ``edges`` (``a, b``) names."""
    ends = nw.concat([edges.select(nw.col(end).alias("account")) for end in ("a", "b")]).unique()
    return posts.join(ends, on="account", how="semi")


def _candidates(met: Lazy, min_objects: int, min_pairs: int) -> pa.Table:
    """The pairs of accounts asked for, and all with two objects or more, against which they stand.

    What is asked for never changes how surprising an edge is.
    """
    objects, times = nw.col("n_objects"), nw.col("n_pairs")
    asked = (objects >= min_objects) & (times >= min_pairs)
    table = collected(counted(met).filter(asked | (objects >= 2)))
    return table.select(_COUNTS).cast(pa.schema(list(EDGE)[:6]))


def _kept(every: pa.Table, min_objects: int, min_pairs: int) -> pa.Table:
    wanted = (pc.field("n_objects") >= min_objects) & (pc.field("n_pairs") >= min_pairs)
    return every.select(EDGE.names).cast(EDGE).filter(wanted)


def _behind(met: Lazy, edges: Lazy) -> pa.Table:
    """Every pair of posts that made an edge, in order of accounts and time."""
    table = collected(met.join(edges, on=["a", "b"], how="semi").select(BEHIND.names))
    order = ("a", "b", "at_a", "at_b", "post_a", "post_b", "object")
    return table.sort_by([(name, "ascending") for name in order])
