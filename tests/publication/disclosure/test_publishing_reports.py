"""Reports to platforms from the ledger of a real book into a release, and into the next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from romduol.casebook.claims import Unit
from romduol.desk import complaint_sheets, editions, publishing, withdrawing, women
from romduol.desk.publishing import Asked
from romduol.desk.verifying import verify_release
from romduol.records import models

WOMEN = 24
HEAD = "woman,target,category,sent,decided,decision\n"
TRANSPARENCY = Asked(("en",), women.day("2026-06-01"), template="transparency")


@pytest.fixture
def book(counting: Any) -> Iterator[Any]:
    """Every woman allows that platforms are asked; about four reports each."""
    allowed = women.Answer(("cs.platform",), "cm.verbal_phone", women.day("2026-01-01"))
    with counting.opened() as opened:
        for woman in women.everyone():
            women.consent(opened, woman.alias, allowed)
        bring(opened, (row(at, f"2025-{at % 9 + 1:02}-0{at % 7 + 1}") for at in range(4 * WOMEN)))
        yield opened


def row(at: int, sent: str) -> str:
    alias = f"Ming {chr(65 + at % WOMEN)}lotus"
    target = ("pf.facebook", "pf.telegram")[at % 3 == 0]
    answer = f"{sent[:-2]}20,dec.removed.content" if at % 2 else ","
    return f"{alias},{target},on.threat,{sent},{answer}\n"


def bring(book: Any, rows: Iterator[str]) -> None:
    assert not complaint_sheets.bring(book, (HEAD + "".join(rows)).encode()).refused


def tables(out: Path) -> dict[str, Any]:
    found = json.loads((out / "tables.json").read_bytes())["tables"]
    return {t["axes"][0]["id"]: t for t in found if t["unit"] == "reports"}


def test_reports_leave_in_a_release_and_are_kept_in_the_ledger(book: Any, tmp_path: Path) -> None:
    done = publishing.publish(book, tmp_path / "one", TRANSPARENCY)
    assert done.release
    assert verify_release(tmp_path / "one") == []
    waiting = {c["at"][0]: c.get("value") for c in tables(tmp_path / "one")["waiting"]["cells"]}
    assert (waiting["all"], waiting["wait.within30"], waiting["wait.after90"]) == (96, 48, 48)
    (edition,) = editions.ledger().editions
    told = {c.quantity.at: c.value for c in edition.cells if c.quantity.unit is Unit.REPORTS}
    assert told[()] == 96
    assert told[("waiting", "wait.after90"),] == 48
    codes = set(models.Complaint.objects.values_list("code", flat=True))
    assert codes <= edition.counted


def test_the_next_release_tells_nothing_of_one_womans_new_report(book: Any, tmp_path: Path) -> None:
    publishing.publish(book, tmp_path / "one", TRANSPARENCY)
    bring(book, iter([row(1, "2025-10-01")]))
    done = publishing.publish(book, tmp_path / "two", TRANSPARENCY)
    assert not done.release
    assert [left.rule for left in done.left] == ["reports_too_few_new"]
    assert not (tmp_path / "two").exists()


def test_who_may_not_be_counted_is_in_no_number_of_reports(book: Any, tmp_path: Path) -> None:
    withdrawing.stop(book, "Ming Alotus", ("cs.stats",))
    publishing.publish(book, tmp_path / "one", TRANSPARENCY)
    cells = tables(tmp_path / "one")["waiting"]["cells"]
    assert next(c["value"] for c in cells if c["at"] == ["all"]) == 92
    hers = women.find("Ming Alotus")
    assert not models.ReleaseShare.objects.filter(woman=hers).exists()


def test_every_template_but_one_leaves_reports_in(book: Any, tmp_path: Path) -> None:
    publishing.publish(book, tmp_path / "one", Asked(("en",), women.day("2026-06-01")))
    assert tables(tmp_path / "one") == {}
