"""Quotes: only what she allowed, under a theme two women share, linked to nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from romduol.casebook.codes import Coding, Span, Study
from romduol.publication.options import PublishOptions
from romduol.publication.quotes import quotes_by_theme
from romduol.publication.revealing import gives_away, holds_word

Ask = Callable[..., PublishOptions]
ORDER, DELETE = ("form_offline", "off.order"), ("form_offline", "off.order.delete")
OFF = ("form_offline", "off")


def _quote(
    woman: int,
    text: str,
    key: tuple[str, str] = DELETE,
    span: Span | None = None,
    allowed: bool = True,
) -> Coding:
    return Coding(f"w{woman}", f"i{woman}", *key, span, "one", text, allowed)


def _study(*codings: Coding, women: int = 6) -> Study:
    return Study(frozenset(f"w{n}" for n in range(women)), (), codings)


def _texts(found: dict) -> dict:
    return {theme: {q.text for q in quotes} for theme, quotes in found.items()}


def test_a_quote_that_was_not_allowed_is_not_printed(options: Ask) -> None:
    study = _study(_quote(0, "they told me to delete it", allowed=False))
    assert quotes_by_theme(study, {DELETE}, options())[0] == {}


def test_a_quote_goes_up_to_the_nearest_term_that_is_spoken_of(options: Ask) -> None:
    study = _study(_quote(0, "they told me to delete it"))
    assert _texts(quotes_by_theme(study, {ORDER, OFF}, options())[0]) == {
        ORDER: {"they told me to delete it"}
    }


def test_a_quote_without_a_shared_theme_is_left_out(options: Ask) -> None:
    found, left = quotes_by_theme(_study(_quote(0, "she alone said this")), set(), options())
    assert not found
    assert {x.rule for x in left} == {"single_source_quote"}


def test_a_quote_stands_once_even_if_it_is_coded_three_times(options: Ask) -> None:
    text = "they shouted and told me to stop"
    study = _study(_quote(0, text), _quote(0, text, ("impact", "imp.fear")), _quote(0, text, OFF))
    found, _ = quotes_by_theme(study, {DELETE, OFF, ("impact", "imp.fear")}, options())
    assert sum(len(quotes) for quotes in found.values()) == 1


def test_no_theme_quotes_so_many_women_that_the_silent_one_is_known(options: Ask) -> None:
    study = _study(*(_quote(w, f"words of their own, kind {w}") for w in range(5)))
    found, left = quotes_by_theme(study, {DELETE}, options())
    assert len(found[DELETE]) == 4
    assert [x.rule for x in left if x.rule == "enumerates"] == ["enumerates"]


def test_a_quote_within_another_is_left_out(options: Ask) -> None:
    outer, inner = "I was told to delete the pictures", "delete the pictures"
    by_words = _study(_quote(0, outer), _quote(0, inner))
    by_place = _study(
        _quote(0, outer, span=Span("a", 0, 33)), _quote(0, "other letters", span=Span("a", 14, 33))
    )
    for study in (by_words, by_place):
        found, left = quotes_by_theme(study, {DELETE}, options())
        assert _texts(found) == {DELETE: {outer}}
        assert "nested_quote" in {x.rule for x in left}


def test_the_same_words_of_two_women_are_not_taken_for_one_within_another(options: Ask) -> None:
    study = _study(_quote(0, "I was afraid at night"), _quote(1, "I was afraid"))
    assert len(quotes_by_theme(study, {DELETE}, options())[0][DELETE]) == 2


def test_a_quote_with_an_alias_is_left_out(options: Ask) -> None:
    study = _study(_quote(0, "they shouted: ming  JASMINE, stop"), _quote(1, "they shouted at us"))
    found, left = quotes_by_theme(study, {DELETE}, options(aliases=frozenset({"Ming Jasmine"})))
    assert _texts(found) == {DELETE: {"they shouted at us"}}
    assert "quote_names_someone" in {x.rule for x in left}


@pytest.mark.parametrize(
    "text", ["5 of 6 of us stopped", "Two of the six", "៥ ក្នុងចំណោម ៦", "5/6", "about 90 % stopped"]
)
def test_a_quote_that_counts_people_is_left_out(options: Ask, text: str) -> None:
    found, left = quotes_by_theme(_study(_quote(0, text)), {DELETE}, options())
    assert not found
    assert {x.rule for x in left} == {"quote_counts_people"}


@pytest.mark.parametrize("text", ["one of two officials came", "it was 20/9/2018", "3 of 7 posts"])
def test_a_quote_may_count_other_things_and_give_a_date(options: Ask, text: str) -> None:
    found, _ = quotes_by_theme(_study(_quote(0, text)), {DELETE}, options())
    assert _texts(found) == {DELETE: {text}}


def test_the_order_follows_the_words_and_the_release_and_not_the_woman(options: Ask) -> None:
    texts = [f"sentence number {word}" for word in ("alpha", "beta", "gamma", "delta")]
    forward = _study(*(_quote(w, t) for w, t in enumerate(texts)))
    backward = _study(*(_quote(3 - w, t) for w, t in enumerate(reversed(texts))))
    first, second = (
        quotes_by_theme(s, {DELETE}, options())[0][DELETE] for s in (forward, backward)
    )
    assert first == second
    others = {
        tuple(
            q.text
            for q in quotes_by_theme(
                forward, {DELETE}, PublishOptions(options().as_of, release=f"r{n}")
            )[0][DELETE]
        )
        for n in range(12)
    }
    assert len(others) > 1, "another release draws another order"


def test_words_are_printed_as_received(options: Ask) -> None:
    text = "  \u200bខ្ញុំ\u200bភ័យ … “stop”  "
    (quote,) = quotes_by_theme(_study(_quote(0, text)), {DELETE}, options())[0][DELETE]
    assert quote.text == text
    assert quote.lang == "km"


def test_facts_for_review_hold_codes_and_kinds_but_no_words(options: Ask) -> None:
    text = "on 20 September the Sangkat chief came"
    _, left = quotes_by_theme(_study(_quote(0, text)), {DELETE}, options())
    assert {x.what for x in left if x.rule == "quote_review"} == {
        f"form_offline/off.order.delete: {kind}" for kind in ("date", "place", "role")
    }


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("we spoke about prices", ()),
        ("it was around the twentieth of September", ("date",)),
        ("នៅថ្ងៃទី ២០", ("date",)),
        ("they came to Mean Chey", ("place",)),
        ("as a community representative", ("role",)),
        ("the association asked", ("organisation",)),
    ],
)
def test_what_gives_the_speaker_away_is_seen(text: str, kinds: tuple[str, ...]) -> None:
    assert gives_away(text) == kinds


@pytest.mark.parametrize(
    ("text", "word", "there"),
    [
        ("Ming Rose said", "ming rose", True),
        ("MING\u200b ROSE", "Ming Rose", True),
        ("rosemary", "Rose", False),
        ("ｒｏｓｅ", "Rose", True),
        ("គាត់ឈ្មោះ\u200bផ្កាឈូក", "ផ្កាឈូក", True),
        ("call 012-34 56.78 now", "012 345 678", True),
        ("in 2022 and 2023", "012 345 678", False),
        ("nothing", "", False),
    ],
)
def test_a_word_is_found_in_any_spelling_of_its_own(text: str, word: str, there: bool) -> None:
    assert holds_word(text, word) is there
