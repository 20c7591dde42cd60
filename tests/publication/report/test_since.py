"""A number told before and withheld now: marked in every format, with what stood there last."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pypdf
import pytest

from romduol.casebook.claims import Unit
from romduol.casebook.codes import Study
from romduol.publication import bundle
from romduol.publication.audit import audit
from romduol.publication.audit.troubles import NumberDiffers
from romduol.publication.disclosure.ledger import Ledger
from romduol.publication.options import PublishOptions
from romduol.publication.report import Composed, compose, pdf

Build = Callable[..., Study]
Ask = Callable[..., PublishOptions]
BOTH = ("en", "km")
LAST = {"en": "Last printed in release r0: Fear: 40;", "km": "r0៖ ការភ័យខ្លាច: ៤០;"}


@pytest.fixture(scope="module")
def composed(study: Build, options: Ask) -> Composed:
    """Forty incidents of fear; then one more, so that a number would show her who came last."""
    told = [(n % 30, [("impact", "imp.fear" if n < 40 else "imp.mind")]) for n in range(60)]
    asked = replace(options("impact", unit=Unit.INCIDENTS), release="r0")
    first = compose(study(30, told), asked).edition
    assert first is not None
    told += [(30 + n, [("impact", "imp.mind" if n else "imp.fear")]) for n in range(12)]
    return compose(study(42, told), replace(asked, release="r1", ledger=Ledger((first,))))


@pytest.fixture(scope="module")
def files(composed: Composed) -> dict[str, bytes]:
    """Every file, after the second look has found nothing wrong."""
    return bundle.render(composed, BOTH, ())


def document(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read("word/document.xml").decode()


@pytest.mark.parametrize("lang", BOTH)
def test_the_page_marks_the_gap_and_says_under_the_table_what_stood_there(
    files: dict[str, bytes], lang: str
) -> None:
    page = files[f"report.{lang}.html"].decode()
    cells = dict(re.findall(r'<tr data-row="([^"]*)">.*?<td[^>]*>([^<]*)</td>', page))
    assert cells["imp.fear"].endswith("*")
    assert cells["imp.mind"] in ("31", "៣១")
    [below] = re.findall(r'<p class="note since" data-since="t1">(.*?)</p>', page)
    assert LAST[lang] in below


@pytest.mark.parametrize("lang", BOTH)
def test_the_word_document_says_the_same(
    files: dict[str, bytes], composed: Composed, lang: str
) -> None:
    written = document(files[f"report.{lang}.docx"])
    words = "".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", written))
    assert LAST[lang] in words
    gaps = sum(cell.since is not None for cell in composed.tables[0].cells)
    assert words.count("*") == gaps + 1  # in the cells and before the note


def test_the_pdf_says_the_same(files: dict[str, bytes]) -> None:
    reader = pypdf.PdfReader(io.BytesIO(files["report.en.pdf"]))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "withheld*" in text
    assert LAST["en"] in text


@pytest.mark.parametrize(("old", "new"), [
    (b"Fear: 40;", b"Fear: 41;"),
    (b"Fear: 40;", b"Fear: 40; Fear: 3;"),
    (b"Fear: 40;", b"Distress: 40;"),
    (b"withheld*<", b"withheld<"),
    (b"<td>31<", b"<td>31*<"),
    (b"<td>0<", b"<td>0*<"),
])  # fmt: skip
def test_another_number_name_or_mark_on_the_page_stops_the_release(
    files: dict[str, bytes], composed: Composed, old: bytes, new: bytes
) -> None:
    page = files["report.en.html"]
    assert old in page
    with pytest.raises(NumberDiffers):
        audit({**files, "report.en.html": page.replace(old, new, 1)}, composed, BOTH, ())


def test_another_number_in_the_word_document_stops_the_release(
    files: dict[str, bytes], composed: Composed
) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(files["report.km.docx"])) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "word/document.xml":
                assert "៤០".encode() in part
                part = part.replace("៤០".encode(), "៤១".encode())
            new.writestr(entry, part)
    with pytest.raises(NumberDiffers):
        audit({**files, "report.km.docx": out.getvalue()}, composed, BOTH, ())


def test_a_pdf_without_the_note_stops_the_release(
    files: dict[str, bytes], composed: Composed
) -> None:
    """The table of the first release, in which the number still stood, has no note."""
    table = composed.tables[0]
    plain = replace(table, cells=tuple(replace(cell, since=None) for cell in table.cells))
    sections = tuple(
        replace(
            section,
            blocks=tuple(
                replace(b, table=plain) if getattr(b, "table", None) is table else b
                for b in section.blocks
            ),
        )
        for section in composed.report.sections
    )
    without = pdf.write(replace(composed.report, sections=sections), "en")
    with pytest.raises(NumberDiffers):
        audit({**files, "report.en.pdf": without}, composed, BOTH, ())
