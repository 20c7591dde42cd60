"""Records that are plain words by a named sender become columns here, all at once.

What is more than that (media, forwards, service rows, reactions, anything null) is only pointed
out: those rows are looked at one by one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pyarrow as pa

from romduol.intake.arrow import pc
from romduol.intake.telegram.details import account
from romduol.intake.telegram.pieces import Slab
from romduol.intake.telegram.stamps import instants

# a plain record has none of these
_MORE = (
    *("photo", "file", "contact_vcard", "contact_information", "location_information", "poll"),
    *("place_name", "game_title", "invoice_information", "giveaway_information"),
    *("giveaway_results", "paid_stars_amount", "self_destruct_period_seconds", "reactions"),
    *("inline_bot_buttons", "forwarded_from", "forwarded_from_id", "saved_from", "via_bot"),
    *("author", "reply_to_peer_id"),
)


@dataclass(frozen=True, slots=True)
class PlainWords:
    """The columns of one window; ``more`` marks the rows whose values here do not count."""

    authors: pa.Array[Any]
    accounts: pa.Array[Any]
    texts: pa.Array[Any]
    replies: pa.Array[Any]
    edited_at: pa.Array[Any]
    sent_at: pa.Array[Any]
    stamps: pa.Array[Any]
    keys: pa.Array[Any]
    more: pa.Array[Any]


def plain_words(slab: Slab) -> PlainWords | None:
    """The columns of ``slab``; ``None`` when it has no table, or stamps that are no numbers."""
    if slab.table is None:
        return None
    columns = {name: _whole(slab.table[name]) for name in slab.table.column_names}
    sent_at = instants(columns["date_unixtime"])
    edited_at = instants(columns["edited_unixtime"])
    if sent_at is None or edited_at is None:
        return None
    texts = _texts(columns["text_entities"])
    return PlainWords(
        authors=columns["from"],
        accounts=_accounts(columns["from_id"]),
        texts=texts,
        replies=columns["reply_to_message_id"].cast(pa.string()),
        edited_at=edited_at,
        sent_at=sent_at,
        stamps=columns["date"],
        keys=columns["date_unixtime"],
        more=_more(slab, columns, texts),
    )


def _whole(column: Any) -> pa.Array[Any]:
    found: pa.Array[Any] = column.chunk(0)
    return found


def _texts(entities: pa.Array[Any]) -> pa.Array[Any]:
    """The parts of each text joined; null where there are none or a part is null."""
    lists: Any = entities
    parts: pa.Array[Any] = lists.values.field("text")
    if len(parts) == len(lists) and pc.all(pc.equal(pc.list_value_length(lists), 1)).as_py():
        return parts
    joined: pa.Array[Any] = pc.binary_join(pa.ListArray.from_arrays(lists.offsets, parts), "")
    return joined


def _accounts(written: pa.Array[Any]) -> pa.Array[Any]:
    """``user12`` for each sender as written, ``""`` where the export names none."""
    coded = pc.fill_null(written, "").dictionary_encode()
    known = pa.array([account(one) for one in coded.dictionary.to_pylist()], pa.string())
    return known.take(coded.indices)


def _more(slab: Slab, columns: dict[str, pa.Array[Any]], texts: pa.Array[Any]) -> pa.Array[Any]:
    rows = len(texts)
    needs = [
        pc.not_equal(columns["type"], "message"),
        *(columns[name].is_valid() for name in _MORE if columns[name].null_count < rows),
        *(pc.equal(column, "") for column in (texts, columns["from"])),
        pc.and_(columns["edited"].is_valid(), columns["edited_unixtime"].is_null()),
    ]
    needs += [columns[n].is_null() for n in ("date", "date_unixtime")]
    # a null in any test means that what should be there is not
    marked = pc.fill_null(reduce(pc.or_kleene, needs), True)
    more: pa.Array[Any] = pc.or_(marked, _holding_null(slab, rows))
    return more


def _holding_null(slab: Slab, rows: int) -> pa.Array[Any]:
    """Rows with ``null`` anywhere in their bytes: a forward from a deleted account, for one."""
    places = list(_places(slab.window, b"null"))
    if not places:
        return pa.repeat(False, rows)
    starts: list[Any] = slab.starts.to_pylist()
    found = {bisect_right(starts, slab.base + place) - 1 for place in places}
    return pa.array([row in found for row in range(rows)])


def _places(window: bytes, needle: bytes) -> Iterator[int]:
    at = window.find(needle)
    while at >= 0:
        yield at
        at = window.find(needle, at + 1)
