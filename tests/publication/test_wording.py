"""The report's own words: whole in both languages, blaming nobody, counting nobody out."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from romduol.casebook.wording import Sentence, sentences
from romduol.publication import options
from romduol.publication.audit import troubles
from romduol.publication.audit.sentences import check_own_words

OURS = [s for s in sentences().values() if s.catalogue == "publication"]
IN_REPORT = [s for s in OURS if s.id.startswith("publication.") and ".left." not in s.id]
BLAMING = re.compile(
    r"why did you|provok|careless|should have|allegedly she|\badmit|scandal|revenge porn|obscene|"
    r"log off|victim|resolved|score|sentiment|credib",
    re.IGNORECASE,
)
BLAMING_KM = ("ហេតុអ្វីបានជាអ្នក", "បង្កហេតុ", "ធ្វេសប្រហែស", "សារភាព", "អាស្រូវ", "អាសអាភាស", "ជនរងគ្រោះ")


@pytest.mark.parametrize("sentence", OURS, ids=lambda s: s.id)
def test_both_languages_hold_the_same_facts_and_their_own_script(sentence: Sentence) -> None:
    facts = [
        {name for _, name, _, _ in Formatter().parse(text) if name}
        for text in (sentence.en, sentence.km)
    ]
    assert facts[0] == facts[1]
    words = re.sub(r"\{\w+\}|[\W\d_]", "", sentence.km)
    assert not words or re.search("[\u1780-\u17b3]", sentence.km)
    assert not re.search("[\u1780-\u17ff]", sentence.en)


@pytest.mark.parametrize("sentence", OURS, ids=lambda s: s.id)
def test_no_sentence_blames_her_or_scores_her(sentence: Sentence) -> None:
    assert not BLAMING.search(sentence.en)
    assert not any(word in sentence.km for word in BLAMING_KM)


@pytest.mark.parametrize("sentence", IN_REPORT, ids=lambda s: s.id)
def test_no_sentence_of_the_report_says_all_each_or_the_other_woman(sentence: Sentence) -> None:
    for text in (sentence.en, sentence.km):
        check_own_words("catalogue", text)


def test_khmer_sentences_have_no_latin_digits() -> None:
    for sentence in IN_REPORT:
        bare = re.sub(r"\{\w+\}|License 1\.1", "", sentence.km)
        assert not re.search(r"[0-9]", bare), sentence.id


def test_every_trouble_of_this_part_has_its_sentence() -> None:
    for module in (options, troubles):
        for name, kind in vars(module).items():
            if (
                isinstance(kind, type)
                and kind.__module__ == module.__name__
                and issubclass(kind, Exception)
            ):
                assert name in sentences()
