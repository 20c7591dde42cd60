"""The choice of cells: a programme of noughts and ones that grows by what the reader's proves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from romduol.publication.disclosure.reader import EPSILON, Floats, quiet, solver
from romduol.publication.disclosure.troubles import NotProtectable, SolverFailed


@dataclass(frozen=True, slots=True)
class Cut:
    """``weights`` of the withheld cells reach ``amount``, or else ``unless`` is not withheld."""

    weights: Floats
    amount: float
    unless: int | None = None

    @classmethod
    def of(cls, weights: Floats, amount: float, unless: int | None) -> Cut:
        """The cut scaled to one, no weight above it: no cell counts for more than enough."""
        return cls(np.minimum(weights / amount, 1.0), 1.0, unless)


class Master:
    """Which columns to open at the least worth, under the cuts so far."""

    def __init__(self, worth: Floats, fixed: Floats) -> None:
        self._worth, self._fixed = worth, fixed
        self._highs = quiet()
        free = np.flatnonzero(fixed < 0.5)
        self._free, self._place = free, {int(c): at for at, c in enumerate(free)}
        for column in free:
            self._highs.addCol(float(worth[column]), 0.0, 1.0, 0, [], [])
        self._whole = False

    def add(self, cuts: Iterable[Cut]) -> None:
        """Take cuts in; what is open anyway counts for them.

        Raises ``NotProtectable`` for one that nothing can satisfy.
        """
        for cut in cuts:
            weights = cut.weights[self._free].copy()
            amount = cut.amount - float(cut.weights @ self._fixed)
            if cut.unless is not None:
                weights[self._place[cut.unless]] -= cut.amount
                amount -= cut.amount
            used = np.flatnonzero(np.abs(weights) > EPSILON).astype(np.int32)
            if len(used) == 0 and amount > EPSILON:
                raise NotProtectable
            self._highs.addRow(amount, np.inf, len(used), used, weights[used])

    def make_whole(self) -> None:
        """From now on a cell is withheld or it is not."""
        count = len(self._free)
        kinds = np.full(count, int(solver().HighsVarType.kInteger), dtype=np.uint8)
        self._highs.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)
        spread = float(np.min(self._worth)) / 2 if count else 0.5
        self._highs.setOptionValue("mip_rel_gap", 0.0)
        self._highs.setOptionValue("mip_abs_gap", spread)
        self._whole = True

    def solved(self, seconds: float, bound: float) -> tuple[Floats | None, float]:
        """The cheapest shares and the bound they prove; none when time ran out.

        Raises ``NotProtectable`` when no choice satisfies the cuts.
        """
        if len(self._free) == 0:
            return self._fixed.copy(), bound
        highs, kinds = self._highs, solver().HighsModelStatus
        highs.setOptionValue("time_limit", highs.getRunTime() + max(seconds, 0.1))
        highs.run()
        status = highs.getModelStatus()
        if status == kinds.kInfeasible:
            raise NotProtectable
        if status == kinds.kTimeLimit:
            found = highs.getInfo().mip_dual_bound if self._whole else bound
            return None, max(bound, found) if np.isfinite(found) else bound
        if status != kinds.kOptimal:
            raise SolverFailed(reason=highs.modelStatusToString(status))
        info = highs.getInfo()
        proven = info.mip_dual_bound if self._whole else info.objective_function_value
        shares = self._fixed.copy()
        shares[self._free] = np.clip(np.array(highs.getSolution().col_value), 0.0, 1.0)
        if self._whole:
            shares = np.round(shares)
        return shares, max(bound, float(proven))
