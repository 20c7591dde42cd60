"""The Word document: real headings and tables, Khmer marked as Khmer, and read again at the end."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from romduol.casebook.codes import Study
from romduol.casebook.troubles import Trouble
from romduol.publication.audit import audit
from romduol.publication.audit import word as words
from romduol.publication.bundle import render
from romduol.publication.options import PublishOptions
from romduol.publication.report import Composed, compose

Build = Callable[..., Study]
Ask = Callable[..., PublishOptions]
BOTH = ("en", "km")
QUOTE = "they said: បើអ្នកបង្ហោះទៀត you will see"


@pytest.fixture(scope="module")
def composed(study: Build, options: Ask) -> Composed:
    told = [(w, [("impact", "imp.fear"), ("retreat", "ret.3")]) for w in range(30)]
    told += [(w, [("impact", "imp.mind"), ("retreat", "ret.1")]) for w in range(30, 44)]
    built = study(60, told)
    quoted = tuple(
        replace(c, quote=QUOTE, quote_allowed=True) if at == 0 else c
        for at, c in enumerate(built.codings)
    )
    return compose(replace(built, codings=quoted), options("impact", "retreat"))


@pytest.fixture(scope="module")
def files(composed: Composed) -> dict[str, bytes]:
    return render(composed, BOTH, [])


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def repacked(content: bytes, changed: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, part in (parts(content) | changed).items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part)
    return out.getvalue()


@pytest.mark.parametrize("lang", BOTH)
def test_headings_lists_and_tables_are_what_they_look_like(
    composed: Composed, files: dict[str, bytes], lang: str
) -> None:
    document = docx.Document(io.BytesIO(files[f"report.{lang}.docx"]))
    styles = [line.style.name for line in document.paragraphs]
    assert styles[0] == "Title"
    assert styles.count("Heading 1") == len(composed.report.sections)
    assert {"Heading 2", "List Bullet", "Quote", "Caption"} <= set(styles)
    assert len(document.tables) == len(composed.tables)
    for table in document.tables:
        (head, *rest) = (row._tr.trPr.findall(qn("w:tblHeader")) for row in table.rows)
        assert head
        assert not any(rest)


@pytest.mark.parametrize("lang", BOTH)
def test_every_khmer_run_is_marked_as_khmer_and_no_other_is(
    files: dict[str, bytes], lang: str
) -> None:
    document = docx.Document(io.BytesIO(files[f"report.{lang}.docx"]))
    cells = (cell for table in document.tables for row in table.rows for cell in row.cells)
    lines = [*document.paragraphs, *(line for cell in cells for line in cell.paragraphs)]
    runs = [run for line in lines for run in line.runs if run.text.strip()]
    assert len(runs) > 100
    for run in runs:
        khmer = re.search(r"[\u1780-\u17ff]", run.text) is not None
        assert (run.font.complex_script is True) is khmer, run.text
        properties = run._r.rPr
        assert properties.find(qn("w:lang")).get(qn("w:bidi")) == "km-KH"
        assert properties.find(qn("w:szCs")) is not None
        fonts = properties.find(qn("w:rFonts"))
        named = [fonts.get(qn(f"w:{which}")) for which in ("ascii", "hAnsi", "cs")]
        assert named == ["Noto Sans", "Noto Sans", "Noto Sans Khmer"]
    assert any(re.search(r"[\u1780-\u17ff]", run.text) for run in runs)


def test_a_quote_stands_there_whole_in_both_scripts(files: dict[str, bytes]) -> None:
    for lang in BOTH:
        assert QUOTE in words.read(files[f"report.{lang}.docx"]).hers


@pytest.mark.parametrize("lang", BOTH)
def test_figures_are_described_and_their_numbers_are_in_the_description(
    composed: Composed, files: dict[str, bytes], lang: str
) -> None:
    found = words.read(files[f"report.{lang}.docx"])
    assert set(found.figures) == {"f1", "f2"}
    assert found.pictures == 2
    assert ("៣០" if lang == "km" else "Fear: 30") in found.figures["f1"]


def test_the_properties_hold_a_title_and_a_language_and_nothing_else(
    files: dict[str, bytes],
) -> None:
    for lang in BOTH:
        content = files[f"report.{lang}.docx"]
        properties = docx.Document(io.BytesIO(content)).core_properties
        assert properties.title
        assert properties.language == lang
        assert (properties.author, properties.last_modified_by, properties.comments) == ("",) * 3
        assert properties.created is properties.modified is None
        assert not any(name.startswith(("customXml", "docProps/app")) for name in parts(content))
        assert b"python-docx" not in b"".join(parts(content).values())


def test_the_same_report_gives_the_same_document(
    composed: Composed, files: dict[str, bytes]
) -> None:
    again = render(composed, BOTH, [])
    assert all(again[f"report.{lang}.docx"] == files[f"report.{lang}.docx"] for lang in BOTH)


DOCUMENT = "word/document.xml"


@pytest.mark.parametrize(("lang", "old", "new"), [
    ("en", "30 of the 60 women", "31 of the 60 women"),
    ("en", "(50 %)", "(51 %)"),
    ("en", "Fear: 30;", "Fear: 3;"),
    ("en", ">30</w:t>", ">31</w:t>"),
    ("en", ">withheld</w:t>", ">3</w:t>"),
    ("en", "A woman may tell", "Every woman may tell"),
    ("en", "A woman may tell", "59 of 60 tell"),
    ("en", "claim_c001_", "claim_c999_"),
    ("en", "table_t1_", "table_t2_"),
    ("en", "figure_f1", "figure_f9"),
    ("en", "<w:body>", "<w:body><w:ins/>"),
    ("en", "</w:document>", ""),
    ("km", "៣០ នាក់", "៣១ នាក់"),
])  # fmt: skip
def test_a_fault_in_the_finished_document_stops_the_release(
    composed: Composed, files: dict[str, bytes], lang: str, old: str, new: str
) -> None:
    name = f"report.{lang}.docx"
    text = parts(files[name])[DOCUMENT].decode()
    assert old in text
    broken = repacked(files[name], {DOCUMENT: text.replace(old, new, 1).encode()})
    with pytest.raises(Trouble):
        audit({**files, name: broken}, composed, BOTH, [])


@pytest.mark.parametrize("changed", [
    {"word/comments.xml": b"<x/>"},
    {"docProps/core.xml": b'<a xmlns:d="d"><d:creator>Somebody</d:creator></a>'},
    {"word/_rels/document.xml.rels": b'<a TargetMode="External"/>'},
])  # fmt: skip
def test_a_part_that_could_carry_a_name_stops_the_release(
    composed: Composed, files: dict[str, bytes], changed: dict[str, bytes]
) -> None:
    broken = repacked(files["report.en.docx"], changed)
    with pytest.raises(Trouble):
        audit({**files, "report.en.docx": broken}, composed, BOTH, [])


def test_an_alias_in_the_document_stops_the_release(
    composed: Composed, files: dict[str, bytes]
) -> None:
    text = parts(files["report.en.docx"])[DOCUMENT].decode().replace("Fear", "Ming Jasmine")
    broken = repacked(files["report.en.docx"], {DOCUMENT: text.encode()})
    with pytest.raises(Trouble):
        audit({**files, "report.en.docx": broken}, composed, BOTH, ["Ming Jasmine"])


@pytest.mark.slow
def test_libreoffice_opens_it_and_sets_every_claim(
    composed: Composed, files: dict[str, bytes], tmp_path: Path
) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    import pypdf

    (tmp_path / "report.docx").write_bytes(files["report.en.docx"])
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    call = [soffice, profile, "--headless", "--convert-to", "pdf", "report.docx"]
    subprocess.run(call, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    pages = pypdf.PdfReader(tmp_path / "report.pdf").pages
    text = "".join("".join(page.extract_text() for page in pages).split())
    for claim in composed.claims:
        assert "".join(dict(claim.wording)["en"].split()) in text
