"""How the Word document looks, and the parts of WordprocessingML that python-docx has no word for.

Sections named are those of ECMA-376-1 (5th edition).
"""

from __future__ import annotations

import re

from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

LATIN, KHMER = "Noto Sans", "Noto Sans Khmer"
_LANGUAGE = "en-GB"
_BIDI = "km-KH"
_INK, _SOFT, _LEAF = (
    RGBColor(0x23, 0x20, 0x1C),
    RGBColor(0x5B, 0x55, 0x4C),
    RGBColor(0x2F, 0x5D, 0x50),
)
_TEXT_WIDTH = 15.8  # centimetres between the margins of the page
_LOOKS = {  # style: size, colour, bold, points above, points below
    "Normal": (10.5, _INK, False, 0, 6),
    "Title": (24, _INK, True, 0, 6),
    "Subtitle": (12, _SOFT, False, 0, 4),
    "Heading 1": (15, _LEAF, True, 22, 8),
    "Heading 2": (11.5, _INK, True, 14, 6),
    "List Bullet": (10.5, _INK, False, 0, 4),
    "Quote": (10.5, _SOFT, False, 2, 6),
    "Caption": (9.5, _SOFT, False, 4, 6),
}
# Khmer with the spaces within it, or anything else
_K = "\u1780-\u17ff\u200b"
_SCRIPTS = re.compile(f"(?P<khmer>[{_K}]+(?: +[{_K}]+)*)|[^{_K}]+")


def dress(document: Doc, lang: str) -> None:
    """Fonts, sizes and colours of every style used, and an A4 page."""
    for name, (size, colour, bold, above, below) in _LOOKS.items():
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        style.font.size, style.font.color.rgb = Pt(size), colour
        style.font.bold = style.font.cs_bold = bold
        style.font.italic = style.font.cs_italic = False
        style.paragraph_format.space_before = Pt(above)
        style.paragraph_format.space_after = Pt(below)
        style.paragraph_format.line_spacing = 1.5 if lang == "km" else 1.25
        _fonts(style.element.get_or_add_rPr(), size)
        _without_rules(style)
    document.styles["Quote"].paragraph_format.left_indent = Cm(0.9)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.6)
    page.top_margin = page.bottom_margin = Cm(2.5)


def _without_rules(style: ParagraphStyle) -> None:
    """No line under the title, as the template has it."""
    properties = style.element.get_or_add_pPr()
    for rule in properties.findall(qn("w:pBdr")):
        properties.remove(rule)


def _fonts(properties: BaseOxmlElement, size: float) -> None:
    """Font and size for Latin and for complex scripts (17.3.2.26, 17.3.2.39), no theme's."""
    kept = {qn(f"w:{name}") for name in ("b", "bCs", "i", "iCs", "color", "sz")}
    properties[:] = [child for child in properties if child.tag in kept]
    properties.append(_fonts_element())
    properties.append(_element("w:szCs", val=str(round(size * 2))))
    _in_order(properties)


def _fonts_element() -> BaseOxmlElement:
    return _element("w:rFonts", ascii=LATIN, hAnsi=LATIN, eastAsia=LATIN, cs=KHMER)


def _element(tag: str, **values: str) -> BaseOxmlElement:
    made = OxmlElement(tag)
    for name, value in values.items():
        made.set(qn(f"w:{name}"), value)
    return made


def say(line: Paragraph, text: str, lang: str, *, bold: bool = False, size: float = 0) -> None:
    """Add ``text`` to a paragraph, a run for each stretch of one script."""
    style = line.style
    points = size or _LOOKS.get(style.name or "" if style else "", _LOOKS["Normal"])[0]
    for stretch in _SCRIPTS.finditer(text.replace("\n", " ").replace("\r", " ")):
        run = line.add_run(stretch[0])
        if size:
            run.font.size = Pt(size)
        _scripted(run, points, khmer=stretch["khmer"] is not None, bold=bold, lang=lang)


def _scripted(run: Run, size: float, *, khmer: bool, bold: bool, lang: str) -> None:
    """Script, fonts, weight, size and language of one run, in the order the schema wants."""
    properties = run._r.get_or_add_rPr()  # noqa: SLF001  (python-docx has no other door)
    properties.insert(0, _fonts_element())
    if bold:
        run.font.bold = True
        run.font.cs_bold = True
    if khmer:
        run.font.complex_script = True
    properties.append(_element("w:szCs", val=str(round(size * 2))))
    properties.append(_element("w:lang", val=_LANGUAGE, bidi=_BIDI))
    _in_order(properties)


_ORDER = ("rStyle", "rFonts", "b", "bCs", "i", "iCs", "color", "sz", "szCs", "rtl", "cs", "lang")


def _in_order(properties: BaseOxmlElement) -> None:
    """Sort the properties as 17.3.2.28 lists them; Word refuses other orders."""
    names = {qn(f"w:{name}"): place for place, name in enumerate(_ORDER)}
    properties[:] = sorted(properties, key=lambda child: names[str(child.tag)])


def bookmark(line: Paragraph, name: str, id_: int) -> None:
    """Name a paragraph (17.13.6); names are unique in a document."""
    start = _element("w:bookmarkStart", id=str(id_), name=name)
    properties = line._p.pPr  # noqa: SLF001
    line._p.insert(0 if properties is None else 1, start)  # noqa: SLF001
    line._p.append(_element("w:bookmarkEnd", id=str(id_)))  # noqa: SLF001


def describe(line: Paragraph, name: str, told: str) -> None:
    """Name the picture in a paragraph and say what it shows (20.4.2.5)."""
    for properties in line._p.iter(qn("wp:docPr"), qn("pic:cNvPr")):  # noqa: SLF001
        properties.set("name", name)
        properties.set("descr", told)


def ruled(grid: Table, caption: str) -> None:
    """Lines between rows, a header row that repeats, rows that stay whole, a name (17.4)."""
    properties = grid._tbl.tblPr  # noqa: SLF001
    properties.append(_borders())
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
        properties.append(look)
    properties.append(_element("w:tblCaption", val=caption))
    for place, row in enumerate(grid.rows):
        kept = row._tr.get_or_add_trPr()  # noqa: SLF001
        kept.append(_element("w:cantSplit"))
        if place == 0:
            kept.append(_element("w:tblHeader"))


def _borders() -> BaseOxmlElement:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(_element(f"w:{side}", val="single", sz="4", space="0", color="D9D1C3"))
    return borders


def widths(grid: Table) -> None:
    """The first column takes what the names need, the others share the rest evenly (17.4.15)."""
    others = len(grid.columns) - 1
    first = _TEXT_WIDTH * (0.75 if others == 1 else 2 / (others + 2))
    grid.autofit = False
    for at, column in enumerate(grid.columns):
        wide = Cm(first if at == 0 else (_TEXT_WIDTH - first) / others)
        column.width = wide
        for cell in column.cells:
            cell.width = wide


def indent(cell: _Cell, deep: int) -> None:
    """Set a row's name in by its depth."""
    cell.paragraphs[0].paragraph_format.left_indent = Cm(0.5 * deep)


def to_the_right(line: Paragraph) -> None:
    """Numbers stand to the right."""
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def foot(document: Doc, title: str, lang: str) -> None:
    """The title and the page's number at the foot of each page."""
    line = document.sections[0].footer.paragraphs[0]
    say(line, f"{title}  ·  ", lang, size=8.5)
    field = _element("w:fldSimple", instr="PAGE")
    run = OxmlElement("w:r")
    shown = OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    line._p.append(field)  # noqa: SLF001
