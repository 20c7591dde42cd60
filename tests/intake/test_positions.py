"""Records tile a member, or the reader says so."""

import pytest

from romduol.intake.positions import Tiling
from romduol.intake.source import CannotRead


def test_header_records_and_tail_make_the_whole() -> None:
    tiling = Tiling(3)
    tiling.follow([3, 10], [10, 20])
    assert tiling.close(25) == 5


@pytest.mark.parametrize(("start", "end"), [(4, 9), (2, 9), (3, 2)])
def test_a_gap_an_overlap_and_a_turned_span_are_refused(start: int, end: int) -> None:
    with pytest.raises(CannotRead):
        Tiling(3).cover(start, end)


def test_records_that_go_beyond_the_member_are_refused() -> None:
    tiling = Tiling(0)
    tiling.cover(0, 30)
    with pytest.raises(CannotRead):
        tiling.close(25)
