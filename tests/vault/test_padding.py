from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from romduol.vault.padding import SMALLEST, pad, padded_length


@pytest.mark.parametrize(
    ("length", "shown"),
    [(0, 512), (512, 512), (513, 544), (1000, 1024), (1025, 1088), (100_000, 100_352)],
)
def test_lengths_are_padded_as_padme_says(length: int, shown: int) -> None:
    assert padded_length(length) == shown


@given(st.integers(SMALLEST + 1, 1 << 40))
def test_padding_adds_at_most_an_eighth(length: int) -> None:
    assert length <= padded_length(length) <= length * 1.125


@given(st.integers(0, 1 << 40))
def test_a_padded_length_is_padded_to_itself(length: int) -> None:
    assert padded_length(padded_length(length)) == padded_length(length)


@given(st.text(max_size=700))
def test_padded_json_still_reads_as_json(text: str) -> None:
    assert json.loads(pad(json.dumps(text).encode())) == text


def test_yes_and_no_have_the_same_length() -> None:
    assert len(pad(b'"yes"')) == len(pad(b'"no"'))
