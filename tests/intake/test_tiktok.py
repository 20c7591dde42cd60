"""TikTok exports of every generation, and its texts: the same messages, with the same ids."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Note, Read, ReadingOptions
from romduol.casebook.wording import say
from romduol.intake import cutting, tiktok
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source

CHAT = [
    {"Date": "2024-03-05 07:07:09", "From": "river77", "Content": "សួស្តី"},
    {"Date": "2024-03-05 07:08:00", "From": "stone12", "Content": "two\nlines"},
]
OLD = {
    "Activity": {
        "Video Browsing History": {"VideoList": [{"Date": "2024-03-01 00:00:00", "Link": "x"}]},
        "Follower List": {"FansList": [{"Date": "2024-01-01 00:00:00", "UserName": "fan"}]},
    },
    "App Settings": {"Block": {"BlockList": [{"Date": "2024-01-01 00:00:00", "UserName": "b"}]}},
    "Comment": {"Comments": {"CommentsList": [{"Date": "2024-03-05 07:10:00", "Comment": "mine"}]}},
    "Direct Messages": {"Chat History": {"ChatHistory": {"Chat History with stone12:": CHAT}}},
    "Profile": {"Profile Information": {"ProfileMap": {"userName": "river77"}}},
    "Video": {"Videos": {"VideoList": [{"Date": "2024-03-05 07:11:00", "Link": "https://v/1"}]}},
}
NEW = {
    "App Settings": {"Block List": {"BlockList": [{"Date": "2024-01-01", "UserName": "b"}]}},
    "Comment": {"Comments": {"CommentsList": [{"date": "2024-03-05 07:10:00", "comment": "mine"}]}},
    "Direct Message": {"Direct Messages": {"ChatHistory": {"Chat History with stone12:": CHAT}}},
    "Post": {"Posts": {"VideoList": [{"Date": "2024-03-05 07:11:00", "Link": "https://v/1"}]}},
    "Profile": {"Profile Info": {"ProfileMap": {"userName": "river77"}}},
    "Your Activity": {
        "Watch History": {"VideoList": [{"Date": "2024-03-01 00:00:00", "Link": "x"}]},
    },
}
MESSAGES = (
    ">>> Chat History with stone12::\n\n"
    "2024-03-05 07:07:09 UTC river77: សួស្តី\n"
    "2024-03-05 07:08:00 UTC stone12: two\nlines\n\n"
)
COMMENTS = "Date: 2024-03-05 07:10:00 UTC\nComment: mine\nPhoto: N/A\nUrl: \n\n"
POSTS = "Date: 2024-03-05 07:11:00 UTC\nLink: https://v/1\nLike(s): 3\nTitle: N/A\n\n"


def read(raw: bytes, name: str = "user_data.json", **said: Any) -> tuple[Any, Read]:
    source = Source(name, lambda: io.BytesIO(raw), len(raw))
    *batches, last = tiktok.read(source, ReadingOptions(**said))
    assert isinstance(last, Read)
    for batch in batches:
        assert batch.schema == MESSAGE
        batch.validate(full=True)
    return [one for batch in batches for one in batch.to_pylist()], last


def js(root: Any) -> bytes:
    return json.dumps(root, ensure_ascii=False, indent=1).encode()


def spoken(note: Note) -> None:
    assert all(say(note.id, lang, **dict(note.facts)) for lang in ("en", "km"))


@pytest.mark.parametrize("root", [OLD, NEW])
def test_every_generation_gives_messages_comments_and_posts_and_no_more(root: Any) -> None:
    raw = js(root)
    rows, last = read(raw)
    by_thread = {one["thread"]: one for one in rows}
    assert sorted(one["thread"] for one in rows) == ["comments", "posts", "stone12", "stone12"]
    assert by_thread["comments"]["text"] == "mine"
    assert by_thread["comments"]["own"] is True
    assert by_thread["posts"]["attachments"][0]["note"] == "https://v/1"
    chat = [one for one in rows if one["thread"] == "stone12"]
    assert [(one["author"], one["own"]) for one in chat] == [("river77", True), ("stone12", False)]
    assert chat[0]["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert chat[0]["sent_at_text"] == "2024-03-05 07:07:09"
    assert json.loads(raw[chat[1]["start"] : chat[1]["end"]]) == CHAT[1]
    assert (last.zone, last.zone_basis) == ("UTC", "assumed")
    for note in last.notes:
        spoken(note)
    assert {note.id.rpartition(".")[2] for note in last.notes} == {
        "zone_utc", "only_hers", "blocked",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("who", "rule"),
    [
        ("Everyone", "tiktok.audience.everyone"),
        ("Friends", "tiktok.audience.friends"),
        ("Only me", "tiktok.audience.only_me"),
        ("Somebody new", "tiktok.audience.other"),
        ("N/A", ""),
    ],
)
def test_who_may_see_a_post_is_told_and_changes_no_id(who: str, rule: str) -> None:
    post = {"Date": "2024-03-05 07:11:00", "Link": "https://v/1"}
    open_to = {"Post": {"Posts": {"VideoList": [post | {"WhoCanView": who}]}}}
    rows, _ = read(js(open_to))
    bare, _ = read(js({"Post": {"Posts": {"VideoList": [post]}}}))
    text, _ = read(POSTS.replace("Title", f"Who can view: {who}\nTitle").encode(), "Posts.txt")
    assert rows[0]["rules"] == text[0]["rules"] == [rule] * bool(rule)
    assert rows[0]["message"] == bare[0]["message"] == text[0]["message"]


def test_all_generations_and_the_texts_share_ids() -> None:
    old, new = ({one["message"] for one in read(js(root))[0]} for root in (OLD, NEW))
    texts: set[bytes] = set()
    for text in (MESSAGES, COMMENTS, POSTS):
        texts |= {one["message"] for one in read(text.encode(), "a.txt")[0]}
    assert len(old) == 4
    assert old == new == texts


def test_the_text_of_chats_is_read_line_by_line_and_lines_that_go_on() -> None:
    raw = MESSAGES.encode()
    rows, last = read(raw, "Direct Messages.txt", own=("river77",))
    assert [(one["author"], one["own"]) for one in rows] == [("river77", True), ("stone12", False)]
    assert rows[1]["text"] == "two\nlines"
    assert b"stone12: two\nlines" in raw[rows[1]["start"] : rows[1]["end"]]
    assert (last.zone, last.zone_basis, last.notes) == ("UTC", "in-file", ())


def test_without_her_name_only_the_other_side_is_known() -> None:
    rows, last = read(MESSAGES.encode(), "Direct Messages.txt")
    assert [one["own"] for one in rows] == [None, False]
    assert [note.id for note in last.notes] == ["note.tiktok.own_unknown"]
    spoken(last.notes[0])


def test_comments_under_live_videos_are_hers() -> None:
    watched = {"Comments": [{"CommentTime": "2024-03-05 07:00:00", "CommentContent": "live"}]}
    live = {"Watch Live History": {"WatchLiveMap": {"123": watched}}}
    (one,), _ = read(js({"Tiktok Live": live, "Profile": {}}))
    assert (one["thread"], one["text"], one["own"]) == ("live", "live", True)


def test_a_stamp_that_is_none_is_unknown() -> None:
    root = {"Comment": {"CommentsList": [{"date": "yesterday", "comment": "a"}]}}
    (one,), _ = read(js(root))
    assert (one["sent_at"], one["precision"]) == (None, "unknown")
    assert one["rules"] == ["tiktok.odd_stamp"]


def test_lists_that_are_null_or_empty_are_nothing() -> None:
    rows, last = read(js({"Comment": {"Comments": {"CommentsList": []}}, "Video": None}))
    assert (rows, last.messages) == ([], 0)


@pytest.mark.parametrize(
    ("raw", "name", "why"),
    [
        (js(OLD)[:-5], "user_data.json", "cut_short"),
        (js(OLD) + b"x", "user_data.json", "broken"),
        (js({"Comment": {"CommentsList": ["x"]}}), "user_data.json", "broken"),
        (js({"Activity": {}}), "user_data.json", "nothing"),
        (b"Date: 2024-03-05 07:10:00 UTC\nComment: a\n\nDate: 2024-03-05 07:10:00\nno\n", "c.txt",
         "broken"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(raw: bytes, name: str, why: str) -> None:
    with pytest.raises(CannotRead) as refused:
        read(raw, name)
    assert refused.value.reason.id == f"note.tiktok.{why}"
    spoken(refused.value.reason)


@pytest.mark.parametrize("raw", [js(OLD), js(NEW), MESSAGES.encode(), COMMENTS.encode()])
def test_it_is_recognised_by_what_it_holds(raw: bytes) -> None:
    found = recognise(raw, "renamed.txt", ReadingOptions())
    assert found is not None
    assert found.NAME == "tiktok"


@pytest.mark.parametrize("raw", [b"Date: 5 March 2024\nComment: x\n", b'{"messages": []}', b"{}"])
def test_other_files_are_not_tiktoks(raw: bytes) -> None:
    assert not tiktok.recognises(raw, "user_data.json")


def test_small_windows_give_the_same_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = (MESSAGES + "2024-03-05 07:09:00 UTC stone12: more\n" * 300).encode()
    whole = read(raw, "a.txt")
    monkeypatch.setattr(cutting, "WINDOW", 401)
    assert read(raw, "a.txt") == whole


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_mutated_bytes_are_refused_or_read_in_their_places(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from([js(OLD), MESSAGES.encode(), COMMENTS.encode()])))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        rows, last = read(bytes(raw))
    except CannotRead as refused:
        spoken(refused.reason)
        return
    assert last.messages == len(rows) <= 6
    assert all(0 <= one["start"] < one["end"] <= len(raw) for one in rows)
