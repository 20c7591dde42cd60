"""Instagram: threads as Messenger writes them, and her own comments, posts and likes."""

from __future__ import annotations

import io
import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Read, ReadingOptions
from romduol.intake import instagram, meta
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
Json = dict[str, Any]


def apart(text: str) -> str:
    return text.encode().decode("latin-1")


def source_of(raw: bytes, name: str, member: str = "", archive: str = "") -> Source:
    return Source(name, lambda: io.BytesIO(raw), len(raw), member, archive)


def read(raw: bytes, name: str, reader: Any = instagram, **said: Any) -> tuple[list[Json], Read]:
    *batches, last = reader.read(source_of(raw, name), ReadingOptions(**said))
    assert isinstance(last, Read)
    assert all(batch.schema == MESSAGE for batch in batches)
    return [row for batch in batches for row in batch.to_pylist()], last


def written(root: Any) -> bytes:
    return json.dumps(root, indent=2).encode()


def thread(*messages: Json, folder: str = "your_instagram_activity") -> bytes:
    photo = [{"uri": f"{folder}/messages/inbox/dove_17/photos/1.jpg"}]
    listed = [
        {"sender_name": "dove.stone", "timestamp_ms": 1_720_829_614_035 - n} | one
        for n, one in enumerate([*messages, {"photos": photo}])
    ]
    people = [{"name": "dove.stone"}, {"name": "kea"}]
    return written(
        {
            "participants": people,
            "messages": listed,
            "title": "dove.stone",
            "thread_path": "inbox/dove_17",
        }
    )


def test_a_thread_that_names_its_folder_is_instagrams() -> None:
    raw = thread({"content": "hello"})
    found = recognise(raw, "message_1.json", ReadingOptions())
    assert found is not None
    assert found.NAME == "instagram"
    rows, last = read(raw, "message_1.json")
    assert (rows[0]["platform"], rows[0]["text"], rows[0]["own"]) == ("instagram", "hello", False)
    assert last.reader == "instagram/1"


def test_a_thread_is_instagrams_when_its_archive_says_so() -> None:
    raw = thread({"content": "hello"}, folder="x")
    assert not instagram.recognises(raw, "message_1.json")
    source = source_of(raw, "message_1.json", "messages/inbox/d/message_1.json", "instagram-k.zip")
    batch, last = meta.read(source, ReadingOptions())
    assert isinstance(last, Read)
    assert not isinstance(batch, Read)
    assert batch["platform"].to_pylist() == ["instagram", "instagram"]
    assert "note.meta.platform_assumed" not in [note.id for note in last.notes]


def test_naming_the_source_settles_the_platform_and_gives_the_same_ids() -> None:
    told, plain = thread({"content": "a"}), thread({"content": "a"}, folder="x")
    assert [r["message"] for r in read(told, "message_1.json")[0]] == [
        r["message"] for r in read(plain, "message_1.json")[0]
    ]


def test_an_edited_message_is_two_rows_and_the_new_one_says_so() -> None:
    raw = thread({"content": apart("Last year 😭 (edited)")}, {"content": "Last year"})
    rows, _ = read(raw, "message_1.json")
    assert [row["text"] for row in rows[:2]] == ["Last year 😭 (edited)", "Last year"]
    assert [row["edited"] for row in rows] == [True, False, False]
    assert rows[0]["rules"] == ["meta.mojibake", "instagram.edited_suffix"]


def comment(comment_key: str, owner_key: str, time_key: str) -> Json:
    return {
        "media_list_data": [{"uri": ""}],
        "string_map_data": {
            comment_key: {"href": "", "value": apart("កុំខ្លាច"), "timestamp": 0},
            owner_key: {"href": "", "value": "dove.stone", "timestamp": 0},
            time_key: {"href": "", "value": "", "timestamp": 1_709_622_429},
        },
    }


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize(
    ("keys", "rules"),
    [
        (("Comment", "Media Owner", "Time"), ["meta.mojibake"]),
        (("Opmerking", "Media-eigenaar", "Tijd"), ["meta.mojibake"]),
        (
            (apart("មតិ"), apart("ម្ចាស់មេឌៀ"), apart("ម៉ោង")),
            ["meta.mojibake", "instagram.localized_keys"],
        ),
    ],
)
def test_comments_are_read_whatever_the_language_of_their_keys(
    wrapped: bool, keys: tuple[str, str, str], rules: list[str]
) -> None:
    records = [comment(*keys)]
    raw = written({"comments_media_comments": records} if wrapped else records)
    assert instagram.recognises(raw, "post_comments_1.json")
    rows, _ = read(raw, "post_comments_1.json")
    row = rows[0]
    assert (row["text"], row["thread"], row["own"]) == ("កុំខ្លាច", "comments", True)
    assert row["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert row["attachments"][0]["note"] == "dove.stone"
    assert row["rules"] == rules
    assert json.loads(raw[row["start"] : row["end"]]) == records[0]


def test_older_comments_are_read_from_their_list() -> None:
    one = {"href": "https://x.example/p/1", "value": "yes", "timestamp": 1_709_622_429}
    raw = written({"comments_media_comments": [{"title": "dove", "string_list_data": [one]}]})
    rows, _ = read(raw, "post_comments.json")
    assert rows[0]["text"] == "yes"
    assert [a["note"] for a in rows[0]["attachments"]] == ["dove", "https://x.example/p/1"]


def test_a_liked_comment_is_no_message() -> None:
    one = {"href": "https://x.example/p/1", "value": apart("👍"), "timestamp": 1_709_622_429}
    raw = written({"likes_comment_likes": [{"title": "dove", "string_list_data": [one]}]})
    rows, _ = read(raw, "liked_comments.json")
    assert (rows[0]["kind"], rows[0]["text"]) == ("system", "👍")
    assert "instagram.liked_comment" in rows[0]["rules"]


def test_when_the_account_was_closed_is_read_in_both_layouts_and_any_language() -> None:
    time = {"href": "", "value": "", "timestamp": 1_709_622_429}
    for more in (
        {"string_map_data": {"Time": time}},
        {"string_map_data": {apart("ម៉ោង"): time}},
        {"string_list_data": [time]},
    ):
        change = {"title": "Switched to Private", "media_map_data": {}} | more
        raw = written({"account_history_account_privacy_history": [change]})
        (row,), _ = read(raw, "profile_privacy_changes.json")
        assert (row["kind"], row["own"], row["text"]) == ("system", True, "Switched to Private")
        assert row["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)


def test_her_posts_are_read_with_their_pictures() -> None:
    single = {"media": [{"uri": "media/1.jpg", "creation_timestamp": 9, "title": apart("ដី")}]}
    many = {
        "media": [{"uri": "media/2.jpg"}, {"uri": "media/3.mp4"}],
        "title": "two",
        "creation_timestamp": 1_709_622_429,
    }
    rows, _ = read(written([single, many]), "posts_1.json")
    assert [row["text"] for row in rows] == ["ដី", "two"]
    assert [[a["name"] for a in row["attachments"]] for row in rows] == [
        ["1.jpg"],
        ["2.jpg", "3.mp4"],
    ]


@pytest.mark.parametrize(
    "root",
    [
        {"relationships_following": [{"string_list_data": [{"value": "x"}]}]},
        [{"title": "", "string_list_data": [{"value": "x", "timestamp": 1}]}],
    ],
)
def test_lists_of_people_are_known_and_left_alone(root: Any) -> None:
    raw = written(root)
    assert instagram.recognises(raw, "followers_1.json")
    with pytest.raises(CannotRead) as caught:
        read(raw, "followers_1.json")
    assert caught.value.reason.id == "note.meta.people_left_out"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_mutated_lists_are_refused_or_read_and_never_invented(seed: int) -> None:
    dice = random.Random(seed)
    records = [comment("Comment", "Media Owner", "Time") for _ in range(3)]
    raw = bytearray(written({"comments_media_comments": records}))
    for _ in range(dice.randrange(1, 5)):
        at = dice.randrange(len(raw))
        raw[at : at + dice.randrange(3)] = bytes(dice.choices(b'{}[]",:\\\x00\xff0', k=2))
    try:
        rows, last = read(bytes(raw), "post_comments_1.json")
    except CannotRead:
        return
    assert last.messages == len(rows) <= raw.count(b"{")


def test_the_export_of_a_public_project_is_read_as_its_authors_read_it() -> None:
    folder = SHARED / "fixtures" / "chat-miner-instagram"
    if not folder.is_dir():
        pytest.skip("the shared fixtures do not lie beside this checkout")
    rows, _ = read((folder / "test_export.json").read_bytes(), "message_1.json")
    target = json.loads((folder / "target.json").read_text())
    assert [(row["author"], row["text"]) for row in rows] == [
        (one["author"], one["message"]) for one in target
    ]
    assert [row["sent_at"].strftime("%Y-%m-%dT%H:%M:%S") for row in rows] == [
        one["timestamp"] for one in target
    ]
