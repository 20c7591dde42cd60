"""Excel workbooks written part by part, so that a test says every byte of what it tries."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" '
    'formatCode="[$-409]d\\-mmm\\-yy;@"/></numFmts><cellXfs count="4"><xf numFmtId="0"/>'
    '<xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)

Cells = Sequence[str]  # each the XML of one cell


def packed(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def inline(text: str, place: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def sheet_of(rows: Sequence[Cells]) -> str:
    body = "".join(f'<row r="{n}">{"".join(cells)}</row>' for n, cells in enumerate(rows, start=1))
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def parts_of(
    sheets: dict[str, str], strings: Sequence[str] = (), settings: str = ""
) -> dict[str, str]:
    """The parts of a workbook whose sheets are given as XML, by title."""
    listed = "".join(
        f'<sheet name="{escape(title)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, title in enumerate(sheets, start=1)
    )
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    targets += [("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")]
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    parts = {
        "[Content_Types].xml": HEAD,
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{settings}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}">{related}'
        "</Relationships>",
        "xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{MAIN}">{"".join(strings)}</sst>',
        "xl/styles.xml": _STYLES,
    }
    return parts | {
        f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(sheets.values(), start=1)
    }


def simple(sheets: dict[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook of plain strings."""
    made = {
        title: sheet_of([
            [inline(text, f"{_letters(column)}{n}") for column, text in enumerate(row) if text]
            for n, row in enumerate(rows, start=1)
        ])
        for title, rows in sheets.items()
    }  # fmt: skip
    return packed(parts_of(made))


def _letters(column: int) -> str:
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)
