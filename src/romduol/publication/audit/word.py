"""A finished Word document, read back from its XML: its words, claims, tables, figures, properties.

Reads the parts themselves (ECMA-376-1) and nothing through the library that wrote them. A part that
a report never has - a comment, a tracked change, a link outside - refuses the whole.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/core\.xml|word/_rels/document\.xml\.rels|"
    r"word/(?:document|fontTable|footer1|numbering|settings|styles|webSettings|theme/theme1)\.xml|"
    r"word/media/image\d+\.png"
)
_NEVER = frozenset(
    f"{_W}{tag}" for tag in ("ins", "del", "commentReference", "hyperlink", "object")
)
_TOLD = frozenset({"title", "language"})


class DocumentBroken(ValueError):
    """Not the kind of document our writer makes."""


@dataclass
class WordReport:
    """What a reader of the document meets. ``own`` is the text outside quotes, ``hers`` within."""

    own: str = ""
    hers: str = ""
    properties: str = ""
    claims: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)
    since: dict[str, str] = field(default_factory=dict)  # what stands under each table
    pictures: int = 0


def read(content: bytes) -> WordReport:
    """The document. Raises ``DocumentBroken`` or what ZIP and XML raise when it cannot be read."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        if not all(map(_PARTS.fullmatch, names)) or len(set(names)) != len(names):
            raise DocumentBroken("parts")
        parts = {name: package.read(name) for name in names}
    if any(b'TargetMode="External"' in part for name, part in parts.items() if "rels" in name):
        raise DocumentBroken("a link outside")
    if any(entry.date_time != (1980, 1, 1, 0, 0, 0) for entry in package.infolist()):
        raise DocumentBroken("a time")
    report = WordReport(pictures=sum(name.endswith(".png") for name in names))
    report.properties = _properties(fromstring(parts["docProps/core.xml"]))
    report.own = _text(fromstring(parts["word/footer1.xml"])) + "\n"
    _body(report, fromstring(parts["word/document.xml"]))
    return report


def _properties(core: Element) -> str:
    if {child.tag.rpartition("}")[2] for child in core} - _TOLD:
        raise DocumentBroken("properties")
    return "\n".join(child.text or "" for child in core)


def _body(report: WordReport, document: Element) -> None:
    if any(element.tag in _NEVER for element in document.iter()):
        raise DocumentBroken("a change, a comment or a link")
    table = ""
    for block in document[0]:
        if block.tag == f"{_W}p":
            table = _paragraph(report, block) or table
        elif block.tag == f"{_W}tbl":
            if not table:
                raise DocumentBroken("a table without a name")
            rows = [list(_cells(row)) for row in block.iter(f"{_W}tr")]
            report.own += "\n".join("\n".join(row) for row in rows) + "\n"
            report.tables[table] = _beside(report.tables.get(table), rows)
            table = ""
        elif block.tag != f"{_W}sectPr":
            raise DocumentBroken(block.tag)


def _beside(before: list[list[str]] | None, rows: list[list[str]]) -> list[list[str]]:
    """A further part of a table: the same rows, more columns."""
    if before is None:
        return rows
    if [row[0] for row in before] != [row[0] for row in rows]:
        raise DocumentBroken("parts of a table with other rows")
    return [[*row, *more[1:]] for row, more in zip(before, rows, strict=True)]


def _paragraph(report: WordReport, line: Element) -> str:
    """Take a paragraph in; the id of the table it stands over, if any."""
    text = _text(line)
    style = line.find(f"{_W}pPr/{_W}pStyle")
    if style is not None and style.get(f"{_W}val") == "Quote":
        report.hers += f"{text}\n"
    else:
        report.own += f"{text}\n"
    for picture in line.iter(f"{_WP}docPr"):
        name, told = picture.get("name", ""), picture.get("descr", "")
        report.figures[name.removeprefix("figure_")] = told
        report.own += f"{told}\n"
    table = ""
    for mark in line.iter(f"{_W}bookmarkStart"):
        kind, id_, _ = mark.get(f"{_W}name", "").split("_")
        if kind == "claim":
            report.claims.setdefault(id_, []).append(text)
        elif kind == "since":
            report.since[id_] = f"{report.since.get(id_, '')}\n{text}"
        else:
            table = id_
    return table


def _cells(row: Element) -> Iterator[str]:
    return (_text(cell) for cell in row.iter(f"{_W}tc"))


def _text(element: Element) -> str:
    return "".join(run.text or "" for run in element.iter(f"{_W}t"))
