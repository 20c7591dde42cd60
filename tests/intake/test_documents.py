"""PDF: pages with words, scans, locked and damaged files."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

import pypdf
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from romduol.casebook.evidence import MESSAGE, Read, ReadingOptions
from romduol.casebook.wording import say
from romduol.intake import documents
from romduol.intake.documents.pages import png_of
from romduol.intake.pictures import with_eyes
from romduol.intake.source import CannotRead, Source

FONTS = Path(__file__).resolve().parents[2] / "src/romduol/publication/fonts"
PAGE = "#set page(width: 10cm, height: 6cm)\n#set text(font: 'Noto Sans Khmer')\n".replace("'", '"')
BREAK = "\n#pagebreak()\n"


@cache
def pdf(*pages: str) -> bytes:
    source = PAGE + BREAK.join(pages or ("Order to delete \\ the post", "", "Page three"))
    made: bytes = typst.compile(source.encode(), font_paths=[str(FONTS)])
    return made


def read(
    raw: bytes, name: str = "letter.pdf", options: ReadingOptions | None = None
) -> tuple[list[dict[str, Any]], Read]:
    source = Source(name, lambda: io.BytesIO(raw), len(raw))
    *batches, last = documents.read(source, options or ReadingOptions())
    assert isinstance(last, Read)
    assert all(batch.schema == MESSAGE for batch in batches)
    for note in last.notes:
        say(note.id, "km", **dict(note.facts))
    return [row for batch in batches for row in batch.to_pylist()], last


def noted(last: Read) -> dict[str, dict[str, str | int]]:
    return {n.id.removeprefix("note.documents."): dict(n.facts) for n in last.notes}


def test_every_page_with_words_is_a_row() -> None:
    rows, last = read(pdf())
    assert [row["text"] for row in rows] == ["Order to delete\nthe post", "Page three"]
    assert [row["rules"] for row in rows] == [
        ["pdf.text_layer", "pdf.page=1"],
        ["pdf.text_layer", "pdf.page=3"],
    ]
    assert {row["platform"] for row in rows} == {"document"}
    assert {(row["start"], row["end"]) for row in rows} == {(0, len(pdf()))}
    assert noted(last)["pages"] == {"pages": 3}
    assert noted(last)["no_words"] == {"pages": 1}
    assert last.messages == 2


def test_khmer_in_a_text_layer_is_kept_and_doubted() -> None:
    rows, last = read(pdf("សូមលុបសារនេះ"))
    assert "ស" in rows[0]["text"]
    assert "khmer_layer" in noted(last)
    assert "khmer_layer" not in noted(read(pdf())[1])


def test_lines_have_boxes_from_the_top_left() -> None:
    first, second = documents.lines(pdf(), 1)
    assert (first.text, second.text) == ("Order to delete", "the post")
    assert 0 < first.left < 40
    assert first.top < second.top
    assert second.top + second.height < 6 / 2.54 * 72
    assert documents.lines(pdf(), 2) == []
    with pytest.raises(IndexError):
        documents.lines(pdf(), 4)


def test_a_page_is_drawn_only_when_asked_and_carries_nothing_else() -> None:
    drawn = Image.open(io.BytesIO(png_of(pdf(), 1, 72)))
    assert drawn.size == (284, 171)
    assert drawn.info == {}
    assert documents.picture_of(pdf(), 1, 72).getextrema()[0][0] < 100  # there is ink
    assert documents.picture_of(pdf(), 2, 72).getextrema()[0][0] == 255


def test_a_huge_page_is_drawn_smaller() -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(14_400, 14_400)
    into = io.BytesIO()
    writer.write(into)
    width, height = documents.picture_of(into.getvalue(), 1, 600).size
    assert 30_000_000 < width * height < 41_000_000


class Fixed:
    """An engine that gives one answer."""

    name = "tesseract-5/eng"
    answer = b"level\n5\t1\t1\t1\t1\t1\t10\t12\t30\t9\t90\tscanned\n"

    def tsv(self, bmp: bytes) -> bytes:
        assert bmp.startswith(b"BM")
        return self.answer


def test_a_scanned_page_is_read_by_an_engine_and_marked() -> None:
    rows, last = read(pdf(), options=with_eyes(ReadingOptions(), Fixed()))
    assert [row["text"] for row in rows] == ["Order to delete\nthe post", "scanned", "Page three"]
    assert rows[1]["rules"] == [
        "ocr", "ocr.engine=tesseract-5/eng", "pdf.page=2", "pdf.dots=200", "ocr.line=10,12,30,9,90",
    ]  # fmt: skip
    assert noted(last)["read_by_machine"] == {"pages": 1}
    assert "no_words" not in noted(last)


def test_an_engine_that_fails_is_said() -> None:
    failing = Fixed()
    failing.answer = b""
    rows, last = read(pdf(), options=with_eyes(ReadingOptions(), failing))
    assert len(rows) == 2
    assert noted(last)["engine_failed"] == {"pages": 1}


def locked(user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.encrypt(user_password=user, owner_password="owner", algorithm="RC4-128")
    into = io.BytesIO()
    writer.write(into)
    return into.getvalue()


def test_a_locked_pdf_is_unread_with_the_reason() -> None:
    with pytest.raises(CannotRead) as refused:
        read(locked("secret"))
    assert refused.value.reason.id == "note.documents.locked"
    assert len(read(locked(""))[0]) == 2  # locked against changes only


def test_what_else_is_inside_is_counted() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.add_attachment("list.txt", b"names")
    writer.add_metadata({"/CreationDate": "D:20240305140709+07'00'"})
    into = io.BytesIO()
    writer.write(into)
    last = read(into.getvalue())[1]
    assert noted(last)["attachments"] == {"count": 1}
    assert noted(last)["made"] == {"at": "2024-03-05 14:07:09"}


def test_a_pdf_cut_short_is_refused_or_said_to_lack_its_end() -> None:
    for keep in range(0, len(pdf()) - 8, 97):
        try:
            last = read(pdf()[:keep])[1]
        except CannotRead as refused:
            assert refused.reason.id == "note.documents.broken"  # noqa: PT017
        else:
            assert "no_end" in noted(last)


def test_the_same_pdf_gives_the_same_ids_under_any_name() -> None:
    first = [row["message"] for row in read(pdf(), "a.pdf")[0]]
    assert first == [row["message"] for row in read(pdf(), "b.pdf")[0]]
    assert len(set(first)) == 2
    same = read(pdf("again", "again"))[0]
    assert same[0]["message"] != same[1]["message"]


@pytest.mark.parametrize("head", [b"", b"PDF", b"\x89PNG", bytes(2000) + b"%PDF-1.7"])
def test_what_is_no_pdf_is_left_to_others(head: bytes) -> None:
    assert not documents.recognises(head, "a.pdf")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_is_refused_or_read(data: st.DataObject) -> None:
    raw = bytearray(pdf())
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(9, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        rows, last = read(bytes(raw))
    except CannotRead as refused:
        say(refused.reason.id, **dict(refused.reason.facts))
    else:
        assert last.messages == len(rows)
