"""Romanised spellings of one word sound alike; everyday English is left alone."""

import pytest

from romduol.analysis.triage.romanised import respelling, skeleton
from romduol.language.tracing import rewritten


@pytest.mark.parametrize(
    ("one", "other"),
    [("niyeay", "niyiay"), ("somlab", "samlap"[:1] + "omlap"), ("chkuot", "jkout")],
)
def test_two_spellings_of_a_word_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other) != ""


def test_a_short_word_has_none() -> None:
    assert skeleton("ke") == ""


def test_an_unknown_spelling_becomes_the_known_one_and_english_stays() -> None:
    rule = respelling(["niyeay", "market"])
    assert rewritten("niyiay at the market", (rule,)) == "niyeay at the market"
