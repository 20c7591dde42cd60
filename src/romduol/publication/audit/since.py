"""What finished files say of numbers told before and withheld now: the same as the tables say.

Beside every such gap, and nowhere else, stands a mark; under the table every release, category and
number in the order of the cells, and no other number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from romduol.casebook.claims import Cell, Table
from romduol.language.digits import latin
from romduol.publication.audit.troubles import NumberDiffers

_MARK = "*"
_NUMBER = re.compile(r"\d+")


def check_marks(file: str, table: Table, found: Mapping[str, str]) -> None:
    """Refuse a gap told before without its mark, and a mark at any other cell."""
    for cell in table.cells:
        if (_MARK in found[" | ".join(cell.at)]) is not (cell.since is not None):
            raise NumberDiffers(file=file, id=table.id)


def check_below(file: str, table: Table, text: str, lang: str) -> None:
    """Refuse other words and numbers under the table than its cells hold; ``text`` may be none."""
    wanted = [_dense(words) for words in _expected(table, lang)]
    numbers = [number for words in wanted for number in _NUMBER.findall(words)]
    if _NUMBER.findall(latin(text)) != numbers or not _in_order(wanted, _dense(text)):
        raise NumberDiffers(file=file, id=table.id)


def check_set(file: str, table: Table, text: str, lang: str) -> None:
    """Refuse a PDF without them. Of Khmer, which cannot be read back reliably, only releases."""
    # word by word: where a page ends, its foot stands between two of them
    wanted = [word for words in _expected(table, lang) for word in words.split()]
    if lang != "en":
        wanted = [cell.since.release for cell in table.cells if cell.since][:1]
    if not _in_order(wanted, _dense(text)):
        raise NumberDiffers(file=file, id=table.id)


def _in_order(wanted: list[str], text: str) -> bool:
    at = 0
    for words in wanted:
        at = text.find(words, at)
        if at < 0:
            return False
        at += len(words)
    return True


def _dense(text: str) -> str:
    """Without white space and with Latin digits."""
    return "".join(latin(text).split())


def _expected(table: Table, lang: str) -> Iterator[str]:
    """Each release followed by what it told of each cell, as labels and numbers."""
    held: dict[str, list[tuple[Cell, int]]] = {}
    for cell in table.cells:
        if cell.since is not None:
            held.setdefault(cell.since.release, []).append((cell, cell.since.value))
    for release, told in held.items():
        yield release
        for cell, value in told:
            yield from _labels(table, cell, lang)
            yield str(value)


def _labels(table: Table, cell: Cell, lang: str) -> Iterator[str]:
    for at, (_, categories) in zip(cell.at, table.axes, strict=True):
        yield from (latin(dict(c.labels)[lang]) for c in categories if c.id == at)
