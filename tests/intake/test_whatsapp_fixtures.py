"""Real and sample exports of two public projects give what their authors expect."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from romduol.casebook.evidence import Read, ReadingOptions
from romduol.intake import whatsapp
from romduol.intake.source import Source

FIXTURES = Path(__file__).resolve().parents[2].parent / "shared" / "fixtures"
CHATISTICS, CHAT_MINER = FIXTURES / "chatistics-whatsapp", FIXTURES / "chat-miner-whatsapp"
MINER_FILES = ["[mmddyy]_24hrs", "ddmmyy_24hrs", "mmddyy_24hrs", "mmddyyyy_12hrs", "yyyymmdd_24hrs"]

pytestmark = pytest.mark.skipif(
    not FIXTURES.is_dir(), reason="the shared export files are not beside this checkout"
)


def read(path: Path, order: str = "") -> tuple[list[dict[str, Any]], Read]:
    data = path.read_bytes()
    source = Source(path.name, lambda: path.open("rb"), len(data))
    *batches, last = whatsapp.read(source, ReadingOptions(order=order))
    assert isinstance(last, Read)
    rows = [row for batch in batches for row in batch.to_pylist()]  # type: ignore[union-attr]
    assert (
        b"".join(data[r["start"] : r["end"]] for r in rows)
        == data[last.header : last.size - last.tail]
    )
    for row in rows:
        assert row["text"] in data[row["start"] : row["end"]].decode()
    return rows, last


def said(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["kind"] != "system"]


def local(row: dict[str, Any], column: str = "sent_at") -> str:
    """The moment on a clock in Phnom Penh, as ISO 8601 without the offset."""
    moment: str = row[column].astimezone(ZoneInfo("Asia/Phnom_Penh")).isoformat()
    return moment.removesuffix("+07:00")


@pytest.mark.parametrize("name", MINER_FILES)
def test_chat_miner_files_give_their_target(name: str) -> None:
    rows, _ = read(CHAT_MINER / f"test_{name}.txt")
    target = json.loads((CHAT_MINER / "target.json").read_text(encoding="utf-8"))
    expected = [(t["timestamp"], t["author"], t["message"]) for t in reversed(target)]
    got = [(local(r), r["author"], " ".join(r["text"].split())) for r in said(rows)]
    assert got == expected
    assert [r["text"] for r in rows if r["kind"] == "system"] == [
        "John Doe:.",
        '+12 345 578 created group "Groupname"',
        "You were added",
    ]


def test_chatistics_corner_cases_give_their_twenty_messages() -> None:
    rows, _ = read(CHATISTICS / "_chat.txt")
    messages = said(rows)
    assert len(messages) == 20
    assert [r["text"] for r in rows if r["kind"] == "system"] == ["This is an info entry"]
    me = "John Doe"
    assert [r["author"] == me for r in messages] == [
        False, False, True, True, False, True, True, True, False, True,
        False, False, False, False, False, True, True, True, True, False,
    ]  # fmt: skip
    assert messages[16]["text"].endswith(
        "\n[1.2.2019, 00:00:00] John Doe: this line is not a message on its own"
    )
    assert messages[18]["text"] == (
        "What is that?\n2/11/19, 14:48 Alice Placeholder: this is a message from another chat!"
    )


def test_a_pasted_line_belongs_to_the_message_before_as_chatistics_expects() -> None:
    rows, _ = read(CHATISTICS / "_chat 2.txt")
    assert [local(r) for r in rows] == [
        "2019-09-17T16:37:47",
        "2019-09-17T16:38:06",
        "2019-09-17T16:38:59",
        "2019-09-17T16:39:52",
    ]


def test_chatistics_undecidable_dates_are_asked_and_right_once_told() -> None:
    expected = [
        "2019-02-11T14:18:00", "2019-02-11T14:21:00",
        "2019-02-11T14:21:00", "2019-02-11T14:21:00",
        "2019-02-11T14:22:00", "2019-10-11T14:25:00",
        "2019-02-11T14:33:00", "2019-02-11T14:48:00",
        "2019-02-11T14:51:00",
    ]  # fmt: skip
    rows, last = read(CHATISTICS / "_chat 3.txt")
    assert not last.order_certain
    assert [local(r, "sent_at_other") for r in said(rows)] == expected
    told, last = read(CHATISTICS / "_chat 3.txt", order="mdy")
    assert last.order_certain
    assert [local(r) for r in said(told)] == expected


def test_chatistics_en_dash_and_month_first() -> None:
    rows, _ = read(CHATISTICS / "_chat 4.txt")
    assert [(local(r), r["author"], r["text"]) for r in rows] == [
        ("2019-09-17T08:30:52", "John Doe", "US datetime format"),
        ("2019-09-17T16:30:10", "John Doe", "US datetime format"),
        ("2019-09-18T16:50:32", "John Doe", "US datetime format"),
    ]
