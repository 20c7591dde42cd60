"""What she searched for on Facebook: read only when a person names this reader by hand.

Searches show what she feared and looked for; they are hers to bring on purpose, not by the way.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.meta.activity import read_activity
from romduol.intake.meta.kinds import FileKind, kind_of
from romduol.intake.source import CannotRead, Source

NAME = "meta.searches"
VERSION = "1"


def recognises(head: bytes, name: str) -> bool:
    """Never: a file of searches is not read because it happens to lie in a download."""
    return False


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Every search as a row the program wrote, then the ``Read``; raises ``CannotRead``."""
    if kind_of(source.head(), source.name) is not FileKind.SEARCHES:
        raise CannotRead(Note("note.meta.no_searches"))
    return read_activity(source, options, FileKind.SEARCHES, f"{NAME}/{VERSION}")
