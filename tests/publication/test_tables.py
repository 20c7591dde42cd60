"""One-way tables: what is asked for, what is printed, and that nothing withheld follows."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.claims import Table, Unit
from romduol.casebook.codes import Study
from romduol.publication.audit.cells import Grounds, check_table
from romduol.publication.audit.troubles import CellGivenAway
from romduol.publication.disclosure.audit import Ground, check_linked
from romduol.publication.disclosure.ledger import Ledger
from romduol.publication.options import PublicationRefused, PublishOptions
from romduol.publication.report import compose
from romduol.publication.report.data import claims_json, tables_json

Build = Callable[..., Study]
Ask = Callable[..., PublishOptions]
FORMS = (
    ("form_offline", "off.order.delete"),
    ("form_offline", "off.order"),
    ("form_offline", "off.visit"),
    ("form_offline", "off.fine"),
    ("form_online", "on.watch"),
    ("form_online", "on.threat.death"),
)
PLACES = tuple(("place", code) for code in ("12", "1201", "1202", "0102", "0201"))
MONTHS = ("", "2022-01", "2022-02", "2022-04", "2023-01")
incident = st.tuples(
    st.integers(0, 49),
    st.sets(st.sampled_from(FORMS), min_size=1, max_size=3),
    st.sampled_from(PLACES),
    st.sampled_from(MONTHS),
)


def _values(table: Table) -> dict[str, int | None]:
    return {cell.at[0]: cell.value for cell in table.cells}


@settings(max_examples=60, deadline=None)
@given(
    st.integers(5, 50),
    st.lists(incident, min_size=1, max_size=150),
    st.sampled_from([Unit.WOMEN, Unit.INCIDENTS, Unit.ACTS]),
)
def test_no_cell_of_any_table_is_too_small_or_can_be_found(
    study: Build, options: Ask, n: int, told: list, unit: Unit
) -> None:
    built = study(
        n,
        [(woman % n, [*forms, place]) for woman, forms, place, _ in told],
        tuple(month for *_, month in told),
    )
    asked = options("form_offline", "form_online:top", "place:province", "quarter", unit=unit)
    composed = compose(built, asked)
    written = json.loads(tables_json(composed.tables, 5))["tables"]
    if composed.linked:  # there zeros are withheld as well
        claims = json.loads(claims_json(composed.claims, composed.tables))["claims"]
        check_linked(written, claims, Ledger(), Ground(n, 5, asked.threshold_for))
        return
    for table in written:
        check_table(table, Grounds(n, 5))


def test_rows_are_listed_with_their_parents_and_every_cell_once(study: Build, options: Ask) -> None:
    built = study(30, [(w, [FORMS[w % 4]]) for w in range(28)])
    (table,) = compose(built, options("form_offline:top")).tables
    ((axis, rows),) = table.axes
    assert axis == "form_offline:top"
    assert (rows[0].id, rows[0].parent) == ("all", None)
    assert {row.parent for row in rows[1:]} == {"all"}
    assert sorted(c.at[0] for c in table.cells) == sorted(row.id for row in rows)
    assert _values(table)["off.order"] == 14
    assert _values(table)["off.shun"] is None, "nobody and one woman are withheld alike"


def test_a_full_scheme_keeps_its_tree(study: Build, options: Ask) -> None:
    built = study(30, [(w, [FORMS[w % 4]]) for w in range(28)])
    (table,) = compose(built, options("form_offline", unit=Unit.INCIDENTS)).tables
    parents = {row.id: row.parent for row in table.axes[0][1]}
    assert parents["off.order.delete"] == "off.order"
    assert parents["off.order"] == "all"


def test_the_same_number_stands_in_the_table_and_in_the_sentence(
    study: Build, options: Ask
) -> None:
    built = study(30, [(w, [FORMS[w % 4]]) for w in range(28)])
    composed = compose(built, options("form_offline:top"))
    values = _values(composed.tables[0])
    for claim in composed.claims:
        if claim.scheme == "form_offline" and claim.term in values and claim.number is not None:
            assert values[claim.term] == claim.number


def test_a_place_with_few_women_is_no_row_at_all(study: Build, options: Ask) -> None:
    places = ["1201"] * 12 + ["1202"] * 2 + ["0102"] * 14
    built = study(40, [(w, [FORMS[0], ("place", p)]) for w, p in enumerate(places)])
    (table,) = compose(built, options("place:district", unit=Unit.INCIDENTS)).tables
    assert "1202" not in _values(table)
    assert None not in _values(table).values()


def test_months_merge_until_the_rest_may_be_shown(study: Build, options: Ask) -> None:
    months = ("2022-01",) * 9 + ("2022-02",) * 6 + ("2022-03",)
    built = study(30, [(w, [FORMS[0]]) for w in range(16)], months)
    (table,) = compose(built, options("month", unit=Unit.INCIDENTS)).tables
    assert _values(table) == {"all": 16, "2022-01": 9, "rest": 7}


def test_acts_by_form_add_up_and_the_other_scheme_is_not_found(study: Build, options: Ask) -> None:
    told = [(w, [FORMS[0]]) for w in range(20)] + [(20, [FORMS[4]]), (21, [FORMS[4]])]
    composed = compose(
        study(30, told), options("form_offline:top", "form_online:top", unit=Unit.ACTS)
    )
    offline = {t.axes[0][0]: _values(t) for t in composed.tables}.get("form_offline:top", {})
    known = sum(v for at, v in offline.items() if v is not None and at != "all")
    assert offline.get("all") is None
    assert known < 20, "with 22 acts in all, 2 acts online would follow"


@pytest.mark.parametrize(
    ("tables", "women", "rule"),
    [
        ((("form_offline", "month"),), 12, "cross_table_small_n"),
        ((("form_offline", "month", "actor", "impact"),), 25, "too_many_axes"),
        ((("month", "quarter"),), 25, "linked_tables"),
        ((("shoe_size",),), 25, "unknown_axis"),
        ((("month",), ("quarter",)), 25, "linked_tables"),
        ((("impact",), ("impact:top",)), 25, "linked_tables"),
    ],
)
def test_a_table_that_cannot_be_protected_is_refused_by_name(
    study: Build, options: Ask, tables: tuple, women: int, rule: str
) -> None:
    built = study(women, [(w, [FORMS[0]]) for w in range(women)])
    with pytest.raises(PublicationRefused) as refused:
        compose(built, PublishOptions(options().as_of, tables=tables))
    assert [left.rule for left in refused.value.left] == [rule]


def test_every_reason_is_named_and_not_the_first_only(study: Build, options: Ask) -> None:
    asked = PublishOptions(options().as_of, tables=(("month", "impact"), ("shoe_size",)))
    with pytest.raises(PublicationRefused) as refused:
        compose(study(2, []), asked)
    rules = {left.rule for left in refused.value.left}
    assert rules == {"too_few_women", "cross_table_small_n", "unknown_axis"}


def _table(cells: dict[str, int | None], additive: bool, unit: str = "incidents") -> dict:
    rows = [{"id": "all", "parent": None, "additive": additive}]
    rows += [{"id": at, "parent": "all", "additive": False} for at in cells if at != "all"]
    written = [
        {"at": [at], "withheld": True} if value is None else {"at": [at], "value": value}
        for at, value in cells.items()
    ]
    return {"id": "t1", "unit": unit, "axes": [{"id": "x", "categories": rows}], "cells": written}


@pytest.mark.parametrize(
    ("cells", "additive"),
    [
        ({"all": 20, "a": 18, "b": None}, True),
        ({"all": 20, "a": 18, "b": None, "c": None}, True),
        ({"all": None, "a": 9, "b": 8}, True),
        ({"all": 20, "a": 4, "b": 16}, True),
    ],
)
def test_the_audit_finds_what_sums_give_away(cells: dict, additive: bool) -> None:
    with pytest.raises(CellGivenAway):
        check_table(_table(cells, additive), Grounds(30, 5))


def test_the_audit_lets_wide_gaps_and_overlapping_rows_stand() -> None:
    check_table(_table({"all": 30, "a": 18, "b": None, "c": None}, True), Grounds(30, 5))
    check_table(_table({"all": 20, "a": 18, "b": None}, False), Grounds(30, 5))
