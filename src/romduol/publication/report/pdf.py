"""The report as a tagged PDF, set by Typst from a source that never touches the disk.

It is PDF/UA-1 (ISO 14289-1, for those who listen) and PDF/A-2a (ISO 19005-2, for archives) at once.
Every text goes in as a quoted string, so nothing a person wrote can become markup. The bytes depend
on the report alone: no clock, no system fonts, no packages. PDF/A asks for a date; it is the day
that the counts stand for, which the report prints.
"""

from __future__ import annotations

from importlib.resources import files

from romduol.casebook.claims import Claim, Table
from romduol.publication.phrases import Text
from romduol.publication.quotes import Quote
from romduol.publication.report import since
from romduol.publication.report.figures import Figure, alternative, draw, note
from romduol.publication.report.figures import caption as figure_caption
from romduol.publication.report.figures.typeset import typeset
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
from romduol.publication.typesetting import Standard, pdf
from romduol.publication.typesetting import quoted as _quoted

STANDARDS: tuple[Standard, ...] = ("ua-1", "a-2a")


def write(report: ReportModel, lang: str) -> bytes:
    """The PDF in ``lang``. Raises ``typst.TypstError`` when it cannot meet both standards."""
    return pdf(source(report, lang), STANDARDS)


def source(report: ReportModel, lang: str) -> str:
    """The Typst source: the house style, then calls of it with quoted strings."""
    title, subtitle = (_quoted(dict(t)[lang]) for t in (report.title, report.subtitle))
    line = _quoted(edition(report, lang))
    day = report.as_of
    dated = f"datetime(year: {day.year}, month: {day.month}, day: {day.day}), {report.points}pt"
    lines = [
        style("report.typ"),
        style("figure.typ"),
        f"#show: report.with({title}, {subtitle}, {line}, {_quoted(lang)}, {dated})",
        *(_section(section, lang) for section in report.sections),
    ]
    return "\n".join(lines) + "\n"


def style(name: str) -> str:
    """One sheet of the house style."""
    return (files(__package__) / name).read_text(encoding="utf-8")


def _say(text: Text, lang: str) -> str:
    return _quoted(dict(text)[lang])


def _section(section: Section, lang: str) -> str:
    blocks = "\n".join(_block(block, lang) for block in section.blocks)
    return f"#heading(level: 1, {_say(section.title, lang)})\n{blocks}"


def _block(block: Block, lang: str) -> str:
    match block:
        case Paragraph(text):
            made = f"#par({_say(text, lang)})"
        case Bullets(items):
            made = _list(items, lang)
        case Facts(claims):
            made = "\n".join(f"#fact({_claim(c, lang)})" for c in claims)
        case Themes(title, themes):
            inside = "\n".join(_theme(theme, lang) for theme in themes)
            made = f"#heading(level: 2, {_say(title, lang)})\n{inside}"
        case TableBlock(table):
            made = _table(table, lang)
        case FigureBlock(figure):
            made = _figure(figure, lang)
        case Card(title, text, note):
            made = f"#card({_say(title, lang)}, {_say(text, lang)}, {_say(note, lang)})"
        case Box(title, items):
            made = f"#unit-box({_say(title, lang)}, [{_list(items, lang)}])"
    return made


def _list(items: tuple[Text, ...], lang: str) -> str:
    return f"#list({', '.join(_say(item, lang) for item in items)})"


def _claim(claim: Claim, lang: str) -> str:
    name, mark, rest = split_claim(claim, lang)
    return f"{_quoted(name)}, {_quoted(mark + rest)}"


def _theme(theme: Theme, lang: str) -> str:
    quotes = "".join(f", {_quote(quote)}" for quote in theme.quotes)
    return f"#theme({_claim(theme.claim, lang)}{quotes})"


def _quote(quote: Quote) -> str:
    left, right = QUOTATION_MARKS[quote.lang]
    return f"({_quoted(left + quote.text + right)}, {_quoted(quote.lang)})"


def _figure(figure: Figure, lang: str) -> str:
    words = (figure_caption(figure, lang), alternative(figure, lang), note(figure, lang))
    return f"#drawn({', '.join(map(_quoted, words))}, {typeset(draw(figure, lang))})"


def _table(table: Table, lang: str) -> str:
    parts = on_paper(table)
    below = "".join(f"{_quoted(line)}, " for line in since.note(table, lang))
    return "\n".join(
        f"#data-table({_part(table, columns, lang)}, ({below if columns is parts[-1] else ''}))"
        for columns in parts
    )


def _part(table: Table, columns: slice, lang: str) -> str:
    """Caption, heads and rows of the columns that stand side by side."""
    name, *across = heads(table, lang)
    head = "".join(f"{_quoted(text)}, " for text in (name, *across[columns]))
    rows = "".join(
        f"({row.depth}, {_say(row.labels, lang)}, "
        + ", ".join(_quoted(since.shown(cell, lang)) for cell in row.cells[columns])
        + "), "
        for row in shown_rows(table)
    )
    caption = table_caption(table, lang, more=columns.start > 0)
    return f"{_quoted(caption)}, ({head}), ({rows})"
