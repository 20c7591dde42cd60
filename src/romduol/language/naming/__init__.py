"""What in a text could say who somebody is: names, places, numbers, days; never a decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain

from romduol.language.naming.bodies import find_bodies
from romduol.language.naming.cards import CARD, PART, Cards
from romduol.language.naming.finding import (
    NOTHING_KNOWN,
    ORDER,
    Certainty,
    Finding,
    Kind,
    Known,
    Person,
)
from romduol.language.naming.learning import learned
from romduol.language.naming.numbers import find_numbers
from romduol.language.naming.people import find_people
from romduol.language.naming.places import find_places
from romduol.language.naming.words import Page, page

__all__ = [
    "CARD",
    "NOTHING_KNOWN",
    "Cards",
    "Certainty",
    "Finding",
    "Kind",
    "Known",
    "Person",
    "Searched",
    "find",
    "is_named",
    "learned",
    "searched",
]

_FIRST = {"card": 0, "marked": 0, "said": 1, "shape": 1, "spoken": 1, "gazetteer": 2, "title": 2}
_LAST = 3


@dataclass(frozen=True, slots=True)
class Searched:
    """A text in which everything was found that takes no identity card to find."""

    on: Page
    findings: tuple[Finding, ...]


def searched(text: str) -> Searched:
    """``text``, to be given to ``find`` with several sets of cards one after the other."""
    on = page(text)
    found = (find_numbers(on), find_places(on), find_people(on), find_bodies(on))
    return Searched(on, tuple(chain.from_iterable(found)))


def find(text: str | Searched, known: Known | Cards = NOTHING_KNOWN) -> tuple[Finding, ...]:
    """Everything in ``text`` that could say who somebody is, in order, none over another.

    Positions are code points ``[start, end)`` of ``text`` as received, whatever marks nobody sees,
    spaced or Khmer digits, or other spellings stand in it. Where several meet, all their letters
    are in one finding, of the kind that is surest. Give ``Cards`` to search many texts.
    """
    cards = known if isinstance(known, Cards) else Cards(known)
    had = text if isinstance(text, Searched) else searched(text)
    return tuple(_apart((*cards.find(had.on), *map(cards.known_number, had.findings))))


def is_named(text: str, cards: Cards) -> bool:
    """Does a whole name or a number of an identity card stand in ``text``, in any spelling?"""
    on = page(text)
    numbers = map(cards.known_number, find_numbers(on)) if cards.phones else ()
    return any(one.reason == CARD for one in (*cards.find(on), *numbers))


def _apart(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that share letters become one, of the surest kind, over all of their letters."""
    apart: list[Finding] = []
    for one in sorted(findings, key=lambda f: (f.start, -f.end)):
        if apart and one.start < apart[-1].end:
            apart[-1] = _together(apart[-1], one)
        else:
            apart.append(one)
    return apart


def _together(one: Finding, two: Finding) -> Finding:
    best = min((one, two), key=_rank)
    if best.reason == PART:  # a relative bears the same family name
        longer = max((one, two), key=lambda f: f.end - f.start)
        best = longer if longer.kind is Kind.NAME else best
    start, end = min(one.start, two.start), max(one.end, two.end)
    return replace(best, start=start, end=end)


def _rank(one: Finding) -> tuple[int, int, int]:
    return ORDER[one.certainty], _FIRST.get(one.reason, _LAST), one.start - one.end
