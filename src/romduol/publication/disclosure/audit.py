"""The second look: what follows from the finished tables and all releases before them?

For every withheld number the least and the greatest value that fits everything published, by linear
programming over ``known``; in whole numbers where the vertex found is not whole. Whatever cannot be
worked out to its end is refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from romduol.publication.disclosure.known import (
    Knowledge,
    Name,
    read_claim,
    read_edition,
    read_table,
    reason,
)
from romduol.publication.disclosure.ledger import Ledger
from romduol.publication.disclosure.model import Quantity
from romduol.publication.disclosure.troubles import (
    LinkedCellGivenAway,
    LinkedCellTooSmall,
    SolverFailed,
    SolverMissing,
)

_TINY = 1e-6
_SECONDS = 30.0  # for one question in whole numbers


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known beside the files: women asked, thresholds, and totals a reader may know."""

    asked: int
    threshold: int
    least: Callable[[str], int]
    totals: tuple[tuple[Quantity, int], ...] = ()


def check_linked(
    tables: Iterable[Mapping[str, Any]],
    claims: Iterable[Mapping[str, Any]],
    ledger: Ledger,
    ground: Ground,
) -> None:
    """Raise ``LinkedCellGivenAway`` or ``LinkedCellTooSmall`` if anything protected follows.

    ``tables`` and ``claims`` are as read from the finished files. Also raises ``SolverMissing`` or
    ``SolverFailed``; then nothing is proved and nothing may go out.
    """
    now = len(ledger.editions)
    known, questions = _asking(partial(_known, list(tables), list(claims), ledger, ground, now))
    _no_small_number(known, ground, now)
    _nothing_new_repeated(known, now)
    for name, value in known.numbers.items():
        if name in known.implied:
            _not_there_and_small(questions, name, ground)
        elif value is None and not _stands_open(questions, known, name, ground, now):
            _unless_it_did_before(name, ledger, ground, now)
    _steps(known, questions, ground, now)


def _known(
    tables: Iterable[Mapping[str, Any]],
    claims: Iterable[Mapping[str, Any]],
    ledger: Ledger,
    ground: Ground,
    now: int,
) -> Knowledge:
    known = Knowledge()
    for at, edition in enumerate(ledger.editions):
        read_edition(known, edition.cells, at)
        known.most[at, "women"] = edition.asked
    known.most[now, "women"] = ground.asked
    for table in tables:
        read_table(known, table, now)
    for claim in claims:
        read_claim(known, claim, max(ground.threshold, ground.least(claim["scheme"])), now)
    for quantity, value in ground.totals:
        known.learn((now, quantity.unit.value, frozenset(quantity.at)), value)
    return known


def _k(name: Name, ground: Ground) -> int:
    return max([ground.threshold, *(ground.least(axis) for axis, _ in name[2])])


def _no_small_number(known: Knowledge, ground: Ground, now: int) -> None:
    for name, value in known.numbers.items():
        if name[0] == now and value is not None and 0 < value < _k(name, ground):
            raise LinkedCellTooSmall(count=1)


def _nothing_new_repeated(known: Knowledge, now: int) -> None:
    """What is repeated beside a gap was printed by a release before."""
    for (_, *name), last in known.repeated.items():
        if all(known.numbers.get((at, *name)) != last for at in range(now)):  # type: ignore[arg-type]
            raise LinkedCellGivenAway(count=1)


def _asking(read: Callable[[], Knowledge]) -> tuple[Knowledge, _Questions]:
    """What is known, as one programme: first as if only new women made numbers of women grow.

    A reader may suppose that until the numbers contradict it.
    """
    for only_new_women in (True, False):
        known = read()
        reason(known, only_new_women)
        questions = _Questions(known)
        if questions.can_be():
            return known, questions
    raise SolverFailed(reason="the published numbers contradict each other")


def _stands_open(
    questions: _Questions, known: Knowledge, name: Name, ground: Ground, now: int
) -> bool:
    """May it be the threshold or more, and is more than one number possible?

    A number told by a word is known to be small or large; it must only not be the one it is.
    """
    k = _k(name, ground) if name[0] == now else ground.threshold
    if name in known.rounded and not _there_and_few(questions, name, k):
        return True
    if name in known.told and name not in known.rounded:
        k = 0
    low, high = questions.seen(name)
    if high >= k and low < high:
        return True
    high = questions.most(name)
    return high >= k and questions.least(name) < high


def _there_and_few(questions: _Questions, name: Name, k: int) -> bool:
    """Is it proved that there is something, and less than the threshold?"""
    low, high = questions.seen(name)
    if low < 1 or high >= k:
        return False
    return questions.least(name) >= 1 and questions.most(name) < k


def _not_there_and_small(questions: _Questions, name: Name, ground: Ground) -> None:
    """A number that no table has a place for may be known to be none, but not to be few."""
    if _there_and_few(questions, name, _k(name, ground)):
        raise LinkedCellGivenAway(count=1)


def _unless_it_did_before(name: Name, ledger: Ledger, ground: Ground, now: int) -> None:
    """A gap of an earlier release that earlier releases closed is not this one's doing."""
    if name[0] == now:
        raise LinkedCellGivenAway(count=1)
    alone = Ground(ground.asked, ground.threshold, ground.least)
    before, questions = _asking(partial(_known, (), (), ledger, alone, now))
    if _stands_open(questions, before, name, ground, now):
        raise LinkedCellGivenAway(count=1)


def _steps(known: Knowledge, questions: _Questions, ground: Ground, now: int) -> None:
    """No increase since any release is proved to be there and to be small."""
    for name, value in known.numbers.items():
        before = (e for e in range(now) if (e, *name[1:]) in known.numbers)
        for edition in before if name[0] == now else ():
            old = (edition, *name[1:])
            was = known.numbers[old]
            if value is not None and was is not None:
                low = high = float(value - was)
            elif questions.seen_apart(old, name, _k(name, ground)):
                continue
            else:
                low, high = questions.between(old, name)
            if low >= 1 and high < _k(name, ground):
                raise LinkedCellTooSmall(count=1)


class _Questions:
    """One linear programme over everything withheld, asked again and again."""

    def __init__(self, known: Knowledge) -> None:
        self._api = _api()
        gaps = [name for name, value in known.numbers.items() if value is None]
        self._column = {name: at for at, name in enumerate(gaps)}
        self._numbers = known.numbers
        self._fits: list[list[int]] = []  # ways to fill every gap in whole numbers
        self._contradicted = False
        self._highs = self._api.Highs()
        for option, setting in (("output_flag", False), ("threads", 1), ("presolve", "off")):
            self._highs.setOptionValue(option, setting)
        for name in gaps:
            self._highs.addVar(*known.range_of(name))
        for fact in known.facts:
            self._tell(fact.terms, fact.low, fact.high)

    def _tell(
        self, terms: tuple[tuple[Name, int], ...], low: float | None, high: float | None
    ) -> None:
        inf = self._api.kHighsInf
        given = sum(sign * (self._numbers[n] or 0) for n, sign in terms if n not in self._column)
        open_: dict[int, float] = {}
        for name, sign in terms:
            if name in self._column:
                at = self._column[name]
                open_[at] = open_.get(at, 0.0) + sign
        bottom, ceiling = (
            -inf if low is None else low - given,
            inf if high is None else high - given,
        )
        if open_:
            self._highs.addRow(bottom, ceiling, len(open_), list(open_), list(open_.values()))
        elif bottom > _TINY or ceiling < -_TINY:
            self._contradicted = True

    def can_be(self) -> bool:
        """Is there any way to fill the gaps?"""
        if not self._column:
            return not self._contradicted
        self._highs.run()
        fits = self._highs.getModelStatus() == self._api.HighsModelStatus.kOptimal
        return bool(fits) and not self._contradicted

    def seen(self, name: Name) -> tuple[float, float]:
        """The least and the greatest number met so far in a filling of all gaps."""
        at = self._column[name]
        values = [fit[at] for fit in self._fits]
        return min(values, default=math.inf), max(values, default=-math.inf)

    def seen_apart(self, old: Name, new: Name, k: int) -> bool:
        """Has a filling been met in which ``new`` is not larger than ``old``, or by ``k``?"""
        given = (self._numbers[new] or 0) - (self._numbers[old] or 0)
        before, after = self._column.get(old), self._column.get(new)
        steps = (
            given
            + (fit[after] if after is not None else 0)
            - (fit[before] if before is not None else 0)
            for fit in self._fits
        )
        return any(step < 1 or step >= k for step in steps)

    def most(self, name: Name) -> float:
        """The greatest whole number that fits."""
        return self._asked({self._column[name]: 1.0})

    def least(self, name: Name) -> float:
        """The least whole number that fits."""
        return -self._asked({self._column[name]: -1.0})

    def between(self, old: Name, new: Name) -> tuple[float, float]:
        """How much ``new`` may at least and at most be larger than ``old``."""
        given = (self._numbers[new] or 0) - (self._numbers[old] or 0)
        signed = {self._column[n]: s for n, s in ((old, -1.0), (new, 1.0)) if n in self._column}
        low = -self._asked({at: -sign for at, sign in signed.items()})
        return low + given, self._asked(signed) + given

    def _asked(self, wanted: Mapping[int, float]) -> float:
        """The greatest value of a sum of gaps, in whole numbers."""
        for at, weight in wanted.items():
            self._highs.changeColCost(at, -weight)
        try:
            self._run()
            solution = list(self._highs.getSolution().col_value)
            if any(abs(value - round(value)) > 1e-5 for value in solution):
                return self._in_whole_numbers()
            self._fits.append([round(value) for value in solution])
            return self._found()
        finally:
            for at in wanted:
                self._highs.changeColCost(at, 0.0)

    def _in_whole_numbers(self) -> float:
        kinds = self._api.HighsVarType
        columns = list(range(len(self._column)))
        self._highs.changeColsIntegrality(
            len(columns), columns, [int(kinds.kInteger)] * len(columns)
        )
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + _SECONDS)
        try:
            self._run()
            return self._found()
        finally:
            self._highs.setOptionValue("time_limit", self._api.kHighsInf)
            self._highs.changeColsIntegrality(
                len(columns), columns, [int(kinds.kContinuous)] * len(columns)
            )

    def _found(self) -> float:
        return float(math.floor(-self._highs.getInfo().objective_function_value + _TINY))

    def _run(self) -> None:
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != self._api.HighsModelStatus.kOptimal:
            raise SolverFailed(reason=self._highs.modelStatusToString(status))


def _api() -> Any:
    try:
        import highspy
    except ImportError as cause:
        raise SolverMissing from cause
    return highspy
