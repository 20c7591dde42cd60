"""The quick way to meet one need: the least worth of cells that must move for it to be met.

Kelly, Golden and Assad ("Cell suppression: disclosure protection for sensitive tabular data",
Networks 22, 1992): one linear programme a need, in which every cell that moves is paid for.
"""

from __future__ import annotations

import numpy as np

from romduol.publication.disclosure.reader import Floats, Reader, quiet, solver
from romduol.publication.disclosure.troubles import NotProtectable, SolverFailed

_MOVES = 1e-7


class Repair:
    """The relations of one reader, with the two directions of each entry paid for apart."""

    def __init__(self, reader: Reader, worth: Floats) -> None:
        rows = reader.rows
        self._reader, self._worth = reader, worth
        self._count = len(worth)
        starts, index, value = rows.matrix
        lp = solver().HighsLp()
        lp.num_col_, lp.num_row_ = 2 * self._count, len(rows.lower)
        lp.col_cost_ = np.zeros(2 * self._count)
        lp.col_lower_ = np.zeros(2 * self._count)
        lp.col_upper_ = np.concatenate([reader.up, reader.down])
        lp.row_lower_, lp.row_upper_ = rows.lower, rows.upper
        lp.a_matrix_.format_ = solver().MatrixFormat.kRowwise
        lp.a_matrix_.start_ = 2 * starts
        lp.a_matrix_.index_ = np.column_stack([index, index + self._count]).ravel()
        lp.a_matrix_.value_ = np.column_stack([value, -value]).ravel()
        self._room: Floats = np.concatenate([reader.up, reader.down])
        self._every = np.arange(2 * self._count, dtype=np.int32)
        self._highs = quiet(presolve="off")
        self._highs.passModel(lp)

    def opened(self, shares: Floats, column: int, upward: bool, amount: float) -> Floats:
        """``shares`` with the cells opened by which ``column`` can move so far.

        Raises ``NotProtectable`` when it cannot move so far even if everything is withheld.
        """
        self._allow(np.ones(self._count))
        moved = self._cheapest(self._worth * (shares < 0.5), column, upward, amount)
        if moved is None:
            raise NotProtectable
        return np.where(moved > _MOVES, 1.0, shares)

    def movement(
        self, shares: Floats, cost: Floats, column: int, upward: bool, amount: float
    ) -> Floats | None:
        """How far each cell moves, in either direction, in the movement of ``column`` by ``amount``
        that costs least among the withheld cells; none if there is no such movement."""
        self._allow(shares)
        return self._cheapest(cost, column, upward, amount)

    def _cheapest(self, cost: Floats, column: int, upward: bool, amount: float) -> Floats | None:
        self._highs.changeColsCost(len(self._every), self._every, np.concatenate([cost, cost]))
        moved = column if upward else column + self._count
        other = column + self._count if upward else column
        before = self._room[[moved, other]]
        if before[0] < amount:
            return None
        self._bounds(moved, amount, amount)
        self._bounds(other, 0.0, 0.0)
        self._highs.run()
        status, values = self._highs.getModelStatus(), self._highs.getSolution().col_value
        self._bounds(moved, 0.0, before[0])
        self._bounds(other, 0.0, before[1])
        if status == solver().HighsModelStatus.kInfeasible:
            return None
        if status != solver().HighsModelStatus.kOptimal:
            raise SolverFailed(reason=self._highs.modelStatusToString(status))
        found: Floats = np.array(values).reshape(2, self._count).max(axis=0)
        return found

    def _allow(self, shares: Floats) -> None:
        """Give both directions of every cell this share of their room."""
        room = np.concatenate([self._reader.up * shares, self._reader.down * shares])
        changed = np.flatnonzero(room != self._room).astype(np.int32)
        if len(changed):
            none = np.zeros(len(changed))
            self._highs.changeColsBounds(len(changed), changed, none, room[changed])
            self._room = room

    def _bounds(self, at: int, low: float, high: float) -> None:
        self._highs.changeColBounds(at, low, high)
