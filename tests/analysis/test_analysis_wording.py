from __future__ import annotations

import pytest

from romduol.analysis import refusals
from romduol.casebook.troubles import Trouble
from romduol.casebook.wording import sentences

FACTS = {
    "ColumnsMissing": {"missing": "url"},
    "PostsUnreadable": {"files": 1},
    "NoUsablePost": {"rows": 3},
    "EngineMissing": {"engine": "spark"},
    "SeriesTooShort": {"before": 3, "after": 4, "least": 20},
}
TROUBLES = [t for t in vars(refusals).values() if isinstance(t, type) and issubclass(t, Trouble)]
MINE = [s for s in sentences().values() if s.catalogue == "analysis"]
BLAMING = ("overreact", "should leave", "credib", "sentiment", "score", "did not happen")


@pytest.mark.parametrize("lang", ["en", "km"])
@pytest.mark.parametrize(
    "trouble", [t for t in TROUBLES if t.__module__ == refusals.__name__], ids=lambda t: t.__name__
)
def test_every_trouble_of_analysis_can_be_said(trouble: type[Trouble], lang: str) -> None:
    words = trouble(**FACTS.get(trouble.__name__, {})).words(lang)
    assert "{" not in words
    assert words.endswith((".", "។"))


@pytest.mark.parametrize("sentence", MINE, ids=lambda s: s.id)
def test_both_languages_hold_the_same_facts_and_blame_nobody(sentence) -> None:  # type: ignore[no-untyped-def]
    facts = [
        {part.split("}")[0] for part in text.split("{")[1:]} for text in (sentence.en, sentence.km)
    ]
    assert facts[0] == facts[1]
    assert not [word for word in BLAMING if word in sentence.en.lower()]
