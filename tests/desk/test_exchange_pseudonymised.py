"""A project in which nobody is named leaves only when all was decided and nothing is left."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from romduol.casebook.evidence import ReadingOptions
from romduol.casework.exchange.package import Package
from romduol.casework.exchange.project import Project
from romduol.casework.exchange.pseudonymising import Fate, Wanted
from romduol.casework.exchange.reading import read
from romduol.casework.pseudonyms import Ruling
from romduol.desk import (
    codebooks,
    coding,
    exchanging,
    identifying,
    memos,
    pseudonyms_ruling,
    receiving,
    women,
)
from romduol.desk.exchange_pseudonymised import (
    CardsUnread,
    NamesUndecided,
    NotesNameSomebody,
    Sent,
    SomebodyStillNamed,
    export_pseudonymised,
)
from romduol.desk.exchanging import NothingToExport, Owners
from romduol.desk.memos import Target
from romduol.desk.women import Answer, ConsentMissing, WomanToAdd
from romduol.records.models import Coding, Handover, Item, LogEntry

SCOPES = ("cs.write", "cs.evidence", "cs.public_anon")
GIVEN = Answer(SCOPES, "cm.written", date(2025, 5, 10))
FIRST = (
    "I: What happened? 🌸\n\n"
    "R: Mister Wexil Zoqarim called me, Zoqarim Testara, to the office. I was afraid.\n\n"
    "R: They rang ០១២ ៣៤៥ ៦៧៨ that night. ខ្ញុំឈប់បង្ហោះ។\n"
)
SECOND = "I: And you?\n\nR: Ming Lotus told me about it. I was angry.\n"
SHEET = [
    ("called me, Zoqarim Testara, to the office", "form_offline", "off.summons"),
    ("Testara, to the office. I was afraid", "impact", "imp.fear"),
    ("៣៤៥", "impact", "imp.mind"),
    ("ខ្ញុំឈប់បង្ហោះ", "retreat", "ret.1"),
    ("to the office", "place", "120101"),
    ("to the office", "place", "1202"),
]

_GUID = re.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@pytest.fixture(scope="module")
def once(_empty_once: Any, tmp_path_factory: Any, sheet_of: Any) -> Any:
    """Two women, an interview each, a card for the first, four codings."""
    place = tmp_path_factory.mktemp("undecided")
    kept = _empty_once.copied(place / "b.romduol")
    with kept.opened() as here:
        women.add(here, [WomanToAdd("Ming Lotus", (GIVEN,)), WomanToAdd("Ming Jasmine", (GIVEN,))])
        for alias, name, text in (("Ming Lotus", "interview 1.txt", FIRST),
                                  ("Ming Jasmine", "interview 2.txt", SECOND)):  # fmt: skip
            (place / name).write_text(text, encoding="utf-8")
            list(
                receiving.receive(here, [place / name], alias, ReadingOptions(source="transcript"))
            )
        card = {"name": "Zoqarim Testara", "phone": "012345678"}
        identifying.write(here, "Ming Lotus", identifying.read_card(json.dumps(card).encode()))
        head = ["Ming Lotus", "interview 1.txt", "it happened", "2025-05", "month"]
        done = coding.code(here, sheet_of([[*head, *row, "worker"] for row in SHEET]))
        assert done.codings == 6, done.refused
    return kept


@pytest.fixture
def book(once: Any, tmp_path: Path) -> Iterator[Any]:
    with once.copied(tmp_path / "b.romduol").opened() as here:
        yield here


def decide_all(book: Any, ruling: Ruling = Ruling.REPLACE) -> None:
    wanted = pseudonyms_ruling.Wanted(ruling)
    pseudonyms_ruling.decide_all(book, lambda _one: True, wanted, "")


def out_of(book: Any, to: Path, *aliases: str, **how: Any) -> tuple[Project, Sent]:
    sent = export_pseudonymised(book, to, aliases, **how)
    found = read(Package(io.BytesIO(to.read_bytes())))
    assert found.left == ()
    return found.project, sent


def test_while_a_name_is_undecided_nothing_is_written_or_logged(book: Any, tmp_path: Path) -> None:
    before = LogEntry.objects.count()
    with pytest.raises(NamesUndecided):
        export_pseudonymised(book, tmp_path / "a.qdpx")
    assert not (tmp_path / "a.qdpx").exists()
    assert (LogEntry.objects.count(), Handover.objects.count()) == (before, 0)


def said_in(path: Path) -> str:
    """Names and contents of all members, but for GUIDs: drawn, they may hold any digits."""
    with zipfile.ZipFile(path) as project:
        members = [(name, project.read(name).decode()) for name in project.namelist()]
    return _GUID.sub("", "\n".join(part for member in members for part in member))


def test_once_all_is_decided_nobody_is_named_and_the_codings_follow(
    book: Any, tmp_path: Path
) -> None:
    decide_all(book)
    project, sent = out_of(book, tmp_path / "a.qdpx")
    words = said_in(tmp_path / "a.qdpx")
    for gone in ("Zoqarim", "Testara", "Wexil", "៣៤៥", "345", "Lotus", "Jasmine", "interview 1",
                 "it happened", "2025", "worker", "Romduol"):  # fmt: skip
        assert gone not in words, gone
    assert [s.name for s in project.sources] == ["P01", "P02"]
    quotes = {s.text[x.start : x.end] for s in project.sources for x in s.selections}
    assert "ខ្ញុំឈប់បង្ហោះ" in quotes
    assert any(q.endswith("to the office") for q in quotes)
    assert any(q.strip(" ,") == "to the office. I was afraid" for q in quotes)
    assert [(x.fate) for x in sent.shortened] == [Fate.SHRUNK, Fate.DROPPED]
    assert [FIRST[x.start : x.end] for x in sent.shortened] == [SHEET[1][0], SHEET[2][0]]
    assert (sent.exported.selections, sent.exported.women) == (4, 2)


def test_a_place_is_told_by_its_province_in_the_codes_too(book: Any, tmp_path: Path) -> None:
    decide_all(book)
    project, _ = out_of(book, tmp_path / "a.qdpx")
    heading = next(code.guid for code in project.codes if code.label == "place")
    (province,) = [code for code in project.codes if code.parent == heading]
    assert province.label == "12"
    given = [c.code for s in project.sources for x in s.selections for c in x.codings]
    assert given.count(province.guid) == 1


def test_the_texts_that_left_are_in_the_log(book: Any, tmp_path: Path) -> None:
    decide_all(book)
    _, sent = out_of(book, tmp_path / "a.qdpx")
    assert {h.item.code for h in Handover.objects.all()} == {i.code for i in Item.objects.all()}
    assert {h.manifest_sha256 for h in Handover.objects.all()} == {sent.exported.sha256}
    assert {h.consent.scope for h in Handover.objects.all()} == {"cs.public_anon"}


def test_a_name_on_a_card_that_somebody_chose_to_keep_stops_the_export(
    book: Any, tmp_path: Path
) -> None:
    decide_all(book, Ruling.KEEP)
    with pytest.raises(SomebodyStillNamed):
        export_pseudonymised(book, tmp_path / "a.qdpx")
    assert not (tmp_path / "a.qdpx").exists()
    assert Handover.objects.count() == 0


@pytest.mark.parametrize(
    "label", ["The case of Testara Zoqarim", "rang 012-345-678", "as ming lotus"]
)
def test_a_name_in_a_code_stops_the_export(book: Any, tmp_path: Path, label: str) -> None:
    decide_all(book)
    codebooks.import_sheet(book, f"id,label\n,{label}\n".encode())
    with pytest.raises(SomebodyStillNamed):
        export_pseudonymised(book, tmp_path / "a.qdpx")
    assert not (tmp_path / "a.qdpx").exists()


def test_a_name_in_a_memo_stops_it_only_if_memos_were_asked_for(book: Any, tmp_path: Path) -> None:
    decide_all(book)
    item = Item.objects.first()
    memos.add(book, Target(item=item.code), "Mr. Dara Sokhom rang her", "a call")
    out_of(book, tmp_path / "a.qdpx")
    with pytest.raises((NotesNameSomebody, SomebodyStillNamed)):
        export_pseudonymised(book, tmp_path / "b.qdpx", wanted=Wanted(notes=True))
    assert not (tmp_path / "b.qdpx").exists()


def test_a_quiet_memo_comes_along_when_asked_for(book: Any, tmp_path: Path) -> None:
    decide_all(book)
    memos.add(book, Target(item=Item.objects.first().code), "she is brave", "thought")
    project, _ = out_of(book, tmp_path / "a.qdpx", wanted=Wanted(notes=True, cases=True))
    assert [(n.name, n.text) for n in project.notes] == [("N01", "she is brave")]
    assert {c.name for c in project.cases} == {"C01", "C02", "C03"}


def test_an_alias_goes_wherever_it_stands_even_in_unspaced_khmer(book: Any, tmp_path: Path) -> None:
    women.add(book, [WomanToAdd("មីងឈូក", (GIVEN,))])
    (tmp_path / "interview 3.txt").write_text(
        "W: ខ្ញុំឈ្មោះមីង\u200bឈូកនៅទីនេះ។ ming  lotus!\n", encoding="utf-8"
    )
    options = ReadingOptions(source="transcript")
    list(receiving.receive(book, [tmp_path / "interview 3.txt"], "មីងឈូក", options))
    decide_all(book)
    project, _ = out_of(book, tmp_path / "a.qdpx", "មីងឈូក")
    assert "ឈូក" not in project.sources[0].text
    assert "lotus" not in project.sources[0].text


def test_two_exports_share_no_identifier(book: Any, tmp_path: Path) -> None:
    decide_all(book)
    found = [out_of(book, tmp_path / name)[0] for name in ("a.qdpx", "b.qdpx")]
    ids = [{s.guid for p in [one] for s in (*p.sources, *p.codes, *p.users)} for one in found]
    assert not ids[0] & ids[1]


def test_it_needs_a_consent_of_its_own(book: Any, tmp_path: Path) -> None:
    decide_all(book)
    refused = Answer(("cs.public_anon",), "cm.written", date(2025, 6, 1), "cst.refused")
    women.consent(book, "Ming Lotus", refused)
    with pytest.raises(ConsentMissing):
        export_pseudonymised(book, tmp_path / "a.qdpx", ["Ming Lotus"])
    project, sent = out_of(book, tmp_path / "a.qdpx")
    assert (len(project.sources), sent.exported.without) == (1, 1)
    assert project.sources[0].text == SECOND.replace("Ming Lotus", "[…]")
    women.consent(book, "Ming Jasmine", refused)
    with pytest.raises(NothingToExport):
        export_pseudonymised(book, tmp_path / "b.qdpx")


def test_whoever_may_not_open_the_cards_cannot_export(
    filled: Any, tmp_path: Path, women: Any
) -> None:
    from romduol.desk import women as desk_women

    with filled.opened() as here:
        agreed = Answer(("cs.public_anon",), "cm.written", date(2025, 6, 1))
        desk_women.consent(here, women[1].alias, agreed)
    with filled.opened(filled.worker_words) as here, pytest.raises(CardsUnread):
        export_pseudonymised(here, tmp_path / "a.qdpx", [women[1].alias])
    assert not (tmp_path / "a.qdpx").exists()


def test_what_was_pseudonymised_comes_in_elsewhere_like_any_project(
    book: Any, tmp_path: Path
) -> None:
    decide_all(book)
    out_of(book, tmp_path / "a.qdpx")
    before = Coding.objects.count()
    done = exchanging.import_file(
        book, tmp_path / "a.qdpx", Owners("Ming Jasmine"), lambda *_: None
    )
    assert (done.left, done.unsure) == ((), 0)
    assert Coding.objects.count() == before + 4
