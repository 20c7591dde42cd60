"""Her messages become one table in memory, each row with the item, file and record it stands in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa

from romduol.analysis import messages
from romduol.casebook.evidence import MESSAGE
from romduol.casework.copies import near_copies
from romduol.desk import resembling, segments
from romduol.desk.opening import Book
from romduol.desk.pointing import member_codes
from romduol.records.models import Item, Woman

COLUMNS = (
    "message", "member", "record", "platform", "thread", "kind", "author", "account", "own",
    "sent_at", "precision", "text", "reply_to", "attachments", "rules",
)  # fmt: skip
_TABLES = "tables/"  # the reader whose threads a person named: a table of a page's comments
_NEAR = 6  # of 64 bits, as for near copies
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: its item's row, the code of the file inside it, the record."""

    item: int
    member: str
    record: int


def posts_of(
    book: Book, women: Sequence[Woman], progress: Progress = lambda _done, _all: None
) -> pl.DataFrame:
    """``messages.posts`` of these women, each message once, with what ``rows_of`` adds."""
    return posts_among(rows_of(book, women, progress))


def posts_among(rows: pa.Table) -> pl.DataFrame:
    """Of ``rows_of`` the posts, each once."""
    return messages.posts(rows).unique("post", keep="first", maintain_order=True)


def rows_of(
    book: Book, women: Sequence[Woman], progress: Progress = lambda _done, _all: None
) -> pa.Table:
    """Everything these women brought, lines that programs wrote included, with ``item``, ``post``
    and ``woman``. ``post`` is the message's id in hex. The words are in memory only.
    """
    parts: list[pa.Table] = []
    for done, woman in enumerate(women, start=1):
        parts += _parts(book, woman)
        progress(done, len(women))
    return pa.concat_tables(parts) if parts else _nothing()


def _parts(book: Book, woman: Woman) -> list[pa.Table]:
    readers = dict(woman.items.values_list("code", "reader"))
    keys = dict(woman.items.values_list("code", "pk"))
    return [
        _placed(book, table.select(list(COLUMNS)), (woman.pk, keys[code]), readers[code])
        for code, table in segments.messages_of(book, woman)
    ]


def _placed(book: Book, table: pa.Table, whose: tuple[int, int], reader: str) -> pa.Table:
    rows = table.num_rows
    ids = [bytes(one or b"").hex() for one in table.column("message").to_pylist()]
    added: dict[str, pa.Array[Any]] = {
        "post": pa.array(ids, pa.string()),
        "place": pa.array(member_codes(book, table), pa.string()),
        "woman": pa.repeat(pa.scalar(whose[0], pa.int64()), rows),
        "item": pa.repeat(pa.scalar(whose[1], pa.int64()), rows),
        "tabled": pa.repeat(pa.scalar(reader.startswith(_TABLES)), rows),
    }
    for name, column in added.items():
        table = table.append_column(name, column)
    return table


def _nothing() -> pa.Table:
    held = pa.schema([MESSAGE.field(name) for name in COLUMNS]).empty_table()
    for name, kind in (("post", pa.string()), ("place", pa.string()), ("woman", pa.int64()),
                       ("item", pa.int64()), ("tabled", pa.bool_())):  # fmt: skip
        held = held.append_column(pa.field(name, kind), pa.array([], kind))
    return held


def places(found: pl.DataFrame) -> dict[str, Place]:
    """Where each post stands, by its name."""
    columns = (found[name].to_list() for name in ("post", "item", "place", "record"))
    return {post: Place(*where) for post, *where in zip(*columns, strict=True)}


def pictures_of(book: Book, women: Sequence[Woman], progress: Progress) -> dict[str, str]:
    """What each held picture shows, by ``messages.picture_key``: near copies show the same."""
    looked, _ = resembling.look(book, women, progress)
    shows = [one.dhash for one in looked]
    for alike in near_copies(shows, _NEAR):
        for member in alike.members:
            shows[member] = looked[alike.members[0]].dhash
    keys = dict(Item.objects.filter(woman__in=women).values_list("code", "pk"))
    return {
        messages.picture_key(keys[one.item], one.member): f"{shown:016x}"
        for one, shown in zip(looked, shows, strict=True)
        if shown
    }
