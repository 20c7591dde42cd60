"""The report as a Word document: headings, lists and tables that a screen reader knows as such.

Every run says which script it is in (ECMA-376-1, 17.3.2: ``w:cs``, ``w:szCs``, ``w:lang`` with
``w:bidi``), because Word takes font, size and spelling of Khmer from these alone. Figures are
pictures drawn from the same source as the PDF's, and what they show is said in words with them. The
bytes depend on the report alone; nobody's name and no time is among the properties.
"""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as Doc
from docx.shared import Cm, Pt
from docx.table import Table as Grid
from docx.text.paragraph import Paragraph as Line

from romduol.casebook.claims import Claim, Table
from romduol.publication.phrases import Text
from romduol.publication.quotes import Quote
from romduol.publication.report import since, wordstyle
from romduol.publication.report.figures import Figure, alternative, draw, note
from romduol.publication.report.figures import caption as figure_caption
from romduol.publication.report.figures.picture import picture
from romduol.publication.report.html import (
    QUOTATION_MARKS,
    edition,
    heads,
    split_claim,
    table_caption,
)
from romduol.publication.report.model import (
    Block,
    Box,
    Bullets,
    Card,
    Facts,
    FigureBlock,
    Paragraph,
    ReportModel,
    Section,
    TableBlock,
    Theme,
    Themes,
)
from romduol.publication.report.rows import on_paper, shown_rows
from romduol.publication.report.wordfile import packed
from romduol.publication.report.wordstyle import say

_PICTURE = Cm(14.5)


def write(report: ReportModel, lang: str) -> bytes:
    """The document in ``lang``; the same report gives the same bytes."""
    document = Document()
    wordstyle.dress(document, lang)
    writer = _Writer(document, lang)
    writer.head(report)
    for section in report.sections:
        writer.section(section)
    made = io.BytesIO()
    document.save(made)
    return packed(made.getvalue(), dict(report.title)[lang], lang)


class _Writer:
    """Puts blocks at the end of one document, in one language."""

    def __init__(self, document: Doc, lang: str) -> None:
        self._document, self._lang = document, lang
        self._marks = 0

    def head(self, report: ReportModel) -> None:
        """Title, subtitle, edition; the title again at the foot of each page."""
        self._line(self._text(report.title), "Title")
        self._line(self._text(report.subtitle), "Subtitle")
        self._line(edition(report, self._lang), "Caption")
        wordstyle.foot(self._document, self._text(report.title), self._lang)

    def section(self, section: Section) -> None:
        """A heading and its blocks."""
        self._line(self._text(section.title), "Heading 1")
        for block in section.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph(text):
                self._line(self._text(text))
            case Bullets(items):
                self._list(items)
            case Facts(claims):
                for claim in claims:
                    self._claim(claim, "List Bullet")
            case Themes(title, themes):
                self._line(self._text(title), "Heading 2")
                for theme in themes:
                    self._theme(theme)
            case TableBlock(table):
                self._table(table)
            case FigureBlock(figure):
                self._figure(figure)
            case Card() | Box():
                self._apart(block)

    def _apart(self, block: Card | Box) -> None:
        if isinstance(block, Card):
            self._line(self._text(block.title), "Heading 2")
            self._line(self._text(block.text))
            self._line(self._text(block.note), "Caption")
        else:
            self._line(self._text(block.title))
            self._list(block.items)

    def _text(self, text: Text) -> str:
        return dict(text)[self._lang]

    def _line(self, text: str, style: str = "Normal") -> Line:
        line = self._document.add_paragraph(style=style)
        say(line, text, self._lang)
        return line

    def _caption(self, text: str) -> Line:
        """A line that stays with what stands under it."""
        line = self._document.add_paragraph(style="Caption")
        say(line, text, self._lang, bold=True)
        line.paragraph_format.keep_with_next = True
        line.paragraph_format.space_before = Pt(14)
        return line

    def _list(self, items: tuple[Text, ...]) -> None:
        for item in items:
            self._line(self._text(item), "List Bullet")

    def _claim(self, claim: Claim, style: str = "Normal") -> None:
        name, mark, rest = split_claim(claim, self._lang)
        line = self._document.add_paragraph(style=style)
        say(line, name, self._lang, bold=True)
        say(line, mark + rest, self._lang)
        self._mark(line, f"claim_{claim.id}")

    def _mark(self, line: Line, name: str) -> None:
        """Name a paragraph, so that the finished file can be held against what it should say."""
        self._marks += 1
        wordstyle.bookmark(line, f"{name}_{self._marks}", self._marks)

    def _theme(self, theme: Theme) -> None:
        self._claim(theme.claim)
        for quote in theme.quotes:
            self._quote(quote)

    def _quote(self, quote: Quote) -> None:
        left, right = QUOTATION_MARKS[quote.lang]
        line = self._document.add_paragraph(style="Quote")
        say(line, left + quote.text + right, quote.lang)

    def _table(self, table: Table) -> None:
        for columns in on_paper(table):
            self._part(table, columns)
        for line in since.note(table, self._lang):
            self._mark(self._line(line, "Caption"), f"since_{table.id}")

    def _part(self, table: Table, columns: slice) -> None:
        caption = table_caption(table, self._lang, more=columns.start > 0)
        self._mark(self._caption(caption), f"table_{table.id}")
        name, *across = heads(table, self._lang)
        names, rows = (name, *across[columns]), shown_rows(table)
        grid = self._document.add_table(rows=1 + len(rows), cols=len(names))
        wordstyle.ruled(grid, caption)
        self._row(grid, 0, names, bold=True)
        for place, row in enumerate(rows, start=1):
            values = (since.shown(cell, self._lang) for cell in row.cells[columns])
            self._row(grid, place, (self._text(row.labels), *values), bold=row.depth == 0)
            wordstyle.indent(grid.rows[place].cells[0], max(row.depth - 1, 0))
        wordstyle.widths(grid)

    def _row(self, grid: Grid, place: int, texts: tuple[str, ...], *, bold: bool) -> None:
        for column, (cell, text) in enumerate(zip(grid.rows[place].cells, texts, strict=True)):
            line = cell.paragraphs[0]
            line.paragraph_format.space_after = Pt(2)
            heavy = bold and (column == 0 or place == 0)
            say(line, text, self._lang, bold=heavy, size=10 if len(texts) < 4 else 8)
            if column:
                wordstyle.to_the_right(line)

    def _figure(self, figure: Figure) -> None:
        self._caption(figure_caption(figure, self._lang))
        line = self._document.add_paragraph()
        drawn = io.BytesIO(picture(draw(figure, self._lang), self._lang))
        line.add_run().add_picture(drawn, width=_PICTURE)
        wordstyle.describe(line, f"figure_{figure.id}", alternative(figure, self._lang))
        told = note(figure, self._lang)
        if told:
            self._line(told, "Caption")
