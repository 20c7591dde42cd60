"""Telegram exports: every record kept, in its place, read as it was meant, or the file refused."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from romduol.casebook.evidence import MESSAGE, Read, ReadingOptions
from romduol.casebook.wording import say
from romduol.intake import telegram
from romduol.intake.source import Source
from romduol.intake.telegram.shapes import mended

Json = dict[str, Any]


def source_of(raw: bytes, member: str = "", beside: frozenset[str] = frozenset()) -> Source:
    return Source("result.json", lambda: io.BytesIO(raw), len(raw), member, "", beside)


def read(raw: bytes, source: Source | None = None, **said: Any) -> tuple[list[Json], Read]:
    *batches, last = telegram.read(source or source_of(raw), ReadingOptions(**said))
    assert isinstance(last, Read)
    assert all(say(n.id, lang, **dict(n.facts)) for n in last.notes for lang in ("en", "km"))
    assert all(batch.schema == MESSAGE for batch in batches)
    for batch in batches:
        batch.validate(full=True)
    return [row for batch in batches for row in batch.to_pylist()], last


def message(number: int = 1, **more: Any) -> Json:
    """A record as tdesktop lays it out: keys in its order, text last."""
    text = more.pop("text", f"words {number}")
    parts = text if isinstance(text, list) else [{"type": "plain", "text": text}] if text else []
    entities = [{"type": "plain", "text": p} if isinstance(p, str) else p for p in parts]
    head = {
        "id": number,
        "type": "message",
        "date": "2024-03-05T14:07:09",
        "date_unixtime": str(1_709_622_429 + number),
        "from": "Kea",
        "from_id": "user77",
    }
    return head | more | {"text": text, "text_entities": entities}


def chat(*messages: Json, **more: Any) -> Json:
    return {"name": "Market", "type": "private_group", "id": 5} | more | {"messages": [*messages]}


def written(root: Json, indent: int | None = 1) -> bytes:
    return json.dumps(root, ensure_ascii=False, indent=indent).encode()


def one(**more: Any) -> Json:
    rows, _ = read(written(chat(message(**more))))
    return rows[0]


def test_a_plain_message_is_read_to_every_column() -> None:
    raw = written(chat(message(text="សួស្តី\nបង \u200b🌸", reply_to_message_id=4)))
    rows, last = read(raw)
    row = rows[0]
    assert row["text"] == "សួស្តី\nបង \u200b🌸"
    assert (row["author"], row["thread"], row["kind"]) == ("Kea", "chat5", "message")
    assert row["sent_at"] == datetime(2024, 3, 5, 7, 7, 10, tzinfo=UTC)
    assert (row["sent_at_text"], row["precision"]) == ("2024-03-05T14:07:09", "second")
    assert (row["reply_to"], row["forwarded_from"], row["own"]) == ("4", None, None)
    assert (row["attachments"], row["rules"]) == ([], [])
    assert json.loads(raw[row["start"] : row["end"]])["id"] == 1
    assert (last.zone, last.zone_basis, last.reader) == ("UTC", "in-file", "telegram/1")
    assert last.header == row["start"]
    assert last.tail == len(raw) - row["end"]


def test_a_whole_account_is_read_chat_by_chat_and_knows_what_is_hers() -> None:
    root = {
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": 77, "first_name": "x"},
        "contacts": {"about": "", "list": [{"messages": "]}"}]},
        "chats": {
            "about": "",
            "list": [
                chat(message(1)),
                {"type": "saved_messages", "id": 77, "messages": [message(2, text="mine")]},
                chat(type="private_channel", id=9),
            ],
        },
        "left_chats": {"about": "", "list": [chat(message(3, from_id="user8"), id=6)]},
    }
    rows, last = read(written(root))
    assert [row["thread"] for row in rows] == ["chat5", "user77", "chat6"]
    assert [row["own"] for row in rows] == [True, True, False]
    assert [row["record"] for row in rows] == [0, 1, 2]
    assert [note.id for note in last.notes] == ["note.telegram.chats"]


def test_single_chat_and_whole_account_give_the_same_ids() -> None:
    messages = [message(n, text="ok") for n in range(1, 4)]
    alone, _ = read(written(chat(*messages)))
    account, _ = read(written({"chats": {"list": [chat(*messages, name="Renamed")]}}))
    assert [r["message"] for r in alone] == [r["message"] for r in account]


def test_an_overlapping_export_adds_only_what_is_new() -> None:
    earlier, _ = read(written(chat(*(message(n) for n in range(1, 20)))))
    later, _ = read(written(chat(*(message(n) for n in range(10, 30)))))
    held = {row["message"] for row in earlier}
    assert sum(row["message"] in held for row in later) == 10


def test_media_left_out_of_the_next_export_does_not_change_an_id() -> None:
    here, there = (
        one(photo="photos/1.jpg"),
        one(photo="(File not included. Change data exporting settings to download.)"),
    )
    assert here["message"] == there["message"]
    assert here["message"] != one()["message"]


def test_equal_messages_have_ids_of_their_own() -> None:
    rows, _ = read(written(chat(*(message(1, text="ok") for _ in range(3)))))
    assert len({row["message"] for row in rows}) == 3


def test_control_characters_are_mended_marked_and_found_in_the_original() -> None:
    raw = written(chat(message(1, text="aBELLb"), message(2))).replace(b"BELL", b"\\x1F")
    rows, last = read(raw)
    assert rows[0]["text"] == "a\x1fb"
    assert rows[0]["rules"] == ["telegram.control_character"]
    assert rows[1]["rules"] == []
    assert b"\\x1F" in raw[rows[0]["start"] : rows[0]["end"]]
    assert dict(last.notes[0].facts) == {"count": 1}


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        (rb'"\x1F"', rb'"\u001F"'),
        (rb'"\\x1F"', rb'"\\x1F"'),
        (rb'"\\\x1F"', rb'"\\\u001F"'),
        (rb'"\ud83d\ude00"', rb'"\ud83d\ude00"'),
        (rb'"\ud83dx"', rb'"\ufffdx"'),
        (rb'"\ude00\\ud83d"', rb'"\ufffd\\ud83d"'),
        (b'"\xff"', b'"\xef\xbf\xbd"'),
    ],
)
def test_only_what_is_damaged_is_mended(damaged: bytes, whole: bytes) -> None:
    assert mended(damaged)[0] == whole
    assert bool(mended(damaged)[1]) is (damaged != whole)


def test_old_exports_without_unix_time_take_the_zone_given_or_say_it_was_assumed() -> None:
    old = message()
    del old["date_unixtime"], old["text_entities"]
    old["from_id"] = 77
    rows, last = read(written(chat(old)))
    assert rows[0]["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert rows[0]["rules"] == ["telegram.local_time"]
    assert (last.zone, last.zone_basis) == ("Asia/Phnom_Penh", "assumed")
    rows, last = read(written(chat(old)), zone="Europe/Berlin")
    assert rows[0]["sent_at"] == datetime(2024, 3, 5, 13, 7, 9, tzinfo=UTC)
    assert (last.zone, last.zone_basis, last.notes) == ("Europe/Berlin", "given", ())


def test_a_message_without_any_date_is_kept_with_an_unknown_time() -> None:
    bare = {"type": "message", "from": "Kea", "text": "words"}
    rows, _ = read(written(chat(bare)))
    assert (rows[0]["sent_at"], rows[0]["precision"], rows[0]["text"]) == (None, "unknown", "words")


def test_a_deleted_account_keeps_its_number() -> None:
    row = one(**{"from": None})
    assert row["author"] == "user77"
    assert row["rules"] == ["telegram.deleted_account"]


@pytest.mark.parametrize(
    "text",
    [
        ["a ", {"type": "link", "text": "https://x.org"}, " b"],
        [{"type": "never_heard_of", "text": "a https://x.org"}, " b"],
    ],
)
def test_styled_text_is_joined_whatever_its_styles(text: list[Any]) -> None:
    assert one(text=text)["text"] == "a https://x.org b"


def test_text_without_entities_is_taken_from_the_older_field() -> None:
    old = message(text=["a", {"type": "bold", "text": "b"}])
    del old["text_entities"]
    assert read(written(chat(old)))[0][0]["text"] == "ab"


def test_forwards_keep_the_name_the_number_or_at_least_the_fact() -> None:
    assert one(forwarded_from="Vuthy")["forwarded_from"] == "Vuthy"
    assert one(forwarded_from=None)["forwarded_from"] == ""
    assert one(forwarded_from=None, forwarded_from_id="user3")["forwarded_from"] == "user3"
    saved = one(saved_from="Channel")
    assert saved["forwarded_from"] == "Channel"
    assert saved["rules"] == ["telegram.saved_from"]


def test_what_has_no_column_is_flagged() -> None:
    row = one(
        author="sig",
        via_bot="@bot",
        reply_to_message_id=3,
        reply_to_peer_id="channel9",
        reactions=[{"type": "emoji", "count": 2, "emoji": "👍"}],
    )
    assert row["reply_to"] == "channel9/3"
    assert set(row["rules"]) == {
        "telegram.signed",
        "telegram.via_bot",
        "telegram.reply_elsewhere",
        "telegram.reactions",
    }


def test_edits_keep_their_time_and_the_epoch_is_no_edit() -> None:
    row = one(edited="2024-03-05T15:00:00", edited_unixtime="1709625600")
    assert row["edited"]
    assert row["edited_at"] == datetime(2024, 3, 5, 8, 0, tzinfo=UTC)
    assert not one(edited="1970-01-01T07:00:00")["edited"]


@pytest.mark.parametrize(
    ("fields", "media", "name", "rule"),
    [
        ({"photo": "photos/p.jpg"}, "image", "photos/p.jpg", None),
        ({"file": "s/s.webp", "media_type": "sticker"}, "sticker", "s/s.webp", None),
        ({"file": "v.ogg", "media_type": "voice_message"}, "voice", "v.ogg", None),
        (
            {"file": "r.mp4", "media_type": "video_message"},
            "video",
            "r.mp4",
            "telegram.round_video",
        ),
        ({"file": "a.mp4", "media_type": "animation"}, "gif", "a.mp4", None),
        ({"file": "i.png", "mime_type": "image/png"}, "image", "i.png", None),
        ({"file": "f.pdf", "mime_type": "application/pdf"}, "document", "f.pdf", None),
        ({"file": "../../etc/x"}, "document", "", "telegram.unsafe_path"),
        ({"file": "/etc/x"}, "document", "", "telegram.unsafe_path"),
        ({"file": "C:\\x"}, "document", "", "telegram.unsafe_path"),
        ({"file": "a\\..\\x"}, "document", "", "telegram.unsafe_path"),
        (
            {"photo": "p.jpg", "self_destruct_period_seconds": 9},
            "image",
            "p.jpg",
            "telegram.self_destruct",
        ),
    ],
)
def test_media_are_named_by_kind_and_unsafe_paths_are_refused(
    fields: Json, media: str, name: str, rule: str | None
) -> None:
    row = one(text="caption", **fields)
    assert row["text"] == "caption"
    assert [(a["media"], a["name"]) for a in row["attachments"]] == [(media, name)]
    assert row["rules"] == ([rule] if rule else [])


@pytest.mark.parametrize(
    "sentence",
    [
        "(File not included. Change data exporting settings to download.)",
        "(File exceeds maximum size. Change data exporting settings to download.)",
        "(File unavailable, please try again later)",
    ],
)
def test_a_sentence_instead_of_a_path_is_kept_as_a_sentence(sentence: str) -> None:
    bare, named = one(photo=sentence), one(file=f"my report.pdf {sentence}")
    assert bare["attachments"] == [{"name": "", "media": "image", "held": False, "note": sentence}]
    assert named["attachments"][0]["name"] == "my report.pdf"
    assert named["attachments"][0]["note"] == sentence


def test_media_lying_beside_the_export_are_held() -> None:
    raw = written(chat(message(1, photo="photos/1.jpg"), message(2, photo="photos/2.jpg")))
    source = source_of(raw, "export/result.json", frozenset({"1.jpg"}))
    rows, _ = read(raw, source)
    assert [row["attachments"][0]["held"] for row in rows] == [True, False]


def test_places_polls_and_contacts_are_attachments_with_the_exports_own_facts() -> None:
    where = one(text="", location_information={"latitude": 11.5, "longitude": 104.9})
    assert where["attachments"][0]["note"] == '{"latitude":11.5,"longitude":104.9}'
    nowhere = one(text="", location_information=None)
    assert [(a["media"], a["note"]) for a in nowhere["attachments"]] == [("location", "")]
    poll = one(text="", poll={"question": "ទៅទេ?", "closed": False, "answers": []})
    assert json.loads(poll["attachments"][0]["note"])["question"] == "ទៅទេ?"
    card = one(text="", contact_information={"phone_number": "1"}, contact_vcard="c/1.vcf")
    assert [(a["media"], a["name"]) for a in card["attachments"]] == [("contact", "c/1.vcf")]


def service(**more: Any) -> Json:
    row = message(text="") | {"type": "service", "actor": "Kea", "actor_id": "user77"} | more
    del row["from"], row["from_id"]
    return row


@pytest.mark.parametrize(
    ("fields", "kind", "text"),
    [
        (
            {"action": "invite_members", "members": ["Vuthy", None]},
            "system",
            'invite_members members=["Vuthy",null]',
        ),
        ({"action": "clear_history"}, "system", "clear_history"),
        ({"action": "take_screenshot"}, "system", "take_screenshot"),
        ({"action": "set_messages_ttl", "period": 60}, "system", "set_messages_ttl period=60"),
        (
            {"action": "phone_call", "discard_reason": "missed"},
            "call",
            'phone_call discard_reason="missed"',
        ),
        ({"action": "of_next_year", "x": {"y": 1}}, "system", 'of_next_year x={"y":1}'),
        ({"information_text": "x"}, "system", 'information_text="x"'),
    ],
)
def test_service_rows_say_their_action_and_facts_and_nothing_else(
    fields: Json, kind: str, text: str
) -> None:
    rows, _ = read(written(chat(service(**fields))))
    assert (rows[0]["kind"], rows[0]["text"], rows[0]["author"]) == (kind, text, "Kea")


def test_unsupported_records_are_kept() -> None:
    rows, _ = read(written(chat({"id": 3, "type": "unsupported"}, message(4))))
    assert [row["text"] for row in rows] == ["", "words 4"]
    assert "telegram.unsupported" in rows[0]["rules"]
    assert rows[0]["author"] is None


def test_fields_of_unknown_type_do_not_lose_the_message() -> None:
    row = one(edited=5, via_bot=["x"], forwarded_from="Vuthy")
    assert row["text"] == "words 1"
    assert row["forwarded_from"] == "Vuthy"
    assert "telegram.odd_field" in row["rules"]


def test_in_a_chat_of_two_whoever_is_not_the_other_is_hers() -> None:
    root = chat(message(1), message(2, from_id="user5"), type="personal_chat")
    rows, last = read(written(root))
    assert [row["own"] for row in rows] == [True, False]
    assert [note.id for note in last.notes] == ["note.telegram.own_by_elimination"]


def test_names_given_by_a_person_are_hers() -> None:
    rows, _ = read(written(chat(message(1), message(2, **{"from": "Vuthy"}))), own=("Kea",))
    assert [row["own"] for row in rows] == [True, None]


def test_names_that_stand_after_the_messages_are_found() -> None:
    root = {"messages": [message(1)], "type": "private_group", "name": "Market", "id": 5}
    account = {"chats": {"list": [root]}, "personal_information": {"user_id": 77}}
    rows, _ = read(written(account))
    assert [(row["thread"], row["own"]) for row in rows] == [("chat5", True)]
