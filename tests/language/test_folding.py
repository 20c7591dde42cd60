"""Folded text compares equal and knows where it came from."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from romduol.language.folding import fold, folded


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Ab\u200bC", "abc"),
        ("caf\u00e9", "cafe\u0301"),
        ("០១២", "012"),
        ("ＡＢ", "ab"),
        ("ស\u17d2ដ", "ស\u17d2ត"),
        ("ស្រ្តី", "ស្ត្រី"),
        ("a\u00a0b", "a b"),
        ("2\u20133", "2-3"),
    ],
)
def test_what_looks_the_same_folds_to_the_same(typed: str, same: str) -> None:
    assert folded(typed) == folded(same)


@given(st.text(max_size=60))
def test_every_letter_comes_from_a_real_place(text: str) -> None:
    copy = fold(text)
    assert len(copy.text) == len(copy.starts) == len(copy.ends)
    assert all(0 <= s < e <= len(text) for s, e in zip(copy.starts, copy.ends, strict=True))


@given(st.text(max_size=40))
def test_the_composed_and_the_decomposed_form_fold_alike(text: str) -> None:
    khmerless = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Mc", "Me"))
    assert folded(unicodedata.normalize("NFC", khmerless)) == folded(
        unicodedata.normalize("NFD", unicodedata.normalize("NFC", khmerless))
    ) or any(ord(c) > 0x24F for c in khmerless)
