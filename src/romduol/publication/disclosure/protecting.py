"""The tables of one release, protected together with everything published before it.

1. divide what is counted along each axis, 2. count who stands behind every cell, 3. say what may
not be told alone, 4. link all cells of all releases, 5. withhold the fewest more, 6. write the
tables. The audit of the finished files (``audit``) shares no code with any of these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from romduol.casebook.claims import Category, Cell, Left, Since, Table, Unit
from romduol.casebook.codes import FORM_SCHEMES, Study
from romduol.publication.axes import SCHEMES, TIMES, Axis, Ground, root_of
from romduol.publication.disclosure.divisions import Category as Row
from romduol.publication.disclosure.divisions import Division, by_groups, by_terms, tally
from romduol.publication.disclosure.ledger import REST
from romduol.publication.disclosure.linked import Release, link, open_within
from romduol.publication.disclosure.model import Coordinate, Entry, Need, Quantity, State
from romduol.publication.disclosure.primary import (
    may_stand,
    need_of,
    rule_for,
    small_step,
    wider_than,
)
from romduol.publication.disclosure.rounding import Rounded, base_for, need_of_rounded, rounded
from romduol.publication.disclosure.sentences import women_by_term
from romduol.publication.disclosure.suppression import suppress
from romduol.publication.disclosure.troubles import NotProtectable
from romduol.publication.inference import Key
from romduol.publication.labels import row_label, title
from romduol.publication.ladder import Bounds
from romduol.publication.options import PublishOptions
from romduol.publication.phrases import both
from romduol.publication.withholding import Behind, Rule

_Shown = tuple[int, int | None]  # a number and, where it is rounded, to multiples of what
_TURNS = 4  # how often rounded numbers are drawn before a table is left out
_ORDINARY, _WHOLE = 1.0, 2.0  # what a cell is worth to a reader, and a total


@dataclass(frozen=True, slots=True)
class Protected:
    """Tables that may be printed, and what was left out."""

    tables: tuple[Table, ...]
    left: tuple[Left, ...]


def protect(
    study: Study,
    options: PublishOptions,
    asked_for: tuple[tuple[Axis, ...], ...],
    told: Mapping[Key, Bounds],
) -> Protected:
    """Protect these tables together; ``told`` is what sentences say of women: a number or a word.

    A table that cannot be protected whatever is withheld is left out, the last one first; where
    numbers are rounded, after they were drawn anew a few times. Raises ``SolverMissing`` or
    ``SolverFailed`` when protection cannot be worked out at all.
    """
    for count in range(len(asked_for), 0, -1):
        for turn in range(_TURNS):
            plan = _Plan(study, options, asked_for[:count], told, turn)
            if not plan.tables:
                return Protected((), tuple(map(_withheld, asked_for)))
            made = _protected(plan, asked_for[count:])
            if made is not None:
                return made
            if not plan.rounded:
                break
    return Protected((), tuple(map(_withheld, asked_for)))


def _protected(plan: _Plan, dropped: tuple[tuple[Axis, ...], ...]) -> Protected | None:
    """The tables of the plan, or none where nothing protects them."""
    try:
        linked = link(plan.options.ledger, plan.release, plan.options.threshold)
        choice = suppress(linked.system, plan.options.seconds)
    except NotProtectable:
        return None
    hidden = frozenset(q for q, at in linked.new.items() if at in choice.withheld)
    gap = (Left("withheld_perhaps_more", f"{choice.gap:.1%}"),) if choice.gap > 0 else ()
    return _written(plan, hidden, (*map(_withheld, (*dropped, *plan.empty)), *gap))


def _withheld(axes: tuple[Axis, ...]) -> Left:
    return Left("table_withheld", " x ".join(axis.id for axis in axes))


class _Plan:
    """Everything about one release before a choice is made. Numbers are counted once."""

    def __init__(
        self,
        study: Study,
        options: PublishOptions,
        asked_for: tuple[tuple[Axis, ...], ...],
        told: Mapping[Key, Bounds],
        turn: int = 0,
    ) -> None:
        self.options, self.turn = options, turn
        self.told = {key: said.low for key, said in told.items() if said.certain}
        self.words = {key: said for key, said in told.items() if not said.certain}
        self.unit = options.unit or Unit.WOMEN
        self.ground, self.asked = Ground.of(study), len(study.asked)
        divisions = {axis: self._divided(axis) for axes in asked_for for axis in axes}
        made = [[divisions[axis] for axis in axes] for axes in asked_for]
        self.tables = tuple(tuple(d for d in t if d) for t in made if all(t))
        as_they_are = len(asked_for) - _rounded_of(asked_for, options)
        self.exact = sum(all(t) for t in made[:as_they_are])  # of them, not rounded
        self.empty = tuple(a for a, t in zip(asked_for, made, strict=True) if not all(t))

    def _divided(self, axis: Axis) -> Division | None:
        if axis.by_terms:
            return by_terms(axis, self.unit, self.ground)
        rule = Rule(self.asked, self.options.threshold_for(axis.id), self.unit is Unit.WOMEN)
        return by_groups(axis, self.unit, self.ground, rule, self.options.ledger)

    def rule(self, quantity: Quantity) -> Rule:
        """The rule a number stands under."""
        return rule_for(quantity, self.asked, self.options)

    @cached_property
    def printed(self) -> frozenset[Quantity]:
        """Every cell of the tables, as far as it is a row and a column."""
        return self._cells(self.tables)

    def _cells(self, tables: tuple[tuple[Division, ...], ...]) -> frozenset[Quantity]:
        return frozenset(
            Quantity.of(self.unit, *(c.place for c in at if c.place))
            for table in tables
            for at in product(*(d.categories for d in table))
        )

    @cached_property
    def behind(self) -> dict[Quantity, Behind]:
        """Who stands behind every number that matters, printed or not."""
        return self._tallied(frozenset())

    def _tallied(self, without: frozenset[str]) -> dict[Quantity, Behind]:
        return tally(self.tables, self.unit, self.ground, without)

    @cached_property
    def before(self) -> tuple[dict[Quantity, int], ...]:
        """What every earlier release counted."""
        return tuple(edition.named() for edition in self.options.ledger.editions)

    @cached_property
    def small_steps(self) -> frozenset[Quantity]:
        """Numbers whose change since some release rests on too few to be seen."""
        found = set()
        for edition, named in zip(self.options.ledger.editions, self.before, strict=True):
            since = self._tallied(edition.counted)
            for quantity, before in named.items():
                now = self.behind.get(quantity)
                if now and small_step(before, now.value, since[quantity], self.rule(quantity)):
                    found.add(quantity)
        return frozenset(found)

    @cached_property
    def release(self) -> Release:
        """The new release as entries of the linked system."""
        entries = {quantity: self._entry(quantity) for quantity in self.behind}
        for key, women in self.told.items():
            entries[Quantity.of(Unit.WOMEN, key)] = Entry(women, State.SHOWN, self.asked)
        entries |= {Quantity.of(Unit.WOMEN, key): self._word(key) for key in self.words}
        k = {quantity: self.rule(quantity).k for quantity in entries}
        bottom = frozenset(q for q in self.behind if self._at_bottom(q))
        loose = (frozenset(self.rounded) | self._old_rests_of_rounded) - {Quantity(self.unit)}
        return Release(entries, self.small_steps, k, bottom, self.asked, loose)

    @cached_property
    def _old_rests_of_rounded(self) -> frozenset[Quantity]:
        """What earlier releases told as the rest, where it is now told by rounded numbers only."""
        if not self.rounded:
            return frozenset()
        exact = tally(self.tables[: self.exact], self.unit, self.ground)
        return frozenset(q for q in self.behind if self._is_old_rest(q) and q not in exact)

    @cached_property
    def rounded(self) -> dict[Quantity, Rounded]:
        """Numbers that stand in rounded tables only, or were rounded before: so they stay."""
        before = self._rounded_before
        wanted = self._cells(self.tables[self.exact :]) - self._cells(self.tables[: self.exact])
        wanted |= self.printed & before.keys()
        wanted -= self._divided_exactly - before.keys()
        free = (q for q in wanted if not self._by_sentences(q) and not self._told_exactly(q))
        values = {q: self.behind[q].value for q in sorted(free)}
        return rounded(values, lambda q: base_for(self.rule(q).k), before, self._drawn_anew)

    @cached_property
    def _divided_exactly(self) -> frozenset[Quantity]:
        """Numbers of which parts are or were told exactly or withheld.

        The window of a rounded number would be too narrow to hide a small part of it.
        """
        finer = set(self._cells(self.tables[: self.exact]))
        for edition in self.options.ledger.editions:
            finer |= {q for q, cell in edition.by_name().items() if cell.rounded is None}
        return wider_than(finer)

    @cached_property
    def _rounded_before(self) -> dict[Quantity, tuple[int, int]]:
        return {
            quantity: (cell.value, cell.rounded)
            for edition in self.options.ledger.editions
            for quantity, cell in edition.by_name().items()
            if cell.rounded is not None
        }

    @cached_property
    def _above_rounded(self) -> frozenset[Quantity]:
        """Numbers along an axis of which parts of them are rounded."""
        return frozenset(
            quantity.moved(c, wider)
            for quantity in self.rounded
            for c in quantity.at
            for wider in (None, *([root_of(c[0])] if c[0] in SCHEMES else []))
        )

    def _told_exactly(self, quantity: Quantity) -> bool:
        return bool(quantity.at) and quantity in self._printed_before

    @cached_property
    def _printed_before(self) -> dict[Quantity, Since]:
        """What the latest release that printed it said of each number."""
        return {
            quantity: Since(edition.release, cell.value)
            for edition in self.options.ledger.editions
            for quantity, cell in edition.by_name().items()
            if cell.shown
        }

    def cell(self, at: tuple[str, ...], quantity: Quantity, told: _Shown | None) -> Cell:
        """One cell; beside a gap what stood there last, whatever the reason for the gap is."""
        if told is None:
            return Cell(at, None, since=self._printed_before.get(quantity))
        return Cell(at, *told)

    def _word(self, key: Key) -> Entry:
        said, women = self.words[key], len(self.women[key])
        need = open_within(women, said.low)
        return Entry(women, State.HIDDEN, said.high, need, fewest=said.low)

    @cached_property
    def women(self) -> dict[Key, frozenset[str]]:
        """The women behind every term."""
        return women_by_term(self.ground.study)

    def _at_bottom(self, quantity: Quantity) -> bool:
        """Does a sentence tell of as many women, or at least so many, as of incidents or acts?"""
        if len(quantity.at) != 1 or self.unit is Unit.WOMEN:
            return False
        word = self.words.get(quantity.at[0])
        least = word.low if word else self.told.get(quantity.at[0], -1)
        return least == self.behind[quantity].value

    def _entry(self, quantity: Quantity) -> Entry:
        value, k = self.behind[quantity].value, self.rule(quantity).k
        most = self.asked if self.unit is Unit.WOMEN else 2 * len(self.ground.owner) * 40 + k
        need = need_of(value, k, most)
        if self._at_bottom(quantity) or quantity in self._above_rounded:
            need = Need(None, need.high)  # something it holds is known to be there
        if self._known(quantity):
            return Entry(value, State.SHOWN, most)
        if quantity in self.rounded:
            told = self.rounded[quantity]
            open_ = need_of_rounded(told.high, k) if value < k else None
            return Entry(value, State.HIDDEN, told.high, open_, fewest=told.low)
        if quantity not in self.printed:
            bare = may_stand(quantity, self.behind, self.rule) or self._is_old_rest(quantity)
            return Entry(value, State.HIDDEN, most, None if bare else need)
        if self._by_sentences(quantity):
            return Entry(value, State.HIDDEN, most, need)
        safe = may_stand(quantity, self.behind, self.rule) and not self._shrunk(quantity)
        least = k if value < k else 0
        return Entry(value, State.OPEN, most, None if safe else need, self._worth(quantity), least)

    def _known(self, quantity: Quantity) -> bool:
        """Is it told in a sentence, or supposed to be known: everything together?"""
        everything = not quantity.at and self.unit is not Unit.WOMEN
        return everything or (self._by_sentences(quantity) and quantity.at[0] in self.told)

    def _by_sentences(self, quantity: Quantity) -> bool:
        """Do the report's sentences decide whether it is told: women by one term?"""
        one = len(quantity.at) == 1 and quantity.at[0][0] in SCHEMES
        return self.unit is Unit.WOMEN and one

    def _is_old_rest(self, quantity: Quantity) -> bool:
        return any(code.startswith(f"{REST}:") for _, code in quantity.at)

    def _shrunk(self, quantity: Quantity) -> bool:
        value = self.behind[quantity].value
        return any(before.get(quantity, 0) > value for before in self.before)

    def _worth(self, quantity: Quantity) -> float:
        """Totals are worth more; equals are told apart by a draw that a reader cannot know."""
        crossed = max(len(table) for table in self.tables)
        total = len(quantity.at) < crossed or any(c == root_of(c[0]) for c in quantity.at
                                                  if c[0] in SCHEMES)  # fmt: skip
        return (_WHOLE if total else _ORDINARY) + self._draw(quantity) / (4 * len(self.printed))

    def _drawn_anew(self, quantity: Quantity) -> float:
        """A share that leans upward with every new draw: wider windows hide small parts better.

        Never so far that all goes up, and even then a 5 could stand for 5: nothing would be proved.
        """
        return self._draw(quantity, self.turn) * (1 - self.turn / _TURNS)

    def _draw(self, quantity: Quantity, turn: int = 0) -> float:
        """A share of one that is the same for the same women and unknown without their ids."""
        text = "\0".join((*sorted(self.ground.study.asked), repr(quantity), *[""] * turn))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def _written(plan: _Plan, choice: frozenset[Quantity], left: tuple[Left, ...]) -> Protected:
    """The tables with the choice applied, and what of them goes into the ledger."""
    shown: dict[Quantity, _Shown] = {
        q: (plan.behind[q].value, None) for q in plan.printed if q not in choice
    }
    shown |= {q: (told.value, told.base) for q, told in plan.rounded.items()}
    tables = tuple(_table(f"t{at + 1}", table, plan, shown) for at, table in enumerate(plan.tables))
    return Protected(tables, left)


def _rounded_of(asked_for: tuple[tuple[Axis, ...], ...], options: PublishOptions) -> int:
    """How many of these tables, the last ones, are to be rounded."""
    exact = len(options.every_table) - len([axes for axes in options.rounded if axes])
    return max(0, len(asked_for) - exact) if options.rounded else 0


def _table(
    id_: str, table: tuple[Division, ...], plan: _Plan, shown: Mapping[Quantity, _Shown]
) -> Table:
    axes = [division.axis for division in table]
    cells = tuple(
        plan.cell(tuple(category.id for category in at), quantity, shown.get(quantity))
        for at in product(*(division.categories for division in table))
        for quantity in [Quantity.of(plan.unit, *(c.place for c in at if c.place))]
    )
    made = tuple((d.axis.id, _categories(at, table, plan)) for at, d in enumerate(table))
    named = title(plan.unit, axes)
    if any(cell.rounded for cell in cells):
        named = both("table.rounded", title=named)
    return Table(id_, named, plan.unit, made, cells)


def _categories(at: int, table: tuple[Division, ...], plan: _Plan) -> tuple[Category, ...]:
    division = table[at]
    return tuple(
        Category(
            row.id,
            row.parent,
            _adds_up(row.id, at, table, plan),
            row_label(division.axis, row.place or (division.axis.id, ""), row.parent is None)
            if row.id != REST
            else row_label(division.axis, (division.axis.id, REST), False),
        )
        for row in division.categories
    )


def _adds_up(id_: str, at: int, table: tuple[Division, ...], plan: _Plan) -> bool:
    """Is this category the sum of those under it, in every row of the other axes?"""
    division = table[at]
    row = next(c for c in division.categories if c.id == id_)
    below = [c for c in division.categories if c.parent == id_]
    acts_by_form = plan.unit is Unit.ACTS and division.axis.subject in FORM_SCHEMES
    in_time = plan.unit is not Unit.WOMEN and division.axis.id in TIMES
    if not below or not (acts_by_form or in_time):
        return False
    others = product(*(d.categories for d in (*table[:at], *table[at + 1 :])))
    return all(_is_sum(row, below, [c.place for c in other if c.place], plan) for other in others)


def _is_sum(row: Row, below: list[Row], beside: list[Coordinate], plan: _Plan) -> bool:
    def value(category: Row) -> int:
        own = [category.place] if category.place else []
        return plan.behind[Quantity.of(plan.unit, *own, *beside)].value

    return value(row) == sum(map(value, below))
