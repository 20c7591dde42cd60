"""The one door: files as they came become sealed items with messages, under a consent row.

For each file: 1. its consent is checked; 2. its bytes are sealed and hashed in one read; 3. a
reader turns them into messages, sealed in segments; 4. rows and one log entry in one transaction.
A file no reader understands is still an item. After a crash there is a whole item or none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.db.models import Max, Min

from romduol.casebook import people
from romduol.casebook.evidence import Note, ReadingOptions
from romduol.casebook.troubles import Trouble, WrongUsage
from romduol.desk import mappings, segments, tesseract
from romduol.desk.opening import Book
from romduol.desk.reading import held
from romduol.desk.sealing import Sealing, card_of, sealing
from romduol.desk.taking import NOBODY_LOOKS, Received, Taking, asked
from romduol.desk.women import find, require
from romduol.intake import forms, tables, transcripts
from romduol.intake.reading import Source
from romduol.intake.recognise import recognise
from romduol.records.models import Consent, Item, Woman
from romduol.vault.objects import Sealed

ORDINARY = "ordinary"
_WRITTEN_DOWN = frozenset({transcripts.NAME, forms.NAME})
_SEEING = frozenset({"pictures", "documents"})  # readers that an engine gives words
Progress = Callable[[int, int], None]  # (bytes done, bytes in all) of the file under way


def quiet(_done: int, _total: int) -> None:
    """Progress nobody watches."""


class NothingToReceive(WrongUsage):
    """None of the paths named holds a file."""


class FileUnreadable(Trouble):
    """A file or folder to be received cannot be opened; what came before it is kept."""


class FileChanged(Trouble):
    """The file was written to while it was being received; nothing of it was kept."""


def files_in(paths: Sequence[Path]) -> list[Path]:
    """Every file of ``paths``, folders walked in name order, links not followed."""
    found = [file for path in paths for file in _files_of(path)]
    if not found:
        raise NothingToReceive
    return found


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path] if path.is_file() else []
    walk = os.walk(path, onerror=_refuse_folder)
    inside = (Path(folder) / name for folder, _, names in walk for name in names)
    return sorted(file for file in inside if file.is_file() and not file.is_symlink())


def _refuse_folder(cause: OSError) -> None:
    """A folder passed over in silence would be a loss nobody hears of."""
    raise FileUnreadable from cause


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Says that ``path`` cannot be opened; trouble with other files passes unchanged."""
    try:
        yield
    except OSError as cause:
        if cause.filename is None or Path(cause.filename) != path:
            raise
        raise FileUnreadable from cause


def receive(
    book: Book,
    paths: Sequence[Path],
    alias: str,
    options: ReadingOptions,
    progress: Progress = quiet,
    content: str = ORDINARY,
) -> Iterator[Received]:
    """Take every file of ``paths`` for one woman, yielding each as it is safe on disk.

    ``content`` says whether they are intimate (``casework.copies.intimate.Content``): then only
    fingerprints are kept, unless she agreed to more. Raises ``ConsentMissing`` before anything of
    a file is kept.
    """
    woman = find(alias)
    if content != ORDINARY:
        yield from _receive_intimate(book, woman, paths, content)
        return
    files = files_in(paths)
    options = with_what_this_machine_has(options)
    ids = segments.HeldIds(book, woman)
    for path in files:
        with _readable(path):
            taken = _receive_file(book, woman, path, options, ids, progress)
        yield taken


def _receive_intimate(
    book: Book, woman: Woman, paths: Sequence[Path], content: str
) -> Iterator[Received]:
    """Fingerprints; or, with her separate yes, sealed originals that no program looks into."""
    from romduol.casework.copies.intimate import Content  # with it comes a large library
    from romduol.desk import fingerprinting

    decision = fingerprinting.rule(woman, Content(content))
    for path in files_in(paths):
        consent = require(woman, people.SCOPE_OF_PICTURES_AND_EXPORTS)
        with book.alone(), _readable(path):
            if fingerprinting.fingerprint_only(decision):
                item = fingerprinting.keep(book, woman, path, consent, decision.why)
                yield _already(book, item, path.name)
            else:
                yield _seal_unread(book, woman, path, consent, decision.why)


def _seal_unread(book: Book, woman: Woman, path: Path, consent: Consent, why: Note) -> Received:
    with sealing(book, woman.code) as work:
        original = _seal_original(work, path, quiet)
        known = Item.objects.filter(woman=woman, sha256=original.sha256).first()
        if known is not None:
            work.discard()
            return _already(book, known, path.name)
        taken = Taking(book, woman, path, work, original)
        taken.leave_unread(why)
        return taken.keep(consent)


def _receive_file(
    book: Book,
    woman: Woman,
    path: Path,
    options: ReadingOptions,
    ids: segments.HeldIds,
    progress: Progress,
) -> Received:
    source = source_of(path)
    options = mappings.with_kept(book, source, options)
    consent = require(woman, scope_of(source, options))
    with book.alone(), sealing(book, woman.code) as work:
        before = _stamp(path)
        original = _seal_original(work, path, progress)
        known = Item.objects.filter(woman=woman, sha256=original.sha256).first()
        if known is not None and not asks_again(book, known, options):
            work.discard()
            return _already(book, known, path.name)
        taken = Taking(book, woman, path, work, original)
        taken.read(source, options, ids)
        if _stamp(path) != before:
            raise FileChanged
        received = taken.keep(consent) if known is None else taken.keep_reading(known)
    ids.add(taken.segmenter.ids)
    return received


def asks_again(book: Book, known: Item, options: ReadingOptions) -> bool:
    """Is there something to be gained from reading the same bytes again?

    Yes when a person now says what was not known (order, zone, kind, columns, who she is), when the
    file was not understood and this program is another, or when this machine can now read words in
    its pictures; not when all that was tried before, nor where no program may look.
    """
    if known.original is None or known.unread.startswith(NOBODY_LOOKS):
        return False
    if not book.may_read(known.woman.code):
        return False
    card = card_of(book, known.card)
    if not known.unread and not _says_something(options) and not _sees_more(card, options):
        return False
    return bool(card.get("asked") != asked(options))


def _sees_more(card: dict[str, Any], options: ReadingOptions) -> bool:
    """Are there pictures or scanned pages in it, read by no engine that reads words or another?"""
    engine = str(asked(options)["engine"])
    readers = {str(read["reader"]).partition("/")[0] for read in card.get("reads", [])}
    before = card.get("asked", {}).get("engine")
    return bool(engine) and engine != before and not readers.isdisjoint(_SEEING)


def _says_something(options: ReadingOptions) -> bool:
    said = (options.order, options.zone, options.source, options.own)
    return any(said) or tables.mapping_in(options) is not None


def with_what_this_machine_has(options: ReadingOptions) -> ReadingOptions:
    """The options with an engine that reads words in pictures, where one is installed."""
    if tables.mapping_in(options) is not None:
        return options
    engine = tesseract.installed()
    if engine is None:
        return options
    from romduol.intake import pictures  # a large library that few books need

    return pictures.with_eyes(options, engine)


def source_of(path: Path) -> Source:
    """The file as readers want it."""
    return Source(name=path.name, open=lambda: path.open("rb"), size=path.stat().st_size)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def scope_of(source: Source, options: ReadingOptions) -> str:
    """Which consent a file needs: words written down for her, or what she brought herself.

    An interview and a form's answers are written down for her; an archive is what was brought.
    """
    reader = recognise(source.head(), source.name, options)
    if reader is not None and reader.NAME in _WRITTEN_DOWN:
        return people.SCOPE_OF_TRANSCRIPTS
    return people.SCOPE_OF_PICTURES_AND_EXPORTS


def _seal_original(work: Sealing, path: Path, progress: Progress) -> Sealed:
    total = path.stat().st_size
    with path.open("rb") as file:
        watched = _Watched(file, progress, total)
        return work.stream(cast("BinaryIO", watched))


class _Watched:
    """A stream that tells how far it has been read."""

    def __init__(self, file: BinaryIO, tell: Callable[[int, int], None], total: int) -> None:
        self._file, self._tell, self._total, self._done = file, tell, total, 0

    def read(self, size: int = -1) -> bytes:
        """As the stream's own ``read``."""
        data = self._file.read(size)
        self._done += len(data)
        self._tell(self._done, self._total)
        return data


def _already(book: Book, item: Item, name: str) -> Received:
    known = held(book, item)
    times = item.segments.aggregate(first=Min("first"), last=Max("last"))
    return Received(
        item=item.code,
        name=name,
        sha256=item.sha256,
        size=item.size,
        reader=item.reader,
        messages=known.messages,
        new=0,
        first=times["first"],
        last=times["last"],
        order=item.order,
        order_certain=item.order_certain,
        notes=(),
        unread=known.unread,
        already_held=True,
    )
