"""Which script a text is written in, and whether its Latin words are English."""

import pytest

from romduol.language.scripts import profile


@pytest.mark.parametrize(
    "text", ["ber ot lub post te, yob nis ke mok rok eng", "muk kras nas srey nis"]
)
def test_khmer_in_latin_letters_is_suspected(text: str) -> None:
    assert profile(text).perhaps_romanised


@pytest.mark.parametrize(
    "text", ["Thank you sister, see you at the market tomorrow", "ខ្ញុំទៅផ្សារ", "ok", "post នេះ", ""]
)
def test_english_and_khmer_are_not(text: str) -> None:
    assert not profile(text).perhaps_romanised


def test_letters_are_counted_by_script() -> None:
    found = profile("កខ ab 12")
    assert (found.khmer, found.latin, found.digits) == (2, 2, 2)
    assert found.mixed
