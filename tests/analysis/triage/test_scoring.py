"""Messages are ranked with reasons that point into the message as received."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.analysis.triage import lexicon
from romduol.analysis.triage.scoring import METHOD, engine, score, score_batches
from romduol.analysis.triage.table import SCORES

PIECES = [
    "kill", "you", "k i l l", "សម្លាប់", "ឯង", "\u200b", "ស ម្លា ប់", "wh0re", "if", "បើ", "12", "eng",
    "anh", "somlab", "nung", " ", ". ", "«", "»", '"a b c"', "ខ្ញុំ", "012 345 678", "é",
]  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map(" ".join)


def one(text: str) -> dict[str, object]:
    return score([text]).to_pylist()[0]


@settings(max_examples=8, deadline=None)
@given(st.lists(TEXT, min_size=30, max_size=60))
def test_every_reason_stands_in_the_message(texts: list[str]) -> None:
    for text, row in zip(texts, score(texts).to_pylist(), strict=True):
        assert 0 <= row["score"] <= 1
        for reason in row["reasons"]:
            assert 0 <= reason["start"] < reason["end"] <= len(text)
            lexicon.entry(reason["entry"])


@settings(max_examples=8, deadline=None)
@given(st.lists(TEXT, max_size=4))
def test_a_message_is_judged_the_same_alone_and_among_others(texts: list[str]) -> None:
    together = [row | {"row": 0} for row in score(texts).to_pylist()]
    assert together == [one(text) for text in texts]


def test_the_table_has_its_schema_and_rows_count_on_through_batches() -> None:
    batches = list(score_batches([["a", "b"], [], [None, "kill you"]]))
    assert all(batch.schema == SCORES for batch in batches)
    assert [n for batch in batches for n in batch["row"].to_pylist()] == [0, 1, 2, 3]
    assert set(batches[0]["method"].to_pylist()) == {METHOD}
    assert score([]).num_rows == 0


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("so k.i.l.l you", "k.i.l.l"),
        ("you wh0re", "wh0re"),
        ("អញនឹងសម្\u200bលាប់ឯង", "សម្\u200bលាប់"),
        ("anh nung samlabb eng", "samlabb"),
    ],
)
def test_a_disguised_word_is_pointed_at_as_it_was_written(text: str, word: str) -> None:
    spans = {text[r["start"] : r["end"]] for r in one(text)["reasons"]}
    assert any(word in span for span in spans)
    assert one(text)["score"] > 0.5


@pytest.mark.parametrize(
    ("direct", "softened"),
    [
        ("they will kill you", "someone wrote to her: they will kill you"),
        ("she is a traitor", "she is not a traitor"),
        ("I will kill you", "haha I will kill you if there is no cake"),
        ("you stupid woman", "please do not call her a stupid woman"),
        ("គេនឹងចាប់ឯង", "មានគេសរសេរមកខ្ញុំថា គេនឹងចាប់ឯង"),
        ("គាត់ល្ងង់ណាស់", "គាត់មិនល្ងង់ទេ"),
    ],
)
def test_what_is_reported_refused_or_a_joke_is_lowered_with_its_reason_and_not_hidden(
    direct: str, softened: str
) -> None:
    row = one(softened)
    assert 0 < row["score"] < one(direct)["score"]
    assert any(reason["weight"] < 0 for reason in row["reasons"])


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("បើមិន delete post ទេ ចាំមើល police", "on.threat.arrest"),
        ("we know where you live", "on.threat"),
        ("Please come to the Sangkat office and explain your post", "off.summons.sangkat"),
        ("inform us first before any meeting", "off.order.notice"),
        ("everybody report her account now", "on.harass.massreport"),
        ("លេខទូរស័ព្ទវា ០១២ ៣៤៥ ៦៧៨", "on.privacy.doxxing"),
        ("នាងជាអាយ៉ងបរទេស", "on.smear.political"),
        ("her naked photos leaked, share with everyone", "on.image.ncii"),
    ],
)
def test_a_form_of_harm_is_named_whatever_language_it_comes_in(text: str, form: str) -> None:
    assert form in {said["form"] for said in one(text)["forms"] if said["score"] >= 0.5}


@pytest.mark.parametrize(
    "text",
    ["ចាប់ផ្តើមប្រជុំហើយ", "ស្វាយទុំហើយ", "ពួកយើងដោះស្រាយបញ្ហាទឹក", "Pass the grapes", "", "…", "រថយន្តមកដល់"],
)
def test_longer_words_protect_the_shorter_ones_in_them(text: str) -> None:
    assert one(text)["score"] < 0.3


def test_romanised_khmer_is_read_as_khmer_and_english_is_not() -> None:
    rows = score(["ke mok chab eng dak kuk", "see you at the market tomorrow"]).to_pylist()
    assert [row["romanised"] for row in rows] == [True, False]
    assert rows[0]["score"] > 0.5 > rows[1]["score"]


def test_a_very_long_message_is_read_to_its_limit() -> None:
    assert one("I will kill you. " + "a " * 50_000)["score"] > 0.5
    assert engine() is engine()
