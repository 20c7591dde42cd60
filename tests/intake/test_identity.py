"""Message ids: one a message, the same again, and never two different ones alike."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.intake.identity import MessageIds

Row = tuple[str, str | None, str, str, str]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["t", "t1", ""]), st.sampled_from(["a", "", None, "1:a"]),
        st.sampled_from(["1", "2", "12"]), st.sampled_from(["x", "", "1:x", "សារ"]),
        st.sampled_from(["", "m"]),
    ),
    max_size=30,
)  # fmt: skip


def ids(*batches: list[Row], clock: bool = False, platform: str = "p") -> list[bytes]:
    made, found = MessageIds(platform), []
    for rows in batches:
        columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)] or [
            pa.array([], pa.string())
        ] * 5
        when = pa.array([int(row[2]) for row in rows], pa.int64()) if clock else None
        *four, media = columns
        found += made.of(*four, media=media, clock=when).to_pylist()
    return found


@settings(max_examples=80, deadline=None)
@given(ROWS, st.integers(0, 30), st.booleans())
def test_ids_are_unique_and_do_not_depend_on_how_a_file_is_cut(
    rows: list[Row], at: int, clock: bool
) -> None:
    whole = ids(rows)
    assert len(set(whole)) == len(rows)
    assert ids(rows[:at], rows[at:], clock=clock) == whole
    assert ids(*([row] for row in rows), clock=clock) == whole


@settings(max_examples=50, deadline=None)
@given(ROWS, ROWS)
def test_a_longer_export_gives_the_same_ids_for_its_beginning(
    first: list[Row], more: list[Row]
) -> None:
    assert ids(first + more)[: len(first)] == ids(first)


@pytest.mark.parametrize(
    "other",
    [
        ("t", "ab", "1", "x", ""),
        ("ta", "b", "1", "x", ""),
        ("t", None, "1", "x", ""),
        ("t", "a", "12", "x", ""),
        ("t", "a", "1", "1:x", ""),
        ("t", "a", "1", "x", "m"),
    ],
)
def test_any_difference_in_a_field_is_another_message(other: Row) -> None:
    assert ids([other]) != ids([("t", "a", "1", "x", "")])


def test_platforms_do_not_share_ids() -> None:
    row: Row = ("t", "a", "1", "x", "")
    assert ids([row], platform="p") != ids([row], platform="q")


def test_an_id_never_changes_between_versions() -> None:
    row: Row = ("thread", "author", "5/3/2024 14:07", "សារ", "")
    assert [one.hex() for one in ids([row, row])] == [
        "ace67b6f029d5b2a653e96f3b6dc9cbc",
        "fe22592b06356cde91b4667ff7ce0b1c",
    ]
