"""The bytes between a chat's brackets are cut into records here: exact positions, decoded values.

The quick cut trusts the separator that Telegram Desktop writes between two records. It is proved
right by parsing: with the commas of the separators gone, what is left must parse as that many JSON
objects one after another, which it does only if every separator stood between two records and
nothing else did. Where that fails, or a record needs mending, the window is cut bracket by bracket,
with the same result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.json

from romduol.intake.arrow import pc
from romduol.intake.telegram.shapes import TABLE, Record, decoded
from romduol.intake.telegram.tape import LONGEST, Broken, end_of_value

WINDOW = 4 * 1024 * 1024

read_json: Any = pyarrow.json.read_json  # its stubs do not know Arrow's own streams

_FIRST = re.compile(rb"\n( *)\{")
_SPACE = re.compile(rb"[ \t\r\n]*+")
_PARSING = pyarrow.json.ParseOptions(
    explicit_schema=TABLE, newlines_in_values=True, unexpected_field_behavior="ignore"
)


@dataclass(frozen=True, slots=True)
class Slab:
    """The records of one window; ``starts`` and ``ends`` are absolute offsets in the member.

    ``table`` holds them as columns, or is null when the window was cut bracket by bracket; then
    ``records`` holds every row with the rules that mended it.
    """

    window: bytes
    base: int
    starts: pa.Array[Any]
    ends: pa.Array[Any]
    table: pa.Table | None
    records: tuple[tuple[Record, tuple[str, ...]], ...] = ()

    def looked_at(self, rows: pa.Array[Any]) -> Iterator[tuple[bytes, Record, tuple[str, ...]]]:
        """Each of ``rows``: its bytes, the record fully decoded, the rules needed for that."""
        starts, ends = (pc.subtract(a, self.base).take(rows) for a in (self.starts, self.ends))
        for row, start, end in zip(*(a.to_pylist() for a in (rows, starts, ends)), strict=True):
            if self.table is None:
                yield self.window[start:end], *self.records[row]
            else:
                yield self.window[start:end], *_decoded(self.window, start, end, self.base)


def slabs(stream: BinaryIO, start: int, end: int, *, quick: bool = True) -> Iterator[Slab]:
    """All records between ``start`` and ``end``, window by window.

    Raises ``Broken`` unless they fill the span: objects, one comma between two, nothing else.
    ``quick=False`` never trusts the separator; the result is the same.
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
        if quick and base == start:
            separator = separator or _separator(window)
        cut = _Cut(window, base, final=not left, first=not begun)
        slab = (separator and _quick(cut, separator)) or _exact(cut)
        used = 0
        if len(slab.starts):
            begun = True
            used = slab.ends[-1].as_py() - base
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


def _quick(cut: _Cut, separator: bytes) -> Slab | None:
    """Cut at the separators; ``None`` when a piece is not one whole plain record."""
    head = _opening(cut)
    closing = separator.index(b"}") + 1
    last = len(cut.window) if cut.final else cut.window.rfind(separator) + closing
    if head is None or last <= max(head, closing):
        return None
    span = cut.window[head:last]
    parts = pc.split_pattern(pa.array([span], pa.binary()), pattern=separator)
    table = _table(pc.binary_join(parts, separator.replace(b",", b""))[0].as_buffer())
    if table is None or table.num_rows != len(parts.values):
        return None
    lengths = pc.add(pc.binary_length(parts.values).cast(pa.int64()), len(separator))
    after = pc.add(pc.cumulative_sum(lengths), cut.base + head)  # past each separator
    first, whole = cut.base + head, cut.base + head + len(span.rstrip(b" \t\r\n"))
    starts = pa.concat_arrays([pa.array([first]), pc.subtract(after[:-1], 1)])
    ends = pa.concat_arrays([pc.subtract(after[:-1], len(separator) - closing), pa.array([whole])])
    return Slab(cut.window, cut.base, starts, ends, table)


def _table(objects: pa.Buffer) -> pa.Table | None:
    """The objects as columns; ``None`` when they are not what Telegram Desktop writes today."""
    reading = pyarrow.json.ReadOptions(use_threads=False, block_size=objects.size + 1)
    try:
        table = read_json(pa.BufferReader(objects), reading, _PARSING)
        table.validate(full=True)
    except pa.ArrowInvalid:
        return None
    whole: pa.Table = table.combine_chunks()
    return whole


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
    spans = zip(starts, ends, strict=True)
    records = tuple(_decoded(cut.window, a, b, cut.base) for a, b in spans)
    return Slab(
        cut.window, cut.base, _moved(starts, cut.base), _moved(ends, cut.base), None, records
    )


def _moved(places: list[int], base: int) -> pa.Array[Any]:
    return pa.array([place + base for place in places], pa.int64())


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


def _decoded(window: bytes, start: int, end: int, base: int) -> tuple[Record, tuple[str, ...]]:
    try:
        return decoded(window[start:end])
    except (ValueError, RecursionError):
        raise Broken(base + start, "record") from None
