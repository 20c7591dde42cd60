"""A sheet set as a tagged PDF by Typst: same fonts and same bytes on every machine."""

from __future__ import annotations

from importlib.resources import files

from romduol.casebook.wording import say
from romduol.publication.sheets.outline import COLUMNS, Kind, Part, sheet
from romduol.publication.typesetting import pdf, quoted


def write(name: str, lang: str) -> bytes:
    """The sheet ``name`` in ``lang`` as PDF/UA-1. Raises ``typst.TypstError`` if it cannot be."""
    return pdf(source(name, lang))


def source(name: str, lang: str) -> str:
    """The Typst source: the sheet's style, then calls of it with quoted strings."""
    style = (files(__package__) / "sheet.typ").read_text(encoding="utf-8")
    made = sheet(name, lang)
    title, subtitle = quoted(made.title), quoted(made.subtitle)
    start = f"#show: sheet.with({title}, {subtitle}, {quoted(lang)})"
    return "\n".join([style, start, *(_part(part, lang) for part in made.parts)]) + "\n"


def _part(part: Part, lang: str) -> str:
    lines = [quoted(line) for line in part.lines]
    if part.kind is Kind.ASK:
        head = ", ".join(quoted(say(f"sheet.column.{column}", lang)) for column in COLUMNS)
        lines = [f"({head})", *lines]
    return f"#heading(level: 1, {quoted(part.title)})\n#{part.kind}({', '.join(lines)})"
