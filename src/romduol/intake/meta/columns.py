"""Columns as Arrow wants them, made from what is the same for most rows and what is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa

from romduol.intake.arrow import Column, pc

INSTANT = pa.timestamp("us", tz="UTC")

_YEAR_10000 = 253_402_300_800


def filled(value: str | bool, rows: int, kind: pa.DataType | None = None) -> Column:
    """``rows`` times ``value``."""
    one: Column = pa.scalar(value, kind or pa.string())
    return pa.repeat(one, rows)


def instants(written: Column, per_second: int) -> Column:
    """Whole numbers since 1970 as instants; null where there is none, or none of our era."""
    era = pc.and_(pc.greater(written, 0), pc.less(written, _YEAR_10000 * per_second))
    believed = pc.if_else(era, written, pa.scalar(None, pa.int64()))
    return pc.multiply(believed, 1_000_000 // per_second).cast(INSTANT)


def lists(values: Sequence[list[Any]], kind: pa.DataType) -> Column:
    """A column of lists, most of them empty."""
    ends = list(accumulate((len(some) for some in values), initial=0))
    flat = pa.array([one for some in values for one in some], kind)
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), flat)


def placed(usual: str | bool, others: dict[int, Any], rows: int) -> Column:
    """A column that holds ``usual`` but for the rows in ``others``."""
    if not others:
        return filled(usual, rows, _kind_of(usual))
    values: list[Any] = [usual] * rows
    for row, value in others.items():
        values[row] = value
    return pa.array(values, _kind_of(usual))


def _kind_of(value: str | bool) -> pa.DataType:
    return pa.bool_() if isinstance(value, bool) else pa.string()


def ruled(rules: Sequence[tuple[str, ...]], combinations: Iterable[tuple[str, ...]]) -> Column:
    """A column of rule ids; rows share few ``combinations``, and each is made once."""
    places = {some: place for place, some in enumerate(combinations)}
    made = pa.array([list(some) for some in places], pa.list_(pa.string()))
    return made.take(pa.array([places[some] for some in rules], pa.int32()))
