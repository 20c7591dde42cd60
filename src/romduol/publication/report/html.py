"""The report as one self-contained HTML page: the accessible master.

No script, nothing loaded from anywhere: styles and fonts are in the file. Every sentence that says
how many carries its claim's id (``data-claim``) and every table its own, so that the audit can hold
the finished page against the claims.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import cache, partial
from html import escape
from importlib.resources import files

from romduol.casebook.claims import Cell, Claim, Table
from romduol.publication.phrases import Text, digits, number, phrase
from romduol.publication.quotes import Quote
from romduol.publication.report import since
from romduol.publication.report.figures import Figure, alternative, draw, note
from romduol.publication.report.figures import caption as figure_caption
from romduol.publication.report.figures.svg import svg
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
from romduol.publication.report.rows import Column, on_paper, shown_columns, shown_rows

QUOTATION_MARKS = {"en": ("\u201c", "\u201d"), "km": ("«", "»")}
_FACES = (
    ("Noto Sans", 400, "NotoSans-Regular"),
    ("Noto Sans", 700, "NotoSans-Bold"),
    ("Noto Sans Khmer", 400, "NotoSansKhmer-Regular"),
    ("Noto Sans Khmer", 700, "NotoSansKhmer-Bold"),
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"


def write(report: ReportModel, lang: str) -> bytes:
    """The page in ``lang``, UTF-8; the same report gives the same bytes."""
    title = _say(report.title, lang)
    body = "\n".join(
        (
            "<header>",
            f"<h1>{title}</h1>",
            f'<p class="subtitle">{_say(report.subtitle, lang)}</p>',
            f'<p class="edition">{escape(edition(report, lang))}</p>',
            "</header>",
            _contents(report, lang),
            "<main>",
            *(_section(section, lang) for section in report.sections),
            "</main>",
        )
    )
    head = (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>\n{_style()}</style>\n</head>\n"
    )
    return f"{head}<body>\n{body}\n</body>\n</html>\n".encode()


def edition(report: ReportModel, lang: str) -> str:
    """The line under the title: as of which day, and which release."""
    day = digits(report.as_of.isoformat(), lang)
    parts = [phrase("as_of", lang, date=day)]
    if report.release:
        parts.append(phrase("release", lang, release=report.release))
    return " · ".join(parts)


def _say(text: Text, lang: str) -> str:
    return escape(dict(text)[lang])


def _contents(report: ReportModel, lang: str) -> str:
    items = "".join(
        f'<li><a href="#{s.id}">{_say(s.title, lang)}</a></li>' for s in report.sections
    )
    name = escape(phrase("contents", lang))
    return f'<nav aria-label="{name}"><ol>{items}</ol></nav>'


def _section(section: Section, lang: str) -> str:
    blocks = "\n".join(_block(block, lang) for block in section.blocks)
    title = _say(section.title, lang)
    return f'<section id="{section.id}">\n<h2>{title}</h2>\n{blocks}\n</section>'


def _block(block: Block, lang: str) -> str:
    match block:
        case Paragraph(text):
            made = f"<p>{_say(text, lang)}</p>"
        case Bullets(items):
            made = _list(items, lang)
        case Facts(claims):
            facts = "".join(f"<li>{_claim(c, lang)}</li>" for c in claims)
            made = f'<ul class="facts">{facts}</ul>'
        case Themes(title, themes):
            inside = "\n".join(_theme(theme, lang) for theme in themes)
            made = f"<h3>{_say(title, lang)}</h3>\n{inside}"
        case TableBlock(table):
            made = _table(table, lang)
        case FigureBlock(figure):
            made = _figure(figure, lang)
        case Card(title, text, note):
            made = (
                f'<article class="card"><h3>{_say(title, lang)}</h3><p>{_say(text, lang)}</p>'
                f'<p class="note">{_say(note, lang)}</p></article>'
            )
        case Box(title, items):
            made = f'<div class="box"><p>{_say(title, lang)}</p>{_list(items, lang)}</div>'
    return made


def _list(items: tuple[Text, ...], lang: str) -> str:
    return "<ul>" + "".join(f"<li>{_say(item, lang)}</li>" for item in items) + "</ul>"


def _claim(claim: Claim, lang: str) -> str:
    name, mark, rest = split_claim(claim, lang)
    return (
        f'<p class="claim" data-claim="{claim.id}"><strong>{escape(name)}</strong>'
        f"{escape(mark + rest)}</p>"
    )


def split_claim(claim: Claim, lang: str) -> tuple[str, str, str]:
    """The sentence as term, colon, rest."""
    return dict(claim.wording)[lang].partition("៖" if lang == "km" else ":")


def _theme(theme: Theme, lang: str) -> str:
    quotes = "".join(_quote(quote) for quote in theme.quotes)
    return f'<div class="theme">{_claim(theme.claim, lang)}{quotes}</div>'


def _quote(quote: Quote) -> str:
    left, right = QUOTATION_MARKS[quote.lang]
    return f'<blockquote lang="{quote.lang}"><p>{left}{escape(quote.text)}{right}</p></blockquote>'


def _figure(figure: Figure, lang: str) -> str:
    caption, told = figure_caption(figure, lang), note(figure, lang)
    drawn = svg(draw(figure, lang), figure.id, caption, alternative(figure, lang))
    below = f'<p class="note">{escape(told)}</p>' if told else ""
    return (
        f'<figure id="{figure.id}" class="{figure.kind.value}">'
        f"<figcaption>{escape(caption)}</figcaption>"
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">{drawn}'
        f"</div>{below}</figure>"
    )


def table_caption(table: Table, lang: str, *, more: bool = False) -> str:
    """The name of a table, or of a further part of it (``more``)."""
    told = "table.caption.more" if more else "table.caption"
    return phrase(told, lang, id=number(int(table.id[1:]), lang), title=dict(table.title)[lang])


def _table(table: Table, lang: str) -> str:
    caption = table_caption(table, lang)
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads(table, lang))
    rows = "".join(_rows(table, lang))
    wide = " wide" if len(on_paper(table)) > 1 else ""
    return (
        f'<div class="scroll{wide}" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table id="{table.id}"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f"{_since(table, lang)}"
    )


def _since(table: Table, lang: str) -> str:
    lines = "<br>".join(map(escape, since.note(table, lang)))
    return f'<p class="note since" data-since="{table.id}">{lines}</p>' if lines else ""


def heads(table: Table, lang: str) -> tuple[str, ...]:
    """The heads of all columns: the categories, then the unit or what lies across."""
    unit = phrase(f"unit.{table.unit.value}", lang)
    across = (dict(c.labels)[lang] if c.id else unit for c in shown_columns(table))
    return (phrase("table.category", lang), *across)


def _rows(table: Table, lang: str) -> Iterator[str]:
    columns = shown_columns(table)
    for row in shown_rows(table):
        cells = "".join(map(partial(_cell, lang), columns, row.cells))
        yield (
            f'<tr data-row="{escape(row.id)}"><th scope="row" class="deep{row.depth}">'
            f"{_say(row.labels, lang)}</th>{cells}</tr>"
        )


def _cell(lang: str, column: Column, cell: Cell) -> str:
    kind = "" if cell.value is not None else ' class="withheld"'
    at = f' data-column="{escape(column.id)}"' if column.id else ""
    return f"<td{at}{kind}>{escape(since.shown(cell, lang))}</td>"


@cache
def _style() -> str:
    """The style sheet with the fonts inside it."""
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:block;'
        f'src:url("data:font/woff2;base64,{_font(file)}") format("woff2")}}\n'
        for family, weight, file in _FACES
    )
    return faces + (files(__package__) / "report.css").read_text(encoding="utf-8")


def _font(name: str) -> str:
    data = (files("romduol.publication") / "fonts" / f"{name}.woff2").read_bytes()
    return b64encode(data).decode("ascii")
