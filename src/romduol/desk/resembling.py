"""Pictures that look alike are suggested, across items and archives; a person says what they are.

A suggestion is worked out anew each time and counts for nothing. ``relate`` decides it, as
``near_copy_of`` or ``no_copy_of``, and then it is not suggested again.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from romduol.casework.copies import nearest_before
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.opening import Book
from romduol.desk.sealing import card_of
from romduol.desk.taking import NOBODY_LOOKS
from romduol.desk.women import everyone, find, may_see, require_may_see
from romduol.intake import pictures
from romduol.intake.containers import is_archive, members
from romduol.intake.held import LARGEST
from romduol.intake.source import CannotRead, Source
from romduol.records.models import Item, Relation, Woman

MODEL = "dhash/1"  # difference hash, at most six of 64 bits apart


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its item, its path inside it ("" when it is the item), its difference hash."""

    item: str
    member: str
    dhash: int


@dataclass(frozen=True, slots=True)
class Resembles:
    """``item`` looks like ``other``, which came before it; of 64 bits ``apart`` differ."""

    item: str
    member: str
    other: str
    other_member: str
    apart: int


@dataclass(frozen=True, slots=True)
class Found:
    """Every suggestion nobody decided yet, of how many pictures; ``unseen`` could not be opened."""

    alike: tuple[Resembles, ...]
    pictures: int
    unseen: int


def alike(
    book: Book, alias: str = "", progress: Callable[[int, int], None] = lambda _done, _all: None
) -> Found:
    """Look at the pictures of one woman, or of all whose record this member may see; logged.

    Of material of which only a fingerprint is kept, the fingerprint is compared. Raises ``NoGrant``
    or ``ConsentMissing`` for a woman named.
    """
    women = _women_meant(book, alias)
    looked, unseen = look(book, women, progress)
    with acting(book, "look-alike") as act:
        subject = women[0].code if len(women) == 1 else THE_BOOK
        act.about(subject, pictures=len(looked), model=MODEL)
    decided = _decided()
    near = nearest_before([one.dhash for one in looked])
    pairs = ((looked[here], looked[there], apart) for here, there, apart in near)
    return Found(
        tuple(
            Resembles(a.item, a.member, b.item, b.member, apart)
            for a, b, apart in pairs
            if a.item != b.item and frozenset((a.item, b.item)) not in decided
        ),
        len(looked),
        unseen,
    )


def _women_meant(book: Book, alias: str) -> list[Woman]:
    if not alias:
        return [woman for woman in everyone() if may_see(book, woman)]
    woman = find(alias)
    require_may_see(book, woman)
    return [woman]


def _decided() -> set[frozenset[str]]:
    """Pairs of items of which a person, or the making of a copy, has said what they are."""
    rows = Relation.objects.values_list("item__code", "other__code")
    return {frozenset(pair) for pair in rows}


def look(
    book: Book, women: Sequence[Woman], progress: Callable[[int, int], None]
) -> tuple[list[Picture], int]:
    """Every picture of theirs with its hash, and how many could not be opened; nothing is logged.

    Raises ``NoGrant`` without their keys.
    """
    items = list(
        Item.objects.filter(woman__in=women)
        .select_related("woman", "card__woman", "original")
        .order_by("pk")
    )
    looked: list[Picture] = []
    unseen = 0
    for done, item in enumerate(items, start=1):
        for member, dhash in _hashes(book, item):
            if dhash is None:
                unseen += 1
            else:
                looked.append(Picture(item.code, member, dhash))
        progress(done, len(items))
    return looked, unseen


def _hashes(book: Book, item: Item) -> Iterator[tuple[str, int | None]]:
    """Of each picture in the item, where it lies and its hash; none if it cannot be opened."""
    card = card_of(book, item.card)
    if item.original is None:
        if card.get("dhash"):
            yield "", int(card["dhash"], 16)
        return
    if item.unread.startswith(NOBODY_LOOKS):
        return  # sealed whole by her separate yes: no program looks into it
    if item.size > LARGEST:
        yield "", None
        return
    raw = book.store.open_bytes(item.original.name, book.identities(item.woman.code))
    source = Source(str(card["name"]), lambda: io.BytesIO(raw), len(raw))
    for member in _members(source):
        if pictures.recognises(member.head(), member.name):
            yield member.member, _hash(member)


def _members(source: Source) -> Iterator[Source]:
    if not is_archive(source.head()):
        yield source
        return
    try:
        yield from (member for member in members(source) if isinstance(member, Source))
    except CannotRead:
        return  # listed as unread with its reason when it was received


def _hash(source: Source) -> int | None:
    if source.size > LARGEST:
        return None
    try:
        with source.open() as stream:
            return pictures.fingerprint(stream.read()).dhash
    except CannotRead:
        return None
