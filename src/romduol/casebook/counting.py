"""Exact counts of a study by term: distinct women, incidents and acts, parents included.

A term counts whatever is coded with it or with anything below it. An *act* is one form of harm by
one alleged actor at one time (Ball 1996; HRDAG, "Who did what to whom"): each form coded in an
incident is one act. Under a form, the acts of that form are counted; under any other term, the acts
of the incidents so coded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from romduol.casebook.codes import FORM_SCHEMES, PLACE_SCHEME, Coding, Study
from romduol.casebook.events import place_lineage
from romduol.casebook.vocabulary import Vocabulary, vocabulary

ANY_FORM = ("form", "any")


@dataclass(frozen=True, slots=True)
class Count:
    """Who and what stands behind one term; ``asked`` is out of how many women."""

    scheme: str
    term: str
    women: frozenset[str]
    incidents: frozenset[str]
    acts: frozenset[tuple[str, str]]
    asked: int


def lineage(scheme: str, term: str, terms: Vocabulary) -> tuple[str, ...]:
    """``term`` and everything above it in its scheme; for places the containing places."""
    if scheme == PLACE_SCHEME:
        return place_lineage(term)
    return tuple(t.id for t in terms.lineage(terms.term(scheme, term)))


def keys_of(coding: Coding, terms: Vocabulary) -> Iterator[tuple[str, str]]:
    """Every (scheme, term) this coding counts under; any form also under ``ANY_FORM``."""
    for term in lineage(coding.scheme, coding.term, terms):
        yield coding.scheme, term
    if coding.scheme in FORM_SCHEMES:
        yield ANY_FORM


def acts_by_incident(codings: Iterable[Coding]) -> dict[str, frozenset[tuple[str, str]]]:
    """The acts of each incident as (incident, form term)."""
    acts: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for coding in codings:
        if coding.scheme in FORM_SCHEMES:
            acts[coding.incident].add((coding.incident, coding.term))
    return {incident: frozenset(found) for incident, found in acts.items()}


def counts(study: Study, terms: Vocabulary | None = None) -> tuple[Count, ...]:
    """One ``Count`` for every term that anything was coded with, sorted by scheme and term."""
    terms = terms or vocabulary()
    acts = acts_by_incident(study.codings)
    behind: dict[tuple[str, str], list[Coding]] = defaultdict(list)
    for coding in study.codings:
        for key in keys_of(coding, terms):
            behind[key].append(coding)
    asked = len(study.asked)
    return tuple(_count(key, behind[key], acts, asked) for key in sorted(behind))


def _count(
    key: tuple[str, str],
    codings: list[Coding],
    acts: dict[str, frozenset[tuple[str, str]]],
    asked: int,
) -> Count:
    incidents = frozenset(c.incident for c in codings)
    if key[0] in (*FORM_SCHEMES, ANY_FORM[0]):
        counted = frozenset((c.incident, c.term) for c in codings)
    else:
        counted = frozenset(act for i in incidents for act in acts.get(i, frozenset()))
    return Count(*key, frozenset(c.woman for c in codings), incidents, counted, asked)
