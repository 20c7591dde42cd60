"""Codes given to places in pictures, PDFs and recordings: kept as they came, listed, taken back.

Other programs give them; this one shows where they stand and writes them out again. They are
counted nowhere: what happened is coded from words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from romduol.casebook.codes import TEAM_SCHEME, Codebook, Place, PlaceCoded
from romduol.desk import codebooks
from romduol.desk.blinding import UnknownCoding
from romduol.desk.custody import acting
from romduol.desk.opening import Book
from romduol.desk.women import everyone, may_see, require_may_see
from romduol.records.models import Item, MediaCoding

PREFIX = "m"  # of the ids, where codings of words have a "k"


def listed(book: Book) -> tuple[tuple[PlaceCoded, ...], int]:
    """Every one of every woman whose record this member may see, and how many women were passed
    over."""
    women = everyone()
    mine = [woman for woman in women if may_see(book, woman)]
    rows = MediaCoding.objects.filter(item__woman__in=mine).order_by("pk")
    rows = rows.select_related("code", "item__woman", "incident")
    team = codebooks.team(book)
    return tuple(_value(row, team) for row in rows), len(women) - len(mine)


def _value(row: MediaCoding, team: Codebook) -> PlaceCoded:
    term = row.code.term
    known = row.code.scheme == TEAM_SCHEME and any(one.id == term for one in team.codes)
    return PlaceCoded(
        id=f"{PREFIX}{row.pk}",
        woman=row.item.woman.code,
        item=row.item.code,
        medium=row.kind,
        place=place_of(row),
        scheme=row.code.scheme,
        code=team.standing(term) if known else term,
        coder=row.coder_mac,
        incident=row.incident.code if row.incident else "",
        at=row.at,
    )


def place_of(row: MediaCoding) -> Place:
    """Where it stands."""
    return Place(row.page, row.first_x, row.first_y, row.second_x, row.second_y, row.begin, row.end)


def columns_of(place: Place) -> Mapping[str, int | None]:
    """The place as columns of the index."""
    return asdict(place)


def of_item(item: Item) -> Iterator[MediaCoding]:
    """Its codings in the order of the item: by page, place and time."""
    rows = item.media_codings.select_related("code", "incident__woman")
    order = ("page", "first_x", "first_y", "second_x", "second_y", "begin", "end", "pk")
    return rows.order_by(*order).iterator()


def remove(book: Book, id_: str) -> None:
    """It goes. Raises ``UnknownCoding``, or ``NoGrant`` or ``ConsentMissing`` as for her record."""
    number = id_.removeprefix(PREFIX)
    with book.alone():
        row = MediaCoding.objects.filter(pk=int(number)).first() if number.isdecimal() else None
        if row is None:
            raise UnknownCoding
        require_may_see(book, row.item.woman)
        with acting(book, "uncode") as act:
            act.about(row.item.code, coding=id_, memos=0)
            row.delete()
