"""Messenger threads: every record kept, in its place, read as it was typed, or the file refused."""

from __future__ import annotations

import io
import json
import random
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Read, ReadingOptions
from romduol.casebook.wording import say
from romduol.intake import meta
from romduol.intake.meta import cuts as cutting
from romduol.intake.meta.cuts import cuts
from romduol.intake.meta.mojibake import KEPT, MENDED, RULES, mended, mended_all
from romduol.intake.meta.outline import thread_outline
from romduol.intake.meta.shapes import Decoding, Message
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source
from romduol.intake.telegram.outline import by_indent, by_scanning
from romduol.intake.telegram.tape import Broken

Json = dict[str, Any]
BETWEEN = b'},\n    {\n      "sender_name"'
ROOTS = ("messages", "your_activity_across_facebook/messages", "your_facebook_activity/messages")


def apart(text: str) -> str:
    """``text`` as Meta writes it: each byte a character."""
    return text.encode().decode("latin-1")


def source_of(
    raw: bytes, name: str = "message_1.json", member: str = "", beside: frozenset[str] = frozenset()
) -> Source:
    return Source(name, lambda: io.BytesIO(raw), len(raw), member, "", beside)


def read(raw: bytes, source: Source | None = None, **said: Any) -> tuple[list[Json], Read]:
    *batches, last = meta.read(source or source_of(raw), ReadingOptions(**said))
    assert isinstance(last, Read)
    assert all(batch.schema == MESSAGE for batch in batches)
    for batch in batches:
        batch.validate(full=True)
    rows = [row for batch in batches for row in batch.to_pylist()]
    assert last.messages == len(rows)
    return rows, last


def message(number: int = 1, **more: Any) -> Json:
    return {
        "sender_name": "Kea Bright",
        "timestamp_ms": 1_709_622_429_000 - number * 1000,
        "content": f"words {number}",
        "is_geoblocked_for_viewer": False,
    } | more


def thread(*messages: Json, **more: Any) -> Json:
    return {
        "participants": [{"name": "Kea Bright"}, {"name": "Dove Stone"}],
        "messages": [*messages],
        "title": "Dove Stone",
        "is_still_participant": True,
        "thread_path": "inbox/dovestone_1234",
        "magic_words": [],
    } | more


def written(root: Any, indent: int | None = 2) -> bytes:
    return json.dumps(root, indent=indent).encode()


def one(**more: Any) -> Json:
    rows, _ = read(written(thread(message(**more))))
    return rows[0]


def sealed(*messages: Json) -> Json:
    return {
        "participants": ["Kea Bright", "Dove Stone"],
        "threadName": "Dove Stone_3",
        "messages": [*messages],
    }


def sealed_message(**more: Any) -> Json:
    return {
        "isUnsent": False,
        "media": [],
        "reactions": [],
        "senderName": "Dove Stone",
        "text": "good évening សួស្តី",
        "timestamp": 1_709_622_429_123,
        "type": "text",
    } | more


def test_a_plain_message_is_read_to_every_column() -> None:
    raw = written(thread(message(content=apart("សួស្តី\nបង 🌸"), sender_name=apart("ថ្ម"))))
    rows, last = read(raw)
    row = rows[0]
    assert (row["text"], row["author"]) == ("សួស្តី\nបង 🌸", "ថ្ម")
    assert (row["platform"], row["thread"], row["kind"]) == (
        "messenger",
        "inbox/dovestone_1234",
        "message",
    )
    assert row["sent_at"] == datetime(2024, 3, 5, 7, 7, 8, tzinfo=UTC)
    assert (row["sent_at_text"], row["precision"]) == ("1709622428000", "second")
    assert (row["edited"], row["deleted"], row["attachments"]) == (False, False, [])
    assert row["rules"] == [MENDED]
    assert json.loads(raw[row["start"] : row["end"]])["content"] == apart("សួស្តី\nបង 🌸")
    assert (last.zone, last.zone_basis, last.reader) == ("UTC", "in-file", "meta/1")
    assert (last.header, last.tail) == (row["start"], len(raw) - row["end"])


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize(
    ("folder", "rule"),
    [
        ("inbox", None),
        ("archived_threads", "meta.archived_thread"),
        ("filtered_threads", "meta.filtered_thread"),
        ("message_requests", "meta.message_request"),
        ("e2ee_cutover", "meta.e2ee_cutover"),
    ],
)
def test_every_folder_of_every_root_is_read_and_marked(
    root: str, folder: str, rule: str | None
) -> None:
    raw = written(thread(message(), thread_path=f"{folder}/x_1"))
    source = source_of(raw, member=f"{root}/{folder}/x_1/message_1.json")
    rows, _ = read(raw, source)
    assert rows[0]["rules"] == ([rule] if rule else [])
    assert rows[0]["thread"] == f"{folder}/x_1"


def test_a_thread_without_a_path_is_known_by_its_folder_then_by_its_title() -> None:
    bare = thread(message())
    del bare["thread_path"]
    raw = written(bare)
    rows, _ = read(raw, source_of(raw, member="messages/message_requests/x_9/message_1.json"))
    assert rows[0]["thread"] == "message_requests/x_9"
    assert rows[0]["rules"] == ["meta.message_request"]
    assert read(raw)[0][0]["thread"] == "Dove Stone"


def test_threads_that_say_nothing_of_themselves_do_not_run_together() -> None:
    root = {"messages": [message()]}
    first, _ = read(written({"participants": [{"name": "A"}], **root}))
    second, _ = read(written({"participants": [{"name": "B"}], **root}))
    assert first[0]["thread"] != second[0]["thread"]


def test_parts_of_one_thread_are_one_thread() -> None:
    parts = [written(thread(message(n))) for n in (1, 2, 10)]
    found = [read(raw, source_of(raw, f"message_{n}.json"))[0][0] for n, raw in enumerate(parts)]
    assert len({row["thread"] for row in found}) == 1
    assert len({row["message"] for row in found}) == 3


def test_an_accepted_request_is_the_same_message_in_the_next_export() -> None:
    before, _ = read(written(thread(message(), thread_path="message_requests/x_1")))
    after, _ = read(written(thread(message(), thread_path="inbox/x_1")))
    assert before[0]["message"] == after[0]["message"]


def test_an_overlapping_export_adds_only_what_is_new() -> None:
    earlier, _ = read(written(thread(*(message(n) for n in range(20, 0, -1)))))
    later, _ = read(written(thread(*(message(n) for n in range(30, 10, -1)))))
    held = {row["message"] for row in earlier}
    assert sum(row["message"] in held for row in later) == 10


def test_equal_messages_have_ids_of_their_own_and_the_same_ones_again() -> None:
    raw = written(thread(*(message(1, content="ok") for _ in range(3))))
    rows, _ = read(raw)
    assert len({row["message"] for row in rows}) == 3
    assert [row["message"] for row in rows] == [row["message"] for row in read(raw)[0]]


def test_an_id_does_not_depend_on_what_stands_beside_the_message() -> None:
    alone, _ = read(written(thread(message(1))))
    beside, _ = read(written(thread(message(2, photos=[{"uri": "a/1.jpg"}]), message(1))))
    assert alone[0]["message"] == beside[1]["message"]


def test_equal_messages_of_two_batches_have_ids_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = written(thread(*(message(1, content="ok") for _ in range(7))))
    whole = [row["message"] for row in read(raw)[0]]
    monkeypatch.setattr(cutting, "WINDOW", 200)
    monkeypatch.setattr(cutting, "ROWS", 2)
    assert len(set(whole)) == 7
    assert [row["message"] for row in read(raw)[0]] == whole


def test_only_strings_that_undo_whole_are_mended() -> None:
    assert mended("plain") == ("plain", "")
    assert mended(apart("ស")) == ("ស", MENDED)
    assert mended("café") == ("café", KEPT)
    assert mended("ស é") == ("ស é", "")
    assert mended(apart("ស")[:2]) == (apart("ស")[:2], KEPT)


@given(st.lists(st.one_of(st.text(), st.text().map(apart)), min_size=1, max_size=8))
def test_mending_many_is_mending_each(texts: list[str]) -> None:
    column, codes = mended_all(texts)
    column.validate(full=True)
    rules = [RULES[code] for code in codes]
    assert list(zip(column.to_pylist(), rules, strict=True)) == [mended(text) for text in texts]


def test_a_string_that_cannot_be_mended_is_kept_and_told() -> None:
    rows, last = read(written(thread(message(content="café"), message(2, content=apart("ស")))))
    assert [row["text"] for row in rows] == ["café", "ស"]
    assert [row["rules"] for row in rows] == [[KEPT], [MENDED]]
    assert dict(last.notes[-1].facts) == {"count": 1}


def test_title_and_participants_are_mended_so_that_the_other_side_is_known() -> None:
    root = thread(
        message(sender_name=apart("ផ្កាយ")),
        message(2),
        title=apart("ផ្កាយ"),
        participants=[{"name": apart("ផ្កាយ")}, {"name": "Kea Bright"}],
    )
    rows, last = read(written(root))
    assert [row["own"] for row in rows] == [False, True]
    assert "note.meta.own_by_elimination" in [note.id for note in last.notes]


def test_what_a_person_says_is_hers_overrules_the_title() -> None:
    raw = written(thread(message(sender_name="Dove Stone"), message(2)))
    assert [row["own"] for row in read(raw)[0]] == [False, True]
    rows, last = read(raw, own=("Dove Stone",))
    assert [row["own"] for row in rows] == [True, False]
    assert "note.meta.own_by_elimination" not in [note.id for note in last.notes]


def test_in_a_group_nobody_is_her_unless_a_person_says_so() -> None:
    people = [{"name": name} for name in ("Kea Bright", "Dove Stone", "Salt Field")]
    raw = written(thread(message(), title="Market", participants=people))
    assert read(raw)[0][0]["own"] is None
    assert read(raw, own=("Kea Bright",))[0][0]["own"] is True


def test_a_byte_order_mark_is_passed_over() -> None:
    raw = b"\xef\xbb\xbf" + written(thread(message()))
    assert meta.recognises(raw, "message_1.json")
    rows, _ = read(raw)
    assert json.loads(raw[rows[0]["start"] : rows[0]["end"]])["content"] == "words 1"


@pytest.mark.parametrize(
    ("more", "media", "name"),
    [
        ({"photos": [{"uri": "messages/inbox/x/photos/1.jpg"}]}, "image", "1.jpg"),
        ({"videos": [{"uri": "a/2.mp4", "thumbnail": {"uri": "t.jpg"}}]}, "video", "2.mp4"),
        ({"audio_files": [{"uri": "a/3.aac"}]}, "audio", "3.aac"),
        ({"gifs": [{"uri": "a/4.gif"}]}, "gif", "4.gif"),
        ({"files": [{"uri": apart("a/លិខិត.pdf")}]}, "document", "លិខិត.pdf"),
        ({"sticker": {"uri": "messages/stickers_used/5.png"}}, "sticker", "5.png"),
        ({"photos": [{"uri": "https://x.example/1.jpg"}]}, "image", ""),
        ({"files": [{"uri": "../../secret"}]}, "document", ""),
        ({"files": [{"uri": "/etc/secret"}]}, "document", ""),
    ],
)
def test_what_hangs_on_a_message_is_an_attachment(more: Json, media: str, name: str) -> None:
    row = one(**more)
    assert [(a["media"], a["name"], a["held"]) for a in row["attachments"]] == [
        (media, name, False)
    ]


def test_a_path_that_leads_out_is_refused_and_told() -> None:
    assert "meta.unsafe_path" in one(files=[{"uri": "..\\secret"}])["rules"]


def test_media_in_the_same_archive_are_held() -> None:
    raw = written(thread(message(photos=[{"uri": "messages/inbox/x/photos/1.jpg"}])))
    rows, _ = read(raw, source_of(raw, beside=frozenset({"1.jpg"})))
    assert rows[0]["attachments"][0]["held"] is True


def test_a_share_keeps_its_link_beside_her_words() -> None:
    row = one(share={"link": "https://x.example/", "share_text": apart("អាន")})
    assert row["text"] == "words 1"
    told = row["attachments"][0]
    assert (told["media"], json.loads(told["note"])["share_text"]) == ("link", "អាន")


def test_foreign_bytes_in_a_share_are_mended_and_told() -> None:
    raw = written(thread(message(share={"link": "aXXb"}))).replace(b"XX", b"\xff")
    rows, _ = read(raw)
    assert json.loads(rows[0]["attachments"][0]["note"]) == {"link": "a\ufffdb"}
    assert rows[0]["rules"] == ["meta.not_utf8"]


def test_calls_and_joining_are_told_from_words() -> None:
    call = one(type="Call", call_duration=61, content="Dove called you.")
    assert (call["kind"], call["attachments"][0]["media"]) == ("call", "call")
    assert one(call_duration=0, missed=True)["rules"] == ["meta.missed_call"]
    assert one(type="Subscribe", users=[{"name": "x"}])["kind"] == "system"
    assert one(type="Generic")["rules"] == []
    assert one(type="Payment")["rules"] == ["meta.type.Payment"]


def test_what_has_no_column_is_told_by_rule() -> None:
    row = one(
        reactions=[{"reaction": apart("❤"), "actor": "Dove Stone"}],
        is_unsent=True,
        ip="192.0.2.7",
        is_geoblocked_for_viewer=True,
    )
    assert row["deleted"] is True
    assert row["rules"] == [
        "meta.reactions",
        "meta.unsent",
        "meta.geoblocked",
        "meta.ip_address",
    ]
    assert "192.0.2.7" not in str(row)


def test_accounts_without_a_name_are_not_taken_for_one_person() -> None:
    rows, last = read(written(thread(message(sender_name="Facebook user"))))
    assert rows[0]["rules"] == ["meta.nameless_account"]
    assert dict(last.notes[-1].facts) == {"count": 1}


@pytest.mark.parametrize("stamp", [0, -5, 10**17, 10**30, "yesterday", None, 1.5])
def test_a_stamp_that_cannot_be_read_is_unknown_and_the_message_stays(stamp: Any) -> None:
    rows, last = read(written(thread(message(timestamp_ms=stamp), message(2))))
    assert [row["text"] for row in rows] == ["words 1", "words 2"]
    assert (rows[0]["sent_at"], rows[0]["precision"]) == (None, "unknown")
    assert "meta.odd_stamp" in rows[0]["rules"]
    assert "note.meta.odd_stamp" in [note.id for note in last.notes]


def test_fields_of_unknown_type_cost_no_message() -> None:
    rows, _ = read(written(thread(message(content={"a": 1}, photos="x"), message(2))))
    assert [row["text"] for row in rows] == ['{\n        "a": 1\n      }', "words 2"]
    assert rows[0]["rules"] == ["meta.odd_field"]


def test_lone_surrogates_and_foreign_bytes_are_mended_and_told() -> None:
    raw = written(thread(message(content="aXXb"), message(2), message(3, content="aYYb")))
    raw = raw.replace(b"XX", b"\\ud83d").replace(b"YY", b"\xff")
    rows, _ = read(raw)
    assert [row["text"] for row in rows] == ["a\ufffdb", "words 2", "a\ufffdb"]
    assert [row["rules"] for row in rows] == [["meta.lone_surrogate"], [], ["meta.not_utf8"]]


def test_the_sealed_export_is_read_and_its_strings_are_left_alone() -> None:
    raw = written(
        sealed(
            sealed_message(),
            sealed_message(senderName="Kea Bright", text=apart("ស"), timestamp=1_709_622_400_000),
        )
    )
    rows, last = read(raw, source_of(raw, "Dove Stone_3.json"))
    assert [row["text"] for row in rows] == ["good évening សួស្តី", apart("ស")]
    assert [row["own"] for row in rows] == [False, True]
    assert rows[0]["thread"] == "Dove Stone_3"
    assert rows[0]["rules"] == ["meta.end_to_end_encrypted"]
    assert rows[0]["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, 123000, tzinfo=UTC)
    assert [note.id for note in last.notes] == ["note.meta.own_by_elimination"]


def test_sealed_threads_whose_names_end_alike_are_two() -> None:
    found = [
        read(written(sealed(sealed_message()) | {"threadName": name}))[0][0]["message"]
        for name in ("A/Dove_3", "B/Dove_3")
    ]
    assert found[0] != found[1]


def test_sealed_media_are_files_or_the_sentence_that_they_are_lost() -> None:
    raw = written(
        sealed(
            sealed_message(type="media", media=[{"uri": "./media/a1.jpeg"}, {"uri": "b.mp4"}]),
            sealed_message(type="media", media=[{"uri": "Failed to download media"}]),
            sealed_message(isUnsent=True, text=""),
        )
    )
    rows, last = read(raw)
    assert [(a["media"], a["name"]) for a in rows[0]["attachments"]] == [
        ("image", "a1.jpeg"),
        ("video", "b.mp4"),
    ]
    assert rows[1]["attachments"][0]["note"] == "Failed to download media"
    assert "meta.media_not_included" in rows[1]["rules"]
    assert [row["deleted"] for row in rows] == [False, False, True]
    assert "note.meta.media_not_included" in [note.id for note in last.notes]


@pytest.mark.parametrize("indent", [None, 0, 1, 2, 4])
def test_every_layout_gives_the_same_messages_at_their_places(indent: int | None) -> None:
    root = thread(*(message(n, reactions=[{"reaction": "x", "actor": "y"}]) for n in range(30)))
    raw = written(root, indent)
    rows, _ = read(raw)
    cut = [json.loads(raw[row["start"] : row["end"]]) for row in rows]
    assert cut == root["messages"]
    assert [row["message"] for row in rows] == [row["message"] for row in read(written(root))[0]]


def test_a_file_without_any_space_gives_the_same_messages_at_their_places() -> None:
    root = thread(*(message(n) for n in range(30)))
    raw = json.dumps(root, separators=(",", ":")).encode()
    rows, _ = read(raw)
    assert [json.loads(raw[row["start"] : row["end"]]) for row in rows] == root["messages"]


def test_records_cut_at_any_window_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = written(thread(*(message(n, content="x" * (n % 50)) for n in range(60))))
    whole = [(r["start"], r["end"], r["message"]) for r in read(raw)[0]]
    for window in (1, 7, 100, 333):
        monkeypatch.setattr(cutting, "WINDOW", window)
        assert [(r["start"], r["end"], r["message"]) for r in read(raw)[0]] == whole


def test_the_quick_cut_and_the_exact_one_agree() -> None:
    raw = written(thread(*(message(n, share={"link": "},\n    {"}) for n in range(9))))
    for skip in (by_indent, by_scanning):
        facts = thread_outline(io.BytesIO(raw), skip, sealed=False)
        assert facts.span is not None
        quick, exact = (
            list(cuts(io.BytesIO(raw), facts.span, Decoding(Message), quick=q))
            for q in (True, False)
        )
        assert [c.starts.tolist() for c in quick] == [c.starts.tolist() for c in exact]
        assert [c.ends.tolist() for c in quick] == [c.ends.tolist() for c in exact]
        assert [[m.content for m in c.values] for c in quick] == [
            [m.content for m in c.values] for c in exact
        ]


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:-20],
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw + b"{}",
        lambda raw: raw.replace(BETWEEN, BETWEEN.replace(b",", b""), 1),
        lambda raw: raw.replace(BETWEEN, BETWEEN.replace(b",", b",,"), 1),
        lambda raw: raw.replace(b'"content": "words 2"', b'"content" "words 2"', 1),
        lambda raw: raw.replace(b'"messages": [', b'"messages": [],\n  "messages": [', 1),
    ],
)
def test_a_file_that_is_not_whole_gives_no_message(damage: Any) -> None:
    raw = damage(written(thread(*(message(n) for n in range(4)))))
    with pytest.raises(CannotRead) as caught:
        read(raw)
    for lang in ("en", "km"):
        assert say(caught.value.reason.id, lang, **dict(caught.value.reason.facts))


def test_every_truncation_is_refused() -> None:
    raw = written(thread(*(message(n) for n in range(3))))
    for end in range(120, len(raw) - 1):
        with pytest.raises(CannotRead):
            read(raw[:end])


def test_a_thread_without_messages_is_read_as_empty() -> None:
    rows, last = read(written(thread()))
    assert (rows, last.header, last.tail) == ([], last.size, 0)


def test_lists_of_people_and_searches_are_known_and_left_alone() -> None:
    for raw, note in (
        (written({"friends_v2": [{"name": "x", "timestamp": 1}]}), "note.meta.people_left_out"),
        (written({"searches_v2": [{"timestamp": 1}]}), "note.meta.searches_left_out"),
    ):
        assert meta.recognises(raw, "x.json")
        with pytest.raises(CannotRead) as caught:
            read(raw)
        assert caught.value.reason.id == note


def test_other_files_are_not_taken_for_metas() -> None:
    telegram = written({"name": "x", "type": "personal_chat", "id": 1, "messages": []}, 1)
    for raw in (b"", b"[]", b"{}", b"plain", telegram, b'{"messages": [{"a": 1}]}'):
        assert not meta.recognises(raw, "message_1.json")


def test_the_reader_is_found_by_what_a_file_holds() -> None:
    for root in (thread(message()), sealed(sealed_message()), thread()):
        found = recognise(written(root), "message_1.json", ReadingOptions())
        assert found is not None
        assert found.NAME == "meta"


def test_every_note_can_be_said() -> None:
    ids = [
        "cut_short",
        "parts_passed_over",
        "not_meta",
        "no_messages",
        "no_searches",
        "html_lossy",
        "zone_assumed",
    ]
    ids += [f"broken_{why}" for why in ("layout", "record", "brackets", "more", "long")]
    for lang in ("en", "km"):
        for name in ids:
            assert say(f"note.meta.{name}", lang, size=1, position=1, zone="x", count=1)


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_mutated_bytes_are_refused_or_read_and_never_invented(seed: int, times: int) -> None:
    dice = random.Random(seed)
    plain = thread(*(message(n, content=apart("សួស្តី")) for n in range(6)))
    root = dice.choice([plain, sealed(*(sealed_message(timestamp=n + 1) for n in range(6)))])
    raw = bytearray(written(root, dice.choice([None, 2])))
    for _ in range(times):
        at = dice.randrange(len(raw))
        choice = dice.randrange(3)
        if choice == 0:
            raw[at] = dice.randrange(256)
        elif choice == 1:
            del raw[at : at + dice.randrange(1, 40)]
        else:
            raw[at:at] = bytes(dice.choices(b'{}[]",:\\\x00\xff0', k=dice.randrange(1, 5)))
    data = bytes(raw)
    try:
        rows, last = read(data)
    except CannotRead:
        return
    except Broken:
        pytest.fail("an inner word reached the outside")
    assert last.messages <= data.count(b"{")
    places = [(row["start"], row["end"]) for row in rows]
    assert all(a[1] < b[0] for a, b in pairwise(places))
    for start, end in places:
        assert (data[start : start + 1], data[end - 1 : end]) == (b"{", b"}")
