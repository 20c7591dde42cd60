"""Telegram exports of every layout: cut, damaged, rewritten; the same messages or a refusal."""

from __future__ import annotations

import io
import json
import random
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Read, ReadingOptions
from romduol.casebook.wording import say
from romduol.intake import telegram
from romduol.intake.source import CannotRead, Source
from romduol.intake.telegram import pieces, tape
from romduol.intake.telegram.alike import Patterns
from romduol.intake.telegram.outline import by_scanning, outline
from romduol.intake.telegram.rows import Rows

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
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


def service(**more: Any) -> Json:
    row = message(text="") | {"type": "service", "actor": "Kea", "actor_id": "user77"} | more
    del row["from"], row["from_id"]
    return row


def many(count: int, seed: int = 1) -> Json:
    """A chat with a bit of everything, in Telegram Desktop's own layout when written."""
    dice = random.Random(seed)
    kinds = [
        lambda n: message(n, text=f'ពាក្យ {n} }},\n  {{ \\ " {dice.random()}'),
        lambda n: message(n, text=["a", {"type": "bold", "text": f"b{n}"}, "c"]),
        lambda n: message(n, text="", photo="photos/1.jpg", width=3),
        lambda n: message(n, text="null", forwarded_from=None),
        lambda n: message(n, reactions=[{"type": "emoji", "count": 1, "emoji": "👍"}]),
        lambda n: message(n, **{"from": None}),
        lambda n: message(n, edited="2024-03-05T15:00:00", edited_unixtime="1709625600"),
        lambda n: service(action="pin_message", message_id=n),
        lambda n: {"id": n, "type": "unsupported"},
        lambda n: message(n, text=""),
        lambda n: message(n, inline_bot_buttons=[[{"type": "url", "text": "x"}]]),
        lambda n: message(n, text="y", location_information=None),
    ]
    return chat(*(dice.choice(kinds)(n) for n in range(1, count + 1)))


def batches_of(raw: bytes, quick: bool) -> pa.Table:
    """Rows cut from the exact outline, by the quick cut or bracket by bracket."""
    source = source_of(raw)
    found = outline(io.BytesIO(raw), by_scanning)
    rows = Rows(source, ZoneInfo("Asia/Phnom_Penh"), "", ())
    patterns = Patterns(rows.zone) if quick else None
    stream = io.BytesIO(raw)
    made = [rows.batch(slab) for slab in pieces.slabs(stream, found.chats, patterns)]
    return pa.Table.from_batches(made, MESSAGE)


@pytest.mark.parametrize("window", [700, 5000, 1 << 20])
@pytest.mark.parametrize("seed", range(3))
def test_the_quick_cut_and_the_exact_cut_agree(
    window: int, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "WINDOW", window)
    raw = written(many(80, seed))
    quick, exact = batches_of(raw, True), batches_of(raw, False)
    assert quick.num_rows == 80
    assert quick.to_pylist() == exact.to_pylist()


def test_the_quick_cut_is_used_for_telegram_desktops_own_layout() -> None:
    raw = written(many(50))
    found = outline(io.BytesIO(raw), by_scanning).chats[0]
    patterns = Patterns(ZoneInfo("Asia/Phnom_Penh"))
    [slab] = pieces.slabs(io.BytesIO(raw), [found], patterns)
    assert slab.alike is not None


@pytest.mark.parametrize("indent", [None, 0, 1, 2, 4])
def test_every_layout_of_the_same_export_gives_the_same_messages(indent: int | None) -> None:
    root = {"chats": {"list": [many(40), many(30, 2) | {"id": 6}]}}
    plain, _ = read(written(root))
    raw = written(root, indent)
    rows, last = read(raw)
    for row, other in zip(rows, plain, strict=True):
        cut = json.loads(raw[row.pop("start") : row.pop("end")])
        assert cut.get("text") is None or row["text"] or row["attachments"] or not cut["text"]
        del other["start"], other["end"]
        assert row == other
    assert last.messages == 70


def test_a_byte_order_mark_and_white_space_do_not_matter() -> None:
    raw = b"\xef\xbb\xbf\r\n" + written(chat(message())).replace(b"\n", b"\r\n") + b"\r\n"
    assert telegram.recognises(raw, "result.json")
    rows, _ = read(raw)
    assert json.loads(raw[rows[0]["start"] : rows[0]["end"]])["text"] == rows[0]["text"]


def test_brackets_indented_to_mislead_do_not_hide_messages() -> None:
    raw = b"""{
 "name": "x",
 "messages": [
  {"type": "message", "from": "a", "text": "1", "x": [
 ]}, {"type": "message", "from": "a", "text": "2"}
 ]
}"""
    rows, _ = read(raw)
    assert [row["text"] for row in rows] == ["1", "2"]


def test_a_separator_inside_a_record_is_not_trusted() -> None:
    inner = '[\n  {"a": 1\n  },\n  {"a": 2\n  }]'
    raw = written(chat(message(1), message(2), message(3))).decode()
    raw = raw.replace('"from": "Kea"', f'"x": {inner},\n   "from": "Kea"', 1)
    rows, _ = read(raw.encode())
    assert [row["text"] for row in rows] == ["words 1", "words 2", "words 3"]


@pytest.mark.parametrize("indent", [None, 1])
def test_an_export_cut_anywhere_is_refused_and_gives_no_message(indent: int | None) -> None:
    raw = written(
        {"chats": {"list": [chat(message(1), message(2)), chat(message(3), id=6)]}}, indent
    )
    for length in range(1, len(raw)):
        given_out = []
        with pytest.raises(CannotRead) as refused:
            given_out.extend(telegram.read(source_of(raw[:length]), ReadingOptions()))
        assert given_out == []
        reason = refused.value.reason
        assert say(reason.id, "en", **dict(reason.facts))
        assert say(reason.id, "km", **dict(reason.facts))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"name": "x"}',
        b'{"messages": [1]}',
        b'{"messages": [{"text": "a"},]}',
        b'{"messages": [{"text": "a"} {"text": "b"}]}',
        b'{"messages": [{"text": "a"}]} more',
        b'{"messages": [{"text": "a"]}]}',
        b'{"messages": [{"text": tru}]}',
        b'{"messages": [{"text": "a"}], "messages": []}',
        b'{"messages": [' + b'{"x":' * 50_000 + b"1" + b"}" * 50_000 + b"]}",
    ],
)
def test_what_is_no_export_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(CannotRead) as refused:
        read(raw)
    assert say(refused.value.reason.id, "km", **dict(refused.value.reason.facts))


@pytest.mark.parametrize("where", ["about", "messages"])
def test_a_value_longer_than_any_message_is_refused_before_it_fills_the_memory(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (tape, pieces):
        monkeypatch.setattr(module, "WINDOW", 1000)
        monkeypatch.setattr(module, "LONGEST", 5000)
    root = chat(message(text="x" * 20_000 if where == "messages" else "x"))
    raw = written({"about": "x" * 20_000} | root if where == "about" else root)
    with pytest.raises(CannotRead) as refused:
        read(raw)
    assert refused.value.reason.id == "note.telegram.broken_long"
    assert say("note.telegram.broken_long", "km", **dict(refused.value.reason.facts))


def test_other_platforms_are_left_to_their_readers() -> None:
    messenger = b'{"participants": [], "messages": [{"sender_name": "x", "timestamp_ms": 1}]}'
    assert not telegram.recognises(messenger, "message_1.json")
    assert not telegram.recognises(b'{"messages": []}', "x.json")
    assert not telegram.recognises(b"I: hello\nW: hello\n", "result.json")
    assert telegram.recognises(written(chat(message())), "anything.json")


def test_the_fixtures_of_another_project_give_their_authors_expected_messages() -> None:
    folder = SHARED / "fixtures" / "chat-miner-telegram"
    if not folder.is_dir():
        pytest.skip("these exports lie beside the checkout only where it is developed")
    expected = json.loads((folder / "target.json").read_text())
    for name in ("test_single_export.json", "test_batch_export.json"):
        raw = (folder / name).read_bytes()
        assert telegram.recognises(raw, name)
        rows, _ = read(raw)
        for row, wanted in zip(rows, expected, strict=True):
            assert row["author"] == wanted["author"]
            assert row["sent_at"] == datetime.fromisoformat(wanted["timestamp"] + "+00:00")
            # its authors put a space between the styled parts of a text; none was written there
            assert row["text"] == wanted["message"].replace("Link: ", "Link:")
            assert msgspec.json.decode(raw[row["start"] : row["end"]])["from"] == row["author"]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**40) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    [
        "type",
        "date",
        "date_unixtime",
        "from",
        "from_id",
        "text",
        "text_entities",
        "photo",
        "file",
        "action",
        "members",
        "forwarded_from",
        "reply_to_message_id",
        "poll",
        "edited",
        "actor",
    ]
)
_RECORDS = st.dictionaries(_KEYS, _VALUES, max_size=6) | st.builds(message, st.integers(1, 9))


@settings(max_examples=120, deadline=None)
@given(st.lists(_RECORDS, max_size=6), st.sampled_from([None, 1, 3]))
def test_every_json_object_becomes_one_message_in_its_place(
    records: list[Json], indent: int | None
) -> None:
    raw = written({"name": "x", "messages": records}, indent)
    rows, last = read(raw)
    assert last.messages == len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        assert json.loads(raw[row["start"] : row["end"]]) == record
        if isinstance(record.get("text"), str) and record.get("type") == "message":
            entities = record.get("text_entities")
            assert row["text"] == record["text"] or entities


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_a_byte_changed_anywhere_invents_no_message(data: st.DataObject) -> None:
    raw = bytearray(written(many(6, data.draw(st.integers(0, 3)))))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 255))
    telegram.recognises(bytes(raw), "result.json")
    try:
        rows, _ = read(bytes(raw))
    except CannotRead as refused:
        assert refused.reason.id.startswith("note.telegram.")  # noqa: PT017
        return
    assert len(rows) <= 6
    before = 0
    for row in rows:
        assert before < row["start"] < row["end"] <= len(raw)
        before = row["end"]
        assert bytes(raw[row["start"] : row["start"] + 1]) == b"{"


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=120))
def test_whatever_the_bytes_the_only_refusal_is_cannot_read(raw: bytes) -> None:
    for candidate in (raw, b'{"messages": [' + raw, b'{"messages": [{"text": "' + raw + b'"}]}'):
        try:
            read(candidate)
        except CannotRead as refused:
            assert refused.reason.id.startswith("note.telegram.")  # noqa: PT017
