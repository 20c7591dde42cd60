"""The wording ladder: what each count of women may be called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from romduol.publication.ladder import Ladder, Voice

asked = st.integers(3, 60)
threshold = st.integers(3, 12)


@given(asked, threshold)
def test_none_one_all_and_all_but_one_are_never_numbers(n: int, k: int) -> None:
    ladder = Ladder(n, k)
    assert {ladder.voice(c) for c in (0, 1)} <= {Voice.SILENT}
    assert {ladder.voice(c) for c in (n - 1, n) if c > 1} == {Voice.MOST}


@given(asked, threshold)
def test_a_number_is_at_least_the_threshold_and_leaves_two_women(n: int, k: int) -> None:
    ladder = Ladder(n, k)
    for count in range(n + 1):
        assert (ladder.voice(count) is Voice.NUMBER) == (k <= count <= n - 2)


@given(asked, threshold)
def test_a_word_never_stands_for_one_number_only(n: int, k: int) -> None:
    ladder = Ladder(n, k)
    for count in range(n + 1):
        voice = ladder.voice(count)
        heard = ladder.heard(voice, count)
        assert heard.low <= count <= heard.high
        if voice is not Voice.NUMBER:
            same = [c for c in range(n + 1) if ladder.voice(c) is voice]
            assert len(same) >= 2
            assert (min(same), max(same)) == (heard.low, heard.high)


def test_a_count_outside_the_women_asked_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="between none and those asked"):
        Ladder(6, 5).voice(7)
