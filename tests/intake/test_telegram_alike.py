"""Telegram records that differ only in their words: read all at once, as if one by one."""

from __future__ import annotations

import hashlib
import io
import json
import random
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE
from romduol.intake.source import Source
from romduol.intake.telegram import alike, pieces
from romduol.intake.telegram.alike import Patterns
from romduol.intake.telegram.outline import by_scanning, outline
from romduol.intake.telegram.patterns import learn
from romduol.intake.telegram.rows import Rows

Json = dict[str, Any]
ZONE = ZoneInfo("Asia/Phnom_Penh")
BESIDE = frozenset({"3.jpg", "5 (1).jpg"})


def record(number: int, **more: Any) -> Json:
    text = more.pop("text", f"words {number}")
    head = {
        "id": number,
        "type": "message",
        "date": "2024-03-05T14:07:09",
        "date_unixtime": str(1_709_622_429 + number),
        "from": f"Kea {number % 7}",
        "from_id": f"user{number % 7}",
    }
    parts = [{"type": "plain", "text": text}] if text else []
    return head | more | {"text": text, "text_entities": parts}


def service(number: int, **more: Any) -> Json:
    row = record(number, text="", actor="Kea", actor_id="user77", **more) | {"type": "service"}
    del row["from"], row["from_id"]
    return row


# every kind holds words on which the meaning of a record may depend
KINDS = [
    record,
    lambda n: record(n, text=f'a "quoted" \\ line\nand {n} 😀'),
    lambda n: record(n, text=f'}},\n  {{ "id": {n}'),
    lambda n: record(n, photo=f"photos/{n}.jpg", width=n, height=7),
    lambda n: record(n, photo=f"photos/{n} (1).jpg"),
    lambda n: record(n, photo=f"../{n}.jpg"),
    lambda n: record(n, photo=f"C:\\{n}.jpg"),
    lambda n: record(n, photo=f"{n}.jpg (File not included.)"),
    lambda n: record(n, photo="(File exceeds maximum size. Change the settings.)"),
    lambda n: record(n, file="(File not included. Change it.)", file_name=f"{n}.pdf"),
    lambda n: record(n, file="(File not included. Change it.)", file_name=f"../{n}.pdf"),
    lambda n: record(n, file=f"f/{n}.ogg", media_type=["voice_message", "video_message"][n % 2]),
    lambda n: record(n, file=f"f/{n}.bin", mime_type=["image/png", "text/plain"][n % 2]),
    lambda n: record(n, **{"from": None}),
    lambda n: record(n, **{"from": ""}),
    lambda n: record(n, from_id=str(n)),
    lambda n: record(n, from_id=n),
    lambda n: record(n, edited="2024-03-05T15:00:00", edited_unixtime=["0", "1709625600"][n % 2]),
    lambda n: record(n, date_unixtime=["", "x", "-1", "999999999999", "12"][n % 5]),
    lambda n: record(n, forwarded_from=["Dara", None, ""][n % 3]),
    lambda n: record(n, reply_to_message_id=n, reply_to_peer_id=f"channel{n}"),
    lambda n: record(n, reactions=[{"type": "emoji", "count": n, "emoji": "👍"}]),
    lambda n: record(n, contact_information={"first_name": 'a\\"b', "phone_number": str(n)}),
    lambda n: record(n, contact_information={"first_name": f"n{n}", "phone_number": "1"}),
    lambda n: record(n, location_information={"latitude": n / 7, "longitude": 1.5}),
    lambda n: record(n, poll={"question": f"q{n}", "closed": n % 2 == 0, "total_voters": n}),
    lambda n: record(n, place_name=f"market {n}", self_destruct_period_seconds=n % 2),
    lambda n: service(n, action=["pin_message", "phone_call"][n % 2], message_id=n),
    lambda n: service(n, action="invite_members", members=[f"A{n}", None, 'q"']),
    lambda n: service(n, action=f"unheard_of_{n}"),
    lambda n: {"id": n, "type": ["unsupported", "message"][n % 2]},
    lambda n: record(n, x=-n, y=[n, 1.5], text="null"),
    lambda n: record(n, author=f"signed {n}", saved_from="Dara", via_bot="@bot"),
]


def written(records: list[Json], ascii_only: bool = False) -> bytes:
    root = {"name": "Market", "type": "private_group", "id": 5, "messages": records}
    return json.dumps(root, ensure_ascii=ascii_only, indent=1).encode()


def rows_of(raw: bytes, patterns: Patterns | None) -> tuple[pa.Table, int]:
    """All rows, and how many of them were read by a pattern."""
    source = Source("result.json", lambda: io.BytesIO(raw), len(raw), beside=BESIDE)
    chats = outline(io.BytesIO(raw), by_scanning).chats
    rows, made, alike_rows = Rows(source, ZONE, "user3", ()), [], 0
    for slab in pieces.slabs(io.BytesIO(raw), chats, patterns):
        alike_rows += 0 if slab.alike is None else int((slab.alike.nth >= 0).sum())
        made.append(rows.batch(slab))
    return pa.Table.from_batches(made, MESSAGE), alike_rows


def assert_read_the_same(raw: bytes) -> int:
    quick, by_pattern = rows_of(raw, Patterns(ZONE))
    exact, _ = rows_of(raw, None)
    quick.validate(full=True)
    assert quick.to_pylist() == exact.to_pylist()
    return by_pattern


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("window", [100_000, 1 << 20])
def test_records_of_every_kind_are_read_as_if_one_by_one(
    window: int, ascii_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "WINDOW", window)
    dice = random.Random(window)
    records = [dice.choice(KINDS)(n) for n in range(1500)]
    assert assert_read_the_same(written(records, ascii_only)) > 300


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_many_of_one_kind_are_read_as_if_one_by_one(kind: int) -> None:
    assert_read_the_same(written([KINDS[kind](n) for n in range(120)]))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('"words 40"', '"words\\x1f40"'),  # Telegram's own damage
        ('"words 40"', '"words \\ud83d"'),
        ('"words 40"', '"words", "40": "1"'),
        ('"id": 40,', '"id": 040,'),
        ('"id": 40,', '"id": 4e1,'),
        ('"from": "Kea 5"', '"from":"Kea 5"'),
    ],
)
def test_one_damaged_record_among_many_is_read_as_if_alone(was: str, becomes: str) -> None:
    whole = written([record(n) for n in range(120)]).decode()
    assert was in whole
    raw = whole.replace(was, becomes).encode()
    try:
        exact, _ = rows_of(raw, None)
    except pieces.Broken as broken:
        with pytest.raises(pieces.Broken) as refused:
            rows_of(raw, Patterns(ZONE))
        assert refused.value.position == broken.position  # noqa: PT017
        return
    quick, _ = rows_of(raw, Patterns(ZONE))
    assert quick.to_pylist() == exact.to_pylist()


def test_bytes_that_are_no_text_are_mended_in_their_record_only() -> None:
    raw = written([record(n) for n in range(120)]).replace(b"words 40", b"words \xff")
    quick, _ = rows_of(raw, Patterns(ZONE))
    mended = [row["record"] for row in quick.to_pylist() if "telegram.not_utf8" in row["rules"]]
    assert mended == [40]


def test_a_byte_that_is_no_text_is_told_also_where_no_column_takes_it() -> None:
    raw = written([record(n) for n in range(120)])
    raw = raw.replace(
        b'"text": "words 40"', b'"text": "\xff"', 1
    )  # the text of its entities is used
    assert rows_of(raw, Patterns(ZONE))[0]["rules"][40].as_py() == ["telegram.not_utf8"]
    assert_read_the_same(raw)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(
        ["from", "from_id", "date_unixtime", "photo", "file", "text", "forwarded_from"]
    ),
    st.lists(st.text(max_size=12) | st.sampled_from(["user1", "1)", "..", "/a", "1"]), min_size=9),
)
def test_whatever_stands_in_a_field_is_read_as_if_alone(key: str, values: list[str]) -> None:
    records = [record(n, **{key: values[n % len(values)]}) for n in range(90)]
    assert_read_the_same(written(records))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_byte_changed_in_a_pattern_changes_no_more_than_its_record(data: st.DataObject) -> None:
    raw = bytearray(written([record(n) for n in range(40)]))
    at = data.draw(st.integers(raw.index(b"[") + 1, len(raw) - 8))
    raw[at] = data.draw(st.sampled_from(b'"\\{}[],: \n0a\xff\x1f'))
    told = []
    for patterns in (Patterns(ZONE), None):
        try:
            told.append(rows_of(bytes(raw), patterns)[0].to_pylist())
        except pieces.Broken as broken:
            told.append((broken.reason, broken.position))
        except ValueError:  # the outline itself does not hold
            told.append("no outline")
    assert told[0] == told[1]


def test_a_record_with_the_marks_of_a_pattern_in_it_teaches_none() -> None:
    for words in ("\ue0f70\ue0f8", "770004440000001"):
        raw = json.dumps(record(1, text=words), ensure_ascii=False, indent=1)
        assert learn(raw.replace("\n", "\n  ").encode(), 2, ZONE) is None


def test_a_record_with_an_odd_stamp_teaches_nothing_about_those_with_a_good_one() -> None:
    odd = record(0, date_unixtime="x")
    assert assert_read_the_same(written([odd, *(record(n) for n in range(1, 120))])) == 0


def test_hardly_any_record_of_a_long_chat_is_looked_at_alone() -> None:
    raw = written([record(n) for n in range(3000)])
    assert assert_read_the_same(raw) > 3000 - alike.FEW - 4096 // 300


def test_ids_are_those_given_before_there_were_patterns() -> None:
    dice = random.Random(5)
    raw = written([dice.choice(KINDS)(n) for n in range(2000)])
    table, _ = rows_of(raw, Patterns(ZONE))
    ids = b"".join(table["message"].to_pylist())
    told_then = "55540d111f662907077401fb37c4f0909ba953876dc624dee9b12be11d24e547"
    assert hashlib.sha256(ids).hexdigest() == told_then


def account(*chats: list[Json], indent: int = 1) -> bytes:
    types = ["personal_chat", "private_group"]
    told = [
        {"name": f"Chat {n}", "type": types[n % 2], "id": n + 1, "messages": records}
        for n, records in enumerate(chats)
    ]
    return json.dumps({"chats": {"list": told}}, ensure_ascii=False, indent=indent).encode()


def slabs_of(raw: bytes) -> list[pieces.Slab]:
    chats = outline(io.BytesIO(raw), by_scanning).chats
    return list(pieces.slabs(io.BytesIO(raw), chats, Patterns(ZONE)))


@pytest.mark.parametrize("window", [20_000, 1 << 20])
def test_short_chats_are_read_together_as_if_one_by_one(
    window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "WINDOW", window)
    dice = random.Random(window)
    lengths = [0, 30, 1, 0, 200, 12, 40, 0]
    raw = account(*([dice.choice(KINDS)(n) for n in range(length)] for length in lengths))
    assert_read_the_same(raw)
    assert len(slabs_of(raw)) < len([length for length in lengths if length]) + 3


def test_a_whole_account_of_short_chats_is_one_window() -> None:
    raw = account(*([record(n) for n in range(20)] for _ in range(30)))
    [slab] = slabs_of(raw)
    assert len(slab.opens) == 600
    assert assert_read_the_same(raw) > 500


def test_equal_messages_of_two_entries_of_one_chat_are_counted_on() -> None:
    raw = (
        account(*([record(n) for n in range(20)] for _ in range(2)))
        .replace(b'"id": 2,\n    "messages"', b'"id": 1,\n    "messages"')
        .replace(b"private_group", b"personal_chat")
    )
    assert_read_the_same(raw)
    table, _ = rows_of(raw, Patterns(ZONE))
    assert set(table["thread"].to_pylist()) == {"user1"}
    assert len(set(table["message"].to_pylist())) == 40


def test_the_halves_of_a_record_in_two_chats_do_not_become_whole() -> None:
    raw = written([record(n) for n in range(60)])
    [whole] = outline(io.BytesIO(raw), by_scanning).chats
    half = raw.index(b',\n   "date"', raw.index(b'"id": 30,'))
    two = [replace(whole, end=half), replace(whole, start=half + 1)]
    for patterns in (Patterns(ZONE), None):
        with pytest.raises(pieces.Broken):
            list(pieces.slabs(io.BytesIO(raw), two, patterns))


def test_a_chat_laid_out_otherwise_among_short_ones_is_read_as_if_alone() -> None:
    chats = [[record(n) for n in range(40)] for _ in range(4)]
    raw = account(*chats).replace(b'"id": 7,', b'"id":7,', 1)
    assert_read_the_same(raw)
