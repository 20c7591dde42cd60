"""Identity cards: her name and phone, sealed to the leads' key alone; opened here only."""

from __future__ import annotations

from typing import Any

import msgspec

from romduol.casebook.troubles import WrongUsage
from romduol.desk.custody import acting
from romduol.desk.opening import Book
from romduol.desk.sealing import row, sealing
from romduol.desk.women import find
from romduol.language.naming import Person
from romduol.records.models import SealedObject
from romduol.vault import identities
from romduol.vault.identities import IdentityCard

IDENTITY = "identity"
ASKED = ("name", "phone", "address", "how_to_reach")


class CardUnreadable(WrongUsage):
    """What was given as an identity card is no JSON object with its fields."""


class NoCard(WrongUsage):
    """This woman has no identity card in the book."""


def read_card(data: bytes) -> IdentityCard:
    """A card from a JSON object; raises ``CardUnreadable``."""
    try:
        return msgspec.json.decode(data, type=IdentityCard)
    except msgspec.DecodeError as cause:
        raise CardUnreadable(fields=", ".join(ASKED)) from cause


def as_said(card: IdentityCard) -> dict[str, Any]:
    """The card's filled fields, as plain values."""
    said: dict[str, Any] = msgspec.to_builtins(card)
    return {name: value for name, value in said.items() if value}


def _words(card: IdentityCard) -> list[str]:
    """Names and numbers. An address would forbid the name of a whole province."""
    return [w for w in (card.name, *card.other_names, card.phone) if w]


def write(book: Book, alias: str, card: IdentityCard) -> None:
    """Seal ``card`` to the leads' key; any member may, no member but a lead can read it back."""
    woman = find(alias)
    with book.alone(), sealing(book, woman.code) as work:
        sealed = identities.seal_card(book.store, book.keyring, card)
        work.made.append(sealed.name)
        old = list(SealedObject.objects.filter(woman=woman, kind=IDENTITY))
        with acting(book, "identity") as act:
            row(sealed, IDENTITY, woman)
            SealedObject.objects.filter(pk__in=[o.pk for o in old]).delete()
            act.about(woman.code)
        for one in old:
            book.store.remove(one.name)


def show(book: Book, alias: str) -> IdentityCard:
    """Her card. Raises ``NotALead`` or ``NoCard``; that it was opened is logged."""
    woman = find(alias)
    held = SealedObject.objects.filter(woman=woman, kind=IDENTITY).last()
    if held is None:
        raise NoCard
    card = identities.open_card(book.store, book.keyring, held.name)
    with acting(book, "identity-read") as act:
        act.about(woman.code)
    return card


def people_on_cards(book: Book) -> tuple[Person, ...] | None:
    """The names and the number on each card, to be looked for in texts.

    None when there are cards and this member is no lead.
    """
    held = list(SealedObject.objects.filter(kind=IDENTITY).select_related("woman"))
    if held and not book.keyring.is_lead(book.keyring.member):
        return None
    opened = [(h, identities.open_card(book.store, book.keyring, h.name)) for h in held]
    return tuple(
        Person(h.woman.code, tuple(n for n in (c.name, *c.other_names) if n), (c.phone,))
        for h, c in opened
    )


def words_on_cards(book: Book) -> list[str] | None:
    """Every name and number on any card, for what must not appear in a release.

    None when there are cards and this member is no lead: then nobody can say what is on them.
    """
    held = list(SealedObject.objects.filter(kind=IDENTITY))
    if held and not book.keyring.is_lead(book.keyring.member):
        return None
    cards = [identities.open_card(book.store, book.keyring, one.name) for one in held]
    return [word for card in cards for word in _words(card)]
