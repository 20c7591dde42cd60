"""What comes out of a WhatsApp export, message by message."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from romduol.casebook.evidence import MESSAGE, Read, ReadingOptions
from romduol.intake import whatsapp
from romduol.intake.source import CannotRead, Source
from romduol.intake.whatsapp import windows
from romduol.intake.whatsapp.zones import UnknownZone

NAMED = "WhatsApp Chat with Group.txt"


def source(data: bytes, name: str = NAMED, **more: Any) -> Source:
    return Source(name, lambda: io.BytesIO(data), len(data), **more)


def everything(
    data: bytes | str, options: ReadingOptions | None = None, **more: Any
) -> tuple[list[dict[str, Any]], Read]:
    raw = data.encode() if isinstance(data, str) else data
    *batches, last = whatsapp.read(source(raw, **more), options or ReadingOptions())
    assert isinstance(last, Read)
    rows = [row for batch in batches for row in _rows(batch)]
    assert last.messages == len(rows)
    assert last.header + last.tail + sum(r["end"] - r["start"] for r in rows) == len(raw)
    for row in rows:
        assert row["text"] in raw[row["start"] : row["end"]].decode(errors="replace")
    return rows, last


def _rows(batch: pa.RecordBatch | Read) -> Iterator[dict[str, Any]]:
    assert isinstance(batch, pa.RecordBatch)
    assert batch.schema.equals(MESSAGE)
    batch.validate(full=True)
    yield from batch.to_pylist()


def notes(read: Read) -> set[str]:
    return {note.id for note in read.notes}


def test_a_message_has_its_sender_its_words_and_its_time_in_utc() -> None:
    rows, read = everything("15/3/24, 14:07 - សុខា: សួស្តី បង\n")
    (row,) = rows
    assert (row["author"], row["text"], row["kind"]) == ("សុខា", "សួស្តី បង", "message")
    assert row["sent_at"] == datetime(2024, 3, 15, 7, 7, tzinfo=UTC)
    assert (row["sent_at_text"], row["precision"]) == ("15/3/24, 14:07", "minute")
    assert (read.zone, read.zone_basis) == ("Asia/Phnom_Penh", "assumed")
    assert row["own"] is None


def test_lines_without_a_head_belong_to_the_message_above_blank_ones_too() -> None:
    rows, _ = everything("15/3/24, 14:07 - A: one\n\ntwo\n\n15/3/24, 14:08 - B: three\n")
    assert [r["text"] for r in rows] == ["one\n\ntwo\n", "three"]


def test_crlf_ends_a_record_and_lf_stands_inside_one() -> None:
    rows, _ = everything("[15/03/24, 14:07:09] A: one\ntwo\r\n[15/03/24, 14:07:10] B: three\r\n")
    assert [r["text"] for r in rows] == ["one\ntwo", "three"]
    assert rows[0]["precision"] == "second"


def test_a_file_that_ends_without_a_line_end_loses_nothing() -> None:
    rows, _ = everything("15/3/24, 14:07 - A: one\n15/3/24, 14:08 - B: two")
    assert rows[-1]["text"] == "two"


def test_direction_marks_stay_in_the_words_and_leave_the_name() -> None:
    rows, _ = everything("15/3/24, 14:07 - \u202a+855 12 000 000\u202c: \u200ewords\u200f\n")
    assert rows[0]["author"] == "+855 12 000 000"
    assert rows[0]["text"] == "\u200ewords\u200f"


@pytest.mark.parametrize("name", ["~\u202fNew One", "Delta 🌸", "n", "អ្នកជិតខាង"])
def test_any_name_can_be_a_sender(name: str) -> None:
    rows, _ = everything(f"15/3/24, 14:07 - {name}: words: and more\n")
    assert (rows[0]["author"], rows[0]["text"]) == (name, "words: and more")


def test_a_name_with_a_colon_is_known_when_all_its_lines_begin_alike() -> None:
    rows, read = everything(
        "15/3/24, 14:07 - Dr. Vanna: Clinic: come at nine\n"
        "15/3/24, 14:08 - B: yes\n"
        "15/3/24, 14:09 - Dr. Vanna: Clinic: bring the paper\n"
    )
    assert [r["author"] for r in rows] == ["Dr. Vanna: Clinic", "B", "Dr. Vanna: Clinic"]
    assert rows[2]["text"] == "bring the paper"
    assert "whatsapp.sender-with-colon" in rows[0]["rules"]
    assert "note.sender_with_colon" in notes(read)


def test_a_name_with_a_colon_is_known_from_the_chat_it_names() -> None:
    rows, _ = everything(
        "15/3/24, 14:07 - Dr: Clinic: come\n", name="WhatsApp Chat with Dr: Clinic.txt"
    )
    assert (rows[0]["author"], rows[0]["text"]) == ("Dr: Clinic", "come")


def test_a_line_without_a_sender_is_the_programs_own() -> None:
    rows, _ = everything('15/3/24, 14:07 - A created group "G"\n15/3/24, 14:08 - A: hi\n')
    assert (rows[0]["kind"], rows[0]["author"]) == ("system", None)
    assert rows[0]["text"] == 'A created group "G"'
    assert rows[0]["rules"] == ["whatsapp.system.en"]


def test_a_subject_with_a_colon_does_not_make_a_sender() -> None:
    rows, _ = everything("15/3/24, 14:07 - A changed the subject from “Land: now” to “x”\n")
    assert (rows[0]["kind"], rows[0]["author"]) == ("system", None)
    assert rows[0]["text"] == "A changed the subject from “Land: now” to “x”"


def test_a_sender_may_speak_of_changing_the_subject() -> None:
    rows, _ = everything("15/3/24, 14:07 - A: she changed the subject: “Land”\n")
    assert (rows[0]["kind"], rows[0]["author"]) == ("message", "A")


def test_ios_lines_in_the_chats_own_name_are_the_programs() -> None:
    rows, _ = everything(
        "[15/03/24, 14:07:09] Group: \u200eMessages and calls are end-to-end encrypted.\r\n"
        "[15/03/24, 14:07:10] A: \u200eimage omitted\r\n"
        "[15/03/24, 14:07:11] A: \u200ewords that begin with a mark\r\n"
    )
    assert [r["kind"] for r in rows] == ["system", "message", "message"]
    assert [r["author"] for r in rows] == [None, "A", "A"]
    assert rows[1]["attachments"][0]["media"] == "image"


def test_a_name_with_nothing_behind_its_colon_is_a_sender() -> None:
    rows, _ = everything("15/3/24, 14:07 - A:\n\nwords\n15/3/24, 14:08 - B: x\n")
    assert (rows[0]["author"], rows[0]["text"]) == ("A", "\n\nwords")


def test_an_empty_message_is_kept_and_marked() -> None:
    rows, _ = everything("15/3/24, 14:07 - A: \n15/3/24, 14:08 - B: x\n")
    assert (rows[0]["author"], rows[0]["text"], rows[0]["rules"]) == ("A", "", ["whatsapp.empty"])


def test_a_named_file_is_held_when_it_lies_beside_the_chat() -> None:
    beside = frozenset({"IMG-20240315-WA0001.jpg"})
    rows, read = everything(
        "15/3/24, 14:07 - A: IMG-20240315-WA0001.jpg (file attached)\nlook\n"
        "15/3/24, 14:08 - A: IMG-20240315-WA0002.jpg (file attached)\n",
        beside=beside,
    )
    assert [r["attachments"][0]["held"] for r in rows] == [True, False]
    assert {"note.media_held", "note.media_not_here"} <= notes(read)


def test_own_is_said_only_when_a_person_said_who_she_is() -> None:
    text = "15/3/24, 14:07 - A: hi\n15/3/24, 14:08 - B: hi\n15/3/24, 14:09 - You were added\n"
    rows, _ = everything(text, ReadingOptions(own=("B",)))
    assert [r["own"] for r in rows] == [False, True, None]


def test_a_zone_given_is_used_and_said() -> None:
    rows, read = everything("15/3/24, 14:07 - A: hi\n", ReadingOptions(zone="Europe/Berlin"))
    assert rows[0]["sent_at"] == datetime(2024, 3, 15, 13, 7, tzinfo=UTC)
    assert (read.zone, read.zone_basis) == ("Europe/Berlin", "given")


def test_clocks_that_change_are_read_moment_by_moment() -> None:
    text = "31/3/24, 01:30 - A: before\n31/3/24, 03:30 - A: after\n"
    rows, _ = everything(text, ReadingOptions(zone="Europe/Berlin"))
    assert [r["sent_at"].hour for r in rows] == [0, 1]


def test_a_zone_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownZone):
        everything("15/3/24, 14:07 - A: hi\n", ReadingOptions(zone="Mars/Olympus"))


def test_a_stamp_that_cannot_be_is_kept_without_a_time() -> None:
    rows, read = everything("15/3/24, 14:07 - A: hi\n35/3/24, 14:08 - A: ho\n")
    assert (rows[1]["sent_at"], rows[1]["precision"]) == (None, "unknown")
    assert rows[1]["sent_at_text"] == "35/3/24, 14:08"
    assert "note.no_such_time" in notes(read)


def test_a_record_that_goes_back_in_time_is_marked() -> None:
    rows, read = everything(
        "15/3/24, 14:07 - A: hi\n13/3/24, 10:00 - B: pasted?\n15/3/24, 14:09 - A: ho\n"
    )
    assert [bool(r["rules"]) for r in rows] == [False, True, False]
    assert "note.back_in_time" in notes(read)


def test_a_pasted_record_of_another_layout_belongs_to_the_message_above() -> None:
    rows, read = everything(
        "[17.9.2019, 16:37:47] A: first\n"
        "[1.9.19, 00:00:00] B: pasted\n"
        "[17.9.2019, 16:38:06] A: second\n"
    )
    assert [r["text"] for r in rows] == ["first\n[1.9.19, 00:00:00] B: pasted", "second"]
    assert "whatsapp.pasted-inside" in rows[0]["rules"]
    assert read.order_certain
    assert "note.pasted_inside" in notes(read)


def test_two_exports_joined_in_one_file_are_both_read() -> None:
    first = "".join(f"{day}/1/24, 2:07 PM - A: one {day}\n" for day in range(1, 29))
    second = "".join(f"[{day:02}/02/2023, 14:07:09] B: two {day}\r\n" for day in range(1, 26))
    rows, read = everything(first + second)
    assert len(rows) == 28 + 25
    assert rows[-1]["author"] == "B"
    assert read.order_certain


def test_bytes_that_are_no_text_are_repaired_and_said() -> None:
    rows, read = everything(b"15/3/24, 14:07 - A: wor\xffds\n15/3/24, 14:08 - A: ok\n")
    assert rows[0]["text"] == "wor\ufffdds"
    assert rows[0]["rules"] == ["whatsapp.repair.not-utf8"]
    assert rows[1]["rules"] == []
    assert "note.not_utf8" in notes(read)


def test_what_stands_before_the_first_record_is_header() -> None:
    head = "\ufeff\r\n"
    _, read = everything(head + "15/3/24, 14:07 - A: hi\n")
    assert read.header == len(head.encode())


def test_windows_cut_anywhere_give_the_same_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(f"{1 + n % 28}/{1 + n // 28}/24, 14:07 - A: ខ្ញុំ {n}\nmore\n" for n in range(200))
    whole, _ = everything(text)
    for size in (100, 1000, 4096):
        monkeypatch.setattr(windows.windows, "__defaults__", (size,))
        assert everything(text)[0] == whole


def test_a_record_too_long_to_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "LONGEST_RECORD", 10_000)
    monkeypatch.setattr(windows.windows, "__defaults__", (4096,))
    with pytest.raises(CannotRead) as refused:
        everything("15/3/24, 14:07 - A: " + "x" * 50_000)
    assert refused.value.reason.id == "note.record_too_long"


@pytest.mark.parametrize("run", ["\u200e", " ", "\u202a ", "5/", "[", "1:", "AM ", "9"])
def test_a_line_made_to_be_slow_to_match_is_read_all_the_same(run: str) -> None:
    rows, _ = everything(f"15/3/24, 14:07 - A: x\n{run * 100_000}\n5/3/24{run * 100_000} - \n")
    assert len(rows) == 1


def test_a_record_of_very_many_lines_is_read_in_one_go_over_them() -> None:
    rows, _ = everything("15/3/24, 14:07 - A: x\n" + "y\n" * 2_000_000 + "15/3/24, 14:08 - A: z\n")
    assert [len(r["text"]) for r in rows] == [4_000_001, 1]


def test_a_file_without_records_is_refused() -> None:
    with pytest.raises(CannotRead):
        everything("words\nand words\n")


def test_an_export_about_as_long_as_whatsapp_cuts_them_says_so() -> None:
    text = "".join(f"15/3/24, {n // 60 % 24}:{n % 60:02} - A: {n}\n" for n in range(40_000))
    *_, last = whatsapp.read(source(text.encode()), ReadingOptions())
    assert isinstance(last, Read)
    assert "note.may_be_cut" in notes(last)


def test_the_same_chat_exported_again_gives_the_same_ids_for_what_it_holds_again() -> None:
    early = "15/3/24, 14:07 - A: ok\n15/3/24, 14:07 - A: ok\n15/3/24, 14:08 - B: one\n"
    first, _ = everything(early)
    again, _ = everything(
        early + "16/3/24, 09:00 - A: new\n", name="WhatsApp Chat with Group (1).txt"
    )
    assert [r["message"] for r in again][:3] == [r["message"] for r in first]
    assert len({r["message"] for r in again}) == 4


def test_an_order_decided_later_does_not_change_an_id() -> None:
    early = "5/3/24, 14:07 - A: ok\n"
    first, open_ = everything(early)
    again, settled = everything(early + "25/3/24, 09:00 - A: new\n")
    assert (open_.order_certain, settled.order_certain) == (False, True)
    assert again[0]["message"] == first[0]["message"]


def test_how_a_name_or_a_line_is_judged_does_not_change_an_id() -> None:
    early = "15/3/24, 14:07 - Dr: Clinic: come\n"
    first, _ = everything(early)
    again, _ = everything(early + "15/3/24, 14:09 - Dr: Clinic: bring it\n")
    assert (first[0]["author"], again[0]["author"]) == ("Dr", "Dr: Clinic")
    assert again[0]["message"] == first[0]["message"]


def test_two_chats_without_a_name_stay_two_and_one_brought_again_stays_one() -> None:
    one, _ = everything("15/3/24, 14:07 - A: hi\n15/3/24, 14:08 - A: ok\n", name="chat.txt")
    two, _ = everything("14/3/24, 10:00 - A: yo\n15/3/24, 14:08 - A: ok\n", name="chat.txt")
    longer, _ = everything(
        "15/3/24, 14:07 - A: hi\n15/3/24, 14:08 - A: ok\n15/3/24, 14:09 - A: x\n", name="new.txt"
    )
    assert not {r["message"] for r in one} & {r["message"] for r in two}
    assert {r["message"] for r in one} < {r["message"] for r in longer}


@pytest.mark.parametrize(
    "name",
    [
        "WhatsApp Chat with Land Group.txt",
        "WhatsApp Chat with Land Group (2).txt",
        "Chat de WhatsApp con Land Group.txt",
        "WhatsApp Chat mit Land Group.txt",
        "Discussion WhatsApp avec Land Group.txt",
        "Conversa do WhatsApp com Land Group.txt",
        "WhatsApp Chat - Land Group.zip",
    ],
)
def test_the_chats_name_is_read_from_the_files_in_many_languages(name: str) -> None:
    rows, _ = everything("15/3/24, 14:07 - A: hi\n", name=name)
    assert rows[0]["thread"] == "Land Group"


def test_a_chat_txt_is_named_by_its_archive() -> None:
    rows, _ = everything(
        "[15/03/24, 14:07:09] A: hi\r\n", name="_chat.txt", archive="WhatsApp Chat - Land.zip"
    )
    assert rows[0]["thread"] == "Land"
