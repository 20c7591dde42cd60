"""A hundred and forty decisions put what is left in a better order; the old order comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import lessons


@pytest.mark.usefixtures("_light")
def test_decisions_bring_up_the_words_of_a_campaign_that_no_shipped_head_knows(
    tmp_path: Path,
) -> None:
    row = lessons.one(tmp_path, seed=1, rounds=7)
    assert row.decided == 140
    assert row.stands == "standing"
    assert row.auc_after > row.auc_before + 0.05
    assert row.next_after >= row.next_before + 10
    assert row.back == "yes"
