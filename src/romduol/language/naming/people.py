"""Names of people that nobody told the program: by title, by the list, by the look of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from romduol.language import sounds
from romduol.language.naming.finding import Certainty, Finding, Kind
from romduol.language.naming.lists import (
    Listed,
    Title,
    begins_plain,
    ends_name,
    is_plain,
    khmer_titles,
    latin_titles,
    names,
)
from romduol.language.naming.numbers import at
from romduol.language.naming.words import Page, Word, alone, ends_a_syllable, is_khmer, syllables
from romduol.language.scripts import english_words

_SENTENCE_END = re.compile(r"(?:^|[.!?:;\n\"'។៕(\[])\s*$")
_SHORT_TITLE = 3  # code points: inside a run of letters a shorter title stands there by chance
_SHORTEST_CAPITAL = 4  # letters of one capitalised word that may be a name
_ENDINGS = ("", "s", "es", "d", "ed", "ing", "ly", "er", "r", "est", "ness", "ful", "y", "n", "es")
_SHORT = 5  # a Khmer name inside a run of letters: shorter ones stand there by chance


def find_people(on: Page) -> Iterator[Finding]:
    """Names in Latin letters, then names in Khmer."""
    yield from _latin(on)
    yield from _khmer(on)


def sound_key(parts: Sequence[str]) -> str:
    """One key for a name in any spelling and order of its parts."""
    return "~" + "+".join(sorted(filter(None, map(_part_key, parts))))


def _part_key(part: str) -> str:
    listed = names().latin.get(part) or names().khmer.get(part)
    if listed is not None:
        return listed.row
    rows = sorted(sounds.rows_of(part), key=lambda row: (len(row), row))
    return rows[0] if rows else part


def _named(on: Page, start: int, end: int, reason: str, certainty: Certainty) -> Finding:
    parts = on.text[start:end].split()
    return at(on, start, end, Kind.NAME, reason, certainty, sound_key(parts))


# Latin


def _latin(on: Page) -> Iterator[Finding]:
    for n, word in enumerate(on.words):
        for title in latin_titles().get(word.text, ()):
            yield from _after_title(on, n, title)
        listed = names().latin.get(word.text)
        if listed is not None:
            yield from _listed(on, n, listed)
        elif word.capital:
            yield from _capitals(on, n)


def _after_title(on: Page, n: int, title: Title) -> Iterator[Finding]:
    words = on.words[n : n + len(title.words)]
    if tuple(w.text for w in words) != title.words:
        return
    found = list(_name_words(on, n + len(words), title))
    if not found:
        return
    known = any(w.text in names().latin for w in found)
    certainty = Certainty.CERTAIN if known else Certainty.LIKELY
    yield _named(on, found[0].start, found[-1].end, "title", certainty)


def _name_words(on: Page, first: int, title: Title) -> Iterator[Word]:
    """Up to three words after a title that look like a name: capitals, or on the list."""
    before = on.words[first - 1]
    for word in on.words[first : first + 3]:
        listed = names().latin.get(word.text)
        looks = word.capital or (listed is not None and not listed.word_en)
        looks = looks or (title.kind == "named" and before is on.words[first - 1])
        if not on.near(before, word) or not looks or is_plain(word.text) or _is_title(word):
            return
        if title.kind != "courtesy" and on.text[before.end : word.start] != " ":
            return
        yield word
        before = word


def _is_title(word: Word) -> bool:
    return any(len(title.words) == 1 for title in latin_titles().get(word.text, ()))


def _listed(on: Page, n: int, listed: Listed) -> Iterator[Finding]:
    """A listed name, with the listed name or the capital beside it."""
    word = on.words[n]
    after = on.words[n + 1] if n + 1 < len(on.words) else None
    if after is not None and on.text[word.end : after.start] == " ":
        beside = names().latin.get(after.text)
        if beside is not None and (listed.family != beside.family or listed.given or beside.given):
            sure = Certainty.CERTAIN if word.capital and after.capital else Certainty.LIKELY
            yield _named(on, word.start, after.end, "list", sure)
            return
        if word.capital and after.capital and not is_plain(after.text) and not listed.word_en:
            yield _named(on, word.start, after.end, "list", Certainty.LIKELY)
            return
    if listed.given:
        usual = is_plain(word.text) or listed.word_en
        if word.capital or not usual:
            sure = Certainty.LIKELY if word.capital else Certainty.POSSIBLE
            yield _named(on, word.start, word.end, "list", sure)


def _capitals(on: Page, n: int) -> Iterator[Finding]:
    """Capitals side by side within a sentence, or one that begins no English word: somebody?"""
    word = on.words[n]
    if is_plain(word.text) or _is_title(word) or not word.capital:
        return
    begins = _SENTENCE_END.search(on.text[max(word.start - 12, 0) : word.start])
    beside = [] if begins else list(_capitals_after(on, n))
    if beside:
        yield _named(on, word.start, beside[-1].end, "capitals", Certainty.POSSIBLE)
    elif len(word.text) >= _SHORTEST_CAPITAL and not _is_english(word.text):
        yield _named(on, word.start, word.end, "capital", Certainty.POSSIBLE)


def _capitals_after(on: Page, n: int) -> Iterator[Word]:
    end = on.words[n].end
    for after in on.words[n + 1 : n + 3]:
        if on.text[end : after.start] != " " or not after.capital or is_plain(after.text):
            return
        yield after
        end = after.end


def _is_english(word: str) -> bool:
    """Is it, or what it is built on, an everyday English word?"""
    known = english_words()
    return any(word.removesuffix(end) in known for end in _ENDINGS) or "'" in word


# Khmer


def _khmer(on: Page) -> Iterator[Finding]:
    skip = -1
    for start in syllables(on.text):
        if start < skip:
            continue
        found = _titled(on, start) or _listed_khmer(on, start)
        if found is not None:
            first, end, reason, certainty = found
            yield _named(on, first, end, reason, certainty)
            skip = end


_Found = tuple[int, int, str, Certainty]


def _titled(on: Page, start: int) -> _Found | None:
    """A title and the name after it, with or without a space."""
    text = on.text
    for here, title in khmer_titles().at(text, start):
        inside = here - start <= _SHORT_TITLE and is_khmer(text[start - 1 : start])
        if inside or not ends_a_syllable(text, here):
            continue
        first = here + 1 if text[here : here + 1] == " " else here
        listed = _whole_name(text, first)
        if listed is not None:
            return first, listed[0], "title", Certainty.CERTAIN
        if found := _unlisted(text, here, first, title):
            return found
        return None
    return None


def _unlisted(text: str, here: int, first: int, title: Title) -> _Found | None:
    """A name nobody listed: after "named" at once, after a title only where a space sets it off."""
    if begins_plain(text, first) or any(True for _ in khmer_titles().at(text, first)):
        return None
    spaced = first > here
    if not (spaced or title.kind == "named"):
        return None
    end = ends_name(text, first, spaces=1)
    if len(syllables(text[first:end])) < 1 or end - first < 2:
        return None
    sure = Certainty.LIKELY if title.kind in ("named", "courtesy") else Certainty.POSSIBLE
    return first, end, "title", sure


def _whole_name(text: str, start: int) -> tuple[int, Listed] | None:
    """The end of a listed name, or of a family name with what follows it."""
    for end, listed in names().khmer.at(text, start):
        if not ends_a_syllable(text, end):
            continue
        after = end + 1 if text[end : end + 1] == " " else end
        second = next((e for e, _ in names().khmer.at(text, after) if ends_a_syllable(text, e)), 0)
        if second:
            return second, listed
        if listed.family and after > end and not begins_plain(text, after):
            return max(ends_name(text, after, spaces=0), end), listed
        return end, listed
    return None


def _listed_khmer(on: Page, start: int) -> _Found | None:
    """A listed name without a title: both parts, or one that is no plain word."""
    text = on.text
    for end, listed in names().khmer.at(text, start):
        if not ends_a_syllable(text, end):
            continue
        after = end + 1 if text[end : end + 1] == " " else end
        for second, beside in names().khmer.at(text, after):
            if ends_a_syllable(text, second) and beside.given:
                plain = listed.word_km and beside.word_km
                if not plain or alone(text, start, second):
                    sure = Certainty.POSSIBLE if plain else Certainty.CERTAIN
                    return start, second, "list", sure
        if listed.given and not listed.word_km:
            apart = alone(text, start, end)
            if apart or end - start >= _SHORT:
                sure = Certainty.LIKELY if apart else Certainty.POSSIBLE
                return start, end, "list", sure
    return None
