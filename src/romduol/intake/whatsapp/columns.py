"""Byte places to columns: whole arrays cut out of a window without touching one value in Python."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import polars as pl
import pyarrow as pa

from romduol.intake.arrow import Column, fixed, pc


def numbers(values: Iterable[int]) -> Column:
    """``values`` as int64."""
    return pa.array(list(values), pa.int64())


def offsets_of(column: Column) -> Column:
    """Where each value of a string or binary ``column`` begins in its data, as int64."""
    offsets = pa.Array.from_buffers(
        pa.int32(), len(column), [None, column.buffers()[1]], offset=column.offset
    )
    return offsets.cast(pa.int64())


def evens(count: int) -> Column:
    """0, 2, 4, ... ``count`` of them."""
    return pl.int_range(0, 2 * count, 2, eager=True).to_arrow()


def cut(window: pa.Buffer, starts: Column, ends: Column) -> Column:
    """The bytes [start, end) of ``window``, a row each; spans follow one another and never overlap.

    The window is seen as one column in which pieces wanted and pieces between them alternate; every
    second one is taken. Raises ``ArrowInvalid`` when spans overlap or leave the window.
    """
    if not len(starts):
        return pa.array([], pa.binary())
    low, high = (starts, ends) if sys.byteorder == "little" else (ends, starts)
    pairs = pc.add(
        low, pc.multiply(high, fixed(1 << 32))
    )  # two 32-bit offsets in each 64-bit number
    both = pa.Array.from_buffers(
        pa.binary(), 2 * len(starts) - 1, [None, pairs.buffers()[1], window]
    )
    both.validate(full=True)
    return both.take(evens(len(starts)))
