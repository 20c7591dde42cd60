"""Everything about one release before a choice is made: who stands behind what, and what is fixed.

The entries that the linked system is made of: numbers told in sentences or supposed to be known,
rounded ones, those that may not stand even alone, those still to be decided.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from romduol.casebook.claims import Cell, Since, Unit
from romduol.casebook.codes import Study
from romduol.publication.axes import SCHEMES, Axis, Ground, root_of
from romduol.publication.disclosure.divisions import Division, by_groups, by_terms, tally
from romduol.publication.disclosure.ledger import REST
from romduol.publication.disclosure.linked import Release, open_within
from romduol.publication.disclosure.model import Entry, Need, Quantity, State
from romduol.publication.disclosure.primary import (
    may_stand,
    need_of,
    rule_for,
    small_step,
    wider_than,
)
from romduol.publication.disclosure.rounding import Rounded, base_for, need_of_rounded, rounded
from romduol.publication.disclosure.sentences import women_by_term
from romduol.publication.inference import Key
from romduol.publication.ladder import Bounds
from romduol.publication.options import PublishOptions
from romduol.publication.withholding import Behind, Rule

Shown = tuple[int, int | None]  # a number and, where it is rounded, to multiples of what
_ORDINARY, _WHOLE = 1.0, 2.0  # what a cell is worth to a reader, and a total


@dataclass(frozen=True, slots=True)
class Wanted:
    """A table that was asked for."""

    axes: tuple[Axis, ...]
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class Draw:
    """How rounded numbers are drawn: the ``turn``, how far it leans upward (0 to less than 1), and
    whether windows are as wide as the strictest number needs that shares a whole with them.
    """

    turn: int = 0
    lean: float = 0.0
    wide: bool = False


class Plan:
    """Everything about one release before a choice is made. Numbers are counted once."""

    def __init__(
        self,
        study: Study,
        options: PublishOptions,
        wanted: Sequence[Wanted],
        told: Mapping[Key, Bounds],
        draw: Draw = Draw(),
    ) -> None:
        self.options, self.draw = options, draw
        self.told = {key: said.low for key, said in told.items() if said.certain}
        self.words = {key: said for key, said in told.items() if not said.certain}
        self.unit = options.unit or Unit.WOMEN
        self.ground, self.asked = Ground.of(study), len(study.asked)
        divisions = {axis: self._divided(axis) for one in wanted for axis in one.axes}
        made = [(one, [divisions[axis] for axis in one.axes]) for one in wanted]
        self.tables = tuple(tuple(d for d in t if d) for _, t in made if all(t))
        self.exact = sum(all(t) for one, t in made if not one.rounded)  # the first of them
        self.empty = tuple(one for one, t in made if not all(t))

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
        return rounded(values, self._base, before, self._drawn_anew)

    def _base(self, quantity: Quantity) -> int:
        """Wide enough for itself and, if wide ones are drawn, for what shares a whole with it."""
        k = self.rule(quantity).k
        if self.draw.wide:
            k = max(k, *(self.strictest[w] for w in wider_than([quantity])))
        return base_for(k)

    @cached_property
    def strictest(self) -> Mapping[Quantity, int]:
        """The highest threshold among the parts of each number that are told exactly or withheld.

        A few of them that need to look like ten cannot hide in two windows of 0 to 4.
        """
        found: dict[Quantity, int] = defaultdict(int)
        for cell in self._told_or_withheld:
            k = self.rule(cell).k
            for wider in wider_than([cell]):
                if wider.at:
                    found[wider] = max(found[wider], k)
        return found

    @property
    def wider(self) -> bool:
        """Would wide windows be wider for any number?"""
        return any(k > self.options.threshold for k in self.strictest.values())

    @cached_property
    def _told_or_withheld(self) -> frozenset[Quantity]:
        """Every number that any release tells exactly or withholds."""
        found = set(self._cells(self.tables[: self.exact]))
        for edition in self.options.ledger.editions:
            found |= {q for q, cell in edition.by_name().items() if cell.rounded is None}
        return frozenset(found)

    @cached_property
    def _divided_exactly(self) -> frozenset[Quantity]:
        """Numbers of which parts are or were told exactly or withheld.

        The window of a rounded number would be too narrow to hide a small part of it.
        """
        return wider_than(self._told_or_withheld)

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

    def cell(self, at: tuple[str, ...], quantity: Quantity, told: Shown | None) -> Cell:
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
        return (_WHOLE if total else _ORDINARY) + self._share(quantity) / (4 * len(self.printed))

    def _drawn_anew(self, quantity: Quantity) -> float:
        """A share that leans upward with every new draw: wider windows hide small parts better.

        Never so far that all goes up, and even then a 5 could stand for 5: nothing would be proved.
        """
        return self._share(quantity, self.draw.turn) * (1 - self.draw.lean)

    def _share(self, quantity: Quantity, turn: int = 0) -> float:
        """A share of one that is the same for the same women and unknown without their ids."""
        text = "\0".join((*sorted(self.ground.study.asked), repr(quantity), *[""] * turn))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48
