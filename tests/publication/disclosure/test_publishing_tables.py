"""``publish`` with thresholds and rounded tables, from the command line to the files."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

CROSSED = ("--table", "form_offline:top,quarter", "--unit", "incidents")
SERIES = ("--rounded", "impact,quarter", "--rounded", "place:province")


@pytest.fixture
def publish(counting: Any, here: Any) -> Any:
    def run(*args: Any, **env: str) -> Any:
        return here("publish", counting.folder, *args, words=counting.words, **env)

    return run


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def logged(kept: Any) -> dict[str, Any]:
    """The fact of the last entry of the log."""
    from romduol.records.models import LogEntry

    with kept.opened():
        found: dict[str, Any] = json.loads(bytes(LogEntry.objects.order_by("-index")[0].fact))
    return found


def test_another_threshold_is_in_the_log_in_the_manifest_and_in_the_report(
    counting: Any, publish: Any, tmp_path: Path
) -> None:
    out = tmp_path / "release"
    done = publish("--out", out, *CROSSED, "--threshold", "7", "--json")
    assert done.code == 0, done.err
    assert logged(counting)["threshold"] == 7
    assert done.json["releases_before"] == 0
    again = publish("--out", tmp_path / "second", *CROSSED, "--lang", "en", "--threshold", "7")
    assert "Held against 1 earlier releases" in again.out
    assert json.loads((out / "manifest.json").read_bytes())["threshold"] == 7
    found = json.loads((out / "tables.json").read_bytes())
    assert found["threshold"] == 7
    assert all(
        c.get("value", 7) >= 7 or c["value"] == 0 for t in found["tables"] for c in t["cells"]
    )
    assert "the limit was set to 7" in (out / "report.en.html").read_text(encoding="utf-8")
    assert "កម្រិតត្រូវបានកំណត់ជា ៧" in (out / "report.km.html").read_text(encoding="utf-8")


def test_the_usual_threshold_needs_no_word_of_its_own(
    counting: Any, publish: Any, tmp_path: Path
) -> None:
    out = tmp_path / "release"
    assert publish("--out", out, "--lang", "en", "--json").code == 0
    assert logged(counting)["threshold"] == 5
    assert "the limit was set" not in (out / "report.en.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("threshold", ["2", "0", "-1"])
def test_no_threshold_below_three_is_taken(publish: Any, tmp_path: Path, threshold: str) -> None:
    done = publish("--out", tmp_path / "release", "--threshold", threshold)
    assert done.code == 2
    assert "3" in done.err
    assert not (tmp_path / "release").exists()


def test_kinds_of_actor_and_districts_keep_their_ten() -> None:
    from datetime import date

    from romduol.publication.options import PublishOptions

    asked = PublishOptions(date(2026, 1, 1), threshold=3)
    assert asked.threshold_for("impact") == 3
    assert {asked.threshold_for(a) for a in ("actor", "actor:top", "place:district")} == {10}
    assert PublishOptions(date(2026, 1, 1), threshold=12).threshold_for("actor") == 12


def test_rounded_tables_leave_through_the_command_line(publish: Any, tmp_path: Path) -> None:
    out = tmp_path / "release"
    done = publish("--out", out, *CROSSED, *SERIES, "--json")
    assert done.code == 0, done.err
    assert not [left for left in done.json["refused"] if left["rule"] == "table_withheld"]
    tables = json.loads((out / "tables.json").read_bytes())["tables"]
    assert len(tables) == 3
    for table in tables[1:]:
        rows = read(out / "tables" / f"{table['id']}.csv")
        told = {tuple(c["at"]): c for c in table["cells"]}
        for row in rows:
            at = tuple(
                row[name] for name in ("category", "category_1", "category_2") if name in row
            )
            assert row["rounded"] == str(told[at].get("rounded", ""))
            assert row["value"] == str(told[at].get("value", ""))
        assert {row["rounded"] for row in rows} >= {"5"}
    said = read(out / "dictionary.csv")
    assert {row["file"] for row in said if row["column"] == "rounded"} == {
        "tables/t2.csv", "tables/t3.csv"
    }  # fmt: skip
    assert all(row["meaning_en"] and row["meaning_km"] for row in said)
    for lang, word in (("en", "rounded"), ("km", "បង្គត់")):
        assert word in (out / f"report.{lang}.html").read_text(encoding="utf-8")
