"""What a reader knows to hold among the numbers of one release, whatever they are.

A category lies within its parent. Categories that share nothing (times; acts by form) add up to no
more than it, and to all of it where the list is complete. Categories that overlap cover it where
the list is complete: together they are at least as many. Women are no more than their incidents.
A report stands in one category of a scheme, so what divides reports shares nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from romduol.casebook.claims import Unit
from romduol.casebook.codes import FORM_SCHEMES
from romduol.casebook.counting import ANY_FORM
from romduol.casebook.vocabulary import vocabulary
from romduol.publication.axes import PLACES, TIMES, root_of
from romduol.publication.claims import WHOLE
from romduol.publication.disclosure.ledger import REST, rest_of
from romduol.publication.disclosure.model import Coordinate, Quantity, Relation

_FORM = "forms of acts"
_ANY = "any form"


def relations_among(
    values: Mapping[Quantity, int], place: Mapping[Quantity, int]
) -> list[Relation]:
    """Every relation among ``values``; ``place`` is the index of each in the system."""
    family = _Family.of(values)
    groups: dict[tuple[Quantity, str], list[tuple[Quantity, Coordinate]]] = defaultdict(list)
    for quantity in values:
        for coordinate in quantity.at:
            parent = family.nearest(quantity, coordinate)
            if parent is not None:
                kind = _kind(coordinate, parent)
                groups[parent, kind].append((quantity, coordinate))
    found = [
        relation
        for (parent, kind), below in groups.items()
        for relation in family.between(parent, kind, below, place)
    ]
    return found + _across_units(values, place)


def _kind(coordinate: Coordinate, parent: Quantity) -> str:
    """Along what the parent is divided: both schemes of forms divide acts, and harm of any form."""
    if coordinate[0] in FORM_SCHEMES and parent.unit is Unit.ACTS:
        return _FORM
    return _ANY if ANY_FORM in parent.at else coordinate[0]


def _disjoint(unit: Unit, kind: str) -> bool:
    in_time = unit is not Unit.WOMEN and kind in TIMES
    return kind == _FORM or in_time or unit is Unit.REPORTS


@dataclass(frozen=True, slots=True)
class _Family:
    """The numbers of one release and the categories in use on each axis of times or places."""

    values: Mapping[Quantity, int]
    codes: Mapping[str, frozenset[str]]
    rests: Mapping[str, tuple[frozenset[str], ...]]  # what each rest leaves out, smallest first

    @classmethod
    def of(cls, values: Mapping[Quantity, int]) -> _Family:
        used: dict[str, set[str]] = defaultdict(set)
        for axis, code in {c for q in values for c in q.at}:
            if axis in TIMES or axis in PLACES:
                used[axis].add(code)
        left_out = {
            axis: tuple(sorted((_left_out(c) for c in codes if c.startswith(f"{REST}:")), key=len))
            for axis, codes in used.items()
        }
        return cls(values, {a: frozenset(c) for a, c in used.items()}, left_out)

    def nearest(self, quantity: Quantity, coordinate: Coordinate) -> Quantity | None:
        """The closest number that contains ``quantity`` along one of its coordinates."""
        here: Coordinate | None = coordinate
        while here is not None:
            here = self.above(here)
            found = quantity.moved(coordinate, here)
            if found in self.values:
                return found
        return None

    def above(self, coordinate: Coordinate) -> Coordinate | None:
        """What contains a category on its axis; none stands for everything."""
        axis, code = coordinate
        if axis in TIMES or axis in PLACES:
            out = _left_out(code) if code.startswith(f"{REST}:") else None
            wider = [
                rest
                for rest in self.rests.get(axis, ())
                if (rest < out if out is not None else code not in rest)
            ]
            return (axis, rest_of(wider[-1])) if wider else _coarser(axis, code)
        return _term_above(coordinate)

    def between(
        self,
        parent: Quantity,
        kind: str,
        below: list[tuple[Quantity, Coordinate]],
        place: Mapping[Quantity, int],
    ) -> Iterable[Relation]:
        """The relations of one number with those next below it along one axis."""
        parts = tuple(place[q] for q, _ in below)
        total = sum(self.values[q] for q, _ in below)
        complete = self._complete(parent, kind, {c for _, c in below})
        if _disjoint(parent.unit, kind):
            yield Relation(place[parent], parts, under=complete and total == self.values[parent])
            return
        yield from (Relation(place[parent], (part,), under=False) for part in parts)
        if complete:
            yield Relation(place[parent], parts, over=False)

    def _complete(self, parent: Quantity, kind: str, below: set[Coordinate]) -> bool:
        """Is everything that can lie in ``parent`` listed?"""
        if parent.unit is Unit.REPORTS:
            return below >= _directly_under(parent, kind)
        if kind == ANY_FORM[0]:
            return False
        if kind in self.codes:
            codes = {code for _, code in below}
            inside = {code for axis, code in parent.at if axis == kind}
            wanted = {
                code
                for code in self.codes[kind]
                if code not in inside and self._directly_in(kind, code, inside)
            }
            return bool(self.rests.get(kind)) and codes >= wanted
        if kind == _FORM:
            return _all_forms(parent, below)
        if kind == _ANY:
            return below >= {root_of(scheme) for scheme in FORM_SCHEMES}
        tops = {(kind, t.id) for t in vocabulary().of(kind) if not t.parent}
        return (kind, WHOLE) in parent.at and below >= tops

    def _directly_in(self, axis: str, code: str, inside: set[str]) -> bool:
        over = self.above((axis, code))
        if inside:
            return over is not None and over[1] in inside
        return over is None or over[0] != axis


def _left_out(rest: str) -> frozenset[str]:
    return frozenset(rest.partition(":")[2].split("+"))


def _coarser(axis: str, code: str) -> Coordinate | None:
    """The year of a quarter, the quarter of a month, the province of a district."""
    if code.startswith(f"{REST}:"):
        return None
    if axis == "place:district":
        return ("place:province", code[:2])
    if axis == "month":
        return ("quarter", f"{code[:4]}-Q{(int(code[5:]) + 2) // 3}")
    return ("year", code[:4]) if axis == "quarter" else None


def _term_above(coordinate: Coordinate) -> Coordinate | None:
    scheme, code = coordinate
    if coordinate == ANY_FORM or code == WHOLE:
        return None
    parent = vocabulary().term(scheme, code).parent
    if parent:
        return (scheme, parent)
    if root_of(scheme) != coordinate:
        return root_of(scheme)
    return ANY_FORM if scheme in FORM_SCHEMES else None


def _directly_under(parent: Quantity, scheme: str) -> set[Coordinate]:
    """The terms of ``scheme`` next below what the parent is in it, or its first level."""
    inside = [code for axis, code in parent.at if axis == scheme]
    root = root_of(scheme)[1]
    above = inside[0] if inside else "" if root == WHOLE else root
    return {(scheme, term.id) for term in vocabulary().of(scheme) if term.parent == above}


def _all_forms(parent: Quantity, below: set[Coordinate]) -> bool:
    """Are all forms next below listed? Whether they add up is asked of the numbers."""
    mine = [c for c in parent.at if c[0] in FORM_SCHEMES]
    if not mine:
        return below >= {root_of(scheme) for scheme in FORM_SCHEMES}
    ((scheme, code),) = mine
    return below >= {(scheme, t.id) for t in vocabulary().of(scheme) if t.parent == code}


def _across_units(values: Mapping[Quantity, int], place: Mapping[Quantity, int]) -> list[Relation]:
    found = []
    for quantity in values:
        incidents = Quantity(Unit.INCIDENTS, quantity.at)
        acts = Quantity(Unit.ACTS, quantity.at)
        if quantity.unit is Unit.WOMEN and incidents in values:
            found.append(Relation(place[incidents], (place[quantity],), under=False))
        of_a_form = any(c[0] in FORM_SCHEMES for c in quantity.at)
        if quantity.unit is not Unit.ACTS and of_a_form and acts in values:
            found.append(Relation(place[acts], (place[quantity],), under=False))
    return found
