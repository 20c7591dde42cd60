"""An outsider with nothing but the released files: what can be proved about the gaps?

Written apart from the program: it reads ``tables.json`` and ``claims.json`` of every release, in
order, writes down what their categories mean, and asks a solver in whole numbers. It knows neither
the book nor the rules by which cells were withheld.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import product

import highspy

GROUPS = ("year", "quarter", "month", "place:province", "place:district")
ROOTS = {"form_offline": "off", "form_online": "on"}
Files = Mapping[str, bytes]
Name = tuple[int, str, frozenset[tuple[str, str]]]


class Outsider:
    """Everything released so far, as one programme in whole numbers."""

    def __init__(self, releases: Sequence[Files], asked: Sequence[int]) -> None:
        self.values: dict[Name, int | None] = {}
        self.facts: list[tuple[list[tuple[Name, int]], float, float]] = []
        self.asked = asked
        for at, files in enumerate(releases):
            for table in json.loads(files["tables.json"])["tables"]:
                self._table(at, table)
            for claim in json.loads(files["claims.json"])["claims"]:
                if claim["number"] is not None:
                    part = frozenset({(claim["scheme"], claim["term"])})
                    self.values[at, claim["unit"], part] = claim["number"]
        self._growth(len(releases))
        self._solver = self._programme()

    def _table(self, at: int, table: dict) -> None:
        axes, unit = table["axes"], table["unit"]
        listed = {
            axis["id"]: "|".join(sorted(c["id"] for c in axis["categories"])) for axis in axes
        }

        def name(cell: Sequence[str]) -> Name:
            parts = set()
            for axis, code in zip(axes, cell, strict=True):
                scheme = axis["id"].removesuffix(":top")
                if axis["id"] in GROUPS and code != "all":
                    parts.add(
                        (axis["id"], f"rest {listed[axis['id']]}" if code == "rest" else code)
                    )
                elif axis["id"] not in GROUPS:
                    parts.add((scheme, ROOTS.get(scheme, "all") if code == "all" else code))
            return at, unit, frozenset(parts)

        for cell in table["cells"]:
            self.values[name(cell["at"])] = cell.get("value", self.values.get(name(cell["at"])))
        for place, axis in enumerate(axes):
            children = defaultdict(list)
            for category in axis["categories"]:
                children[category["parent"]].append(category)
            others = [[c["id"] for c in a["categories"]] for a in axes]
            for category in axis["categories"]:
                for rest in product(*others[:place], [category["id"]], *others[place + 1 :]):
                    below = [
                        name((*rest[:place], c["id"], *rest[place + 1 :]))
                        for c in children[category["id"]]
                    ]
                    self._branch(axis["id"], category, name(rest), below)

    def _branch(self, axis: str, category: dict, whole: Name, below: list[Name]) -> None:
        if not below:
            return
        signed = [(whole, 1), *((b, -1) for b in below)]
        covers = category["id"] == "all" and axis.removesuffix(":top") not in ROOTS
        if category["additive"]:
            self.facts.append((signed, 0, 0))
        elif covers:
            self.facts.append((signed, -float("inf"), 0))
        for one in below:
            self.facts.append(([(whole, 1), (one, -1)], 0, float("inf")))

    def _growth(self, releases: int) -> None:
        for at, unit, parts in tuple(self.values):
            later = next(
                (r for r in range(at + 1, releases) if (r, unit, parts) in self.values), None
            )
            if later is not None:
                new: Name = (later, unit, parts)
                self.facts.append(([(new, 1), ((at, unit, parts), -1)], 0, float("inf")))
        for at, unit, parts in self.values:
            more = (at, "incidents", parts)
            if unit == "women" and more in self.values:
                self.facts.append(([(more, 1), ((at, unit, parts), -1)], 0, float("inf")))

    def _programme(self) -> highspy.Highs:
        self.gaps = [name for name, value in self.values.items() if value is None]
        self.column = {name: at for at, name in enumerate(self.gaps)}
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        for at, unit, _ in self.gaps:
            solver.addVar(0, self.asked[at] if unit == "women" else 1e6)
        for terms, low, high in self.facts:
            given = sum(s * (self.values[n] or 0) for n, s in terms)
            row = {self.column[n]: float(s) for n, s in terms if n in self.column}
            if row:
                solver.addRow(low - given, high - given, len(row), list(row), list(row.values()))
        kinds = [highspy.HighsVarType.kInteger] * len(self.gaps)
        for at, kind in enumerate(kinds):
            solver.changeColIntegrality(at, kind)
        return solver

    def _best(self, wanted: Mapping[Name, int]) -> tuple[float, list[float]]:
        for name, weight in wanted.items():
            self._solver.changeColCost(self.column[name], -float(weight))
        self._solver.run()
        assert self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        values = [round(v) for v in self._solver.getSolution().col_value]
        for name in wanted:
            self._solver.changeColCost(self.column[name], 0.0)
        return round(-self._solver.getInfo().objective_function_value), values

    def proved(self, least: int) -> tuple[list[Name], list[Name]]:
        """The gaps whose number follows, and those proved to be below ``least``."""
        low = dict.fromkeys(self.gaps, float("inf"))
        high = dict.fromkeys(self.gaps, -float("inf"))

        def saw(values: list[float]) -> None:
            for name, value in zip(self.gaps, values, strict=True):
                low[name], high[name] = min(low[name], value), max(high[name], value)

        for name in self.gaps:
            if high[name] < least or low[name] == high[name]:
                saw(self._best({name: 1})[1])
            if low[name] == high[name]:
                saw(self._best({name: -1})[1])
        found = [n for n in self.gaps if low[n] == high[n]]
        return found, [n for n in self.gaps if high[n] < least]

    def small_steps(self, least: int) -> list[Name]:
        """Printed numbers that grew, from a release to a later one, by fewer than ``least``."""
        return [
            (at, unit, parts)
            for (at, unit, parts), value in self.values.items()
            for then in range(at)
            if value is not None
            and (was := self.values.get((then, unit, parts))) is not None
            and 0 < value - was < least
        ]
