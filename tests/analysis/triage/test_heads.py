"""Heads are numbers: they say the same everywhere, travel as bytes, and learn what is decided."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.analysis.triage import calibration, heads, judging
from romduol.analysis.triage.features import BUCKETS, LENGTHS, grams, sums
from romduol.analysis.triage.learning import fit, rows
from romduol.analysis.triage.own import learn, own_head, promote
from romduol.analysis.triage.queue import HIGHEST, RANDOM, UNCERTAIN, queue
from romduol.analysis.triage.similar import likeness
from romduol.analysis.triage.table import SCORES
from romduol.casebook.vocabulary import vocabulary

TEXTS = st.lists(st.text(alphabet="abឯក z\n.", max_size=12), min_size=1, max_size=6)


@given(TEXTS)
@settings(max_examples=40)
def test_a_text_is_heard_alike_alone_and_among_others(texts: list[str]) -> None:
    weights = np.random.default_rng(1).normal(size=BUCKETS).astype(np.float32)
    together = sums(grams(texts), weights)
    alone = [sums(grams([text]), weights)[0] for text in texts]
    assert np.allclose(together, alone, atol=1e-4)


@given(TEXTS)
@settings(max_examples=40)
def test_every_run_within_a_text_counts_once_and_none_crosses_into_the_next(
    texts: list[str],
) -> None:
    some = grams(texts)
    counted = np.zeros(len(some.codes), int)
    for places, _ in some.characters():
        counted[places] += 1
    expected = [sum(max(len(text) + 2 - n + 1, 0) for n in LENGTHS) for text in texts]
    assert np.add.reduceat(counted, some.starts).tolist() == expected


@given(TEXTS)
@settings(max_examples=40)
def test_every_latin_word_counts_once_and_with_the_next_of_its_text(texts: list[str]) -> None:
    some = grams(texts)
    kinds = list(some.words())
    words = [re.findall("[a-z]+", text) for text in texts]
    assert sum(len(places) for places, _ in kinds[:1]) == sum(map(len, words))
    assert sum(len(places) for places, _ in kinds[1:]) == sum(max(len(w) - 1, 0) for w in words)


def test_a_word_is_the_same_word_wherever_it_stands() -> None:
    (_, one), (_, pair) = grams(["beat her now", "now, beat... her"]).words()
    assert one[0] == one[4]
    assert one[2] == one[3]
    assert pair[0] == pair[3]
    assert len({*one.tolist(), *pair.tolist()}) == 6


def test_no_texts_give_no_scores() -> None:
    assert len(judging.judge([], heads.shipped())) == 0


def test_heads_say_the_same_after_they_travelled_as_bytes() -> None:
    shipped = heads.shipped()
    again = heads.from_bytes(shipped.to_bytes())
    texts = ["I will kill you", "អញនឹងសម្លាប់ឯង", "good morning"]
    for head, same in zip(again.harm, shipped.harm, strict=True):
        assert np.array_equal(head.chances(texts), same.chances(texts))
    assert [head.name for head in again.forms] == [head.name for head in shipped.forms]


def test_the_shipped_heads_are_small_numbers_without_pickles_and_name_their_sources() -> None:
    kept = heads.shipped().to_bytes()
    assert len(kept) < 5_000_000
    with np.load(io.BytesIO(kept), allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} <= {"i", "u"}
    assert set(heads.shipped().provenance["trained_on"]) >= {"edos", "seeds", "suite"}


def test_every_head_is_named_after_a_form_of_harm() -> None:
    forms = {t.id for scheme in ("form_online", "form_offline") for t in vocabulary().of(scheme)}
    assert {head.name for head in heads.shipped().forms} <= forms


def test_a_file_that_is_not_whole_is_refused() -> None:
    kept = io.BytesIO()
    with np.load(io.BytesIO(heads.shipped().to_bytes())) as arrays:
        np.savez(kept, about=arrays["about"], steps=arrays["steps"][:-1])
    with pytest.raises(ValueError, match="not whole"):
        heads.from_bytes(kept.getvalue())


def test_the_table_has_one_row_a_text_in_order_and_a_reason_for_each_form() -> None:
    texts = ["thank you sister", "shut your mouth you stupid cow", None, "thank you sister"]
    table = judging.judge(texts, heads.shipped())
    assert table.schema == SCORES
    found = table.to_pylist()
    assert [row["row"] for row in found] == [0, 1, 2, 3]
    assert found[0]["score"] == found[3]["score"] < 0.5 <= found[1]["score"]
    for row in found:
        forms = {form["form"] for form in row["forms"]}
        assert forms <= {reason["form"] for reason in row["reasons"]}


def test_a_head_hears_what_the_lexicon_has_no_word_for_and_says_that_it_was_the_head() -> None:
    text = "the heron waits by the well"
    learned = fit(rows([text, "a pot of rice"]), np.array([True, False]), np.ones(2), 1000.0)
    plain = calibration.Mixed((1.0,), 0.0)
    loud = heads.made("forums", learned.weights, learned.bias, plain)
    alone = calibration.Mixed((1.0, 1.0, 0.0, 0.0, 0.0), 0.0)  # the two experts, no lexicon
    taught = replace(heads.shipped(), harm=(loud, loud, loud), english=alone)
    row, other = judging.judge([text, "a pot of rice"], taught).to_pylist()
    assert row["score"] >= 0.5 > other["score"]
    assert row["forms"]
    assert all(reason["entry"] == f"head.{reason['form']}" for reason in row["reasons"])
    assert all((r["start"], r["end"]) == (0, len(text)) for r in row["reasons"])


def test_learning_finds_the_lowest_point() -> None:
    """At the optimum the loss pulls as hard as the penalty, in every direction."""
    texts = ["red dog", "red cat", "blue dog", "blue cat"] * 3
    answers = np.array([True, True, False, False] * 3)
    some = rows(texts)
    found = fit(some, answers, np.ones(12), strength=2.0, turns=200)
    weights = found.weights.astype(np.float64)
    said = calibration.chance(some.heard(weights) + found.bias)
    left = some.felt(said - answers) + weights / 2.0
    assert np.abs(left).max() < 1e-2
    assert abs(float((said - answers).sum())) < 1e-2
    assert all(said[answers] > 0.5)
    assert all(said[~answers] < 0.5)


def test_calibrated_chances_come_true_as_often_as_they_say() -> None:
    draw = np.random.default_rng(7)
    logit = draw.normal(size=4000)
    answers = draw.random(4000) < calibration.chance(logit)
    loud = 4 * logit + 3  # far too sure
    scaled = calibration.mixed(loud[:, None], answers, np.ones(4000))
    before = calibration.calibration_error(calibration.chance(loud), answers)
    after = calibration.calibration_error(calibration.chance(scaled.logit(loud[:, None])), answers)
    assert after < 0.03 < before


def test_area_and_average_precision_of_known_orders() -> None:
    order = np.array([0.9, 0.8, 0.7, 0.6])
    yes = np.array([True, False, True, False])
    assert calibration.area(order, yes) == 0.75
    assert calibration.average_precision(order, yes) == pytest.approx((1 + 2 / 3) / 2)
    assert calibration.area(np.zeros(4), yes) == 0.5


def test_a_queue_is_half_highest_a_quarter_uncertain_and_a_quarter_random() -> None:
    logits = np.linspace(-5, 5, 101)
    drawn = queue(logits, 20, seed=3)
    why = [one.why for one in drawn]
    assert (why.count(HIGHEST), why.count(UNCERTAIN), why.count(RANDOM)) == (10, 5, 5)
    assert len({one.row for one in drawn}) == 20
    assert queue(logits, 20, seed=3) == drawn != queue(logits, 20, seed=4)
    assert len(queue(logits, 500, seed=3)) == 101


def test_every_message_has_the_same_chance_to_be_drawn_at_random() -> None:
    logits = np.linspace(-5, 5, 8)
    counts = np.zeros(8)
    for seed in range(2000):
        for one in queue(logits, 4, seed):
            counts[one.row] += one.why == RANDOM
    assert counts.min() > 190  # 250 expected of each
    assert counts.max() < 310


TAUGHT = [(f"the bamboo grows for you number {n}", True) for n in range(12)] + [
    (f"soup and rice at noon number {n}", False) for n in range(12)
]


def test_decisions_teach_what_the_shipped_heads_cannot_know() -> None:
    texts, harm = [text for text, _ in TAUGHT], [yes for _, yes in TAUGHT]
    new = learn(texts, harm, np.zeros(len(texts)))
    assert new is not None
    fresh = ["rice and soup", "bamboo grows near you", "soup at noon", "the bamboo"] * 2
    answers = [False, True, False, True] * 2
    before = np.zeros(len(fresh))
    found = promote(None, new, fresh, answers, before)
    assert found.better
    assert found.after > found.before
    assert not promote(new, new, fresh, answers, before).better
    assert not promote(None, new, fresh[:2], answers[:2], before[:2]).better


def test_one_answer_only_teaches_nothing() -> None:
    assert learn(["a", "b"], [True, True], np.zeros(2)) is None


def test_an_own_head_says_the_same_after_it_was_stored() -> None:
    texts, harm = [text for text, _ in TAUGHT], [yes for _, yes in TAUGHT]
    new = learn(texts, harm, np.zeros(len(texts)))
    assert new is not None
    again = own_head(new.to_bytes())
    assert np.array_equal(again.weights, new.weights)
    assert again.bias == new.bias


def test_messages_alike_come_first_and_equal_ones_are_wholly_alike() -> None:
    others = ["I will burn your house tonight!", "see you at the market", "i will burn the house"]
    near = likeness("I will burn your house tonight", others)
    assert near[0] > near[2] > near[1]
    assert likeness("ដូចគ្នា", ["ដូចគ្នា"])[0] == pytest.approx(1.0)
