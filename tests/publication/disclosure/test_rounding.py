"""Rounded tables: they add up, stay what they were, hide what is small, and give nothing away."""

from __future__ import annotations

import importlib.util
import json
import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.claims import Table, Unit
from romduol.casebook.codes import Coding, IncidentFact, Study
from romduol.casebook.events import DatePrecision, When
from romduol.publication import bundle
from romduol.publication.audit import audit
from romduol.publication.audit.troubles import NumberDiffers
from romduol.publication.disclosure.audit import Ground, check_linked
from romduol.publication.disclosure.ledger import Edition, Ledger, Published
from romduol.publication.disclosure.model import Quantity
from romduol.publication.disclosure.rounding import base_for, rounded
from romduol.publication.disclosure.troubles import LinkedCellGivenAway, NotProtectable
from romduol.publication.options import PublicationRefused, PublishOptions
from romduol.publication.report import Composed, compose
from romduol.publication.report.data import claims_json, tables_json

TOP = Path(__file__).resolve().parents[3]


def _loaded(name: str) -> ModuleType:
    if str(TOP) not in sys.path:
        sys.path.insert(0, str(TOP))
    return importlib.import_module(name)


releases, outsider = _loaded("benchmarks.releases"), _loaded("benchmarks.outsider")
SERIES = (("form_offline:top", "quarter"), ("place:province",))


def asking(ledger: Ledger = Ledger(), **more: Any) -> PublishOptions:  # noqa: B008
    wanted = {"rounded": SERIES, "unit": Unit.INCIDENTS} | more
    return PublishOptions(
        date(2026, 1, 1), ledger=ledger, release=f"r{len(ledger.editions)}", **wanted
    )


def truth(composed: Composed) -> dict[Quantity, int]:
    assert composed.edition is not None
    return {cell.quantity: cell.value for cell in composed.edition.cells}


def shown(table: Table) -> dict[tuple[str, ...], int]:
    return {cell.at: cell.value for cell in table.cells if cell.value is not None}


def test_every_number_is_a_multiple_near_the_truth_and_quarters_add_up() -> None:
    composed = compose(releases.first(releases.made(300), 300), asking())
    crossed, places = composed.tables
    for table in (crossed, places):
        assert all(cell.rounded == 5 and cell.value % 5 == 0 for cell in table.cells)
    assert composed.edition is not None
    for cell in composed.edition.cells:
        if cell.rounded is not None:
            assert abs(cell.value - cell.rounded) < 5
    numbers = shown(crossed)
    rows, quarters = ([c.id for c in axis if c.id != "all"] for _, axis in crossed.axes)
    for row in ("all", *rows):
        assert numbers[row, "all"] == sum(numbers[row, quarter] for quarter in quarters)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=2, max_size=5),
    st.integers(0, 99),
)
def test_sums_of_two_ways_hold_exactly_and_multiples_stay(
    cells: list[list[int]], salt: int
) -> None:
    forms = [("form_offline", f) for f in ("off.threat", "off.order", "off.visit", "off.fine")]
    values = {}
    for at, row in enumerate(cells):
        month = ("month", f"2025-{at + 1:02}")
        values |= {Quantity.of(Unit.ACTS, f, month): v for f, v in zip(forms, row, strict=True)}
        values[Quantity.of(Unit.ACTS, month)] = sum(row)
    found = rounded(values, lambda q: 5, {}, lambda q: (hash(q) ^ salt) % 97 / 97)
    for quantity, value in values.items():
        assert found[quantity].value % 5 == 0
        assert abs(found[quantity].value - value) < 5
        assert value % 5 or found[quantity].value == value
        assert found[quantity].low <= value <= found[quantity].high


def test_a_number_that_did_not_change_is_rounded_as_before() -> None:
    values = {Quantity.of(Unit.INCIDENTS, ("month", f"2025-{m:02}")): 12 for m in range(1, 9)}
    up = dict.fromkeys(values, (12, 15))
    assert {r.value for r in rounded(values, lambda q: 5, up, lambda q: 0.99).values()} == {15}
    grown = dict.fromkeys(values, 13)
    assert {r.value for r in rounded(grown, lambda q: 5, up, lambda q: 0.99).values()} == {15}
    past = dict.fromkeys(values, 21)
    assert {r.value for r in rounded(past, lambda q: 5, up, lambda q: 0.99).values()} == {20}


def test_a_higher_threshold_is_rounded_more_coarsely() -> None:
    assert [base_for(k) for k in (3, 5, 6, 10, 11)] == [5, 5, 10, 10, 15]
    composed = compose(
        releases.first(releases.made(400), 400), asking(rounded=(("actor:top", "quarter"),))
    )
    assert {cell.rounded for cell in composed.tables[0].cells if cell.at[0] != "all"} == {10}


def test_what_cannot_be_rounded_so_that_it_adds_up_is_refused() -> None:
    at = [("month", "2025-01"), ("month", "2025-02")]
    whole, *parts = (Quantity.of(Unit.INCIDENTS, *x) for x in ([], [at[0]], [at[1]]))
    rest = Quantity.of(Unit.INCIDENTS, ("month", "rest:2025-01+2025-02"))
    values = {whole: 20, parts[0]: 12, parts[1]: 8, rest: 0}
    kept = {parts[0]: (12, 15), parts[1]: (8, 10)}
    with pytest.raises(NotProtectable):
        rounded(values, lambda q: 5, kept, lambda q: 0.5)


def test_below_twenty_women_nothing_is_rounded() -> None:
    study = releases.first(releases.made(200), 25)
    assert len(study.asked) < 20
    with pytest.raises(PublicationRefused) as refused:
        compose(study, asking(rounded=(("quarter",),)))
    assert "rounded_small_n" in {left.rule for left in refused.value.left}


def test_an_outsider_proves_nothing_from_rounded_exact_and_withheld_together() -> None:
    told, ledger, released = releases.made(500), Ledger(), []
    for count in (250, 330, 410, 500):
        study = releases.first(told, count)
        options = asking(ledger, tables=(("form_offline:top",), ("impact",)))
        composed = compose(study, options)
        _audited(composed, options)
        released.append(releases.files(composed))
        assert composed.edition is not None
        ledger = Ledger((*ledger.editions, composed.edition))
    kinds = [
        c for f in released for t in json.loads(f["tables.json"])["tables"] for c in t["cells"]
    ]
    assert any("rounded" in c for c in kinds)
    assert any("withheld" in c for c in kinds)
    assert any("value" in c and "rounded" not in c for c in kinds)
    proof = outsider.Outsider(released).proved()
    # a large rounded number may follow; one that is there and small may not
    assert not proof.small
    assert not proof.steps


def _audited(composed: Composed, options: PublishOptions) -> None:
    assert composed.edition is not None
    totals = tuple(
        (c.quantity, c.value) for c in composed.edition.cells if c.shown and not c.quantity.at
    )
    check_linked(
        json.loads(tables_json(composed.tables, 5))["tables"],
        json.loads(claims_json(composed.claims, composed.tables))["claims"],
        options.ledger,
        Ground(composed.report.asked, 5, options.threshold_for, totals),
    )


def test_a_rounded_number_that_others_make_small_is_found_by_the_second_look() -> None:
    cells = [{"at": ["all"], "value": 12}, {"at": ["2025-01"], "value": 8},
             {"at": ["rest"], "value": 5, "rounded": 5}]  # fmt: skip
    categories = [{"id": "all", "parent": None, "additive": True},
                  {"id": "2025-01", "parent": "all", "additive": False},
                  {"id": "rest", "parent": "all", "additive": False}]  # fmt: skip
    table = {"id": "t1", "unit": "incidents", "cells": cells,
             "axes": [{"id": "month", "categories": categories}]}  # fmt: skip
    with pytest.raises(LinkedCellGivenAway):
        check_linked([table], [], Ledger(), Ground(40, 5, lambda axis: 5))


def test_rounded_tables_pass_the_whole_audit_and_say_that_they_are_rounded() -> None:
    composed = compose(releases.first(releases.made(300), 300), asking())
    written = bundle.render(composed, ("en", "km"), ())
    assert "rounded" in dict(composed.tables[0].title)["en"]
    assert "បង្គត់" in dict(composed.tables[0].title)["km"]
    cells = json.loads(written["tables.json"])["tables"][0]["cells"]
    assert all(cell["rounded"] == 5 for cell in cells)
    sheet = written["tables/t1.csv"]
    assert b",no,5" in sheet
    with pytest.raises(NumberDiffers):
        audit({**written, "tables/t1.csv": sheet.replace(b",no,5", b",no,10", 1)}, composed,
              ("en", "km"), ())  # fmt: skip


def test_a_number_told_exactly_once_is_not_rounded_later() -> None:
    told = releases.made(500)
    once = compose(releases.first(told, 300), asking(rounded=(), tables=(("quarter",),)))
    assert once.edition is not None
    later = compose(
        releases.first(told, 500), asking(Ledger((once.edition,)), rounded=(("quarter",),))
    )
    exact = {c.quantity for c in once.edition.cells
             if c.shown and c.quantity.at and c.quantity.at[0][1] != "rest"}  # fmt: skip
    assert later.edition is not None
    assert exact
    assert all(c.rounded is None for c in later.edition.cells if c.quantity in exact)


def test_beside_a_gap_stands_what_stood_there_last() -> None:
    facts = [(f"i{n}", f"w{n % 30}") for n in range(60)]
    codings = [Coding(w, i, "impact", "imp.fear" if n < 40 else "imp.mind")
               for n, (i, w) in enumerate(facts)]  # fmt: skip
    when = When("2025-01", DatePrecision.MONTH)
    incidents = tuple(IncidentFact(i, w, when) for i, w in facts)
    women = frozenset(f"w{n}" for n in range(30))
    first = compose(
        Study(women, incidents, tuple(codings)), asking(rounded=(), tables=(("impact",),))
    )
    more = [(f"n{n}", f"x{n}") for n in range(12)]
    codings += [Coding(w, i, "impact", "imp.mind" if n else "imp.fear")
                for n, (i, w) in enumerate(more)]  # fmt: skip
    incidents += tuple(IncidentFact(i, w, when) for i, w in more)
    assert first.edition is not None
    options = asking(Ledger((first.edition,)), rounded=(), tables=(("impact",),))
    second = compose(Study(women | {w for _, w in more}, incidents, tuple(codings)), options)
    [fear] = [c for c in second.tables[0].cells if c.at == ("imp.fear",)]
    assert fear.value is None
    assert fear.since is not None
    assert (fear.since.release, fear.since.value) == ("r0", 40)
    written = json.loads(tables_json(second.tables, 5))["tables"]
    [cell] = [c for c in written[0]["cells"] if c["at"] == ["imp.fear"]]
    assert cell == {"at": ["imp.fear"], "withheld": True, "since": "r0", "last": 40}
    _audited(second, options)
    cell["last"] = 41
    with pytest.raises(LinkedCellGivenAway):
        check_linked(written, [], options.ledger, Ground(42, 5, lambda axis: 5))


def test_the_ledger_refuses_a_number_outside_its_own_window() -> None:
    from romduol.publication.disclosure.troubles import LedgerUnreadable

    cell = Published(Quantity(Unit.INCIDENTS), 20, False, 1, 9, 5)
    with pytest.raises(LedgerUnreadable):
        Edition("r0", 60, (cell,), frozenset())


def test_a_rounded_table_stands_beside_an_exact_one_of_the_same_forms() -> None:
    """The forms of both are withheld where they are small: a window would be too narrow."""
    composed = compose(
        releases.first(releases.made(200), 75),
        asking(
            tables=(("form_online:top", "actor:top"),), rounded=(("form_online:top", "quarter"),)
        ),
    )
    exact, series = composed.tables
    assert not any(cell.rounded for cell in exact.cells)
    assert {cell.rounded for cell in series.cells if cell.at[1] == "all"} == {None}
    assert {cell.rounded for cell in series.cells if cell.at[1] != "all"} == {5}
    assert not outsider.Outsider([releases.files(composed)]).proved()


def test_a_quarter_that_joins_a_rounded_series_gives_nothing_away() -> None:
    told, released, ledger = releases.made(300), [], Ledger()
    for count in (250, 300):
        options = asking(ledger, tables=(("impact",),))
        composed = compose(releases.first(told, count), options)
        assert not [left for left in composed.left if left.rule == "table_withheld"]
        _audited(composed, options)
        released.append(releases.files(composed))
        assert composed.edition is not None
        ledger = Ledger((*ledger.editions, composed.edition))
    first, second = (e.codes("quarter") for e in ledger.editions)
    assert first is not None
    assert second is not None
    assert set(first) < set(second)
    proof = outsider.Outsider(released).proved()
    assert not proof.small
    assert not proof.steps


def test_what_a_first_draw_cannot_protect_is_drawn_anew_before_a_table_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from romduol.publication.disclosure import protecting

    exact, series = ("form_online:top", "actor:top"), ("form_online:top", "year")
    wanted = {"tables": (exact,), "rounded": (series,)}
    study = releases.first(releases.made(90, 2), 90)
    composed = compose(study, asking(**wanted))
    assert [table.axes[1][0] for table in composed.tables] == ["actor:top", "year"]
    assert not outsider.Outsider([releases.files(composed)]).proved()
    monkeypatch.setattr(protecting, "_more_draws", lambda wanted: iter(()))
    once = compose(study, asking(**wanted))
    assert [left.what for left in once.left if left.rule == "table_withheld"] == [
        "form_online:top x year"
    ]


def test_a_series_has_wider_windows_where_its_forms_hide_numbers_of_a_higher_threshold() -> None:
    """Two years of 0 to 4 leave no room for a number by actor that must look like ten."""
    exact, series = ("form_online:top", "actor:top"), ("form_online:top", "year")
    options = asking(tables=(exact,), rounded=(series,), unit=Unit.ACTS)
    composed = compose(releases.first(releases.made(90, 2), 90), options)
    assert [table.axes[1][0] for table in composed.tables] == ["actor:top", "year"]
    assert {c.rounded for c in composed.tables[1].cells} >= {10}
    assert not outsider.Outsider([releases.files(composed)]).proved()
    _audited(composed, options)


def test_only_the_table_that_nothing_can_protect_is_left_out() -> None:
    """A sentence tells of seven women of one form: who did it to them cannot hide among ten."""
    tables = (("form_online:top", "actor:top"), ("impact",))
    options = asking(tables=tables, rounded=(("form_online:top", "quarter"),), unit=Unit.WOMEN)
    composed = compose(releases.first(releases.made(5_000), 625), options)
    left = [left.what for left in composed.left if left.rule == "table_withheld"]
    assert left == ["form_online:top x actor:top"]
    assert [table.axes[0][0] for table in composed.tables] == ["impact", "form_online:top"]
    _audited(composed, options)
