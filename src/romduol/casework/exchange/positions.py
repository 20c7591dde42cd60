"""In what a program counted: positions as a file has them become code points of the canonical text.

REFI-QDA 1.5 counts Unicode code points of the text beside it, from 0. In practice NVivo counts
UTF-16 units (measured on an NVivo for Mac 12.7 file: a passage with three emoji is three units
longer than its code points), CRLF may count as one or two, a byte order mark as none or one, and
the prose of the standard ("first and last character") can be read as an inclusive end. Each way of
counting is tried; the quotes that many programs keep as a selection's name say which one is right.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from romduol.casebook.replacements import Replacement, rewrite

_CRLF = re.compile("\r\n")
_SPACES = re.compile(r"\s+")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
ELLIPSIS = "…"
# what no XML can hold (XML 1.0, 2.2): a quote in an attribute has the replacement character instead
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CUT_SHORT = (ELLIPSIS, "...")
_SHORTEST_EVIDENCE = 4
_EXACT = 2  # a quote letter by letter; 1 is a quote but for its spaces
_UTF16_PROGRAMS = ("nvivo",)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """A text as the file has it, without its byte order mark, line ends as they came."""

    text: str
    data: bytes  # the same, mark and all
    marked: bool = False  # did a byte order mark stand before it?

    @property
    def canonical(self) -> str:
        """The text that codings point into: CRLF to LF, nothing else."""
        return self.text.replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A selection as the file has it: two numbers and perhaps its quote."""

    start: int
    end: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Counting:
    """One way to count."""

    utf16: bool = False
    line_ends_once: bool = False  # CRLF counts as one
    mark_counts: bool = False  # the byte order mark is the first character
    inclusive: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """Where each stretch stands in the canonical text (None: nowhere), and how sure that is.

    ``checked`` counts stretches whose quote stands there, ``differing`` are the places (in the
    order given) of those whose quote stands there in another way of counting only. ``sure`` is
    false when ways of counting disagree and no quote decides.
    """

    spans: tuple[tuple[int, int] | None, ...]
    counting: Counting
    checked: int
    differing: tuple[int, ...]
    sure: bool


def decoded(data: bytes) -> Written | None:
    """The text of a file in UTF-8, or UTF-16 with its mark; None when it is neither."""
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", "utf-8"))
    try:
        return Written(data[len(mark) :].decode(encoding), data, bool(mark))
    except UnicodeDecodeError:
        return None


def place(written: Written, stretches: Sequence[Stretch], origin: str = "") -> Placed:
    """Every stretch in the canonical text, counted as its quotes say, or as ``origin`` is known to.

    Without either, code points of the text as it came, the mark not counted, ends exclusive.
    """
    text = written.canonical
    tried = [(way, _spans(written, stretches, way)) for way in _ways(written, origin)]
    fits = [[_agrees(text, span, s.name) for span, s in zip(spans, stretches, strict=True)]
            for _, spans in tried]  # fmt: skip
    best = max(range(len(tried)), key=lambda n: (*_weight(fits[n]), _inside(tried[n][1]), -n))
    counting, spans = tried[best]
    elsewhere = [any(column) for column in zip(*fits, strict=True)]
    differing = [n for n, any_way in enumerate(elsewhere) if any_way and not fits[best][n]]
    return Placed(
        spans=spans,
        counting=counting,
        checked=_weight(fits[best])[0],
        differing=tuple(differing),
        sure=_is_sure(tried, best, _weight(fits[best])[0], origin),
    )


def _ways(written: Written, origin: str) -> list[Counting]:
    """The ways that can differ for this text, the likeliest first."""
    utf16 = (True, False) if _counts_utf16(origin) else (False, True)
    astral = utf16 if max(written.text, default="") > "\uffff" else (False,)
    ends = (False, True) if "\r\n" in written.text else (False,)
    mark = (False, True) if written.marked else (False,)
    return [Counting(u, e, m, i) for i, m, e, u in product((False, True), mark, ends, astral)]


def _counts_utf16(origin: str) -> bool:
    return origin.casefold().startswith(_UTF16_PROGRAMS)


def _spans(
    written: Written, stretches: Sequence[Stretch], way: Counting
) -> tuple[tuple[int, int] | None, ...]:
    counted = written.canonical if way.line_ends_once else written.text
    astral = _astral(counted) if way.utf16 else None
    most = len(counted)
    folds = () if way.line_ends_once else _line_ends(written.text)
    to_canonical = rewrite(counted, folds)
    found: list[tuple[int, int] | None] = []
    for one in stretches:
        start, end = one.start - way.mark_counts, one.end - way.mark_counts + way.inclusive
        if astral is not None:
            start, end = _code_point(astral, start), _code_point(astral, end)
        if not 0 <= start < end <= most:
            found.append(None)
            continue
        moved = to_canonical.moved(start, end)
        found.append((moved.start, moved.end) if moved else None)
    return tuple(found)


def _line_ends(text: str) -> tuple[Replacement, ...]:
    found = _CRLF.finditer(text)
    return tuple(Replacement(one.start(), one.end(), "\n", "line end") for one in found)


def _astral(text: str) -> list[int]:
    """At which UTF-16 unit each code point of two units begins."""
    return [one.start() + before for before, one in enumerate(_ASTRAL.finditer(text))]


def _code_point(astral: Sequence[int], at: int) -> int:
    """The code point that begins at unit ``at``; -1 for half of one."""
    before = bisect_left(astral, at)
    half = before and astral[before - 1] == at - 1
    return -1 if half else at - before


def _inside(spans: Sequence[tuple[int, int] | None]) -> int:
    return sum(span is not None for span in spans)


def writable(text: str) -> str:
    """``text`` as XML can hold it."""
    return _UNWRITABLE.sub("\ufffd", text)


def _weight(fits: Sequence[int]) -> tuple[int, int]:
    """How many quotes stand where they should, and how many of them letter by letter."""
    return sum(fit > 0 for fit in fits), fits.count(_EXACT)


def _agrees(text: str, span: tuple[int, int] | None, name: str) -> int:
    """Is ``name`` the quote at ``span``, but for spaces, or its beginning, cut short?"""
    if span is None or len(name) < _SHORTEST_EVIDENCE:
        return 0
    quote = writable(text[span[0] : span[1]])
    if quote == name:
        return _EXACT
    short = next((name.removesuffix(e) for e in _CUT_SHORT if name.endswith(e)), "")
    begins = len(short) >= _SHORTEST_EVIDENCE and _even(quote).startswith(_even(short))
    return int(begins or _even(quote) == _even(name))


def _even(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _is_sure(
    tried: Sequence[tuple[Counting, Sequence[tuple[int, int] | None]]],
    best: int,
    checked: int,
    origin: str,
) -> bool:
    """A quote decided, or every way of counting that this program may use says the same.

    A way that puts a stretch outside the text is ruled out by that. An inclusive end alone raises
    no doubt: no program is known to write one.
    """
    counting, spans = tried[best]
    if checked:
        return True
    known = _counts_utf16(origin)
    return all(
        others == spans
        for way, others in tried
        if not way.inclusive
        and _inside(others) == _inside(spans)
        and not (known and way.utf16 != counting.utf16)
    )
