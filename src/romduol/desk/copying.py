"""A working copy, with less in it than the original, becomes an item of its own beside it.

The original is opened in memory and never written to; the copy is sealed, linked to it, and the
log holds the hashes of both.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from romduol.casebook.evidence import Note
from romduol.casebook.troubles import WrongUsage
from romduol.casework import copies
from romduol.casework.copies import Box, WorkingCopy
from romduol.casework.evidence.relations import Kind
from romduol.desk import relating
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.reading import find_item, original_of
from romduol.desk.sealing import CARD, Sealing, row, sealing
from romduol.desk.women import require_may_see
from romduol.intake.pictures.opening import opened, upright
from romduol.intake.source import CannotRead
from romduol.records.models import Item
from romduol.vault.keys import DamagedObject
from romduol.vault.objects import Sealed

READER = "copy/1"
COPY = "copy"
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "audio/wav": ".wav"}


class NotAPicture(WrongUsage):
    """The item cannot be opened as a picture, so no part of it can be covered."""


class BoxUnreadable(WrongUsage):
    """A box was not written as four whole numbers."""


class VoiceOrPicture(WrongUsage):
    """Boxes were given together with a disguised voice: one item is one or the other."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to take out. With nothing else chosen, all that a file carries beside its pixels."""

    covered: tuple[Box, ...] = ()
    blurred: tuple[Box, ...] = ()
    longest: int | None = None
    voice: bool = False

    @property
    def kind(self) -> Kind:
        """What the copy will be to its original."""
        if self.voice:
            return Kind.DISGUISED_COPY_OF
        if self.covered:
            return Kind.REDACTED_COPY_OF
        return Kind.BLURRED_COPY_OF if self.blurred else Kind.STRIPPED_COPY_OF


@dataclass(frozen=True, slots=True)
class Copied:
    """The copy and what was done. ``already_held``: the same bytes had been made before."""

    item: str
    original: str
    kind: str
    sha256: str
    size: int
    steps: tuple[Note, ...]
    left_out: tuple[str, ...]
    already_held: bool = False


def box(written: str) -> Box:
    """A box written ``x,y,w,h`` in points of the picture as shown; raises ``BoxUnreadable``."""
    try:
        left, top, width, height = map(int, written.split(","))
    except ValueError as cause:
        raise BoxUnreadable from cause
    return Box(left, top, width, height)


def copy(book: Book, code: str, wanted: Wanted) -> Copied:
    """Make a working copy of an item. Raises ``NotAPicture`` or what ``casework.copies`` raises.

    Raises ``NoGrant`` or ``ConsentMissing`` unless this member may see the original.
    """
    if wanted.voice and (wanted.covered or wanted.blurred or wanted.longest):
        raise VoiceOrPicture
    original = find_item(code)
    require_may_see(book, original.woman)
    with book.alone():
        made = _made(book, original, wanted)
        held = Item.objects.filter(woman=original.woman, sha256=made.sha256).first()
        if held is None:
            return _keep(book, original, made, wanted)
    return _told(held, original, made, wanted, already_held=True)


def _made(book: Book, original: Item, wanted: Wanted) -> WorkingCopy:
    raw = book.store.open_bytes(original_of(original).name, book.identities(original.woman.code))
    made = copies.voice(raw) if wanted.voice else _picture(raw, wanted)
    if made.original != original.sha256:
        raise DamagedObject
    return made


def _picture(raw: bytes, wanted: Wanted) -> WorkingCopy:
    try:
        shown = upright(opened(raw))
    except CannotRead as cause:
        raise NotAPicture from cause
    return copies.picture(
        raw, shown, covered=wanted.covered, blurred=wanted.blurred, longest=wanted.longest
    )


def _keep(book: Book, original: Item, made: WorkingCopy, wanted: Wanted) -> Copied:
    """Sealed object, item, relation and log entry: all of them or none."""
    with sealing(book, original.woman.code) as work:
        sealed = work.data(made.data)
        card = _card(work, original, made, wanted)
        with acting(book, "copy") as act:
            item = keep_row(book, original, sealed, card, READER)
            relating.add_row(book, item, wanted.kind, original)
            act.about(
                item.code,
                woman=original.woman.code,
                kind=wanted.kind.value,
                original=original.code,
                original_sha256=original.sha256,
                sha256=item.sha256,
                bytes=item.size,
                messages=0,
            )
    return _told(item, original, made, wanted)


def _card(work: Sealing, original: Item, made: WorkingCopy, wanted: Wanted) -> Sealed:
    """What was done, box by box, sealed with her record; its name says nothing."""
    return work.card(
        {
            "name": f"{original.code}-copy{_SUFFIXES[made.media_type]}",
            "reads": [],
            "unread": [],
            "made": {
                "kind": wanted.kind.value,
                "covered": [asdict(one) for one in wanted.covered],
                "blurred": [asdict(one) for one in wanted.blurred],
                "steps": [[note.id, list(note.facts)] for note in made.steps],
                "left_out": list(made.left_out),
            },
        }
    )


def keep_row(book: Book, original: Item, sealed: Sealed, card: Sealed, reader: str) -> Item:
    """The item that a copy of ``original`` is, made by ``reader``, under the same consent."""
    return Item.objects.create(
        code="i" + book.mac("item", original.woman.code, sealed.sha256)[:15],
        woman=original.woman,
        original=row(sealed, COPY, original.woman),
        card=row(card, CARD, original.woman),
        sha256=sealed.sha256,
        blake3=sealed.blake3,
        size=sealed.size,
        reader=reader,
        received=now(),
        by=me(book),
        consent=original.consent,
    )


def _told(
    item: Item, original: Item, made: WorkingCopy, wanted: Wanted, *, already_held: bool = False
) -> Copied:
    return Copied(
        item=item.code,
        original=original.code,
        kind=wanted.kind.value,
        sha256=item.sha256,
        size=item.size,
        steps=made.steps,
        left_out=made.left_out,
        already_held=already_held,
    )
