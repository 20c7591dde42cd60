"""A stamp as a table has it goes in; the moment it can mean comes out, or both, or none.

Read: ISO 8601 and year-first dates, day or month first dates, English month names, Unix seconds
and milliseconds; digits of any script; Buddhist years. Which of day and month comes first is
decided over a whole sheet, and only by a part that cannot be a month; else a person is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from romduol.casebook.evidence import Precision
from romduol.language.digits import latin

UNIX = "tables.unix_stamp"
BUDDHIST = "tables.buddhist_year"
ODD = "tables.odd_stamp"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = (
    r"(?:[\s,T]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d\d:?\d\d)?)?"
)
_FORMS = tuple(
    re.compile(day + _TIME, re.IGNORECASE | re.ASCII)
    for day in (
        r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})",
        r"(?P<one>\d{1,2})(?P<sep>[-/.])(?P<two>\d{1,2})(?P=sep)(?P<year>\d{4}|\d\d)",
        r"(?P<day>\d{1,2})[ -](?P<name>[a-z]{3,9})\.?,?[ -](?P<year>\d{4})",
        r"(?P<name>[a-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
    )
)
_UNIX = re.compile(r"\d{10}(?:\d{3})?(?:\.0)?", re.ASCII)
_SPACES = re.compile(r"[\s\u200b\u200e\u200f\u202f]+")
_CENTURY, _BUDDHIST = 2000, 543
_FUTURE = 2400  # a year from here on is counted from the Buddha


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a stamp can mean, in UTC. ``other`` is the other order's reading, while undecided."""

    moment: datetime | None
    other: datetime | None
    precision: Precision
    rules: tuple[str, ...] = ()
    zoned: bool = False


@dataclass(slots=True)
class Order:
    """Day or month first, as far as the stamps seen so far tell."""

    given: str = ""
    day_first: int = 0
    month_first: int = 0
    either: int = 0

    def see(self, text: str) -> None:
        """Take one stamp into account."""
        found = _match(_plain(text))
        if found is None or "one" not in found.groupdict():
            return
        one, two = int(found["one"]), int(found["two"])
        self.day_first += one > 12 >= two
        self.month_first += two > 12 >= one
        self.either += one <= 12 and two <= 12 and one != two

    def decided(self) -> tuple[str, bool, str]:
        """The order to read in, whether it is certain, and how it was decided."""
        if not (self.day_first or self.month_first or self.either):
            return "", True, ""
        contradicted = bool(self.day_first and self.month_first)
        if self.given:
            against = self.month_first if self.given == "dmy" else self.day_first
            return self.given, not against, "given"
        if contradicted or not (self.day_first or self.month_first):
            return "dmy", False, "contradicted" if contradicted else "undecided"
        return ("dmy" if self.day_first else "mdy"), True, "part-over-12"


@dataclass(frozen=True, slots=True)
class Clock:
    """Reads stamps in one zone and one order."""

    zone: ZoneInfo
    order: str = "dmy"
    certain: bool = True
    _cache: dict[str, Stamp] = field(default_factory=dict)

    def read(self, text: str) -> Stamp:
        """The stamp; without a moment, and with a rule, when it is none that exists."""
        found = self._cache.get(text)
        if found is None:
            found = self._read(_plain(text))
            if len(self._cache) < 100_000:
                self._cache[text] = found
        return found

    def _read(self, text: str) -> Stamp:
        if not text:
            return Stamp(None, None, Precision.UNKNOWN)
        if _UNIX.fullmatch(text):
            return _unix(text)
        found = _match(text)
        if found is None:
            return Stamp(None, None, Precision.UNKNOWN, (ODD,))
        return self._of(found)

    def _of(self, found: re.Match[str]) -> Stamp:
        readings = self._readings(found)
        moments = [self._moment(found, month, day) for month, day in readings]
        real = [moment for moment in moments if moment is not None]
        if not real:
            return Stamp(None, None, Precision.UNKNOWN, (ODD,))
        other = real[1] if len(real) > 1 and real[1] != real[0] else None
        rules = (BUDDHIST,) if _year(found) != _written_year(found) else ()
        zoned = found["hour"] is not None and found["zone"] is not None
        return Stamp(real[0], other, _precision(found), rules, zoned)

    def _readings(self, found: re.Match[str]) -> list[tuple[int, int]]:
        """Month and day, the decided order first; only that one when it is certain."""
        parts = found.groupdict()
        if "name" in parts:
            name = parts["name"][:3].lower()
            month = _MONTHS.index(name) + 1 if name in _MONTHS else 0
            return [(month, int(parts["day"]))]
        if "one" not in parts:
            return [(int(parts["month"]), int(parts["day"]))]
        one, two = int(parts["one"]), int(parts["two"])
        dmy, mdy = (two, one), (one, two)
        both = [mdy, dmy] if self.order == "mdy" else [dmy, mdy]
        return both[:1] if self.certain else both

    def _moment(self, found: re.Match[str], month: int, day: int) -> datetime | None:
        try:
            hour = _hour(found)
            local = datetime(  # noqa: DTZ001 - the zone is put on below
                _year(found), month, day, hour, int(found["minute"] or 0), int(found["second"] or 0)
            )
            return local.replace(tzinfo=_offset(found["zone"]) or self.zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None


def _plain(text: str) -> str:
    return _SPACES.sub(" ", latin(text)).strip()


def _match(text: str) -> re.Match[str] | None:
    return next((found for form in _FORMS if (found := form.fullmatch(text))), None)


def _unix(text: str) -> Stamp:
    number = int(text.removesuffix(".0"))
    seconds, rest = divmod(number, 1000) if number >= 10**10 else (number, 0)
    moment = datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=rest)
    return Stamp(moment, None, Precision.SECOND, (UNIX,), zoned=True)


def _written_year(found: re.Match[str]) -> int:
    year = int(found["year"])
    return year + _CENTURY if len(found["year"]) == 2 else year


def _year(found: re.Match[str]) -> int:
    year = _written_year(found)
    return year - _BUDDHIST if year >= _FUTURE else year


def _hour(found: re.Match[str]) -> int:
    hour = int(found["hour"] or 0)
    if not found["half"]:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no such hour of half a day")
    return hour % 12 + (12 if found["half"][0] in "pP" else 0)


def _offset(zone: str | None) -> timezone | None:
    if zone is None:
        return None
    if not zone[-1].isdigit():
        return UTC
    sign = zone[-6:] if ":" in zone else zone[-5:]
    minutes = int(sign[1:3]) * 60 + int(sign[-2:])
    return timezone(timedelta(minutes=-minutes if sign[0] == "-" else minutes))


def _precision(found: re.Match[str]) -> Precision:
    if found["hour"] is None:
        return Precision.DAY
    return Precision.MINUTE if found["second"] is None else Precision.SECOND
