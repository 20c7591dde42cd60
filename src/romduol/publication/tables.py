"""What tables may be asked for, and the one-way tables of a small study.

Women by terms are printed exactly where the report's claims may print them; incidents and acts,
and everything by time and place, are withheld by ``withholding``. From 20 women on, tables that
cross axes or follow other releases are made by ``disclosure`` instead (``are_linked``). A subject
is told along one axis only: months beside quarters would fill each other's gaps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from romduol.casebook.claims import Category, Cell, Left, Table, Unit
from romduol.casebook.codes import FORM_SCHEMES, Study
from romduol.publication.axes import REST, TIMES, Axis, Ground, root_of, term_rows
from romduol.publication.claims import WHOLE, Verdict
from romduol.publication.inference import Key, Tree
from romduol.publication.labels import row_label, title
from romduol.publication.options import SMALL_STUDY, PublishOptions
from romduol.publication.withholding import Behind, Rule, withheld

USUAL = ("form_offline:top", "form_online:top", "impact", "retreat", "actor:top", "topic:top")
MOST_AXES = 3
COUNTED = (Unit.WOMEN, Unit.INCIDENTS, Unit.ACTS)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The rows of one table before anything is withheld."""

    axis: Axis
    tree: Tree
    cells: Mapping[Key, Behind]
    root: Key
    total: Key | None  # a number the reader is supposed to know


def refusals(options: PublishOptions, asked: int) -> tuple[Left, ...]:
    """Every reason why the tables asked for cannot be made."""
    left: list[Left] = []
    for wanted in options.every_table:
        left.extend(Left("unknown_axis", a) for a in wanted if not Axis(a).known)
        left.extend(_crossing(wanted, options.unit, asked))
    left.extend(Left("linked_tables", subject) for subject in _twice(options.every_table))
    if asked < SMALL_STUDY:
        left.extend(Left("rounded_small_n", " x ".join(wanted)) for wanted in options.rounded)
    if options.unit is not None and options.unit not in COUNTED:
        left.append(Left("unit_not_counted", options.unit.value))
    told = options.ledger.axes()
    for axis in {Axis(a) for wanted in options.every_table for a in wanted}:
        others = {Axis(a) for a in told if Axis(a).subject == axis.subject} - {axis}
        if not axis.by_terms and others:
            left.append(Left("axis_changed", axis.id))
    return tuple(left)


def _crossing(wanted: tuple[str, ...], unit: Unit | None, asked: int) -> Iterable[Left]:
    """Why these axes may not be crossed in one table."""
    crossed, subjects = " x ".join(wanted), [Axis(a).subject for a in wanted]
    if len(wanted) > 1 and asked < SMALL_STUDY:
        yield Left("cross_table_small_n", crossed)
    elif len(wanted) > MOST_AXES:
        yield Left("too_many_axes", crossed)
    if len(set(subjects)) < len(subjects):
        yield Left("linked_tables", crossed)
    if unit is Unit.ACTS and set(FORM_SCHEMES) <= set(subjects):
        yield Left("crossed_forms", crossed)


def _twice(tables: tuple[tuple[str, ...], ...]) -> Iterable[str]:
    """Subjects told along two different axes, or by the same table twice."""
    axes = {Axis(a) for wanted in tables for a in wanted}
    subjects = [axis.subject for axis in axes]
    same = [frozenset(wanted) for wanted in tables]
    again = {Axis(a).subject for wanted in same if same.count(wanted) > 1 for a in wanted}
    within = {s for wanted in tables for s in _more_than_once([Axis(a).subject for a in wanted])}
    return sorted((_more_than_once(subjects) | again) - within)


def _more_than_once(subjects: list[str]) -> set[str]:
    return {subject for subject in subjects if subjects.count(subject) > 1}


def are_linked(options: PublishOptions, asked: int) -> bool:
    """Must the tables be protected together, and with what was published before?

    From 20 women on: where axes are crossed, where several incidents may be one woman's, and where
    something was published before. Below: where something was published before and more than women
    by term is told. Tables of women by one term follow the report's sentences.
    """
    axes = [Axis(axis) for wanted in options.every_table for axis in wanted]
    several = (options.unit or Unit.WOMEN) is not Unit.WOMEN
    before = bool(options.ledger.editions)
    if asked < SMALL_STUDY:
        return before and (several or not all(axis.by_terms for axis in axes))
    crossed = any(len(wanted) > 1 for wanted in options.tables)
    return several or before or crossed or bool(options.rounded)


def linked_axes(options: PublishOptions) -> tuple[tuple[Axis, ...], ...]:
    """The axes of each table: those asked for, or the usual ones."""
    wanted = options.every_table or tuple((axis,) for axis in USUAL)
    return tuple(tuple(map(Axis, axes)) for axes in wanted)


def make(
    study: Study, options: PublishOptions, verdicts: Mapping[Key, Verdict]
) -> tuple[tuple[Table, ...], tuple[Left, ...]]:
    """The tables that may be printed, and those left out."""
    ground, unit = Ground.of(study), options.unit or Unit.WOMEN
    tables: list[Table] = []
    left: list[Left] = []
    for (axis,) in linked_axes(options):
        made = _table(f"t{len(tables) + 1}", axis, unit, ground, options, verdicts)
        empty = made is not None and all(c.value is None for c in made.cells)
        if made is None or (empty and not options.tables):
            left.append(Left("table_withheld", axis.id))
        else:
            tables.append(made)
    return tuple(tables), tuple(left)


def _table(
    id_: str,
    axis: Axis,
    unit: Unit,
    ground: Ground,
    options: PublishOptions,
    verdicts: Mapping[Key, Verdict],
) -> Table | None:
    if axis.by_terms and unit is Unit.WOMEN:
        rows = term_rows(axis)
        values = {key: verdicts[key].number for key in rows}
        return _written(id_, axis, unit, Tree(rows), root_of(axis.subject), values)
    rule = Rule(len(ground.study.asked), options.threshold_for(axis.id), unit is Unit.WOMEN)
    plan = (
        _terms_plan(axis, unit, ground) if axis.by_terms else _groups_plan(axis, unit, ground, rule)
    )
    draw = partial(_draw, _secret(ground.study))
    hidden = withheld(plan.tree, plan.cells, rule, draw, plan.total) if plan else None
    if plan is None or hidden is None:
        return None
    values = {k: None if k in hidden else plan.cells[k].value for k in plan.tree}
    return _written(id_, axis, unit, plan.tree, plan.root, values)


def _secret(study: Study) -> bytes:
    """Known only where the opaque ids of the women are known; the same for the same women."""
    return hashlib.sha256("\0".join(sorted(study.asked)).encode()).digest()


def _draw(secret: bytes, key: Key) -> bytes:
    return hashlib.sha256(secret + "\0".join(key).encode()).digest()


def _terms_plan(axis: Axis, unit: Unit, ground: Ground) -> _Plan:
    rows, root = term_rows(axis), root_of(axis.subject)
    cells = ground.by_term(axis.subject, unit)
    if unit is not Unit.ACTS or axis.subject not in FORM_SCHEMES:
        unions = frozenset({root} if root[1] == WHOLE else ())
        return _Plan(axis, Tree(rows, unions=unions), {k: cells[k] for k in rows}, root, None)
    return _acts_plan(axis, rows, cells, ground)


def _acts_plan(
    axis: Axis,
    rows: dict[Key, tuple[Key, ...]],
    cells: Mapping[Key, Behind],
    ground: Ground,
) -> _Plan:
    """Acts by form: every act is of one form, so the two form schemes add up to all acts.

    The other scheme is in the tree, printed or not, because its numbers follow from these.
    """
    (other,) = (scheme for scheme in FORM_SCHEMES if scheme != axis.subject)
    total, roots = ("acts", WHOLE), (root_of(axis.subject), root_of(other))
    beside = Axis(f"{other}:top")
    every = {total: roots, **rows, **term_rows(beside)}
    found = {**cells, **ground.by_term(other, Unit.ACTS)}
    found[total] = ground.behind_acts(act for acts in ground.acts.values() for act in acts)
    sums = frozenset(k for k, below in every.items() if below and _adds_up(k, below, found))
    return _Plan(axis, Tree(every, sums), {k: found[k] for k in every}, roots[0], total)


def _adds_up(key: Key, below: Iterable[Key], cells: Mapping[Key, Behind]) -> bool:
    return cells[key].value == sum(cells[k].value for k in below)


def _groups_plan(axis: Axis, unit: Unit, ground: Ground, rule: Rule) -> _Plan | None:
    groups = ground.merged(axis, unit, rule)
    if not groups:
        return None
    root: Key = (axis.id, WHOLE)
    cells = {(axis.id, code): ground.behind(found, unit) for code, found in groups.items()}
    below = tuple(key for key, cell in cells.items() if cell.value or key[1] != REST)
    cells = {root: ground.behind(ground.owner, unit)} | {key: cells[key] for key in below}
    adds = unit is not Unit.WOMEN and axis.id in TIMES
    tree = Tree(
        {root: below}, *((frozenset({root}),) if adds else (frozenset(), frozenset({root})))
    )
    return _Plan(axis, tree, cells, root, None if unit is Unit.WOMEN else root)


def _written(
    id_: str, axis: Axis, unit: Unit, tree: Tree, root: Key, values: Mapping[Key, int | None]
) -> Table:
    """The rows at and below ``root``, first level before its children."""
    categories = tuple(_categories(axis, tree, root, None, root))
    keys = {c.id: (root[0], c.id) for c in categories} | {WHOLE: root}
    cells = tuple(Cell((c.id,), values[keys[c.id]]) for c in categories)
    return Table(id_, title(unit, [axis]), unit, ((axis.id, categories),), cells)


def _categories(
    axis: Axis, tree: Tree, key: Key, parent: str | None, root: Key
) -> Iterable[Category]:
    id_ = WHOLE if key == root else key[1]
    yield Category(id_, parent, key in tree.sums, row_label(axis, key, key == root))
    for child in tree.children.get(key, ()):
        yield from _categories(axis, tree, child, id_, root)
