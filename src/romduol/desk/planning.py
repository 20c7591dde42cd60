"""What receiving would do, before anything is kept: what each file is, how many, how long.

The files are read as ``receive`` would read them and nothing is sealed, written or logged. Plans
may hold names of files: they are shown and never stored.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from romduol.casebook.evidence import Note, Read, ReadingOptions, Unread
from romduol.desk import mappings
from romduol.desk.opening import Book
from romduol.desk.receiving import files_in, scope_of, source_of, with_what_this_machine_has
from romduol.desk.women import allows, find
from romduol.intake import forms, tables
from romduol.intake.reading import read_item
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source
from romduol.intake.tables import Mapping

# sealing takes about as long again as reading (benchmarks/RESULTS.md), and a book opens once
_AS_LONG_AGAIN = 2.0


ROWS_SHOWN = 3
_SHORT = 60  # characters of a text that a plan shows


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One row as it would be read: its time (ISO, "" if unknown), who, and its first words."""

    at: str
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table or a form would be read. All of it is words of the file: for the screen only.

    ``columns`` says ours and theirs; ``left`` are columns not read; ``missing`` and ``twice`` stand
    in the way. ``first`` are the first rows as read.
    """

    columns: tuple[tuple[str, str], ...]
    left: tuple[str, ...]
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    first: tuple[Glimpse, ...]


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
    table: Layout | None = None


def plan(
    book: Book, paths: Sequence[Path], alias: str, options: ReadingOptions
) -> Iterator[Planned]:
    """The plan of every file, in the order ``receive`` takes them. Keeps nothing."""
    woman = find(alias)
    machine = with_what_this_machine_has(options)
    for path in files_in(paths):
        source = source_of(path)
        options = mappings.with_kept(book, source, machine)
        scope = scope_of(source, options)
        began = time.perf_counter()
        said, first = _said(source, options)
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
            table=_layout(source, options, tuple(first)),
        )


def _said(source: Source, options: ReadingOptions) -> tuple[list[Read | Unread], list[Glimpse]]:
    """The last words of every member, and the first rows of all."""
    said: list[Read | Unread] = []
    first: list[Glimpse] = []
    for one in read_item(source, options):
        if isinstance(one, Read | Unread):
            said.append(one)
        elif len(first) < ROWS_SHOWN:
            rows = one.slice(0, ROWS_SHOWN - len(first)).to_pylist()
            first += [_glimpse(row) for row in rows]
    return said, first


def _glimpse(row: dict[str, Any]) -> Glimpse:
    at = row["sent_at"].isoformat() if row["sent_at"] else ""
    return Glimpse(at, row["author"] or "", " ".join(row["text"].split())[:_SHORT])


def _layout(source: Source, options: ReadingOptions, first: tuple[Glimpse, ...]) -> Layout | None:
    """Of a table or form, which column is what; of anything else nothing."""
    reader = recognise(source.head(), source.name, options)
    name = reader.NAME if reader is not None else ""
    try:
        if name == forms.NAME:
            return _of_form(source, options, first)
        mapping = tables.mapping_in(options)
        if name == tables.NAME and mapping is not None:
            return _of_table(source, mapping, options, first)
    except CannotRead:  # the file is unread, and its reason is in the plan
        return None
    return None


def _of_form(source: Source, options: ReadingOptions, first: tuple[Glimpse, ...]) -> Layout:
    found = forms.dry_run(source, options)
    return Layout(
        columns=tuple(("text", name) for name in found.questions),
        left=(*found.personal, *found.choices),
        missing=(),
        twice=(),
        first=first,
    )


def _of_table(
    source: Source, mapping: Mapping, options: ReadingOptions, first: tuple[Glimpse, ...]
) -> Layout:
    found = tables.dry_run(source, mapping, options)
    return Layout(
        columns=tuple((ours, " + ".join(names)) for ours, names in mapping.columns.items()),
        left=found.unmapped,
        missing=found.missing,
        twice=found.twice,
        first=first,
    )
