"""X archives: posts and direct messages in their places, numbers never bent."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Note, Read, ReadingOptions
from romduol.casebook.wording import say
from romduol.intake import x
from romduol.intake.reading import read_item
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source
from romduol.intake.x.stamps import snowflake

POSTED = "Tue Mar 05 06:38:37 +0000 2024"


def at(when: datetime) -> str:
    since = when - datetime(1970, 1, 1, tzinfo=UTC)
    return str((since // timedelta(milliseconds=1) - 1_288_834_974_657) << 22)


NUMBER = at(datetime(2024, 3, 5, 6, 38, 37, tzinfo=UTC))


def tweet(text: str = "hello", **more: Any) -> dict[str, Any]:
    told = {
        "edit_info": {"initial": {"editTweetIds": [NUMBER], "isEditEligible": True}},
        "retweeted": False,
        "entities": {"hashtags": [], "urls": []},
        "id_str": NUMBER,
        "id": NUMBER,
        "created_at": POSTED,
        "full_text": text,
        "lang": "km",
    }
    return {"tweet": told | more}


def written(number: str, sender: str, text: str, **more: Any) -> dict[str, Any]:
    told = {
        "recipientId": "22",
        "reactions": [],
        "urls": [],
        "text": text,
        "mediaUrls": [],
        "senderId": sender,
        "id": number,
        "createdAt": "2024-03-05T06:38:37.123Z",
    }
    return {"messageCreate": told | more}


def conversation(name: str, *events: dict[str, Any]) -> dict[str, Any]:
    return {"dmConversation": {"conversationId": name, "messages": [*events]}}


def js(kind: str, *elements: Any) -> bytes:
    body = json.dumps(elements, indent=2, ensure_ascii=False)
    return f"window.YTD.{kind}.part0 = {body}".encode()


def read(raw: bytes, beside: frozenset[str] = frozenset(), **said: Any) -> tuple[Any, Read]:
    source = Source("tweets.js", lambda: io.BytesIO(raw), len(raw), beside=beside)
    *batches, last = x.read(source, ReadingOptions(**said))
    assert isinstance(last, Read)
    for batch in batches:
        assert batch.schema == MESSAGE
        batch.validate(full=True)
    return [one for batch in batches for one in batch.to_pylist()], last


def spoken(note: Note) -> None:
    assert all(say(note.id, lang, **dict(note.facts)) for lang in ("en", "km"))


def test_a_post_is_read_to_every_column() -> None:
    raw = js("tweets", tweet("សួស្តី &amp; &lt;3 &#39;", in_reply_to_status_id_str="99"))
    (one,), last = read(raw)
    assert one["text"] == "សួស្តី & <3 &#39;"
    assert (one["own"], one["author"], one["thread"]) == (True, None, "posts")
    assert one["sent_at"] == datetime(2024, 3, 5, 6, 38, 37, tzinfo=UTC)
    assert (one["sent_at_text"], one["reply_to"], one["edited"]) == (POSTED, "99", False)
    assert (one["platform"], one["rules"], one["deleted"]) == ("x", [], False)
    assert json.loads(raw[one["start"] : one["end"]])["tweet"]["id_str"] == NUMBER
    assert (last.messages, last.zone, last.zone_basis, last.notes) == (1, "UTC", "in-file", ())


def test_posts_of_older_archives_without_a_wrapper_are_read() -> None:
    (one,), _ = read(js("tweet", tweet("old")["tweet"]))
    assert one["text"] == "old"


def test_what_she_passed_on_is_not_hers_alone() -> None:
    (one,), _ = read(js("tweets", tweet("RT @someone: words of another")))
    assert (one["forwarded_from"], one["rules"]) == ("someone", ["x.passed_on"])


def test_deleted_posts_are_marked_and_have_the_id_they_had() -> None:
    (stood,), _ = read(js("tweets", tweet()))
    (gone,), _ = read(js("deleted_tweets", tweet(deleted_at="2024-04-01T00:00:00.000Z")))
    assert (gone["deleted"], gone["rules"]) == (True, ["x.deleted"])
    assert gone["message"] == stood["message"]


def test_a_time_missing_from_a_post_is_taken_from_its_number_and_one_that_differs_is_told() -> None:
    rows, _ = read(
        js("tweets", tweet(created_at=""), tweet(created_at="Tue Mar 05 09:00:00 +0000 2024"))
    )
    assert rows[0]["sent_at"] == snowflake(NUMBER)
    assert rows[0]["rules"] == ["x.time_from_number"]
    assert rows[1]["rules"] == ["x.time_disagrees_with_number"]


def test_numbers_from_before_snowflakes_hold_no_time() -> None:
    assert snowflake("20") is None
    assert snowflake("29700859247") is None
    assert snowflake("9" * 19) is None
    assert snowflake("१२३") is None


def test_media_of_a_post_are_found_beside_it() -> None:
    media = {"media": [{"type": "photo", "media_url_https": "https://pbs.twimg.com/media/F1.jpg"}]}
    name = f"{NUMBER}-F1.jpg"
    (one,), _ = read(js("tweets", tweet(extended_entities=media)), frozenset({name}))
    assert one["attachments"] == [{"name": name, "media": "image", "held": True, "note": ""}]


def test_hers_is_the_number_in_every_conversation_of_two() -> None:
    raw = js(
        "direct_messages",
        conversation("11-22", written("5", "22", "a"), written("4", "11", "b")),
        conversation("11-33", written("7", "33", "c")),
    )
    rows, last = read(raw)
    assert [(one["thread"], one["author"], one["own"]) for one in rows] == [
        ("11-22", "22", False),
        ("11-22", "11", True),
        ("11-33", "33", False),
    ]
    assert [note.id for note in last.notes] == ["note.x.own_by_elimination"]
    assert rows[0]["sent_at"] == datetime(2024, 3, 5, 6, 38, 37, 123000, tzinfo=UTC)
    assert json.loads(raw[rows[2]["start"] : rows[2]["end"]])["messageCreate"]["text"] == "c"


def test_with_one_conversation_nobody_is_taken_for_her_until_a_person_says_so() -> None:
    raw = js("direct_messages", conversation("11-22", written("5", "22", "a")))
    rows, last = read(raw)
    assert rows[0]["own"] is None
    assert last.notes[0].id == "note.x.own_unknown"
    rows, _ = read(raw, own=("22",))
    assert rows[0]["own"] is True


@pytest.mark.parametrize(
    ("account", "note", "own"),
    [
        (b'window.YTD.account.part0 = [{"account":{"accountId":"7","username":"k"}}]', "in_archive",
         [True, False]),
        (b"window.YTD.account.part0 = [{", "unknown", [None, None]),
    ],
)  # fmt: skip
def test_the_archives_account_file_says_which_number_is_hers(
    account: bytes, note: str, own: list[bool | None]
) -> None:
    talk = conversation("7-8", written("1", "7", "mine"), written("2", "8", "theirs"))
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("data/account.js", account)
        archive.writestr("data/direct-messages.js", js("direct_messages", talk))
    whole = into.getvalue()
    said = list(read_item(Source("x.zip", lambda: io.BytesIO(whole), len(whole)), ReadingOptions()))
    rows = [row for one in said if isinstance(one, pa.RecordBatch) for row in one.to_pylist()]
    assert [row["own"] for row in rows] == own
    notes = {found.id for one in said if isinstance(one, Read) for found in one.notes}
    assert f"note.x.own_{note}" in notes


def test_what_happens_in_a_group_is_told_and_not_taken_for_a_message() -> None:
    left = {"participantsLeave": {"userIds": ["44"], "createdAt": "2024-03-05T06:38:37.123Z"}}
    odd = {"somethingNew": {"createdAt": "2024-03-05T06:38:37.123Z"}}
    rows, _ = read(js("direct_messages_group", conversation("555", left, odd)))
    assert [one["kind"] for one in rows] == ["system", "system"]
    assert rows[0]["text"] == 'participantsLeave userIds=["44"]'
    assert rows[0]["rules"] == ["x.event.participantsLeave"]
    assert rows[1]["rules"] == ["x.unknown_event"]


def test_closing_and_opening_the_account_is_told_with_its_time() -> None:
    changes = [
        {"protectedHistory": {"protectedAt": "2024-03-05T06:38:37.123Z", "action": action}}
        for action in ("Protect", "Unprotect")
    ]
    rows, last = read(js("protected_history", *changes))
    assert [(one["kind"], one["own"], one["text"]) for one in rows] == [
        ("system", True, "Protect"),
        ("system", True, "Unprotect"),
    ]
    assert rows[0]["sent_at"] == datetime(2024, 3, 5, 6, 38, 37, 123000, tzinfo=UTC)
    assert last.messages == 2


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("block", "note.x.blocked"),
        ("mute", "note.x.muted"),
        ("account_timezone", "note.x.timezone"),
        ("direct_message_headers", "note.x.headers"),
        ("note_tweet", "note.x.long_posts"),
    ],
)
def test_lists_without_messages_are_told_by_their_length(kind: str, note: str) -> None:
    rows, last = read(js(kind, {"one": {}}, {"one": {}}))
    assert (rows, last.messages) == ([], 0)
    assert [(n.id, dict(n.facts)) for n in last.notes] == [(note, {"count": 2})]
    spoken(last.notes[0])


def test_ids_agree_between_archives() -> None:
    older, _ = read(js("tweet", tweet("a")))
    newer, _ = read(js("tweets", tweet("b", id_str="5"), tweet("a")))
    assert older[0]["message"] == newer[1]["message"]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (js("tweets", tweet())[:-9], "cut_short"),
        (js("tweets", tweet()) + b" x", "broken"),
        (js("tweets", "no object"), "broken"),
        (js("tweets", {"tweet": {}}), "broken"),
        (js("direct_messages", conversation("1-2", {"messageCreate": 3})), "broken"),
        (js("like", {"like": {}}), "not_read"),
        (b"window.other = []", "not_read"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(raw: bytes, why: str) -> None:
    with pytest.raises(CannotRead) as refused:
        read(raw)
    assert refused.value.reason.id == f"note.x.{why}"
    spoken(refused.value.reason)


def test_it_is_recognised() -> None:
    found = recognise(js("tweets"), "tweets.js", ReadingOptions())
    assert found is not None
    assert found.NAME == "x"
    assert not x.recognises(b"window.location = 1", "a.js")


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_mutated_bytes_are_refused_or_read_in_their_places(data: st.DataObject) -> None:
    kind, elements = data.draw(
        st.sampled_from(
            [
                ("tweets", [tweet("a"), tweet("b")]),
                ("direct_messages", [conversation("1-2", written("5", "2", "a"))]),
            ]
        )
    )
    raw = bytearray(js(kind, *elements))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        rows, last = read(bytes(raw))
    except CannotRead as refused:
        spoken(refused.reason)
        return
    assert last.messages == len(rows) <= 2
    assert all(bytes(raw)[one["start"] : one["end"]].startswith(b"{") for one in rows)
