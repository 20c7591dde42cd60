"""Tables: read only by a mapping, every row in its bytes, nothing calculated, nothing guessed."""

from __future__ import annotations

import io
import re
import struct
import sys
import zipfile
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Note, Read, ReadingOptions, Unread
from romduol.casebook.wording import say, sentences
from romduol.intake import tables
from romduol.intake.reading import read_item
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source
from romduol.intake.tables import delimited
from romduol.intake.tables.cells import serial_date
from romduol.intake.tables.glimpse import words_of_workbook

sys.path.insert(0, str(Path(__file__).parent))
from workbooks import inline, packed, parts_of, sheet_of, simple

MAPPING = b"""
platform = "facebook"
own = ["Account A"]
thread = "page"
[columns]
text = "Comment"
sent_at = ["Date", "Time"]
author = "Name"
id = "Comment ID"
attachment = "Photo"
"""
HEADER = "Date,Time,Name,Comment,Comment ID,Photo,Likes"
CSV = (
    f"{HEADER}\r\n"
    '2024-03-05,14:07:09,Account A,"hi, ""you""\r\nសួស្តី",101,,3\r\n'
    "2024-03-05,14:08,Account B,=SUM(A1:A9),102,p.jpg,-1\r\n"
    "2024-03-06,,Account B,@here +1,103,,0\r\n"
)


def source_of(raw: bytes, name: str = "posts.csv", **more: Any) -> Source:
    return Source(name, lambda: io.BytesIO(raw), len(raw), **more)


def read(
    raw: bytes, mapping: bytes = MAPPING, name: str = "posts.csv", **said: Any
) -> tuple[list[dict[str, Any]], Read]:
    options = tables.with_columns(ReadingOptions(**said), tables.read_mapping(mapping))
    *batches, last = tables.read(source_of(raw, name), options)
    assert isinstance(last, Read)
    for batch in batches:
        assert batch.schema == MESSAGE
        batch.validate(full=True)
    return [one for batch in batches for one in batch.to_pylist()], last


def refusal(raw: bytes, mapping: bytes = MAPPING, name: str = "posts.csv") -> str:
    with pytest.raises(CannotRead) as refused:
        read(raw, mapping, name)
    spoken(refused.value.reason)
    return refused.value.reason.id


def spoken(note: Note) -> None:
    assert all(say(note.id, lang, **dict(note.facts)) for lang in ("en", "km"))


def counts(last: Read) -> dict[str, Any]:
    for note in last.notes:
        spoken(note)
    return {
        note.id.removeprefix("note.tables."): dict(note.facts).get("count") for note in last.notes
    }


def test_every_row_says_what_the_mapping_says() -> None:
    rows, last = read(CSV.encode())
    assert [one["text"] for one in rows] == ['hi, "you"\r\nសួស្តី', "=SUM(A1:A9)", "@here +1"]
    assert [one["author"] for one in rows] == ["Account A", "Account B", "Account B"]
    assert [one["own"] for one in rows] == [True, None, None]
    assert [one["precision"] for one in rows] == ["second", "minute", "day"]
    assert rows[0]["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert rows[0]["sent_at_text"] == "2024-03-05 14:07:09"
    assert {one["platform"] for one in rows} == {"facebook"}
    assert {one["thread"] for one in rows} == {"page"}
    assert rows[1]["attachments"] == [{"name": "", "media": "file", "held": False, "note": "p.jpg"}]
    assert (last.zone, last.zone_basis, last.order, last.messages) == (
        "Asia/Phnom_Penh", "assumed", "", 3,
    )  # fmt: skip


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_bytes_of_a_row_hold_its_record_in_any_encoding(codec: str, delimiter: str) -> None:
    text = CSV.replace("hi, ", "hi~ ").replace(",", delimiter).replace("~", ",")
    raw = (b"\xfe\xff" if codec == "utf-16-be" else b"") + text.encode(codec)
    rows, last = read(raw)
    assert rows[0]["text"] == 'hi, "you"\r\nសួស្តី'
    plain = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(codec, codec)
    cut = [raw[one["start"] : one["end"]].decode(plain) for one in rows]
    assert "".join(cut) == text.split("\n", 1)[1]
    assert (last.header, last.tail) == (rows[0]["start"], 0)


def test_excels_first_line_names_what_parts_the_cells() -> None:
    rows, _ = read(f"sep=;\r\n{CSV}".replace(",", ";").encode())
    assert len(rows) == 3


def test_without_a_mapping_a_table_is_kept_and_nothing_is_guessed() -> None:
    raw = CSV.encode()
    (said,) = read_item(source_of(raw), ReadingOptions())
    assert isinstance(said, Unread)
    assert said.reason == Note("note.tables.needs_columns", (("sheets", 1), ("columns", 7)))
    spoken(said.reason)


def test_a_plan_counts_what_a_reading_gives_and_names_the_rows_it_leaves_out() -> None:
    raw = (CSV + ",,,,,,7\r\n" + "soon,,A,words,104,,1\r\n" + "1,2,3,4,5,6,7,8\r\n").encode()
    plan = tables.dry_run(source_of(raw), tables.read_mapping(MAPPING))
    rows, last = read(raw)
    assert (plan.rows, plan.wordless_rows, plan.crooked_rows) == (len(rows), (5,), (7,))
    assert (plan.undated_rows, plan.unmapped) == ((6,), ("Likes",))
    assert counts(last) == {"crooked": 1, "undated": 1, "wordless": 1, "zone_assumed": None}
    assert rows[3]["sent_at"] is None
    assert rows[3]["sent_at_text"] == "soon"


def test_a_column_that_is_not_there_or_there_twice_is_refused() -> None:
    assert refusal(b"Comment,Date\r\nx,y\r\n") == "note.tables.columns_missing"
    assert refusal(f"{HEADER},Comment\r\n".encode()) == "note.tables.columns_twice"
    plan = tables.dry_run(source_of(b"Name,Date\r\nx,y\r\n"), tables.read_mapping(MAPPING))
    assert plan.missing == ("Comment", "Comment ID", "Photo", "Time")
    assert plan.rows == 0


@pytest.mark.parametrize(
    ("dates", "order", "certain", "first"),
    [
        (["5/3/2024", "25/3/2024"], "dmy", True, (3, 5)),
        (["5/3/2024", "3/25/2024"], "mdy", True, (5, 3)),
        (["5/3/2024", "6/4/2024"], "dmy", False, (3, 5)),
        (["25/3/2024", "3/25/2024"], "dmy", False, (3, 25)),
        (["5/5/2024", "6/6/2024"], "", True, (5, 5)),
    ],
)
def test_day_or_month_first_is_settled_by_the_sheet_or_asked(
    dates: list[str], order: str, certain: bool, first: tuple[int, int]
) -> None:
    raw = "d,t\n" + "".join(f"{date} 12:00,x\n" for date in dates)
    rows, last = read(raw.encode(), b'[columns]\ntext="t"\nsent_at="d"\n')
    assert (last.order, last.order_certain) == (order, certain)
    assert (rows[0]["sent_at"].month, rows[0]["sent_at"].day) == first
    if order and not certain and dates[0] == "5/3/2024":
        assert rows[0]["sent_at_other"].month == 5
    else:
        assert rows[0]["sent_at_other"] is None


def test_an_order_that_a_person_gave_is_used_and_doubted_when_it_cannot_be() -> None:
    mapping = b'order="mdy"\n[columns]\ntext="t"\nsent_at="d"\n'
    rows, last = read(b"d,t\n5/3/2024,x\n", mapping)
    assert (last.how_decided, last.order_certain, rows[0]["sent_at"].month) == ("given", True, 5)
    rows, last = read(b"d,t\n25/3/2024,x\n", mapping)
    assert (last.order_certain, rows[0]["sent_at"].month) == (False, 3)
    assert "order_given" in counts(last)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-03-05T14:07:09Z", "2024-03-05T14:07:09"),
        ("2024-03-05 14:07:09.123+07:00", "2024-03-05T07:07:09"),
        ("5 Mar 2024, 2:07 PM", "2024-03-05T07:07:00"),
        ("March 5, 2024 02:07 p. m.", "2024-03-05T07:07:00"),
        ("៥/៣/២០២៤ ១៤:០៧", "2024-03-05T07:07:00"),
        ("5/3/2567 14:07", "2024-03-05T07:07:00"),
        ("1709622429", "2024-03-05T07:07:09"),
        ("1709622429000", "2024-03-05T07:07:09"),
        ("31/2/2024", None),
        ("13:07 PM", None),
        ("2024-03-05 25:07", None),
        ("yesterday", None),
    ],
)
def test_stamps_are_read_as_written_or_not_at_all(written: str, meant: str | None) -> None:
    raw = f'd,t\n"{written}",x\n'.encode()
    (one,), last = read(raw, b'order="dmy"\n[columns]\ntext="t"\nsent_at="d"\n')
    expected = datetime.fromisoformat(meant).replace(tzinfo=UTC) if meant else None
    assert one["sent_at"] == expected
    assert one["sent_at_text"] == written
    assert ("undated" in counts(last)) == (meant is None)


def test_numbers_that_lost_their_digits_are_said_and_make_no_id() -> None:
    raw = b"i,t\n1.23457E+17,one\n123456789012345678,two\n1234567890123450000,three\n"
    rows, last = read(raw, b'[columns]\ntext="t"\nid="i"\n')
    assert counts(last)["digits_lost"] == 2
    assert [bool(one["rules"]) for one in rows] == [True, False, True]
    other, _ = read(raw.replace(b"1.23457E+17", b"9.9E+17"), b'[columns]\ntext="t"\nid="i"\n')
    assert other[0]["message"] == rows[0]["message"]


def test_overlapping_tables_share_ids_whatever_they_are_called() -> None:
    older, _ = read(CSV.encode())
    newer, _ = read((CSV + "2024-03-07,1:00,B,more,104,,\r\n").encode(), name="new.csv")
    assert {one["message"] for one in older} < {one["message"] for one in newer}
    assert read(CSV.encode())[0] == older


@pytest.mark.parametrize(
    ("mapping", "trouble"),
    [
        (b"\xff", tables.MappingUnreadable),
        (b"text = ", tables.MappingUnreadable),
        (b"{", tables.MappingUnreadable),
        (b'colums = "x"', tables.MappingKeyUnknown),
        (b'[columns]\nwords = "x"', tables.MappingKeyUnknown),
        (b'[columns]\nauthor = "x"', tables.MappingWithoutText),
        (b"[columns]\ntext = 3", tables.MappingValueWrong),
        (b"[columns]\ntext = []", tables.MappingValueWrong),
        (b'columns = "text"', tables.MappingValueWrong),
        (b'order = "ymd"\n[columns]\ntext = "x"', tables.MappingValueWrong),
        (b'zone = "Mars/Base"\n[columns]\ntext = "x"', tables.MappingValueWrong),
        (b'zone = "../x"\n[columns]\ntext = "x"', tables.MappingValueWrong),
        (b'platform = "A b"\n[columns]\ntext = "x"', tables.MappingValueWrong),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_in_words(mapping: bytes, trouble: Any) -> None:
    with pytest.raises(trouble) as refused:
        tables.read_mapping(mapping)
    assert refused.value.words("en") != refused.value.words("km")


def test_what_nobody_sees_in_a_columns_name_does_not_part_it_from_the_mapping() -> None:
    raw = "ការ\u200bអត្ថាធិប្បាយ ,\u00a0When  now\nx,2024-03-05\n".encode()
    mapping = '[columns]\ntext="ការអត្ថាធិប្បាយ"\nsent_at="When now"\n'.encode()
    rows, _ = read(raw, mapping)
    assert (rows[0]["text"], rows[0]["precision"]) == ("x", "day")
    assert tables.dry_run(source_of(raw), tables.read_mapping(mapping)).unmapped == ()


def test_a_title_above_the_header_is_passed_over() -> None:
    raw = b"All comments,,\nmade in March,,\nComment,When,Who\nx,2024-03-05,A\n"
    rows, _ = read(raw, COLUMNS)
    assert [one["text"] for one in rows] == ["x"]


def test_a_mapping_is_the_same_in_json() -> None:
    as_json = b'{"columns": {"text": ["Comment"], "author": "Name"}, "own": ["A"]}'
    as_toml = b'own = ["A"]\n[columns]\ntext = "Comment"\nauthor = "Name"\n'
    assert tables.read_mapping(as_json) == tables.read_mapping(as_toml)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b'Comment\n"never closed\nmore\n', "note.tables.quote_open"),
        ("Comment\nx".encode("utf-16")[:-1], "note.tables.cut_short"),
        (b"Comment\0\nx\n", "note.tables.not_text"),
        (b"," * 20_000, "note.tables.too_wide"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_in_words(raw: bytes, why: str) -> None:
    assert refusal(raw, b'[columns]\ntext="Comment"\n') == why


def test_bytes_that_are_no_text_are_shown_as_such_and_the_rest_stays_in_place() -> None:
    raw = b"t,n\nfine\xff,1\nnext,2\n"
    rows, last = read(raw, b'[columns]\ntext="t"\n')
    assert counts(last) == {"not_utf8": 1}
    assert [one["text"] for one in rows] == ["fine\ufffd", "next"]
    assert rows[0]["rules"] == ["tables.repair.not_utf8"]
    assert [raw[one["start"] : one["end"]] for one in rows] == [b"fine\xff,1\n", b"next,2\n"]


def test_a_record_longer_than_the_window_is_one_record(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(CSV.encode())
    monkeypatch.setattr(delimited, "CHUNK", 3)
    assert read(CSV.encode()) == whole


# workbooks

STRINGS = (
    "<si><t>Comment</t></si>",
    '<si><r><t xml:space="preserve">two </t></r><r><t>runs</t></r><rPh><t>read</t></rPh></si>',
    "<si><t>line_x000D_\nend</t></si>",
)
SHEET = sheet_of([
    ['<c r="A1"><v>7</v></c>'],
    ['<c r="A2" t="s"><v>0</v></c>', inline("When", "B2"), inline("Who", "D2")],
    ['<c r="A3" t="s"><v>1</v></c>', '<c r="B3" s="1"><v>45356.58830</v></c>',
     '<c r="D3"><v>1.2345678901234501E+17</v></c>'],
    ['<c r="A4" t="s"><v>2</v></c>', '<c r="B4" s="2"><v>45356</v></c>', inline("x", "D4")],
    ['<c r="A5" t="str"><f>CONCATENATE("a","b")</f><v>ab</v></c>', inline("soon", "B5")],
    ['<c r="A6"><f>RAND()</f></c>'],
])  # fmt: skip
COLUMNS = b'[columns]\ntext="Comment"\nsent_at="When"\naccount="Who"\n'


def workbook(sheet: str = SHEET, settings: str = "") -> bytes:
    return packed(parts_of({"First": sheet}, STRINGS, settings))


def test_a_workbook_is_read_in_the_bytes_of_its_sheet() -> None:
    raw = workbook()
    rows, last = read(raw, COLUMNS, "book.xlsx")
    assert [one["text"] for one in rows] == ["two runs", "line\r\nend", "ab"]
    assert [one["sent_at_text"] for one in rows] == ["2024-03-05 14:07:09", "2024-03-05", "soon"]
    assert rows[0]["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for number, one in enumerate(rows, start=3):
            part = archive.read(one["member"])
            cut = part[one["start"] : one["end"]].decode()
            assert cut.startswith(f'<row r="{number}">')
            assert cut.endswith("</row>")
    assert rows[0]["rules"] == [
        "tables.shared_string", "tables.serial_date", "tables.digits_lost",
    ]  # fmt: skip
    assert counts(last)["formulas"] == 1
    assert (last.member, last.size) == ("", len(raw))


def test_a_workbook_inside_an_archive_keeps_its_path() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("in/book.xlsx", workbook())
    options = tables.with_columns(ReadingOptions(), tables.read_mapping(COLUMNS))
    batch, last = read_item(source_of(out.getvalue(), "all.zip"), options)
    assert batch.to_pylist()[0]["member"] == "in/book.xlsx/xl/worksheets/sheet1.xml"
    assert last.member == "in/book.xlsx"


def test_days_counted_from_1904_are_told_by_the_workbook() -> None:
    rows, _ = read(workbook(settings='<workbookPr date1904="1"/>'), COLUMNS, "book.xlsx")
    assert rows[1]["sent_at_text"] == "2028-03-06"


@pytest.mark.parametrize(
    ("serial", "date"),
    [("1", "1900-01-01"), ("59", "1900-02-28"), ("60", ""), ("61", "1900-03-01"),
     ("0.5", "12:00:00"), ("-1", ""), ("x", ""), ("1e300", ""), ("nan", ""),
     ("45356.999999", "2024-03-06")],
)  # fmt: skip
def test_serial_dates_count_as_excel_does(serial: str, date: str) -> None:
    assert serial_date(serial, from_1904=False) == date


def test_the_sheet_that_has_the_columns_is_taken_or_the_one_that_is_named() -> None:
    raw = simple({
        "Notes": [["Title"], ["x"]],
        "Data": [["Comment"], ["first"]],
        "More": [["Comment"], ["second"]],
    })  # fmt: skip
    plain = b'[columns]\ntext="Comment"\n'
    assert [one["text"] for one in read(raw, plain, "b.xlsx")[0]] == ["first"]
    named = b'sheet="More"\n' + plain
    assert [one["text"] for one in read(raw, named, "b.xlsx")[0]] == ["second"]
    assert refusal(raw, b'sheet="Gone"\n' + plain, "b.xlsx") == "note.tables.no_such_sheet"


@pytest.mark.parametrize(
    "sheet",
    [
        SHEET.replace("<worksheet", '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'),
        SHEET[:-40],
        SHEET.replace('r="4"', 'r="2"'),
        SHEET.replace('r="B3"', 'r="A3"'),
        SHEET.replace('r="B3"', 'r="ZZZ3"'),
        SHEET.replace("<v>2</v>", "<v>9</v>"),
    ],
)
def test_a_workbook_that_excel_would_not_write_is_refused(sheet: str) -> None:
    assert refusal(workbook(sheet), COLUMNS, "b.xlsx") == "note.tables.workbook_broken"


@pytest.mark.parametrize("name", ["old.xls", "locked.xlsx"])
def test_an_old_or_locked_workbook_is_kept_and_said_to_be_so(name: str) -> None:
    raw = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
    (said,) = read_item(source_of(raw, name), ReadingOptions())
    assert said == Unread("", Note("note.tables.old_or_locked"))
    assert refusal(raw, COLUMNS, name) == "note.tables.old_or_locked"
    spoken(said.reason)


def test_a_sheet_in_utf_16_is_read_in_its_own_bytes() -> None:
    sheet = sheet_of([[inline("Comment", "A1")], [inline("សួស្តី", "A2")]])
    raw = sheet.replace("UTF-8", "UTF-16").encode("utf-16")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts_of({"S": sheet}).items():
            archive.writestr(name, raw if name.endswith("sheet1.xml") else part)
    (one,), _ = read(out.getvalue(), b'[columns]\ntext="Comment"\n', "b.xlsx")
    cut = raw[one["start"] : one["end"]].decode("utf-16-le")
    assert cut == f'<row r="2">{inline("សួស្តី", "A2")}</row>'


def test_a_workbook_that_is_a_trap_is_refused() -> None:
    parts = parts_of({"First": SHEET}, STRINGS) | {"xl/media/x.bin": "0" * (40 << 20)}
    assert refusal(packed(parts), COLUMNS, "b.xlsx") == "note.archive_is_a_bomb"


def test_workbooks_of_another_writer_say_the_same() -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    book = openpyxl.Workbook()
    page = book.active
    page.append(["Comment", "When", "Who"])
    page.append(["សួស្តី", datetime(2024, 3, 5, 14, 7, 9), "A"])  # noqa: DTZ001
    page.append(["=1+1", datetime(2024, 3, 6), True])  # noqa: DTZ001
    out = io.BytesIO()
    book.save(out)
    rows, last = read(out.getvalue(), COLUMNS, "b.xlsx")
    assert [(one["text"], one["sent_at_text"]) for one in rows] == [("សួស្តី", "2024-03-05 14:07:09")]
    assert counts(last)["wordless"] == 1


@pytest.mark.parametrize(
    ("raw", "name", "whose"),
    [
        (CSV.encode(), "x.csv", "tables"),
        (CSV.encode(), "X.TSV", "tables"),
        (workbook(), "x.xlsx", "tables"),
        (workbook(), "x", "tables"),
        (CSV.encode(), "x.dat", None),
        (b"PK\x03\x04" + b"\0" * 40, "x.zip", None),
    ],
)
def test_tables_are_known_by_what_they_are(raw: bytes, name: str, whose: str | None) -> None:
    found = recognise(raw, name, ReadingOptions())
    assert (found.NAME if found else None) == whose


def test_a_beginning_whose_members_lie_over_one_another_is_looked_at_in_measure() -> None:
    name = b"xl/worksheets/s.xml"
    fixed = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, 0, 0, 0, len(name), 0)
    local = b"PK\x03\x04" + fixed + name
    # each member is stored blocks that reach over the members behind it, from block to block
    reach = len(local) + 1200 * (len(local) + 5)
    head = (local + struct.pack("<BHH", 0, reach, reach ^ 0xFFFF)) * 4000
    assert 4 << 20 <= len(words_of_workbook(head)) < 6 << 20


def test_every_sentence_is_said_somewhere() -> None:
    code = "".join(p.read_text("utf-8") for p in Path(tables.__file__).parent.glob("*.py"))
    ours = {one.id for one in sentences().values() if one.catalogue == "intake-tables"}
    made = {f"note.tables.order_{how}" for how in ("undecided", "contradicted", "given")}
    made |= {
        f"note.tables.{w}"
        for w in ("undated", "digits_lost", "formulas", "wordless", "crooked", "not_utf8")
    }
    said = set(re.findall(r'"(note\.tables\.[a-z_]+)"', code))
    troubles = set(re.findall(r"class (\w+)\(WrongUsage\)", code))
    assert ours == said | made | troubles


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_mutated_csv_is_refused_or_read_in_its_places(data: st.DataObject) -> None:
    raw = bytearray(CSV.encode(data.draw(st.sampled_from(["utf-8", "utf-16"]))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        rows, last = read(bytes(raw))
    except CannotRead as refused:
        spoken(refused.reason)
        return
    assert last.messages == len(rows) <= 8
    assert all(0 <= one["start"] < one["end"] <= len(raw) for one in rows)
    assert all(a["end"] <= b["start"] for a, b in pairwise(rows))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mutated_workbooks_are_refused_or_read(data: st.DataObject) -> None:
    if data.draw(st.booleans()):
        raw = bytearray(workbook())
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        made = bytes(raw)
    else:
        sheet = SHEET
        at = data.draw(st.integers(0, len(sheet) - 1))
        added = data.draw(st.text(st.sampled_from('<>/"=crvst0123ABCé '), max_size=4))
        made = workbook(sheet[:at] + added + sheet[at + data.draw(st.integers(0, 4)) :])
    try:
        rows, last = read(made, COLUMNS, "b.xlsx")
    except CannotRead as refused:
        spoken(refused.reason)
        return
    assert last.messages == len(rows) <= 6


@pytest.mark.parametrize("encoding", ["no-such-encoding", "big5-hkscs", "utf-7"])
def test_a_workbook_in_an_encoding_that_no_parser_reads_is_refused_in_words(encoding: str) -> None:
    parts = parts_of({"Posts": sheet_of([[inline("Comment", "A1")], [inline("hi", "A2")]])})
    named = {
        path: text.replace('encoding="UTF-8"', f'encoding="{encoding}"')
        for path, text in parts.items()
    }
    assert refusal(packed(named), name="posts.xlsx") == "note.tables.workbook_broken"
