"""A rewritten copy knows where each of its characters came from."""

import re

from hypothesis import given
from hypothesis import strategies as st

from romduol.language.disguises import even, rewrites
from romduol.language.tracing import Rewrite, rewritten, traced

KNOWN = frozenset({"kill", "stupid", "whore"})
RULES = rewrites(KNOWN)
TEXT = st.text(
    alphabet=st.sampled_from("kilstupdwhore0137@$* .-_\u200bក្ខាេីំ៉ះរដតសម្លាប់អោយឲꞏéｋк!")
    | st.characters(),
    max_size=60,
)


@given(TEXT)
def test_the_traced_copy_is_the_rewritten_copy(text: str) -> None:
    copy = traced(even(text), RULES)
    assert copy.text == rewritten(even(text), RULES)
    assert len(copy.text) == len(copy.starts) == len(copy.ends)


@given(TEXT)
def test_every_character_comes_from_a_real_place_and_order_is_kept(text: str) -> None:
    copy = traced(even(text), RULES)
    assert all(0 <= s < e <= len(text) for s, e in zip(copy.starts, copy.ends, strict=True))
    assert list(copy.starts) == sorted(copy.starts)


def test_a_found_word_is_named_by_its_place_in_the_original() -> None:
    original = "so k\u200b i l-l him"
    copy = traced(even(original), RULES)
    at = copy.text.index("kill")
    start, end = copy.span(at, at + 4)
    assert original[start:end] == "k\u200b i l-l"


def test_letters_changed_in_place_keep_their_own_place() -> None:
    rule = Rewrite(re.compile("[ab]+"), lambda found: found.group().upper(), in_place=True)
    assert traced("xab", (rule,)).span(2, 3) == (2, 3)
