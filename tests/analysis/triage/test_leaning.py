"""Weak signs add up to an order, never to a flag, and the words that lean are shown."""

from __future__ import annotations

import pytest

from romduol.analysis.triage import lexicon
from romduol.analysis.triage.leaning import MOST, START, Leanings, weights
from romduol.analysis.triage.scoring import FLAGGED, score

WORDS = lexicon.words()[:40]  # "you", "she", "I", kin, school: words of severity 0 among them


def index(concept: str) -> int:
    return next(n for n, word in enumerate(WORDS) if word.concepts == (concept,))


def leanings(**said: float) -> Leanings:
    return Leanings(WORDS, {START: 0.0} | said)


def test_weak_signs_add_up_and_each_concept_counts_once() -> None:
    you, she = index("YOU"), index("SHE")
    both = leanings(YOU=1.0, SHE=1.0)
    one, two = both.of(frozenset([you])), both.of(frozenset([you, she]))
    assert MOST / 2 < one.adds < two.adds < MOST
    again = next(n for n, word in enumerate(WORDS) if n != you and "YOU" in word.concepts)
    assert both.of(frozenset([you, again])).adds == one.adds


def test_what_leans_away_keeps_at_least_half_of_every_reason() -> None:
    away = leanings(YOU=-50.0).of(frozenset([index("YOU")]))
    assert away.adds < 0.001
    assert away.keeps == pytest.approx(0.5)
    assert (away.raising, away.lowering) == (None, index("YOU"))


def test_leaning_alone_flags_nothing() -> None:
    assert MOST < FLAGGED
    assert leanings(YOU=50.0).of(frozenset([index("YOU")])).adds <= MOST


def test_a_weight_for_a_concept_that_no_word_carries_is_refused() -> None:
    with pytest.raises(ValueError, match="NOBODY"):
        leanings(NOBODY=1.0)


def test_the_weights_shipped_are_of_concepts_of_the_lexicon() -> None:
    shipped = weights()
    assert shipped.keys() - {START} <= {c for word in lexicon.words() for c in word.concepts}
    assert shipped["TOLD"] < 0 < shipped["CONTEMPT"]
    assert all(abs(weight) <= 3 for weight in shipped.values())


def test_a_word_that_leans_is_shown_where_it_stands() -> None:
    text = "so you, whoever you are, tonight"
    row = score([text]).to_pylist()[0]
    assert 0 < row["score"] < FLAGGED
    assert [(r["form"], text[r["start"] : r["end"]]) for r in row["reasons"]] == [("", "you")]
    assert row["forms"] == []


def test_a_message_without_a_word_of_the_lexicon_is_at_the_end() -> None:
    assert score(["…", "12", ""])["score"].to_pylist() == [0, 0, 0]
