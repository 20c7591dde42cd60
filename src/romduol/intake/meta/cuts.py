"""The bytes of a JSON array are cut into records here: exact positions, decoded values.

The quick cut trusts the separator that stands between the first two records. It is proved right by
decoding: with the commas of the separators blanked, what is left must decode as that many objects
one after another, which it does only if every separator stood between two records and nothing else
did. Where that fails, or a record needs mending, the window is cut bracket by bracket, with the
same result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Generic, TypeAlias, TypeVar

import numpy as np

from romduol.intake.meta.shapes import Decoding
from romduol.intake.telegram.tape import LONGEST, Broken, end_of_value

WINDOW = 1 << 20
ROWS, SPAN = 16_384, 16 << 20  # a joined cut holds so many records, or so many bytes, and ends

_SPACE = re.compile(rb"[ \t\r\n]*+")
_FIRST = re.compile(rb'([ \t\r\n]*+)\{([ \t\r\n]*+"[a-zA-Z_]*+"[ \t\r\n]*+:)')

_SPACES = b" \t\r\n"

T = TypeVar("T")
Octets: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Places: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Cut(Generic[T]):
    """The records of one window. ``starts`` and ``ends`` are offsets in the member.

    ``rules`` holds, by row, what was needed to decode a record; most rows need nothing.
    """

    starts: Places
    ends: Places
    values: list[T]
    rules: dict[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Window:
    """Some bytes of the span, and whether its first record and its last byte are in them.

    Where the first record is not, the window opens with the comma behind the one before.
    """

    data: bytes
    base: int
    first: bool
    final: bool


def cuts(
    stream: BinaryIO, span: tuple[int, int], decoding: Decoding[T], *, quick: bool = True
) -> Iterator[Cut[T]]:
    """All records in ``span``, window by window; memory stays flat.

    Raises ``Broken`` unless they fill the span: objects, one comma between two, nothing else.
    ``quick=False`` never trusts the separator; the result is the same.
    """
    base, left = span[0], span[1] - span[0]
    stream.seek(base)
    carried, begun, separator = b"", False, None
    while left:
        fresh = stream.read(min(WINDOW, left))
        if not fresh:
            raise Broken(base + len(carried), "ends")
        left -= len(fresh)
        window = _Window(carried + fresh, base, first=not begun, final=not left)
        if quick and not begun:
            separator = _separator(window.data)
        cut = (separator and _quick(window, separator, decoding)) or _exact(window, decoding)
        used = int(cut.ends[-1]) - base if cut.values else 0
        if used:
            begun = True
            yield cut
        base, carried = base + used, window.data[used:]
        if len(carried) > LONGEST:
            raise Broken(base, "long")


def joined(found: Iterator[Cut[T]]) -> Iterator[Cut[T]]:
    """The same records in fewer cuts: what is made of a cut costs most at its beginning."""
    waiting: list[Cut[T]] = []
    for cut in found:
        waiting.append(cut)
        rows = sum(len(one.values) for one in waiting)
        if rows >= ROWS or cut.ends[-1] - waiting[0].starts[0] >= SPAN:
            yield _as_one(waiting)
            waiting = []
    if waiting:
        yield _as_one(waiting)


def _as_one(some: list[Cut[T]]) -> Cut[T]:
    values: list[T] = []
    rules: dict[int, tuple[str, ...]] = {}
    for cut in some:
        rules.update({len(values) + row: needed for row, needed in cut.rules.items()})
        values.extend(cut.values)
    starts, ends = ([getattr(cut, side) for cut in some] for side in ("starts", "ends"))
    return Cut(np.concatenate(starts), np.concatenate(ends), values, rules)


def _separator(data: bytes) -> bytes | None:
    """What probably stands between records: with line ends, an indent; without, the first key."""
    opening = _FIRST.match(data)
    if opening is None:
        return None
    before, key = opening[1], opening[2]
    if b"\n" in before:
        return before + b"}," + before + b"{"
    return b"}," + before + b"{" + key


def _quick(window: _Window, separator: bytes, decoding: Decoding[T]) -> Cut[T] | None:
    """Cut at the separators; ``None`` when a piece is not one whole plain record."""
    head = _opening(window)
    comma = separator.index(b",")
    last = len(window.data) if window.final else window.data.rfind(separator) + comma
    if head is None or last <= max(head, comma):
        return None
    records = bytearray(window.data[head:last].rstrip(_SPACES))
    octets = np.frombuffer(records, np.uint8)
    commas = _places(octets, separator) + comma
    octets[commas] = _SPACES[0]
    try:
        values = decoding.quick.decode_lines(records)
    except (ValueError, RecursionError):
        return None
    if len(values) != len(commas) + 1:
        return None
    opens = separator.index(b"{") - comma
    starts = np.append(head, commas + (head + opens)) + window.base
    ends = np.append(commas + head, head + len(records)) + window.base
    return Cut(starts, ends, values, {})


def _places(octets: Octets, needle: bytes) -> Octets:
    """Where ``needle`` stands; by its last byte first, which is rarer than the spaces before."""
    ends = np.flatnonzero(octets == needle[-1])
    ends = ends[ends >= len(needle) - 1]
    for back in range(1, len(needle)):
        ends = ends[octets[ends - back] == needle[-1 - back]]
    places: Octets = ends - (len(needle) - 1)
    return places


def _opening(window: _Window) -> int | None:
    """Where the window's first record opens, past the comma before it."""
    at = _past_space(window.data, 0)
    if not window.first:
        if window.data[at : at + 1] != b",":
            return None
        at = _past_space(window.data, at + 1)
    return at if window.data[at : at + 1] == b"{" else None


def _past_space(data: bytes, at: int) -> int:
    found = _SPACE.match(data, at)
    return found.end() if found else at


def _exact(window: _Window, decoding: Decoding[T]) -> Cut[T]:
    """Cut bracket by bracket, and mend what needs it."""
    spans: list[tuple[int, int]] = []
    values: list[T] = []
    rules: dict[int, tuple[str, ...]] = {}
    at = 0
    while (span := _next_span(window, at, first=window.first and not spans)) is not None:
        start, at = span
        try:
            value, needed = decoding.one(window.data[start:at])
        except (ValueError, RecursionError):
            raise Broken(window.base + start, "record") from None
        if needed:
            rules[len(values)] = needed
        values.append(value)
        spans.append(span)
    if window.final and _past_space(window.data, at) < len(window.data):
        raise Broken(window.base + at, "layout")
    places = np.array(spans, np.int64).reshape(-1, 2) + window.base
    return Cut(places[:, 0], places[:, 1], values, rules)


def _next_span(window: _Window, at: int, *, first: bool) -> tuple[int, int] | None:
    """The next whole record at or after ``at``; ``None`` when the window holds no more."""
    data = window.data
    at = _past_space(data, at)
    if not first and at < len(data):
        if data[at : at + 1] != b",":
            raise Broken(window.base + at, "layout")
        at = _past_space(data, at + 1)
        if window.final and at == len(data):
            raise Broken(window.base + at, "layout")
    if at == len(data):
        return None
    if data[at : at + 1] != b"{":
        raise Broken(window.base + at, "layout")
    end = end_of_value(data, at)
    return None if end is None else (at, end)
