"""The fewest cells to withhold so that no protected number follows from any table, old or new.

Cutting planes after Fischetti and Salazar-Gonzalez ("Models and algorithms for optimizing cell
suppression in tabular data with linear constraints", JASA 95, 2000). The master chooses cells; for
each need the reader's programme (``reader``) says whether the choice leaves enough room, and if
not, its prices are an inequality that every sufficient choice obeys. When time runs out a choice
found quickly and polished is used, and how far from the optimum it may be is told.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from romduol.publication.disclosure.master import Cut, Master
from romduol.publication.disclosure.model import Need, State, System
from romduol.publication.disclosure.reader import EPSILON, Floats, Reach, Reader
from romduol.publication.disclosure.repair import Repair
from romduol.publication.disclosure.troubles import NotProtectable

_ROUNDS = 40  # of the relaxed master, at most, before whole choices are tried
_STALLED = 4  # rounds without a better bound
BEST_WITHIN = 0.5  # of the worth of the least cell: nothing cheaper can be between


@dataclass(frozen=True, slots=True)
class Choice:
    """The withheld entries, what they cost, and the proven least cost of any sufficient choice."""

    withheld: frozenset[int]
    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """By what share the choice may cost more than the best one; 0 when it is the best."""
        over = self.cost - self.bound
        return 0.0 if over <= BEST_WITHIN else over / max(self.cost, 1.0)


@dataclass(frozen=True, slots=True)
class Wish:
    """One direction of one need: move ``column`` by ``amount``, if it is withheld at all."""

    column: int
    upward: bool
    amount: float


def suppress(system: System, seconds: float = 60.0) -> Choice:
    """Choose what to withhold. ``seconds`` is wall time, after which the best known is polished.

    Every need is met by what is returned. Raises ``NotProtectable`` when nothing would meet them,
    ``SolverMissing`` or ``SolverFailed`` when that cannot be found out.
    """
    return _Search(system, time.monotonic() + seconds).choose()


def needs_met(system: System, withheld: Iterable[int]) -> bool:
    """Does withholding these entries (and all hidden ones) meet every need?"""
    search = _Search(system, float("inf"))
    place = search.reader.rows.place
    shares = search.fixed.copy()
    shares[[place[i] for i in withheld]] = 1.0
    return not search.missing(shares, whole=True)


class _Search:
    """One system being protected; columns are its entries that are not shown."""

    def __init__(self, system: System, deadline: float) -> None:
        self.system, self.deadline = system, deadline
        self.reader = Reader(system)
        entries = [system.entries[i] for i in self.reader.rows.columns]
        self.worth = np.array([e.worth for e in entries])
        must = [e.state is State.HIDDEN or e.need is not None for e in entries]
        self.fixed: Floats = np.array(must, dtype=np.float64)
        self._ways: dict[Wish, Floats] = {}  # a movement that meets each wish
        self.wishes = [
            wish for at, e in enumerate(entries) if e.need for wish in _wishes(at, e.value, e.need)
        ]
        self.wishes = self._unmet(self.wishes)
        self.if_withheld = {
            at: Wish(at, True, float(e.least - e.value))
            for at, e in enumerate(entries)
            if not must[at] and e.least > e.value
        }

    def _unmet(self, wishes: list[Wish]) -> list[Wish]:
        """Those not met by what is withheld anyway: more gaps never make a reader surer.

        One answer of the reader's programme shows many wishes met, so most are never asked alone.
        """
        self.reader.open(self.fixed)
        left, before = wishes, -1
        while len(left) != before:
            before = len(left)
            for upward in (True, False):
                wanted = np.zeros(len(self.fixed))
                wanted[[w.column for w in left if w.upward is upward]] = 1.0 if upward else -1.0
                left = _beyond(left, self.reader.push(wanted))
        for wish in tuple(left):
            if wish in left:
                wanted = np.zeros(len(self.fixed))
                wanted[wish.column] = 1.0 if wish.upward else -1.0
                left = _beyond(left, self.reader.push(wanted))
        return left

    def choose(self) -> Choice:
        """Bound the cost with the relaxed master, then try whole choices until one suffices."""
        if not self.wishes:
            return self._answer(self.fixed, self.cost(self.fixed))
        master = Master(self.worth, self.fixed)
        master.add(_no_lonely_cells(self.reader, self.fixed, {w.column for w in self.wishes}))
        bound = self._relaxed(master)
        best: Floats | None = None
        master.make_whole()
        while self.deadline - time.monotonic() > 0:
            shares, bound = master.solved(self.deadline - time.monotonic(), bound)
            if shares is None:
                break
            cuts = self.missing(shares, whole=True)
            if not cuts:
                best = shares
                break
            master.add(cuts)
        if best is None:
            best = self._polished(self._repaired(self.fixed))
        return self._answer(best, bound)

    def cost(self, shares: Floats) -> float:
        """What this choice costs beyond what must be withheld anyway."""
        return float(np.sum(self.worth * (shares - self.fixed)))

    def missing(self, shares: Floats, whole: bool) -> list[Cut]:
        """An inequality for every need that ``shares`` does not meet."""
        self.reader.open(shares)
        wishes = list(self.wishes)
        if whole:
            wishes += [w for at, w in self.if_withheld.items() if shares[at] > 0.5]
        cuts = []
        for wish in wishes:
            reach = self._unless_met(wish)
            if reach is not None:
                unless = None if self.fixed[wish.column] else wish.column
                cuts.append(Cut.of(reach.weights, wish.amount - reach.constant, unless))
        return cuts

    def _relaxed(self, master: Master) -> float:
        """Cuts from fractional choices, while they lift the bound. Returns the bound."""
        bound, stalled = 0.0, 0
        for _ in range(_ROUNDS):
            shares, found = master.solved(max(self.deadline - time.monotonic(), 1.0), bound)
            stalled = stalled + 1 if found < bound + 1e-3 else 0
            bound = max(bound, found)
            if shares is None or stalled > _STALLED or time.monotonic() > self.deadline:
                break
            cuts = self.missing(shares, whole=False)
            if not cuts:
                break
            master.add(cuts)
        return bound

    def _repaired(self, shares: Floats) -> Floats:
        """Open the cheapest cells that meet each need in turn, as Kelly's heuristic does."""
        repair = Repair(self.reader, self.worth)
        shares = shares.copy()
        for _ in range(len(shares)):
            self.reader.open(shares)
            open_ = [w for w in self._all_wishes(shares) if self._unless_met(w)]
            if not open_:
                return shares
            for wish in open_:
                shares = repair.opened(shares, wish.column, wish.upward, wish.amount)
        raise NotProtectable

    def _all_wishes(self, shares: Floats) -> list[Wish]:
        return [*self.wishes, *(w for at, w in self.if_withheld.items() if shares[at] > 0.5)]

    def _unless_met(self, wish: Wish) -> Reach | None:
        """How far short it falls at the shares opened now; none if it is met.

        A movement that met it before meets it again while all that moves stays open.
        """
        moved = self._ways.get(wish)
        if moved is not None and self.reader.allows(moved):
            return None
        reach = self.reader.reach(wish.column, wish.upward)
        if reach.far < wish.amount - EPSILON:
            return reach
        self._ways[wish] = reach.moved * min(1.0, wish.amount / reach.far)
        return None

    def _polished(self, shares: Floats) -> Floats:
        """Print every cell again that is not needed: then none of them follows from the others.

        Each need keeps the movement that meets it by the fewest of these cells, and is asked about
        again only when one of them is tried.
        """
        repair, ways = Repair(self.reader, self.worth), dict[Wish, Floats]()
        shares, order = shares.copy(), list(self.wishes)
        for at in sorted(np.flatnonzero(shares - self.fixed), key=lambda i: -self.worth[i]):
            shares[at] = 0.0
            wishes = order + self._all_wishes(shares)[len(self.wishes) :]
            broken = next((w for w in wishes if not self._has_way(w, shares, repair, ways)), None)
            if broken is not None:
                shares[at] = 1.0
                if broken in order:
                    order.remove(broken)
                    order.insert(0, broken)
        return shares

    def _has_way(
        self, wish: Wish, shares: Floats, repair: Repair, ways: dict[Wish, Floats]
    ) -> bool:
        """Can it be met by what ``shares`` withholds? Keeps in ``ways`` how."""
        known = ways.get(wish)
        if known is not None and np.all(known[shares < 0.5] <= EPSILON):
            return True
        cost = self.worth * (self.fixed < 0.5)
        found = repair.movement(shares, cost, wish.column, wish.upward, wish.amount)
        if found is None:
            return False
        ways[wish] = found
        return True

    def _answer(self, shares: Floats, bound: float) -> Choice:
        columns = self.reader.rows.columns
        withheld = frozenset(columns[at] for at in np.flatnonzero(shares > 0.5))
        return Choice(withheld, self.cost(shares), bound)


def _beyond(wishes: list[Wish], moved: Floats) -> list[Wish]:
    """The wishes that these movements do not show to be met."""
    return [
        w
        for w in wishes
        if (moved[w.column] if w.upward else -moved[w.column]) < w.amount - EPSILON
    ]


def _wishes(column: int, value: int, need: Need) -> list[Wish]:
    wishes = []
    if need.high is not None and need.high > value:
        wishes.append(Wish(column, True, float(need.high - value)))
    if need.low is not None and need.low < value:
        wishes.append(Wish(column, False, float(value - need.low)))
    return wishes


def _no_lonely_cells(reader: Reader, fixed: Floats, needy: set[int]) -> list[Cut]:
    """No sum has exactly one withheld cell: it would follow from the others.

    Hidden entries that need nothing, such as an increase of none, may follow.
    """
    rows = reader.rows
    starts, index, _ = rows.matrix
    cuts = []
    for row in np.flatnonzero(rows.lower == rows.upper):
        inside = index[starts[row] : starts[row + 1]]
        for column in inside:
            if fixed[column] and int(column) not in needy:
                continue
            weights = np.zeros(len(fixed))
            weights[inside] = 1.0
            weights[column] = 0.0
            cuts.append(Cut(weights, 1.0, None if fixed[column] else int(column)))
    return cuts
