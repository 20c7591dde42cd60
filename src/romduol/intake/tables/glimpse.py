"""The beginning of a table goes in, enough of its words come out to know whose table it is."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator

from romduol.intake.source import CannotRead, Source
from romduol.intake.tables.delimited import Delimited

_LOCAL = re.compile(rb"PK\x03\x04")
_FIXED = 30  # bytes of a local header before the name (APPNOTE.TXT 4.3.7)
_MOST = 1 << 18  # bytes of one part that are looked at
_ALL = 1 << 22
_PARTS = re.compile(rb"xl/(?:workbook\.xml|sharedStrings\.xml|worksheets/[^/]+\.xml)")


def header_names(head: bytes) -> frozenset[str]:
    """The cells of the first row of a text table; none when ``head`` does not hold it whole."""
    beginning = Source("", lambda: io.BytesIO(head), len(head))
    try:
        row = next(Delimited(beginning).rows(), None)
    except CannotRead:
        return frozenset()
    return frozenset(text.strip() for text in row.texts()) if row else frozenset()


def words_of_workbook(head: bytes) -> str:
    """The XML of sheets, shared strings and sheet list, as far as ``head`` holds it; 4 MiB at most.

    The limit is for traps: members that lie over one another, each unpacking to all the others.
    """
    found: list[str] = []
    size = 0
    for part in _unpacked(head):
        found.append(part.decode("utf-8", "replace"))
        size += len(part)
        if size >= _ALL:
            break
    return "".join(found)


def _unpacked(head: bytes) -> Iterator[bytes]:
    for found in _LOCAL.finditer(head):
        fixed = head[found.start() : found.start() + _FIXED]
        if len(fixed) < _FIXED:
            return
        method, name, extra = struct.unpack_from("<8xH16xHH", fixed)
        begins = found.start() + _FIXED
        if method == zlib.DEFLATED and _PARTS.fullmatch(head, begins, begins + name):
            yield _inflated(head[begins + name + extra :])


def _inflated(packed: bytes) -> bytes:
    """What can be unpacked of a stretch that may be cut short or be no deflate at all."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, _MOST)
    except zlib.error:
        return b""
