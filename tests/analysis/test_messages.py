"""Whose a post is, where it stands, and from when until when her silence can be seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from romduol.analysis import messages, voice
from romduol.casebook.evidence import MESSAGE

START = datetime(2022, 1, 3, tzinfo=UTC)
DAY = timedelta(days=1)


def table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    usual = {
        "message": b"", "account": None, "member": "", "record": 0, "platform": "facebook",
        "thread": "posts", "kind": "message", "author": "her", "own": True, "sent_at": START,
        "precision": "second", "text": "", "reply_to": None, "attachments": [], "tabled": False,
        "item": 1,
    }  # fmt: skip
    full = [usual | row for row in rows]
    stamp = pa.timestamp("us", tz="UTC")
    apart = ("sent_at", "account", "attachments")
    held = pa.Table.from_pylist([{k: v for k, v in one.items() if k not in apart} for one in full])
    accounts = pa.array([one.get("account") for one in full], pa.string())
    held = held.append_column("account", accounts)
    attached = MESSAGE.field("attachments")
    held = held.append_column(attached, pa.array([o["attachments"] for o in full], attached.type))
    held = held.append_column("sent_at", pa.array([one["sent_at"] for one in full], stamp))
    reply = pa.array([one["reply_to"] for one in full], pa.string())
    return messages.posts(
        held.set_column(held.schema.get_field_index("reply_to"), "reply_to", reply)
    )


@pytest.mark.parametrize(
    ("row", "public"),
    [
        ({"platform": "facebook", "thread": "posts"}, True),
        ({"platform": "facebook", "thread": "group/our street"}, False),
        ({"platform": "instagram", "thread": "a friend"}, False),
        ({"platform": "instagram", "thread": "her page", "tabled": True}, True),
        ({"platform": "whatsapp", "thread": "posts"}, False),
    ],
)
def test_only_what_stands_on_a_page_is_public(row: dict[str, Any], public: bool) -> None:
    assert table([row])["public"].to_list() == [public]


@pytest.mark.parametrize(
    "row",
    [{"platform": "interview"}, {"kind": "system"}, {"precision": "day"}, {"sent_at": None}],
)
def test_what_was_told_and_what_has_no_time_is_no_post(row: dict[str, Any]) -> None:
    assert table([row]).is_empty()


def test_who_posted_is_the_account_where_there_is_one_and_else_the_name() -> None:
    rows = [
        {"author": "a", "account": "user1"},
        {"author": "a"},
        {"author": "b", "account": "user1"},
    ]
    assert table(rows)["who"].to_list() == ["user1", "a", "user1"]


def test_a_group_talks_and_a_stranger_aims() -> None:
    theirs = [
        {"platform": "messenger", "thread": "street", "author": f"n{n}", "own": False}
        for n in range(3)
    ]
    alone = {"platform": "messenger", "thread": "stranger", "author": "s", "own": None}
    found = messages.by_others(table([*theirs, alone, {"platform": "messenger", "thread": "x"}]))
    aimed = messages.aimed_at_her(found)
    assert [one.account for one in aimed["messenger"]] == ["s"]


def test_short_texts_are_no_copies() -> None:
    rows = table([{"text": "good morning", "own": False}, {"text": "x" * 20, "own": False}])
    named = rows.with_columns(post=pl.lit("p"), account=pl.lit("a"))
    assert messages.for_campaigns(named, "text", {}).column("text").to_pylist() == ["x" * 20]


def seen(rows: list[dict[str, Any]], attack: datetime, **more: Any) -> dict[str, voice.Seen]:
    return {one.measure: one for one in voice.measures(table(rows), attack, **more)}


def weekly(weeks: range, **more: Any) -> list[dict[str, Any]]:
    return [{"sent_at": START + 7 * week * DAY, **more} for week in weeks]


def test_what_an_item_shows_later_says_that_a_quiet_thread_was_covered() -> None:
    """Her page is still; a message in the same archive says that the archive was made later."""
    attack = START + 7 * 40 * DAY
    quiet = weekly(range(40))
    later = {"platform": "messenger", "thread": "a friend", "own": False, "author": "friend",
             "sent_at": attack + 70 * DAY}  # fmt: skip
    assert seen(quiet, attack)["public"].weeks is None
    covered = seen([*quiet, later], attack)["public"].weeks
    assert covered is not None
    assert covered.after.tolist() == [0] * 8
    other_item = seen([*quiet, later | {"item": 2}], attack)["public"]
    assert other_item.weeks is None


def test_a_conversation_whose_export_ends_early_is_left_out_and_counted() -> None:
    attack = START + 7 * 40 * DAY
    chat = {"platform": "whatsapp", "thread": "one"}
    ended = {"platform": "whatsapp", "thread": "two", "item": 2}
    found = seen([*weekly(range(60), **chat), *weekly(range(41), **ended)], attack)["closed"]
    assert found.left_out == 1
    assert found.weeks is not None
    assert found.weeks.before.max() == 1  # nothing of the second
    assert found.weeks.after.tolist() == [1] * 8


def test_civic_words_are_whole_words_where_the_script_has_spaces() -> None:
    rows = [{"text": "our land"}, {"text": "an island"}, {"text": "ដីធ្លីរបស់យើង"}]
    found = seen(rows, START, civic=("Land", "ដីធ្លី"))
    assert len(found["public.civic"].at) == 2
    assert len(found["public.other"].at) == 1
