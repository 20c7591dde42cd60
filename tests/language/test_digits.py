"""Digits of every script the exports use."""

import pytest

from romduol.language.digits import SCRIPTS, khmer, latin, script_of


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_becomes_latin_and_nothing_else_changes(script: str) -> None:
    assert latin(f"a{script}b") == "a0123456789b"
    assert script_of(script[7]) == script


def test_a_number_is_written_in_khmer_digits() -> None:
    assert khmer(-2024) == "-២០២៤"
    assert latin(khmer(1234567890)) == "1234567890"


def test_what_is_no_digit_has_no_script() -> None:
    with pytest.raises(ValueError, match="not a decimal"):
        script_of("x")
