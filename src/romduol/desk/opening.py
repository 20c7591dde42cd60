"""A folder and a passphrase become an open book: keys, index, objects and log in one hand."""

from __future__ import annotations

import hashlib
import hmac
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from romduol.casebook.troubles import Damaged, Trouble, WrongUsage
from romduol.records import index
from romduol.vault import durable
from romduol.vault.idle import IdleLock
from romduol.vault.keyring import BookLocked, Keyring
from romduol.vault.keys import Identity, NoGrant
from romduol.vault.log import CustodyLog
from romduol.vault.objects import ObjectStore
from romduol.vault.recovery import Recovery

INDEX, KEYS, OBJECTS, LOG, LOCK = "book.db", "keys", "objects", "log", "book.lock"
WAIT_SECONDS = 60.0
IDLE_SECONDS = 900.0  # a book nobody has touched for a quarter of an hour locks itself


class NotABook(WrongUsage):
    """The folder named is no book."""


class BookIncomplete(Damaged):
    """A part of the book's folder is not there: it was deleted, or the copy is not whole."""


class FolderTaken(WrongUsage):
    """A new book was to be made where something already is."""


class BookBusy(Trouble):
    """Another program holds the book and did not let go in time."""


class UnknownWoman(WrongUsage):
    """No woman of the book has that alias or code."""


@dataclass
class Book:
    """An open book. Use as a context manager: on leaving, keys are forgotten, the index closed."""

    folder: Path
    keyring: Keyring
    store: ObjectStore
    wait_seconds: float = WAIT_SECONDS
    idle_seconds: float = IDLE_SECONDS

    def __post_init__(self) -> None:
        self._working = 0
        self._stay_awake()
        self._lock = FileLock(self.folder / LOCK, mode=0o600)
        self._log: CustodyLog | None = None
        self._log_stamp: tuple[tuple[str, int, int], ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        trouble = index.trouble_behind(error)
        if trouble is not None:
            raise trouble from error

    def close(self) -> None:
        """Forget the keys and close the index."""
        self.keyring.lock()
        index.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes to this book meanwhile. Raises ``BookBusy`` after a minute's wait."""
        self._require_awake()
        try:
            with durable.disk_troubles():
                self._lock.acquire(timeout=self.wait_seconds)
        except Timeout as cause:
            raise BookBusy(seconds=int(self.wait_seconds)) from cause
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1
            self._lock.release()
            self._stay_awake()

    def _stay_awake(self) -> None:
        """The quarter of an hour begins again; a verb at work may take longer than that."""
        self._idle = IdleLock(self.idle_seconds, self.keyring.lock)

    def _require_awake(self) -> None:
        """Raises ``BookLocked`` when nobody has touched the book for too long."""
        if not self._working and self._idle.expired():
            raise BookLocked
        self._idle.touch()

    def log(self) -> CustodyLog:
        """The custody log as it now stands on disk, read again only when its files changed."""
        stamp = _stamps(self.folder / LOG)
        if self._log is None or stamp != self._log_stamp:
            key, origin = self.keyring.signing_key, self.keyring.verifier_key.name
            self._log = CustodyLog(self.folder / LOG, key, origin)
            self._log_stamp = stamp
        return self._log

    def extend_log(self, leaves: Sequence[bytes]) -> None:
        """``leaves`` are on the disk behind the log's entries; the log is not read again for that.

        Raises as ``CustodyLog.extend``; then the log is read again when it is next asked for.
        """
        self.log().extend(leaves)
        self._log_stamp = _stamps(self.folder / LOG)

    def identities(self, woman: str) -> list[Identity]:
        """Her keys, newest first; raises ``NoGrant``, or ``BookLocked`` after too long a pause."""
        self._require_awake()
        return self.keyring.identities(woman)

    def may_read(self, woman: str) -> bool:
        """Does this member hold her key?"""
        try:
            return bool(self.identities(woman))
        except NoGrant:
            return False

    def mac(self, purpose: str, *parts: str) -> str:
        """A keyed digest that finds a name or label again without holding it (HMAC-SHA-256)."""
        message = "\x1f".join((purpose, *parts)).encode()
        return hmac.new(self.keyring.database_key, message, hashlib.sha256).hexdigest()


def _stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of each file, or nothing while there is no log."""
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return tuple((f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in files)


def exists(folder: Path) -> bool:
    """Is there a book in ``folder``, or what is left of one?"""
    return (folder / KEYS).is_dir() or (folder / INDEX).is_file()


def require_whole(folder: Path) -> None:
    """Raises ``NotABook``, or ``BookIncomplete`` when a book is there but not all of it."""
    if not exists(folder):
        raise NotABook
    for part, there in ((KEYS, Path.is_dir), (INDEX, Path.is_file), (LOG, Path.is_dir)):
        if not there(folder / part):
            raise BookIncomplete(part=part)


def require_free(folder: Path) -> None:
    """Raises ``FolderTaken`` unless ``folder`` is absent or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken


def open_book(
    folder: Path, passphrase: str, *, wait_seconds: float = WAIT_SECONDS, as_it_is: bool = False
) -> Book:
    """The book in ``folder``, open for the member whose passphrase this is.

    What a crash left half done is finished first; ``as_it_is`` leaves it, for ``check`` to find.
    Raises ``NotABook``, ``WrongPassphrase`` or, when folder and log disagree, a ``Damaged``.
    """
    require_whole(folder)
    book = adopt(folder, Keyring.unlock(folder / KEYS, passphrase), wait_seconds)
    try:
        if not as_it_is:
            _finish_what_a_crash_left(book)
    except BaseException as error:
        book.close()
        trouble = index.trouble_behind(error)
        if trouble is not None:
            raise trouble from error
        raise
    return book


def adopt(folder: Path, keyring: Keyring, wait_seconds: float = WAIT_SECONDS) -> Book:
    """An unlocked keyring and its index become an open book."""
    index.open_index(folder / INDEX, keyring.database_key)
    return Book(folder, keyring, ObjectStore(folder / OBJECTS), wait_seconds)


def _finish_what_a_crash_left(book: Book) -> None:
    from romduol.desk.custody import catch_up, require_keys_not_set_back
    from romduol.desk.withdrawing import finish_withdrawals

    require_keys_not_set_back(book)
    catch_up(book)
    finish_withdrawals(book)


def new_book(
    folder: Path,
    member: str,
    passphrase: str,
    *,
    chosen: bool,
    shares: bool = False,
    sheet: Path | None = None,
) -> tuple[Book, Recovery]:
    """Make a book with one member, a lead, and its recovery sheet; leave it open.

    It is made beside its place and renamed: after a crash there is a whole book or none. The sheet
    is written to ``sheet`` before that, so that no book is without one.
    """
    from romduol.desk.membership import require_usable
    from romduol.desk.recovering import require_place, write_sheet

    require_usable(member)
    if sheet is not None:
        require_free(folder)
        require_place(sheet, folder, unfinished(folder))
    with being_made(folder) as part:
        keyring, code, recovery = Keyring.create(
            part / KEYS, passphrase, chosen=chosen, shares=shares
        )
        _first_entry(part, keyring, code, member)
        if sheet is not None:
            write_sheet(recovery, sheet)
    return open_book(folder, passphrase), recovery


def _first_entry(part: Path, keyring: Keyring, code: str, member: str) -> None:
    from romduol.desk.custody import acting
    from romduol.desk.membership import add_row

    index.create(part / INDEX, keyring.database_key)
    with adopt(part, keyring) as book, acting(book, "new") as act:
        add_row(code, member, lead=True)
        act.about(code, members=1)


def unfinished(folder: Path) -> Path:
    """Where ``folder`` is while it is being made."""
    return folder.absolute().with_name(f".{folder.name}{durable.PART}")


@contextmanager
def being_made(folder: Path) -> Iterator[Path]:
    """A folder to make a book in; it takes the name ``folder`` when the body is done.

    If the body fails, nothing is left.
    """
    require_free(folder)
    part = unfinished(folder)
    if part.exists():
        shutil.rmtree(part)  # what a crash left of an earlier try
    durable.make_folder(part)
    try:
        yield part
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    if folder.exists():
        folder.rmdir()
    durable.move_into_place(part, folder.absolute())
