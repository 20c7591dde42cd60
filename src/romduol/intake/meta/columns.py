"""Columns as Arrow wants them, made from what is the same for most rows and what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from romduol.casebook.evidence import Precision
from romduol.intake.arrow import Column, pc
from romduol.intake.meta.mojibake import Codes

INSTANT = pa.timestamp("us", tz="UTC")

_YEAR_10000 = 253_402_300_800
# made once: a plain Python value is looked at anew by every call
_NOUGHT = pa.scalar(0, pa.int64())
_NOTHING = pa.scalar(None, pa.int64())
_SECOND = pa.scalar(str(Precision.SECOND), pa.string())
_UNKNOWN = pa.scalar(str(Precision.UNKNOWN), pa.string())


def filled(value: str | bool, rows: int, kind: pa.DataType | None = None) -> Column:
    """``rows`` times ``value``."""
    one: Column = pa.scalar(value, kind or pa.string())
    return pa.repeat(one, rows)


def instants(milliseconds: Column) -> Column:
    """Milliseconds since 1970 as instants; null where there are none, or none of our era."""
    end = pa.scalar(_YEAR_10000 * 1000, pa.int64())
    era = pc.and_(pc.greater(milliseconds, _NOUGHT), pc.less(milliseconds, end))
    believed: Column = pc.if_else(era, milliseconds, _NOTHING)
    return believed.cast(pa.timestamp("ms", tz="UTC")).cast(INSTANT)


def precisions(sent_at: Column) -> Column:
    """To the second where there is an instant, else unknown."""
    return pc.if_else(sent_at.is_valid(), _SECOND, _UNKNOWN)


def lists(found: Mapping[int, Sequence[Any]], rows: int, kind: pa.DataType) -> Column:
    """A column of ``rows`` lists: those in ``found``, by their row, and else empty ones."""
    ends = np.zeros(rows + 1, np.int32)
    for row, some in found.items():
        ends[row + 1] = len(some)
    flat = pa.array([one for row in sorted(found) for one in found[row]], kind)
    offsets: Any = pa.array(ends.cumsum(dtype=np.int32))
    return pa.ListArray.from_arrays(offsets, flat)


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


class Ruled:
    """The rules of each row. Rows share few combinations: each is made once and numbered."""

    def __init__(self, combinations: Sequence[tuple[str, ...]], codes: Codes) -> None:
        self._combinations = list(combinations)
        self._codes = codes  # of each row, which of the combinations
        self._known = {some: code for code, some in enumerate(combinations)}

    def add(self, row: int, *rules: str) -> None:
        """Put ``rules`` behind those the row has."""
        if rules:
            some = (*self._combinations[self._codes[row]], *rules)
            code = self._known.setdefault(some, len(self._combinations))
            if code == len(self._combinations):
                self._combinations.append(some)
            self._codes[row] = code

    def counted(self) -> Counter[str]:
        """In how many rows each rule was needed."""
        found: Counter[str] = Counter()
        times = np.bincount(self._codes, minlength=len(self._combinations)).tolist()
        for some, rows in zip(self._combinations, times, strict=True):
            found.update(dict.fromkeys(some, rows))
        return +found

    def column(self) -> Column:
        """Lists of rule ids."""
        made = pa.array([list(some) for some in self._combinations], pa.list_(pa.string()))
        codes: Any = pa.array(self._codes)
        return made.take(codes)
