"""A day as written, told by its season only: rainy from May to October, dry otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass

from romduol.language.folding import folded
from romduol.language.naming.numbers import MONTHS_KM

_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_RAINY = range(5, 11)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_IN_DIGITS = re.compile(r"(?:(?:19|20)\d\d)[-/.](\d{1,2})[-/.]\d{1,2}|ខែ ?(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Season:
    """``name`` is ``rainy`` or ``dry``; ``year`` is none where none was written."""

    name: str
    year: int | None


def season_of(written: str) -> Season | None:
    """The season of a day; none where its month cannot be told (12/05/2025 has two readings)."""
    text = folded(written)
    month = _month(text)
    year = _YEAR.search(text)
    if month is None:
        return None
    name = "rainy" if month in _RAINY else "dry"
    return Season(name, int(year[1]) if year else None)


def _month(text: str) -> int | None:
    for number, name in enumerate(MONTHS_KM.split("|"), start=1):
        if folded(name) in text:
            return number
    for number, name in enumerate(_ENGLISH, start=1):
        if re.search(rf"(?<![a-z]){name}", text):
            return number
    said = _IN_DIGITS.search(text)
    month = int(said[1] or said[2]) if said else 0
    return month if 1 <= month <= 12 else None
