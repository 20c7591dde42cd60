"""A window of records in Telegram Desktop's own layout is taken apart into lines here, all at once.

The exporter writes a key or a bracket a line and no raw line end inside a string, so a record is
the lines from ``  {`` to ``  },``. Nothing is decoded; what a line holds is compared by the word of
eight bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

Numbers: TypeAlias = np.ndarray[Any, np.dtype[Any]]

WORD = 8
_DEEPEST = WORD - len("},")
_LEAST = 64  # bytes; a window of less is not worth taking apart
_LINE_END, _QUOTE, _BACKSLASH, _SPACE = 10, 34, 92, 32


@dataclass(frozen=True, slots=True)
class Lines:
    """Bytes ``[start, end)`` of ``window``: whole records, nothing but a comma between two.

    ``ends`` holds where each line ends, ``begins`` where it begins; ``first`` and ``last`` the
    number of each record's opening and closing line; ``indent`` how far those stand in.
    ``escapes`` is where backslashes stand.
    """

    window: bytes
    start: int
    end: int
    indent: int
    words: Numbers
    begins: Numbers
    ends: Numbers
    first: Numbers
    last: Numbers
    escapes: Numbers

    @property
    def starts(self) -> Numbers:
        """Where each record's ``{`` stands in the window."""
        opens: Numbers = self.begins[self.first] + self.indent
        return opens

    @property
    def stops(self) -> Numbers:
        """Where each record ends: behind its ``}``."""
        closes: Numbers = self.begins[self.last] + self.indent + 1
        return closes

    def quotes(self) -> int:
        """How many quotation marks the records hold."""
        return int(np.count_nonzero(_octets(self)[self.start : self.end] == _QUOTE))

    def holding_escapes(self, starts: Numbers, stops: Numbers) -> Numbers:
        """Which of the spans hold a backslash."""
        before = np.searchsorted(self.escapes, starts)
        found: Numbers = np.searchsorted(self.escapes, stops) > before
        return found

    def cut(self, starts: Numbers, stops: Numbers) -> pa.Array[Any]:
        """The text of each span; null where a start is negative. Spans rise and do not overlap."""
        missing = starts < 0
        if not missing.any():
            return self._pieces(starts, stops)
        bounds = np.maximum.accumulate(np.stack([starts, stops], 1).ravel()).clip(0)
        return self._pieces(bounds[0::2], bounds[1::2], missing)

    def run(self, starts: Numbers, stops: Numbers) -> Numbers:
        """The bytes of the spans, one behind the other."""
        if not len(starts):
            return np.empty(0, np.uint8)
        joined: Any = self._pieces(starts, stops).buffers()[2]
        return np.frombuffer(joined, np.uint8)[: int((stops - starts).sum())]

    def _pieces(
        self, starts: Numbers, stops: Numbers, missing: Numbers | None = None
    ) -> pa.Array[Any]:
        """One value a span: of an array of the spans and what stands between, every other one."""
        bounds: Any = np.empty(2 * len(starts), np.int32)
        bounds[0::2], bounds[1::2] = starts, stops
        buffers = [None, pa.py_buffer(bounds), pa.py_buffer(self.window)]
        whole = pa.Array.from_buffers(pa.string(), len(bounds) - 1, buffers)
        every_other: Any = pa.array(np.arange(0, len(bounds), 2), mask=missing)
        taken: pa.Array[Any] = whole.take(every_other)
        return taken


def lines(window: bytes, start: int, end: int, indent: int) -> Lines | None:
    """The lines of the records in ``[start, end)``; ``None`` for another layout, or no UTF-8.

    ``start`` is where the line of the first ``{`` begins, ``end`` stands behind the last ``}``.
    """
    if indent > _DEEPEST or end - start < _LEAST:
        return None
    octets = np.frombuffer(window, np.uint8)
    span = octets[start:end]
    breaks = np.flatnonzero(span == _LINE_END)
    bare = np.count_nonzero(span < _SPACE) - len(breaks)  # no JSON string holds these
    if bare or not _is_text(window, start, end):
        return None
    ends = np.append(breaks + start, end)
    begins = np.empty_like(ends)
    begins[0], begins[1:] = start, ends[:-1] + 1
    words = _words(window)
    first = _lines_that_are(b" " * indent + b"{", words, begins, ends)
    closing = first[1:] - 1
    if not len(first) or first[0] != 0:
        return None
    if len(_lines_that_are(b" " * indent + b"},", words, begins[closing], ends[closing])) != len(
        closing
    ):
        return None
    if window[int(begins[-1]) : end] != b" " * indent + b"}":
        return None
    escapes = np.flatnonzero(span == _BACKSLASH) + start
    last = np.append(closing, len(ends) - 1)
    return Lines(window, start, end, indent, words, begins, ends, first, last, escapes)


def _is_text(window: bytes, start: int, end: int) -> bool:
    """All of it: words that no column takes must not hide a byte that would be mended."""
    bounds: Any = np.array([start, end], np.int32)
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(window)]
    whole = pa.Array.from_buffers(pa.string(), 1, buffers)
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def word_of(few: bytes) -> tuple[np.uint64, np.uint64]:
    """At most eight bytes as a number, and the mask of the bytes that count."""
    mask = (1 << (8 * len(few))) - 1
    return np.uint64(int.from_bytes(few, "little")), np.uint64(mask)


def _lines_that_are(what: bytes, words: Numbers, begins: Numbers, ends: Numbers) -> Numbers:
    as_long = np.flatnonzero(ends - begins == len(what))
    number, mask = word_of(what)
    places = np.minimum(begins[as_long], len(words) - 1)
    found: Numbers = as_long[(words[places] & mask) == number]
    return found


def _words(window: bytes) -> Numbers:
    """The eight bytes at every place, without a copy."""
    return np.ndarray((len(window) - WORD + 1,), np.dtype("<u8"), window, strides=(1,))


def _octets(lines: Lines) -> Numbers:
    return np.frombuffer(lines.window, np.uint8)
