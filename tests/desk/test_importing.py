"""Moving from the case database: a plan, then codes and no names; consent asked of nobody."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from romduol.desk import checking, importing, studying, women
from romduol.records.models import Coding, Consent, Item, Tombstone, Woman

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "intake"))
from test_casedatabase import BOOK, FIRST, MASTER, simple


@pytest.fixture
def book(empty: Any) -> Iterator[Any]:
    with empty.opened() as opened:
        yield opened


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "cases.xlsx"
    path.write_bytes(simple(BOOK))
    return path


def test_a_plan_counts_and_keeps_nothing(book: Any, workbook: Path) -> None:
    planned = importing.plan(workbook)
    assert (planned.plan.cases, planned.new, planned.held) == (3, 3, 0)
    assert len(planned.refused) == 3
    assert Woman.objects.count() == 0


def test_an_import_brings_codes_and_no_consent_no_file_and_no_name(
    book: Any, empty: Any, workbook: Path
) -> None:
    done = importing.bring(book, workbook)
    assert done.women == 3
    assert done.codings == done.planned.plan.codings == Coding.objects.count()
    assert [w.alias for w in women.everyone()] == ["TFGBV0001", "TFGBV0002", "TS0001"]
    assert Consent.objects.count() == Item.objects.count() == 0
    assert all(outside == 0 for _, outside in studying.findings())
    assert checking.check(book).ok
    for path in empty.folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert b"Name Hidden" not in raw
            assert b"story words" not in raw


def test_the_same_workbook_again_adds_nothing_and_a_longer_one_what_is_new(
    book: Any, workbook: Path
) -> None:
    importing.bring(book, workbook)
    codings = Coding.objects.count()
    again = importing.bring(book, workbook)
    assert (again.women, again.codings, again.planned.held) == (0, 0, 3)
    more = {"ODC_TFGBV Case Masterfile": [MASTER, FIRST, ["TFGBV0009", *FIRST[1:]]]}
    workbook.write_bytes(simple(more))
    assert importing.bring(book, workbook).women == 1
    assert Coding.objects.count() > codings


def test_an_import_that_was_cut_short_is_finished_by_the_next(book: Any, workbook: Path) -> None:
    women.add(book, [women.WomanToAdd("TFGBV0001")])  # as far as it had come
    done = importing.bring(book, workbook)
    assert done.women == 3
    assert Woman.objects.count() == 3


def test_a_woman_who_is_called_like_a_case_is_left_alone(book: Any, workbook: Path) -> None:
    given = women.Answer(("cs.write",), "cm.written", date(2024, 3, 5))
    (hers,) = women.add(book, [women.WomanToAdd("TFGBV0001", (given,))])
    done = importing.bring(book, workbook)
    assert importing.ALIAS_TAKEN in {one.why for one in done.planned.refused}
    assert done.women == 2
    assert not hers.incidents.exists()


def test_an_undo_takes_out_what_was_not_touched_since(book: Any, workbook: Path) -> None:
    done = importing.bring(book, workbook)
    given = women.Answer(("cs.write",), "cm.written", date(2024, 3, 5))
    women.consent(book, "TFGBV0002", given)
    undone = importing.undo(book, done.code)
    assert undone == importing.Undone(removed=2, kept=1)
    assert [w.alias for w in women.everyone()] == ["TFGBV0002"]
    assert Tombstone.objects.count() == 2
    assert checking.check(book).ok
    with pytest.raises(importing.UnknownImport):
        importing.undo(book, done.code)


def test_what_is_no_workbook_of_cases_brings_nothing(book: Any, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(importing.NoCaseWorkbook):
        importing.bring(book, path)


def test_the_verb_plans_first_says_what_has_no_term_and_never_a_name(
    empty: Any, here: Any, workbook: Path
) -> None:
    planned = here("import-cases", empty.folder, workbook, "--json", words=empty.words)
    assert planned.code == 1
    assert planned.json["consent"] == "cst.notasked"
    assert {"list": "platforms", "written": "fax machine", "count": 1} in planned.json["unknown"]
    assert "Name Hidden" not in planned.out
    brought = here("import-cases", empty.folder, workbook, "--bring", words=empty.words)
    assert "3 women" in brought.out
    code = brought.out.split("--undo ")[1].split()[0]
    undone = here("import-cases", empty.folder, "--undo", code, "--lang", "km", words=empty.words)
    assert undone.code == 0
    assert "3" in undone.out
    assert here("import-cases", empty.folder, words=empty.words).code == 2
