"""The tables of one release, protected together with everything published before it.

1. divide what is counted along each axis, 2. count who stands behind every cell, 3. say what may
not be told alone, 4. link all cells of all releases, 5. withhold the fewest more, 6. write the
tables. The audit of the finished files (``audit``) shares no code with any of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from romduol.casebook.claims import Category, Left, Table, Unit
from romduol.casebook.codes import FORM_SCHEMES, Study
from romduol.publication.axes import TIMES, Axis
from romduol.publication.disclosure.divisions import Category as Row
from romduol.publication.disclosure.divisions import Division
from romduol.publication.disclosure.ledger import REST
from romduol.publication.disclosure.linked import link
from romduol.publication.disclosure.model import Coordinate, Quantity
from romduol.publication.disclosure.plan import Draw, Plan, Shown, Wanted
from romduol.publication.disclosure.suppression import suppress
from romduol.publication.disclosure.troubles import NotProtectable
from romduol.publication.inference import Key
from romduol.publication.labels import row_label, title
from romduol.publication.ladder import Bounds
from romduol.publication.options import PublishOptions
from romduol.publication.phrases import both

_TURNS = 4  # how often rounded numbers are drawn with windows of one width
_FIRST = Draw()


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

    Where nothing protects them all, rounded numbers are drawn anew a few times, then with wider
    windows; after that each table, in the order asked for, is left out if nothing protects it
    beside those before it. Raises ``SolverMissing`` or ``SolverFailed`` when protection cannot be
    worked out at all.
    """
    exact = len(asked_for) - _rounded_of(asked_for, options)
    wanted = tuple(Wanted(axes, at >= exact) for at, axes in enumerate(asked_for))
    attempt = _Attempt(study, options, told, wanted)
    made = attempt.made(wanted) or attempt.one_by_one(exact)
    return made or Protected((), tuple(map(_withheld, wanted)))


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Tables that are wanted, and what they are made of."""

    study: Study
    options: PublishOptions
    told: Mapping[Key, Bounds]
    wanted: tuple[Wanted, ...]

    def made(self, kept: tuple[Wanted, ...], draws: Iterable[Draw] = (_FIRST,)) -> Protected | None:
        """These of them, by the first draw that is protected; none where no draw is."""
        for draw in draws:
            plan = Plan(self.study, self.options, kept, self.told, draw)
            if not plan.tables or (draw.wide and not plan.wider):
                break
            made = _protected(plan, tuple(one for one in self.wanted if one not in kept))
            if made is not None:
                return made
        return None

    def one_by_one(self, exact: int) -> Protected | None:
        """As many as can be, after the first draw of all failed.

        Drawing anew helps only where the ``exact`` first tables can be protected without the rest.
        """
        kept, best = self.wanted[:exact], None
        if 0 < exact < len(self.wanted):
            best = self.made(kept)
        if best is not None or not exact:
            every = self.made(self.wanted, _more_draws(self.wanted))
            if every is not None:
                return every
        kept = kept if best else ()
        for one in self.wanted[len(kept) :]:
            more = self.made((*kept, one), (_FIRST, *_more_draws((one,))))
            if more is not None:
                kept, best = (*kept, one), more
        return best


def _more_draws(wanted: Iterable[Wanted]) -> Iterator[Draw]:
    """Where something is rounded, all draws after the first, each leaning further upward."""
    if any(one.rounded for one in wanted):
        leaning = [(turn, turn / _TURNS) for turn in range(_TURNS)]
        yield from (Draw(turn, lean) for turn, lean in leaning[1:])
        yield from (Draw(turn, lean, wide=True) for turn, lean in leaning)


def _protected(plan: Plan, dropped: tuple[Wanted, ...]) -> Protected | None:
    """The tables of the plan, or none where nothing protects them."""
    try:
        linked = link(plan.options.ledger, plan.release, plan.options.threshold)
        choice = suppress(linked.system, plan.options.seconds)
    except NotProtectable:
        return None
    hidden = frozenset(q for q, at in linked.new.items() if at in choice.withheld)
    gap = (Left("withheld_perhaps_more", f"{choice.gap:.1%}"),) if choice.gap > 0 else ()
    return _written(plan, hidden, (*map(_withheld, (*dropped, *plan.empty)), *gap))


def _withheld(wanted: Wanted) -> Left:
    return Left("table_withheld", " x ".join(axis.id for axis in wanted.axes))


def _written(plan: Plan, choice: frozenset[Quantity], left: tuple[Left, ...]) -> Protected:
    """The tables with the choice applied, and what of them goes into the ledger."""
    shown: dict[Quantity, Shown] = {
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
    id_: str, table: tuple[Division, ...], plan: Plan, shown: Mapping[Quantity, Shown]
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


def _categories(at: int, table: tuple[Division, ...], plan: Plan) -> tuple[Category, ...]:
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


def _adds_up(id_: str, at: int, table: tuple[Division, ...], plan: Plan) -> bool:
    """Is this category the sum of those under it, in every row of the other axes?"""
    division = table[at]
    row = next(c for c in division.categories if c.id == id_)
    below = [c for c in division.categories if c.parent == id_]
    acts_by_form = plan.unit is Unit.ACTS and division.axis.subject in FORM_SCHEMES
    in_time = plan.unit is not Unit.WOMEN and division.axis.id in TIMES
    if not below or not (acts_by_form or in_time or plan.unit is Unit.REPORTS):
        return False
    others = product(*(d.categories for d in (*table[:at], *table[at + 1 :])))
    return all(_is_sum(row, below, [c.place for c in other if c.place], plan) for other in others)


def _is_sum(row: Row, below: list[Row], beside: list[Coordinate], plan: Plan) -> bool:
    def value(category: Row) -> int:
        own = [category.place] if category.place else []
        return plan.behind[Quantity.of(plan.unit, *own, *beside)].value

    return value(row) == sum(map(value, below))
