"""Coding projects pass between books and programs: the same spans, codes, incidents and memos."""

from __future__ import annotations

import io
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for test_canaries
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "casework" / "exchange"))
from refi_shapes import (
    CODES,
    QUOTES,
    SHAPES,
    TAGUETTE_QDC,
    TEXT,
    maxqda,
    opened,
    project,
    qualcoder,
    selections,
    text_source,
    zipped,
)

from romduol.casework.exchange.package import Package
from romduol.casework.exchange.reading import read
from romduol.desk import blinding, codebooks, exchanging, memos, studying, women
from romduol.desk.exchanging import NothingToExport, OwnerNeeded, Owners
from romduol.desk.memos import Target
from romduol.desk.opening import UnknownWoman
from romduol.desk.reading import OutputExists
from romduol.desk.women import Answer, ConsentMissing, WomanToAdd
from romduol.records.models import Coding, Handover, Incident, Item, LogEntry

GIVEN = Answer(("cs.write", "cs.evidence", "cs.team"), "cm.written", date(2025, 5, 10))
HERS = Owners("Ming Lotus")


def quiet(_done: int, _all: int) -> None:
    pass


@pytest.fixture
def book(empty: Any) -> Any:
    with empty.opened() as opened_:
        women.add(
            opened_, [WomanToAdd("Ming Lotus", (GIVEN,)), WomanToAdd("Ming Jasmine", (GIVEN,))]
        )
        yield opened_


def taken(
    book: Any, tmp_path: Path, data: bytes, owners: Owners = HERS, name: str = "a.qdpx"
) -> Any:
    file = tmp_path / name
    file.write_bytes(data)
    return exchanging.import_file(book, file, owners, quiet)


def words(book: Any) -> list[str]:
    """What each coding stands on, in the text that is in the book."""
    return [_text(book, row)[row.start : row.end] for row in Coding.objects.order_by("pk")]


def _text(book: Any, row: Coding) -> str:
    assert row.item is not None
    assert row.item.text is not None
    keys = book.identities(row.item.woman.code)
    return str(book.store.open_bytes(row.item.text.name, keys).decode())


def reasons(done: Any) -> dict[str, int]:
    told: Counter[str] = Counter()
    for one in done.left:
        told[one.why.removeprefix("qdpx.left.")] += one.count
    return dict(told)


@pytest.mark.parametrize("shape", SHAPES)
def test_another_programs_project_comes_in_with_every_span_on_its_words(
    book: Any, tmp_path: Path, shape: str
) -> None:
    done = taken(book, tmp_path, SHAPES[shape]())
    assert (done.codes, done.new_codes, done.sources) == (2, 2, 1)
    assert (done.selections, done.new_codings) == (4, 4)
    assert words(book) == list(QUOTES)
    labels = {c.id: c.label for c in codebooks.team(book).codes}
    assert [labels[r.code.term] for r in Coding.objects.order_by("pk")] == ["Harm", "ការភ័យខ្លាច"] * 2


def test_codings_from_outside_are_counted_nowhere(book: Any, tmp_path: Path) -> None:
    taken(book, tmp_path, qualcoder())
    assert Incident.objects.count() == 0
    assert studying.findings() == []


def test_the_same_file_again_adds_nothing(book: Any, tmp_path: Path) -> None:
    file = qualcoder()  # once: a zip made two seconds later has other bytes
    taken(book, tmp_path, file)
    held = (Item.objects.count(), Coding.objects.count(), codebooks.team(book))
    again = taken(book, tmp_path, file)
    assert (again.new_codes, again.new_codings, again.memos) == (0, 0, 0)
    assert (Item.objects.count(), Coding.objects.count(), codebooks.team(book)) == held


def test_the_project_file_is_kept_whole_beside_its_texts(book: Any, tmp_path: Path) -> None:
    done = taken(book, tmp_path, maxqda())
    assert reasons(done) == {"media_uncoded": 1}
    sizes = {item.code: item.size for item in Item.objects.all()}
    assert set(done.items) == set(sizes)
    assert sorted(sizes.values()) == sorted([len(maxqda()), len(TEXT.encode()), len(b"sound")])


@pytest.mark.parametrize("stop_at", [1, 2])
def test_an_interrupted_import_is_finished_by_importing_again(
    book: Any, tmp_path: Path, stop_at: int
) -> None:
    def interrupted(done: int, _all: int) -> None:
        if done == stop_at:
            raise KeyboardInterrupt

    file = tmp_path / "a.qdpx"
    file.write_bytes(maxqda())
    with pytest.raises(KeyboardInterrupt):
        exchanging.import_file(book, file, HERS, interrupted)
    assert Coding.objects.count() == 0
    done = exchanging.import_file(book, file, HERS, quiet)
    assert (done.sources, done.new_codings, done.new_codes) == (1, 4, 0)
    assert words(book) == list(QUOTES)
    assert Item.objects.count() == 3


def test_notes_become_memos_and_the_codebook_change_can_be_undone(
    book: Any, tmp_path: Path
) -> None:
    done = taken(book, tmp_path, qualcoder())
    assert done.memos == 1
    assert [(m.title, m.text) for m in memos.listed(book)] == [("Journal", "What I think")]
    codebooks.undo(book)
    assert codebooks.team(book).codes == ()


def test_coders_are_told_apart_and_named_nowhere_in_the_index(book: Any, tmp_path: Path) -> None:
    taken(book, tmp_path, qualcoder())
    (coder,) = set(Coding.objects.values_list("coder_mac", flat=True))
    assert len(coder) == 64
    assert Coding.objects.first().at.isoformat() == "2025-06-16T17:13:37+00:00"


def test_a_codebook_alone_comes_in_and_goes_out(book: Any, tmp_path: Path) -> None:
    done = taken(book, tmp_path, TAGUETTE_QDC, Owners(), "codes.qdc")
    assert (done.codes, done.new_codes, done.sources) == (2, 2, 0)
    assert exchanging.export_codebook(book, tmp_path / "out.qdc") == 2
    again = taken(book, tmp_path, (tmp_path / "out.qdc").read_bytes(), Owners(), "again.qdc")
    assert (again.codes, again.new_codes) == (2, 0)


def test_each_source_goes_to_the_woman_it_is_said_to_be_of(book: Any, tmp_path: Path) -> None:
    done = taken(book, tmp_path, maxqda(), Owners(by_name={"RTF": "Ming Jasmine"}))
    assert reasons(done) == {"media_uncoded": 1, "no_woman": 1, "file": 1}
    assert {item.woman.alias for item in Item.objects.all()} == {"Ming Jasmine"}
    _, share = Item.objects.order_by("pk")  # not the file itself: it may hold others' words
    words_ = book.store.open_bytes(share.original.name, book.identities(share.woman.code))
    assert b"VideoSource" not in words_
    assert words_.count(b"<PlainTextSelection") == len(QUOTES)


def test_a_project_of_codes_alone_needs_nobody(book: Any, tmp_path: Path) -> None:
    done = taken(book, tmp_path, zipped({"Any name.qde": project("", "ATLAS.ti")}), Owners())
    assert (done.new_codes, done.items, done.left) == (2, (), ())


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd.txt"), ("C:\\x\\talk.TXT", "talk.TXT"), ("", "source.txt"),
     ("a\nb\x00", "ab.txt"), ("..", "source.txt"), ("ភ័យ", "ភ័យ.txt")],
)  # fmt: skip
def test_a_sources_name_becomes_a_plain_file_name(name: str, kept: str) -> None:
    from romduol.desk.exchange_in import _file_name

    assert _file_name(name, ".txt") == kept


def test_without_a_word_on_whose_it_is_nothing_is_taken(book: Any, tmp_path: Path) -> None:
    with pytest.raises(OwnerNeeded):
        taken(book, tmp_path, qualcoder(), Owners())
    with pytest.raises(UnknownWoman):
        taken(book, tmp_path, qualcoder(), Owners("Nobody"))
    assert (Item.objects.count(), codebooks.team(book).codes) == (0, ())


def test_without_her_consent_nothing_is_taken(book: Any, tmp_path: Path) -> None:
    refused = Answer(("cs.write",), "cm.written", date(2025, 6, 1), "cst.refused")
    women.consent(book, "Ming Lotus", refused)
    with pytest.raises(ConsentMissing):
        taken(book, tmp_path, qualcoder())
    assert (Item.objects.count(), codebooks.team(book).codes) == (0, ())


# out, and in again


def exported(book: Any, to: Path, *aliases: str, **how: Any) -> Any:
    return exchanging.export(book, to, aliases, **how)


def test_a_book_exported_and_imported_elsewhere_exports_the_same_bytes(
    filled: Any, empty: Any, tmp_path: Path
) -> None:
    """Incidents, dates, codes of the vocabulary, coders, memos: all of it comes back."""
    first, second = tmp_path / "one.qdpx", tmp_path / "two.qdpx"
    with filled.opened() as here:
        item = Item.objects.filter(text__isnull=False).first()
        memos.add(here, Target(item=item.code), "she spoke for an hour", "on her")
        coded = blinding.id_of(Coding.objects.exclude(item=None).first())
        memos.add(here, Target(coding=coded), "see this")
        told = exported(here, first)
        facts = _facts()
    with empty.opened() as there:
        project = opened(first.read_bytes()).project
        aliases = [case.name for case in project.cases if case.sources]
        scopes = Answer(("cs.write", "cs.evidence", "cs.team"), "cm.written", date(2025, 5, 10))
        women.add(there, [WomanToAdd(alias, (scopes,)) for alias in aliases])
        done = taken(there, tmp_path, first.read_bytes(), Owners(by_name={a: a for a in aliases}))
        assert reasons(done) == {"file": 1}  # several women: it is kept nowhere
        assert (done.sources, done.selections) == (told.sources, told.selections)
        assert _facts() == facts
        exported(there, second)
    assert first.read_bytes() == second.read_bytes()


def _facts() -> Any:
    rows = Coding.objects.select_related("incident", "code", "item").order_by("pk")
    codings = Counter(
        (r.code.scheme, r.code.term, r.start, r.end, r.incident.when if r.incident else None,
         r.item.text_sha256 if r.item else "", bool(r.coder_mac))
        for r in rows
    )  # fmt: skip
    return codings, [(c.scheme, c.term, c.women and len(c.women), len(c.incidents), len(c.acts))
                     for c, _ in studying.findings()]  # fmt: skip


def test_exporting_twice_gives_the_same_bytes(filled: Any, tmp_path: Path) -> None:
    with filled.opened() as here:
        exported(here, tmp_path / "one.qdpx")
        exported(here, tmp_path / "two.qdpx")
    assert (tmp_path / "one.qdpx").read_bytes() == (tmp_path / "two.qdpx").read_bytes()


def test_what_is_exported_is_valid_and_read_without_remark(filled: Any, tmp_path: Path) -> None:
    with filled.opened() as here:
        told = exported(here, tmp_path / "one.qdpx")
    found = read(Package(io.BytesIO((tmp_path / "one.qdpx").read_bytes())))
    assert found.left == ()
    assert all(p.sure for p in found.placed.values())
    assert sum(p.checked for p in found.placed.values()) == told.selections > 5


def test_every_text_that_left_is_in_the_log_and_in_what_she_is_told_on_withdrawal(
    filled: Any, tmp_path: Path, women: Any
) -> None:
    with filled.opened() as here:
        before = LogEntry.objects.count()
        told = exported(here, tmp_path / "one.qdpx", women[0].alias)
        (left,) = Handover.objects.all()
        assert (left.item.woman.alias, left.manifest_sha256) == (women[0].alias, told.sha256)
        entries = LogEntry.objects.filter(index__gte=before)
        assert [b"hand-over" in bytes(e.leaf) for e in entries if e.subject == left.item.code] == [
            True
        ]
        from romduol.desk.withdrawing import already_sent

        assert left.bag in {s.what for s in already_sent(here, left.item.woman)}


def test_only_texts_of_women_who_agreed_leave(filled: Any, tmp_path: Path, women: Any) -> None:
    from romduol.desk import women as desk_women

    with filled.opened() as here:
        refused = Answer(("cs.team",), "cm.written", date(2025, 6, 1), "cst.refused")
        desk_women.consent(here, women[0].alias, refused)
        told = exported(here, tmp_path / "one.qdpx")
        assert (told.women, told.without) == (2, 1)
        assert women[0].word("said").encode() not in (tmp_path / "one.qdpx").read_bytes()
        with pytest.raises(ConsentMissing):
            exported(here, tmp_path / "two.qdpx", women[0].alias)
        with pytest.raises(ConsentMissing):
            exported(here, tmp_path / "two.qdpx", women[1].alias, receiver="somebody else")
        with pytest.raises(OutputExists):
            exported(here, tmp_path / "one.qdpx")
        told = exported(
            here, tmp_path / "two.qdpx", women[1].alias, receiver=women[1].word("receiver")
        )
        assert told.women == 1


def test_what_is_being_double_coded_stays_in(filled: Any, tmp_path: Path, women: Any) -> None:
    from romduol.desk import blinding as rounds

    with filled.opened() as here:
        whole = exported(here, tmp_path / "one.qdpx").selections
        item = Item.objects.get(text__isnull=False, woman__alias=women[1].alias)
        before = exported(here, tmp_path / "hers.qdpx", women[1].alias).selections
        rounds.start(here, [item.code], ["desk one", "field worker"], rounds.PARAGRAPHS)
        assert exported(here, tmp_path / "two.qdpx").selections == whole - before < whole
        file = tmp_path / "one.qdpx"
        owners = Owners(by_name={w.alias: w.alias for w in women})
        done = exchanging.import_file(here, file, owners, quiet)
        assert reasons(done) == {"in_round": before, "file": 1}


def test_the_book_is_whole_after_an_import(book: Any, tmp_path: Path) -> None:
    from romduol.desk import checking

    taken(book, tmp_path, qualcoder())
    assert not checking.check(book).problems


CANARIES = ("zqproject", "zquser", "zqcode", "zqmeaning", "zqsource", "zqnote", "zqtitle", "zqcase",
            "zqselection", "zqsaid", "zqset")  # fmt: skip


def test_no_word_of_a_project_stands_outside_sealed_objects(empty: Any, tmp_path: Path) -> None:
    from test_canaries import decrypted_index, everything_in, found

    text = TEXT.replace("afraid", "afraid zqsaid")
    inside = f"<PlainTextContent>{text}</PlainTextContent>" + selections(
        text, QUOTES, lambda _t, at: at, lambda _q: "zqselection"
    )
    sources = text_source("", f"<Description>zqnote</Description>{inside}", "zqsource")
    cases = f'<Cases><Case guid="{CODES[0]}" name="zqcase"/></Cases>'
    sets = f'<Sets><Set guid="{CODES[0]}" name="zqset"/></Sets>'
    notes = (
        f'<Notes><Note guid="{CODES[1]}" name="zqtitle"><PlainTextContent>zqnote on all'
        "</PlainTextContent></Note></Notes>"
    )
    xml = project(cases + sources + notes + sets, "zqprogram").decode()
    xml = xml.replace('name="Study"', 'name="zqproject"').replace("A. Analyst", "zquser")
    xml = xml.replace('name="Harm"', 'name="zqcode"').replace("What was done", "zqmeaning")
    with empty.opened() as here:
        women.add(here, [WomanToAdd("Ming Lotus", (GIVEN,))])
        taken(here, tmp_path, zipped({"project.qde": xml.encode()}))
        exported(here, tmp_path / "out.qdpx")
        out = (tmp_path / "out.qdpx").read_bytes()
        assert [w for w in CANARIES if w.encode() in out] == [
            "zqcode", "zqmeaning", "zqsource", "zqnote", "zqtitle", "zqsaid"]  # fmt: skip
        assert found([*CANARIES, "zqprogram"], decrypted_index(here)) == []
    assert found([*CANARIES, "zqprogram"], everything_in(empty.folder)) == []


def test_with_nobody_who_agreed_there_is_no_file(book: Any, tmp_path: Path) -> None:
    with pytest.raises(NothingToExport):
        exported(book, tmp_path / "one.qdpx")
    assert not (tmp_path / "one.qdpx").exists()
