"""Places coded in pictures, PDFs and recordings come in, are shown, taken back and go out again."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "casework" / "exchange"))
from refi_shapes import CODES, XSD, opened, project, zipped

from romduol.casebook.codes import Place
from romduol.desk import exchanging, media_codings, opening, travelling, withdrawing, women
from romduol.desk.exchanging import Owners
from romduol.desk.women import Answer, WomanToAdd
from romduol.records.models import Coding, Incident, MediaCoding

GIVEN = Answer(("cs.write", "cs.evidence", "cs.team"), "cm.written", date(2025, 5, 10))
PICTURE, LETTER, CALL = (f"7000000{n}-0000-4000-8000-000000000001" for n in (1, 2, 3))
PLACES = {
    "Picture": Place(None, 40, -2, 300, 60),
    "PDF": Place(2, 100, 700, 400, 650),
    "Audio": Place(begin=1500, end=9000),
}


def _coding(at: int, code: str) -> str:
    guid = f"8000000{at}-0000-4000-8000-000000000001"
    return f'<Coding guid="{guid}"><CodeRef targetGUID="{code}"/></Coding>'


def _place(kind: str, at: int, numbers: str) -> str:
    guid = f"9000000{at}-0000-4000-8000-000000000001"
    return f'<{kind}Selection guid="{guid}" {numbers}>{_coding(at, CODES[0])}</{kind}Selection>'


def file() -> bytes:
    """A picture, a PDF and a recording, each coded at a place; the recording as a whole, too."""
    box = 'firstX="40" firstY="-2" secondX="300" secondY="60"'
    page = 'page="2" firstX="100" firstY="700" secondX="400" secondY="650"'
    time = 'begin="1500" end="9000"'
    sources = (
        f'<Sources><PictureSource guid="{PICTURE}" name="screen.png" path="internal://a.png">'
        f"{_place('Picture', 1, box)}</PictureSource>"
        f'<PDFSource guid="{LETTER}" name="letter.pdf" path="internal://b.pdf">'
        f"{_place('PDF', 2, page)}</PDFSource>"
        f'<AudioSource guid="{CALL}" name="call.m4a" path="internal://c.m4a">'
        f"{_place('Audio', 3, time)}{_coding(4, CODES[1])}</AudioSource>"
        "</Sources>"
    )
    held = {"a.png": b"picture", "b.pdf": b"letter", "c.m4a": b"sound"}
    beside = {f"Sources/{name}": data for name, data in held.items()}
    return zipped({"project.qde": project(sources, "QualCoder 3.6"), **beside})


def taken(kept: Any, tmp_path: Path, data: bytes, name: str) -> Any:
    (tmp_path / name).write_bytes(data)
    with kept.opened() as book:
        women.add(book, [WomanToAdd("Ming Lotus", (GIVEN,))])
        return exchanging.import_file(
            book, tmp_path / name, Owners("Ming Lotus"), lambda _done, _all: None
        )


def sent(kept: Any, out: Path) -> bytes:
    with kept.opened() as book:
        exchanging.export(book, out)
    return out.read_bytes()


def test_every_place_keeps_its_numbers_and_its_codes(empty: Any, tmp_path: Path) -> None:
    done = taken(empty, tmp_path, file(), "a.qdpx")
    assert (done.selections, done.new_codings, done.left) == (4, 4, ())
    with empty.opened() as book:
        found, passed_over = media_codings.listed(book)
        assert {one.medium: one.place for one in found if one.place != Place()} == PLACES
        assert [one.medium for one in found if one.place == Place()] == ["Audio"]
        assert passed_over == 0
        assert (Coding.objects.count(), Incident.objects.count()) == (0, 0)


def test_the_same_file_again_adds_no_place(empty: Any, tmp_path: Path) -> None:
    taken(empty, tmp_path, file(), "a.qdpx")
    with empty.opened() as book:
        again = exchanging.import_file(
            book, tmp_path / "a.qdpx", Owners("Ming Lotus"), lambda _done, _all: None
        )
        assert (again.new_codings, MediaCoding.objects.count()) == (0, 4)


def test_what_went_out_comes_in_elsewhere_and_goes_out_as_the_same_bytes(
    empty: Any, tmp_path: Path
) -> None:
    other = empty.copied(tmp_path / "other.romduol")
    taken(empty, tmp_path, file(), "a.qdpx")
    first = sent(empty, tmp_path / "first.qdpx")
    media = {one.kind: one for one in opened(first).project.media}
    assert {kind: one.selections[0].place for kind, one in media.items()} == PLACES
    assert [len(one.codings) for one in media.values()].count(1) == 1
    taken(other, tmp_path, first, "b.qdpx")
    assert sent(other, tmp_path / "second.qdpx") == first


def test_a_project_with_places_is_valid_by_the_standards_schema(empty: Any, tmp_path: Path) -> None:
    from lxml import etree

    from romduol.casework.exchange.package import Package

    if not XSD.is_file():
        pytest.skip("the standard's schema does not lie beside this checkout")
    taken(empty, tmp_path, file(), "a.qdpx")
    sent(empty, tmp_path / "out.qdpx")
    with (tmp_path / "out.qdpx").open("rb") as stream:
        xml = Package(stream).project_xml()
    etree.XMLSchema(etree.parse(XSD)).assertValid(etree.fromstring(xml))


def test_a_person_sees_the_places_and_takes_one_back(empty: Any, here: Any, tmp_path: Path) -> None:
    taken(empty, tmp_path, file(), "a.qdpx")
    told = here("codings", "media", empty.folder, "--json", words=empty.words)
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert [row["place"] for row in rows if row["medium"] == "PDF"] == [
        {"page": 2, "first_x": 100, "first_y": 700, "second_x": 400, "second_y": 650}
    ]
    plain = here("codings", "media", empty.folder, words=empty.words, ROMDUOL_LANG="km").out
    assert "ទំព័រ 2" in plain
    assert "1.5" in plain
    gone = here("codings", "remove", empty.folder, rows[0]["coding"], words=empty.words)
    assert gone.code == 0, gone.err
    left = here("codings", "media", empty.folder, "--json", words=empty.words).out
    assert len(left.splitlines()) == 3
    assert here("codings", "remove", empty.folder, rows[0]["coding"], words=empty.words).code == 2


def test_places_travel_with_her_and_go_when_she_withdraws(empty: Any, tmp_path: Path) -> None:
    taken(empty, tmp_path, file(), "a.qdpx")
    road, sheet = tmp_path / "road.romduol", tmp_path / "sheet.txt"
    with empty.opened() as book:
        made = travelling.travel(book, ["Ming Lotus"], road, "traveller", sheet)
    with opening.open_book(road, made.passphrase) as copy:
        assert len(media_codings.listed(copy)[0]) == 4
    with empty.opened() as book:
        withdrawing.withdraw(book, "Ming Lotus")
        assert MediaCoding.objects.count() == 0
