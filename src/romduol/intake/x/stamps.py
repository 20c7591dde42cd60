"""When something was posted: the stamp as written, held against the time inside its number.

A number given since November 2010 (snowflake) holds milliseconds since 1288834974657 in the bits
above its lowest 22.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from romduol.casebook.evidence import Precision

FROM_NUMBER = "x.time_from_number"
DISAGREES = "x.time_disagrees_with_number"
ODD = "x.odd_stamp"

_FIRST_SNOWFLAKE = 30_000_000_000  # numbers below counted posts and hold no time
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=1_288_834_974_657)
_LATEST = 1 << 63
_SLACK = timedelta(seconds=5)
_POSTED = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d):(\d\d):(\d\d) \+0000 (\d{4})", re.ASCII
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """One stamp as read; ``rule`` is ``""`` unless there is something to say of it."""

    sent_at: datetime | None
    precision: Precision
    rule: str


def stamp(written: str, number: str) -> Stamp:
    """When, by what is ``written``; by ``number`` where that cannot be read."""
    said, inside = _written(written), snowflake(number)
    if said is None and inside is None:
        return Stamp(None, Precision.UNKNOWN, ODD)
    if said is None:
        return Stamp(inside, Precision.SECOND, FROM_NUMBER)
    apart = inside is not None and abs(inside - said) > _SLACK
    return Stamp(said, Precision.SECOND, DISAGREES if apart else "")


def snowflake(number: str) -> datetime | None:
    """The time inside a number; null when it holds none."""
    if not (number.isascii() and number.isdigit() and len(number) < 20):
        return None
    value = int(number)
    if not _FIRST_SNOWFLAKE < value < _LATEST:
        return None
    return _EPOCH + timedelta(milliseconds=value >> 22)


def _written(text: str) -> datetime | None:
    posted = _POSTED.fullmatch(text)
    try:
        if posted:
            month = _MONTHS.index(posted[1]) + 1
            day, hour, minute, second, year = (int(posted[n]) for n in range(2, 7))
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        when = datetime.fromisoformat(text)
        return when.astimezone(UTC) if when.tzinfo else None
    except (ValueError, OverflowError):
        return None
