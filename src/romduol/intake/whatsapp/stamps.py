"""Stamps as written to numbers: which days a date can mean, which second of the day a time is.

Dates come in three orders. A date is kept in the order it was written in until the file's order is
known (``ordering``); years of the Buddhist era (2567, or 67) become years of the common era.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from romduol.intake.whatsapp.layouts import dayparts, plain_daypart
from romduol.language.digits import latin
from romduol.language.marks import DIRECTION, bare

_BUDDHIST = 543
_EARLIEST, _LATEST = 1990, 2100
_EPOCH = date(1970, 1, 1).toordinal()
_NUMBERS = re.compile(r"\d+")
_MARKS = {ord(c): None for c in DIRECTION}


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as written: three numbers; the readings as days since 1970, or none if impossible."""

    text: str
    normal: str
    year_first: bool
    parts: tuple[int, int]  # the two that are not the year, as they stand
    day_first: int | None
    month_first: int | None

    def reading(self, order: str) -> int | None:
        """Days since 1970 when read in ``order`` (``dmy``, ``mdy``, ``ymd``)."""
        return {"dmy": self.day_first, "mdy": self.month_first, "ymd": self.month_first}[order]


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time as written, as a second of the day (0 to 86399), or none if there is no such time."""

    text: str
    normal: str
    second: int | None
    to_the_second: bool


@lru_cache(maxsize=100_000)
def read_date(raw: bytes) -> WrittenDate:
    """The date in ``raw``, which may still wear marks or a bracket at its front."""
    text = bare(bare(raw.decode()).removeprefix("["))
    numbers = _NUMBERS.findall(latin(text))
    year_first = len(numbers[0]) > 2
    year, one, two = (int(numbers[i]) for i in ((0, 1, 2) if year_first else (2, 0, 1)))
    year = _common_era(year, len(numbers[0 if year_first else 2]))
    normal = f"{year}-{one}-{two}" if year_first else f"{one}/{two}/{year}"
    return WrittenDate(
        text, normal, year_first, (one, two), _days(year, two, one), _days(year, one, two)
    )


def _common_era(year: int, width: int) -> int:
    if width <= 2:
        year += 2500 if year > 50 else 2000
    return year - _BUDDHIST if year > 2400 else year


def _days(year: int, month: int, day: int) -> int | None:
    if not _EARLIEST <= year <= _LATEST:
        return None
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


@lru_cache(maxsize=200_000)
def read_time(raw: bytes) -> WrittenTime:
    """The time in ``raw``, with its part of the day if one stands there."""
    text = bare(bare(raw.decode()).removeprefix("["))
    numbers = [int(n) for n in _NUMBERS.findall(latin(text))]
    hour, minute, second = (*numbers, 0)[:3]
    hour = _hour(hour, _daypart(text))
    if hour > 23 or minute > 59 or second > 59:
        return WrittenTime(text, text, None, to_the_second=False)
    fine = len(numbers) == 3
    normal = f"{hour:02}:{minute:02}" + (f":{second:02}" if fine else "")
    return WrittenTime(text, normal, hour * 3600 + minute * 60 + second, fine)


def _daypart(text: str) -> str:
    words = re.sub(r"[\d:.]*\d\s*h?\s*", "", latin(text)).translate(_MARKS)
    known = dayparts().get(plain_daypart(bare(words)))
    return known[1] if known else ""


def _hour(hour: int, part: str) -> int:
    """Hour on the 24-hour clock; a part of the day beside an hour over 12 adds nothing."""
    if not part or hour > 12:
        return hour
    late = {"am": False, "pm": True, "noon": hour < 6 or hour == 12, "night": 5 < hour < 12}[part]
    return hour % 12 + (12 if late else 0)
