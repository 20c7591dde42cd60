"""Every entry of the lexicon hits its example and leaves its counter-example alone."""

from __future__ import annotations

import pytest

from romduol.analysis.triage import lexicon
from romduol.analysis.triage.frames import Grammar
from romduol.analysis.triage.lexicon import Frame, Softener, Word
from romduol.analysis.triage.scoring import engine
from romduol.casebook.vocabulary import vocabulary

FORMS = {t.id for scheme in ("form_online", "form_offline") for t in vocabulary().of(scheme)}
ESCALATIONS = {t.id for t in vocabulary().of("escalation")}
LEAST = {"english": 150, "khmer": 1000, "romanised": 140}


def missed(words: list[Word], texts: list[str], language: str, *, wanted: bool) -> list[str]:
    """Ids of the words that are (or are not) found each in its own text."""
    read = engine().read(texts, language)
    return [
        word.id
        for word, found in zip(words, read, strict=True)
        if (word.id in {engine().words[n].id for n, _, _ in found.hits}) is not wanted
    ]


def held(entries: list[Frame | Softener], texts: list[str]) -> set[str]:
    """Ids of the entries that hold each in its own text, in whichever language it is read."""
    return {
        entry.id
        for language in ("english", "romanised")
        for entry, found in zip(entries, engine().read(texts, language), strict=True)
        if entry.id in {match.entry for match in engine().grammar.matches(found.row)}
    }


@pytest.mark.parametrize("language", lexicon.LANGUAGES)
def test_every_word_hits_its_example_and_not_its_counter_example(language: str) -> None:
    mine = [word for word in lexicon.words() if word.language == language]
    assert len(mine) >= LEAST[language]
    assert missed(mine, [word.example for word in mine], language, wanted=True) == []
    assert missed(mine, [word.counter for word in mine], language, wanted=False) == []


def test_every_frame_and_softener_holds_in_its_example_and_not_in_its_counter_example() -> None:
    entries: list[Frame | Softener] = [*lexicon.frames(), *lexicon.softeners()]
    assert len(entries) > 200
    assert held(entries, [entry.example for entry in entries]) == {entry.id for entry in entries}
    assert held(entries, [entry.counter for entry in entries]) == set()


def test_what_an_entry_says_is_in_the_vocabulary() -> None:
    said = [e for e in (*lexicon.words(), *lexicon.frames()) if e.severity]
    assert {entry.form for entry in said} <= FORMS
    assert {frame.escalation for frame in lexicon.frames()} - {""} <= ESCALATIONS
    assert all(0 <= entry.severity < len(lexicon.WEIGHTS) for entry in said)
    assert all(0 < softener.factor < 1 for softener in lexicon.softeners())


def test_every_entry_is_found_by_its_id_and_none_is_called_reviewed_unread() -> None:
    assert {lexicon.entry(name).id for name in lexicon.entries()} == set(lexicon.entries())
    assert not any(entry.reviewed for entry in lexicon.entries().values())


def test_no_spelling_stands_in_two_words_of_one_language() -> None:
    for language in lexicon.LANGUAGES:
        spelt = [s for w in lexicon.words() if w.language == language for s in w.spellings]
        assert sorted(s for s in set(spelt) if spelt.count(s) > 1) == []


def test_a_pattern_with_a_concept_that_no_word_carries_is_refused() -> None:
    frame = Frame("x", "NOBODY ~ KILL", "on.threat", 1, "", "", "", reviewed=False)
    with pytest.raises(ValueError, match="NOBODY"):
        Grammar([frozenset({"KILL"})], [frame], [])
