"""The quick way to meet one need: the least worth of cells that must move for it to be met.

Kelly, Golden and Assad ("Cell suppression: disclosure protection for sensitive tabular data",
Networks 22, 1992): one linear programme a need, in which every cell that moves is paid for.
"""

from __future__ import annotations

import numpy as np

from romduol.publication.disclosure.reader import Floats, Reader, quiet, solver
from romduol.publication.disclosure.troubles import NotProtectable, SolverFailed


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
        self._highs = quiet(presolve="off")
        self._highs.passModel(lp)

    def opened(self, shares: Floats, column: int, upward: bool, amount: float) -> Floats:
        """``shares`` with the cells opened by which ``column`` can move so far.

        Raises ``NotProtectable`` when it cannot move so far even if everything is withheld.
        """
        every = np.arange(2 * self._count, dtype=np.int32)
        cost = self._worth * (shares < 0.5)
        self._highs.changeColsCost(len(every), every, np.concatenate([cost, cost]))
        moved = column if upward else column + self._count
        other = column + self._count if upward else column
        self._bounds(moved, amount, amount)
        self._bounds(other, 0.0, 0.0)
        self._highs.run()
        status, values = self._highs.getModelStatus(), self._highs.getSolution().col_value
        for at, room in ((column, self._reader.up), (column + self._count, self._reader.down)):
            self._bounds(at, 0.0, float(room[column]))
        if status == solver().HighsModelStatus.kInfeasible:
            raise NotProtectable
        if status != solver().HighsModelStatus.kOptimal:
            raise SolverFailed(reason=self._highs.modelStatusToString(status))
        both = np.array(values).reshape(2, self._count)
        return np.where(both.max(axis=0) > 1e-7, 1.0, shares)

    def _bounds(self, at: int, low: float, high: float) -> None:
        self._highs.changeColBounds(at, low, high)
