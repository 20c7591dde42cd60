"""When a record was sent: seconds since 1970 where the export gives them, else local time.

``date`` is the clock of the computer that exported, without an offset; ``date_unixtime`` is UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from romduol.casebook.evidence import Precision
from romduol.intake.telegram.shapes import Record, plain

ODD = "telegram.odd_stamp"
LOCAL = "telegram.local_time"
INSTANT = pa.timestamp("us", tz="UTC")

_YEAR_10000 = 253_402_300_800
_PRECISION = {10: Precision.DAY, 16: Precision.MINUTE}  # by the length of an ISO 8601 stamp


@dataclass(frozen=True, slots=True)
class Stamp:
    """One stamp as read. ``key`` is what an id is made from: the same on every computer if it can.

    ``rules`` says when the stamp was local time or could not be read.
    """

    sent_at: datetime | None
    precision: Precision
    as_written: str
    key: str
    rules: tuple[str, ...]


def instants(unix: pa.Array[Any]) -> pa.Array[Any]:
    """Seconds written as digits, as instants. Nulls stay null."""
    seconds: Any = unix.cast(pa.int64())
    found: pa.Array[Any] = seconds.cast(pa.timestamp("s", tz="UTC")).cast(INSTANT)
    return found


def sent(record: Record, zone: ZoneInfo) -> Stamp:
    """When ``record`` was sent; null, ``unknown`` and flagged when its stamp cannot be read."""
    unix = plain(record.date_unixtime)
    when, precision, rule = _read(unix, record.date, zone)
    return Stamp(
        when, precision, record.date or unix, unix or record.date or "", (rule,) if rule else ()
    )


def edited(record: Record, zone: ZoneInfo) -> datetime | None:
    """When it was last changed; null when never: old exports write the epoch for never."""
    if record.edited is None and record.edited_unixtime is None:
        return None
    when, _, _ = _read(plain(record.edited_unixtime), record.edited, zone)
    return when if when is not None and when.year > 1970 else None


def _read(unix: str, date: str | None, zone: ZoneInfo) -> tuple[datetime | None, Precision, str]:
    if unix.isascii() and unix.isdigit() and len(unix) < 13 and 0 < int(unix) < _YEAR_10000:
        return datetime.fromtimestamp(int(unix), UTC), Precision.SECOND, ""
    when = _local(date, zone)
    if when is not None and date:
        return when, _PRECISION.get(len(date), Precision.SECOND), LOCAL
    return None, Precision.UNKNOWN, ODD if date or unix else ""


def _local(date: str | None, zone: ZoneInfo) -> datetime | None:
    try:
        when = datetime.fromisoformat(date or "")
        return (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
