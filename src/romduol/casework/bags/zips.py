"""A bag as one ZIP file in which every byte is fixed by the files it holds.

Nothing is compressed, no time and no owner is written: headers follow from names, sizes and
checksums alone (APPNOTE 6.3.10, stored entries). So a changed bit between the files shows too.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from romduol.casebook.troubles import WrongUsage

_NEEDED, _MADE_BY = 20, (3 << 8) | 20  # version 2.0; attributes as on Unix
_UTF8_NAMES = 0x0800
_FIRST_DAY = 0x0021  # 1980-01-01, the first a ZIP file knows
_READ_ONLY = 0o100644 << 16
_MOST_BYTES, _MOST_FILES = (1 << 32) - 2, (1 << 16) - 2
_CHUNK = 1 << 20


class TooLargeForZip(WrongUsage):
    """The bag holds more than four gigabytes or 65,000 files."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive. ``crc`` as in ``zlib.crc32``."""

    name: str
    crc: int
    size: int


def header(member: Member) -> bytes:
    """What stands before a file's bytes."""
    name = member.name.encode()
    return struct.pack("<4sHHHHH", b"PK\3\4", _NEEDED, _UTF8_NAMES, 0, 0, _FIRST_DAY) + (
        struct.pack("<IIIHH", member.crc, member.size, member.size, len(name), 0) + name
    )


def directory(members: Sequence[Member]) -> bytes:
    """What stands behind the last file's bytes; raises ``TooLargeForZip``."""
    rows, offset = [], 0
    for member in members:
        rows.append(_row(member, offset))
        offset += len(header(member)) + member.size
        if offset > _MOST_BYTES or len(rows) > _MOST_FILES:
            raise TooLargeForZip
    listed = b"".join(rows)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(rows), len(rows), len(listed), offset, 0)
    return listed + end


def _row(member: Member, offset: int) -> bytes:
    if offset > _MOST_BYTES or member.size > _MOST_BYTES:
        raise TooLargeForZip
    name = member.name.encode()
    return (
        struct.pack("<4sHHHHHH", b"PK\1\2", _MADE_BY, _NEEDED, _UTF8_NAMES, 0, 0, _FIRST_DAY)
        + struct.pack("<IIIHHH", member.crc, member.size, member.size, len(name), 0, 0)
        + struct.pack("<HHII", 0, 0, _READ_ONLY, offset)
        + name
    )


def is_exact(file: BinaryIO) -> bool:
    """Is every byte between the stored files what ``header`` and ``directory`` would write?"""
    try:
        with ZipFile(file) as archive:
            members = [Member(i.filename, i.CRC, i.file_size) for i in archive.infolist()]
        return all(_stands(file, at, piece) for at, piece in _pieces(members))
    except (BadZipFile, TooLargeForZip, ValueError, struct.error, NotImplementedError):
        return False


def _pieces(members: Sequence[Member]) -> Iterator[tuple[int, bytes]]:
    at = 0
    for member in members:
        yield at, header(member)
        at += len(header(member)) + member.size
    yield at, directory(members)


def _stands(file: BinaryIO, at: int, piece: bytes) -> bool:
    file.seek(at)
    last = piece.startswith((b"PK\1\2", b"PK\5\6"))
    return file.read(len(piece) + last) == piece
