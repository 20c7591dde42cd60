"""Dates as Meta writes them in HTML: a month's name, no zone, twelve hours or twenty-four."""

from __future__ import annotations

import re
from datetime import datetime

from romduol.casebook.evidence import Precision
from romduol.language.digits import latin

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january", "មករា"),
            ("feb", "february", "កុម្ភៈ", "កុម្ភះ"),
            ("mar", "march", "មីនា"),
            ("apr", "april", "មេសា"),
            ("may", "ឧសភា"),
            ("jun", "june", "មិថុនា"),
            ("jul", "july", "កក្កដា"),
            ("aug", "august", "សីហា"),
            ("sep", "sept", "september", "កញ្ញា"),
            ("oct", "october", "តុលា"),
            ("nov", "november", "វិច្ឆិកា"),
            ("dec", "december", "ធ្នូ"),
        ),
        start=1,
    )
    for name in names
}
_LATER = frozenset({"pm", "ល្ងាច", "រសៀល", "យប់"})
_EARLIER = frozenset({"am", "ព្រឹក"})
_TIME = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\d:])")
_WORD = re.compile(r"[^\s,]+")
_PASSED_OVER = frozenset({"at", "នៅ", "ម៉ោង", "ថ្ងៃទី", "ខែ", "ឆ្នាំ"})


def read_stamp(text: str) -> tuple[datetime, Precision] | None:
    """The local time ``text`` says, and how exactly; ``None`` unless every word is understood."""
    plain = latin(text.replace("\u200b", "")).lower().replace(".", "")
    time = _TIME.search(plain)
    if time is None:
        return None
    words = _WORD.findall(plain[: time.start()] + " " + plain[time.end() :])
    words = [word for word in words if word not in _PASSED_OVER]
    halves = [word for word in words if word in _LATER | _EARLIER]
    hour = _hour(int(time[1]), halves)
    date = _date([word for word in words if word not in halves])
    if hour is None or date is None:
        return None
    try:
        when = datetime(*date, hour, int(time[2]), int(time[3] or 0))  # noqa: DTZ001 - local time
    except ValueError:
        return None
    return when, Precision.SECOND if time[3] else Precision.MINUTE


def _hour(written: int, halves: list[str]) -> int | None:
    if not halves:
        return written
    if len(halves) > 1 or not 1 <= written <= 12:
        return None
    return written % 12 + (12 if halves[0] in _LATER else 0)


def _date(words: list[str]) -> tuple[int, int, int] | None:
    """Year, month, day from exactly one of each; a month without a name is not guessed."""
    months = [_MONTHS[word] for word in words if word in _MONTHS]
    years = [int(word) for word in words if word.isdecimal() and len(word) == 4]
    days = [int(word) for word in words if word.isdecimal() and len(word) < 3]
    if len(words) != 3 or (len(months), len(years), len(days)) != (1, 1, 1):
        return None
    return years[0], months[0], days[0]
