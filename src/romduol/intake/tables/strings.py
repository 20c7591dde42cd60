"""A workbook's shared strings and date styles (ECMA-376 part 1, 18.4 and 18.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead, Source
from romduol.intake.tables.parts import Moment, met

MOST = 256 << 20  # bytes: the strings of a workbook are held in memory

# 18.8.30: the formats that every program knows by number and that are dates or times
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_A_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_OF_A_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # 22.9.2.19 ST_Xstring


def unescaped(text: str) -> str:
    """``text`` with ``_x000D_`` and the like as the characters they stand for."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def shared_strings(part: Source | None) -> list[str]:
    """Every string in order, formatting dropped, readings of Han characters left out."""
    if part is None:
        return []
    if part.size > MOST:
        raise CannotRead(Note("note.tables.strings_too_large", (("megabytes", part.size >> 20),)))
    return list(_strings(part))


def _strings(part: Source) -> Iterator[str]:
    words: list[str] = []
    inside = ""
    for one in met(part):
        if one.moment is Moment.OPENS:
            inside = _deeper(inside, one.name)
        elif one.moment is Moment.TEXT:
            if inside == "t":
                words.append(one.name)
        elif one.name == "si":
            yield unescaped("".join(words))
            words, inside = [], ""
        elif one.name in ("t", "rPh"):
            inside = "rPh" if inside == "rPh" and one.name == "t" else ""


def _deeper(inside: str, name: str) -> str:
    """Which element's text is being read: ``rPh`` (a reading) hides the ``t`` in it."""
    if inside == "rPh":
        return inside
    return name if name in ("t", "rPh") else ""


def date_styles(part: Source | None) -> frozenset[int]:
    """The cell styles, by their place in ``cellXfs``, that show a number as a date or time."""
    if part is None:
        return frozenset()
    formats: dict[str, str] = {}
    dates: set[int] = set()
    cells, count = False, 0
    for one in met(part):
        if one.name == "cellXfs" and one.moment is not Moment.TEXT:
            cells = one.moment is Moment.OPENS
        if one.moment is not Moment.OPENS:
            continue
        if one.name == "numFmt":
            formats[one.attributes.get("numFmtId", "")] = one.attributes.get("formatCode", "")
        elif one.name == "xf" and cells:
            if _is_date(one.attributes.get("numFmtId", "0"), formats):
                dates.add(count)
            count += 1
    return frozenset(dates)


def _is_date(number: str, formats: dict[str, str]) -> bool:
    if number in formats:
        return bool(_OF_A_DATE.search(_NOT_A_DATE.sub("", formats[number])))
    return number.isascii() and number.isdigit() and int(number[:4]) in _DATES
