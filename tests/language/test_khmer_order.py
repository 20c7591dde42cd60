"""The same Khmer syllable typed in different orders is one syllable for comparing."""

import pytest

from romduol.language.disguises import even, rewrites
from romduol.language.khmer import ORDER, needs_ordering, whole_clusters
from romduol.language.tracing import rewritten


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("ម្យ៉ាង", "ម៉្យាង"),
        ("សំាត", "សាំត"),
        ("ស្រ្តី", "ស្ត្រី"),
        ("ប\u17c1\u17b8", "បើ"),
        ("ក\u17c1\u17b6", "កោ"),
        ("ប្ដី", "ប្តី"),
        ("ជា\u17c9", "ជ៉ា"),
    ],
)
def test_two_orders_of_typing_compare_equal(typed: str, other: str) -> None:
    rules = rewrites(frozenset())
    assert typed != other
    assert rewritten(even(typed), rules) == rewritten(even(other), rules)


def test_ordering_twice_changes_nothing_more() -> None:
    once = rewritten("សំាតស្រ្តី", [ORDER])
    assert needs_ordering("សំាតស្រ្តី")
    assert rewritten(once, [ORDER]) == once
    assert not needs_ordering(once)


def test_a_match_that_cuts_a_syllable_is_seen() -> None:
    text = "ចាប់ស្រី"
    assert whole_clusters(text, 0, 4)
    assert not whole_clusters(text, 0, 1)
    assert not whole_clusters(text, text.index("រ"), len(text))
