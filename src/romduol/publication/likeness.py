"""How many could have said it: a quote goes in, the number of people it might stand for comes out.

k-map (El Emam & Dankar, "Protecting privacy using k-anonymity", JAMIA 15:5, 2008): the combination
of what the words tell (place, period, role) and of the theme they stand under is counted in a
population. Two populations are known here: the women of this study, and, where only a place and a
role are told, the list of those known to hold the role there, which a member entered as numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from romduol.casebook.codes import PLACE_SCHEME, Coding, Span, Study
from romduol.casebook.counting import keys_of
from romduol.casebook.events import place_lineage
from romduol.casebook.vocabulary import vocabulary
from romduol.publication.inference import Key

ROLE_SCHEME = "civic_role"
TELLING = frozenset({"date", "event", "place", "role"})  # kinds that this count can judge
_ANYWHERE = frozenset({""})


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """How many are publicly known to hold a role (``civic_role``) in a place (gazetteer code)."""

    place: str
    role: str
    people: int


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of one incident: its period ("" unknown) and its finest places."""

    period: str
    places: frozenset[str]


class Population:
    """The women of a study by what could be told of them, and the list of known people."""

    def __init__(self, study: Study, known: Iterable[KnownPeople] = ()) -> None:
        self._known = tuple(known)
        self._codings = study.codings
        self._told: dict[str, _Told] = {}
        self._of: dict[str, set[str]] = {}
        places: dict[str, set[str]] = {}
        self._roles: dict[str, set[str]] = {}
        self._under: dict[Key, set[str]] = {}
        for coding in study.codings:
            for key in keys_of(coding, vocabulary()):
                self._under.setdefault(key, set()).add(coding.woman)
            if coding.scheme == PLACE_SCHEME:
                places.setdefault(coding.incident, set()).add(coding.term)
            if coding.scheme == ROLE_SCHEME:
                self._roles.setdefault(coding.woman, set()).add(coding.term)
        for fact in study.incidents:
            told = _Told(fact.when.month, frozenset(places.get(fact.incident, ())))
            self._told[fact.incident] = told
            self._of.setdefault(fact.woman, set()).add(fact.incident)

    def under(self, theme: Key) -> int:
        """How many women stand behind ``theme``."""
        return len(self._under.get(theme, ()))

    def alike(self, codings: Collection[Coding], kinds: Collection[str], theme: Key) -> int:
        """The people who share what a quote of ``codings`` tells by ``kinds`` under ``theme``.

        What was told but stands nowhere as a code (a day without a date in the book) leaves her
        alone: 1.
        """
        told = TELLING & set(kinds)
        if told <= {"place", "role"} and (listed := self._listed(codings, told)):
            return listed
        women = self._under.get(theme, set())
        return max(1, sum(self._matches(woman, codings, told) for woman in women))

    def _matches(self, woman: str, codings: Collection[Coding], told: Collection[str]) -> bool:
        hers = next(iter(codings)).woman
        if "role" in told and not self._roles.get(hers, set()) & self._roles.get(woman, set()):
            return False
        if not {"date", "event", "place"} & set(told):
            return True
        mine = [self._told[i] for c in codings if (i := c.incident) in self._told]
        theirs = [self._told[i] for i in self._of.get(woman, ())]
        return any(_same(one, other, told) for one in mine for other in theirs)

    def _listed(self, codings: Collection[Coding], told: Collection[str]) -> int:
        """From the list: those in her place, or with her role, as far as the words tell either."""
        if not told or not self._known:
            return 0
        hers = next(iter(codings)).woman
        roles = self._roles.get(hers, set())
        places = {p for c in codings if c.incident in self._told
                  for p in self._told[c.incident].places} or _ANYWHERE  # fmt: skip
        return sum(
            one.people
            for one in self._known
            if ("role" not in told or one.role in roles)
            and ("place" not in told or any(one.place.startswith(p) for p in places if p))
        )

    def shared(self, codes: Collection[Key]) -> int:
        """How many women have every one of ``codes``."""
        behind = [self._under.get(key, set()) for key in codes]
        return len(set.intersection(*behind)) if behind else 0

    def codes_within(
        self, text: str, codings: Collection[Coding], *, whole: bool = True
    ) -> frozenset[Key]:
        """All codes given to words of a quote, its own and those of stretches that overlap it.

        A code above another of them says nothing more and is left out. ``whole`` is false for a
        changed wording: what overlaps may be gone from it, so only its own codes count.
        """
        spans = [c.span for c in codings if c.span and whole]
        own = set(codings)
        woman = next(iter(codings)).woman
        given = [
            c
            for c in self._codings
            if c.woman == woman
            and (
                c in own
                or (c.span is not None and any(_overlap(c.span, span) for span in spans))
                or (bool(c.quote) and c.quote in text)
            )
        ]
        above = {key for c in given for key in list(keys_of(c, vocabulary()))[1:]}
        return frozenset((c.scheme, c.term) for c in given) - above


def _same(one: _Told, other: _Told, told: Collection[str]) -> bool:
    if {"date", "event"} & set(told) and (not one.period or one.period != other.period):
        return False
    return "place" not in told or any(
        finest in place_lineage(theirs) for finest in one.places for theirs in other.places
    )


def _overlap(one: Span, other: Span) -> bool:
    return one.item == other.item and one.start < other.end and other.start < one.end
