"""Submissions of Kobo and ODK: an answer is a message, in its cell; who and where is not read."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Note, Read, ReadingOptions
from romduol.casebook.wording import say, sentences
from romduol.intake import forms
from romduol.intake.forms.columns import is_personal, is_place
from romduol.intake.reading import read_item
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source

sys.path.insert(0, str(Path(__file__).parent))
from workbooks import simple

KOBO_HEADER = [
    "start", "end", "respondent/full_name", "respondent/Phone number", "story/what_happened",
    "story/platform", "story/platform/facebook", "story/platform/telegram", "story/voice",
    "story/voice_URL", "place", "_place_latitude", "__version__", "_id", "_uuid",
    "_submission_time", "_submitted_by", "_index",
]  # fmt: skip
ONE = [
    "2024-03-05T14:00:01.000+07:00", "2024-03-05T14:07:09.123+07:00", "Name Hidden", "099 000 111",
    'They said "delete it".\nសួស្តី', "facebook telegram", "1", "1", "note-1.m4a",
    "https://server.example/note-1.m4a", "11.55 104.91 0 4.5", "11.55", "v7", "31", "aaaa-1",
    "2024-03-05T07:10:00", "worker", "1",
]  # fmt: skip
TWO = ["", "", "", "", "Nothing more", "", "0", "0", "", "", "", "", "v8", "32", "aaaa-2",
       "2024-03-06T07:10:00", "", "2"]  # fmt: skip
REPEAT = [
    ["what_was_said", "_index", "_parent_table_name", "_parent_index", "_submission__uuid"],
    ["Delete your page", "1", "Form", "1", "aaaa-1"],
    ["We know where you live", "2", "Form", "1", ""],
    ["No parent", "3", "Form", "9", ""],
]
ODK = (
    "SubmissionDate,story-what_happened,story-photo,loc-Latitude,KEY,SubmitterID,SubmitterName,"
    "AttachmentsPresent,AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion\n"
    "2024-03-05T07:10:00.123Z,They came,p.jpg,11.5,uuid:1,5,Worker,1,1,,,,0,2024\n"
)
ODK_REPEAT = (
    "said,PARENT_KEY,KEY\nGo away,uuid:1,uuid:1/said[1]\nLeave,uuid:1/o[1],uuid:1/o[1]/s[1]\n"
)


def kobo_csv(delimiter: str = ";") -> bytes:
    def line(cells: list[str]) -> str:
        return delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n"

    return "".join(map(line, [KOBO_HEADER, ONE, TWO])).encode("utf-8-sig")


def kobo_xlsx() -> bytes:
    return simple({"Form": [KOBO_HEADER, ONE, TWO], "said": REPEAT})


def source_of(raw: bytes, name: str = "form.csv", **more: Any) -> Source:
    return Source(name, lambda: io.BytesIO(raw), len(raw), **more)


def read(raw: bytes, name: str = "form.csv", **more: Any) -> tuple[list[dict[str, Any]], Read]:
    *batches, last = forms.read(source_of(raw, name, **more), ReadingOptions())
    assert isinstance(last, Read)
    for batch in batches:
        assert batch.schema == MESSAGE
        batch.validate(full=True)
    return [one for batch in batches for one in batch.to_pylist()], last


def spoken(note: Note) -> None:
    assert all(say(note.id, lang, **dict(note.facts)) for lang in ("en", "km"))


def counts(last: Read) -> dict[str, Any]:
    for note in last.notes:
        spoken(note)
    return {n.id.removeprefix("note.forms."): dict(n.facts).get("count") for n in last.notes}


def test_an_answer_is_a_message_with_its_question_in_the_bytes_of_its_cell() -> None:
    raw = kobo_csv()
    rows, last = read(raw)
    assert [one["text"] for one in rows] == [ONE[4], ONE[5], "note-1.m4a", "Nothing more"]
    assert rows[0]["rules"] == ["forms.question=story/what_happened", "forms.version=v7"]
    cut = raw[rows[0]["start"] : rows[0]["end"]].decode()
    assert cut.rstrip(";") == '"' + ONE[4].replace('"', '""') + '"'
    assert [one["thread"] for one in rows] == ["aaaa-1"] * 3 + ["aaaa-2"]
    assert rows[0]["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert rows[3]["sent_at"] == datetime(2024, 3, 6, 7, 10, tzinfo=UTC)
    assert {one["kind"] for one in rows} == {"turn"}
    assert {one["author"] for one in rows} == {None}
    assert (last.messages, last.zone, last.zone_basis) == (4, "UTC", "in-file")


def test_who_and_where_is_not_read_and_said_to_be_left() -> None:
    rows, last = read(kobo_csv())
    shown = str(rows)
    assert not any(word in shown for word in ("Hidden", "099 000", "11.55", "worker", "https"))
    assert counts(last) == {
        "several": 2, "personal_skipped": 2, "places_skipped": 1, "versions": 2,
    }  # fmt: skip


def test_a_plan_names_the_columns_and_counts_what_a_reading_gives() -> None:
    raw = kobo_csv()
    plan = forms.dry_run(source_of(raw))
    assert plan.answers == len(read(raw)[0])
    assert plan.submissions == 2
    assert plan.personal == ("respondent/full_name", "respondent/Phone number")
    assert plan.choices == ("story/platform/facebook", "story/platform/telegram")
    assert plan.questions == ("story/what_happened", "story/platform", "story/voice", "place")


def test_choices_without_their_own_column_are_answers_as_they_stand() -> None:
    raw = b"q/a,q/b,_id,_uuid,_submission_time\n1,0,1,u,2024-03-05T07:10:00\n"
    assert [one["text"] for one in read(raw)[0]] == ["1", "0"]


def test_a_workbook_gives_the_same_answers_and_its_repeats_to_their_submission() -> None:
    raw = kobo_xlsx()
    rows, last = read(raw, "form.xlsx")
    assert {one["message"] for one in read(kobo_csv())[0]} < {one["message"] for one in rows}
    said = [one for one in rows if one["member"] == "xl/worksheets/sheet2.xml"]
    assert [(one["text"], one["thread"]) for one in said] == [
        ("Delete your page", "aaaa-1"), ("We know where you live", "aaaa-1"),
        ("No parent", "row 4"),
    ]  # fmt: skip
    assert said[0]["sent_at"] == said[1]["sent_at"] == rows[0]["sent_at"]
    assert counts(last)["orphans"] == 1
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for one in rows:
            cut = archive.read(one["member"])[one["start"] : one["end"]].decode()
            assert cut.startswith("<c ")
            assert one["text"].replace("&", "&amp;") in cut


def test_submissions_of_odk_in_an_archive_hold_their_pictures() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("form.csv", ODK)
        archive.writestr("form-said.csv", ODK_REPEAT)
        archive.writestr("media/p.jpg", b"no picture")
    said = list(read_item(source_of(out.getvalue(), "form.zip"), ReadingOptions()))
    rows = [one for batch in said if not isinstance(batch, Read) for one in batch.to_pylist()]
    reads = [one for one in said if isinstance(one, Read)]
    assert [one.member for one in reads] == ["form-said.csv", "form.csv"]
    assert [(one["text"], one["thread"]) for one in rows] == [
        ("Go away", "uuid:1"), ("Leave", "uuid:1"), ("They came", "uuid:1"), ("p.jpg", "uuid:1"),
    ]  # fmt: skip
    assert rows[3]["attachments"] == [{"name": "p.jpg", "media": "image", "held": True, "note": ""}]
    assert rows[2]["sent_at"] == datetime(2024, 3, 5, 7, 10, 0, tzinfo=UTC)


def test_a_second_export_with_more_submissions_shares_ids() -> None:
    header = "text,_id,_uuid,_submission_time\n"
    first = "one,1,u1,2024-03-05T07:10:00\n"
    older, _ = read((header + first).encode())
    newer, _ = read((header + "two,2,u2,2024-03-06T07:10:00\n" + first).encode())
    assert {one["message"] for one in older} < {one["message"] for one in newer}


def test_rows_with_too_many_cells_are_left_out_and_counted() -> None:
    raw = b"text,_id,_uuid,_submission_time\nok,1,u,2024-03-05T07:10:00\nx,2,v,t,extra\n"
    rows, last = read(raw)
    assert [one["text"] for one in rows] == ["ok"]
    assert counts(last) == {"crooked": 1}


def test_times_without_a_zone_are_the_phones_and_said_to_be_assumed() -> None:
    raw = b"end,text,_id,_uuid,_submission_time\n2024-03-05 14:07:09,hi,1,u,2024-03-05T07:10:00\n"
    rows, last = read(raw)
    assert rows[0]["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert (last.zone, last.zone_basis) == ("Asia/Phnom_Penh", "assumed")
    assert "zone_assumed" in counts(last)


@pytest.mark.parametrize(
    "name",
    ["full_name", "g/fullName", "Phone number", "ID card", "ឈ្មោះរបស់អ្នក", "លេខទូរសព្ទ",
     "What is your name?", "village", "g-gps", "date_of_birth"],
)  # fmt: skip
def test_columns_about_a_person_are_known_by_their_own_name(name: str) -> None:
    assert is_personal(name)


@pytest.mark.parametrize(
    "name",
    ["story", "name_group/what_happened", "filename", "unusual", "តើមានអ្វីកើតឡើង?",
     "Please tell us in your own words what happened and name the platform"],
)  # fmt: skip
def test_other_columns_are_questions(name: str) -> None:
    assert not is_personal(name)


def test_points_and_lines_on_a_map_are_places_and_numbers_are_not() -> None:
    assert is_place("11.5564 104.9282 0 0")
    assert is_place("11.5 104.9 0 0;11.6 104.9 0 0")
    assert not is_place("11.5")
    assert not is_place("11.5 of 104.9")


@pytest.mark.parametrize(
    ("raw", "name", "whose"),
    [
        (kobo_csv(","), "a.csv", "forms"),
        (kobo_csv().decode("utf-8-sig").encode("utf-16"), "a.csv", "forms"),
        (kobo_xlsx(), "a.xlsx", "forms"),
        (ODK.encode(), "a.csv", "forms"),
        (ODK_REPEAT.encode(), "a.csv", "forms"),
        (b"text,id\nx,1\n", "a.csv", "tables"),
        (simple({"S": [["text"], ["x"]]}), "a.xlsx", "tables"),
    ],
)
def test_forms_are_known_by_the_columns_beside_the_answers(
    raw: bytes, name: str, whose: str
) -> None:
    found = recognise(raw, name, ReadingOptions())
    assert found is not None
    assert (found.NAME, name) == (whose, name)


def test_a_table_that_is_no_form_is_refused_in_words() -> None:
    for ask in (lambda: read(b"a,b\n1,2\n"), lambda: forms.dry_run(source_of(b"a,b\n1,2\n"))):
        with pytest.raises(CannotRead) as refused:
            ask()
        assert refused.value.reason.id == "note.forms.no_submissions"
        spoken(refused.value.reason)


def test_every_sentence_is_said_somewhere() -> None:
    code = "".join(p.read_text("utf-8") for p in Path(forms.__file__).parent.glob("*.py"))
    ours = {one.id for one in sentences().values() if one.catalogue == "intake-forms"}
    assert ours == set(re.findall(r'"(note\.forms\.[a-z_]+)"', code))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mutated_bytes_are_refused_or_read_in_their_places(data: st.DataObject) -> None:
    raw = bytearray(kobo_csv())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        rows, last = read(bytes(raw))
    except CannotRead as refused:
        spoken(refused.reason)
        return
    assert last.messages == len(rows)
    assert all(0 <= one["start"] < one["end"] <= len(raw) for one in rows)
    for one in rows:
        cut = bytes(raw[one["start"] : one["end"]]).decode("utf-8", "replace")
        first = one["text"].split("\ufffd")[0].replace('"', "")
        assert first in cut.replace('"', "")
