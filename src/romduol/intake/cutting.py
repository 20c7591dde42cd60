"""Text files too large to hold are cut where their records open: pieces with their byte offsets.

The pieces follow one another and leave no byte out, so whoever reads them accounts for every byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead, Source

WINDOW = 1 << 20
LONGEST = 64 << 20  # one record; a longer one is hostile or damaged
_BACK = 4096  # an opening is shorter than this, look-behind and look-ahead included


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes from one opening to the next; ``start`` is an offset in the member."""

    start: int
    raw: bytes

    @property
    def end(self) -> int:
        """The offset behind the last byte."""
        return self.start + len(self.raw)


def pieces(source: Source, opening: re.Pattern[bytes]) -> Iterator[Piece]:
    """First what stands before the first match of ``opening``, or nothing; then every record.

    ``opening`` matches at most 4 KiB, with all it looks at before and behind, and never nothing.
    Memory: one record and a window. Raises ``CannotRead`` at a record over 64 MiB.
    """
    with source.open() as stream:
        yield from _cut(stream, opening)


def _cut(stream: BinaryIO, opening: re.Pattern[bytes]) -> Iterator[Piece]:
    window, base = b"", 0
    begins = seen = 0  # offsets in the member: of the open piece, and of what was not searched yet
    final = False
    while not final:
        fresh = stream.read(WINDOW)
        final = not fresh
        window += fresh
        sure = base + len(window) - (0 if final else _BACK)
        for found in opening.finditer(window, seen - base):
            if base + found.start() >= sure:
                break
            yield Piece(begins, window[begins - base : found.start()])
            begins, seen = base + found.start(), base + found.end()
        seen = max(seen, sure)
        if base + len(window) - begins > LONGEST:
            raise CannotRead(Note("note.record_too_long", (("at", begins),)))
        drop = max(0, begins - base - _BACK)
        window, base = window[drop:], base + drop
    yield Piece(begins, window[begins - base :])
