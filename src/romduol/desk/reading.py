"""What is held, shown to a member who may see it: items, messages, originals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from romduol.casebook.evidence import Note
from romduol.casebook.troubles import WrongUsage
from romduol.desk import segments
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.opening import Book
from romduol.desk.sealing import card_of
from romduol.desk.women import everyone, find, may_see, require_may_see
from romduol.records.models import Item, SealedObject, Woman
from romduol.vault import durable


class UnknownItem(WrongUsage):
    """No item of the book has that code."""


class OnlyFingerprintKept(WrongUsage):
    """The bytes of an item were asked for of which only the fingerprint was kept."""


class OutputExists(WrongUsage):
    """The file to be written is already there; it was left alone."""


class NoSuchFolder(WrongUsage):
    """A file was to be written into a folder that is not there."""


def require_free(out: Path) -> None:
    """Raises ``OutputExists`` or ``NoSuchFolder``."""
    if out.exists():
        raise OutputExists
    if not out.absolute().parent.is_dir():
        raise NoSuchFolder


def original_of(item: Item) -> SealedObject:
    """The sealed original; raises ``OnlyFingerprintKept``."""
    if item.original is None:
        raise OnlyFingerprintKept
    return item.original


@dataclass(frozen=True, slots=True)
class Held:
    """One item as the index knows it; ``name`` and ``card`` are empty without her key."""

    item: Item
    woman: Woman
    name: str
    card: dict[str, Any]
    messages: int
    unread: Note | None


def find_item(code: str) -> Item:
    """The item of that code; raises ``UnknownItem``."""
    item = Item.objects.filter(code=code).select_related("woman", "original", "card").first()
    if item is None:
        raise UnknownItem
    return item


def items(book: Book, alias: str = "") -> list[Held]:
    """Every item held, in the order received."""
    rows = Item.objects.select_related("woman", "original", "card").order_by("pk")
    if alias:
        rows = rows.filter(woman=find(alias))
    return [held(book, item) for item in rows]


def held(book: Book, item: Item) -> Held:
    """One item with what this member may see of it."""
    card = card_of(book, item.card) if may_see(book, item.woman) else {}
    messages = sum(item.segments.values_list("messages", flat=True))
    return Held(item, item.woman, str(card.get("name", "")), card, messages, _unread(item, card))


def _unread(item: Item, card: dict[str, Any]) -> Note | None:
    """Why no reader understood it; without her key only that none did."""
    if not item.unread:
        return None
    if not card:
        return Note("note.unread_reason_sealed")
    name, facts = card["unread"][0]["reason"]
    return Note(name, tuple((str(k), v) for k, v in facts))


def messages(book: Book, alias: str = "", item: str = "") -> Iterator[tuple[str, str, pa.Table]]:
    """(alias, item code, rows) of every message held once, or of one item; the reading is logged.

    Without ``alias`` the women whose record this member may not see are passed over; ask
    ``passed_over`` who they are. Raises ``NoGrant`` or ``ConsentMissing`` for a woman named.
    """
    women = _women_meant(book, alias, item)
    with acting(book, "read") as act:
        act.about(item or (women[0].code if len(women) == 1 else THE_BOOK), women=len(women))
    for woman in women:
        for code, table in segments.messages_of(book, woman, item):
            yield woman.alias, code, table


def _women_meant(book: Book, alias: str, item: str) -> list[Woman]:
    if not item and not alias:
        return [woman for woman in everyone() if may_see(book, woman)]
    woman = find_item(item).woman if item else find(alias)
    require_may_see(book, woman)
    return [woman]


def passed_over(book: Book) -> list[Woman]:
    """The women whose words this member may not read: no key, or no ``cs.team``."""
    return [woman for woman in everyone() if not may_see(book, woman)]


def original(book: Book, code: str, out: Path) -> int:
    """Write an item's original bytes to ``out``, whole or not at all; returns their number."""
    item = find_item(code)
    require_may_see(book, item.woman)
    identities = book.identities(item.woman.code)
    require_free(out)
    with acting(book, "original") as act:
        act.about(item.code, sha256=item.sha256)
    with durable.part_file(out.absolute().parent) as part:
        size = book.store.open_to(original_of(item).name, identities, part)
    durable.move_into_place(part.path, out)
    return size
