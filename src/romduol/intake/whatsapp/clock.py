"""Stamps of a window's records to columns: when each was sent, in UTC, and the other reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pyarrow as pa

from romduol.casebook.evidence import Precision
from romduol.intake.arrow import Column, fixed, pc
from romduol.intake.whatsapp.columns import cut
from romduol.intake.whatsapp.layouts import Layout
from romduol.intake.whatsapp.ordering import Decision
from romduol.intake.whatsapp.scanning import Spans
from romduol.intake.whatsapp.stamps import WrittenDate, WrittenTime, read_date, read_time
from romduol.intake.whatsapp.zones import offset, offset_at

Read = TypeVar("Read")

_DAY = 86400
_UTC = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True)
class Clock:
    """One row a record. ``local`` is seconds since 1970 in local time, the first reading.

    ``normal`` is the stamp in one spelling, numbers in the order they were written in: it does not
    change when the order is decided later, so that ids do not.
    """

    sent_at: Column
    sent_at_other: Column
    local: Column
    normal: Column
    text: Column
    precision: Column


@dataclass(frozen=True, slots=True)
class _Coded:
    """Values read once each, and which row has which."""

    rows: Column

    def give(self, values: list[Any], kind: pa.DataType) -> Column:
        return pa.array(values, kind).take(self.rows)


def clock(
    window: pa.Buffer, spans: Spans, decided: Callable[[Layout], Decision], zone: ZoneInfo
) -> Clock:
    """When every record of ``spans`` was sent."""
    date_rows, dates = _read_once(window, spans.date, read_date)
    time_rows, times = _read_once(window, spans.time, read_time)
    day, other = _days(spans, date_rows, dates, decided)
    second = time_rows.give([t.second for t in times], pa.int64())
    local = pc.add(pc.multiply(day, fixed(_DAY)), second)
    return Clock(
        sent_at=_utc(day, second, zone),
        sent_at_other=_utc(other, second, zone),
        local=local,
        normal=pc.binary_join_element_wise(
            date_rows.give([d.normal for d in dates], pa.string()),
            time_rows.give([t.normal for t in times], pa.string()),
            fixed(" "),
        ),
        text=_as_written(spans, (date_rows, dates), (time_rows, times)),
        precision=_precision(local, time_rows, times),
    )


def _read_once(
    window: pa.Buffer, span: tuple[Column, Column], read: Callable[[bytes], Read]
) -> tuple[_Coded, list[Read]]:
    coded = cut(window, *span).dictionary_encode()
    return _Coded(coded.indices), [read(value) for value in coded.dictionary.to_pylist()]


def _days(
    spans: Spans, rows: _Coded, dates: list[WrittenDate], decided: Callable[[Layout], Decision]
) -> tuple[Column, Column]:
    """Days since 1970 as decided for each record's layout, and the other reading."""
    day: list[Column] = []
    other: list[Column] = []
    for layout in spans.layouts:
        readings = list(map(decided(layout).readings, dates))
        day.append(rows.give([first for first, _ in readings], pa.int64()))
        other.append(rows.give([second for _, second in readings], pa.int64()))
    return _of_layout(spans, day), _of_layout(spans, other)


def _of_layout(spans: Spans, columns: list[Column]) -> Column:
    """Each row from the column of the layout it is in."""
    if len(columns) == 1:
        return columns[0]
    return pc.choose(spans.which, *columns)


def _utc(day: Column, second: Column, zone: ZoneInfo) -> Column:
    if day.null_count == len(day):
        return pa.nulls(len(day), _UTC)
    coded = day.dictionary_encode()
    offsets = [offset(zone, d) for d in coded.dictionary.to_pylist()]
    east = pa.array(offsets, pa.int64()).take(coded.indices)
    unsure = pc.and_(pc.is_null(east), pc.and_(pc.is_valid(day), pc.is_valid(second)))
    if pc.any(unsure).as_py():
        east = _each(east, unsure, day, second, zone)
    seconds = pc.subtract(pc.add(pc.multiply(day, fixed(_DAY)), second), east)
    return pc.multiply(seconds, fixed(1_000_000)).cast(_UTC)


def _each(east: Column, unsure: Column, day: Column, second: Column, zone: ZoneInfo) -> Column:
    """Offsets on days when the clocks change, moment by moment."""
    moments = zip(day.filter(unsure).to_pylist(), second.filter(unsure).to_pylist(), strict=True)
    found = pa.array([offset_at(zone, d, s) for d, s in moments], pa.int64())
    return pc.replace_with_mask(east, unsure, found)


def _as_written(
    spans: Spans, dates: tuple[_Coded, list[WrittenDate]], times: tuple[_Coded, list[WrittenTime]]
) -> Column:
    date = dates[0].give([d.text for d in dates[1]], pa.string())
    time = times[0].give([t.text for t in times[1]], pa.string())
    stamps = []
    for layout in spans.layouts:
        parts = (time, date) if layout.time_first else (date, time)
        stamps.append(pc.binary_join_element_wise(*parts, fixed(layout.gap)))
    return _of_layout(spans, stamps)


def _precision(local: Column, rows: _Coded, times: list[WrittenTime]) -> Column:
    how = [Precision.SECOND.value if t.to_the_second else Precision.MINUTE.value for t in times]
    known = (
        pa.repeat(fixed(how[0]), len(local)) if len(set(how)) == 1 else rows.give(how, pa.string())
    )
    if not local.null_count:
        return known
    return pc.if_else(pc.is_valid(local), known, fixed(Precision.UNKNOWN.value))
