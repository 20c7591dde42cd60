from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.analysis import neartext
from romduol.analysis.sameobject import same_link, same_text, text_object

LATIN = "bdfghklmnprstvy"
KHMER = "កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអ"


def word(dice: np.random.Generator, script: str) -> str:
    vowels = "aeiou" if script == LATIN else "ាិីឹឺុូេែៃោៅ"
    return "".join(dice.choice(list(script)) + dice.choice(list(vowels)) for _ in range(3))


def copies(script: str, seed: int) -> tuple[list[str], list[int]]:
    """Sixty texts of 12 to 25 words, and four copies of each with 0 to 3 words changed."""
    dice = np.random.default_rng(seed)
    words = [word(dice, script) for _ in range(800)]
    gap = " " if script == LATIN else "\u200b"
    texts, of = [], []
    for n in range(60):
        text = list(dice.choice(words, size=dice.integers(12, 26)))
        for copy in range(5):
            changed = list(text)
            for at in dice.choice(len(text), size=min(copy, 3), replace=False):
                changed[at] = str(dice.choice(words))
            texts.append(gap.join(changed))
            of.append(n)
    return texts, of


@pytest.mark.parametrize("script", [LATIN, KHMER], ids=["latin", "khmer"])
def test_copies_with_a_few_words_changed_are_found_and_nothing_else(script: str) -> None:
    texts, of = copies(script, 1)
    names = neartext.groups(texts)
    first = [of.index(n) for n in of]
    # a copy is found when it stands in the group of the text it was made from
    found = [names[k] == names[first[k]] for k in range(len(texts)) if first[k] != k]
    assert np.mean(found) >= 0.93
    pairs = [(of[i] == of[j]) for i in range(300) for j in range(i) if names[i] == names[j]]
    assert np.mean(pairs) >= 0.998


def test_no_chain_of_small_changes_joins_two_unlike_texts() -> None:
    dice = np.random.default_rng(2)
    words = [word(dice, LATIN) for _ in range(16)]
    chain = []
    for n in range(17):
        chain.append(" ".join(words))
        words[n % 16] = word(dice, LATIN)
    names = neartext.groups(chain)
    for one, name in zip(chain, names, strict=True):
        leader = next(t for t in chain if text_object(t) == name)
        assert neartext.similarity(one, leader) >= neartext.NEAR
    assert names[0] != names[-1]


def test_a_short_text_must_be_the_same_not_near() -> None:
    one, other, again = neartext.groups(["stop that", "stop this", "Stop  that"])
    assert one == again != other


@settings(max_examples=50)
@given(st.lists(st.text(max_size=30), max_size=12))
def test_the_same_text_is_always_in_the_same_group(texts: list[str]) -> None:
    names = neartext.groups(texts * 2)
    assert names[: len(texts)] == names[len(texts) :]
    for text, name in zip(texts, names, strict=False):
        assert (name == "") == (same_text(text) == "")


@pytest.mark.parametrize(
    "texts",
    [
        ("She  LIES", "she lies"),
        ("នាង\u200bកុហក", "នាងកុហក"),
        ("look https://www.a.test/x?fbclid=9", "look http://a.test/x/"),
        ("ｓｈａｍｅ", "shame"),
    ],
)
def test_what_the_eye_cannot_tell_apart_is_the_same_text(texts: tuple[str, str]) -> None:
    assert text_object(texts[0]) == text_object(texts[1]) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.Example.test/News/", "http://m.example.test/News"),
        ("https://a.test/p?b=2&a=1&utm_medium=x#part", "a.test/p?a=1&b=2"),
        ("https://a.test:443/%e1%9e%80", "https://a.test/%E1%9E%80"),
        ("https://name@a.test./x", "https://a.test/x"),
    ],
)
def test_links_to_one_place_are_the_same(one: str, other: str) -> None:
    assert same_link(one) == same_link(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.test/x", "https://a.test/y"),
        ("https://a.test/X", "https://a.test/x"),
        ("https://a.test/?story=1", "https://a.test/?story=2"),
        ("https://a.test:8080/", "https://a.test/"),
        ("https://one.a.test/", "https://two.a.test/"),
    ],
)
def test_links_to_two_places_are_not(one: str, other: str) -> None:
    assert same_link(one) != same_link(other)


@pytest.mark.parametrize("text", ["", "   ", "no link", "http://", "localhost", "ftp://a.test/x"])
def test_what_is_no_link_has_no_name(text: str) -> None:
    assert same_link(text) == ""


@given(st.text())
def test_no_text_makes_a_link_fail(text: str) -> None:
    named = same_link(text)
    assert same_link(named) in (named, same_link(same_link(named)))
