"""What a reader of finished tables holds in his hands: numbers, gaps, and what follows from names.

The audit's own reading of the published files and the ledger. It shares nothing with the system
that chose what to withhold: facts are written down here as sums over names, straight from what
stands in the files, the vocabulary, and the meaning of the axes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from romduol.casebook.vocabulary import vocabulary
from romduol.publication.disclosure.ledger import Published

TIMES = ("month", "quarter", "year")
GROUPS = (*TIMES, "place:province", "place:district")
FORMS = ("form_offline", "form_online")
ANY = ("form", "any")
REPORTED = ("platform", "receipt", "decision", "waiting")  # a report has one of each

FAR = 10**7

Part = tuple[str, str]
Name = tuple[int, str, frozenset[Part]]  # release, unit, categories


@dataclass(frozen=True, slots=True)
class Fact:
    """The sum of signed names lies from ``low`` to ``high``; none: no bound."""

    terms: tuple[tuple[Name, int], ...]
    low: float | None
    high: float | None


@dataclass(slots=True)
class Knowledge:
    """Numbers by name (none where withheld) and facts about them."""

    numbers: dict[Name, int | None] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    most: dict[tuple[int, str], int] = field(default_factory=dict)
    told: dict[Name, tuple[int, int]] = field(default_factory=dict)  # what a word stands for
    rounded: set[Name] = field(default_factory=set)
    repeated: dict[Name, int] = field(default_factory=dict)  # beside a gap: what stood there last
    implied: set[Name] = field(default_factory=set)  # stand in no table, but can be asked about

    _codes: dict[tuple[int, str], dict[str, set[str]]] = field(default_factory=dict)

    def codes(self, edition: int, unit: str) -> dict[str, set[str]]:
        """The categories of each axis of times or places in one release."""
        return self._codes.get((edition, unit), {})

    def learn(self, name: Name, value: int | None) -> None:
        """Take a number in; a gap hides no number that stands elsewhere in the release."""
        if value is not None and self.numbers.get(name) not in (None, value):
            raise ValueError("one quantity, two numbers")
        self.numbers[name] = value if value is not None else self.numbers.get(name)
        used = self._codes.setdefault(name[:2], {})
        for axis, code in name[2]:
            if axis in GROUPS:
                used.setdefault(axis, set()).add(code)

    def hear(self, name: Name, low: int, high: int) -> None:
        """Take in a word, or a rounded number, that stands for ``low`` to ``high``."""
        self.learn(name, None)
        before = self.told.get(name, (low, high))
        self.told[name] = (max(low, before[0]), min(high, before[1]))

    def range_of(self, name: Name) -> tuple[float, float]:
        """The least and greatest number that a gap may hold by itself."""
        low, high = self.told.get(name, (0, FAR))
        return float(low), float(min(high, self.most.get(name[:2], FAR)))

    def at_most(self, part: Iterable[Name], whole: Iterable[Name]) -> None:
        """The sum of ``part`` is no more than the sum of ``whole``."""
        self.facts.append(Fact((*_signed(whole, 1), *_signed(part, -1)), 0.0, None))

    def equal(self, part: Iterable[Name], whole: Name) -> None:
        """The parts add up to the whole."""
        self.facts.append(Fact((*_signed([whole], 1), *_signed(part, -1)), 0.0, 0.0))


def _signed(names: Iterable[Name], sign: int) -> tuple[tuple[Name, int], ...]:
    return tuple((name, sign) for name in names)


def read_table(known: Knowledge, table: Mapping[str, Any], edition: int) -> None:
    """Every cell of a table of ``tables.json``, and the sums it declares."""
    axes = [(axis["id"], axis["categories"]) for axis in table["axes"]]
    unit = table["unit"]
    parts = [
        {c["id"]: _part(id_, c["id"], [x["id"] for x in cs], unit) for c in cs} for id_, cs in axes
    ]

    def name(at: Iterable[str]) -> Name:
        found = (parts[place][code] for place, code in enumerate(at))
        return edition, unit, frozenset(part for part in found if part is not None)

    cells = {tuple(cell["at"]): cell for cell in table["cells"]}
    for at, cell in cells.items():
        _read_cell(known, name(at), cell)
    for place, (_, categories) in enumerate(axes):
        below: dict[str, list[str]] = defaultdict(list)
        for category in categories:
            if category["parent"] is not None:
                below[category["parent"]].append(category["id"])
        for category in (c for c in categories if c["additive"]):
            for at in cells:
                if at[place] == category["id"]:
                    under = [(*at[:place], x, *at[place + 1 :]) for x in below[category["id"]]]
                    known.equal(map(name, under), name(at))


def _read_cell(known: Knowledge, name: Name, cell: Mapping[str, Any]) -> None:
    if "rounded" in cell:
        low = max(0, cell["value"] - cell["rounded"] + 1)
        known.hear(name, low, cell["value"] + cell["rounded"] - 1)
        known.rounded.add(name)
    else:
        known.learn(name, cell.get("value"))
    if "last" in cell:
        known.repeated[name] = cell["last"]


def _part(axis: str, code: str, codes: list[str], unit: str) -> Part | None:
    if unit == "reports" and code == "all":
        return None  # those with any category are all of them
    if axis in GROUPS:
        if code == "all":
            return None
        return (axis, outside(set(codes) - {"all", "rest"})) if code == "rest" else (axis, code)
    scheme = axis.removesuffix(":top")
    return (scheme, top(scheme)) if code == "all" else (scheme, code)


def outside(codes: Iterable[str]) -> str:
    """A rest, named by what it is not."""
    return "not " + " ".join(sorted(codes))


def top(scheme: str) -> str:
    """The one term above all others, or ``all``."""
    tops = [t.id for t in vocabulary().of(scheme) if not t.parent]
    return tops[0] if len(tops) == 1 else "all"


def read_claim(known: Knowledge, claim: Mapping[str, Any], k: int, edition: int) -> None:
    """A sentence: its number, or what its word stands for (publication ``ladder``)."""
    name: Name = (edition, claim["unit"], frozenset({(claim["scheme"], claim["term"])}))
    asked = claim.get("asked", 0)
    if claim["number"] is not None:
        known.learn(name, claim["number"])
    elif claim["rule"] == "some":
        known.hear(name, 2, min(k - 1, asked - 2))
    else:
        known.hear(name, asked - 1, asked)


def read_edition(known: Knowledge, cells: Iterable[Published], at: int) -> None:
    """Every number of an earlier release, as it was printed then."""
    held = list(cells)
    codes: dict[str, set[str]] = defaultdict(set)
    for cell in held:
        for axis, code in cell.quantity.at:
            codes[axis].add(code)
    for cell in held:
        quantity = cell.quantity
        parts = frozenset(
            (axis, outside(codes[axis] - {"rest"})) if code == "rest" else (axis, code)
            for axis, code in quantity.at
        )
        name: Name = (at, quantity.unit.value, parts)
        if not cell.shown and cell.high is not None:
            known.hear(name, cell.low, cell.high)
            known.rounded |= {name} if cell.rounded is not None else set()
        else:
            known.learn(name, cell.value if cell.shown else None)


def reason(known: Knowledge, only_new_women: bool = False) -> None:
    """Write down everything that follows from the meaning of the names.

    ``only_new_women``: a number of women is supposed to grow by women who joined and no others.
    """
    for name in tuple(known.numbers):
        edition, unit, parts = name
        if unit == "acts" and parts and all(axis in FORMS for axis, _ in parts):
            for scheme in FORMS:
                whole = (edition, unit, frozenset({(scheme, top(scheme))}))
                if whole not in known.numbers:
                    known.learn(whole, None)
                    known.implied.add(whole)
    for name in known.numbers:
        _inside(known, name)
        _units(known, name)
        _covered(known, name)
    _ties(known, only_new_women)


def _inside(known: Knowledge, name: Name) -> None:
    """A category within the next wider one that is told, or within everything."""
    edition, unit, parts = name
    for part in parts:
        wider = next(
            (w for w in _wider(known, name, part) if (edition, unit, w) in known.numbers), None
        )
        if wider is not None:
            known.at_most([name], [(edition, unit, wider)])


def _wider(known: Knowledge, name: Name, part: Part) -> Iterator[frozenset[Part]]:
    rest, (axis, code) = name[2] - {part}, part
    if axis == "place:district" and not code.startswith("not "):
        yield rest | {("place:province", code[:2])}
    if axis not in GROUPS and part != ANY and code != "all":
        term = vocabulary().term(axis, code)
        while term.parent:
            term = vocabulary().term(axis, term.parent)
            yield rest | {(axis, term.id)}
        yield rest | {(axis, "all")}
        if axis in FORMS:
            yield rest | {ANY}
    yield rest


def _units(known: Knowledge, name: Name) -> None:
    edition, unit, parts = name
    more = {"women": ("incidents",), "incidents": ("acts",), "acts": (), "reports": ()}[unit]
    if unit == "incidents" and not any(axis in FORMS for axis, _ in parts):
        more = ()
    for other in more:
        if (edition, other, parts) in known.numbers:
            known.at_most([name], [(edition, other, parts)])


def _covered(known: Knowledge, name: Name) -> None:
    """What complete lists of categories make of the number above them."""
    edition, unit, parts = name
    if unit == "reports":
        _divided(known, name)
        return
    for listed, whole in (*_groups(known, name), *_terms(name)):
        names: list[Name] = [(edition, unit, parts - whole | {part}) for part in listed]
        if not all(n in known.numbers for n in names):
            continue
        kind = listed[0][0]
        if (unit != "women" and kind in TIMES) or (unit == "acts" and kind in FORMS and not parts):
            known.equal(names, name)
        elif unit == "acts" and kind in FORMS:
            known.at_most(names, [name])
        else:
            known.at_most([name], names)


def _divided(known: Knowledge, name: Name) -> None:
    """The parts of reports share nothing; of some schemes every report stands in one term."""
    edition, unit, parts = name
    for scheme in (*REPORTED, "form_online"):
        inside = next((code for axis, code in parts if axis == scheme), None)
        above = inside if inside is not None else "on" if scheme == "form_online" else ""
        below = [(scheme, t.id) for t in vocabulary().of(scheme) if t.parent == above]
        rest = parts - {(scheme, inside)} if inside is not None else parts
        names: list[Name] = [(edition, unit, rest | {part}) for part in below]
        if names and all(n in known.numbers for n in names):
            known.at_most(names, [name])
            if scheme in REPORTED:
                known.at_most([name], names)


def _groups(known: Knowledge, name: Name) -> Iterator[tuple[list[Part], frozenset[Part]]]:
    """The times or places that a release tells, its rest among them."""
    edition, unit, parts = name
    mine = {group for group, _ in parts}
    for group, codes in known.codes(edition, unit).items():
        if group not in mine:
            yield [(group, code) for code in sorted(codes)], frozenset()


def _terms(name: Name) -> Iterator[tuple[list[Part], frozenset[Part]]]:
    """The first terms of a scheme, the two schemes of forms, and for acts the forms under one."""
    _, unit, parts = name
    both = [(scheme, top(scheme)) for scheme in FORMS]
    if unit == "acts" and not parts:
        yield both, frozenset()
    for part in parts:
        if part == ANY:
            yield both, frozenset({part})
        elif part[1] == "all" or (unit == "acts" and part[0] in FORMS):
            above = "" if part[1] == "all" else part[1]
            below = [(part[0], t.id) for t in vocabulary().of(part[0]) if t.parent == above]
            if below:
                yield below, frozenset({part})


def _ties(known: Knowledge, only_new_women: bool) -> None:
    """Numbers only grow from one release to the next, whatever a rest came to leave out."""
    by_release: dict[tuple[str, frozenset[Part]], list[int]] = defaultdict(list)
    for edition, unit, parts in known.numbers:
        by_release[unit, parts].append(edition)
    for (unit, parts), editions in by_release.items():
        for before, after in pairwise(sorted(editions)):
            old, new = (before, unit, parts), (after, unit, parts)
            values = known.numbers[old], known.numbers[new]
            if None in values or values[0] <= values[1]:  # type: ignore[operator]
                joined = known.most.get(new[:2], FAR) - known.most.get(old[:2], 0)
                bound = float(joined) if only_new_women and unit == "women" else None
                known.facts.append(Fact(((new, 1), (old, -1)), 0.0, bound))
    for edition, unit, parts in tuple(known.numbers):
        for axis, code in parts:
            if code.startswith("not "):
                _tie_rest(known, (edition, unit, parts), (axis, code))


def _tie_rest(known: Knowledge, name: Name, rest: Part) -> None:
    edition, unit, parts = name
    told = set(rest[1].split()[1:])
    for later, other, found in tuple(known.numbers):
        new = next((c for a, c in found if a == rest[0] and c.startswith("not ")), "")
        same = found - {(rest[0], new)} == parts - {rest}
        added = set(new.split()[1:]) - told
        if later > edition and other == unit and same and new and new != rest[1]:
            grown = [(later, unit, parts - {rest} | {(rest[0], code)}) for code in sorted(added)]
            if all(n in known.numbers for n in grown):
                known.at_most([name], [(later, unit, found), *grown])
