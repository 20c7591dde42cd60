"""Dates and places, never more exactly than she knew."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from romduol.casebook.events import DatePrecision, When, is_place_code, place_lineage


@pytest.mark.parametrize(
    ("written", "precision", "year", "month", "quarter"),
    [
        ("2022-05-17", "exact", "2022", "2022-05", "2022-Q2"),
        ("2022-05", "month", "2022", "2022-05", "2022-Q2"),
        ("2022-12", "season", "2022", "2022-12", "2022-Q4"),
        ("2022", "around", "2022", "", ""),
        ("2022", "year", "2022", "", ""),
        ("2022-05-17", "year", "2022", "", ""),
        ("", "unknown", "", "", ""),
    ],
)
def test_a_date_says_no_more_than_is_known(
    written: str, precision: str, year: str, month: str, quarter: str
) -> None:
    when = When(written, DatePrecision(precision))
    assert (when.year, when.month, when.quarter) == (year, month, quarter)


@pytest.mark.parametrize(
    ("written", "precision"),
    [
        ("2022-05", "exact"), ("2022", "month"), ("2022-5", "month"), ("2022-02-30", "exact"),
        ("2022-13", "month"), ("0000", "year"), ("2022", "unknown"), ("", "year"),
        ("២០២២", "year"), ("2022-05-17T10:00", "exact"), ("2022\n", "year"),
    ],
)  # fmt: skip
def test_a_date_that_does_not_exist_or_fit_its_precision_is_refused(
    written: str, precision: str
) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        When(written, DatePrecision(precision))


@given(st.dates(), st.sampled_from([p for p in DatePrecision if p != DatePrecision.UNKNOWN]))
def test_any_day_can_be_kept_with_any_precision_that_is_known(day: object, how: object) -> None:
    when = When(str(day), DatePrecision(str(how)))
    assert when.year == str(day)[:4]
    assert when.quarter[:4] in ("", when.year)


@pytest.mark.parametrize("code", ["12", "1206", "120601"])
def test_a_place_lies_in_its_district_and_province(code: str) -> None:
    assert is_place_code(code)
    assert place_lineage(code) == tuple(code[:n] for n in (6, 4, 2) if n <= len(code))


@pytest.mark.parametrize("code", ["", "1", "120", "12060101", "១២", "12a6", " 12", "12\n"])
def test_nothing_finer_than_a_commune_and_nothing_else_is_a_place(code: str) -> None:
    assert not is_place_code(code)
