"""A bag's bytes reach the disk: a folder or a ZIP file, whole or not at all."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from romduol.casework.bags import zips
from romduol.desk import opening, reading
from romduol.desk.opening import Book
from romduol.desk.reading import original_of
from romduol.records.models import Item
from romduol.vault import durable
from romduol.vault.keys import DamagedObject
from romduol.vault.objects import Writer

ZIP = ".zip"
_TAGS_AT_MOST = 64 << 20  # bytes kept free for tag files when a ZIP file's size is foreseen


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the payload: an item's original, or bytes made here."""

    path: str
    sha256: str
    size: int
    item: Item | None = None
    data: bytes = b""


def require_place(out: Path) -> None:
    """Raises unless ``out`` can be made: a new ZIP file, or a folder that is absent or empty."""
    if out.suffix.lower() == ZIP:
        reading.require_free(out)
    else:
        opening.require_free(out)


def require_fits(out: Path, pieces: Sequence[Piece]) -> None:
    """Raises ``TooLargeForZip`` before anything is logged or opened."""
    if out.suffix.lower() == ZIP:
        members = [zips.Member(p.path, 0, p.size) for p in pieces]
        zips.directory([*members, zips.Member("tags", 0, _TAGS_AT_MOST)])


def write(
    book: Book, out: Path, pieces: Sequence[Piece], tag_files: Mapping[str, bytes]
) -> tuple[str, ...]:
    """Payload and tag files stand in ``out``; returns their names.

    Raises ``DamagedObject`` when an original is not what its row says; then ``out`` is not there.
    """
    made = [
        Piece(n, sha256(data).hexdigest(), len(data), data=data) for n, data in tag_files.items()
    ]
    every = sorted([*pieces, *made], key=lambda piece: piece.path)
    if out.suffix.lower() == ZIP:
        _write_zip(book, out, every)
    else:
        _write_folder(book, out, every)
    return tuple(piece.path for piece in every)


def _write_folder(book: Book, out: Path, pieces: Sequence[Piece]) -> None:
    with opening.being_made(out) as folder:
        for piece in pieces:
            place = folder / piece.path
            durable.make_folder(place.parent)
            with durable.part_file(place.parent) as part:
                _pour(book, piece, part)
            durable.move_into_place(part.path, place)


def _write_zip(book: Book, out: Path, pieces: Sequence[Piece]) -> None:
    members = []
    with durable.part_file(out.absolute().parent) as part:
        for piece in pieces:
            first = _Checked()
            _pour(book, piece, first)  # a file's checksum stands before its bytes
            member = zips.Member(f"{out.stem}/{piece.path}", first.crc, piece.size)
            part.write(zips.header(member))
            _pour(book, piece, part)
            members.append(member)
        part.write(zips.directory(members))
    durable.move_into_place(part.path, out)


def _pour(book: Book, piece: Piece, target: Writer) -> None:
    """The piece's bytes into ``target``, compared with its hash as they pass."""
    checked = _Checked(target)
    if piece.item is None:
        checked.write(piece.data)
    else:
        identities = book.identities(piece.item.woman.code)
        book.store.open_to(original_of(piece.item).name, identities, checked)
    if (checked.digest.hexdigest(), checked.size) != (piece.sha256, piece.size):
        raise DamagedObject


class _Checked:
    """Passes bytes on and keeps their SHA-256, CRC-32 and number."""

    def __init__(self, target: Writer | None = None) -> None:
        self._target = target
        self.digest, self.crc, self.size = sha256(), 0, 0

    def write(self, data: bytes) -> int:
        """As ``Writer``."""
        if self._target is not None:
            self._target.write(data)
        self.digest.update(data)
        self.crc = zlib.crc32(data, self.crc)
        self.size += len(data)
        return len(data)
