"""A stream in, windows out: stretches of a few megabytes that begin and end at a record's start."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead

WINDOW = 3 << 20
LONGEST_RECORD = 64 << 20
FOLLOWING = 256


def windows(
    stream: BinaryIO, start: re.Pattern[bytes], size: int = WINDOW
) -> Iterator[tuple[int, bytes, bytes]]:
    """``(position, bytes, what follows)`` from the stream's start to its end.

    Each is cut where ``start`` matches; what follows are the next few bytes, to look at only.
    Nothing is left out and nothing comes twice. Raises ``CannotRead`` at a record of over 64 MiB:
    holding one whole must not be able to fill the memory.
    """
    at, kept = 0, b""
    while more := stream.read(size):
        looked_at = len(kept) - FOLLOWING
        kept += more
        cut = _last_start(kept, start, looked_at)
        if cut:
            yield at, kept[:cut], kept[cut : cut + FOLLOWING]
            at, kept = at + cut, kept[cut:]
        elif len(kept) > LONGEST_RECORD:
            raise CannotRead(Note("note.record_too_long", (("at", at),)))
    if kept:
        yield at, kept, b""


def _last_start(kept: bytes, start: re.Pattern[bytes], looked_at: int) -> int:
    """Where the last record begins in ``kept``, or 0: none does in what was not ``looked_at``."""
    line = kept.rfind(b"\n") + 1
    while line > max(0, looked_at):
        if start.match(kept, line):
            return line
        line = kept.rfind(b"\n", 0, line - 1) + 1
    return 0
