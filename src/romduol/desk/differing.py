"""Two pictures of hers become a third, sealed with them: side by side, and what differs.

It shows, it does not judge: no score says that a picture was made by a machine.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from PIL import Image

from romduol.casebook.troubles import WrongUsage
from romduol.casework.copies.difference import Difference, difference
from romduol.casework.evidence.relations import Kind
from romduol.desk import relating
from romduol.desk.copying import NotAPicture, keep_row
from romduol.desk.custody import acting
from romduol.desk.opening import Book
from romduol.desk.reading import find_item, original_of
from romduol.desk.sealing import sealing
from romduol.desk.women import require_may_see
from romduol.intake.held import LARGEST
from romduol.intake.pictures.opening import opened, upright
from romduol.intake.source import CannotRead
from romduol.records.models import Item
from romduol.vault.objects import Sealed

READER = "difference/1"


class PicturesOfTwoWomen(WrongUsage):
    """Two pictures were to be laid on one another that belong to different women."""


class PictureTooLarge(WrongUsage):
    """A picture to be compared is larger than any that is opened in memory."""


@dataclass(frozen=True, slots=True)
class Differing:
    """The new item, and how the second picture was laid on the first (``Difference``)."""

    item: str
    first: str
    second: str
    scale: float
    right: int
    down: int
    overlap: float
    apart: float
    already_held: bool = False


def differ(book: Book, first: str, second: str) -> Differing:
    """Lay the item ``second`` on ``first`` and keep what differs as a working copy of both.

    Raises ``UnknownItem``, ``PicturesOfTwoWomen``, ``NotAPicture``, ``PictureTooLarge``,
    ``OnlyFingerprintKept``, ``RelatedToItself``, and ``NoGrant`` or ``ConsentMissing``.
    """
    one, other = find_item(first), find_item(second)
    require_may_see(book, one.woman)
    if one.woman != other.woman:
        raise PicturesOfTwoWomen
    made = difference(_picture(book, one), _picture(book, other))
    with book.alone(), sealing(book, one.woman.code) as work:
        sealed = work.data(made.data)
        held = Item.objects.filter(woman=one.woman, sha256=sealed.sha256).first()
        if held is not None:
            work.drop(sealed.name)
            return _told(held.code, one, other, made, already_held=True)
        code = _keep(book, (one, other), sealed, work.card(_card(one, made)))
    return _told(code, one, other, made)


def _keep(book: Book, pair: tuple[Item, Item], sealed: Sealed, card: Sealed) -> str:
    """Item, both relations and log entry: all of them or none."""
    one, other = pair
    with acting(book, "copy") as act:
        item = keep_row(book, one, sealed, card, READER)
        for original in pair:
            relating.add_row(book, item, Kind.DIFFERENCE_OF, original)
        act.about(
            item.code,
            woman=one.woman.code,
            kind=Kind.DIFFERENCE_OF.value,
            original=one.code,
            original_sha256=one.sha256,
            other=other.code,
            sha256=item.sha256,
            bytes=item.size,
            messages=0,
        )
    return str(item.code)


def _picture(book: Book, item: Item) -> Image.Image:
    if item.size > LARGEST:
        raise PictureTooLarge
    raw = book.store.open_bytes(original_of(item).name, book.identities(item.woman.code))
    try:
        return upright(opened(raw))
    except CannotRead as cause:
        raise NotAPicture from cause


def _card(one: Item, made: Difference) -> dict[str, object]:
    placed = {name: value for name, value in asdict(made).items() if name != "data"}
    return {
        "name": f"{one.code}-difference.png",
        "reads": [],
        "unread": [],
        "made": {"kind": Kind.DIFFERENCE_OF.value, **placed},
    }


def _told(
    item: str, one: Item, other: Item, made: Difference, *, already_held: bool = False
) -> Differing:
    return Differing(
        item=item,
        first=one.code,
        second=other.code,
        scale=round(made.scale, 4),
        right=made.right,
        down=made.down,
        overlap=round(made.overlap, 4),
        apart=round(made.apart, 4),
        already_held=already_held,
    )
