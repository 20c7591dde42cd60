"""Local time to UTC: an export names no zone, so one is assumed or given, and said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from romduol.casebook.evidence import ReadingOptions
from romduol.casebook.troubles import WrongUsage

ASSUMED = "Asia/Phnom_Penh"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UnknownZone(WrongUsage):
    """Someone gave a time zone that no table of zones has."""


def zone_for(options: ReadingOptions) -> tuple[ZoneInfo, str]:
    """The zone to read in, and ``given`` or ``assumed``."""
    name = options.zone or ASSUMED
    try:
        return ZoneInfo(name), "given" if options.zone else "assumed"
    except (ZoneInfoNotFoundError, ValueError):
        raise UnknownZone(zone=name) from None


@lru_cache(maxsize=100_000)
def offset(zone: ZoneInfo, day: int) -> int | None:
    """Seconds east of UTC all through local ``day`` since 1970; none if clocks change then."""
    there = {_offset_at(zone, day, second) for second in (0, 86399)}
    return there.pop() if len(there) == 1 else None


def offset_at(zone: ZoneInfo, day: int, second: int) -> int:
    """Seconds east of UTC at one local moment; of a moment that comes twice, the first."""
    return _offset_at(zone, day, second)


def _offset_at(zone: ZoneInfo, day: int, second: int) -> int:
    local = (_EPOCH + timedelta(days=day, seconds=second)).replace(tzinfo=zone)
    there = local.utcoffset()
    assert there is not None
    return int(there.total_seconds())
