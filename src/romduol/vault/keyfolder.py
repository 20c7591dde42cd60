"""The ``keys`` folder: key files change together or not at all, and a foreign file is noticed.

A change is staged (``NAME.next``), then the register is replaced, then the staged files take their
names. The register is the moment of change: before it the old files count, after it the staged
ones, wherever a crash falls. Opening finishes what was cut short.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from filelock import FileLock, Timeout

from romduol.casebook.troubles import Damaged, Trouble, WrongUsage
from romduol.vault import durable, keys, register
from romduol.vault.register import Register

BOOK = "book.age"
LEADS = "leads.age"
REGISTER = "register.age"

_STAGED = ".next"
_LOCK = "lock"
_PATIENCE = 10  # seconds


class ForeignKey(Damaged):
    """A key file is not the one this book made: copied from another book, or replaced."""


class KeyFileMissing(Damaged):
    """A key file the register names is not there."""


class NoKeysHere(WrongUsage):
    """The folder holds no keys of a book."""


class KeysExist(WrongUsage):
    """Somebody asked for a new book where there is one."""


class KeysChanged(Trouble):
    """Another process changed the keys since this one unlocked the book; nothing was written."""


def slot(member: str) -> str:
    """Where a member's locked identity lies, below ``keys``."""
    return f"members/{member}.age"


def woman_file(woman: str) -> str:
    """Where a woman's sealed key lies, below ``keys``."""
    return f"women/{woman}.age"


class KeyFolder:
    """The files under ``keys``. Knows names and hashes; opens nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read_register(self) -> bytes:
        """The sealed register as it lies there, or ``NoKeysHere``."""
        try:
            return (self._folder / REGISTER).read_bytes()
        except FileNotFoundError as error:
            raise NoKeysHere from error

    def require_new(self) -> None:
        """Raises ``KeysExist`` when there is a register; a half-made folder may be made again."""
        if (self._folder / REGISTER).exists():
            raise KeysExist

    def read(self, path: str, expected: Register) -> bytes:
        """The key file, as the register has it, also when its change was cut short.

        Raises ``KeyFileMissing``, or ``ForeignKey`` when the bytes are others.
        """
        wanted = expected.files.get(path)
        file = self._folder / path
        held = [data for data in (_bytes(file), _bytes(_staged(file))) if data is not None]
        for data in held:
            if register.digest(data) == wanted:
                return data
        raise ForeignKey(file=path) if held else KeyFileMissing(file=path)

    def slots(self) -> list[bytes]:
        """Every locked identity in the folder, ours or not, also from a change cut short."""
        return [file.read_bytes() for file in sorted((self._folder / "members").glob("*.age*"))]

    def audit(self, expected: Register) -> list[ForeignKey | KeyFileMissing]:
        """Every key file that is missing, foreign, or that no register names. No key needed."""
        found: list[ForeignKey | KeyFileMissing] = []
        for path in sorted(expected.files):
            try:
                self.read(path, expected)
            except (ForeignKey, KeyFileMissing) as trouble:
                found.append(trouble)
        present = {f"{f.parent.name}/{f.name}" for f in self._folder.glob("*/*.age")}
        return found + [ForeignKey(file=path) for path in sorted(present - set(expected.files))]

    def commit(
        self,
        changed: Register,
        files: Mapping[str, bytes],
        key: Ed25519PrivateKey,
        before: bytes | None,
    ) -> tuple[Register, bytes]:
        """``changed`` and ``files`` replace what was there, all of it or nothing.

        ``before`` is the register this change started from (None: a new book); another one on the
        disk is ``KeysChanged``. Returns the new register and its sealed bytes.
        """
        durable.make_folder(self._folder)
        with self._alone():
            if before is not None and self.read_register() != before:
                raise KeysChanged
            return self._replace(changed, files, key)

    def _replace(
        self, changed: Register, files: Mapping[str, bytes], key: Ed25519PrivateKey
    ) -> tuple[Register, bytes]:
        digests = {path: register.digest(data) for path, data in files.items()}
        kept = {p: d for p, d in changed.files.items() if p not in _given_up(changed)}
        changed = replace(changed, revision=changed.revision + 1, files=kept | digests)
        sealed = keys.seal(register.to_signed_bytes(changed, key), changed.everyone())
        for path, data in files.items():
            durable.make_folder((self._folder / path).parent)
            durable.write_whole(_staged(self._folder / path), data)
        durable.write_whole(self._folder / REGISTER, sealed)
        self._finish(changed)
        return changed, sealed

    def finish_interrupted(self, current: Register, sealed: bytes) -> None:
        """What the register says is done is done, whatever a crash cut short.

        Left to the other process when one is changing the keys right now.
        """
        if self._unfinished(current):
            with self._alone():
                if self.read_register() == sealed:
                    self._finish(current)

    def _unfinished(self, current: Register) -> bool:
        left_over = (*self._folder.rglob(f"*{_STAGED}"), *self._folder.rglob(f"*{durable.PART}"))
        given_up = (self._folder / path for path in _given_up(current))
        return bool(left_over) or any(file.exists() for file in given_up)

    def _finish(self, current: Register) -> None:
        """Given-up files are gone, staged files have their names. Only while alone."""
        for path in _given_up(current):
            durable.remove_file(self._folder / path)
        for staged in sorted(self._folder.rglob(f"*{_STAGED}")):
            final = staged.with_name(staged.name.removesuffix(_STAGED))
            path = final.relative_to(self._folder).as_posix()
            if register.digest(staged.read_bytes()) == current.files.get(path):
                durable.move_into_place(staged, final)
            else:
                durable.remove_file(staged)
        for part in self._folder.rglob(f"*{durable.PART}"):
            durable.remove_file(part)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process changes the keys meanwhile; ``KeysChanged`` if one will not let go."""
        with durable.disk_troubles():
            held = FileLock(self._folder / _LOCK, timeout=_PATIENCE, mode=0o600)
            try:
                held.acquire()
            except Timeout as error:
                raise KeysChanged from error
        try:
            yield
        finally:
            held.release()

    def remove_slot(self, member: str) -> None:
        """The member's slot is gone from this disk."""
        durable.remove_file(self._folder / slot(member))


def _given_up(current: Register) -> list[str]:
    women = [woman_file(code) for code in current.destroyed]
    return women + [slot(code) for code in current.removed]


def _staged(file: Path) -> Path:
    return file.with_name(file.name + _STAGED)


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
