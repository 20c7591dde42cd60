"""A report written by hand goes in as text; what a reader with time would work out of it comes out.

The same rules as for our own reports, looked for in words: counts that leave one woman over, a
label that joins quotes, names quoted until one is missing, places of one respondent each, what the
quotes tell, and dates that cannot be. It finds what is written in these forms and no more: nothing
found is no proof that nothing is there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from romduol.casebook.claims import Left
from romduol.language.digits import latin
from romduol.publication.options import SMALL_STUDY
from romduol.publication.revealing import gives_away, points_back

_WORDS = "one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = _WORDS.split(" ")
_VALUES = {word: value for value, word in enumerate(_NUMBERS, start=1)}
_N = rf"(\d+|{'|'.join(_NUMBERS)})"
_ASKED = re.compile(rf"\b{_N} (?:women|woman|respondents|interviewees|participants)\b", re.I)
_OUT_OF = re.compile(
    rf"\b{_N} (?:women )?(?:out of|of) (?:the )?{_N}\b|(?<!\d)(\d+)/(\d+)(?![\d/])", re.I
)
_ALL = re.compile(
    r"\b(?:all|every) (?:of )?(?:the )?"
    r"(?:respondents|interviewees|participants|women interviewed)\b",
    re.I,
)
_PERCENT = re.compile(r"\d\s*(?:%|per ?cent\b)", re.I)
_TREND = re.compile(r"\b(?:increased?|rose|risen|grew|decreased?|declined?|fell)\b", re.I)
_GROUPS = re.compile(
    rf"\b{_N} (?:\w+ ){{0,2}}(communities|villages|districts|sangkats|khans)\b", re.I
)
_QUOTE = re.compile(r"^[ \t]*(\S[^\n“”]{1,30}?)[ \t]*\n[ \t]*“(.+?)”[ \t]*$", re.M | re.S)
_HEADING = re.compile(r"^[ \t]*\d+\. ", re.M)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_DONE_IN = re.compile(
    r"\b(?:conducted|held|carried out|interviewed)\b[^.]{0,60}?\b(20\d\d)\b", re.I
)


@dataclass(frozen=True, slots=True)
class _Quoted:
    at: int
    label: str
    words: str


def leaks(text: str) -> tuple[Left, ...]:
    """What the text gives away, each with its rule; ``what`` holds counts, years and the order of a
    quote, never words."""
    plain = latin(text)
    asked = _asked(plain)
    quotes = [_Quoted(m.start(), " ".join(m[1].split()), m[2]) for m in _QUOTE.finditer(text)]
    every = (*_counts(plain, asked), *_places(plain, asked), *_labels(text, quotes, asked))
    return tuple(dict.fromkeys((*every, *_told(quotes), *_dates(plain, asked))))


def _asked(plain: str) -> int:
    """How many were asked: the number of women, or of respondents, that is told first."""
    found = _ASKED.search(plain)
    return _value(found[1]) if found else 0


def _counts(plain: str, asked: int) -> Iterator[Left]:
    if _ALL.search(plain):
        yield Left("reads_everybody", str(asked))
    for found in _OUT_OF.finditer(plain):
        part, whole = (_value(n) for n in (found[1] or found[3], found[2] or found[4]))
        if whole != asked:
            continue
        said = f"{part}/{whole}"
        if part == 1:
            yield Left("reads_single_source", said)
        elif whole - part <= 1:
            yield Left("reads_one_left_over", said)
        elif min(part, whole - part) < SMALL_STUDY // 4:
            yield Left("reads_complement", f"{said}, {whole - part}/{whole}")
    if 0 < asked < SMALL_STUDY and _PERCENT.search(plain):
        yield Left("reads_percent", str(asked))


def _places(plain: str, asked: int) -> Iterator[Left]:
    for found in _GROUPS.finditer(plain):
        places = _value(found[1])
        if 0 < asked < 3 * places:
            yield Left("reads_place_of_few", f"{asked} : {places}")


def _labels(text: str, quotes: list[_Quoted], asked: int) -> Iterator[Left]:
    """A label on several quotes; a part of the report that quotes all labels but one, or all."""
    times = Counter(quote.label for quote in quotes)
    linked = sum(count > 1 for count in times.values())
    if linked:
        yield Left("reads_linked_names", str(linked))
    starts = [m.start() for m in _HEADING.finditer(text)]
    parts: dict[int, set[str]] = {}
    for quote in quotes:
        part = sum(start < quote.at for start in starts)
        parts.setdefault(part, set()).add(quote.label)
    for labels in parts.values():
        if asked > 2 and asked - 1 <= len(labels) <= asked:
            yield Left("reads_enumerated", f"{len(labels)}/{asked}")


def _told(quotes: Iterable[_Quoted]) -> Iterator[Left]:
    for number, quote in enumerate(quotes, start=1):
        for kind in gives_away(quote.words):
            yield Left(f"reads_told.{kind}", str(number))
        if points_back(quote.words):
            yield Left("reads_points_back", str(number))


def _dates(plain: str, asked: int) -> Iterator[Left]:
    """A year after the work was done; and words of a trend where few women were asked."""
    done = _DONE_IN.search(plain)
    for year in sorted({int(m[1]) for m in _YEAR.finditer(plain)}):
        if done and year > int(done[1]) + 1:
            yield Left("reads_later_year", f"{year} > {done[1]}")
    if 0 < asked < SMALL_STUDY and _TREND.search(plain):
        yield Left("reads_trend", str(asked))


def _value(written: str) -> int:
    return _VALUES.get(written.lower(), 0) or int(written)
