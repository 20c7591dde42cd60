"""What the rows, columns and titles of tables are called, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from romduol.casebook.claims import Unit
from romduol.publication.axes import PLACES, REST, TIMES, Axis
from romduol.publication.inference import Key
from romduol.publication.phrases import LANGS, Text, both, digits, label, phrase


def row_label(axis: Axis, key: Key, whole: bool) -> Text:
    """The name of one category; ``whole`` is the row above all others."""
    if whole:
        return both("row.all")
    if key[1] == REST:
        return both("row.rest_places" if axis.id in PLACES else "row.rest_times")
    if axis.id in TIMES:
        return tuple((lang, period(key[1], lang)) for lang in LANGS)
    scheme = "place" if axis.id in PLACES else key[0]
    return tuple((lang, label((scheme, key[1]), lang)) for lang in LANGS)


def period(code: str, lang: str) -> str:
    """``2022``, ``2022-Q2`` or ``2022-05`` in words."""
    year, _, part = code.partition("-")
    if not part:
        return digits(year, lang)
    kind = "quarter" if part.startswith("Q") else "month"
    at = str(int(part.removeprefix("Q")))
    return phrase(f"period.{kind}", lang, year=digits(year, lang), part=digits(at, lang))


def title(unit: Unit, axes: Sequence[Axis]) -> Text:
    """What a table counts, and by what."""
    names = tuple((lang, _crossed(axes, lang)) for lang in LANGS)
    return both("table.title", unit=both(f"unit.{unit.value}"), axis=names)


def _crossed(axes: Sequence[Axis], lang: str) -> str:
    named = [phrase(f"axis.{axis.subject}", lang) for axis in axes]
    return (" និង " if lang == "km" else " and ").join(
        [named[0], *(n if lang == "km" else n[:1].lower() + n[1:] for n in named[1:])]
    )
