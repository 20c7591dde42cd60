"""Rows of posts come in with the columns they have; post, account, object, instant go out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from romduol.analysis import neartext
from romduol.analysis.engines import Engine, Lazy, Source, collected
from romduol.analysis.instants import MICROSECONDS, with_instant
from romduol.analysis.refusals import ColumnsMissing, NoUsablePost
from romduol.analysis.sameobject import same_link, text_object

POST = ("post_id", "account_id", "timestamp")
# what may be the same, and the column it is read from; the first that stands there is the default
SAME = {
    "object": "object_id",
    "link": "url",
    "text": "text",
    "near": "text",
    "image": "image_hash",
    "target": "target",
}


@dataclass(frozen=True, slots=True)
class Posts:
    """Lazy posts (``post, account, object`` as text, ``at`` in microseconds) and what was left out.

    ``left_out`` rows lack an account, an object or a readable time; ``used`` rows are compared.
    ``hours`` (``bucket, n``) counts the used rows by the time they fall into, a window at a time.
    """

    frame: Lazy
    same: str
    used: int
    left_out: int
    hours: pa.Table


def read(source: Source, engine: Engine, window: int, same: str = "") -> Posts:
    """The posts of ``source`` that have everything, the object being what ``same`` says.

    Raises ``ColumnsMissing`` when the columns are not there and ``NoUsablePost`` when no row
    is whole.
    """
    raw = engine.scan(source)
    schema = raw.collect_schema()
    same = same or next((kind for kind, name in SAME.items() if name in schema), "object")
    missing = [name for name in (*POST, SAME[same]) if name not in schema]
    if missing:
        raise ColumnsMissing(missing=", ".join(missing))
    frame = with_instant(raw, engine, "timestamp").select(
        nw.col("post_id").cast(nw.String).alias("post"),
        nw.col("account_id").cast(nw.String).alias("account"),
        nw.col(SAME[same]).cast(nw.String).alias("object"),
        "at",
    )
    named = _named(frame, engine, same)
    rows = collected(raw.select(nw.len().alias("rows"))).column("rows")[0].as_py()
    bucketed = named.select((nw.col("at") // (window * MICROSECONDS)).alias("bucket"))
    hours = collected(bucketed.group_by("bucket").agg(nw.len().cast(nw.Int64).alias("n")))
    used = int(pc.sum(hours["n"]).as_py() or 0)
    if not used:
        raise NoUsablePost(rows=rows)
    return Posts(named, same, used, rows - used, hours)


def _named(frame: Lazy, engine: Engine, same: str) -> Lazy:
    """``frame`` with its objects named and its unusable rows gone."""
    whole = frame.filter(
        ~nw.col("at").is_null(),
        *(~nw.col(name).is_null() & (nw.col(name) != "") for name in ("post", "account", "object")),
    )
    if same in ("object", "image", "target"):
        return whole
    raws = [str(raw) for raw in collected(whole.select("object").unique())["object"].to_pylist()]
    names = engine.lend(_names(sorted(raws), same))
    joined = whole.join(names, left_on="object", right_on="raw", how="inner")
    return joined.select("post", "account", nw.col("name").alias("object"), "at")


def _names(raws: list[str], same: str) -> pa.Table:
    """``raw, name`` for every raw text or link that has a name."""
    if same == "near":
        named = neartext.groups(raws)
    else:
        name: Callable[[str], str] = same_link if same == "link" else text_object
        named = [name(raw) for raw in raws]
    table = pa.table({"raw": pa.array(raws, pa.string()), "name": pa.array(named, pa.string())})
    return table.filter(pc.field("name") != "")
