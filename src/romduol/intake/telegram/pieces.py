"""The bytes between a chat's brackets are cut into records here: exact positions, decoded values.

The quick cut trusts the lines that Telegram Desktop writes. It is proved right record by record:
each is either like a pattern, line by line, or is decoded by itself, and between two there is one
comma. Where that fails the window is cut bracket by bracket, with the same result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

import numpy as np

from romduol.intake.telegram.alike import Alike, Patterns
from romduol.intake.telegram.lines import Numbers, lines
from romduol.intake.telegram.shapes import Record, decoded
from romduol.intake.telegram.tape import LONGEST, Broken, end_of_value

WINDOW = 8 * 1024 * 1024

Decoded: TypeAlias = tuple[Record, tuple[str, ...]]  # and the rules that mended it

_FIRST = re.compile(rb"\n( *)\{")
_SPACE = re.compile(rb"[ \t\r\n]*+")


@dataclass(frozen=True, slots=True)
class Slab:
    """The records of one window; ``starts`` and ``ends`` are absolute offsets in the member.

    ``alike`` holds those that a pattern fits; ``records`` every other one, by its row, with the
    rules that mended it.
    """

    window: bytes
    base: int
    starts: Numbers
    ends: Numbers
    alike: Alike | None
    records: dict[int, Decoded]

    def looked_at(self) -> Iterator[tuple[bytes, Record, tuple[str, ...]]]:
        """Each of ``records``, in order: its bytes, what was decoded, the rules needed for that."""
        for row, found in self.records.items():
            start, end = int(self.starts[row]) - self.base, int(self.ends[row]) - self.base
            yield self.window[start:end], *found


def slabs(stream: BinaryIO, start: int, end: int, patterns: Patterns | None) -> Iterator[Slab]:
    """All records between ``start`` and ``end``, window by window.

    Raises ``Broken`` unless they fill the span: objects, one comma between two, nothing else.
    Without ``patterns`` no layout is trusted; the result is the same.
    """
    stream.seek(start)
    base, carried, left, begun = start, b"", end - start, False
    separator = None
    while left:
        fresh = stream.read(min(WINDOW, left))
        if not fresh:
            raise Broken(base + len(carried), "ends")
        left -= len(fresh)
        window = carried + fresh
        if base == start:
            separator = separator or _separator(window)
        cut = _Cut(window, base, final=not left, first=not begun)
        slab = (separator and patterns and _quick(cut, separator, patterns)) or _exact(cut)
        used = 0
        if len(slab.starts):
            begun = True
            used = int(slab.ends[-1]) - base
            yield slab
        base, carried = base + used, window[used:]
        if len(carried) > LONGEST:
            raise Broken(base, "long")


@dataclass(frozen=True, slots=True)
class _Cut:
    """A window, and whether the span's last byte and first record are in it.

    Where the first record is not, the window opens with the comma behind the one before.
    """

    window: bytes
    base: int
    final: bool
    first: bool


def _separator(window: bytes) -> bytes | None:
    opening = _FIRST.match(window)
    if opening is None:
        return None
    return b"\n" + opening[1] + b"},\n" + opening[1] + b"{"


def _quick(cut: _Cut, separator: bytes, patterns: Patterns) -> Slab | None:
    """Cut at the lines that open records; ``None`` when a piece is not one whole record."""
    head = _opening(cut)
    closing = separator.index(b"}") + 1
    if head is None:
        return None
    last = _filled(cut.window) if cut.final else cut.window.rfind(separator) + closing
    found = lines(cut.window, head - closing + 2, last, closing - 2)
    alike = found and patterns.fitting(found)
    if not found or not alike:
        return None
    left = np.flatnonzero(alike.nth < 0)
    spans = zip(left.tolist(), found.starts[left].tolist(), found.stops[left].tolist(), strict=True)
    try:
        records = {row: _decoded(cut.window, start, end, cut.base) for row, start, end in spans}
    except Broken:
        return None
    return Slab(
        cut.window, cut.base, found.starts + cut.base, found.stops + cut.base, alike, records
    )


def _filled(window: bytes) -> int:
    """The length of ``window`` without white space at its end."""
    at = len(window)
    while at and window[at - 1] in b" \t\r\n":
        at -= 1
    return at


def _opening(cut: _Cut) -> int | None:
    """Where the window's first record opens, past the comma before it."""
    at = _past_space(cut.window, 0)
    if not cut.first:
        if cut.window[at : at + 1] != b",":
            return None
        at = _past_space(cut.window, at + 1)
    return at if cut.window[at : at + 1] == b"{" else None


def _past_space(window: bytes, at: int) -> int:
    found = _SPACE.match(window, at)
    return found.end() if found else at


def _exact(cut: _Cut) -> Slab:
    """Cut bracket by bracket, and mend what needs it."""
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while (span := _next_span(cut, at, cut.first and not starts)) is not None:
        starts.append(span[0])
        at = span[1]
        ends.append(at)
    if cut.final and _past_space(cut.window, at) < len(cut.window):
        raise Broken(cut.base + at, "layout")
    spans = enumerate(zip(starts, ends, strict=True))
    records = {row: _decoded(cut.window, a, b, cut.base) for row, (a, b) in spans}
    begun, ended = (np.array(places, np.int64) + cut.base for places in (starts, ends))
    return Slab(cut.window, cut.base, begun, ended, None, records)


def _next_span(cut: _Cut, at: int, first: bool) -> tuple[int, int] | None:
    """The next whole record at or after ``at``; ``None`` when the window holds no more."""
    window = cut.window
    at = _past_space(window, at)
    if not first and at < len(window):
        if window[at : at + 1] != b",":
            raise Broken(cut.base + at, "layout")
        at = _past_space(window, at + 1)
        if cut.final and at == len(window):
            raise Broken(cut.base + at, "layout")
    if at == len(window):
        return None
    if window[at : at + 1] != b"{":
        raise Broken(cut.base + at, "layout")
    end = end_of_value(window, at)
    return None if end is None else (at, end)


def _decoded(window: bytes, start: int, end: int, base: int) -> Decoded:
    try:
        return decoded(window[start:end])
    except (ValueError, RecursionError):
        raise Broken(base + start, "record") from None
