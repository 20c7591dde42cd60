"""Signal chats: her words apart from what she answered, and WhatsApp's files left to WhatsApp."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Note, Read, ReadingOptions
from romduol.casebook.wording import say
from romduol.intake import cutting, signal
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source

CHAT = (
    "[2024-03-05 14:07:09] Me: សួស្តី  \n"
    "[2024-03-05 14:08:00] Dara: \n\n> what you\n> said\n\nmy answer  \n(- Me: 👍 -)\n"
    "[2024-03-05 14:09:00] Dara: two\nlines  "
    "![p 1.jpg](./media/p%201.jpg)  [v.m4a](./media/v.m4a)  \n"
    "[2024-03-05 14:10:00] No-Sender: Missed voice call  \n"
    "[2024-03-05 14:11:00] Dara: (This message was deleted)\n"
    "[2024-03-05 14:12:00] Dara:   \n(( 😀 ))\n"
)


def source_of(raw: bytes, beside: frozenset[str] = frozenset()) -> Source:
    return Source("chat.md", lambda: io.BytesIO(raw), len(raw), "out/Dara/chat.md", beside=beside)


def read(raw: bytes, beside: frozenset[str] = frozenset(), **said: Any) -> tuple[Any, Read]:
    *batches, last = signal.read(source_of(raw, beside), ReadingOptions(**said))
    assert isinstance(last, Read)
    for batch in batches:
        assert batch.schema == MESSAGE
        batch.validate(full=True)
    return [one for batch in batches for one in batch.to_pylist()], last


def spoken(note: Note) -> None:
    assert all(say(note.id, lang, **dict(note.facts)) for lang in ("en", "km"))


def test_every_record_is_read_and_the_records_tile_the_file() -> None:
    raw = CHAT.encode()
    rows, last = read(raw)
    assert [one["text"] for one in rows] == [
        "សួស្តី", "my answer", "two\nlines", "Missed voice call", "", "",
    ]  # fmt: skip
    assert [one["author"] for one in rows] == ["Me", "Dara", "Dara", None, "Dara", "Dara"]
    assert [one["own"] for one in rows] == [True, False, False, None, False, False]
    assert rows[0]["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert (rows[0]["thread"], rows[0]["sent_at_text"]) == ("Dara", "2024-03-05 14:07:09")
    assert rows[3]["kind"] == "call"
    assert rows[4]["deleted"] is True
    assert b"".join(raw[one["start"] : one["end"]] for one in rows) == raw
    assert (last.zone, last.zone_basis) == ("Asia/Phnom_Penh", "assumed")
    for note in last.notes:
        spoken(note)


def test_what_is_answered_is_not_taken_for_the_answer() -> None:
    answer = read(CHAT.encode())[0][1]
    assert answer["attachments"][0]["media"] == "quote"
    assert answer["attachments"][0]["note"] == "what you\nsaid"
    assert answer["rules"] == ["signal.reactions", "signal.quote"]


def test_files_are_listed_held_or_not() -> None:
    files = read(CHAT.encode(), frozenset({"p 1.jpg"}))[0][2]["attachments"]
    assert [(f["name"], f["media"], f["held"]) for f in files] == [
        ("media/p 1.jpg", "image", True),
        ("media/v.m4a", "audio", False),
    ]


def test_older_heads_are_known_to_the_minute() -> None:
    (one,), _ = read(b"[2019-05-29, 15:04] Me: How are you?  \n")
    assert one["precision"] == "minute"
    assert one["sent_at"] == datetime(2019, 5, 29, 8, 4, tzinfo=UTC)


def test_reactions_that_come_later_change_no_id() -> None:
    before, after = (
        b"[2024-03-05 14:07:09] Me: hi  \n",
        b"[2024-03-05 14:07:09] Me: hi  \n(- A: x -)\n",
    )
    assert read(before)[0][0]["message"] == read(after)[0][0]["message"]


def test_overlapping_exports_share_ids() -> None:
    older, _ = read(CHAT.encode())
    newer, _ = read((CHAT + "[2024-03-06 10:00:00] Me: more  \n").encode())
    assert {one["message"] for one in older} < {one["message"] for one in newer}


@pytest.mark.parametrize(
    ("raw", "name", "whose"),
    [
        (CHAT.encode(), "chat.md", "signal"),
        (CHAT.encode(), "chat.txt", "signal"),
        (b"[2024-03-05 14:07:09] Dara: hi\n" * 4, "_chat.txt", "whatsapp"),
        (b"[2024-03-05 14:07:09] Dara: hi  \n", "_chat.txt", "whatsapp"),
        (
            "[2024-03-05, 14:07:09] Dara: \u200eimage omitted\r\n".encode() * 4,
            "_chat.txt",
            "whatsapp",
        ),
    ],
)
def test_whatsapps_chats_are_left_to_whatsapp(raw: bytes, name: str, whose: str) -> None:
    found = recognise(raw, name, ReadingOptions())
    assert found is not None
    assert found.NAME.lower() == whose


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"words\n[2024-03-05 14:07:09] Me: hi\n", "broken"),
        (b"words", "broken"),
        (b"\n", "no_record"),
    ],
)
def test_what_is_no_chat_is_refused_in_words(raw: bytes, why: str) -> None:
    with pytest.raises(CannotRead) as refused:
        read(raw)
    assert refused.value.reason.id == f"note.signal.{why}"
    spoken(refused.value.reason)


def test_small_windows_give_the_same_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = (CHAT * 40).encode()
    whole = read(raw)
    monkeypatch.setattr(cutting, "WINDOW", 301)
    assert read(raw) == whole


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mutated_bytes_are_refused_or_read_in_their_places(data: st.DataObject) -> None:
    raw = bytearray(CHAT.encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        rows, last = read(bytes(raw))
    except CannotRead as refused:
        spoken(refused.reason)
        return
    assert last.messages == len(rows) <= 6
    assert sum(one["end"] - one["start"] for one in rows) == len(raw) - last.header
