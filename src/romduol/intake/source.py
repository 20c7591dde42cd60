"""What a reader is given, what a reader is, and how it says that it cannot read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions

HEAD = 256 * 1024  # bytes a reader may look at to recognise its format


def nothing_beside(_name: str) -> BinaryIO | None:
    """What a file that came by itself can open beside it."""
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """One stretch of bytes to be read: a whole file, or one member of an archive.

    ``open`` gives a fresh seekable binary stream at position 0, as often as it is called; the one
    who calls it closes the stream. ``name`` is the file name with no folder; ``member`` the path
    inside the item, ``""`` when the item is the file itself. ``archive`` is the name of the
    archive this is a member of, ``beside`` the names of all files in it, without folders, and
    ``beside_open`` opens the file of that name, if it is there once.
    """

    name: str
    open: Callable[[], BinaryIO]
    size: int
    member: str = ""
    archive: str = ""
    beside: frozenset[str] = frozenset()
    beside_open: Callable[[str], BinaryIO | None] = nothing_beside
    named_by: str = "utf-8"  # how the archive's bytes for the member's path became text

    def head(self) -> bytes:
        """The first 256 KiB, or less if there is less."""
        with self.open() as stream:
            return stream.read(HEAD)


class CannotRead(Exception):
    """A reader found, after recognising a member, that it cannot read it whole."""

    def __init__(self, reason: Note) -> None:
        super().__init__(reason.id)
        self.reason = reason


class Reader(Protocol):
    """What a reader's module offers."""

    NAME: str
    VERSION: str

    def recognises(self, head: bytes, name: str) -> bool:
        """Whether bytes that begin with ``head`` are this reader's to read."""

    def read(self, source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
        """Batches shaped like ``MESSAGE``, then one ``Read``; raises ``CannotRead``.

        A stream that ends without its ``Read`` did not finish. Whoever consumes it must not keep
        any batch before the ``Read`` has come.
        """
