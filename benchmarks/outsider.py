"""An outsider with nothing but the released files: what can be proved about their gaps?

Written apart from the program: reads ``tables.json`` and ``claims.json`` of every release, oldest
first, writes down what their words and categories mean, and asks a solver. It knows neither the
book nor how cells were chosen; the vocabulary and what "some" stands for are public.

``python -m benchmarks.outsider RELEASE…`` (folders, oldest first) prints what follows from them.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import highspy

GROUPS = ("year", "quarter", "month", "place:province", "place:district")
TIMES = GROUPS[:3]
ROOTS = {"form_offline": "off", "form_online": "on"}
FAR = 1_000_000
Files = Mapping[str, bytes]
Name = tuple[int, str, frozenset[tuple[str, str]]]  # release, unit, categories
Fact = tuple[list[tuple[Name, int]], float, float]


@dataclass(frozen=True, slots=True)
class Proof:
    """What follows: gaps with one possible number, gaps below the threshold, small increases."""

    found: tuple[Name, ...]
    small: tuple[Name, ...]
    steps: tuple[Name, ...]

    def __bool__(self) -> bool:
        return bool(self.found or self.small or self.steps)


@dataclass(slots=True)
class Said:
    """What all files together say: for every name the least and greatest number, and facts."""

    ranges: dict[Name, tuple[float, float]] = field(default_factory=dict)
    gaps: set[Name] = field(default_factory=set)
    facts: list[Fact] = field(default_factory=list)
    rounded: set[Name] = field(default_factory=set)
    asked: list[int] = field(default_factory=list)
    least: int = 3

    def hear(self, name: Name, low: float, high: float) -> None:
        """Take in that a number lies from ``low`` to ``high``."""
        before = self.ranges.get(name, (0.0, float(FAR)))
        self.ranges[name] = (max(before[0], low), min(before[1], high))


def read(releases: Sequence[Files], only_new_women: bool) -> Said:
    """Everything the releases say, and what follows from the meaning of their categories.

    ``only_new_women``: he supposes that a number of women grows by women who joined and no others.
    """
    said = Said()
    for at, files in enumerate(releases):
        claims = json.loads(files["claims.json"])["claims"]
        tables = json.loads(files["tables.json"])
        said.least = tables["threshold"]
        asked = max((claim["asked"] for claim in claims), default=FAR)
        said.asked.append(asked)
        for claim in claims:
            name: Name = (at, claim["unit"], frozenset({(claim["scheme"], claim["term"])}))
            said.hear(name, *_heard(claim, said.least))
            if claim["number"] is None:
                said.gaps.add(name)
        for table in tables["tables"]:
            _read_table(said, at, table)
    said.gaps = {name for name in said.gaps if said.ranges[name][0] < said.ranges[name][1]}
    for name in said.ranges:
        if name[1] == "women":
            said.hear(name, 0, said.asked[name[0]])
    _units(said)
    _growth(said, only_new_women)
    return said


def _heard(claim: Mapping[str, Any], least: int) -> tuple[int, int]:
    if claim["number"] is not None:
        return claim["number"], claim["number"]
    k = max(least, 10) if claim["scheme"] == "actor" else least
    if claim["rule"] == "some":
        return 2, min(k - 1, claim["asked"] - 2)
    return claim["asked"] - 1, claim["asked"]


def _read_table(said: Said, at: int, table: Mapping[str, Any]) -> None:
    axes, unit = table["axes"], table["unit"]
    outside = {a["id"]: "rest " + " ".join(sorted(c["id"] for c in a["categories"])) for a in axes}

    def name(cell: Sequence[str]) -> Name:
        parts = set()
        for axis, code in zip(axes, cell, strict=True):
            scheme = axis["id"].removesuffix(":top")
            if unit == "reports" and code == "all":
                continue  # whatever divides reports, all of them are the same number
            if axis["id"] not in GROUPS:
                parts.add((scheme, ROOTS.get(scheme, "all") if code == "all" else code))
            elif code != "all":
                parts.add((axis["id"], outside[axis["id"]] if code == "rest" else code))
        return at, unit, frozenset(parts)

    for cell in table["cells"]:
        _read_cell(said, name(cell["at"]), cell)
    for place, axis in enumerate(axes):
        others = [[c["id"] for c in a["categories"]] for a in axes]
        for category in axis["categories"]:
            below = [c["id"] for c in axis["categories"] if c["parent"] == category["id"]]
            for rest in product(*others[:place], [""], *others[place + 1 :]):
                parts = [name((*rest[:place], c, *rest[place + 1 :])) for c in below]
                whole = name((*rest[:place], category["id"], *rest[place + 1 :]))
                _branch(said, axis["id"], category, whole, parts)


def _read_cell(said: Said, name: Name, cell: Mapping[str, Any]) -> None:
    value, base = cell.get("value"), cell.get("rounded", 1)
    low, high = (0, FAR) if value is None else (max(0, value - base + 1), value + base - 1)
    said.hear(name, low, high)
    if "rounded" in cell:
        said.rounded.add(name)
    elif low < high:
        said.gaps.add(name)


def _branch(
    said: Said, axis: str, category: Mapping[str, Any], whole: Name, below: list[Name]
) -> None:
    """What is known of a number and those listed under it: a sum, a cover, or parts."""
    scheme = axis.removesuffix(":top")
    signed = [(whole, 1), *((b, -1) for b in below)]
    if below and category["additive"]:
        said.facts.append((signed, 0, 0))
        return
    if below and category["id"] == "all" and scheme not in ROOTS:
        said.facts.append((signed, -math.inf, 0))
    apart = axis in TIMES or (whole[1] == "acts" and scheme in ROOTS) or whole[1] == "reports"
    if whole[1] != "women" and apart:
        said.facts.append((signed, 0, math.inf))
    said.facts.extend(([(whole, 1), (one, -1)], 0, math.inf) for one in below)


def _units(said: Said) -> None:
    for at, unit, parts in said.ranges:
        more: Name = (at, "incidents", parts)
        if unit == "women" and more in said.ranges:
            said.facts.append(([(more, 1), ((at, unit, parts), -1)], 0, math.inf))


def _growth(said: Said, only_new_women: bool) -> None:
    """Nobody withdraws, as far as he knows: numbers grow, those of women by no more than came."""
    for (old, new), joined in _steps(said):
        most = joined if only_new_women else math.inf
        said.facts.append(([(new, 1), (old, -1)], 0, most))


def _steps(said: Said) -> Iterator[tuple[tuple[Name, Name], float]]:
    told: dict[tuple[str, frozenset[tuple[str, str]]], list[int]] = defaultdict(list)
    for at, unit, parts in said.ranges:
        told[unit, parts].append(at)
    for (unit, parts), when in told.items():
        ordered = sorted(when)
        for old, new in pairwise(ordered):
            joined = said.asked[new] - said.asked[old] if unit == "women" else math.inf
            yield ((old, unit, parts), (new, unit, parts)), joined


class Outsider:
    """Everything released so far, as one programme in whole numbers.

    He first supposes that only new women make numbers of women grow; where that cannot be, not.
    """

    def __init__(self, releases: Sequence[Files]) -> None:
        for only_new_women in (True, False):
            self.said = read(releases, only_new_women)
            self._load()
            if self._most({}) is not None:
                return
        raise ValueError("the files contradict each other")

    def _load(self) -> None:
        self.names = list(self.said.ranges)
        self.column = {name: at for at, name in enumerate(self.names)}
        self.ways: list[list[int]] = []  # ways to fill everything in whole numbers
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 3)):
            self.solver.setOptionValue(option, value)
        for name in self.names:
            self.solver.addVar(*self.said.ranges[name])
        for terms, low, high in self.said.facts:
            row: dict[int, float] = defaultdict(float)
            for name, sign in terms:
                row[self.column[name]] += sign
            self.solver.addRow(low, high, len(row), list(row), list(row.values()))

    def proved(self) -> Proof:
        """All that follows from all files together."""
        least = self.said.least
        gaps = sorted(self.said.gaps, key=str)
        told_few = {name[1:] for name in gaps if self.said.ranges[name][1] < least}
        words = {name for name in gaps if name[1:] in told_few}  # a word says that it is few
        found = [name for name in gaps if self._one_only(name)]
        small = [name for name in gaps if name not in words and not self._reaches(name, least)]
        small += [name for name in sorted(self.said.rounded, key=str) if self._there(name, least)]
        return Proof(tuple(found), tuple(small), tuple(self._small_steps(least)))

    def _one_only(self, name: Name) -> bool:
        at = self.column[name]
        seen = {way[at] for way in self.ways}
        for sign in (1, -1):
            if len(seen) < 2:
                seen.add(sign * self._sure({at: sign}))
        return len(seen) < 2

    def _reaches(self, name: Name, least: int) -> bool:
        at = self.column[name]
        return any(way[at] >= least for way in self.ways) or self._sure({at: 1}) >= least

    def _there(self, name: Name, least: int) -> bool:
        """Is a rounded number proved to be there, and to be small?"""
        at = self.column[name]
        if any(not 1 <= way[at] < least for way in self.ways):
            return False
        return self._sure({at: 1}) < least and -self._sure({at: -1}) >= 1

    def _small_steps(self, least: int) -> Iterator[Name]:
        """Increases proved to be there, and to be fewer than ``least``."""
        for (old, new), _ in _steps(self.said):
            before, after = self.column[old], self.column[new]
            if any(not 1 <= way[after] - way[before] < least for way in self.ways):
                continue
            signed = {after: 1, before: -1}
            less = {at: -sign for at, sign in signed.items()}
            if self._sure(signed) < least and -self._sure(less) >= 1:
                yield new

    def _sure(self, wanted: Mapping[int, int]) -> int:
        found = self._most(wanted)
        assert found is not None, "what could be filled once can be filled again"
        return found

    def _most(self, wanted: Mapping[int, int]) -> int | None:
        """The greatest value of a signed sum in whole numbers; none if nothing fits."""
        for at, sign in wanted.items():
            self.solver.changeColCost(at, -float(sign))
        try:
            values = self._solved()
            if values and any(abs(value - round(value)) > 1e-6 for value in values):
                values = self._in_whole_numbers()
            if not values:
                return None
            self.ways.append([round(value) for value in values])
            return sum(sign * self.ways[-1][at] for at, sign in wanted.items())
        finally:
            for at in wanted:
                self.solver.changeColCost(at, 0.0)

    def _in_whole_numbers(self) -> list[float]:
        every = list(range(len(self.names)))
        kinds = highspy.HighsVarType
        self.solver.changeColsIntegrality(len(every), every, [int(kinds.kInteger)] * len(every))
        try:
            return self._solved()
        finally:
            self.solver.changeColsIntegrality(
                len(every), every, [int(kinds.kContinuous)] * len(every)
            )

    def _solved(self) -> list[float]:
        """A filling of everything, or an empty list if there is none."""
        kinds = highspy.HighsModelStatus
        self.solver.run()
        if self.solver.getModelStatus() not in (kinds.kInfeasible, kinds.kOptimal):
            self.solver.clearSolver()  # once more, from nothing
            self.solver.run()
        if self.solver.getModelStatus() == kinds.kInfeasible:
            return []
        assert self.solver.getModelStatus() == kinds.kOptimal, self.solver.getModelStatus()
        return list(self.solver.getSolution().col_value)


if __name__ == "__main__":
    folders = [Path(argument) for argument in sys.argv[1:]]
    print(Outsider([{f.name: f.read_bytes() for f in p.glob("*.json")} for p in folders]).proved())
