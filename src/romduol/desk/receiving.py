"""The one door: files as they came become sealed items with messages, under a consent row.

For each file: 1. its consent is checked; 2. its bytes are sealed and hashed in one read; 3. a
reader turns them into messages, sealed in segments; 4. rows and one log entry in one transaction.
A file no reader understands is still an item. After a crash there is a whole item or none.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from romduol.casebook import people
from romduol.casebook.evidence import Note, Read, ReadingOptions, Unread
from romduol.casebook.troubles import Trouble, WrongUsage
from romduol.desk import segments
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.sealing import CARD, ORIGINAL, TEXT, Sealing, row, sealing
from romduol.desk.segments import Segmenter
from romduol.desk.women import find, require
from romduol.intake import transcripts
from romduol.intake.reading import Source, read_item
from romduol.intake.recognise import recognise
from romduol.records.models import Consent, Item, Segment, Woman
from romduol.vault.objects import Sealed

Progress = Callable[[int, int], None]  # (bytes done, bytes in all) of the file under way


def quiet(_done: int, _total: int) -> None:
    """Progress nobody watches."""


class NothingToReceive(WrongUsage):
    """None of the paths named holds a file."""


class FileUnreadable(Trouble):
    """A file or folder to be received cannot be opened; what came before it is kept."""


class FileChanged(Trouble):
    """The file was written to while it was being received; nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one file."""

    item: str
    name: str
    sha256: str
    size: int
    reader: str
    messages: int
    new: int | None
    first: datetime | None
    last: datetime | None
    order: str
    order_certain: bool
    notes: tuple[Note, ...]
    unread: Note | None
    unread_members: tuple[Note, ...] = ()
    already_held: bool = False


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
) -> Iterator[Received]:
    """Take every file of ``paths`` for one woman, yielding each as it is safe on disk.

    Raises ``ConsentMissing`` before anything of a file is kept.
    """
    woman = find(alias)
    files = files_in(paths)
    held = segments.HeldIds(book, woman)
    for path in files:
        with _readable(path):
            taken = _receive_file(book, woman, path, options, held, progress)
        yield taken


def _receive_file(
    book: Book,
    woman: Woman,
    path: Path,
    options: ReadingOptions,
    held: segments.HeldIds,
    progress: Progress,
) -> Received:
    source = _source(path)
    consent = require(woman, _scope(source, options))
    with book.alone(), sealing(book, woman.code) as work:
        before = _stamp(path)
        original = _seal_original(work, path, progress)
        known = Item.objects.filter(woman=woman, sha256=original.sha256).first()
        if known is not None:
            work.discard()
            return _already(known, path.name)
        taken = _Taking(book, woman, path, work, original)
        taken.read(source, options, held)
        if _stamp(path) != before:
            raise FileChanged
        received = taken.keep(consent)
    held.add(taken.segmenter.ids)
    return received


def _source(path: Path) -> Source:
    return Source(name=path.name, open=lambda: path.open("rb"), size=path.stat().st_size)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _scope(source: Source, options: ReadingOptions) -> str:
    """Which consent a file needs: words written down for her, or what she brought herself."""
    reader = recognise(source.head(), source.name, options)
    if reader is not None and reader.NAME == transcripts.NAME:
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


class _Taking:
    """One file on its way into the book."""

    def __init__(
        self, book: Book, woman: Woman, path: Path, work: Sealing, original: Sealed
    ) -> None:
        self.book, self.woman, self.path = book, woman, path
        self.work, self.original = work, original
        # keyed, and hers: the log stands open on the disk, and a hash of the bytes there would
        # tell whoever holds the same file that she brought it
        self.code = "i" + book.mac("item", woman.code, original.sha256)[:15]
        self.reads: list[Read] = []
        self.unread: list[Unread] = []
        self.text: str | None = None
        self.segmenter = Segmenter(work)

    def read(self, source: Source, options: ReadingOptions, held: segments.HeldIds) -> None:
        """Run the readers to their end; a member that fails leaves the others whole."""
        self.segmenter.held = held
        for said in read_item(source, options):
            if isinstance(said, Read):
                self.reads.append(said)
                self.segmenter.commit()
            elif isinstance(said, Unread):
                self.unread.append(said)
                self.segmenter.roll_back()
            else:
                self.segmenter.add(said)
        self.segmenter.finish()
        if len(self.reads) == 1 and self.reads[0].reader.startswith(transcripts.NAME + "/"):
            self.text = transcripts.canonical_text(source)

    def keep(self, consent: Consent) -> Received:
        """Rows and one log entry, in one transaction."""
        card = self.work.card(self._card())
        text = self.work.data(self.text.encode()) if self.text is not None else None
        with acting(self.book, "receive") as act:
            item = self._item_row(consent, card, text)
            for number, segment in enumerate(self.segmenter.sealed):
                self._segment_row(item, number, segment)
            act.about(
                item.code,
                woman=self.woman.code,
                sha256=self.original.sha256,
                bytes=self.original.size,
                messages=self.segmenter.messages,
            )
        return self._received(item)

    def _item_row(self, consent: Consent, card: Sealed, text: Sealed | None) -> Item:
        return Item.objects.create(
            code=self.code,
            woman=self.woman,
            original=row(self.original, ORIGINAL, self.woman),
            card=row(card, CARD, self.woman),
            text=row(text, TEXT, self.woman) if text else None,
            text_sha256=hashlib.sha256((self.text or "").encode()).hexdigest() if text else "",
            sha256=self.original.sha256,
            blake3=self.original.blake3,
            size=self.original.size,
            reader=self._reader(),
            order=self._order(),
            order_certain=all(r.order_certain for r in self.reads),
            unread=self.unread[0].reason.id if self.unread and not self.reads else "",
            received=now(),
            by=me(self.book),
            consent=consent,
        )

    def _segment_row(self, item: Item, number: int, segment: segments.SealedSegment) -> None:
        Segment.objects.create(
            item=item,
            number=number,
            sealed=row(segment.sealed, "segment", self.woman),
            messages=segment.messages,
            new=segment.new,
            first=segment.first,
            last=segment.last,
        )

    def _reader(self) -> str:
        readers = sorted({r.reader for r in self.reads})
        return readers[0] if len(readers) == 1 else "+".join(r.split("/")[0] for r in readers)

    def _order(self) -> str:
        orders = sorted({r.order for r in self.reads if r.order})
        return orders[0] if len(orders) == 1 else ""

    def _card(self) -> dict[str, object]:
        return {
            "name": self.path.name,
            "reads": [_read_card(r) for r in self.reads],
            "unread": [
                {"member": u.member, "reason": [u.reason.id, list(u.reason.facts)]}
                for u in self.unread
            ],
        }

    def _received(self, item: Item) -> Received:
        notes = tuple(n for r in self.reads for n in r.notes)
        partly = tuple(u.reason for u in self.unread) if self.reads else ()
        return Received(
            item=item.code,
            name=self.path.name,
            sha256=item.sha256,
            size=item.size,
            reader=item.reader,
            messages=self.segmenter.messages,
            new=self.segmenter.new,
            first=min((r.first for r in self.reads if r.first), default=None),
            last=max((r.last for r in self.reads if r.last), default=None),
            order=item.order,
            order_certain=item.order_certain,
            notes=notes + partly,
            unread=self.unread[0].reason if item.unread else None,
            unread_members=partly,
        )


def _read_card(read: Read) -> dict[str, object]:
    return {
        "member": read.member,
        "reader": read.reader,
        "size": read.size,
        "messages": read.messages,
        "header": read.header,
        "tail": read.tail,
        "order": read.order,
        "order_certain": read.order_certain,
        "how_decided": read.how_decided,
        "zone": read.zone,
        "zone_basis": read.zone_basis,
        "notes": [[n.id, list(n.facts)] for n in read.notes],
    }


def _already(item: Item, name: str) -> Received:
    messages = sum(s.messages for s in item.segments.all())
    return Received(
        item=item.code,
        name=name,
        sha256=item.sha256,
        size=item.size,
        reader=item.reader,
        messages=messages,
        new=0,
        first=None,
        last=None,
        order=item.order,
        order_certain=item.order_certain,
        notes=(),
        unread=Note("note.unread_before") if item.unread else None,
        already_held=True,
    )
