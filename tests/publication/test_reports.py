"""Reports to platforms in a release: what is counted when, protected, drawn, and read again."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.outsider import Outsider
from romduol.casebook.care import Complaint
from romduol.casebook.claims import Table, Unit
from romduol.casebook.survival import Spell, waiting
from romduol.publication import bundle
from romduol.publication.audit import NumberDiffers
from romduol.publication.disclosure.audit import Ground, check_linked
from romduol.publication.disclosure.ledger import Ledger
from romduol.publication.disclosure.model import Quantity
from romduol.publication.disclosure.troubles import LinkedCellGivenAway, LinkedCellTooSmall
from romduol.publication.options import PublicationRefused, PublishOptions
from romduol.publication.report import Composed, compose
from romduol.publication.report.data import tables_json
from romduol.publication.report.figures import Figure, Kind
from romduol.publication.report.model import FigureBlock
from romduol.publication.reports import made, study_of
from tests.publication.conftest import AS_OF, build

DECISIONS = ("dec.removed.content", "dec.limited.age", "dec.refused.rules", "dec.other.promise")
CATEGORIES = ("on.threat", "on.harass.insult", "on.privacy.doxxing", "on.smear")


def complaint(at: int, woman: int, age: int, answered: int | None, **more: Any) -> Complaint:
    """One sent ``age`` days before the release, answered after so many days."""
    sent = AS_OF - timedelta(days=age)
    target, category = more.pop("target", "pf.telegram"), more.pop("category", CATEGORIES[at % 4])
    if answered is not None:
        more |= {"decided": sent + timedelta(days=answered), "decision": DECISIONS[at % 4]}
    return Complaint(f"c{at}", f"w{woman}", target, category, sent, **more)


def many(
    count: int, women: int, seed: int = 1, ages: tuple[int, int] = (90, 700)
) -> list[Complaint]:
    """Complaints in the order they were sent, about half of them answered."""
    luck = random.Random(seed)
    sent = sorted((luck.randint(*ages) for _ in range(count)), reverse=True)
    return [
        complaint(
            at, luck.randrange(women), age,
            luck.choice((None, None, 3, 5, 12, 20, 25, 40, 50, 70, 80, 95)),
            target=luck.choice(("pf.facebook", "pf.facebook", "pf.telegram", "pf.tiktok")),
        )
        for at, age in enumerate(sent)
    ]  # fmt: skip


def released(complaints: list[Complaint], **more: Any) -> Composed:
    """A transparency report of 30 women with these complaints."""
    study = build(30, [(n, [("form_offline", "off.order")]) for n in range(12)])
    options = PublishOptions(
        AS_OF, template="transparency", release="r1", complaints=tuple(complaints)
    )
    return compose(study, replace(options, **more))


def reports(composed: Composed) -> list[Table]:
    return [table for table in composed.tables if table.unit is Unit.REPORTS]


def values(table: Table) -> dict[tuple[str, ...], int | None]:
    return {cell.at: cell.value for cell in table.cells}


def curve(composed: Composed) -> Figure | None:
    blocks = (b for s in composed.report.sections for b in s.blocks)
    drawn = (b.figure for b in blocks if isinstance(b, FigureBlock))
    return next((figure for figure in drawn if figure.kind is Kind.CURVE), None)


# what is counted, and when


def terms(one: Complaint, as_of: date = AS_OF) -> dict[str, str]:
    return {c.scheme: c.term for c in study_of([one], as_of).codings}


def test_a_report_is_counted_from_its_ninetieth_day_with_what_had_come_by_then() -> None:
    late = complaint(0, 0, 200, 91)
    assert terms(late)["decision"] == "dec.none"
    assert terms(late)["waiting"] == "wait.after90"
    assert terms(complaint(0, 0, 200, 90))["waiting"] == "wait.within90"
    assert terms(complaint(0, 0, 89, 3)) == {}
    assert terms(complaint(0, 0, 90, 0))["waiting"] == "wait.within7"


@given(st.integers(90, 400), st.one_of(st.none(), st.integers(0, 120)), st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_what_was_counted_once_never_changes(age: int, answered: int | None, later: int) -> None:
    """Whatever the ledger learns until a later release, a report stands where it stood."""
    known = answered if answered is not None and answered <= age else None
    then, now = complaint(0, 0, age, known), complaint(0, 0, age, answered)
    assert terms(then) == terms(now, AS_OF + timedelta(days=later))


def test_bodies_and_who_asked_nobody_are_in_no_table() -> None:
    police = complaint(0, 0, 200, 3, target="bd.police", category="off.threat")
    nobody = Complaint("c1", "w1", "", "on.threat", AS_OF - timedelta(days=200))
    assert study_of([police, nobody], AS_OF).codings == ()


def test_a_persons_word_weighs_more_than_a_machines() -> None:
    first = AS_OF - timedelta(days=200)
    machine = complaint(0, 0, 200, None, acknowledged=first, automatic=True)
    assert terms(machine)["receipt"] == "rcp.automatic"
    written = replace(machine, replied=first + timedelta(days=80))
    assert terms(written)["receipt"] == "rcp.person"
    late = replace(machine, replied=first + timedelta(days=91))
    assert terms(late)["receipt"] == "rcp.automatic"
    assert terms(complaint(0, 0, 200, 3))["receipt"] == "rcp.none"


# what is told


def test_the_curve_is_drawn_of_numbers_that_stand_in_the_table() -> None:
    told = [complaint(n, n % 25, 100 + n, (2, 15, 45, 75, None)[n % 5]) for n in range(100)]
    composed = released(told)
    figure = curve(composed)
    assert figure is not None
    assert [mark.value for mark in figure.marks] == [100, 80, 60, 40, 20]
    table = next(t for t in reports(composed) if t.axes[0][0] == "waiting")
    assert values(table)["wait.within30",] == 20
    steps = waiting(Spell((2, 15, 45, 75, 90)[n % 5], n % 5 < 4) for n in range(100))
    assert [round(s.waiting, 6) for s in steps] == [0.8, 0.6, 0.4, 0.2]


def test_where_a_step_rests_on_few_women_no_curve_is_drawn() -> None:
    told = [complaint(n, n % 25, 100 + n, (2, 15, 45, None)[n % 4]) for n in range(96)]
    told += [complaint(200 + n, n, 150, 75) for n in range(2)]
    composed = released(told)
    assert curve(composed) is None
    table = next(t for t in reports(composed) if t.axes[0][0] == "waiting")
    hidden = [at for at, value in values(table).items() if value is None]
    assert ("wait.within90",) in hidden
    assert len(hidden) > 1


def test_one_woman_behind_most_of_a_cell_is_not_told() -> None:
    told = [complaint(n, n % 25, 100 + n, (2, None)[n % 2]) for n in range(50)]
    told += [complaint(100 + n, 0, 200, 20) for n in range(40)]
    told += [complaint(200 + n, 1 + n, 200, 20) for n in range(8)]
    table = next(t for t in reports(released(told)) if t.axes[0][0] == "waiting")
    assert values(table)["wait.within30",] is None


def test_too_few_women_and_nothing_is_told_of_reports() -> None:
    few = [complaint(n, n % 4, 200, 3) for n in range(40)]
    composed = released(few)
    assert reports(composed) == []
    assert "reports_too_few" in {left.rule for left in composed.left}
    assert reports(released([complaint(n, 0, 200, 3) for n in range(60)])) == []
    assert reports(released([])) == []


def test_other_kinds_of_report_hold_no_tables_of_reports() -> None:
    assert reports(released(many(200, 40), template="facts")) == []


def test_fewer_than_twenty_women_are_told_of_along_one_axis_only() -> None:
    told = [complaint(n, n % 15, 100 + n, (2, None)[n % 2]) for n in range(90)]
    assert {len(table.axes) for table in reports(released(told))} == {1}


# releases, one after the other


def over_time(
    complaints: list[Complaint], releases: int = 3, apart: int = 120
) -> Iterator[Composed]:
    """The same ledger published again and again; each knows only what had come by then."""
    ledger = Ledger()
    for at in range(releases):
        as_of = AS_OF - timedelta(days=apart * (releases - 1 - at))
        known = [_as_known(c, as_of) for c in complaints if c.sent <= as_of]
        composed = released(known, as_of=as_of, ledger=ledger, release=f"r{at}")
        assert composed.edition is not None
        ledger = Ledger((*ledger.editions, composed.edition))
        yield composed


def _as_known(c: Complaint, as_of: date) -> Complaint:
    return c if c.decided is None or c.decided <= as_of else replace(c, decided=None, decision="")


def outside(composed: Composed) -> dict[str, bytes]:
    """What an outsider gets of the reports."""
    return {"tables.json": tables_json(reports(composed), 5), "claims.json": b'{"claims": []}'}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_three_releases_give_away_no_withheld_number_and_no_small_step(seed: int) -> None:
    every = list(over_time(many(260, 60, seed)))
    assert sum(bool(reports(one)) for one in every) >= 2
    assert not Outsider([outside(one) for one in every]).proved()
    for one in every:
        assert not Outsider([outside(one)]).proved()


def test_a_batch_of_few_women_lets_the_last_tables_stand() -> None:
    old = many(200, 40, ages=(220, 700))
    few = over_time([*old, complaint(900, 3, 100, 5)], 2)
    assert reports(next(few))
    with pytest.raises(PublicationRefused) as refused:
        next(few)
    assert [left.rule for left in refused.value.left] == ["reports_too_few_new"]


def test_tables_that_were_told_are_not_silently_gone() -> None:
    """Withdrawals that leave too few would show in their absence."""
    first = released(many(200, 40))
    assert first.edition is not None
    before = Ledger((first.edition,))
    with pytest.raises(PublicationRefused):
        released([complaint(n, n % 3, 200, 3) for n in range(20)], ledger=before, release="r2")
    again = released([], ledger=before, release="r2", template="facts")
    assert reports(again) == []


def test_an_amended_day_never_shows_as_a_small_step() -> None:
    """One report was decided on another day than was written down."""
    told = [complaint(n, n % 25, 100 + n, (2, 15, 45, 75, None)[n % 5]) for n in range(100)]
    first = released(told)
    assert first.edition is not None
    told[0] = replace(told[0], decided=told[0].sent + timedelta(days=20))
    more = [complaint(300 + n, n % 25, 91, (2, 15, 45, 75, None)[n % 5]) for n in range(60)]
    second = released([*told, *more], ledger=Ledger((first.edition,)), release="r2")
    assert reports(second)
    assert not Outsider([outside(first), outside(second)]).proved().steps


# finished files


@pytest.fixture(scope="module")
def whole() -> Composed:
    return released(
        [complaint(n, n % 25, 100 + n, (2, 15, 45, 75, None)[n % 5]) for n in range(100)]
    )


def test_the_finished_files_are_read_again_and_hold_the_numbers(whole: Composed) -> None:
    files = bundle.render(whole, ("en", "km"), ())
    page = files["report.en.html"].decode()
    assert "known to us" in page
    assert "Stairs: reports still waiting as days pass" in page
    assert "By day 60 half of them, or more, were decided." in page
    assert "ពេលផ្ញើ" in files["report.km.html"].decode()
    units = {t["unit"] for t in json.loads(files["tables.json"])["tables"]}
    assert units == {"women", "reports"}


def test_a_number_changed_in_the_drawing_is_found(whole: Composed) -> None:
    from romduol.publication.audit import audit

    files = dict(bundle.render(whole, ("en",), ()))
    page = files["report.en.html"].decode()
    start = page.index('<text data-at="wait.after30"')
    changed = page[:start] + page[start:].replace(">60<", ">61<", 1)
    assert changed != page
    with pytest.raises(NumberDiffers):
        audit(files | {"report.en.html": changed.encode()}, whole, ("en",), ())


def opened(composed: Composed, *still: str) -> list[dict[str, Any]]:
    """The tables of reports as files, with everything told of waiting but ``still``."""
    assert composed.edition is not None
    true = {c.quantity: c.value for c in composed.edition.cells}
    tables = json.loads(tables_json(reports(composed), 5))["tables"]
    for cell in next(t for t in tables if t["axes"][0]["id"] == "waiting")["cells"]:
        (at,) = cell["at"]
        if at not in still and "value" not in cell:
            del cell["withheld"]
            cell["value"] = true[Quantity.of(Unit.REPORTS, ("waiting", at))]
    return tables  # type: ignore[no-any-return]


def test_the_second_look_finds_a_step_that_follows_from_the_others() -> None:
    """A release that withheld too little is refused, whoever chose what to withhold."""
    told = [complaint(n, n % 25, 100 + n, (2, 15, 45, None)[n % 4]) for n in range(96)]
    composed = released([*told, *(complaint(200 + n, n, 150, 75) for n in range(2))])
    ground = Ground(30, 5, lambda _: 0, ((Quantity(Unit.REPORTS), 98),))
    check_linked(json.loads(tables_json(reports(composed), 5))["tables"], [], Ledger(), ground)
    with pytest.raises(LinkedCellGivenAway):
        check_linked(opened(composed, "wait.within90"), [], Ledger(), ground)
    with pytest.raises(LinkedCellTooSmall):
        check_linked(opened(composed), [], Ledger(), ground)


def test_nothing_else_of_the_release_is_changed_by_reports() -> None:
    without = released([])
    with_them = released(many(200, 40))
    others = [t for t in with_them.tables if t.unit is not Unit.REPORTS]
    assert [(t.id, t.cells) for t in others] == [(t.id, t.cells) for t in without.tables]
    assert with_them.claims == without.claims
    assert made(PublishOptions(AS_OF), 0).tables == ()
