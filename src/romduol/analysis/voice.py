"""Messages of one woman and the day of an attack come in; her own posts around it go out, a measure
at a time.

What stands on pages and what stands in conversations and groups are never added up: to fall silent
in public and speak on among friends is what retreat looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from romduol.analysis.messages import REPLIES, hers
from romduol.analysis.retreat import LEAST, LEAST_AFTER, LEAST_BEFORE
from romduol.analysis.weeks import AFTER, WEEK, Weeks, around
from romduol.language.folding import folded

PUBLIC, CLOSED, REPLYING, LIVE = "public", "closed", "public.replies", "public.live"
CIVIC, OTHER = "civic", "other"
_THREAD = ["platform", "thread"]
# Facebook's own sentence above a post; it says so in English, Khmer from the author's memory
_WENT_LIVE = r"(?i)\b(?:was|is|went) live\b|ផ្សាយ(?:បន្ត)?ផ្ទាល់"


@dataclass(frozen=True, slots=True)
class Seen:
    """Her posts of one measure (``at``, in order), and from when until when all are seen.

    ``left_out`` counts conversations of hers whose exports end too soon after the attack to tell
    silence from the end of the export. ``weeks`` is none when too little is covered.
    """

    measure: str
    at: tuple[datetime, ...]
    seen_from: datetime
    seen_to: datetime
    left_out: int
    weeks: Weeks | None


def measures(
    found: pl.DataFrame, attack: datetime, civic: Sequence[str] = (), until: datetime | None = None
) -> Iterator[Seen]:
    """Every measure of which the material (``messages.posts``) holds a post of hers.

    ``civic`` are words a person says are of civic matters: with them each measure is also told for
    posts that hold one and posts that hold none. ``until`` is when the exports were made, where a
    person knows it; otherwise an item is taken to end with the last thing it shows.
    """
    spans = _covered(found, until)
    own = hers(found)
    public = own.filter(pl.col("public"))
    parts = {
        PUBLIC: public,
        REPLYING: public.filter((pl.col("thread") == REPLIES) | pl.col("reply_to").is_not_null()),
        LIVE: public.filter(_went_live()),
        CLOSED: own.filter(~pl.col("public")),
    }
    for measure, posts in parts.items():
        for name, part in _by_topic(measure, posts, civic):
            if posts.height:
                yield _seen(name, part, spans, posts.select(_THREAD).unique(), attack)


def _went_live() -> pl.Expr:
    """Does the export's own sentence about a post say that it was a live video?"""
    one = pl.element().struct
    said = (one.field("media") == "context") & one.field("note").str.contains(_WENT_LIVE)
    return pl.col("attachments").list.eval(said).list.any().fill_null(value=False)


def _by_topic(
    measure: str, posts: pl.DataFrame, civic: Sequence[str]
) -> Iterator[tuple[str, pl.DataFrame]]:
    yield measure, posts
    if civic and measure not in (REPLYING, LIVE):
        is_civic = pl.Series([_holds(str(text), civic) for text in posts["text"]], dtype=pl.Boolean)
        yield f"{measure}.{CIVIC}", posts.filter(is_civic)
        yield f"{measure}.{OTHER}", posts.filter(~is_civic)


def _holds(text: str, words: Sequence[str]) -> bool:
    """Does ``text`` hold one of ``words``? Whole words where the script has spaces."""
    said = folded(text)
    return any(
        re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said) if word.isascii() else word in said
        for word in map(folded, words)
        if word
    )


def _covered(found: pl.DataFrame, until: datetime | None) -> pl.DataFrame:
    """From when until when each thread is seen.

    Before its first message a conversation held none; an item that shows another thread later was
    made later, so it covers the quiet ones too.
    """
    ends = pl.col("sent_at").max().over("item")
    spans = found.with_columns(ends.alias("end")).group_by(_THREAD).agg(
        pl.col("sent_at").min().alias("from"), pl.col("end").max().alias("to")
    )  # fmt: skip
    if until is None:
        return spans
    return spans.with_columns(pl.max_horizontal("to", pl.lit(until).cast(spans.schema["to"])))


def _seen(
    measure: str,
    posts: pl.DataFrame,
    spans: pl.DataFrame,
    threads: pl.DataFrame,
    attack: datetime,
) -> Seen:
    """``threads`` are those of the whole measure: one without civic posts was seen all the same."""
    known = spans.join(threads, on=_THREAD, how="semi")
    enough = [
        weeks for weeks in (AFTER, LEAST_AFTER) if (known["to"] >= attack + weeks * WEEK).any()
    ]
    kept = known.filter(pl.col("to") >= attack + enough[0] * WEEK) if enough else known
    inside = posts.join(kept, on=_THREAD, how="semi")
    seen_from, seen_to = kept["from"].min(), kept["to"].min()
    assert isinstance(seen_from, datetime)
    assert isinstance(seen_to, datetime)
    at = tuple(inside["sent_at"].sort())
    weeks = around(at, attack, seen_from, seen_to)
    short = (
        weeks.before.size < LEAST_BEFORE
        or weeks.after.size < LEAST_AFTER
        or weeks.line.size < LEAST
    )
    left_out = known.height - kept.height
    return Seen(measure, at, seen_from, seen_to, left_out, None if short else weeks)
