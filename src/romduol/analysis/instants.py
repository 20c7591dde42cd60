"""Time columns of any form come in, whole microseconds since 1970 UTC go out.

Arithmetic on integers only, the same on every engine: no engine's parser decides, and a time nobody
can read is null, never an exception and never a guess.
"""

from __future__ import annotations

import narwhals as nw

from romduol.analysis.engines import Engine, Lazy

MICROSECONDS = 1_000_000
DAY = 86_400 * MICROSECONDS
_LAST = 100_000_000_000  # seconds: beyond this, a number counts milliseconds

_WHOLE = r"^[0-9]{1,11}$"
_WRITTEN = (
    r"^[0-9]{4}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:[0-5][0-9]"
    r"(\.[0-9]+)?(Z|UTC| UTC|[+-][0-9]{2}:?[0-9]{2})?$"
)
_OFFSET = r"[+-][0-9]{2}:?[0-9]{2}$"


def with_instant(frame: Lazy, engine: Engine, name: str, alias: str = "at") -> Lazy:
    """``frame`` with column ``name`` as ``alias``: microseconds since 1970 UTC, null if unreadable.

    Whole and broken numbers and digits are Unix seconds; text may be ISO 8601 with seconds and an
    offset, UTC where it names none. Anything outside 1970 to 5138 is null: it was not seconds.
    """
    kind = frame.collect_schema()[name]
    column = nw.col(name)
    if isinstance(kind, nw.Datetime):
        frame, micros = engine.micros(frame, name), column.cast(nw.Int64)
    elif kind.is_integer():
        micros = column.cast(nw.Int64) * MICROSECONDS
    elif kind.is_float() or kind.is_decimal():
        micros = (column.cast(nw.Float64) * MICROSECONDS).round().cast(nw.Int64)
    else:
        micros = _from_text(column.cast(nw.String))
    kept = nw.when(micros >= 0, micros < _LAST * MICROSECONDS).then(micros)
    return frame.with_columns(kept.alias(alias))


def _from_text(text: nw.Expr) -> nw.Expr:
    seconds = nw.when(text.str.contains(_WHOLE)).then(text).cast(nw.Int64)
    iso = nw.when(text.str.contains(_WRITTEN)).then(text)
    return nw.coalesce(seconds, _civil(iso)) * MICROSECONDS


def _civil(iso: nw.Expr) -> nw.Expr:
    """Seconds since 1970 of an ISO stamp, by days from the civil date (H. Hinnant, 2013)."""
    year, month, day = (_number(iso, *place) for place in ((0, 4), (5, 2), (8, 2)))
    early = nw.when(month <= 2).then(nw.lit(1)).otherwise(nw.lit(0))
    since_march = month + 12 * early - 3
    y = year - early
    days = 365 * y + y // 4 - y // 100 + y // 400 + (153 * since_march + 2) // 5 + day - 719_469
    clock = _number(iso, 11, 2) * 3600 + _number(iso, 14, 2) * 60 + _number(iso, 17, 2)
    known = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    return nw.when(known).then(days * 86_400 + clock - _offset(iso))


def _offset(iso: nw.Expr) -> nw.Expr:
    """Seconds east of Greenwich, 0 where the stamp names no offset."""
    has = iso.str.contains(_OFFSET)
    tail = nw.when(has).then(iso.str.replace_all(":", "")).otherwise(nw.lit("00000"))
    sign = nw.when(tail.str.slice(-5, 1) == "-").then(nw.lit(-1)).otherwise(nw.lit(1))
    return sign * (_number(tail, -4, 2) * 3600 + _number(tail, -2, 2) * 60)


def _number(text: nw.Expr, start: int, length: int) -> nw.Expr:
    return text.str.slice(start, length).cast(nw.Int64)
