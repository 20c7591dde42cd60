"""The sheets for the interview: whole, on one page, in both languages, with every question."""

from __future__ import annotations

import pypdfium2
import pytest

from romduol.casebook.vocabulary import vocabulary
from romduol.casebook.wording import LANGUAGES, say, sentences
from romduol.publication.sheets import SHEETS, sheet, write
from romduol.publication.sheets.outline import Kind

ALOUD_SECONDS = 90
ENGLISH_WORDS_A_SECOND = 2.3  # a slow reader aloud
KHMER_LETTERS_A_SECOND = 9.0


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_one_page_and_always_the_same_bytes(name: str, lang: str) -> None:
    made = write(name, lang)
    assert made == write(name, lang)
    with pypdfium2.PdfDocument(made) as pdf:
        assert len(pdf) == 1
        assert pdf.get_metadata_dict()["Title"] == sheet(name, lang).title


def test_every_consent_scope_has_a_question_of_its_own() -> None:
    asked = [part for part in sheet("consent", "en").parts if part.kind is Kind.ASK]
    scopes = [term.id.removeprefix("cs.") for term in vocabulary().of("consent_scope")]
    assert [list(part.lines) for part in asked] == [
        [say(f"sheet.question.{scope}") for scope in scopes]
    ]
    written = {i for i in sentences() if i.startswith("sheet.question.")}
    assert written == {f"sheet.question.{scope}" for scope in scopes}


def test_what_is_read_aloud_first_takes_less_than_ninety_seconds() -> None:
    english, khmer = (" ".join(sheet("consent", lang).parts[0].lines) for lang in ("en", "km"))
    assert len(english.split()) / ENGLISH_WORDS_A_SECOND < ALOUD_SECONDS
    letters = sum("\u1780" <= letter <= "\u17b3" for letter in khmer)
    assert letters / KHMER_LETTERS_A_SECOND < ALOUD_SECONDS


@pytest.mark.parametrize("name", SHEETS)
def test_both_languages_say_the_same_number_of_things(name: str) -> None:
    english, khmer = (sheet(name, lang) for lang in ("en", "km"))
    assert [len(p.lines) for p in english.parts] == [len(p.lines) for p in khmer.parts]
    assert all(p.lines for p in english.parts)
