"""The sentences of disclosure control: both languages, the same facts, an end that helps."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from romduol.casebook.troubles import Trouble
from romduol.casebook.wording import Sentence, sentences
from romduol.publication.disclosure import troubles

OURS = [s for s in sentences().values() if s.catalogue == "disclosure"]


@pytest.mark.parametrize("sentence", OURS, ids=lambda s: s.id)
def test_both_languages_hold_the_same_facts(sentence: Sentence) -> None:
    facts = [
        {name for _, name, _, _ in Formatter().parse(text) if name}
        for text in (sentence.en, sentence.km)
    ]
    assert facts[0] == facts[1]
    assert re.search("[\u1780-\u17b3]", sentence.km)
    assert sentence.en.endswith(".")


@pytest.mark.parametrize(
    "trouble", [t for t in vars(troubles).values() if isinstance(t, type) and t is not Trouble]
)
def test_every_trouble_has_its_sentence(trouble: type[Trouble]) -> None:
    assert trouble(reason="time", count=1, release="r1").words("km")
