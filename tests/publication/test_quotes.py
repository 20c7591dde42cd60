"""Quotes: only what she allowed, under a theme two women share, linked to nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from romduol.casebook.codes import Coding, IncidentFact, Span, Study
from romduol.casebook.events import DatePrecision, When
from romduol.publication.likeness import KnownPeople
from romduol.publication.options import PublishOptions
from romduol.publication.quote_facts import QuoteFacts
from romduol.publication.quote_rules import EXCEPTABLE
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
    """All who were asked share ``DELETE``; only ``codings`` hold words."""
    shared = tuple(_quote(w, "", allowed=False) for w in range(women))
    return Study(frozenset(f"w{n}" for n in range(women)), (), (*codings, *shared))


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


@pytest.mark.parametrize("text", ["one of two of them came", "there were 3 of 7 posts left"])
def test_a_quote_may_count_other_things(options: Ask, text: str) -> None:
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


def _rules(found: tuple) -> list[str]:
    return sorted(x.rule for x in found[1])


def test_what_is_said_of_a_quote_left_out_holds_codes_and_places_but_no_words(options: Ask) -> None:
    text = "on 20 September the Sangkat chief came"
    found = quotes_by_theme(_study(_quote(0, text, span=Span("i1", 5, 43))), {DELETE}, options())
    assert not found[0]
    assert {x.what for x in found[1]} == {"form_offline/off.order.delete i1:5-43"}
    assert _rules(found) == [
        "quote_few_witnesses",
        "quote_tells.date",
        "quote_tells.place",
        "quote_tells.role",
    ]


def test_words_under_a_theme_of_few_women_wait_for_a_wider_one(options: Ask) -> None:
    told = [_quote(w, "", OFF, allowed=False) for w in range(6)]
    told += [_quote(w, "they shouted at us", DELETE) for w in (0,)]
    told += [_quote(1, "", DELETE, allowed=False)]
    study = Study(frozenset(f"w{n}" for n in range(6)), (), tuple(told))
    assert _texts(quotes_by_theme(study, {DELETE, OFF}, options())[0]) == {
        OFF: {"they shouted at us"}
    }
    assert _rules(quotes_by_theme(study, {DELETE}, options())) == ["quote_few_like_her"]


def _dated(month: str, women: int) -> Study:
    """Six women; the first ``women`` of them tell of something in ``month``."""
    when = [When(month, DatePrecision.MONTH) if w < women else When() for w in range(6)]
    facts = tuple(IncidentFact(f"i{w}", f"w{w}", when[w]) for w in range(6))
    words = _quote(0, "it was in September", span=Span("i1", 0, 19))
    others = (_quote(w, "", allowed=False) for w in range(6))
    return Study(frozenset(f"w{n}" for n in range(6)), facts, (words, *others))


@pytest.mark.parametrize(("women", "refused"), [(1, True), (4, True), (5, False), (6, False)])
def test_a_date_stands_only_where_five_women_share_it(
    options: Ask, women: int, refused: bool
) -> None:
    asked = options(quotes=(QuoteFacts(Span("i1", 0, 19), knowing=True),))
    found = quotes_by_theme(_dated("2018-09", women), {DELETE}, asked)
    assert _rules(found) == (["quote_tells.date"] if refused else [])


def _represents(known: tuple[KnownPeople, ...], options: Ask) -> list[str]:
    role = Coding("w0", "i0", "civic_role", "cr.rep")
    place = Coding("w0", "i0", "place", "1206")
    study = _study(_quote(0, "as a representative I spoke"), role, place)
    facts = (IncidentFact("i0", "w0", When()),)
    study = Study(study.asked, facts, study.codings)
    return _rules(quotes_by_theme(study, {DELETE}, options(known=known)))


def test_a_role_stands_where_the_list_of_known_people_holds_five(options: Ask) -> None:
    assert _represents((), options) == ["quote_tells.role"]
    few = (KnownPeople("1206", "cr.rep", 4), KnownPeople("1206", "cr.leader", 9))
    assert _represents(few, options) == ["quote_tells.role"]
    many = (KnownPeople("120601", "cr.rep", 2), KnownPeople("1206", "cr.rep", 3))
    assert _represents(many, options) == []


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({}, True),
        ({"witnesses": 0}, True),
        ({"witnesses": 1}, True),
        ({"witnesses": 2}, False),
        ({"witnesses": 0, "knowing": True}, False),
    ],
)
def test_what_an_official_said_stands_if_others_heard_it_or_she_knows(
    options: Ask, facts: dict[str, object], refused: bool
) -> None:
    span = Span("i1", 0, 9)
    study = _study(_quote(0, "The official told me to stop", span=span))
    asked = options(quotes=(QuoteFacts(span, **facts),))  # type: ignore[arg-type]
    found = quotes_by_theme(study, {DELETE}, asked)
    assert _rules(found) == (["quote_few_witnesses"] if refused else [])


def test_codes_that_only_she_has_together_hold_her_words_back(options: Ask) -> None:
    text = "they shouted, and then I stopped, and I was afraid"
    fear, stopped = ("impact", "imp.fear"), ("retreat", "ret.3")
    hers = [_quote(0, text, key) for key in (DELETE, fear, stopped)]
    assert _rules(quotes_by_theme(_study(*hers), {DELETE}, options())) == ["quote_rare_codes"]
    too = [_quote(1, "", key, allowed=False) for key in (DELETE, fear, stopped)]
    assert _rules(quotes_by_theme(_study(*hers, *too), {DELETE}, options())) == []


def test_words_that_point_to_other_words_of_hers_are_held_back(options: Ask) -> None:
    text = "like what I have told earlier, we were afraid"
    assert _rules(quotes_by_theme(_study(_quote(0, text)), {DELETE}, options())) == [
        "quote_points_back"
    ]


def test_two_quotes_of_one_woman_that_share_words_are_not_both_printed(options: Ask) -> None:
    first, second = "we were so afraid of them then", "at night we were so afraid of dogs"
    found = quotes_by_theme(_study(_quote(0, first), _quote(0, second)), {DELETE}, options())
    assert sum(map(len, found[0].values())) == 1
    assert _rules(found) == ["quote_linked"]
    both = quotes_by_theme(_study(_quote(0, first), _quote(1, second)), {DELETE}, options())
    assert sum(map(len, both[0].values())) == 2


def test_words_that_she_also_posted_are_held_back(options: Ask) -> None:
    span = Span("i1", 0, 9)
    study = _study(_quote(0, "nobody in this lane sleeps well", span=span))
    found = quotes_by_theme(study, {DELETE}, options(quotes=(QuoteFacts(span, in_posts=True),)))
    assert _rules(found) == ["quote_searchable"]


def test_a_changed_wording_waits_for_a_second_reader(options: Ask) -> None:
    span = Span("i1", 0, 9)
    study = _study(_quote(0, "nobody sleeps well", span=span))
    for unchecked in (True, False):
        asked = options(quotes=(QuoteFacts(span, unchecked=unchecked),))
        found = quotes_by_theme(study, {DELETE}, asked)
        assert _rules(found) == (["quote_not_checked"] if unchecked else [])


def test_an_exception_holds_for_its_rule_and_its_quote_alone(options: Ask) -> None:
    span = Span("i1", 0, 9)
    text = "the association paid 200 dollars"
    study = _study(_quote(0, text, span=span))

    def left(*excepted: tuple[str, Span]) -> list[str]:
        return _rules(quotes_by_theme(study, {DELETE}, options(excepted=frozenset(excepted))))

    organisation, money = "quote_tells.organisation", "quote_tells.money"
    assert left() == [money, organisation]
    assert left((organisation, span)) == [money]
    assert left((organisation, Span("i1", 1, 9))) == [money, organisation]
    assert left((organisation, span), (money, span)) == []


def test_no_exception_lets_a_name_or_a_count_of_women_through(options: Ask) -> None:
    span = Span("i1", 0, 9)
    for text, rule in (
        ("Ming Jasmine was afraid", "quote_names_someone"),
        ("5 of 6 of us stopped", "quote_counts_people"),
    ):
        assert rule not in EXCEPTABLE
        study = _study(_quote(0, text, span=span))
        asked = options(aliases=frozenset({"Ming Jasmine"}), excepted=frozenset({(rule, span)}))
        found = quotes_by_theme(study, {DELETE}, asked)
        assert rule in _rules(found)
        assert not found[0]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("we spoke about prices", ()),
        ("it was around the twentieth of September", ("date",)),
        ("នៅថ្ងៃទី ២០", ("date",)),
        ("they came to Mean Chey", ("place",)),
        ("as a community representative", ("role",)),
        ("the association asked", ("organisation",)),
        ("when we celebrated World Habitat Day", ("event",)),
        ("នៅទិវាសិទ្ធិនារី", ("event",)),
        ("they wanted 200 dollars", ("money",)),
        ("គេយក ៥០០០០ រៀល", ("money",)),
        ("my two small children cried", ("family",)),
        ("ប្តីខ្ញុំខឹង", ("family",)),
        ("The authorities said that I must ask", ("official",)),
        ("អាជ្ញាធរបានប្រាប់ឱ្យឈប់", ("official",)),
        ("we may march", ()),
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
