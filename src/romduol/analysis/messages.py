"""Messages of a book come in; what campaigns, pile-ons and retreat compare goes out.

Every function takes rows of ``casebook.evidence.MESSAGE`` (extra columns pass through). What she
told in an interview or a form is nobody's post.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl
import pyarrow as pa

from romduol.analysis.pileons import Aimed
from romduol.casebook.evidence import Kind, Precision

PAGES = ("facebook", "instagram", "x", "tiktok", "threads", "youtube")  # where posts face outward
ON_A_PAGE = ("posts", "comments", "live")  # what readers call the thread of what stands on a page
REPLIES = "comments"
_NO_POSTS = ("interview", "form", "picture", "document", "web")
LEAST_TEXT = 20  # characters: shorter texts are alike without anybody copying
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_POST = ("post_id", "account_id", "timestamp")
_PICTURED = pl.Schema(
    {
        "post_id": pl.String(),
        "account_id": pl.String(),
        "timestamp": pl.Datetime("us", "UTC"),
        "image_hash": pl.String(),
    }
)


def posts(messages: pa.Table) -> pl.DataFrame:
    """What anybody posted at a time known to the minute, with ``public`` and ``row``.

    ``row`` numbers the rows of ``messages``. ``who`` is the account where the export tells it, else
    the author's name: names change, and two people can have one. ``public`` says that it stands on
    a page, not in a conversation or a group: who could see a page is not in any export.
    """
    frame = pl.from_arrow(messages)
    assert isinstance(frame, pl.DataFrame)
    timed = pl.col("precision").is_in([Precision.SECOND.value, Precision.MINUTE.value])
    on_page = pl.col("thread").is_in(ON_A_PAGE) | pl.col("tabled")
    return (
        frame.with_row_index("row")
        .filter(
            pl.col("kind") == Kind.MESSAGE.value,
            ~pl.col("platform").is_in(_NO_POSTS),
            timed & pl.col("sent_at").is_not_null(),
        )
        .with_columns(
            (pl.col("platform").is_in(PAGES) & on_page).alias("public"),
            pl.coalesce("account", "author").alias("who"),
        )
    )


def by_others(found: pl.DataFrame) -> pl.DataFrame:
    """Of ``posts`` those that are not hers and whose account the material names."""
    return found.filter(~pl.col("own").fill_null(value=False), pl.col("who").is_not_null())


def hers(found: pl.DataFrame) -> pl.DataFrame:
    """Of ``posts`` her own, what was deleted since included: she did say it."""
    return found.filter(pl.col("own").fill_null(value=False))


def for_campaigns(found: pl.DataFrame, same: str, images: Mapping[str, str]) -> pa.Table:
    """Posts as ``campaigns.find`` reads them: ``post_id, account_id, timestamp`` and the object.

    ``found`` has ``post`` and ``account``; ``same`` is a key of ``posts.SAME``; ``images`` names
    each held picture (item and its place there, see ``picture_key``) by what it shows.
    """
    named = found.select(
        pl.col("post").alias("post_id"),
        pl.col("account").alias("account_id"),
        pl.col("sent_at").alias("timestamp"),
        "text", "platform", "thread", "reply_to", "public", "item", "member", "attachments",
    )  # fmt: skip
    return _OBJECTS[same](named, images).to_arrow()


def _texts(named: pl.DataFrame, _: Mapping[str, str]) -> pl.DataFrame:
    long = pl.col("text").str.len_chars() >= LEAST_TEXT
    return named.filter(long).select(*_POST, "text")


def _links(named: pl.DataFrame, _: Mapping[str, str]) -> pl.DataFrame:
    links = pl.col("text").str.extract_all(f"(?i){_LINK.pattern}").alias("url")
    return named.select(*_POST, links).explode("url").drop_nulls("url")


def _targets(named: pl.DataFrame, _: Mapping[str, str]) -> pl.DataFrame:
    """What was answered, or the page that was written on."""
    answered = pl.concat_str("platform", "thread", "reply_to", separator="\x1f")
    page = pl.when("public").then(pl.concat_str("platform", "thread", separator="\x1f"))
    target = pl.coalesce(answered, page).alias("target")
    return named.select(*_POST, target).drop_nulls("target")


def _images(named: pl.DataFrame, images: Mapping[str, str]) -> pl.DataFrame:
    held = named.explode("attachments").filter(pl.col("attachments").struct.field("held"))
    rows: list[dict[str, Any]] = held.select(*_POST, "item", "member", "attachments").to_dicts()
    shown = [
        {**{name: row[name] for name in _POST}, "image_hash": images[key]}
        for row in rows
        if (key := picture_key(row["item"], row["attachments"]["name"])) in images
    ]
    return pl.DataFrame(shown, schema=_PICTURED)


def picture_key(item: int, name: str) -> str:
    """Names a picture inside an item by its file name, as exports name what they attach."""
    return f"{item}\x1f{name.rpartition('/')[2]}"


_OBJECTS = {
    "text": _texts,
    "near": _texts,
    "link": _links,
    "image": _images,
    "target": _targets,
}
SAME = tuple(_OBJECTS)


def aimed_at_her(
    theirs: pl.DataFrame, harmful: frozenset[str] = frozenset()
) -> dict[str, list[Aimed]]:
    """By platform, what others wrote on her pages and to her alone; a group's talk is no aim, but
    for the posts in ``harmful``.

    The post's name is its ``row``.
    """
    alone = pl.col("who").n_unique().over("platform", "thread") <= 1
    aimed_all = pl.col("public") | alone
    if harmful:
        aimed_all = aimed_all | pl.col("post").is_in(list(harmful))
    chosen = theirs.filter(aimed_all)
    aimed: dict[str, list[Aimed]] = {}
    columns = (chosen[name] for name in ("platform", "row", "who", "sent_at"))
    for platform, row, author, at in zip(*columns, strict=True):
        aimed.setdefault(platform, []).append(Aimed(str(row), author, at))
    return aimed


def covered(found: pl.DataFrame, platform: str) -> tuple[datetime, datetime]:
    """The first and last time that the material of a platform shows anything at all."""
    times = found.filter(pl.col("platform") == platform)["sent_at"]
    first, last = times.min(), times.max()
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    return first, last
