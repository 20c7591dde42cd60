"""Backups of text messages: every message in its place, or the file refused."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Note, Read, ReadingOptions
from romduol.casebook.wording import say
from romduol.intake import cutting, sms
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source

HEAD = (
    "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"
    "<!--File Created By SMS Backup & Restore v10.20.002 on 05/03/2024 14:07:09-->\n"
    '<?xml-stylesheet type="text/xsl" href="sms.xsl"?>\n'
)
PICTURE = "iVBORw0KGgo="


def text(body: str = "hello", number: int = 0, **more: str) -> str:
    values = {
        "protocol": "0",
        "address": "+85512000001",
        "date": str(1_709_622_429_000 + number),
        "type": "1",
        "subject": "null",
        "body": body,
        "read": "1",
        "readable_date": "Mar 5, 2024 2:07:09 PM",
        "contact_name": "Dara",
    } | more
    return "  <sms " + " ".join(f'{k}="{v}"' for k, v in values.items()) + " />\n"


GROUP = f"""  <mms date="1709622430000" msg_box="1" address="+85512000001~+85512000002" sub="null"\
 m_type="132" contact_name="Dara, (Unknown)">
    <parts>
      <part seq="-1" ct="application/smil" name="null" text="&lt;smil&gt;&lt;/smil&gt;" />
      <part seq="0" ct="image/jpeg" name="null" cl="IMG_1.jpg" text="null" data="{PICTURE}" />
      <part seq="0" ct="text/plain" name="null" cl="t.txt" text="look &amp; see" />
    </parts>
    <addrs>
      <addr address="+85512000002" type="137" charset="106" />
      <addr address="+85512000001" type="151" charset="106" />
    </addrs>
  </mms>
"""


def backup(*records: str, count: int | None = None, root: str = "smses") -> bytes:
    said = len(records) if count is None else count
    inside = "".join(records)
    return f'{HEAD}<{root} count="{said}" type="full">\n{inside}</{root}>'.encode()


def source_of(raw: bytes) -> Source:
    return Source("sms-20240305.xml", lambda: io.BytesIO(raw), len(raw))


def read(raw: bytes, **said: Any) -> tuple[list[dict[str, Any]], Read]:
    *batches, last = sms.read(source_of(raw), ReadingOptions(**said))
    assert isinstance(last, Read)
    for batch in batches:
        assert batch.schema == MESSAGE
        batch.validate(full=True)
    return [row for batch in batches for row in batch.to_pylist()], last


def spoken(note: Note) -> None:
    assert all(say(note.id, lang, **dict(note.facts)) for lang in ("en", "km"))


def test_a_received_message_is_read_to_every_column() -> None:
    raw = backup(text("សួស្តី &quot;you&quot; &lt;3&#10;there"))
    (row,), last = read(raw)
    assert row["text"] == 'សួស្តី "you" <3\nthere'
    assert (row["author"], row["thread"], row["own"]) == ("Dara", "+85512000001", False)
    assert row["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert (row["sent_at_text"], row["precision"]) == ("1709622429000", "second")
    assert (row["kind"], row["platform"], row["rules"]) == ("message", "sms", [])
    assert (
        raw[row["start"] : row["end"]]
        == text("សួស្តី &quot;you&quot; &lt;3&#10;there").strip().encode()
    )
    assert (last.messages, last.zone, last.zone_basis) == (1, "UTC", "in-file")
    assert last.header + (row["end"] - row["start"]) + last.tail == len(raw)
    assert last.notes == ()


def test_a_sent_message_is_hers_and_a_draft_is_marked_as_never_sent() -> None:
    rows, last = read(backup(text(type="2"), text("x", type="3"), text("y", type="5")))
    assert [(row["own"], row["author"]) for row in rows] == [(True, None)] * 3
    assert [row["rules"] for row in rows] == [[], ["sms.draft"], ["sms.failed"]]
    assert [(n.id, dict(n.facts)) for n in last.notes] == [("note.sms.unsent", {"count": 2})]


def test_halves_of_a_character_are_joined_and_marked() -> None:
    raw = backup(text("ok &#55357;&#56832;!"), text("half &#55357; alone", 1))
    rows, last = read(raw)
    assert [row["text"] for row in rows] == ["ok 😀!", "half \ufffd alone"]
    assert rows[0]["rules"] == ["sms.repair.surrogate_pair"]
    assert rows[1]["rules"] == ["sms.repair.lone_surrogate"]
    assert b"&#55357;&#56832;" in raw[rows[0]["start"] : rows[0]["end"]]
    assert last.notes[0].id == "note.sms.repaired"


def test_a_group_message_has_its_sender_words_and_picture() -> None:
    (row,), _ = read(backup(GROUP))
    assert (row["author"], row["own"], row["text"]) == ("+85512000002", False, "look & see")
    assert row["attachments"] == [{"name": "IMG_1.jpg", "media": "image", "held": True, "note": ""}]


def test_calls_are_calls() -> None:
    call = '<call number="+85512000009" duration="12" date="1709622429000" type="3" />'
    (row,), _ = read(backup(call, root="calls"))
    assert (row["kind"], row["author"], row["rules"]) == ("call", "+85512000009", ["call.missed"])


def test_a_name_of_nobody_is_not_a_name() -> None:
    (row,), _ = read(backup(text(contact_name="(Unknown)")))
    assert row["author"] == "+85512000001"


def test_a_renamed_contact_keeps_its_messages_ids() -> None:
    (one,), _ = read(backup(text()))
    (other,), _ = read(backup(text(contact_name="Dara new")))
    assert one["message"] == other["message"]


def test_overlapping_backups_share_ids_and_equal_messages_have_their_own() -> None:
    same = text("ok")
    older, _ = read(backup(same, same, text("b", 5)))
    newer, _ = read(backup(same, same, text("b", 5), text("c", 6)))
    assert len({row["message"] for row in older}) == 3
    assert {row["message"] for row in older} < {row["message"] for row in newer}


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda raw: raw[:-3], "note.sms.cut_short"),
        (lambda raw: raw[:-40], "note.sms.cut_short"),
        (lambda raw: raw.replace(b"<smses", b"<!DOCTYPE x [<!ENTITY a 'b'>]><smses"), "entities"),
        (lambda raw: raw.replace(b"UTF-8", b"UTF-16"), "encoding"),
        (lambda raw: raw.replace(b"  <sms ", b"  stray <sms "), "broken"),
        (lambda raw: raw.replace(b'type="1"', b"type=1"), "broken"),
        (lambda raw: raw.replace(b"</smses>", b"</smses><sms />"), "broken"),
        (lambda raw: raw.replace(b" body=", b" bodi="), "broken"),
    ],
)
def test_a_damaged_backup_is_refused_in_words(damage: Any, why: str) -> None:
    with pytest.raises(CannotRead) as refused:
        read(damage(backup(text(), text("b", 1))))
    note = refused.value.reason
    assert note.id.endswith(why)
    assert all(say(note.id, lang, **dict(note.facts)) for lang in ("en", "km"))


def test_a_count_that_differs_is_said() -> None:
    _, last = read(backup(text(), count=3))
    assert dict(last.notes[0].facts) == {"said": 3, "read": 1}
    assert say(last.notes[0].id, "km", **dict(last.notes[0].facts))


def test_an_entity_with_a_name_is_left_as_it_stands() -> None:
    (row,), _ = read(backup(text("&lol;")))
    assert row["text"] == "&lol;"


def test_small_windows_give_the_same_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = backup(*(text(f"m {n} " * 60, n) for n in range(60)), GROUP)
    whole = read(raw)
    monkeypatch.setattr(cutting, "WINDOW", 777)
    assert read(raw) == whole


def test_a_record_without_end_is_refused_before_memory_fills(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cutting, "LONGEST", 20_000)
    with pytest.raises(CannotRead) as refused:
        read(backup(text("a" * 2_000_000)))
    assert refused.value.reason.id == "note.record_too_long"
    assert say(refused.value.reason.id, **dict(refused.value.reason.facts))


def test_it_is_recognised_and_other_xml_is_not() -> None:
    found = recognise(backup(text()), "sms.xml", ReadingOptions())
    assert found is not None
    assert found.NAME == "sms"
    assert not sms.recognises(b"<?xml version='1.0'?><rss></rss>", "feed.xml")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mutated_bytes_are_refused_or_read_in_their_places(data: st.DataObject) -> None:
    raw = bytearray(backup(text("one"), GROUP, text("two", 3)))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        rows, last = read(bytes(raw))
    except CannotRead as refused:
        spoken(refused.reason)
        return
    assert last.messages == len(rows) <= 3
    for row in rows:
        assert bytes(raw)[row["start"] : row["end"]].startswith((b"<sms", b"<mms"))
