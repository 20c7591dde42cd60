"""Double coding: who codes what, unseen by one another until all have said that they are done.

The desk keeps the other's codings back from every verb that shows codings. A member who holds the
book's keys and reads the index past the desk is not kept from it; that is said in the manual.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from romduol.casebook.troubles import Trouble, WrongUsage
from romduol.casework.passages.units import PARAGRAPHS, TURNS, Stretch, paragraphs
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.membership import find_member, me
from romduol.desk.opening import Book
from romduol.desk.reading import find_item
from romduol.desk.women import require_may_see
from romduol.intake.transcripts.turns import turns
from romduol.records.models import (
    Coding,
    Grant,
    Item,
    Member,
    Memo,
    Round,
    RoundCoder,
    RoundGap,
    RoundItem,
    RoundUnit,
    Woman,
)

UNITS = (PARAGRAPHS, TURNS)
PREFIX = "k"  # of a coding's id


class UnknownCoding(WrongUsage):
    """No coding of that id, or one that another coder of an open double coding gave."""


class RoundNeedsTwo(WrongUsage):
    """A double coding was to begin with fewer than two coders, or with no item."""


class CoderWithoutGrant(Trouble):
    """A member was to code an item of a woman whose key they do not hold."""


class ItemInRound(Trouble):
    """An item is being double-coded already, or was to be coded by someone who is not in it."""


class ItemWithoutText(WrongUsage):
    """An item was to be coded that has no transcript to point into."""


class UnknownRound(WrongUsage):
    """No double coding of the book has that code."""


class NotACoder(WrongUsage):
    """A member said to be done with a double coding they are not part of, or are done with."""


class RoundStillOpen(Trouble):
    """What coders gave was asked for before all of them said that they are done."""


@dataclass(frozen=True, slots=True)
class RoundSeen:
    """A round as any member may see it: no codings."""

    round: str
    unit: str
    items: tuple[str, ...]
    units: int
    coders: tuple[tuple[str, bool], ...]  # name, and whether they said done
    began: datetime
    ended: datetime | None


def coder_mac(book: Book, name: str) -> str:
    """What stands for a coder in the index: the same for a member and for a sheet's coder."""
    return book.mac("coder", name)


def text_of(book: Book, item: Item) -> str:
    """The canonical text. Raises ``ItemWithoutText`` or ``NoGrant``."""
    if item.text is None:
        raise ItemWithoutText
    return book.store.open_bytes(item.text.name, book.identities(item.woman.code)).decode()


def start(book: Book, items: Sequence[str], coders: Sequence[str], unit: str) -> RoundSeen:
    """Begin a double coding; its units are fixed now, from the text alone.

    Raises ``RoundNeedsTwo``, ``CoderWithoutGrant``, ``ItemInRound``, ``ItemWithoutText``.
    """
    members = [find_member(name) for name in dict.fromkeys(coders)]
    found = [find_item(code) for code in dict.fromkeys(items)]
    if len({one.pk for one in members}) < 2 or not found:
        raise RoundNeedsTwo
    with book.alone():
        texts = [_ready(book, item, members) for item in found]
        with acting(book, "blind-start") as act:
            row = Round.objects.create(
                code=f"r{secrets.token_hex(6)}", unit=unit, by=me(book), at=now()
            )
            for item, text in zip(found, texts, strict=True):
                _fix_units(row, item, text)
            for one in members:
                RoundCoder.objects.create(
                    round=row, member=one, coder_mac=coder_mac(book, one.name)
                )
            act.about(row.code, items=len(found), coders=len(members))
    return seen(row)


def _ready(book: Book, item: Item, coders: Sequence[Member]) -> str:
    require_may_see(book, item.woman)
    if item.rounds.filter(round__ended_at=None).exists():
        raise ItemInRound(item=item.code)
    for one in coders:
        if not Grant.objects.filter(woman=item.woman, member=one).exists():
            raise CoderWithoutGrant(item=item.code, member=one.code)
    return text_of(book, item)


def _fix_units(row: Round, item: Item, text: str) -> None:
    held = RoundItem.objects.create(round=row, item=item, text_sha256=item.text_sha256)
    RoundUnit.objects.bulk_create(
        RoundUnit(held_in=held, start=start, end=end) for start, end in units_of(text, row.unit)
    )


def units_of(text: str, unit: str) -> tuple[Stretch, ...]:
    """The units of a text under one of ``UNITS``."""
    if unit == PARAGRAPHS:
        return paragraphs(text)
    if unit == TURNS:
        return tuple((one.words, one.words_end) for one in turns(text) if one.words < one.words_end)
    raise ValueError(unit)


def find(code: str) -> Round:
    """The round of that code; raises ``UnknownRound``."""
    found = Round.objects.filter(code=code).first()
    if found is None:
        raise UnknownRound
    return found


def require_ended(row: Round) -> Round:
    """Raises ``RoundStillOpen``."""
    if row.ended_at is None:
        left = row.coders.filter(done_at=None).count()
        raise RoundStillOpen(round=row.code, left=left)
    return row


def done(book: Book, code: str, not_coded: Sequence[str] = ()) -> RoundSeen:
    """This member is done; what they did not code is missing, not "no". The last one ends it.

    Raises ``NotACoder``, or ``ItemInRound`` for an item that is not in this round.
    """
    row = find(code)
    mine = row.coders.filter(member=me(book), done_at=None).first()
    if mine is None:
        raise NotACoder
    with acting(book, "blind-done") as act:
        for item in not_coded:
            held = row.items.filter(item__code=item).first()
            if held is None:
                raise ItemInRound(item=item)
            RoundGap.objects.create(coder=mine, held_in=held)
        mine.done_at = now()
        mine.save(update_fields=["done_at"])
        left = row.coders.filter(done_at=None).count()
        if not left:
            row.ended_at = now()
            row.save(update_fields=["ended_at"])
        act.about(row.code, left=left, missing=len(not_coded))
    return seen(row)


def seen(row: Round) -> RoundSeen:
    """The round without what was coded in it."""
    return RoundSeen(
        row.code,
        row.unit,
        tuple(row.items.order_by("pk").values_list("item__code", flat=True)),
        RoundUnit.objects.filter(held_in__round=row).count(),
        tuple(
            (one.member.name, one.done_at is not None)
            for one in row.coders.select_related("member").order_by("pk")
        ),
        row.at,
        row.ended_at,
    )


def rounds() -> list[RoundSeen]:
    """Every round, oldest first."""
    return [seen(row) for row in Round.objects.order_by("pk")]


def round_for(book: Book, item: Item) -> Round | None:
    """The open round in which this member codes the item now, or none if it is in none.

    Raises ``ItemInRound`` when it is double-coded by others, or this member is done with it.
    """
    held = item.rounds.filter(round__ended_at=None).select_related("round").first()
    if held is None:
        return None
    if not held.round.coders.filter(member=me(book), done_at=None).exists():
        raise ItemInRound(item=item.code)
    return held.round


def still_mine(book: Book, coding: Coding) -> bool:
    """Did this member give it in a double coding that they are not done with?"""
    mine = me(book)
    return (
        coding.round is not None
        and coding.coder_mac == coder_mac(book, mine.name)
        and coding.round.coders.filter(member=mine, done_at=None).exists()
    )


def require_not_in_a_round(coding: Coding) -> None:
    """Raises ``ItemInRound``: what coders gave stays as they gave it until it is compared."""
    if coding.round is not None and coding.round.ended_at is None:
        assert coding.item is not None  # a round is of items
        raise ItemInRound(item=coding.item.code)


def visible(book: Book, rows: QuerySet[Coding]) -> QuerySet[Coding]:
    """Without what others gave to items that this member is coding blind."""
    mine = me(book)
    items = Item.objects.filter(rounds__round__ended_at=None, rounds__round__coders__member=mine)
    others = ~Q(coder_mac=coder_mac(book, mine.name))
    whole = Q(item=None, incident__woman__items__in=items)
    hidden = rows.filter(others & (Q(item__in=items) | whole)).values("pk")
    return rows.exclude(pk__in=hidden)


def visible_coding(book: Book, id_: str) -> Coding:
    """The coding of that id, if this member may see it. Raises ``UnknownCoding`` or ``NoGrant``."""
    rows = Coding.objects.select_related("code", "item__woman", "item__text", "incident__woman")
    number = id_.removeprefix(PREFIX)
    if not (id_.startswith(PREFIX) and number.isascii() and number.isdecimal()):
        raise UnknownCoding
    found = visible(book, rows).filter(pk=int(number[:18])).first()
    if found is None:
        raise UnknownCoding
    require_may_see(book, woman_of(found))
    return found


def id_of(coding: Coding) -> str:
    """What a coding is called in answers."""
    return f"{PREFIX}{coding.pk}"


def woman_of(coding: Coding) -> Woman:
    """Whose words, or whose incident, were coded."""
    if coding.item is not None:
        return coding.item.woman
    assert coding.incident is not None  # the database holds no coding of neither
    return coding.incident.woman


def visible_memos(book: Book, rows: QuerySet[Memo]) -> QuerySet[Memo]:
    """Without others' memos on items that this member is coding blind, or on codings there."""
    mine = me(book)
    items = Item.objects.filter(rounds__round__ended_at=None, rounds__round__coders__member=mine)
    return rows.exclude(~Q(by=mine) & Q(item__in=items))


def coders_of(row: Round) -> dict[str, list[RoundCoder]]:
    """Who coded each item of the round, by the item's code."""
    found: dict[str, list[RoundCoder]] = {}
    for held in row.items.select_related("item"):
        coders = row.coders.exclude(gaps__held_in=held).order_by("pk")
        found[held.item.code] = list(coders)
    return found
