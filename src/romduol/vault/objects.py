"""Sealed objects: everything anybody said, wrote or showed passes through here, and only sealed.

An object is an age file named by the BLAKE3 hash of its sealed bytes: ``objects/ab/abcd…``. The
name is the check: bytes that do not hash to it are refused before a key is tried. Plaintext is
never written to the disk.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import pyrage
from blake3 import blake3

from romduol.vault import durable, keys, padding
from romduol.vault.keys import DamagedObject, Identity, Recipient

_CHUNK = 1 << 20
_HEX = frozenset("0123456789abcdef")


class ObjectMissing(DamagedObject):
    """A row points to an object whose file is not there."""


class Writer(Protocol):
    """Anything that takes bytes."""

    def write(self, data: bytes, /) -> object:
        """Takes all of ``data``."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One object now on the disk. Hashes in lower-case hex; ``sha256`` is the one courts cite."""

    name: str  # BLAKE3 of the sealed bytes
    sealed_bytes: int  # length of the sealed file
    sha256: str  # of the original bytes
    blake3: str  # of the original bytes
    size: int  # length of the original bytes


class ObjectStore:
    """The ``objects`` folder of one book. No path leaves it; names go in and out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def seal(self, reader: BinaryIO, recipients: Iterable[Recipient]) -> Sealed:
        """All of ``reader`` sealed to ``recipients``, read once, at any size.

        On return the object is on the disk under its name. On any error (``DiskFull``,
        ``FolderReadOnly``, whatever ``reader`` raised) there is nothing.
        """
        durable.make_folder(self._folder)
        with durable.part_file(self._folder) as part:
            source, target = _HashingReader(reader), _HashingWriter(part)
            _encrypt(source, target, recipients)
            name = target.blake3.hexdigest()
            durable.make_folder(self._path(name).parent)
        durable.move_into_place(part.path, self._path(name))
        return Sealed(
            name, target.size, source.sha256.hexdigest(), source.blake3.hexdigest(), source.size
        )

    def seal_bytes(self, data: bytes, recipients: Iterable[Recipient]) -> Sealed:
        """As ``seal``, from memory."""
        return self.seal(io.BytesIO(data), recipients)

    def seal_text(self, value: object, recipients: Iterable[Recipient]) -> Sealed:
        """``value`` as JSON, padded so that the sealed length says little (see ``padding``)."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return self.seal_bytes(padding.pad(text.encode()), recipients)

    def open_bytes(self, name: str, identities: Sequence[Identity]) -> bytes:
        """The original bytes. Raises ``DamagedObject``, ``ObjectMissing`` or ``NoGrant``."""
        sealed = self._read(name)
        if blake3(sealed).hexdigest() != name:
            raise DamagedObject
        return keys.open_sealed(sealed, identities)

    def open_text(self, name: str, identities: Sequence[Identity]) -> Any:
        """The value given to ``seal_text``; raises as ``open_bytes``."""
        return json.loads(self.open_bytes(name, identities))

    def open_to(self, name: str, identities: Sequence[Identity], writer: Writer) -> int:
        """Streams the original bytes into ``writer`` and returns their number.

        The whole sealed file is checked against its name first, so nothing of a damaged object
        reaches ``writer``; the file is hashed again while it is opened, in case it changed since.
        Raises as ``open_bytes``, and whatever ``writer`` raised.
        """
        with self._open(name) as file:
            if _hash(file) != name:
                raise DamagedObject
            file.seek(0)
            source, target = _HashingReader(file), _Counting(writer)
            _decrypt(source, target, identities)
            source.drain()
        if source.blake3.hexdigest() != name:
            raise DamagedObject
        return target.size

    def copy_to(self, name: str, other: ObjectStore) -> None:
        """The same sealed bytes stand in ``other`` under the same name. Needs no key.

        Raises ``DamagedObject`` or ``ObjectMissing``; then ``other`` is as it was.
        """
        durable.make_folder(other._path(name).parent)
        with self._open(name) as file, durable.part_file(other._folder) as part:
            source = _HashingReader(file)
            while chunk := source.read(_CHUNK):
                part.write(chunk)
            if source.blake3.hexdigest() != name:
                raise DamagedObject
        durable.move_into_place(part.path, other._path(name))

    def intact(self, name: str) -> bool:
        """Are the sealed bytes there and unchanged? Needs no key."""
        try:
            with self._open(name) as file:
                return _hash(file) == name
        except ObjectMissing:
            return False

    def remove(self, name: str) -> bool:
        """The object is gone, also after a power cut. False when it was not there."""
        return durable.remove_file(self._path(name))

    def names(self) -> Iterator[str]:
        """Every object held, by name."""
        for file in self._files():
            if _is_name(file.name) and file.parent.name == file.name[:2]:
                yield file.name

    def sweep(self, keep: Collection[str]) -> list[str]:
        """Removes ``.part`` files and objects not in ``keep``; returns the names removed.

        Call it only while nothing is being received: an object without its row yet is an orphan.
        Files that are neither are left alone; they are not ours.
        """
        orphans = [self._path(name) for name in set(self.names()) - set(keep)]
        parts = [file for file in self._files() if file.name.endswith(durable.PART)]
        for file in orphans + parts:
            durable.remove_file(file)
        return sorted(file.name for file in orphans + parts)

    def _files(self) -> list[Path]:
        return sorted(f for f in self._folder.rglob("*") if f.is_file())

    def _path(self, name: str) -> Path:
        if not _is_name(name):
            raise ValueError("not an object name")
        return self._folder / name[:2] / name

    def _open(self, name: str) -> BinaryIO:
        try:
            return self._path(name).open("rb")
        except FileNotFoundError as error:
            raise ObjectMissing from error

    def _read(self, name: str) -> bytes:
        with self._open(name) as file:
            return file.read()


def _is_name(name: str) -> bool:
    return len(name) == 64 and _HEX.issuperset(name)


def _hash(file: BinaryIO) -> str:
    digest = blake3()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _encrypt(
    source: _HashingReader, target: _HashingWriter, recipients: Iterable[Recipient]
) -> None:
    _stream(lambda: pyrage.encrypt_io(source, target, keys.for_age(recipients)), source, target)


def _decrypt(source: _HashingReader, target: _Counting, identities: Sequence[Identity]) -> None:
    try:
        _stream(lambda: pyrage.decrypt_io(source, target, keys.to_open(identities)), source, target)
    except (pyrage.DecryptError, OSError) as error:
        if error in (source.failure, target.failure):
            raise
        raise keys.refusal(error) from error


def _stream(run: Callable[[], None], source: _HashingReader, target: _Counting) -> None:
    """pyrage reduces what a reader or writer raised to its text; this raises the original."""
    try:
        run()
    except Exception as error:
        failure = source.failure or target.failure
        if failure is None:
            raise
        raise failure from error


class _HashingReader:
    """Passes bytes on and keeps their SHA-256, BLAKE3 and number."""

    def __init__(self, reader: BinaryIO) -> None:
        self._reader = reader
        self.sha256 = hashlib.sha256()
        self.blake3 = blake3()
        self.size = 0
        self.failure: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._reader.read(size)
        except BaseException as error:  # Ctrl-C too: pyrage would turn it into its own
            self.failure = error
            raise
        self.sha256.update(data)
        self.blake3.update(data)
        self.size += len(data)
        return data

    def drain(self) -> None:
        """Reads to the end, so that the hashes cover every byte."""
        while self.read(_CHUNK):
            pass


class _Counting:
    """Passes bytes on and keeps their number."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.size = 0
        self.failure: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            self._writer.write(data)
        except BaseException as error:  # Ctrl-C too: pyrage would turn it into its own
            self.failure = error
            raise
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back here; what is below is flushed by who opened it."""


class _HashingWriter(_Counting):
    """Passes bytes on and keeps their BLAKE3 and number."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(writer)
        self.blake3 = blake3()

    def write(self, data: bytes) -> int:
        self.blake3.update(data)
        return super().write(data)
