"""Organisations: those on the list, acronyms, and what stands beside "association" and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from romduol.language.folding import folded
from romduol.language.lexicon import Lexicon
from romduol.language.naming.finding import Certainty, Finding, Kind
from romduol.language.naming.lists import begins_plain, ends_name, is_plain
from romduol.language.naming.numbers import at
from romduol.language.naming.words import Page, ends_a_syllable, syllables, table

_ACRONYM = re.compile(r"(?<![\w@./-])[A-Z][A-Z0-9]{2,9}(?![\w@])")


@cache
def _rows(where: str) -> tuple[str, ...]:
    return tuple(row["word"] for row in table("bodies") if row["where"] == where)


@cache
def _before_km() -> Lexicon[str]:
    return Lexicon({folded(w): w for w in _rows("before") if not w.isascii()})


@cache
def _listed() -> re.Pattern[str]:
    """Listed bodies as written: one word in its own capitals, several in any."""
    one = [re.escape(w) for w in _rows("body") if " " not in w]
    many = [re.escape(w) for w in _rows("body") if " " in w]
    return re.compile(rf"(?<!\w)(?:{'|'.join(one)}|(?i:{'|'.join(many)}))(?![\w])")


def find_bodies(on: Page) -> Iterator[Finding]:
    """Every organisation, party or company that is named."""
    for found in _listed().finditer(on.raw):
        yield _as_received(found, "list", Certainty.CERTAIN)
    plain = frozenset(_rows("plain"))
    for found in _ACRONYM.finditer(on.raw):
        if found.group() not in plain:
            yield _as_received(found, "acronym", Certainty.POSSIBLE)
    yield from _beside(on)
    yield from _khmer(on)


def _as_received(found: re.Match[str], reason: str, certainty: Certainty) -> Finding:
    sounds = folded(found.group())
    return Finding(found.start(), found.end(), Kind.ORGANISATION, reason, certainty, sounds)


def _beside(on: Page) -> Iterator[Finding]:
    """Capitals before "Association"; any word after romanised "angkar"."""
    after, before = frozenset(_rows("after")), frozenset(_rows("before"))
    for n, word in enumerate(on.words):
        if word.text in after:
            start, here = word.start, word.start
            for one in reversed(on.words[max(n - 4, 0) : n]):
                if on.text[one.end : here] != " " or not one.capital or is_plain(one.text):
                    break
                start = here = one.start
            if start != word.start:
                yield at(on, start, word.end, Kind.ORGANISATION, "beside", Certainty.LIKELY)
        if word.text in before and n + 1 < len(on.words):
            name = on.words[n + 1]
            if on.text[word.end : name.start] == " " and not is_plain(name.text):
                yield at(on, word.start, name.end, Kind.ORGANISATION, "beside", Certainty.POSSIBLE)


def _khmer(on: Page) -> Iterator[Finding]:
    """What follows អង្គការ and the like, if it is set off or no plain word."""
    text = on.text
    for start, here, _ in _before_km().among(text, syllables(text)):
        first = here + 1 if text[here : here + 1] == " " else here
        if not ends_a_syllable(text, here) or begins_plain(text, first):
            continue
        end = ends_name(text, first, spaces=0)
        if end - first >= 3:
            sure = Certainty.LIKELY if first > here else Certainty.POSSIBLE
            yield at(on, start, end, Kind.ORGANISATION, "beside", sure)
