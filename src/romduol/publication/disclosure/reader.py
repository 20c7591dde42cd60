"""The reader's arithmetic: how far from the truth a number could lie, for all he can tell.

A linear programme over deviations from the true values (Fischetti and Salazar-Gonzalez 2000,
section 3), solved by HiGHS again and again from where it stood. Entries that are shown do not move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from romduol.publication.disclosure.model import State, System
from romduol.publication.disclosure.troubles import SolverFailed, SolverMissing

if TYPE_CHECKING:
    import highspy

Floats = NDArray[np.float64]
EPSILON = 1e-6
_SLACK = 1e-7


def solver() -> Any:
    """The HiGHS module. Raises ``SolverMissing`` where it cannot be loaded."""
    try:
        import highspy as found
    except ImportError as cause:
        raise SolverMissing from cause
    return found


def quiet(**settings: bool | float | str) -> highspy.Highs:
    """A solver that says nothing and uses one thread, so that it answers the same every time."""
    highs: highspy.Highs = solver().Highs()
    usual: dict[str, bool | float | str] = {"output_flag": False, "threads": 1, "random_seed": 1}
    for name, value in (usual | settings).items():
        highs.setOptionValue(name, value)
    return highs


@dataclass(frozen=True, slots=True)
class Rows:
    """The relations among the entries that can move, row-wise, with their bounds."""

    columns: tuple[int, ...]  # entry of each column
    place: dict[int, int]  # column of each entry
    matrix: tuple[NDArray[np.int32], NDArray[np.int32], Floats]
    lower: Floats
    upper: Floats

    @classmethod
    def of(cls, system: System) -> Rows:
        """All relations in which something can move."""
        columns = tuple(i for i, e in enumerate(system.entries) if e.state is not State.SHOWN)
        place = {entry: at for at, entry in enumerate(columns)}
        starts, index, value = [0], [], []
        lower, upper = [], []
        for relation in system.relations:
            signed = [(relation.whole, 1.0), *((part, -1.0) for part in relation.parts)]
            moving = [(place[entry], sign) for entry, sign in signed if entry in place]
            if not moving:
                continue
            index += [at for at, _ in moving]
            value += [sign for _, sign in moving]
            starts.append(len(index))
            excess = float(system.excess(relation))
            lower.append(-excess if relation.over else -np.inf)
            upper.append(-excess if relation.under else np.inf)
        matrix = (np.array(starts, np.int32), np.array(index, np.int32), np.array(value))
        return cls(columns, place, matrix, np.array(lower), np.array(upper))


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one entry can be moved, by what that is bounded, and a movement that goes so far."""

    far: float
    constant: float
    weights: Floats  # by column: what opening it adds
    moved: Floats


class Reader:
    """One system, with a share of each entry's room opened: 0 printed, 1 withheld."""

    def __init__(self, system: System) -> None:
        self.rows = Rows.of(system)
        entries = [system.entries[i] for i in self.rows.columns]
        self.down = np.array([float(e.value - e.fewest) for e in entries])
        self.up = np.array([float(max(e.most - e.value, 0)) for e in entries])
        self._highs = quiet(presolve="off")
        self._every = np.arange(len(entries), dtype=np.int32)
        self._wanted = np.zeros(len(entries))
        self._shares = np.ones(len(entries))
        _load(self._highs, self.rows, -self.down, self.up)

    def open(self, shares: Floats) -> None:
        """Give every column this share of its room."""
        changed = np.flatnonzero(shares != self._shares).astype(np.int32)
        if len(changed):
            lower, upper = -self.down * shares, self.up * shares
            self._highs.changeColsBounds(len(changed), changed, lower[changed], upper[changed])
            self._shares = shares.copy()

    def allows(self, moved: Floats) -> bool:
        """Is this movement, possible once, possible at the shares opened now?"""
        up, down = self.up * self._shares, self.down * self._shares
        return bool(np.all(moved <= up + _SLACK) and np.all(moved >= -down - _SLACK))

    def reach(self, column: int, upward: bool) -> Reach:
        """How far ``column`` can be moved up (or down) at the shares opened now."""
        wanted = np.zeros(len(self._every))
        wanted[column] = 1.0 if upward else -1.0
        moved = self.push(wanted)
        price = -np.array(self._highs.getSolution().row_dual)
        return self._bounded(column, 1.0 if upward else -1.0, price, moved)

    def push(self, wanted: Floats) -> Floats:
        """How far every column moves when the sum of ``wanted`` movements is greatest."""
        changed = np.flatnonzero(wanted != self._wanted).astype(np.int32)
        self._highs.changeColsCost(len(changed), changed, -wanted[changed])
        self._wanted = wanted
        run(self._highs)
        return np.array(self._highs.getSolution().col_value)

    def _bounded(self, column: int, sign: float, price: Floats, moved: Floats) -> Reach:
        """What the prices of the rows prove, by weak duality: true whatever the solver said."""
        rows = self.rows
        price = np.where(np.isinf(rows.upper), np.minimum(price, 0.0), price)
        price = np.where(np.isinf(rows.lower), np.maximum(price, 0.0), price)
        starts, index, value = rows.matrix
        reduced = np.zeros(len(self._every))
        reduced[column] = sign
        np.subtract.at(reduced, index, value * np.repeat(price, np.diff(starts)))
        bound = np.where(price > 0, rows.upper, rows.lower)
        constant = float(
            np.sum(np.where(price == 0, 0.0, price) * np.where(price == 0, 0.0, bound))
        )
        weights = np.maximum(reduced, 0.0) * self.up + np.maximum(-reduced, 0.0) * self.down
        return Reach(float(sign * moved[column]), constant, weights, moved)


def _load(highs: highspy.Highs, rows: Rows, lower: Floats, upper: Floats) -> None:
    lp = solver().HighsLp()
    lp.num_col_, lp.num_row_ = len(lower), len(rows.lower)
    lp.col_cost_ = np.zeros(len(lower))
    lp.col_lower_, lp.col_upper_ = lower, upper
    lp.row_lower_, lp.row_upper_ = rows.lower, rows.upper
    lp.a_matrix_.format_ = solver().MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.matrix
    highs.passModel(lp)


def run(highs: highspy.Highs) -> None:
    """Solve to the end. Raises ``SolverFailed`` unless an optimum is found."""
    highs.run()
    status = highs.getModelStatus()
    if status != solver().HighsModelStatus.kOptimal:
        raise SolverFailed(reason=highs.modelStatusToString(status))
