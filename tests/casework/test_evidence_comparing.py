from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, ReadingOptions
from romduol.casework.evidence.anchors import rising
from romduol.casework.evidence.comparing import Compared, Found, closest_threads, compare
from romduol.casework.evidence.lines import fold
from romduol.intake.reading import Source, read_item

BEGAN = datetime(2023, 3, 4, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    author: str
    text: str
    at: datetime | None
    other: datetime | None = None
    edited: bool = False
    deleted: bool = False
    kind: str = "message"
    thread: str = "chat"
    precision: str = "second"


def table(said: list[Said]) -> pa.Table:
    rows = [
        {
            "message": n.to_bytes(16, "big"), "member": "", "start": n, "end": n + 1, "record": n,
            "platform": "whatsapp", "thread": s.thread, "kind": s.kind, "author": s.author,
            "own": None, "sent_at": s.at, "sent_at_other": s.other, "sent_at_text": "",
            "precision": s.precision, "text": s.text, "reply_to": None, "forwarded_from": None,
            "edited": s.edited, "edited_at": None, "deleted": s.deleted, "attachments": [],
            "rules": [],
        }
        for n, s in enumerate(said)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, MESSAGE)


def chat(n: int = 40) -> list[Said]:
    """A talk of two, three minutes between messages; every fourth is a plain "ok"."""
    return [
        Said(
            "Neighbour" if i % 3 else "Me",
            "ok" if i % 4 == 3 else f"about the meeting, part {i} ភូមិ",
            BEGAN + timedelta(minutes=3 * i),
        )
        for i in range(n)
    ]


def from_the_other_phone(said: list[Said], hours: int = 0) -> list[Said]:
    """Other names, stamps to the minute, another zone."""
    names = {"Me": "Aunt in the village", "Neighbour": "You"}
    return [
        replace(
            s,
            author=names[s.author],
            at=s.at.replace(second=0) + timedelta(hours=hours) if s.at else None,
            precision="minute",
        )
        for s in said
    ]


def told(found: Compared) -> list[tuple[int | None, int | None, str]]:
    return [(t.here, t.there, t.found.value) for t in found.told]


def unlike(found: Compared) -> list[tuple[int | None, int | None, str]]:
    return [t for t in told(found) if t[2] != "agreed"]


def test_two_phones_with_other_names_other_zone_and_no_seconds_agree() -> None:
    a = chat()
    found = compare(table(a), table(from_the_other_phone(a, hours=-7)))
    assert told(found) == [(n, n, "agreed") for n in range(len(a))]
    assert found.authors == {"Me": "Aunt in the village", "Neighbour": "You"}
    assert found.offset_seconds == pytest.approx(-7 * 3600, abs=60)
    assert found.clock_known


def test_a_message_missing_on_one_phone_is_told_only_where_both_exports_reach() -> None:
    a = chat()
    b = from_the_other_phone(a[5:30])
    del b[10]
    found = compare(table(a), table(b))
    assert unlike(found) == [
        *((n, None, "beyond_here") for n in range(5)),
        (15, None, "only_here"),
        *((n, None, "beyond_here") for n in range(30, 40)),
    ]


def test_a_repeated_ok_lost_on_one_phone_is_that_very_one() -> None:
    a = chat()
    b = from_the_other_phone(a)
    assert a[19].text == "ok"
    del b[19]
    assert unlike(compare(table(a), table(b))) == [(19, None, "only_here")]


def test_a_message_edited_later_is_one_message_that_differs() -> None:
    a = chat()
    b = from_the_other_phone(a)
    b[8] = replace(b[8], text="about the meeting, part 8 ភូមិ, and the list", edited=True)
    assert unlike(compare(table(a), table(b))) == [(8, 8, "text_differs")]


def test_two_different_messages_of_one_minute_are_not_called_an_edit() -> None:
    a = chat()
    b = from_the_other_phone(a)
    b[8] = replace(b[8], text="see you")
    assert unlike(compare(table(a), table(b))) == [(8, None, "only_here"), (None, 8, "only_there")]


def test_a_message_deleted_on_one_phone_is_said_to_be_deleted_there() -> None:
    a = chat()
    b = from_the_other_phone(a)
    b[9] = replace(b[9], text="This message was deleted", deleted=True)
    assert unlike(compare(table(a), table(b))) == [(9, 9, "deleted_there")]
    assert unlike(compare(table(b), table(a))) == [(9, 9, "deleted_here")]


def test_a_message_under_another_persons_name_differs() -> None:
    a = chat()
    b = from_the_other_phone(a)
    b[8] = replace(b[8], author="Aunt in the village")
    assert unlike(compare(table(a), table(b))) == [(8, 8, "author_differs")]


def test_a_long_text_at_another_time_differs_and_a_short_one_is_another_message() -> None:
    a = chat()
    b = from_the_other_phone(a)
    b[8] = replace(b[8], at=BEGAN - timedelta(days=2))
    assert unlike(compare(table(a), table(b))) == [(8, 8, "time_differs")]
    a[8], b[8] = replace(a[8], text="sleep well"), replace(b[8], text="sleep well")
    assert unlike(compare(table(a), table(b))) == [(8, None, "only_here"), (None, 8, "only_there")]


def test_an_export_with_the_newest_first_is_turned_round() -> None:
    a = chat()
    b = from_the_other_phone(a)[::-1]
    found = compare(table(a), table(b))
    assert found.newest_first
    assert told(found) == [(n, len(a) - 1 - n, "agreed") for n in range(len(a))]


def swapped(at: datetime) -> datetime:
    return at.replace(month=at.day, day=at.month)


def over_days() -> list[Said]:
    return [
        Said("Me" if n % 2 else "Neighbour", f"words of message number {n}",
             datetime(2023, 1 + n // 9, 2 + n % 9, 9, n % 60, tzinfo=UTC))
        for n in range(36)
    ]  # fmt: skip


@pytest.mark.parametrize("undecided_first", [True, False])
@pytest.mark.parametrize("right", [True, False])
def test_the_other_phone_settles_an_undecided_date_order(
    undecided_first: bool, right: bool
) -> None:
    sure = over_days()
    asks = [
        replace(s, at=s.at if right else swapped(s.at), other=swapped(s.at) if right else s.at)
        for s in over_days()
        if s.at
    ]
    pair = (asks, sure) if undecided_first else (sure, asks)
    found = compare(table(pair[0]), table(pair[1]))
    settled = found.settles_here if undecided_first else found.settles_there
    assert settled is not None
    assert settled.as_read is right
    assert settled.fits > 30
    assert (found.settles_there if undecided_first else found.settles_here) is None
    assert found.counts == {Found.AGREED: 36}


def test_two_undecided_exports_settle_nothing() -> None:
    asks = [replace(s, other=swapped(s.at)) for s in over_days() if s.at]
    found = compare(table(asks), table(asks))
    assert found.settles_here is None
    assert found.settles_there is None


def test_a_single_day_that_reads_either_way_is_settled_by_where_the_other_clock_stands() -> None:
    sure = chat()
    asks = [replace(s, at=swapped(s.at), other=s.at) for s in chat() if s.at]
    found = compare(table(asks), table(sure))
    assert found.settles_here is not None
    assert not found.settles_here.as_read


def test_lines_that_each_phone_writes_itself_are_left_out_and_counted() -> None:
    a = chat()
    joined = Said("", "You joined", BEGAN, kind="system")
    found = compare(table([joined, *a]), table(a))
    assert found.left_out_here == 1
    assert found.counts == {Found.AGREED: len(a)}
    assert found.told[0].here == 1


def test_without_any_stamp_the_order_alone_speaks() -> None:
    a = [replace(s, at=None, precision="unknown") for s in chat()]
    b = [*a[:8], *a[9:]]
    found = compare(table(a), table(b))
    assert not found.clock_known
    assert unlike(found) == [(8, None, "only_here")]


def test_two_chats_with_nothing_in_common_say_so() -> None:
    other = [replace(s, text=f"else {n}") for n, s in enumerate(chat())]
    found = compare(table(chat()), table(other))
    assert found.counts == {Found.BEYOND_HERE: 40, Found.BEYOND_THERE: 40}


def test_of_many_threads_those_that_share_most_are_compared() -> None:
    a = [*(replace(s, thread="x", text=f"else {n}") for n, s in enumerate(chat())), *chat()]
    b = [replace(s, thread="y") for s in chat()]
    assert closest_threads(table(a), table(b)) == ("chat", "y")
    assert compare(table(a), table(b)).counts == {Found.AGREED: 40}


def test_an_empty_export_is_beyond_reach() -> None:
    found = compare(table(chat()), table([]))
    assert found.counts == {Found.BEYOND_HERE: 40}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("\u200eសួស្តី\u200b អ្នក", "សួស្តី អ្នក"),
        ("caf\u00e9", "cafe\u0301"),
        ("two  spaces\u00a0here", "two spaces here"),
    ],
)
def test_what_phones_write_differently_is_folded_away(one: str, two: str) -> None:
    assert fold(one) == fold(two)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_message_of_either_side_is_told_exactly_once(data: st.DataObject) -> None:
    words = st.sampled_from(["ok", "ok?", "hm", "yes", *[f"long words {n}" for n in range(9)]])
    line = st.builds(
        Said,
        author=st.sampled_from(["Me", "Neighbour"]),
        text=words,
        at=st.none() | st.integers(0, 300).map(lambda m: BEGAN + timedelta(minutes=m)),
        deleted=st.booleans(),
        edited=st.booleans(),
    )
    a, b = data.draw(st.lists(line, max_size=30)), data.draw(st.lists(line, max_size=30))
    found = compare(table(a), table(b))
    assert sorted(t.here for t in found.told if t.here is not None) == list(range(len(a)))
    assert sorted(t.there for t in found.told if t.there is not None) == list(range(len(b)))
    ours = [t.here for t in found.told if t.here is not None]
    assert ours == sorted(ours)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=12))
def test_no_longer_rising_choice_exists(pairs: list[tuple[int, int]]) -> None:
    found = rising(pairs)
    assert all(x[0] < y[0] and x[1] < y[1] for x, y in pairwise(found))
    held = sorted(set(pairs))
    longest = [1] * len(held)
    for n, (i, j) in enumerate(held):
        before = [longest[m] for m in range(n) if held[m][0] < i and held[m][1] < j]
        longest[n] = 1 + max(before, default=0)
    assert len(found) == max(longest, default=0)


def test_one_chat_in_five_layouts_of_real_exports_agrees_with_itself(shared: Path) -> None:
    files = sorted((shared / "fixtures" / "chat-miner-whatsapp").glob("*.txt"))
    assert len(files) == 5
    first, *others = (_read(file) for file in files)
    for other in others:
        found = compare(first, other)
        assert found.counts == {Found.AGREED: 6}
        assert found.offset_seconds == 0


def _read(file: Path) -> pa.Table:
    source = Source(name=file.name, open=lambda: file.open("rb"), size=file.stat().st_size)
    batches = read_item(source, ReadingOptions())
    return pa.Table.from_batches([b for b in batches if isinstance(b, pa.RecordBatch)], MESSAGE)
