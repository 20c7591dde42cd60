"""What receiving would do, before anything is kept: what each file is, how many, how long.

The files are read as ``receive`` would read them and nothing is sealed, written or logged. Plans
may hold names of files: they are shown and never stored.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from romduol.casebook.evidence import Note, Read, ReadingOptions, Unread
from romduol.desk.receiving import files_in, scope_of, source_of, with_what_this_machine_has
from romduol.desk.women import allows, find
from romduol.intake.reading import read_item

# sealing takes about as long again as reading (benchmarks/RESULTS.md), and a book opens once
_AS_LONG_AGAIN = 2.0


@dataclass(frozen=True, slots=True)
class Planned:
    """One file: what it is, how many messages, seconds to take it, and what stands in the way."""

    name: str
    size: int
    reader: str
    messages: int
    seconds: float
    unread: tuple[Note, ...]
    notes: tuple[Note, ...]
    scope: str
    allowed: bool


def plan(paths: Sequence[Path], alias: str, options: ReadingOptions) -> Iterator[Planned]:
    """The plan of every file, in the order ``receive`` takes them. Keeps nothing."""
    woman = find(alias)
    options = with_what_this_machine_has(options)
    for path in files_in(paths):
        source = source_of(path)
        scope = scope_of(source, options)
        began = time.perf_counter()
        said = [s for s in read_item(source, options) if isinstance(s, Read | Unread)]
        reads = [s for s in said if isinstance(s, Read)]
        yield Planned(
            name=path.name,
            size=source.size,
            reader="+".join(sorted({read.reader for read in reads})),
            messages=sum(read.messages for read in reads),
            seconds=round((time.perf_counter() - began) * _AS_LONG_AGAIN, 1),
            unread=tuple(dict.fromkeys(s.reason for s in said if isinstance(s, Unread))),
            notes=tuple(dict.fromkeys(note for read in reads for note in read.notes)),
            scope=scope,
            allowed=allows(woman, scope),
        )
