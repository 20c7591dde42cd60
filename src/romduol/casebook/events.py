"""When and where things happened, never more exactly than she knew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DatePrecision(StrEnum):
    """How exactly a date is known."""

    EXACT = "exact"
    AROUND = "around"  # "around the twentieth": within days
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    UNKNOWN = "unknown"


_DAY, _MONTH, _YEAR = (
    re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    re.compile(r"\d{4}-\d\d", re.ASCII),
    re.compile(r"\d{4}", re.ASCII),
)
_WRITTEN_TO = {
    DatePrecision.EXACT: (_DAY,),
    DatePrecision.AROUND: (_DAY, _MONTH, _YEAR),
    DatePrecision.MONTH: (_MONTH, _DAY),
    DatePrecision.SEASON: (_MONTH, _DAY),
    DatePrecision.YEAR: (_YEAR, _MONTH, _DAY),
}


@dataclass(frozen=True, slots=True)
class When:
    """A date with its precision. ``written`` is ISO, only as long as what is known; "" if nothing.

    Raises ``ValueError`` on a date that contradicts its precision or does not exist.
    """

    written: str = ""
    precision: DatePrecision = DatePrecision.UNKNOWN

    def __post_init__(self) -> None:
        if self.precision is DatePrecision.UNKNOWN:
            if self.written:
                raise ValueError("a date of unknown precision must be empty")
            return
        if not any(form.fullmatch(self.written) for form in _WRITTEN_TO[self.precision]):
            raise ValueError(f"this date does not fit precision {self.precision}")
        date.fromisoformat((self.written + "-01-01")[:10])

    @property
    def year(self) -> str:
        """The year, or "" when unknown."""
        return self.written[:4]

    @property
    def month(self) -> str:
        """The month ``YYYY-MM``, or "" when it is not known that exactly."""
        return (
            ""
            if self.precision is DatePrecision.YEAR
            else self.written[:7]
            if self.written[4:]
            else ""
        )

    @property
    def quarter(self) -> str:
        """The quarter ``YYYY-Qn``, or "" when the month is not known."""
        return f"{self.month[:4]}-Q{(int(self.month[5:]) + 2) // 3}" if self.month else ""


PLACE_CODE = re.compile(r"\d{2}(\d{2}(\d{2})?)?", re.ASCII)


def is_place_code(code: str) -> bool:
    """Is this the form of an official gazetteer code no finer than the commune (2, 4, 6 digits)?"""
    return PLACE_CODE.fullmatch(code) is not None


def place_lineage(code: str) -> tuple[str, ...]:
    """``code`` and the places that contain it, finest first: commune, district, province."""
    return tuple(code[:n] for n in (6, 4, 2) if len(code) >= n)
