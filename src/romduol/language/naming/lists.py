"""Names, titles and plain words as data: read once, folded, by script."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from romduol.language import sounds
from romduol.language.folding import folded
from romduol.language.lexicon import Lexicon
from romduol.language.naming.words import ends_a_syllable, is_khmer, syllables, table


@dataclass(frozen=True, slots=True)
class Listed:
    """A common name: ``row`` is how it sounds; the two flags say where it is also a plain word."""

    row: str
    family: bool
    given: bool
    word_km: bool
    word_en: bool


@dataclass(frozen=True, slots=True)
class Names:
    """Common names by their Khmer and their Latin spelling."""

    khmer: Lexicon[Listed]
    latin: dict[str, Listed]


@cache
def names() -> Names:
    """The shipped list of common Khmer names; no row of it is a person."""
    khmer: dict[str, Listed] = {}
    latin: dict[str, Listed] = {}
    for row in table("names"):
        spellings = row["latin"].split()
        sound = sounds.latin(spellings[0])
        listed = Listed(
            sound,
            row["part"] == "family",
            row["part"] == "given",
            "km" in row["ordinary"],
            "en" in row["ordinary"],
        )
        for spelling in spellings:
            latin[spelling] = _both(latin.get(spelling), listed)
        khmer[folded(row["km"])] = _both(khmer.get(folded(row["km"])), listed)
    return Names(Lexicon(khmer), latin)


def _both(held: Listed | None, new: Listed) -> Listed:
    """One spelling can be a family name and a given one."""
    if held is None:
        return new
    return Listed(
        held.row,
        held.family or new.family,
        held.given or new.given,
        held.word_km or new.word_km,
        held.word_en or new.word_en,
    )


@dataclass(frozen=True, slots=True)
class Title:
    """What stands before a name. ``kind``: courtesy, kin, office, named."""

    kind: str
    words: tuple[str, ...]


@cache
def khmer_titles() -> Lexicon[Title]:
    """Titles in Khmer."""
    rows = [row for row in table("titles") if row["lang"] == "km"]
    return Lexicon({folded(r["title"]): Title(r["kind"], (folded(r["title"]),)) for r in rows})


@cache
def latin_titles() -> dict[str, tuple[Title, ...]]:
    """Titles in English and romanised Khmer by their first word, the longest first."""
    found: dict[str, list[Title]] = {}
    for row in table("titles"):
        if row["lang"] != "km":
            words = tuple(folded(row["title"]).split())
            found.setdefault(words[0], []).append(Title(row["kind"], words))
    return {
        first: tuple(sorted(titles, key=lambda t: -len(t.words))) for first, titles in found.items()
    }


@cache
def _plain() -> frozenset[str]:
    return frozenset(row["word"] for row in table("words") if row["lang"] != "km")


def is_plain(word: str) -> bool:
    """Is this Latin word one that never names anybody?"""
    return word in _plain()


@cache
def _khmer_words() -> Lexicon[str]:
    return Lexicon({folded(r["word"]): r["why"] for r in table("words") if r["lang"] == "km"})


def begins_plain(text: str, start: int) -> bool:
    """Does a plain Khmer word begin at ``start``?"""
    return any(ends_a_syllable(text, end) for end, _ in _khmer_words().at(text, start))


_LONGEST_NAME = 18  # code points of a Khmer name that is not on the list


def ends_name(text: str, start: int, spaces: int) -> int:
    """Where a Khmer name that begins at ``start`` ends at the latest.

    At the end of its run (over ``spaces`` spaces), at the third syllable or later where a plain
    word begins, or at the longest a name can be.
    """
    end = start
    while end < len(text) and end - start < _LONGEST_NAME:
        if text[end] == " " and spaces > 0 and _khmer_at(text, end + 1):
            if begins_plain(text, end + 1):
                return end
            spaces -= 1
        elif not _khmer_at(text, end):
            break
        end += 1
    while end < len(text) and end > start and not ends_a_syllable(text, end):
        end += 1
    inside = [start + at for at in syllables(text[start:end])]
    for place in inside[1:]:
        if begins_plain(text, place):
            return place
    return end


def _khmer_at(text: str, index: int) -> bool:
    return index < len(text) and is_khmer(text[index])
