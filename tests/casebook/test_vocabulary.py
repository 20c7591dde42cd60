"""The vocabulary: every term in both languages, every parent in its place."""

from __future__ import annotations

import re

import pytest

from romduol.casebook.vocabulary import Term, UnknownTerm, vocabulary

TERMS = vocabulary().terms


def test_all_terms_are_there_once() -> None:
    assert len(TERMS) == 442
    assert len({(t.scheme, t.id) for t in TERMS}) == 442


@pytest.mark.parametrize("scheme", vocabulary().schemes())
def test_every_term_has_an_ascii_id_both_labels_and_a_rating(scheme: str) -> None:
    for term in vocabulary().of(scheme):
        assert re.fullmatch(r"[A-Za-z0-9._:+/-]{1,64}", term.id), term.id
        assert term.label("en").strip(), term.id
        in_khmer = re.search(r"[\u1780-\u17ff]", term.label("km"))
        assert in_khmer or term.label("km") == term.label("en"), term.id  # the name of a program
        assert term.km_rating in ("A", "B", "C", ""), term.id


@pytest.mark.parametrize("scheme", vocabulary().schemes())
def test_the_tree_has_no_loop_and_no_loose_branch(scheme: str) -> None:
    for term in vocabulary().of(scheme):
        line = list(vocabulary().lineage(term))
        assert len(line) <= 8
        assert line[-1].parent == ""
        assert term in (vocabulary().children(line[1]) if term.parent else (term,))


def test_no_khmer_label_says_it_was_reviewed_before_somebody_signed_it() -> None:
    assert not [t.id for t in TERMS if t.reviewed]


def test_a_term_of_another_scheme_is_unknown() -> None:
    with pytest.raises(UnknownTerm) as refused:
        vocabulary().term("retreat", "imp.fear")
    assert refused.value.facts == {"scheme": "retreat", "term": "imp.fear"}
    with pytest.raises(UnknownTerm):
        vocabulary().of("nothing")


def test_a_language_we_do_not_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        _first().label("fr")


def _first() -> Term:
    return TERMS[0]
