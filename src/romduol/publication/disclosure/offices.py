"""Which office or account stands behind an incident, as far as the book tells one from another.

A number of women called by one commune office tells that office who spoke, and a number of women
insulted by one account tells its owner. The book names none: an authority of one kind in one
district or commune counts as one office, and an account is one where the desk read it as one
(``Study.accounts``). Of anything else nothing is known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from romduol.casebook.codes import PLACE_SCHEME, Study
from romduol.publication.disclosure.model import Quantity
from romduol.publication.options import LOWEST_THRESHOLD

AUTHORITIES = ("act.state", "act.force", "act.court", "act.party")
NAMING = ("actor", "place:district")  # axes by which an office can find itself
ONLINE = ("actor", "form_online", "channel")  # axes by which an account can find itself
_DISTRICT = 4  # digits of its code


def offices_of(study: Study) -> dict[str, frozenset[str]]:
    """The offices behind each incident."""
    kinds, places = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for coding in study.codings:
        if coding.scheme == "actor" and coding.term.startswith(AUTHORITIES):
            kinds[coding.incident].add(coding.term)
        elif coding.scheme == PLACE_SCHEME and len(coding.term) >= _DISTRICT:
            places[coding.incident].add(coding.term)
    return {
        incident: frozenset(f"{kind} {place}" for kind in found for place in places[incident])
        for incident, found in kinds.items()
        if incident in places
    }


def names_office(quantity: Quantity) -> bool:
    """Could an office find itself in it?"""
    return any(axis in NAMING for axis, _ in quantity.at)


def names_account(quantity: Quantity) -> bool:
    """Could the owner of an account find itself in it?"""
    return any(axis in ONLINE for axis, _ in quantity.at)


def few_sources(incidents: Iterable[str], sources: Mapping[str, frozenset[str]]) -> bool:
    """Do these incidents rest mostly on one office or account, or all on fewer than three?

    One behind more than half of them, or behind all but one.
    """
    told = [sources.get(incident, frozenset()) for incident in incidents]
    by_source = Counter(source for own in told for source in own)
    if not by_source:
        return False
    largest, known = max(by_source.values()), all(told)
    mostly = 2 * largest > len(told) or largest >= len(told) - 1
    return mostly or (known and len(by_source) < LOWEST_THRESHOLD)
