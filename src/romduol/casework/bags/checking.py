"""Is a bag what its manifests say? Folder or ZIP file, read on any machine, without the book."""

from __future__ import annotations

import hashlib
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol
from zipfile import BadZipFile, ZipFile

from romduol.casework.bags import zips
from romduol.casework.bags.tags import (
    DECLARATION,
    DECLARED,
    INFO,
    MANIFEST,
    PAYLOAD,
    TAG_MANIFEST,
    NotAManifest,
    read_manifest,
)

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it was packed: the rule it breaks (``verify.…``) and the file."""

    rule: str
    path: str = ""


class BagUnreadable(ValueError):
    """What should be a bag is no folder and no ZIP file that can be read."""


class Bag(Protocol):
    """A bag's files by path, "/" between the parts."""

    def names(self) -> list[str]:
        """Every file, sorted."""

    def open(self, name: str) -> BinaryIO:
        """The bytes of one of ``names``."""

    def odd(self) -> list[Problem]:
        """What in it is no plain file."""


class FolderBag:
    """A bag in a folder. No link is followed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """As promised by ``Bag``."""
        return sorted(self._name(p) for p in self._all() if p.is_file() and not p.is_symlink())

    def open(self, name: str) -> BinaryIO:
        """As promised by ``Bag``."""
        return (self._folder / name).open("rb")

    def odd(self) -> list[Problem]:
        """Links, and what is neither file nor folder."""
        held = (p for p in self._all() if p.is_symlink() or not (p.is_file() or p.is_dir()))
        return [Problem("verify.bag_odd", self._name(path)) for path in held]

    def _all(self) -> Iterator[Path]:
        return self._folder.rglob("*")

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()


class ZipBag:
    """A bag in a ZIP file, under its one folder."""

    def __init__(self, path: Path) -> None:
        self._zip = ZipFile(path)
        names = self._zip.namelist()
        self._top = names[0].split("/")[0] + "/" if names else ""
        with path.open("rb") as file:
            self._exact = zips.is_exact(file) and len(set(names)) == len(names)

    def names(self) -> list[str]:
        """As promised by ``Bag``."""
        held = [name for name in self._zip.namelist() if name.startswith(self._top)]
        return sorted(name.removeprefix(self._top) for name in held)

    def open(self, name: str) -> BinaryIO:
        """As promised by ``Bag``."""
        return self._zip.open(self._top + name)  # type: ignore[return-value]  # a stream of bytes

    def odd(self) -> list[Problem]:
        """Bytes between the files that nobody needed, and files outside the folder."""
        outside = [n for n in self._zip.namelist() if not n.startswith(self._top) or not _plain(n)]
        found = [Problem("verify.bag_odd", name) for name in outside]
        return found if self._exact else [*found, Problem("verify.bag_zip")]


def open_bag(path: Path) -> Bag:
    """The bag at ``path``, a folder or a ZIP file. Raises ``BagUnreadable``."""
    try:
        return FolderBag(path) if path.is_dir() else ZipBag(path)
    except (OSError, BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise BagUnreadable from error


def is_zip(path: Path) -> bool:
    """Is it a file with a ZIP directory?"""
    return path.is_file() and zipfile.is_zipfile(path)


def check(bag: Bag) -> list[Problem]:
    """Everything that is not as it was packed; empty when every byte of every file is.

    Stricter than RFC 8493 asks: manifests stand in one form, list every file once, and nothing
    else is there.
    """
    try:
        odd = bag.odd()
        loose = any(problem.rule == "verify.bag_zip" for problem in odd)
        return odd if loose else [*odd, *_check(bag)]
    except (OSError, BadZipFile) as error:
        return [Problem("verify.bag_unreadable", type(error).__name__)]


def _check(bag: Bag) -> Iterator[Problem]:
    names = bag.names()
    for needed in (DECLARATION, INFO, MANIFEST, TAG_MANIFEST):
        if needed not in names:
            yield Problem("verify.bag_missing", needed)
            return
    if _read(bag, DECLARATION) != DECLARED:
        yield Problem("verify.bag_changed", DECLARATION)
    payload = [name for name in names if name.startswith(PAYLOAD)]
    tags = [name for name in names if not name.startswith(PAYLOAD) and name != TAG_MANIFEST]
    yield from _against(bag, MANIFEST, payload)
    yield from _against(bag, TAG_MANIFEST, tags)


def _against(bag: Bag, listing: str, held: list[str]) -> Iterator[Problem]:
    try:
        listed = read_manifest(_read(bag, listing))
    except NotAManifest:
        yield Problem("verify.bag_changed", listing)
        return
    for name in sorted(listed.keys() - set(held)):
        yield Problem("verify.bag_missing", name)
    for name in sorted(set(held) - listed.keys()):
        yield Problem("verify.bag_extra", name)
    for name in sorted(listed.keys() & set(held)):
        if sha256_of(bag, name) != listed[name]:
            yield Problem("verify.bag_changed", name)


def sha256_of(bag: Bag, name: str) -> str:
    """The hash of one file, read in pieces."""
    digest = hashlib.sha256()
    with bag.open(name) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _read(bag: Bag, name: str) -> bytes:
    with bag.open(name) as file:
        return file.read()


def _plain(name: str) -> bool:
    path = PurePosixPath(name)
    return path.as_posix() == name and not path.is_absolute() and ".." not in path.parts
