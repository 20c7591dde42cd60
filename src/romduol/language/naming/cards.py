"""Names that are known: on an identity card, or marked by a person; in any spelling or script."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest

from romduol.language import sounds
from romduol.language.folding import folded
from romduol.language.khmer import COENG
from romduol.language.lexicon import Lexicon
from romduol.language.naming.finding import Certainty, Finding, Kind, Known, Person
from romduol.language.naming.lists import is_plain, names
from romduol.language.naming.numbers import at, key
from romduol.language.naming.people import sound_key
from romduol.language.naming.words import Page, Word, alone, ends_a_syllable, syllables

_KHMER = re.compile("[\u1780-\u17d3]")
HEARD = "heard:"  # the key of somebody who is on no card but was named in a text
CARD = "card"  # the reason of a finding of a whole name
PART = "card-part"  # and of one part of it alone
_SHORTEST_ROW, _SHORTEST_ALONE, _SHORTEST_LATIN = 2, 3, 3
_SHORTEST_ACROSS = 4  # consonants by which a Latin name is looked for in unspaced Khmer


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of somebody's name."""

    person: str
    text: str
    place: int  # which part of that name it is


class Cards:
    """Everything known, ready to be looked for in many texts."""

    def __init__(self, known: Known) -> None:
        self._latin: dict[str, list[_Part]] = defaultdict(list)
        self._rows: dict[str, list[_Part]] = defaultdict(list)
        khmer: dict[str, tuple[str, bool]] = {}
        across: dict[str, str] = {}
        for person in known.people:
            for name in person.names:
                self._add(person, name, khmer, across)
        self._khmer = Lexicon(khmer)
        self._across = [(_spoken(row), person) for row, person in across.items()]
        phones = {phone for person in known.people for phone in person.phones}
        self.phones = frozenset(key(Kind.PHONE, folded(phone)) for phone in phones) - {""}
        self._marked = [(_marked(word), kind) for word, kind in known.marked if word.strip()]

    def _add(
        self, person: Person, name: str, khmer: dict[str, tuple[str, bool]], across: dict[str, str]
    ) -> None:
        parts = [part for part in folded(name).split() if len(part) > 1]
        for place, part in enumerate(parts):
            one = _Part(person.key, part, place)
            rows = sounds.rows_of(part)
            for row in rows:
                self._rows[row].append(one)
            if _KHMER.search(part):
                khmer.setdefault(part, (person.key, len(parts) == 1))
            else:
                self._latin[part].append(one)
        if any(_KHMER.search(part) for part in parts):
            for order in (parts, parts[::-1]):
                for between in ("", " "):
                    khmer[between.join(order)] = (person.key, True)
        else:
            for order in (parts, parts[::-1]):
                row = "".join(sounds.latin(part) for part in order)
                if len(row) >= _SHORTEST_ACROSS:
                    across[row] = person.key

    def find(self, on: Page) -> Iterator[Finding]:
        """Every known name in the text."""
        yield from self._in_latin(on)
        yield from self._in_khmer(on)
        said = _said(on.text) if self._across else ""
        for shape, person in self._across:
            for found in shape.finditer(said):
                start, end = found.span()
                if ends_a_syllable(on.text, end):
                    apart = alone(on.text, start, end)
                    sure = Certainty.LIKELY if apart else Certainty.POSSIBLE
                    yield _hers(on, start, end, person, sure)
        for shape, kind in self._marked:
            for found in shape.finditer(on.text):
                start, end = found.span()
                same = sounds_of(kind, found.group())
                yield at(on, start, end, kind, "marked", Certainty.CERTAIN, same)

    def known_number(self, finding: Finding) -> Finding:
        """A number that stands on a card is said to."""
        if finding.kind in (Kind.PHONE, Kind.ACCOUNT, Kind.ID):
            national = key(Kind.PHONE, finding.sounds)
            if national in self.phones:
                return replace(
                    finding,
                    kind=Kind.PHONE,
                    reason=CARD,
                    certainty=Certainty.CERTAIN,
                    sounds=national,
                )
        return finding

    def _in_latin(self, on: Page) -> Iterator[Finding]:
        of = {word: self._parts(on, word) for word in {one.text for one in on.words}}
        hers = {word for word, parts in of.items() if parts}
        taken = -1
        for one, two in zip_longest(on.words, on.words[1:]):
            if one.text not in hers:
                continue
            if two is not None and (person := self._full(on, one, two, of)):
                yield _hers(on, one.start, two.end, person, Certainty.CERTAIN)
                taken = two.end
            elif one.start >= taken:
                yield from self._alone(on, one)

    def _full(self, on: Page, one: Word, two: Word, of: Mapping[str, list[_Part]]) -> str:
        """Whose two parts, in either order and any spelling, these two words are; or ""."""
        if not of[two.text] or not on.near(one, two):
            return ""
        for a in of[one.text]:
            for b in of[two.text]:
                if a.person == b.person and a.place != b.place:
                    exact = a.text == one.text or b.text == two.text
                    if exact or (one.capital and two.capital):
                        return a.person
        return ""

    def _parts(self, on: Page, word: str) -> list[_Part]:
        row = on.row(word) if self._rows else ""
        by_sound = self._rows.get(row, []) if len(row) >= _SHORTEST_ROW else []
        return [*self._latin.get(word, ()), *by_sound]

    def _alone(self, on: Page, word: Word) -> Iterator[Finding]:
        """One part by itself: as spelt on the card, or another spelling that sounds so."""
        exact = self._latin.get(word.text)
        if exact and len(word.text) >= _SHORTEST_LATIN:
            family = all(part.place == 0 for part in exact) or _usual(word.text)
            sure = Certainty.POSSIBLE if family or not word.capital else Certainty.LIKELY
            if word.capital or not _usual(word.text):
                yield _hers(on, word.start, word.end, exact[0].person, sure, PART)
            return
        row = on.row(word.text)
        if word.capital and len(row) >= _SHORTEST_ALONE and not is_plain(word.text):
            for part in self._rows.get(row, ())[:1]:
                yield _hers(on, word.start, word.end, part.person, Certainty.POSSIBLE, PART)

    def _in_khmer(self, on: Page) -> Iterator[Finding]:
        if not len(self._khmer):
            return
        skip = -1
        for start, end, (person, whole) in self._khmer.among(on.text, syllables(on.text)):
            if start < skip or not ends_a_syllable(on.text, end):
                continue
            plain = names().khmer.get(on.text[start:end])
            usual = plain is not None and plain.word_km
            if whole or not usual or alone(on.text, start, end):
                sure = Certainty.CERTAIN if whole else Certainty.LIKELY
                sure = Certainty.POSSIBLE if usual else sure
                yield _hers(on, start, end, person, sure, CARD if whole else PART)
                skip = end


def _hers(
    on: Page, start: int, end: int, person: str, certainty: Certainty, reason: str = CARD
) -> Finding:
    if person.startswith(HEARD):
        return at(on, start, end, Kind.NAME, "heard", certainty, f"person:{person}")
    return at(on, start, end, Kind.NAME, reason, certainty, f"person:{person}")


def sounds_of(kind: Kind, words: str) -> str:
    """The key of words that a person marked: for a name how it sounds, in any spelling."""
    said = folded(words)
    return sound_key(said.split()) if kind is Kind.NAME else key(kind, said)


def _usual(word: str) -> bool:
    listed = names().latin.get(word)
    return is_plain(word) or (listed is not None and listed.word_en)


def _marked(word: str) -> re.Pattern[str]:
    """A marked word in folded text; between its parts any space."""
    parts = [re.escape(part) for part in folded(word).split()]
    left = r"(?<!\w)" if parts[0][0].isascii() else ""
    right = r"(?!\w)" if parts[-1][-1].isascii() else ""
    return re.compile(left + r"\s*".join(parts) + right)


# a Latin name in Khmer letters


def _spoken(row: str) -> re.Pattern[str]:
    """``row`` among ``_said`` letters: unsounded subscripts and vowels may stand between."""
    silent = "[-'a-z ]{0,4}"
    first, *rest = (f"[{c}{c.lower()}]" if n else c for n, c in enumerate(row))
    return re.compile(f"(?<!-)'?{first}{silent}" + silent.join(rest) + "[-'a-z]*")


def _said(text: str) -> str:
    """``text`` letter by letter: a sound for each Khmer consonant (a subscript's in lower case),
    ``-`` for what is no consonant, ``.`` for anything else. The same length as ``text``."""
    lowered = re.sub(
        f"{COENG}([\u1780-\u17a2])",
        lambda m: "-" + (sounds.consonant(m[1]).lower() or "-"),
        text,
    )
    return lowered.translate(_table())


@lru_cache(maxsize=1)
def _table() -> _Table:
    return _Table()


class _Table(dict[int, str]):
    """What one letter of a text becomes; asked once for each letter there is."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if "\u1780" <= letter <= "\u17b3":
            said = sounds.consonant(letter) or "'"
        elif letter == "\u17c6":
            said = "m"
        elif "\u17b4" <= letter <= "\u17d3":
            said = "-"
        else:
            said = letter if letter in "- " or (letter.islower() and letter.isascii()) else "."
        self[code] = said
        return said
