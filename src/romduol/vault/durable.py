"""How bytes reach the disk: a whole file under its name, or none.

Order of every write: a private ``.part`` file, fsync, rename, fsync of the folder. After a power
cut the name shows the old bytes or the new bytes, never a mixture.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from romduol.casebook.troubles import Trouble

PART = ".part"

# O_BINARY exists on Windows only, where a file is text unless it is said not to be
_BINARY = getattr(os, "O_BINARY", 0)
_NEW_PRIVATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
_APPENDED = os.O_RDWR | os.O_CREAT | _BINARY

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


class DiskFull(Trouble):
    """There was no room for what had to be written; nothing was left half-written."""


class FolderReadOnly(Trouble):
    """The book's folder does not let this program write; nothing was changed."""


@contextmanager
def disk_troubles() -> Iterator[None]:
    """Turns a full disk and a read-only folder into their Trouble; other errors pass unchanged."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull from error
        if error.errno in _READ_ONLY:
            raise FolderReadOnly from error
        raise


def make_folder(folder: Path) -> None:
    """``folder`` exists afterwards, and its name is on the disk; only its owner may look inside."""
    with disk_troubles():
        if folder.is_dir():
            return
    make_folder(folder.parent)
    with disk_troubles():
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """The names in ``folder`` (new, renamed, removed) survive a power cut."""
    if os.name == "nt":  # Windows cannot open a folder; NTFS journals its names itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class PartFile:
    """A file still being written, under a name nobody looks for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Unbuffered: a disk that is full says so at the write, not once more while closing.
        self._handle = os.open(path, _NEW_PRIVATE, 0o600)

    def write(self, data: bytes) -> int:
        """All of ``data`` is written, or ``DiskFull``."""
        with disk_troubles():
            _write_all(self._handle, data)
        return len(data)

    def sync(self) -> None:
        """What was written survives a power cut."""
        with disk_troubles():
            os.fsync(self._handle)

    def close(self) -> None:
        """Gives the handle back; may be called once."""
        os.close(self._handle)


@contextmanager
def part_file(folder: Path) -> Iterator[PartFile]:
    """A private ``.part`` file in ``folder``, fsynced at the end; gone if the body fails."""
    path = folder / f"{secrets.token_hex(8)}{PART}"
    with disk_troubles():
        part = PartFile(path)
    try:
        try:
            yield part
            part.sync()
        finally:
            part.close()
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def move_into_place(part: Path, final: Path) -> None:
    """``final`` names the bytes of ``part``, also after a power cut."""
    with disk_troubles():
        try:
            part.replace(final)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        sync_folder(final.parent)


def write_whole(path: Path, data: bytes) -> None:
    """``path`` holds ``data``; after a crash it holds what it held before, or ``data``."""
    with part_file(path.parent) as part:
        part.write(data)
    move_into_place(part.path, path)


def append(path: Path, kept: int, data: bytes, *, named: bool = False) -> int:
    """``path`` keeps its first ``kept`` bytes, ``data`` stands behind them; returns its length.

    ``named`` says that the file's name is known to be on the disk: this program synced its folder
    since the file was made. Bytes are on the disk in any case.

    After a crash, or a full disk, some beginning of ``data`` may stand there: the reader must know
    where the whole ends. A file shorter than ``kept`` is a ``ValueError``; nothing is written.
    """
    with disk_troubles():
        handle = os.open(path, _APPENDED, 0o600)
        try:
            if os.fstat(handle).st_size < kept:
                raise ValueError("the file is shorter than what it is said to hold")
            os.ftruncate(handle, kept)
            os.lseek(handle, kept, os.SEEK_SET)
            _write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        if not named:
            sync_folder(path.parent)
    return kept + len(data)


def _write_all(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def remove_file(path: Path) -> bool:
    """``path`` is gone, also after a power cut. False when it was not there."""
    with disk_troubles():
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        sync_folder(path.parent)
    return True
