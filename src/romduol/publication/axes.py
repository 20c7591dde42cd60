"""The axes of one-way tables: which rows there are, and what of the study stands behind each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from romduol.casebook.claims import Unit
from romduol.casebook.codes import FORM_SCHEMES, PLACE_SCHEME, IncidentFact, Study
from romduol.casebook.counting import acts_by_incident, lineage
from romduol.casebook.vocabulary import vocabulary
from romduol.publication.claims import WHOLE
from romduol.publication.inference import Key
from romduol.publication.withholding import Behind, Rule

TIMES = ("month", "quarter", "year")
PLACES = {"place:province": 2, "place:district": 4}
SCHEMES = (
    "form_offline",
    "form_online",
    "actor",
    "topic",
    "impact",
    "retreat",
    "response",
    "outcome",
    "channel",
    "escalation",
)
REPORTED = ("platform", "form_online", "receipt", "decision", "waiting")  # of a report
REST = "rest"
Act = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis as asked for: ``scheme``, ``scheme:top``, ``place:...`` or a length of time."""

    id: str

    @property
    def subject(self) -> str:
        """What it divides by; two tables of one subject would give each other away."""
        return "time" if self.id in TIMES else self.id.split(":")[0]

    @property
    def known(self) -> bool:
        """Is there such an axis?"""
        scheme, _, level = self.id.partition(":")
        return self.id in (*TIMES, *PLACES) or (scheme in SCHEMES and level in ("", "top"))

    @property
    def by_terms(self) -> bool:
        """Are its rows terms of the vocabulary?"""
        return self.subject in SCHEMES or self.subject in REPORTED


def root_of(scheme: str) -> Key:
    """The key above all first-level rows: the scheme's one top term, or ``all``."""
    tops = [t.id for t in vocabulary().of(scheme) if not t.parent]
    return (scheme, tops[0] if len(tops) == 1 else WHOLE)


def term_rows(axis: Axis) -> dict[Key, tuple[Key, ...]]:
    """Every row of a vocabulary axis with its children, the whole first."""
    scheme, root = axis.subject, root_of(axis.subject)
    above = "" if root[1] == WHOLE else root[1]
    rows = {root: tuple((scheme, t.id) for t in vocabulary().of(scheme) if t.parent == above)}
    if axis.id.endswith(":top"):
        return rows | dict.fromkeys(rows[root], ())
    below = [t for t in vocabulary().of(scheme) if t.id != root[1]]
    return rows | {
        (scheme, t.id): tuple((scheme, c.id) for c in vocabulary().children(t)) for t in below
    }


@dataclass(frozen=True, slots=True)
class Ground:
    """A study with the owner of every incident and the acts of each looked up once."""

    study: Study
    owner: Mapping[str, str]
    acts: Mapping[str, frozenset[Act]]

    @classmethod
    def of(cls, study: Study) -> Ground:
        """The ground of ``study``; an incident may be known by its codings alone."""
        owner = {c.incident: c.woman for c in study.codings}
        owner |= {f.incident: f.woman for f in study.incidents}
        return cls(study, owner, acts_by_incident(study.codings))

    def behind(self, incidents: Iterable[str], unit: Unit) -> Behind:
        """The cell of these incidents: their women, themselves, or every act in them."""
        held = set(incidents)
        if unit is Unit.ACTS:
            return self.behind_acts(act for i in held for act in self.acts.get(i, ()))
        return self._by_incident(held, unit)

    def behind_acts(self, acts: Iterable[Act]) -> Behind:
        """The cell of these acts."""
        return Behind.of(self.owner[incident] for incident, _ in acts)

    def _by_incident(self, incidents: set[str], unit: Unit) -> Behind:
        owners = [self.owner[i] for i in incidents]
        return Behind.of(set(owners) if unit is Unit.WOMEN else owners)

    def by_term(self, scheme: str, unit: Unit) -> dict[Key, Behind]:
        """A cell for every term of ``scheme`` and for the whole of it."""
        incidents: dict[Key, set[str]] = defaultdict(set)
        acts: dict[Key, set[Act]] = defaultdict(set)
        for coding in self.study.codings:
            if coding.scheme == scheme:
                for term in {*lineage(scheme, coding.term, vocabulary()), WHOLE}:
                    incidents[scheme, term].add(coding.incident)
                    acts[scheme, term].add((coding.incident, coding.term))
        keys = [(scheme, t.id) for t in vocabulary().of(scheme)] + [(scheme, WHOLE)]
        if unit is Unit.ACTS and scheme in FORM_SCHEMES:
            return {key: self.behind_acts(acts[key]) for key in keys}
        return {key: self.behind(incidents[key], unit) for key in keys}

    def groups(self, axis: Axis) -> dict[str, set[str]]:
        """Incidents by time or place code; those not known that finely under ``rest``."""
        found: dict[str, set[str]] = defaultdict(set)
        if axis.id in TIMES:
            for fact in self.study.incidents:
                found[_time(fact, axis.id) or REST].add(fact.incident)
            placed: set[str] = {f.incident for f in self.study.incidents}
        else:
            placed = self._place(axis, found)
        found[REST] |= set(self.owner) - placed
        return dict(found)

    def _place(self, axis: Axis, found: dict[str, set[str]]) -> set[str]:
        placed: set[str] = set()
        for coding in self.study.codings:
            if coding.scheme == PLACE_SCHEME and len(coding.term) >= PLACES[axis.id]:
                found[coding.term[: PLACES[axis.id]]].add(coding.incident)
                placed.add(coding.incident)
        return placed

    def merged(self, axis: Axis, unit: Unit, rule: Rule) -> dict[str, set[str]]:
        """The groups that may be shown, and ``rest`` grown until it may be shown too.

        A place or month with too few women is not a withheld row, which would say that something
        happened there; it is part of the rest. Empty when only the rest would be left.
        """
        groups = self.groups(axis)
        rest = groups.pop(REST)
        small = [c for c in groups if not rule.printable(self.behind(groups[c], unit))]
        for code in small:
            rest |= groups.pop(code)
        while groups and rest and not rule.printable(self.behind(rest, unit)):
            least = min(groups, key=lambda c: (self.behind(groups[c], unit).value, c))
            rest |= groups.pop(least)
        return {**dict(sorted(groups.items())), REST: rest} if groups else {}


def _time(fact: IncidentFact, length: str) -> str:
    return {"month": fact.when.month, "quarter": fact.when.quarter, "year": fact.when.year}[length]
