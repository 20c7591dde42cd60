"""Runs of words that a search finds: six in a row, in any case, spacing or Khmer typing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.publication.echoes import echoing, runs


def echoed(quote: str, written: list[str]) -> bool:
    return "q" in echoing(
        {"q": quote, "other": "nothing of the kind was ever written here"}, written
    )


POST = "Today our lane has no water again and nobody comes to repair the pipe"


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("I wrote that our lane has no water again", True),
        ("OUR\u200b LANE — has no water, again!", True),
        ("our lane has no water", False),
        ("nobody came to repair a pipe in this lane", False),
        ("", False),
    ],
)
def test_six_words_in_a_row_are_a_search_key(quote: str, found: bool) -> None:
    assert echoed(quote, ["something else", POST]) is found


def test_khmer_without_spaces_is_compared_by_its_syllables() -> None:
    post = "ថ្ងៃនេះផ្លូវយើងគ្មានទឹកទៀតហើយ គ្មាននរណាមកជួសជុលបំពង់ទេ"
    assert echoed("គ្មាននរណាមកជួសជុលបំពង់ទេ ខ្ញុំនិយាយ គ្មានទឹកទៀតហើយ គ្មាននរណាមកជួសជុលបំពង់ទេ", [post])
    assert not echoed("គ្មានទឹក", [post])
    assert not echoed("ខ្ញុំខ្លាចណាស់នៅពេលគេមកដល់ផ្ទះខ្ញុំនៅពេលយប់", [post])


@given(st.lists(st.sampled_from("abcdefg"), min_size=6, max_size=12), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_whatever_is_put_around_six_words_they_are_found(words: list[str], around: int) -> None:
    quote = " ".join(words)
    assert echoed(quote, [f"{'x ' * around}{quote.upper()} y z"])
    assert runs(quote)
