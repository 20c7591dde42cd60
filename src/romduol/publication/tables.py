"""One-way tables of a study in which no withheld cell can be worked out.

Women by terms are printed exactly where the report's claims may print them; incidents and acts,
and everything by time and place, are withheld by ``withholding``. Only one table of a subject is
made in a release: a table of months beside one of quarters would fill each other's gaps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from romduol.casebook.claims import Category, Cell, Left, Table, Unit
from romduol.casebook.codes import FORM_SCHEMES, Study
from romduol.publication.axes import PLACES, REST, TIMES, Axis, Ground, root_of, term_rows
from romduol.publication.claims import WHOLE, Verdict
from romduol.publication.inference import Key, Tree
from romduol.publication.options import SMALL_STUDY, PublishOptions
from romduol.publication.phrases import Text, both, digits, label, phrase
from romduol.publication.withholding import Behind, Rule, withheld

USUAL = ("form_offline:top", "form_online:top", "impact", "actor:top", "topic:top")
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
    for wanted in options.tables:
        left.extend(Left("unknown_axis", a) for a in wanted if not Axis(a).known)
        if len(wanted) > 1:
            rule = "cross_table_small_n" if asked < SMALL_STUDY else "cross_table_unprotected"
            left.append(Left(rule, " x ".join(wanted)))
    subjects = [Axis(a).subject for wanted in options.tables for a in wanted]
    twice = sorted({s for s in subjects if subjects.count(s) > 1})
    left.extend(Left("linked_tables", subject) for subject in twice)
    if options.unit is not None and options.unit not in COUNTED:
        left.append(Left("unit_not_counted", options.unit.value))
    return tuple(left)


def axes_of(options: PublishOptions) -> tuple[Axis, ...]:
    """The axis of each table: those asked for, or the usual ones."""
    wanted = [axes[0] for axes in options.tables if axes] or USUAL
    return tuple(Axis(axis) for axis in wanted)


def make(
    study: Study, options: PublishOptions, verdicts: Mapping[Key, Verdict]
) -> tuple[tuple[Table, ...], tuple[Left, ...]]:
    """The tables that may be printed, and those left out."""
    ground, unit = Ground.of(study), options.unit or Unit.WOMEN
    tables: list[Table] = []
    left: list[Left] = []
    for axis in axes_of(options):
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
    title = both("table.title", unit=both(f"unit.{unit.value}"), axis=both(f"axis.{axis.subject}"))
    return Table(id_, title, unit, ((axis.id, categories),), cells)


def _categories(
    axis: Axis, tree: Tree, key: Key, parent: str | None, root: Key
) -> Iterable[Category]:
    id_ = WHOLE if key == root else key[1]
    yield Category(id_, parent, key in tree.sums, _row_label(axis, key, root))
    for child in tree.children.get(key, ()):
        yield from _categories(axis, tree, child, id_, root)


def _row_label(axis: Axis, key: Key, root: Key) -> Text:
    if key == root:
        return both("row.all")
    if key[1] == REST:
        return both("row.rest_places" if axis.id in PLACES else "row.rest_times")
    if axis.id in TIMES:
        return tuple((lang, _period(key[1], lang)) for lang in ("en", "km"))
    scheme = "place" if axis.id in PLACES else key[0]
    return tuple((lang, label((scheme, key[1]), lang)) for lang in ("en", "km"))


def _period(code: str, lang: str) -> str:
    """``2022``, ``2022-Q2`` or ``2022-05`` in words."""
    year, _, part = code.partition("-")
    if not part:
        return digits(year, lang)
    kind = "quarter" if part.startswith("Q") else "month"
    at = str(int(part.removeprefix("Q")))
    return phrase(f"period.{kind}", lang, year=digits(year, lang), part=digits(at, lang))
