"""A name that was said plainly once is looked for everywhere else: by its parts, in every spelling.

"The deputy is called Khleng Hatbrae" makes "Khleng" in another message somebody.
"""

from __future__ import annotations

from collections.abc import Iterable

from romduol.language.folding import folded
from romduol.language.naming.cards import HEARD
from romduol.language.naming.finding import Certainty, Finding, Kind, Person
from romduol.language.scripts import english_words

_SAID_PLAINLY = frozenset({"title", "list"})


def learned(found: Iterable[tuple[str, Finding]]) -> tuple[Person, ...]:
    """Who was named plainly, from (words, finding) of many texts; none of them is on a card."""
    people: dict[str, list[str]] = {}
    for words, one in found:
        if one.kind is Kind.NAME and one.reason in _SAID_PLAINLY and _is_name(words, one):
            spelt = people.setdefault(one.sounds, [])
            if words not in spelt:
                spelt.append(words)
    return tuple(Person(f"{HEARD}{key}", tuple(spelt)) for key, spelt in people.items())


def _is_name(words: str, one: Finding) -> bool:
    everyday = all(part in english_words() for part in folded(words).split())
    return one.certainty is not Certainty.POSSIBLE and not everyday
