"""Coding sheets: every row understood or refused by number and reason; quotes to the letter."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.events import DatePrecision
from romduol.casebook.vocabulary import vocabulary
from romduol.casework.coding import (
    COLUMNS,
    Refusal,
    SheetRow,
    SheetUnreadable,
    find_quote,
    read_sheet,
)

GOOD = {
    "woman": "Ming Lotus", "transcript": "a.txt", "incident": "one", "when": "2022-05",
    "precision": "month", "quote": "I was afraid", "scheme": "impact", "term": "imp.fear",
}  # fmt: skip


def sheet(
    *rows: dict[str, str],
    columns: tuple[str, ...] = COLUMNS,
    delimiter: str = ",",
    end: str = "\r\n",
) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return out.getvalue()


def read(text: str | bytes) -> tuple[SheetRow | Refusal, ...]:
    return read_sheet(text.encode() if isinstance(text, str) else text, vocabulary())


def only(**changed: str) -> SheetRow | Refusal:
    columns = (*COLUMNS, *(name for name in changed if name not in COLUMNS))
    [row] = read(sheet(GOOD | changed, columns=columns))
    return row


def a_row(**changed: str) -> SheetRow:
    row = only(**changed)
    assert isinstance(row, SheetRow), row
    return row


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_sheet_is_read_as_any_spreadsheet_saves_it(
    delimiter: str, end: str, encoding: str
) -> None:
    khmer = GOOD | {"quote": 'ខ្ញុំខ្លាច, "ណាស់"; \t', "incident": "រឿង\u200bទី១"}
    text = sheet(khmer, GOOD, delimiter=delimiter, end=end)
    first, second = read(text.encode(encoding))
    assert isinstance(first, SheetRow)
    assert (first.quote, first.incident) == (khmer["quote"], khmer["incident"])
    assert (first.row, second.row) == (2, 3)


def test_columns_may_stand_in_any_order_and_others_are_passed_over() -> None:
    [row] = read(sheet(GOOD | {"notes": "x"}, columns=("notes", *reversed(COLUMNS))))
    assert isinstance(row, SheetRow)
    assert row.term == "imp.fear"


@pytest.mark.parametrize("missing", COLUMNS)
def test_a_sheet_without_a_column_it_needs_is_refused(missing: str) -> None:
    with pytest.raises(SheetUnreadable) as refused:
        read(sheet(GOOD, columns=tuple(c for c in COLUMNS if c != missing)))
    assert refused.value.facts == {"missing": missing}


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff\xfe\xff", b"\x80abc", b"PK\x03\x04", b'"'])
def test_what_is_no_sheet_is_refused(data: bytes) -> None:
    with pytest.raises(SheetUnreadable):
        read(data)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"woman": " "}, "refused.unnamed"),
        ({"incident": ""}, "refused.unnamed"),
        ({"term": "imp.nothing"}, "refused.term"),
        ({"scheme": "nothing"}, "refused.term"),
        ({"when": "2022-13", "precision": "month"}, "refused.date"),
        ({"when": "2022-02-30", "precision": "exact"}, "refused.date"),
        ({"when": "2022", "precision": "exact"}, "refused.date"),
        ({"when": "2022", "precision": "unknown"}, "refused.date"),
        ({"when": "", "precision": "month"}, "refused.date"),
        ({"when": "២០២២", "precision": "year"}, "refused.date"),
        ({"precision": "roughly"}, "refused.date"),
        ({"scheme": "place", "term": "120601"}, ""),
        ({"scheme": "place", "term": "12060101"}, "refused.place"),
        ({"scheme": "place", "term": "១២"}, "refused.place"),
        ({"scheme": "place", "term": "Phnom Penh"}, "refused.place"),
        ({"publish_quote": "perhaps"}, "refused.publish_quote"),
        ({"start": "1", "end": ""}, "refused.position"),
        ({"start": "-1", "end": "4"}, "refused.position"),
        ({"start": "១", "end": "៤"}, "refused.position"),
        ({"start": "9" * 5000, "end": "9" * 5001}, "refused.position"),
    ],
)
def test_a_row_that_cannot_be_coded_is_refused_with_its_reason(
    changed: dict[str, str], why: str
) -> None:
    row = only(**changed)
    assert (row.why if isinstance(row, Refusal) else "") == why
    assert row.row == 2


@pytest.mark.parametrize(
    ("said", "publish"),
    [("yes", True), ("YES ", True), ("1", True), ("បាទ", True), ("no", False), ("", False),
     ("ទេ", False), ("0", False)],
)  # fmt: skip
def test_yes_and_no_are_understood_in_both_languages(said: str, publish: bool) -> None:
    assert a_row(publish_quote=said).publish_quote is publish


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    """Empty rows count, and a cell with line breaks does not make two rows."""
    rows = [GOOD, {}, {}, GOOD | {"quote": "two\nlines"}, GOOD | {"term": "x"}, {}, GOOD]
    found = read(sheet(*rows))
    assert [row.row for row in found] == [2, 5, 6, 8]
    assert isinstance(found[2], Refusal)
    blank = sheet(GOOD, end="\n").replace("\nMing", "\n\n\nMing")
    assert [row.row for row in read(blank)] == [4]


def test_a_row_with_more_or_fewer_cells_is_refused_and_the_others_read() -> None:
    text = sheet(GOOD, GOOD, GOOD, end="\n").splitlines()
    text[2] += ",more"
    text.insert(2, "Ming Lotus,a.txt")
    found = read("\n".join(text))
    assert [(r.row, getattr(r, "why", "")) for r in found] == [
        (2, ""), (3, "refused.columns"), (4, "refused.columns"), (5, ""),
    ]  # fmt: skip


@pytest.mark.parametrize("broken", ['"', 'Ming Lotus,a.txt,"one', '"Ming" Lotus,a'])
def test_a_quotation_mark_nobody_closed_swallows_no_row_silently(broken: str) -> None:
    lines = sheet(GOOD, GOOD, GOOD, end="\n").splitlines()
    found = read("\n".join([*lines[:2], broken, *lines[2:]]))
    assert [(r.row, getattr(r, "why", "")) for r in found] == [
        (2, ""), (3, "refused.rest_unreadable"),
    ]  # fmt: skip


def test_a_cell_longer_than_any_transcript_is_refused_in_words() -> None:
    [first, second] = read(sheet(GOOD, GOOD | {"quote": "a" * 200_000}))
    assert isinstance(first, SheetRow)
    assert second == Refusal(3, "refused.rest_unreadable")


def test_line_breaks_inside_a_quote_are_those_of_the_canonical_text() -> None:
    row = a_row(quote="one\r\ntwo")
    assert find_quote("zero\none\ntwo", row) == (5, 12)


def test_a_quote_is_found_to_the_letter_or_refused() -> None:
    row = a_row(quote="afraid")
    assert find_quote("I was afraid.", row) == (6, 12)
    assert find_quote("I was Afraid.", row) == Refusal(2, "refused.not_verbatim")
    assert find_quote("afraid and afraid", row) == Refusal(2, "refused.twice")
    assert find_quote("aaa", a_row(quote="aa")) == Refusal(2, "refused.twice")
    assert find_quote("", row) == Refusal(2, "refused.not_verbatim")


def test_a_position_chooses_among_several_places_and_is_checked() -> None:
    second = a_row(quote="afraid", start="11", end="17")
    assert find_quote("afraid and afraid", second) == (11, 17)
    moved = a_row(quote="afraid", start="10", end="16")
    assert find_quote("afraid and afraid", moved) == Refusal(2, "refused.moved")


def test_a_date_is_kept_as_long_as_it_is_known() -> None:
    row = a_row(when="2022-05-17", precision="around")
    assert (row.when.written, row.when.precision) == ("2022-05-17", DatePrecision.AROUND)
    assert a_row(when="", precision="").when.precision is DatePrecision.UNKNOWN


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=12).map(
    lambda text: text.replace("\r\n", "\n")
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(("quote", "incident", "coder"), CELLS))))
def test_whatever_stands_in_a_sheet_every_row_is_answered_once(rows: list[dict[str, str]]) -> None:
    found = read(sheet(*(GOOD | row for row in rows), columns=(*COLUMNS, "coder")))
    assert [row.row for row in found] == list(range(2, len(rows) + 2))
    for said, row in zip(rows, found, strict=True):
        if said["incident"].strip():
            assert isinstance(row, SheetRow)
            assert row.quote == said["quote"]
            assert row.incident == said["incident"].strip()
        else:
            assert row == Refusal(row.row, "refused.unnamed")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    head = (",".join(COLUMNS) + "\n").encode()
    for tried in (data, head + data):
        try:
            read_sheet(tried, vocabulary())
        except SheetUnreadable as refused:
            refused.words("km")


@settings(max_examples=100, deadline=None)
@given(st.text("ab ខ\n", max_size=30), st.text("ab ខ\n", min_size=1, max_size=4))
def test_a_quote_found_is_the_quote_and_stands_nowhere_else(text: str, quote: str) -> None:
    found = find_quote(text, a_row(quote=quote))
    places = [at for at in range(len(text)) if text.startswith(quote, at)]
    if isinstance(found, Refusal):
        assert found.why == ("refused.twice" if places else "refused.not_verbatim")
        assert len(places) != 1
    else:
        assert [found[0]] == places
        assert text[found[0] : found[1]] == quote
