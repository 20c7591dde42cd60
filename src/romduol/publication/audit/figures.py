"""Figures in finished files: is each number that is drawn the number of the table beside it?

Read from what was drawn: the words at each shape, the length or height of the shape, its hatching,
and the sentence that is read aloud in its place. The numbers come from the table, not the figure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from romduol.casebook.claims import Table
from romduol.language.digits import latin
from romduol.publication.audit.page import Drawn
from romduol.publication.audit.troubles import NumberDiffers
from romduol.publication.report.figures import Figure, Kind

_NUMBER = re.compile(r"\d+")
_TOLD = re.compile(r"[:៖] (\d+)(?=[;.។]|$)")
_ROUGH = 0.02  # lengths are written with two decimals


def check_drawn(file: str, figure: Figure, table: Table, drawn: Drawn) -> None:
    """Refuse a drawing that shows another number than its table, or hides one it prints."""
    values = {cell.at[0]: cell.value for cell in table.cells}
    marks = {mark.at for mark in figure.marks}
    if set(drawn.sizes) != marks or not set(drawn.texts) <= marks:
        raise NumberDiffers(file=file, id=figure.id)
    for at in marks:
        text, value = latin(drawn.texts.get(at, "")), values.get(at)
        wrong = text != str(value) if value is not None else _NUMBER.search(text) is not None
        if wrong or (at in drawn.hatched) is not (value is None):
            raise NumberDiffers(file=file, id=figure.id)
    if figure.kind not in (Kind.TILES, Kind.OUTLINES):
        _in_proportion(file, figure, values, drawn)
    check_told(file, figure, table, drawn.told)


def _in_proportion(
    file: str, figure: Figure, values: Mapping[str, int | None], drawn: Drawn
) -> None:
    """Refuse lengths that are not to each other as their numbers; hatched ones must be alike."""
    side = 1 if figure.kind in (Kind.TIMELINE, Kind.CURVE) else 0
    known = {at: sizes[side] for at, sizes in drawn.sizes.items() if values.get(at) is not None}
    most = max((values[at] or 0 for at in known), default=0)
    longest = max(known.values(), default=0.0)
    for at, length in known.items():
        if abs(length * most - longest * (values[at] or 0)) > _ROUGH * most:
            raise NumberDiffers(file=file, id=figure.id)
    if len({sizes for at, sizes in drawn.sizes.items() if at in drawn.hatched}) > 1:
        raise NumberDiffers(file=file, id=figure.id)


def check_told(file: str, figure: Figure, table: Table, told: str) -> None:
    """Refuse a sentence in place of a figure that says other numbers than its table's."""
    values = {cell.at[0]: cell.value for cell in table.cells}
    wanted = [values.get(mark.at) for mark in figure.marks]
    found = [int(number) for number in _TOLD.findall(latin(told))]
    if found != [value for value in wanted if value is not None]:
        raise NumberDiffers(file=file, id=figure.id)


def check_printed(file: str, figure: Figure, table: Table, text: str) -> None:
    """Refuse text of a page in which a number of the figure stands too seldom.

    For a PDF, whose Khmer cannot be read back reliably but whose digits can.
    """
    values = {cell.at[0]: cell.value for cell in table.cells}
    wanted = Counter(str(v) for m in figure.marks if (v := values.get(m.at)) is not None)
    if wanted - Counter(_NUMBER.findall(latin(text))):
        raise NumberDiffers(file=file, id=figure.id)
