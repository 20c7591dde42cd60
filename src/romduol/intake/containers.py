"""Archives taken apart: each member as a source of its own, hostile ones refused with the reason.

Nothing is ever written to a disk, so a path in an archive can lead nowhere; it is refused all the
same, since whoever wrote it meant harm or the archive is not what it seems.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from romduol.casebook.evidence import Note, Unread
from romduol.intake.source import CannotRead, Source

_NUMBERS = re.compile(r"[0-9]+")
# IndexError: zipfile asks for the last letter of a name that is empty once cut at its NUL
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, IndexError)
_HOW_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED, _UTF_8 = 0x1, 0x800  # APPNOTE.TXT 4.4.4, general purpose bits 0 and 11


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may unpack to before it is taken for a trap.

    Deflate cannot pack better than 1032 to 1; chats pack about 4 to 1, and 100 is never met.
    """

    members: int = 100_000
    total_bytes: int = 64 << 30
    ratio: int = 100  # unpacked to packed, looked at beyond ``ratio_from`` unpacked bytes
    ratio_from: int = 16 << 20


LIMITS = Limits()


def is_archive(head: bytes) -> bool:
    """Whether bytes that begin with ``head`` are a zip, whole or not."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def _counting_up(path: str) -> str:
    """A key under which ``messages10.html`` comes after ``messages2.html``."""
    return _NUMBERS.sub(lambda number: number[0].zfill(20), path)


def members(source: Source, limits: Limits = LIMITS) -> Iterator[Source | Unread]:
    """Every file in the zip ``source``, by path: a ``Source``, or why it is not taken.

    Raises ``CannotRead`` when the archive as a whole is broken or a trap.
    """
    infos = _listing(source)
    _refuse_traps(infos, source.size, limits)
    names = {id(info): _name(info) for info in infos}
    often = Counter(name.casefold() for name, _ in names.values())
    beside = frozenset(PurePosixPath(name).name for name, _ in names.values())
    neighbours = _neighbours(source, infos, names, often)
    for info in sorted(infos, key=lambda i: _counting_up(names[id(i)][0])):
        name, named_by = names[id(info)]
        path = f"{source.member}/{name}" if source.member else name
        refused = _refused(info, name, often[name.casefold()])
        if refused:
            yield Unread(path, Note(refused))
            continue
        yield Source(
            PurePosixPath(name).name, _opener(source, info), info.file_size, path, source.name,
            beside, neighbours, named_by,
        )  # fmt: skip


def _neighbours(
    source: Source,
    infos: list[zipfile.ZipInfo],
    names: dict[int, tuple[str, str]],
    often: Counter[str],
) -> Callable[[str], BinaryIO | None]:
    """Opens a member by its name without folders; of a name that stands twice, neither."""
    by_name: dict[str, list[zipfile.ZipInfo]] = {}
    for info in infos:
        path = names[id(info)][0]
        if not _refused(info, path, often[path.casefold()]):
            by_name.setdefault(PurePosixPath(path).name, []).append(info)

    def open_neighbour(name: str) -> BinaryIO | None:
        found = by_name.get(name, [])
        return _opener(source, found[0])() if len(found) == 1 else None

    return open_neighbour


def _listing(source: Source) -> list[zipfile.ZipInfo]:
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            return [info for info in archive.infolist() if not info.is_dir()]
    except BROKEN as broken:
        raise CannotRead(Note("note.archive_broken")) from broken
    except (ValueError, OverflowError, struct.error) as broken:
        # the directory names places before the file's start, or is no text: not a whole zip
        raise CannotRead(Note("note.archive_broken")) from broken


def _refuse_traps(infos: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > limits.members:
        raise CannotRead(Note("note.archive_many_members", (("members", len(infos)),)))
    if unpacked > limits.total_bytes:
        raise CannotRead(Note("note.archive_unpacks_large", (("gigabytes", unpacked >> 30),)))
    if unpacked > limits.ratio_from and unpacked > limits.ratio * max(size, 1):
        raise CannotRead(Note("note.archive_is_a_bomb", (("ratio", unpacked // max(size, 1)),)))
    placed = sorted(infos, key=lambda info: info.header_offset)
    if any(a.header_offset + a.compress_size > b.header_offset for a, b in pairwise(placed)):
        raise CannotRead(Note("note.archive_members_overlap"))


def _refused(info: zipfile.ZipInfo, name: str, times: int) -> str:
    """The id of the reason why this member is not taken, or ``""``."""
    path = PurePosixPath(name.replace("\\", "/"))
    checks = {
        "note.member_path_unsafe": path.is_absolute() or ".." in path.parts or ":" in path.parts[0],
        "note.member_twice": times > 1,
        "note.member_is_a_link": stat.S_ISLNK(info.external_attr >> 16),
        "note.member_locked": bool(info.flag_bits & _ENCRYPTED),
        # a stream on a disk refuses to go there with an error that looks like the disk's own
        "note.member_broken": info.header_offset < 0,
        "note.member_packing_unknown": info.compress_type not in _HOW_PACKED,
    }
    return next((reason for reason, true in checks.items() if true), "")


def _name(info: zipfile.ZipInfo) -> tuple[str, str]:
    """The member's path, and how its bytes became text.

    Without the UTF-8 bit the standard says cp437, but phones write UTF-8 all the same.
    """
    written = info.orig_filename
    if info.flag_bits & _UTF_8 or written.isascii():
        return written or "-", "utf-8"
    try:
        return written.encode("cp437").decode("utf-8"), "utf-8-unmarked"
    except UnicodeDecodeError:
        return written, "cp437"


def _opener(source: Source, info: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    def open_member() -> BinaryIO:
        return cast("BinaryIO", io.BufferedReader(_Member(source, info), 1 << 18))

    return open_member


class _Member(io.RawIOBase):
    """A member's unpacked bytes; closing it closes the archive's own stream as well."""

    def __init__(self, source: Source, info: zipfile.ZipInfo) -> None:
        self._outer = source.open()
        try:
            self._archive = zipfile.ZipFile(self._outer)
            self._inner = self._archive.open(info)
        except (ValueError, struct.error, RuntimeError) as broken:
            self._outer.close()
            raise zipfile.BadZipFile from broken
        except BaseException:
            self._outer.close()
            raise

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, into: bytearray | memoryview) -> int:  # type: ignore[override]
        got = self._inner.read(len(into))
        into[: len(got)] = got
        return len(got)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        return self._inner.tell()

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
            self._archive.close()
            self._outer.close()
        super().close()
