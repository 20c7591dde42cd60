"""What a release adds to the ledger: every cell of its tables and every number of its sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from romduol.casebook.claims import Cell, Table, Unit
from romduol.casebook.codes import Study
from romduol.publication.axes import Axis, Ground
from romduol.publication.claims import WHOLE
from romduol.publication.disclosure.divisions import Division, by_terms, divided, tally
from romduol.publication.disclosure.ledger import REST, Edition, Published
from romduol.publication.disclosure.model import Quantity
from romduol.publication.disclosure.rounding import Rounded
from romduol.publication.disclosure.sentences import women_by_term
from romduol.publication.inference import Key
from romduol.publication.ladder import Bounds
from romduol.publication.options import PublishOptions
from romduol.publication.withholding import Behind


def record(
    study: Study,
    options: PublishOptions,
    tables: Sequence[Table],
    told: Mapping[Key, Bounds],
) -> Edition:
    """The release as the ledger keeps it; withheld cells with their true numbers.

    ``told`` is what sentences say, and are silent about, of women.
    """
    ground, cells = Ground.of(study), dict[Quantity, Published]()
    women = women_by_term(study)
    for key, said in told.items():
        quantity = Quantity.of(Unit.WOMEN, key)
        cells[quantity] = (
            Published(quantity, said.low, True)
            if said.certain
            else Published(quantity, len(women[key]), False, said.low, said.high)
        )
    for table in tables:
        divisions = tuple(_division(axis, table, ground) for axis in table.axes)
        behind = tally([divisions], table.unit, ground)
        for published in _cells(table, divisions, behind):
            held = cells.get(published.quantity)
            if held is None or (published.shown and not held.shown):
                cells[published.quantity] = published
        for quantity in behind.keys() - cells.keys():
            if all(not code.startswith(f"{REST}:") for _, code in quantity.at):
                known = not quantity.at and table.unit is not Unit.WOMEN
                cells[quantity] = Published(quantity, behind[quantity].value, known)
    kept = tuple(cells[quantity] for quantity in sorted(cells))
    return Edition(options.release, len(study.asked), kept, frozenset(ground.owner))


def _division(axis: tuple[str, Sequence[object]], table: Table, ground: Ground) -> Division:
    found = Axis(axis[0])
    if found.by_terms:
        return by_terms(found, table.unit, ground)
    ids = {category.id for name, rows in table.axes if name == axis[0] for category in rows}
    return divided(found, table.unit, ground, tuple(sorted(ids - {WHOLE, REST})))


def _cells(
    table: Table, divisions: tuple[Division, ...], behind: Mapping[Quantity, Behind]
) -> Iterable[Published]:
    shown = {cell.at: cell for cell in table.cells}
    for at in product(*(division.categories for division in divisions)):
        inside = Quantity.of(table.unit, *(c.place for c in at if c.place))
        told = Quantity.of(
            table.unit, *((c.place[0], REST if c.id == REST else c.place[1]) for c in at if c.place)
        )
        value, ids = behind[inside].value, tuple(c.id for c in at)
        cell = shown.get(ids, Cell(ids, 0 if value == 0 else None))
        if cell.rounded and cell.value is not None:
            window = Rounded(cell.value, cell.rounded)
            yield Published(told, value, False, window.low, window.high, cell.value)
        else:
            yield Published(told, value, cell.value is not None)
