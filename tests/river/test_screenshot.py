"""A screenshot in Khmer, from the phone to the bag: words read by machine and marked as such, the
original untouched, a blurred copy that leads back to it, and a bag in which one bit shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typst

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import (
    bag_verifying,
    bagging,
    copying,
    reading,
    receiving,
    rereading,
    tesseract,
    women,
)
from romduol.desk.copying import Box, Wanted
from romduol.records.models import Item, Relation

FONTS = Path(__file__).resolve().parents[2] / "src/romduol/publication/fonts"
ALIAS, RECEIVER = "Ming Lotus", "Legal clinic"
SCREEN = """#set page(width: 11cm, height: 9cm, margin: 1cm)
#set text(font: "Noto Sans Khmer", size: 18pt)
ភូមិយើងមានទឹកជំនន់

សូមលុបការបង្ហោះនេះ

Delete the post"""
NAME = "Screenshot_20240305-140709_Facebook.png"


@pytest.fixture(scope="module")
def engine() -> tesseract.Tesseract:
    found = tesseract.installed()
    if found is None or "khm" not in found.languages:
        pytest.skip(
            "Tesseract with Khmer is not on this machine (tesseract-ocr, tesseract-ocr-khm)"
        )
    return found


@pytest.fixture
def screenshot(tmp_path: Path) -> Path:
    path = tmp_path / "phone" / NAME
    path.parent.mkdir()
    made = typst.compile(SCREEN.encode(), font_paths=[str(FONTS)], format="png", ppi=200.0)
    path.write_bytes(made)
    return path


@pytest.fixture
def book(empty: Any) -> Iterator[Any]:
    given = women.Answer(("cs.write", "cs.evidence"), "cm.written", date(2024, 3, 5))
    to = women.Answer(("cs.refer",), "cm.written", date(2024, 3, 5), receiver=RECEIVER)
    with empty.opened() as opened:
        women.add(opened, [women.WomanToAdd(ALIAS, (given,))])
        women.consent(opened, ALIAS, to)
        yield opened


def rows_of(book: Any) -> list[dict[str, Any]]:
    return [row for _, _, table in reading.messages(book, ALIAS) for row in table.to_pylist()]


def test_a_screenshot_in_khmer_goes_all_the_way(
    engine: tesseract.Tesseract, book: Any, screenshot: Path, tmp_path: Path
) -> None:
    # its words are read by machine, and say so
    (taken,) = receiving.receive(book, [screenshot], ALIAS, ReadingOptions())
    rows = rows_of(book)
    read = "".join("".join(row["text"] for row in rows).split())
    assert "ទឹកជំនន់" in read
    assert "Deletethepost" in read
    for row in rows:
        assert row["author"] is None
        assert "ocr" in row["rules"]
        assert any(rule.endswith(engine.name) for rule in row["rules"])
    # its original is untouched
    reading.original(book, taken.item, tmp_path / "back.png")
    assert (tmp_path / "back.png").read_bytes() == screenshot.read_bytes()
    # a blurred copy leads back to it
    copied = copying.copy(book, taken.item, Wanted(blurred=(Box(60, 60, 400, 120),)))
    link = Relation.objects.get(item__code=copied.item)
    assert (link.kind, link.other.code) == ("blurred_copy_of", taken.item)
    assert Item.objects.get(code=copied.item).sha256 != taken.sha256
    # the bag verifies, and with one bit flipped it does not
    wanted = bagging.Wanted((taken.item, copied.item), "cs.refer", RECEIVER)
    bagging.bag(book, wanted, tmp_path / "bag")
    assert bag_verifying.verify(tmp_path / "bag") == []
    packed = next((tmp_path / "bag").rglob(f"{taken.item}*.png"))
    whole = bytearray(packed.read_bytes())
    whole[len(whole) // 2] ^= 1
    packed.write_bytes(whole)
    (problem,) = bag_verifying.verify(tmp_path / "bag")
    assert problem.rule == "verify.bag_changed"
    assert problem.what.endswith(packed.name)


def test_a_picture_received_before_there_was_an_engine_is_read_once_there_is_one(
    engine: tesseract.Tesseract, book: Any, screenshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.setenv("PATH", "")
        (first,) = receiving.receive(book, [screenshot], ALIAS, ReadingOptions())
        assert list(rereading.read_again(book, ReadingOptions())) == []
    assert (first.messages, rows_of(book)) == (0, [])
    screenshot.unlink()
    (again,) = rereading.read_again(book, ReadingOptions(), ALIAS)
    assert (again.item, again.sha256) == (first.item, first.sha256)
    assert again.messages == len(rows_of(book)) > 0
    assert list(rereading.read_again(book, ReadingOptions(), ALIAS)) == []
