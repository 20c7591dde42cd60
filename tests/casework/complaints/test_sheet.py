"""A sheet of complaints: every row is taken or refused by number."""

from __future__ import annotations

from datetime import date

import pytest

from romduol.casework.complaints.sheet import ComplaintSheetUnreadable, Refused, Row, read

TODAY = date(2026, 6, 1)
HEAD = "woman,target,category,sent,decided,decision,reference\n"


def rows(text: str) -> list[Row | Refused]:
    return list(read((HEAD + text).encode(), TODAY))


def test_rows_become_complaints() -> None:
    (one,) = rows("Ming Lotus,pf.tiktok,on.image,2026-03-01,2026-03-05,dec.removed,zq 17\n")
    assert isinstance(one, Row)
    assert (one.number, one.reference) == (2, "zq 17")
    assert one.complaint.decided == date(2026, 3, 5)


def test_a_row_without_a_receiver_says_that_she_chose_to_ask_nobody() -> None:
    (one,) = rows("Ming Lotus,,on.image,2026-03-01,,,\n")
    assert isinstance(one, Row)
    assert one.complaint.nobody_asked
    assert one.complaint.closing == "cls.hers"


def test_refused_rows_are_told_by_number_and_the_others_taken() -> None:
    found = rows(
        "A,pf.tiktok,on.image,,,,\n"
        "A,pf.tiktok,on.image,2026-03-01,2026-02-01,dec.removed,\n"
        "\n"
        "A,pf.tiktok,on.image,2026-03-01,,,\n"
        "A,pf.nowhere,on.image,2026-03-01,,,\n"
        "A,pf.tiktok,on.image,yesterday,,,\n"
    )
    refused = [(one.number, one.trouble.rule) for one in found if isinstance(one, Refused)]
    assert refused == [
        (2, "DayStillToCome"),
        (3, "DaysOutOfOrder"),
        (5, "UnknownTerm"),
        (6, "NotOfThisLedger"),
    ]
    assert [one.number for one in found if isinstance(one, Row)] == [4]


@pytest.mark.parametrize(
    "data",
    [
        b"woman,target\nA,pf.x\n",
        b"woman,target,category,sent,why\nA,pf.x,on.threat,2026-03-01,no\n",
        b"woman,target,category,sent\nA,pf.x,on.threat\n",
        b"woman,target,category,sent\nA,pf.x,on.threat,2026-03-01,more\n",
        b"woman,target,category,sent,sent\nA,pf.x,on.threat,2026-03-01,2026-03-01\n",
        b"\xff\xfe",
    ],
)
def test_a_sheet_that_cannot_be_understood_is_refused_whole(data: bytes) -> None:
    with pytest.raises(ComplaintSheetUnreadable):
        list(read(data, TODAY))
