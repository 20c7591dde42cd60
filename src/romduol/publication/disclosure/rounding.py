"""Numbers rounded together so that rounded parts still add up to rounded wholes.

Zero-restricted controlled rounding (Cox and Ernst, "Controlled rounding", INFOR 20, 1982; Salazar-
Gonzalez, Operations Research 53, 2005): each number becomes one of the two multiples of its base
next to it, a multiple itself stays, and every sum among rounded numbers holds exactly. Which of the
two is drawn with a chance by its distance, so that rounding has no side; what was shown before
stays while it can, so that nobody learns a number by asking twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from romduol.publication.disclosure.model import Need, Quantity, Relation
from romduol.publication.disclosure.reader import quiet, solver
from romduol.publication.disclosure.relations import relations_among
from romduol.publication.disclosure.troubles import NotProtectable, SolverFailed

STEP = 5
_KEEP = 100.0  # what it costs to change a number that could stay, beside a draw
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Rounded:
    """A number as it is shown: a multiple of ``base``, less than ``base`` from the truth."""

    value: int
    base: int

    @property
    def low(self) -> int:
        """The least it may stand for."""
        return max(0, self.value - self.base + 1)

    @property
    def high(self) -> int:
        """The most it may stand for."""
        return self.value + self.base - 1


def base_for(k: int) -> int:
    """The least multiple of five that is no less than the threshold.

    With a smaller one a number rounded up would be known to be there and to be below it.
    """
    return -(-k // STEP) * STEP


def need_of_rounded(high: int, k: int) -> Need:
    """What must look possible: ``k`` or more if it was rounded up so far, else none at all."""
    return Need(None, k) if high >= k else Need(0, None)


def rounded(
    values: Mapping[Quantity, int],
    base: Callable[[Quantity], int],
    before: Mapping[Quantity, tuple[int, int]],
    draw: Callable[[Quantity], float],
) -> dict[Quantity, Rounded]:
    """Every value rounded; ``before`` holds (truth, shown) of the latest release that told it.

    A number that did not change is shown as before. ``draw`` gives a share of one that no reader
    knows. Raises ``NotProtectable`` when no such rounding exists, ``SolverFailed`` when none was
    found in time.
    """
    rows = [_Row.of(v, base(q), before.get(q), draw(q)) for q, v in values.items()]
    place = {quantity: at for at, quantity in enumerate(values)}
    ups = _chosen(rows, relations_among(values, place))
    return {
        quantity: Rounded(row.floor + row.base * up, row.base)
        for quantity, row, up in zip(values, rows, ups, strict=True)
    }


@dataclass(frozen=True, slots=True)
class _Row:
    """One number: its base, the multiple below, whether it may go up, and what going up costs."""

    base: int
    floor: int
    least: int  # 1 if it must go up
    most: int  # 0 if it must not
    cost: float

    @classmethod
    def of(cls, value: int, base: int, before: tuple[int, int] | None, drawn: float) -> _Row:
        over = value % base
        floor, most = value - over, int(over > 0)
        if before is not None and before[1] in (floor, floor + base * most):
            up = int(before[1] > floor)
            if before[0] == value:
                return cls(base, floor, up, up, 0.0)
            return cls(base, floor, 0, most, -_KEEP if up else _KEEP)
        return cls(base, floor, 0, most, 1.0 if drawn >= over / base else -1.0)


def _chosen(rows: list[_Row], relations: Iterable[Relation]) -> list[int]:
    """For every row, 1 if it goes up."""
    if not rows:
        return []
    highs = quiet(time_limit=_SECONDS, mip_rel_gap=0.05)
    kinds = solver()
    for at, row in enumerate(rows):
        highs.addCol(row.cost, float(row.least), float(row.most), 0, [], [])
        highs.changeColIntegrality(at, kinds.HighsVarType.kInteger)
    for relation in (r for r in relations if r.over):
        signed = [(relation.whole, 1), *((part, -1) for part in relation.parts)]
        given = float(sum(sign * rows[at].floor for at, sign in signed))
        upper = -given if relation.under else kinds.kHighsInf
        index, value = [at for at, _ in signed], [float(s * rows[at].base) for at, s in signed]
        highs.addRow(-given, upper, len(index), index, value)
    highs.run()
    status = highs.getModelStatus()
    if status == kinds.HighsModelStatus.kInfeasible:
        raise NotProtectable
    if status != kinds.HighsModelStatus.kOptimal:
        raise SolverFailed(reason=highs.modelStatusToString(status))
    return [round(up) for up in highs.getSolution().col_value]
