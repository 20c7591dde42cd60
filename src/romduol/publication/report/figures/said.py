"""What is said of a figure in words: its caption, the note under it, and what stands in for it."""

from __future__ import annotations

from romduol.publication.phrases import number, phrase
from romduol.publication.report.figures.model import WAITED, Figure, Kind, Mark


def caption(figure: Figure, lang: str) -> str:
    """The figure's number and what it counts; the same number as the table's beside it."""
    id_ = number(int(figure.id[1:]), lang)
    return phrase("figure.caption", lang, id=id_, title=dict(figure.title)[lang])


def note(figure: Figure, lang: str) -> str:
    """What hatching means, how a map is drawn, and the rows that are not in the drawing."""
    parts = [phrase("figure.hatched", lang)] if any(m.value is None for m in figure.marks) else []
    parts += [] if figure.whole else [phrase("figure.note.part", lang)]
    if figure.kind in (Kind.TILES, Kind.OUTLINES):
        parts.append(phrase(f"figure.note.{figure.kind.value}", lang))
    if figure.kind is Kind.CURVE:
        parts.append(_half(figure, lang))
    parts += [f"{_row(mark, lang)}{_END[lang]}" for mark in figure.beside]
    return " ".join(parts)


def _half(figure: Figure, lang: str) -> str:
    """The first day of the grid on which no more than half still waited: never a promise."""
    waited = [(WAITED[mark.at], mark.value or 0) for mark in figure.marks]
    sent = waited[0][1]
    day = next((day for day, value in waited if 2 * value <= sent), None)
    if day is None:
        return phrase("figure.note.curve.longer", lang)
    return phrase("figure.note.curve.half", lang, day=number(day, lang))


def alternative(figure: Figure, lang: str) -> str:
    """The figure for those who do not see it: its kind, and every number in it."""
    rows = "; ".join(_row(mark, lang) for mark in figure.marks)
    return phrase(
        f"figure.alternative.{figure.kind.value}", lang, title=dict(figure.title)[lang], rows=rows
    )


def shown(mark: Mark, lang: str) -> str:
    """The mark's number, or the word for a withheld one."""
    return phrase("table.withheld", lang) if mark.value is None else number(mark.value, lang)


_END = {"en": ".", "km": "។"}


def _row(mark: Mark, lang: str) -> str:
    return phrase("figure.row", lang, label=dict(mark.labels)[lang], value=shown(mark, lang))
