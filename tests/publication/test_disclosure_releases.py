"""Linked tables and releases that follow one another, attacked with the files alone."""

from __future__ import annotations

import importlib.util
import json
import random
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from romduol.casebook.claims import Unit
from romduol.casebook.codes import Coding, IncidentFact, Study
from romduol.casebook.events import DatePrecision, When
from romduol.publication import bundle
from romduol.publication.audit import AuditCouldNotRun
from romduol.publication.disclosure.audit import Ground, check_linked
from romduol.publication.disclosure.ledger import Edition, Ledger, Published
from romduol.publication.disclosure.model import Quantity
from romduol.publication.disclosure.troubles import (
    LedgerUnreadable,
    LinkedCellGivenAway,
    LinkedCellTooSmall,
    SolverFailed,
    SolverMissing,
)
from romduol.publication.options import PublicationRefused, PublishOptions
from romduol.publication.report import Composed, compose
from romduol.publication.report.data import claims_json, tables_json

_SPEC = importlib.util.spec_from_file_location("attack", Path(__file__).with_name("attack.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
attack = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(attack)

FORMS = ("off.threat", "off.order", "off.visit", "off.fine", "off.summons")
ACTORS = ("ac.police", "ac.district", "ac.relative")
CROSSED = (("form_offline:top", "quarter"), ("form_offline:top",))


def book(incidents: int, seed: int, women: int) -> list[tuple[IncidentFact, list[Coding]]]:
    """Incidents in the order they came, a few women with many."""
    luck = random.Random(seed)
    found = []
    for at in range(incidents):
        woman, id_ = f"w{int(women * luck.random() ** 1.4)}", f"i{at}"
        month = 1 + 12 * at // incidents if luck.random() < 0.8 else luck.randrange(1, 13)
        terms = [("form_offline", f) for f in luck.choices(FORMS, (9, 6, 3, 2, 1), k=2)]
        terms.append(("place", luck.choices(("12", "01", "02"), (6, 3, 1))[0]))
        codings = [Coding(woman, id_, *term) for term in dict.fromkeys(terms)]
        fact = IncidentFact(id_, woman, When(f"2025-{month:02}", DatePrecision.MONTH))
        found.append((fact, codings))
    return found


def first(told: list[tuple[IncidentFact, list[Coding]]], count: int) -> Study:
    facts = tuple(fact for fact, _ in told[:count])
    codings = tuple(c for _, own in told[:count] for c in own)
    return Study(frozenset(f.woman for f in facts), facts, codings, coders=2)


def asking(unit: Unit, ledger: Ledger, tables: Any = CROSSED, **more: Any) -> PublishOptions:
    release = f"r{len(ledger.editions)}"
    return PublishOptions(
        date(2026, 11, 21), tables=tables, unit=unit, ledger=ledger, release=release, **more
    )


def files(composed: Composed) -> dict[str, bytes]:
    return {
        "tables.json": tables_json(composed.tables, 5),
        "claims.json": claims_json(composed.claims, composed.tables),
    }


def audited(composed: Composed, written: Mapping[str, bytes]) -> None:
    assert composed.edition is not None
    totals = tuple(
        (c.quantity, c.value) for c in composed.edition.cells if c.shown and not c.quantity.at
    )
    options = PublishOptions(composed.report.as_of)
    check_linked(
        json.loads(written["tables.json"])["tables"],
        json.loads(written["claims.json"])["claims"],
        composed.ledger,
        Ground(composed.report.asked, 5, options.threshold_for, totals),
    )


@pytest.mark.parametrize("unit", [Unit.INCIDENTS, Unit.ACTS, Unit.WOMEN])
@pytest.mark.parametrize("seed", [1, 2])
def test_an_outsider_with_all_releases_finds_no_gap_and_proves_nothing_small(
    unit: Unit, seed: int
) -> None:
    told = book(320, seed, 110)
    ledger, released, asked = Ledger(), [], []
    for count in (160, 240, 320):
        study = first(told, count)
        composed = compose(study, asking(unit, ledger))
        written = files(composed)
        audited(composed, written)
        released.append(written)
        asked.append(len(study.asked))
        ledger = Ledger((*ledger.editions, composed.edition))
    assert sum(b'"value"' in one["tables.json"] for one in released) == len(released)
    for one, women in zip(released, asked, strict=True):
        assert attack.Outsider([one], [women]).proved(5) == ([], [])
    jointly = attack.Outsider(released, asked)
    assert jointly.proved(5) == ([], [])
    assert jointly.small_steps(5) == []


def test_the_attack_finds_what_each_release_protects_and_both_give_away() -> None:
    """The attack can fail: two releases of the same program, ignorant of each other."""
    told = book(320, 1, 110)
    released, asked = [], []
    for count in (160, 190):
        study = first(told, count)
        released.append(files(compose(study, asking(Unit.INCIDENTS, Ledger()))))
        asked.append(len(study.asked))
    for one, women in zip(released, asked, strict=True):
        assert attack.Outsider([one], [women]).proved(5) == ([], [])
    assert attack.Outsider(released, asked).small_steps(5)


def test_the_same_quantity_has_the_same_number_in_every_table() -> None:
    composed = compose(first(book(300, 3, 100), 300), asking(Unit.INCIDENTS, Ledger()))
    crossed, alone = composed.tables
    margin = {c.at[0]: c.value for c in crossed.cells if c.at[1] == "all"}
    assert margin == {c.at[0]: c.value for c in alone.cells}


def test_published_again_unchanged_it_is_the_same() -> None:
    study = first(book(300, 3, 100), 300)
    once = compose(study, asking(Unit.INCIDENTS, Ledger()))
    again = compose(study, asking(Unit.INCIDENTS, Ledger((once.edition,))))
    assert again.tables == once.tables


def test_a_handful_of_new_women_makes_no_new_release() -> None:
    told = book(300, 3, 100)
    once = compose(first(told, 290), asking(Unit.INCIDENTS, Ledger()))
    with pytest.raises(PublicationRefused) as refused:
        compose(first(told, 292), asking(Unit.INCIDENTS, Ledger((once.edition,))))
    assert [left.rule for left in refused.value.left] == ["batch_too_small"]


def test_time_once_told_by_quarter_is_not_told_by_month() -> None:
    told = book(300, 3, 100)
    once = compose(first(told, 200), asking(Unit.INCIDENTS, Ledger()))
    months = asking(Unit.INCIDENTS, Ledger((once.edition,)), (("month",),))
    with pytest.raises(PublicationRefused) as refused:
        compose(first(told, 300), months)
    assert [left.rule for left in refused.value.left] == ["axis_changed"]


def test_a_whole_release_of_crossed_tables_passes_its_audit_in_both_languages() -> None:
    composed = compose(
        first(book(200, 4, 80), 200),
        asking(Unit.INCIDENTS, Ledger(), (("form_offline:top", "place:province"),)),
    )
    written = bundle.render(composed, ("en", "km"), ())
    head = written["tables/t1.csv"].decode().splitlines()[0]
    assert head == (
        "category_1,parent_1,label_en_1,label_km_1,category_2,parent_2,label_en_2,label_km_2,"
        "value,withheld"
    )
    assert 'data-column="12"' in written["report.en.html"].decode()


def test_a_gap_that_follows_is_found_by_the_second_look() -> None:
    composed = compose(first(book(120, 3, 60), 120), asking(Unit.INCIDENTS, Ledger()))
    audited(composed, files(composed))
    found = json.loads(files(composed)["tables.json"])
    true = {}
    for cell in composed.edition.cells if composed.edition else ():
        true[frozenset(code for _, code in cell.quantity.at)] = cell.value
    gap = [c for c in found["tables"][0]["cells"] if "withheld" in c]
    assert gap
    for cell in gap[1:]:
        del cell["withheld"]
        cell["value"] = true[frozenset("off" if c == "all" else c for c in cell["at"] if c != "all")
                             | ({"off"} if cell["at"][0] == "all" else set())]  # fmt: skip
    broken = files(composed) | {"tables.json": json.dumps(found).encode()}
    with pytest.raises((LinkedCellGivenAway, LinkedCellTooSmall)):
        audited(composed, broken)


def test_a_step_of_one_woman_is_found_by_the_second_look() -> None:
    cell = Quantity.of(Unit.WOMEN, ("impact", "imp.fear"))
    before = Edition("r0", 60, (Published(cell, 20, True),), frozenset())
    claim = {"scheme": "impact", "term": "imp.fear", "unit": "women", "number": 21}
    ground = Ground(70, 5, lambda axis: 5)
    with pytest.raises(LinkedCellTooSmall):
        check_linked([], [claim], Ledger((before,)), ground)
    check_linked([], [claim | {"number": 25}], Ledger((before,)), ground)


@pytest.mark.parametrize("fault", [SolverMissing(), SolverFailed(reason="time"), OSError("disk")])
def test_a_second_look_that_cannot_be_finished_lets_nothing_out(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed = compose(first(book(120, 4, 60), 120), asking(Unit.INCIDENTS, Ledger()))

    def stop(*_: object) -> None:
        raise fault

    monkeypatch.setattr("romduol.publication.audit.check_linked", stop)
    with pytest.raises((SolverMissing, SolverFailed, AuditCouldNotRun)):
        bundle.render(composed, ("en",), ())


def test_without_the_solver_no_linked_table_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(SolverMissing):
        compose(first(book(300, 3, 100), 300), asking(Unit.INCIDENTS, Ledger()))


def test_a_ledger_that_does_not_fit_together_is_refused() -> None:
    cell = Published(Quantity(Unit.INCIDENTS), 20, True)
    with pytest.raises(LedgerUnreadable):
        Edition("r0", 60, (cell, cell), frozenset())


def test_women_who_withdrew_are_not_seen_in_the_next_release() -> None:
    told = book(320, 5, 110)
    once = compose(first(told, 200), asking(Unit.INCIDENTS, Ledger()))
    gone = [(f, c) for f, c in told if f.woman not in {"w3", "w40"}]
    composed = compose(first(gone, 310), asking(Unit.INCIDENTS, Ledger((once.edition,))))
    written = files(composed)
    both = {c.quantity: c.value for c in once.edition.cells if c.shown} if once.edition else {}
    for cell in composed.edition.cells if composed.edition else ():
        assert not cell.shown or cell.value >= both.get(cell.quantity, 0)
    audited(composed, written)
