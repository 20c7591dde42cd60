from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.analysis.engines import collected, engine
from romduol.analysis.instants import with_instant

EMBEDDED = ["duckdb", "polars"]


def read(column: pa.Array, name: str) -> list[int | None]:
    with_engine = engine(name)
    frame = with_engine.lend(pa.table({"t": column}))
    got: list[int | None] = collected(with_instant(frame, with_engine, "t"))["at"].to_pylist()
    return got


@pytest.mark.parametrize("name", EMBEDDED)
@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1700000000", 1_700_000_000),
        ("2023-11-14T22:13:20Z", 1_700_000_000),
        ("2023-11-14 22:13:20", 1_700_000_000),
        ("2023-11-14T22:13:20.999Z", 1_700_000_000),
        ("2023-11-15T05:13:20+07:00", 1_700_000_000),
        ("2023-11-14T17:43:20-0430", 1_700_000_000),
        ("2024-02-29T00:00:00Z", 1_709_164_800),
        ("1970-01-01T00:00:00Z", 0),
    ],
)
def test_a_stamp_is_read(written: str, seconds: int, name: str) -> None:
    assert read(pa.array([written]), name) == [seconds * 1_000_000]


@pytest.mark.parametrize("name", EMBEDDED)
@pytest.mark.parametrize(
    "written", ["", "soon", "2023-13-01T00:00:00Z", "14/11/2023 22:13", "1700000000000", "-5", None]
)
def test_what_is_no_stamp_is_null_and_not_a_guess(written: str | None, name: str) -> None:
    assert read(pa.array([written, "0"], pa.string()), name) == [None, 0]


@pytest.mark.parametrize("name", EMBEDDED)
def test_typed_columns_keep_their_meaning(name: str) -> None:
    at = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    wanted = [1_700_000_000 * 1_000_000]
    assert read(pa.array([1_700_000_000], pa.int32()), name) == wanted
    assert read(pa.array([1_700_000_000.0]), name) == wanted
    assert read(pa.array([at], pa.timestamp("us", tz="UTC")), name) == wanted
    assert read(pa.array([at.replace(tzinfo=None)], pa.timestamp("ms")), name) == wanted


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)),  # noqa: DTZ001 - zoned below
        min_size=1,
        max_size=20,
    ),
    st.integers(-720, 840),
)
def test_every_offset_leads_to_the_same_instant(days: list[datetime], minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    stamps = [day.replace(microsecond=0, tzinfo=zone) for day in days]
    got = read(pa.array([s.isoformat() for s in stamps]), "polars")
    seconds = [int(s.timestamp()) for s in stamps]
    assert got == [s * 1_000_000 if s >= 0 else None for s in seconds]
