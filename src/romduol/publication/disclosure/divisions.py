"""How an axis divides incidents or acts: into terms with their parents, or into times or places.

The rest of an axis of times or places is everything outside the categories told, so its meaning
changes when a category is added; a rest is therefore named by what it leaves out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from romduol.casebook.claims import Unit
from romduol.casebook.codes import FORM_SCHEMES
from romduol.casebook.counting import lineage
from romduol.casebook.vocabulary import vocabulary
from romduol.publication.axes import Act, Axis, Ground, root_of, term_rows
from romduol.publication.claims import WHOLE
from romduol.publication.disclosure.ledger import REST, Ledger, rest_of
from romduol.publication.disclosure.model import Coordinate, Quantity
from romduol.publication.disclosure.offices import (
    few_sources,
    names_account,
    names_office,
    offices_of,
)
from romduol.publication.withholding import Behind, Rule

Counted = str | Act  # an incident, or an act of one
Place = Coordinate | None  # none: the row of everything


@dataclass(frozen=True, slots=True)
class Category:
    """A row of an axis: its id in the table, its parent's, and what it is in the system."""

    id: str
    parent: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Division:
    """An axis with its rows and, for whatever is counted, the places it stands in.

    ``beside`` are places that are no rows of this release: the rests of earlier ones.
    """

    axis: Axis
    categories: tuple[Category, ...]
    beside: tuple[Coordinate, ...]
    places: Mapping[Counted, frozenset[Place]]

    def all_places(self) -> tuple[Place, ...]:
        """Every place of the axis, printed or not."""
        return (*(c.place for c in self.categories), *self.beside)


def by_terms(axis: Axis, unit: Unit, ground: Ground) -> Division:
    """A scheme, or its first level; acts stand only in the form they are of.

    A report has one term of every scheme, so those with any term of one are all reports.
    """
    scheme, rows, root = axis.subject, term_rows(axis), root_of(axis.subject)
    above = {child: parent for parent, below in rows.items() for child in below}
    categories = tuple(
        Category(
            _id(key, root),
            _id(above[key], root) if key in above else None,
            None if key == root and unit is Unit.REPORTS else key,
        )
        for key in _in_depth(root, rows)
    )
    places: dict[Counted, set[Place]] = defaultdict(set)
    for coding in ground.study.codings:
        if coding.scheme != scheme:
            continue
        keys = {(scheme, t) for t in (*lineage(scheme, coding.term, vocabulary()), WHOLE)}
        if unit is Unit.ACTS and scheme in FORM_SCHEMES:
            places[coding.incident, coding.term] |= keys & set(rows)
        else:
            for counted in counted_in(coding.incident, unit, ground):
                places[counted] |= keys & set(rows)
    everything = root if unit is Unit.REPORTS else None
    within = {
        counted: frozenset(None if key == everything else key for key in own)
        for counted, own in places.items()
    }
    return Division(axis, categories, (), within)


def _id(key: Coordinate, root: Coordinate) -> str:
    return WHOLE if key == root else key[1]


def _in_depth(
    key: Coordinate, rows: Mapping[Coordinate, tuple[Coordinate, ...]]
) -> Iterable[Coordinate]:
    yield key
    for child in rows.get(key, ()):
        yield from _in_depth(child, rows)


def counted_in(incident: str, unit: Unit, ground: Ground) -> Iterable[Counted]:
    """What is counted of one incident: itself, or its acts."""
    return ground.acts.get(incident, ()) if unit is Unit.ACTS else (incident,)


def by_groups(
    axis: Axis, unit: Unit, ground: Ground, rule: Rule, ledger: Ledger
) -> Division | None:
    """Times or places, those with too few women in the rest; none if only the rest is left.

    A category that a release has told stays a row, so that no number changes its meaning.
    """
    codes = _codes(axis, unit, ground, rule, ledger.last_codes(axis.id))
    if not codes:
        return None
    told = tuple(told for told in ledger.all_codes(axis.id) if set(told) != set(codes))
    return divided(axis, unit, ground, codes, told)


def divided(
    axis: Axis,
    unit: Unit,
    ground: Ground,
    codes: tuple[str, ...],
    told: tuple[tuple[str, ...], ...] = (),
) -> Division:
    """The axis by these categories and the rest, with the rests of ``told`` beside them."""
    rest = rest_of(codes)
    rows = (
        Category(WHOLE, None, None),
        *(Category(code, WHOLE, (axis.id, code)) for code in codes),
        Category(REST, WHOLE, (axis.id, rest)),
    )
    within: dict[str, set[str]] = defaultdict(set)
    for code, incidents in ground.groups(axis).items():
        for incident in incidents:
            within[incident].add(code)
    places: dict[Counted, frozenset[Place]] = {}
    for incident, own in within.items():
        found: set[Place] = {None} | {(axis.id, code) for code in own & set(codes)}
        found |= {(axis.id, rest_of(each)) for each in (codes, *told) if own - set(each)}
        for counted in counted_in(incident, unit, ground):
            places[counted] = frozenset(found)
    return Division(axis, rows, tuple((axis.id, rest_of(each)) for each in told), places)


def _codes(
    axis: Axis, unit: Unit, ground: Ground, rule: Rule, kept: tuple[str, ...]
) -> tuple[str, ...]:
    """The categories to show: the rest takes in the smallest until it may be shown itself."""
    groups = ground.groups(axis)
    rest = groups.pop(REST, set())
    for code in [c for c in groups if c not in kept]:
        if not rule.printable(ground.behind(groups[code], unit)):
            rest |= groups.pop(code)
    while rest and not rule.printable(ground.behind(rest, unit)):
        free = sorted(set(groups) - set(kept))
        if not free:
            break
        rest |= groups.pop(min(free, key=lambda c: (ground.behind(groups[c], unit).value, c)))
    return tuple(sorted({*groups, *kept}))


def tally(
    tables: Iterable[tuple[Division, ...]],
    unit: Unit,
    ground: Ground,
    without: frozenset[str] = frozenset(),
) -> dict[Quantity, Behind]:
    """What stands behind every cell of every table, and behind everything together.

    Incidents in ``without`` do not count: what is left is the increase since they were counted.
    """
    every = [c for i in ground.owner if i not in without for c in counted_in(i, unit, ground)]
    offices = offices_of(ground.study)
    owners: dict[Quantity, list[str]] = {Quantity(unit): [_owner(c, ground) for c in every]}
    within: dict[Quantity, list[str]] = defaultdict(list)  # incidents, where it matters who did it
    for table in tables:
        cells = {Quantity.of(unit, *(p for p in at if p)): at for at in
                 product(*(d.all_places() for d in table))}  # fmt: skip
        own: dict[Quantity, list[str]] = {quantity: [] for quantity in cells}
        for counted in every:
            for at in product(*(d.places.get(counted, frozenset()) for d in table)):
                quantity = Quantity.of(unit, *(p for p in at if p))
                own[quantity].append(_owner(counted, ground))
                if quantity not in owners and (names_office(quantity) or names_account(quantity)):
                    within[quantity].append(_incident(counted))
        owners |= own
        if unit is Unit.ACTS and any(d.axis.subject in FORM_SCHEMES for d in table):
            owners |= _acts_of_schemes(every, ground)
    once = unit is Unit.WOMEN

    def few(quantity: Quantity) -> bool:
        incidents = within.get(quantity, [])
        return (names_office(quantity) and few_sources(incidents, offices)) or (
            names_account(quantity) and few_sources(incidents, ground.study.accounts)
        )

    return {q: Behind.of(set(found) if once else found, few(q)) for q, found in owners.items()}


def _acts_of_schemes(every: list[Counted], ground: Ground) -> dict[Quantity, list[str]]:
    """All acts in person and all online: together they are all acts, so one gives the other."""
    found: dict[Quantity, list[str]] = {}
    for scheme in FORM_SCHEMES:
        terms = {term.id for term in vocabulary().of(scheme)}
        own = [_owner(act, ground) for act in every if act[1] in terms]
        found[Quantity.of(Unit.ACTS, root_of(scheme))] = own
    return found


def _owner(counted: Counted, ground: Ground) -> str:
    return ground.owner[_incident(counted)]


def _incident(counted: Counted) -> str:
    return counted if isinstance(counted, str) else counted[0]
