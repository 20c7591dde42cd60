"""Every way a phone writes the head of a record."""

import csv
from importlib.resources import files

import polars as pl
import pytest

from romduol.intake.whatsapp.layouts import GENERAL_TEXT, head_at, heads
from romduol.intake.whatsapp.stamps import read_date, read_time

SEEN = [
    ("5/3/24, 2:07 PM - ", "5/3/2024", "14:07"),
    ("5/3/24, 2:07 pm – ", "5/3/2024", "14:07"),
    ("05/03/2024, 14:07 - ", "5/3/2024", "14:07"),
    ("[05/03/2024, 14:07:09] ", "5/3/2024", "14:07:09"),
    ("\u200e[05/03/2024, 14:07:09] ", "5/3/2024", "14:07:09"),
    ("13.6.2018 klo 21.25.15 - ", "13/6/2018", "21:25:15"),
    ("05/03/2024 à 14:07 - ", "5/3/2024", "14:07"),
    ("28/3/2025, 9:29 p.\u00a0m. - ", "28/3/2025", "21:29"),
    ("12/20/24, 7:02\u202fPM - ", "12/20/2024", "19:02"),
    ("12/20/24, 7:02\u2009AM - ", "12/20/2024", "07:02"),
    ("2023-12-20, 5:46 p.m. - ", "2023-12-20", "17:46"),
    ("2024/3/5 下午2:07 - ", "2024-3-5", "14:07"),
    ("2024/3/5 晚上8:07 - ", "2024-3-5", "20:07"),
    ("2024. 3. 5. 오후 2:07 - ", "2024-3-5", "14:07"),
    ("5/3/2567 14:07 - ", "5/3/2024", "14:07"),
    ("5/3/67 14:07 - ", "5/3/2024", "14:07"),
    ("14:07:09 5/3/24 - ", "5/3/2024", "14:07:09"),
    ("[14:07:09 5/3/24] ", "5/3/2024", "14:07:09"),
    ("\u200f٥\u200f/٣\u200f/٢٠٢٤، ٢:٠٧ م - ", "5/3/2024", "14:07"),
    ("\ufeff[\ufeff05.03.18, 14:07:09] ", "5/3/2018", "14:07:09"),
    ("៥/៣/២៤, ២:០៧ ព្រឹក - ", "5/3/2024", "02:07"),
    ("5/3/24, 2:07 រសៀ\u200bល - ", "5/3/2024", "14:07"),
    ("5/3/24, 6:07 ល្ងាច - ", "5/3/2024", "18:07"),
    ("5/3/24, 9:07 យប់ - ", "5/3/2024", "21:07"),
    ("5/3/24, 12:07 យប់ - ", "5/3/2024", "00:07"),
    ("5/3/24, 2:07 យប់ - ", "5/3/2024", "02:07"),
    ("5/3/24, 12:07 ថ្ងៃត្រង់ - ", "5/3/2024", "12:07"),
    ("5/3/24, 11:55 ថ្ងៃត្រង់ - ", "5/3/2024", "11:55"),
    ("5/3/24, 12:07 AM - ", "5/3/2024", "00:07"),
    ("5/3/24, 12:07 PM - ", "5/3/2024", "12:07"),
    ("06/20/2020, 00:08 a. m. - ", "6/20/2020", "00:08"),
    ("27/12/13 10:00:00: ", "27/12/2013", "10:00:00"),
    ("[01/01/19 11:25] ", "1/1/2019", "11:25"),
    ("2024-03-05 14 h 07 - ", "2024-3-5", "14:07"),
]


@pytest.mark.parametrize(("head", "date", "time"), SEEN)
def test_a_head_is_found_and_read(head: str, date: str, time: str) -> None:
    line = f"{head}Name: words".encode()
    found = head_at(line, 0)
    assert found is not None
    assert line[found.end :] == b"Name: words"
    assert read_date(line[slice(*found.date)]).normal == date
    assert read_time(line[slice(*found.time)]).normal == time


@pytest.mark.parametrize(("head", "date", "time"), SEEN)
def test_the_narrow_pattern_matches_what_it_was_made_from(head: str, date: str, time: str) -> None:
    line = f"{head}Name: words"
    found = head_at(line.encode(), 0)
    assert found is not None
    assert found.layout.head_at(line.encode(), 0) == found
    lines = pl.Series([line, "words " + line])
    assert lines.str.contains("^" + found.layout.pattern).to_list() == [True, False]
    assert lines.str.contains(GENERAL_TEXT).to_list() == [True, False]


@pytest.mark.parametrize(
    "line",
    [
        "2/11/19, 14:48 Name: no separator",
        "2/11/19: Arrival",
        "words 5/3/24, 2:07 PM - Name: words",
        "[5/3/24, 2:07 PM - Name: a bracket that never closes",
        "5/3/24 - Name: no time",
        "14:07 - Name: no date",
        "5/3/24, 2:7 PM - Name: one digit of minutes",
    ],
)
def test_other_lines_are_no_heads(line: str) -> None:
    assert head_at(line.encode(), 0) is None


def test_morning_and_evening_are_one_layout_and_other_spellings_another() -> None:
    text = "5/3/24, 2:07 AM - A: b\n15/3/2024, 2:07 AM - A: b\n15/11/24, 12:07 PM - A: b\n"
    layouts = [head.layout for _, head in heads(text.encode())]
    assert layouts[0] == layouts[2]
    assert layouts[0] != layouts[1]


def _dayparts() -> list[dict[str, str]]:
    text = (files("romduol.intake.whatsapp") / "dayparts.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("row", _dayparts(), ids=lambda row: f"{row['family']}-{row['word']}")
def test_each_part_of_the_day_is_read_from_its_example(row: dict[str, str]) -> None:
    line = f"{row['example']} - Name: words".encode()
    found = head_at(line, 0)
    assert found is not None
    read = read_time(line[slice(*found.time)])
    assert read.second is not None
    hour = read.second // 3600
    expected = {
        "am": hour < 12,
        "pm": hour >= 12,
        "noon": hour == 12,
        "night": hour not in range(6, 18),
    }
    assert expected[row["part"]]


def test_an_hour_that_does_not_exist_is_no_time() -> None:
    assert read_time(b"25:07").second is None
    assert read_time(b"14:77").second is None


def test_a_day_that_does_not_exist_has_no_reading() -> None:
    assert read_date(b"31/2/24").day_first is None
    assert read_date(b"31/2/24").month_first is None
    assert read_date(b"5/3/1445").day_first is None
