"""The bytes between a chat's brackets are cut into records here: exact positions, decoded values.

The quick cut trusts the lines that Telegram Desktop writes. It is proved right record by record:
each is either like a pattern, line by line, or is decoded by itself, and between two there is one
comma. Where that fails the window is cut bracket by bracket, with the same result. Short chats are
put one behind the other and cut together: what a window costs at its beginning is paid once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, TypeAlias

import numpy as np

from romduol.intake.telegram.alike import Alike, Patterns
from romduol.intake.telegram.lines import Numbers, lines
from romduol.intake.telegram.outline import Chat
from romduol.intake.telegram.shapes import Record, decoded
from romduol.intake.telegram.tape import LONGEST, Broken, end_of_value

WINDOW = 8 * 1024 * 1024

Decoded: TypeAlias = tuple[Record, tuple[str, ...]]  # and the rules that mended it

_FIRST = re.compile(rb"\n( *)\{")
_SPACE = re.compile(rb"[ \t\r\n]*+")


@dataclass(frozen=True, slots=True)
class Slab:
    """The records of one window; ``base`` is where it stands in the member.

    ``opens`` and ``closes`` say where each record stands in the window. ``alike`` holds those that
    a pattern fits; ``records`` every other one, by its row, with the rules that mended it. Where
    the window was put together of several chats, ``nth`` says of each row which of ``chats`` it is
    in, and ``base`` is a number a row.
    """

    window: bytes
    base: int | Numbers
    opens: Numbers
    closes: Numbers
    alike: Alike | None
    records: dict[int, Decoded]
    chats: tuple[Chat, ...] = ()
    nth: Numbers | None = None

    @property
    def starts(self) -> Numbers:
        """Where each record begins in the member."""
        return self.opens + self.base

    @property
    def ends(self) -> Numbers:
        """Where each record ends in the member."""
        return self.closes + self.base

    def looked_at(self) -> Iterator[tuple[bytes, Record, tuple[str, ...]]]:
        """Each of ``records``, in order: its bytes, what was decoded, the rules needed for that."""
        for row, found in self.records.items():
            yield self.window[int(self.opens[row]) : int(self.closes[row])], *found


def slabs(stream: BinaryIO, chats: Iterable[Chat], patterns: Patterns | None) -> Iterator[Slab]:
    """All records of ``chats``, window by window, in their order.

    Raises ``Broken`` unless they fill the spans: objects, one comma between two, nothing else.
    Without ``patterns`` no layout is trusted; the result is the same.
    """
    for group in _groups(chats):
        together = patterns and len(group) > 1 and _together(stream, group, patterns)
        if together:
            yield together
            continue
        for chat in group:
            yield from (replace(s, chats=(chat,)) for s in _slabs_of(stream, chat, patterns))


def _groups(chats: Iterable[Chat]) -> Iterator[list[Chat]]:
    """Chats that follow one another, as many as fill a window; a long one stands alone."""
    group: list[Chat] = []
    size = 0
    for chat in chats:
        length = chat.end - chat.start
        if group and size + length > WINDOW:
            yield group
            group, size = [], 0
        group.append(chat)
        size += length
    if group:
        yield group


def _together(stream: BinaryIO, group: list[Chat], patterns: Patterns) -> Slab | None:
    """The records of all of ``group``, cut as if they were one chat's; ``None`` where they do not
    lie as in one.

    Each chat must end where a record ends: the halves of one must not become whole by being put
    together.
    """
    filled = [(chat, raw) for chat in group if (raw := _span_of(stream, chat))]
    if not filled:
        return None
    window = b",".join([raw for _, raw in filled])
    separator = _separator(window)
    found = separator and _quick(_Cut(window, 0, final=True, first=True), separator, patterns)
    if not found:
        return None
    stops = np.cumsum([len(raw) + 1 for _, raw in filled]) - 1
    if not np.isin(stops, found.closes).all():
        return None
    nth = np.searchsorted(stops, found.opens)
    begins = np.append(0, stops[:-1] + 1)
    base = (np.array([chat.start for chat, _ in filled]) - begins)[nth]
    return replace(found, base=base, chats=tuple(chat for chat, _ in filled), nth=nth)


def _span_of(stream: BinaryIO, chat: Chat) -> bytes:
    """What stands between the chat's brackets, without the space behind its last record."""
    stream.seek(chat.start)
    raw = stream.read(chat.end - chat.start)
    if len(raw) != chat.end - chat.start:
        raise Broken(chat.start + len(raw), "ends")
    return raw[: _filled(raw)]


def _slabs_of(stream: BinaryIO, chat: Chat, patterns: Patterns | None) -> Iterator[Slab]:
    stream.seek(chat.start)
    base, carried, left, begun = chat.start, b"", chat.end - chat.start, False
    separator = None
    while left:
        fresh = stream.read(min(WINDOW, left))
        if not fresh:
            raise Broken(base + len(carried), "ends")
        left -= len(fresh)
        window = carried + fresh
        if base == chat.start:
            separator = separator or _separator(window)
        cut = _Cut(window, base, final=not left, first=not begun)
        slab = (separator and patterns and _quick(cut, separator, patterns)) or _exact(cut)
        used = 0
        if len(slab.opens):
            begun = True
            used = int(slab.closes[-1])
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
    return Slab(cut.window, cut.base, found.starts, found.stops, alike, records)


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
    opens, closes = (np.array(places, np.int64) for places in (starts, ends))
    return Slab(cut.window, cut.base, opens, closes, None, records)


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
