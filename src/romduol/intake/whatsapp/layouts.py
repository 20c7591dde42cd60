"""The heads of WhatsApp records: every layout seen, and a narrow pattern for the one in a file.

A head is what stands at a line's start before the sender: ``5/3/24, 2:07 PM - ``,
``[05/03/2024, 14:07:09] ``, ``14:07:09 5/3/24 - ``. ``GENERAL`` matches any; each match makes a
``Layout``, whose pattern matches only heads written the same way (digits differ, and morning may
be evening). Patterns are written in what Python's ``re`` on UTF-8 bytes and the Rust
``regex`` crate on text both read alike: no classes of characters beyond ASCII.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from romduol.language.digits import LATIN, SCRIPTS, script_of
from romduol.language.marks import DIRECTION, SPACES, ZERO_WIDTH_SPACE


@cache
def dayparts() -> dict[str, tuple[str, str]]:
    """Words for a part of the day: word -> (family, ``am`` | ``pm`` | ``noon`` | ``night``)."""
    text = (files(__package__) / "dayparts.csv").read_text(encoding="utf-8")
    return {row["word"]: (row["family"], row["part"]) for row in csv.DictReader(text.splitlines())}


def _either(choices: str | list[str]) -> str:
    return "(?:" + "|".join(_literal(c) for c in choices) + ")"


def _literal(text: str) -> str:
    return "".join("\\" + c if c in r"\.+*?()|[]{}^$" else c for c in text)


_KHMER = frozenset(map(chr, range(0x1780, 0x1800)))


def _word(word: str) -> str:
    """``word`` with any space inside it, and with zero-width spaces wherever Khmer has them."""
    spaced = [_SPACE if c == " " else _literal(c) for c in word]
    return (f"(?:{ZERO_WIDTH_SPACE})?" if word[0] in _KHMER else "").join(spaced)


_MARK = _either(DIRECTION)
_SPACE = _either(SPACES)
_BLANK = _either(SPACES + DIRECTION)
# bounded: a line of a million invisible marks must not be tried in a million million ways
_MARKS = f"{_MARK}{{0,6}}"
_BLANKS = f"{_BLANK}{{0,6}}"
_SOME_BLANKS = f"{_BLANK}{{1,6}}"
_DIGIT = _either("".join(SCRIPTS))
_DASH = _either("-–—")
_PART = "(?:" + "|".join(_word(w) for w in sorted(dayparts(), key=len, reverse=True)) + ")"
_GAP_WORDS = [
    "à",
    "klo",
    "at",
    "um",
    "kl.",
    "kl",
    "om",
    "a las",
    "às",
    "ob",
    "la",
    "o",
    "в",
    "pukul",
]
_SLASH = rf"{_MARKS}[./-]{_BLANKS}"
_DATE = rf"{_DIGIT}{{1,4}}{_SLASH}{_DIGIT}{{1,2}}{_SLASH}{_DIGIT}{{1,4}}\.?"
_GAP = rf"(?:{_MARKS}(?:,|،){_BLANKS}|{_SOME_BLANKS})(?:{_either(_GAP_WORDS)}{_SOME_BLANKS})?"
_COLON = rf"(?:{_MARKS}[:.]{_MARKS}|{_SPACE}?h{_SPACE}?)"
_TIME = (
    rf"(?:{_PART}{_BLANKS})?{_DIGIT}{{1,2}}{_COLON}{_DIGIT}{{2}}(?:{_COLON}{_DIGIT}{{2}})?"
    rf"(?:{_BLANKS}{_PART})?"
)
_SECONDS = rf"{_DIGIT}{{1,2}}{_COLON}{_DIGIT}{{2}}{_COLON}{_DIGIT}{{2}}(?:{_BLANKS}{_PART})?"
_AFTER_DASH = rf"{_SOME_BLANKS}{_DASH}{_SOME_BLANKS}"
_LEAD = _MARKS


def _heads(date: str, gap: str, time: str, seconds: str) -> str:
    """Bracketed, dashed, and the old iOS form that ends in a colon behind seconds."""
    in_order = f"(?P<d0>{date})(?P<g0>{gap})(?P<t0>{time})"
    turned = f"(?P<t1>{time})(?P<g1>{_SOME_BLANKS})(?P<d1>{date})"
    old = f"(?P<d2>{date})(?P<g2>{gap})(?P<t2>{seconds})(?P<c2>: )"
    close = f"(?P<close>(?P<bracket>{_MARKS}\\]{_BLANKS})|{_AFTER_DASH})"
    return f"{_LEAD}(?P<open>\\[?{_MARKS})(?:(?:{in_order}|{turned}){close}|{old})"


_HEAD = _heads(_DATE, _GAP, _TIME, _SECONDS)
GENERAL = re.compile(_HEAD.encode())
GENERAL_TEXT = "^" + re.sub(r"\?P<\w+>", "?:", _HEAD)


@dataclass(frozen=True, slots=True)
class Layout:
    """One way of writing a head. Equal patterns are the same layout.

    ``captured`` is the pattern with groups ``date`` and ``time``; ``over_12`` are the patterns of
    heads whose first, or whose second, number besides the year is over 12 and so must be the day.
    ``gap`` stands between date and time, ``close`` ends the head.
    ``plain``: gap, close and the sender's colon can be found by searching for them from the line's
    start, so whole windows can be cut without a pattern.
    """

    pattern: str
    captured: str
    over_12: tuple[str, str]
    gap: str
    close: str
    time_first: bool
    year_first: bool
    plain: bool

    def starts(self) -> re.Pattern[bytes]:
        """Matches this head at the very place where it is asked to."""
        return _compiled(self.pattern)

    def head_at(self, window: bytes, line: int) -> Head | None:
        """The head at ``line`` if it is laid out so."""
        found = _compiled(self.captured).match(window, line)
        if found is None:
            return None
        return Head(self, found.span("date"), found.span("time"), found.end())


@cache
def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode())


@dataclass(frozen=True, slots=True)
class Head:
    """One head in a window: where its parts stand, in bytes, and how it is laid out."""

    layout: Layout
    date: tuple[int, int]
    time: tuple[int, int]
    end: int


def heads(window: bytes, known: tuple[Layout, ...] = ()) -> Iterator[tuple[int, Head]]:
    """Every line of ``window`` that begins with a head: where the line begins, and the head.

    Layouts met before are tried first: a head that one of them matches is laid out so.
    """
    met, line = dict.fromkeys(known), 0
    while line < len(window):
        if window[line] not in _NO_HEAD:
            found = next((h for layout in met if (h := layout.head_at(window, line))), None)
            found = found or head_at(window, line)
            if found is not None:
                met.setdefault(found.layout)
                yield line, found
        line = window.find(b"\n", line) + 1 or len(window)


# no head begins with one of these: letters but those of a part of the day, signs, line ends
_NO_HEAD = frozenset(range(128)) - frozenset(b"0123456789[") - {ord(w[0]) for w in dayparts()}


def head_at(window: bytes, line: int) -> Head | None:
    """The head that begins at ``line``, in whatever layout, or none."""
    found = GENERAL.match(window, line)
    if found is None or bool(found["bracket"]) != (b"[" in found["open"]):
        return None
    which = next(n for n in "012" if found["d" + n] is not None)
    date, time = found.span("d" + which), found.span("t" + which)
    texts = [found["d" + which], found["g" + which], found["t" + which]]
    closing = found["c2"] if which == "2" else found["close"]
    shape = _Shape(b"[" in found["open"], *(part.decode() for part in (*texts, closing)))
    return Head(_layout(shape, which == "1"), date, time, found.end())


class _Shape(NamedTuple):
    bracket: bool
    date: str
    gap: str
    time: str
    close: str


@cache
def _layout(shape: _Shape, time_first: bool) -> Layout:
    bracket, date, gap, time, close = shape
    first, second = (time, date) if time_first else (date, time)
    plain = gap not in first and not any(end in first + gap + second for end in (close, ": "))
    year_first = len(_runs(date)[0]) > 2

    def pattern(over: int | None = None, groups: tuple[str, str] = ("", "")) -> str:
        dates, times = (
            f"(?P<{name}>{inner})" if name else inner
            for name, inner in zip(
                groups, (_date_pattern(date, over), _time_pattern(time)), strict=True
            )
        )
        parts = [dates, _literal(gap), times]
        opening = _LEAD + ("\\[" + _LEAD if bracket else "")
        return opening + "".join(parts[::-1] if time_first else parts) + _literal(close)

    plain = plain and ": " not in close
    captured, over_12 = pattern(groups=("date", "time")), (pattern(0), pattern(1))
    return Layout(pattern(), captured, over_12, gap, close, time_first, year_first, plain)


def _date_pattern(date: str, over: int | None) -> str:
    """The date's pattern; in number ``over`` of those that are not the year, only 13 to 39."""
    pattern, place = "", 0
    for run in _runs(date):
        if not run[0].isdigit():
            pattern += _literal(run)
            continue
        pattern += _over_12(run) if place == over and len(run) <= 2 else _digits(run, _width(run))
        place += len(run) <= 2
    return pattern


def _over_12(run: str) -> str:
    ten = script_of(run[0])
    return f"(?:{ten[1]}{_either(ten[3:])}|{_either(ten[2:4])}{_either(ten)})"


def _width(run: str) -> str:
    return "4" if len(run) > 2 else "1,2"


def _time_pattern(time: str) -> str:
    pattern, hour = "", True
    for piece in re.split(f"({_PART})", time):
        if piece and re.fullmatch(_PART, piece):
            pattern += _family(piece)
            continue
        for run in _runs(piece):
            pattern += _digits(run, "1,2" if hour else "2") if run[0].isdigit() else _literal(run)
            hour = hour and not run[0].isdigit()
    return pattern


def _family(word: str) -> str:
    """Any word that this phone would write in place of ``word``, spaced as it is."""
    family = dayparts()[plain_daypart(word)][0]
    inner = next((c for c in word if c in SPACES), " ")
    words = [w.replace(" ", inner) for w, (f, _) in dayparts().items() if f == family]
    if word[0] not in _KHMER:
        return _either(words)
    return "(?:" + "|".join(_word(w) for w in sorted(words, key=len, reverse=True)) + ")"


def plain_daypart(word: str) -> str:
    """``word`` as the table has it: plain spaces, no zero-width ones."""
    bare = word.replace(ZERO_WIDTH_SPACE, "")
    return "".join(" " if c in SPACES else c for c in bare)


def _runs(text: str) -> list[str]:
    return [run for run in re.split(r"(\d+)", text) if run]


def _digits(run: str, width: str) -> str:
    ten = script_of(run[0])
    return ("[0-9]" if ten == LATIN else _either(ten)) + f"{{{width}}}"
