"""A window in, the places of its records out: twice, once for speed and once for everything else.

``quick`` cuts a window of one plain layout by whole columns. Wherever it meets anything it does not
know for certain it declines, and ``exact`` goes line by line. Both give the same spans for whatever
``quick`` accepts (tests/intake/test_whatsapp_scanning.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from romduol.intake.arrow import Column, fixed, pc
from romduol.intake.whatsapp.columns import cut, numbers, offsets_of
from romduol.intake.whatsapp.layouts import GENERAL_TEXT, Head, Layout, heads

IsSystem = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Spans:
    """Byte places of a window's records, one row a record, all relative to the window.

    ``date`` and ``time`` may still wear the marks and bracket around them. ``author_end`` is -1
    where no sender is named; a sender's name stands in [rest, author_end).
    """

    layouts: tuple[Layout, ...]
    which: Column  # index into ``layouts``
    start: Column
    end: Column
    date: tuple[Column, Column]
    time: tuple[Column, Column]
    rest: Column
    author_end: Column
    text: Column
    text_end: Column

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True)
class Senders:
    """What is known about sender names before a record is cut at its first colon.

    ``long``: names that themselves hold a colon and space, by the part before it.
    ``is_system``: whether what looks like a name is the beginning of a line the program wrote.
    """

    long: Mapping[bytes, tuple[bytes, ...]]
    is_system: IsSystem

    def cut(self, window: bytes, rest: int, line_end: int) -> tuple[int, int]:
        """Where the name that begins at ``rest`` ends (-1: none), and where the text begins."""
        colon = window.find(b": ", rest, line_end)
        if colon < 0 and window[rest:line_end].endswith(b":"):
            colon = line_end - 1
        if colon <= rest or self.is_system(window[rest:colon]):
            return -1, rest
        for name in self.long.get(window[rest:colon], ()):
            if window.startswith(name + b": ", rest):
                colon = rest + len(name)
        return colon, min(colon + 2, line_end)


def exact(window: bytes, main: Layout, senders: Senders) -> Spans:
    """Every record of ``window``, line by line, in ``main`` or whatever other layouts."""
    found = list(heads(window, (main,)))
    ends = [line for line, _ in found[1:]] + [len(window)][: len(found)]
    layouts = tuple(dict.fromkeys(head.layout for _, head in found))
    rows = [
        _row(window, line, head, end, senders)
        for (line, head), end in zip(found, ends, strict=True)
    ]
    columns = [numbers(column) for column in zip(*rows, strict=True)] or [numbers(())] * 10
    which = numbers(layouts.index(head.layout) for _, head in found)
    start, end, date, date_end, time, time_end, rest, author_end, text, text_end = columns
    return Spans(
        layouts,
        which,
        start,
        end,
        (date, date_end),
        (time, time_end),
        rest,
        author_end,
        text,
        text_end,
    )


def _row(window: bytes, line: int, head: Head, end: int, senders: Senders) -> tuple[int, ...]:
    text_end = end - _line_end(window, end)
    line_end = window.find(b"\n", head.end, end)
    line_end = end if line_end < 0 else line_end
    line_end -= window[head.end : line_end].endswith(b"\r")
    author_end, text = senders.cut(window, head.end, line_end)
    return (line, end, *head.date, *head.time, head.end, author_end, text, max(text, text_end))


def _line_end(window: bytes, end: int) -> int:
    """How many bytes the line end before ``end`` has: CRLF 2, LF 1, none 0."""
    if window[end - 2 : end] == b"\r\n":
        return 2
    return 1 if window[end - 1 : end] == b"\n" else 0


def quick(window: bytes, layout: Layout, senders: Senders) -> Spans | None:
    """The records of a window all of whose heads are in ``layout``; none when unsure."""
    if not layout.plain or senders.long:
        return None
    whole = pa.array([window], pa.binary()).view(pa.string())
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return None  # not all UTF-8: the exact way repairs it record by record
    lines = pc.split_pattern(whole, "\n").values
    seen = pl.Series(lines)
    is_head = seen.str.contains("^" + layout.pattern)
    if seen.filter(~is_head).str.contains(GENERAL_TEXT).any():
        return None
    return _spans(window, layout, _Lines(lines, is_head.to_arrow()), senders)


@dataclass(frozen=True, slots=True)
class _Lines:
    """A window's lines without their LF, and which of them begin a record."""

    all: Column
    is_head: Column

    def starts(self) -> Column:
        """Where each head's line begins: the lines lost one LF each."""
        order = pl.int_range(len(self.all), eager=True).to_arrow()
        return pc.add(offsets_of(self.all), order).filter(self.is_head)

    def carriage_returns(self, window: bytes) -> Column | int:
        """1 for each record whose last line ends in CR."""
        if b"\r" not in window:
            return 0
        wears = pc.ends_with(self.all, "\r").cast(pa.int64())
        order = pl.int_range(len(self.all), eager=True).to_arrow().filter(self.is_head)
        unfinished = 0 if window.endswith(b"\n") else 1
        last = pa.concat_arrays(
            [pc.subtract(order.slice(1), fixed(1)), numbers([len(self.all) - 2 + unfinished])]
        )
        found = wears.take(last).to_pylist()
        if unfinished:
            found[-1] = 0
        return numbers(found)


def _spans(window: bytes, layout: Layout, lines: _Lines, senders: Senders) -> Spans | None:
    first_lines, start = lines.all.filter(lines.is_head), lines.starts()
    if not len(start):
        return None
    gap_at, close_at, colon_at = (
        pc.add(start, pc.find_substring(first_lines, part).cast(pa.int64()))
        for part in (layout.gap, layout.close, ": ")
    )
    rest = pc.add(close_at, fixed(len(layout.close.encode())))
    nameless = pc.less(colon_at, start)
    if pc.any(pc.equal(colon_at, rest)).as_py():
        return None
    end = pa.concat_arrays([start.slice(1), numbers([len(window)])])
    text_end = _text_ends(window, end, lines)
    first = (start, gap_at)
    second = (pc.add(gap_at, fixed(len(layout.gap.encode()))), close_at)
    date, time = (second, first) if layout.time_first else (first, second)
    author_end, text = (
        pc.if_else(nameless, fixed(-1), colon_at),
        pc.if_else(nameless, rest, pc.add(colon_at, fixed(2))),
    )
    which = pa.repeat(fixed(0), len(start))
    found = Spans((layout,), which, start, end, date, time, rest, author_end, text, text_end)
    return found if _surely_cut(window, found, nameless, senders) else None


def _text_ends(window: bytes, end: Column, lines: _Lines) -> Column:
    text_end = pc.subtract(pc.subtract(end, fixed(1)), lines.carriage_returns(window))
    if window.endswith(b"\n"):
        return text_end
    return pa.concat_arrays([text_end.slice(0, len(end) - 1), numbers([len(window)])])


def _surely_cut(window: bytes, spans: Spans, nameless: Column, senders: Senders) -> bool:
    """Whether every first colon ends a name, and every line without one has none.

    Not so: ``Name:`` at a line's end, and the program's own lines with a colon in them.
    """
    for row in pc.indices_nonzero(nameless).to_pylist():
        rest = spans.rest[row].as_py()
        line_end = window.find(b"\n", rest)
        line = window[rest : line_end if line_end >= 0 else None].removesuffix(b"\r")
        if line.endswith(b":"):
            return False
    ends = pc.if_else(nameless, spans.rest, spans.author_end)
    names = pc.unique(cut(pa.py_buffer(window), spans.rest, ends)).to_pylist()
    return not any(map(senders.is_system, names))
