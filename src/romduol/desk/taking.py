"""One file on its way into the book: read to its end, then kept in one transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath

from romduol import __version__
from romduol.casebook.evidence import Note, Read, ReadingOptions, Unread
from romduol.desk import segments
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.sealing import CARD, ORIGINAL, SEGMENT, TEXT, Sealing, row
from romduol.desk.segments import SEVERAL, Segmenter
from romduol.intake import transcripts
from romduol.intake.reading import Source, read_item
from romduol.records.models import Consent, Item, SealedObject, Segment, Woman
from romduol.vault.objects import Sealed

NOBODY_LOOKS = "intimate."  # the reasons of items that no program looks into
_LONGEST_CODE = 64


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
    read_again: bool = False


class Taking:
    """One file on its way into the book."""

    def __init__(
        self, book: Book, woman: Woman, path: PurePath, work: Sealing, original: Sealed
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
        self.asked: dict[str, object] = {}

    def read(self, source: Source, options: ReadingOptions, held: segments.HeldIds) -> None:
        """Run the readers to their end; a member that fails leaves the others whole."""
        self.segmenter.held = held
        self.asked = asked(options)
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
        if self._is_a_transcript():
            self.text = transcripts.canonical_text(source)

    def _is_a_transcript(self) -> bool:
        """The item itself, not one that lies in an archive: codings point into an item's text."""
        named = [(read.member, read.reader.partition("/")[0]) for read in self.reads]
        return named == [("", transcripts.NAME)]

    def leave_unread(self, why: Note) -> None:
        """No reader looks into it; ``why`` says so."""
        self.asked = asked(ReadingOptions())
        self.unread.append(Unread("", why))

    def keep(self, consent: Consent) -> Received:
        """Rows and one log entry, in one transaction."""
        card = self.work.card(self._card())
        text = self.work.data(self.text.encode()) if self.text is not None else None
        with acting(self.book, "receive") as act:
            item = self._item_row(consent, card, text)
            for number, segment in enumerate(self.segmenter.sealed):
                self._segment_row(item, number, segment)
            act.about(item.code, **self._fact())
        return self._received(item)

    def keep_reading(self, item: Item) -> Received:
        """The item read anew: its messages, card and text are replaced, its original stays.

        What was sealed of the same bytes meanwhile is not needed. A text that codings point into
        stays too. What is replaced is removed after the transaction.
        """
        if self.original.name in self.work.made:
            self.work.drop(self.original.name)
        card = self.work.card(self._card())
        text = self._new_text(item)
        with acting(self.book, "read-again") as act:
            old = [segment.sealed for segment in item.segments.select_related("sealed")]
            old += [item.card] + ([item.text] if text and item.text else [])
            item.segments.all().delete()
            self._change(item, card, text)
            for number, segment in enumerate(self.segmenter.sealed):
                self._segment_row(item, number, segment)
            SealedObject.objects.filter(pk__in=[one.pk for one in old]).delete()
            act.about(item.code, **self._fact())
        for one in old:
            self.book.store.remove(one.name)
        return replace(self._received(item), already_held=True, read_again=True)

    def _new_text(self, item: Item) -> Sealed | None:
        if self.text is None or item.codings.exists():
            return None
        return self.work.data(self.text.encode())

    def _change(self, item: Item, card: Sealed, text: Sealed | None) -> None:
        item.card = row(card, CARD, self.woman)
        if text is not None:
            item.text = row(text, TEXT, self.woman)
            item.text_sha256 = sha256_of(self.text or "")
        item.reader, item.order, item.unread = self._reader(), self._order(), self._unread()
        item.order_certain = all(r.order_certain for r in self.reads)
        item.save()

    def _fact(self) -> dict[str, object]:
        return {
            "woman": self.woman.code,
            "sha256": self.original.sha256,
            "bytes": self.original.size,
            "messages": self.segmenter.messages,
        }

    def _unread(self) -> str:
        return self.unread[0].reason.id if self.unread and not self.reads else ""

    def _item_row(self, consent: Consent, card: Sealed, text: Sealed | None) -> Item:
        return Item.objects.create(
            code=self.code,
            woman=self.woman,
            original=row(self.original, ORIGINAL, self.woman),
            card=row(card, CARD, self.woman),
            text=row(text, TEXT, self.woman) if text else None,
            text_sha256=sha256_of(self.text or "") if text else "",
            sha256=self.original.sha256,
            blake3=self.original.blake3,
            size=self.original.size,
            reader=self._reader(),
            order=self._order(),
            order_certain=all(r.order_certain for r in self.reads),
            unread=self._unread(),
            received=now(),
            by=me(self.book),
            consent=consent,
        )

    def _segment_row(self, item: Item, number: int, segment: segments.SealedSegment) -> None:
        Segment.objects.create(
            item=item,
            number=number,
            sealed=row(segment.sealed, SEGMENT, self.woman),
            messages=segment.messages,
            new=segment.new,
            first=segment.first,
            last=segment.last,
        )

    def _reader(self) -> str:
        readers = sorted({r.reader for r in self.reads})
        if len(readers) == 1:
            return readers[0]
        joined = "+".join(dict.fromkeys(r.split("/")[0] for r in readers))
        return joined if len(joined) <= _LONGEST_CODE else SEVERAL

    def _order(self) -> str:
        orders = sorted({r.order for r in self.reads if r.order})
        return orders[0] if len(orders) == 1 else ""

    def _card(self) -> dict[str, object]:
        return {
            "name": self.path.name,
            "asked": self.asked,
            "reads": [_read_card(r) for r in self.reads],
            "unread": [
                {"member": u.member, "reason": [u.reason.id, list(u.reason.facts)]}
                for u in self.unread
            ],
        }

    def _received(self, item: Item) -> Received:
        notes = tuple(dict.fromkeys(n for r in self.reads for n in r.notes))
        partly = tuple(dict.fromkeys(u.reason for u in self.unread)) if self.reads else ()
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


def asked(options: ReadingOptions) -> dict[str, object]:
    """What a person said before a reading, and which program read: as a card keeps it."""
    mapping, engine = getattr(options, "mapping", None), getattr(options, "engine", None)
    return {
        "order": options.order,
        "zone": options.zone,
        "source": options.source,
        "own": list(options.own),
        "mapping": sha256_of(repr(mapping)) if mapping else "",
        "engine": engine.name if engine else "",
        "program": __version__,
    }


def sha256_of(text: str) -> str:
    """SHA-256 of a text in UTF-8, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()
