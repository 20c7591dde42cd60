"""What a person says about two items (a part of, a copy of) becomes a row and a log entry."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow.compute as pc

from romduol.casebook.troubles import WrongUsage
from romduol.casework.evidence import relations
from romduol.casework.evidence.relations import Kind
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.reading import find_item
from romduol.desk.segments import open_segment
from romduol.desk.women import require_may_see
from romduol.records.models import Item, LogEntry, Relation

PREFIX = "link-"  # of a relation's code: its entries are found by it


class NoSuchRecord(WrongUsage):
    """The item has no record of that number."""


class AlreadyRelated(WrongUsage):
    """The two items are already related in this way, in this direction or the other."""


class NotRelated(WrongUsage):
    """A relation was to be taken back that nobody said."""


@dataclass(frozen=True, slots=True)
class Related:
    """One relation, seen from its first item."""

    relation: str
    item: str
    kind: str
    other: str
    record: int | None


def relate(book: Book, item: str, kind: str, other: str, record: int | None = None) -> Related:
    """Say that ``item`` is ``kind`` of ``other`` (of its record ``record``, counted from 0).

    Raises ``NoGrant`` or ``ConsentMissing`` unless this member may see both.
    """
    one, two, meant = _both(book, item, kind, other)
    relations.require_possible(meant, one.sha256, two.sha256, record)
    if record is not None:
        _require_record(book, two, record)
    with acting(book, "relate") as act:
        _require_new(one, meant, two, record)
        row = add_row(book, one, meant, two, record)
        # The fact names both items. It stands under a subject of its own so that a withdrawal of
        # either woman empties it without touching what is logged about the other's item.
        act.about(row.code, item=one.code, kind=meant.value, other=two.code, record=record)
    return _told(row)


def _both(book: Book, item: str, kind: str, other: str) -> tuple[Item, Item, Kind]:
    meant = relations.said(kind)
    if item == other:
        raise relations.RelatedToItself
    one, two = find_item(item), find_item(other)
    for held in (one, two):
        require_may_see(book, held.woman)
    return one, two, meant


def _require_record(book: Book, item: Item, record: int) -> None:
    for segment in item.segments.select_related("item__woman", "sealed"):
        numbers = open_segment(book, segment, ["record"]).column("record")
        if pc.index(numbers, record).as_py() >= 0:
            return
    raise NoSuchRecord(record=record)


def _require_new(one: Item, kind: Kind, two: Item, record: int | None) -> None:
    held = Relation.objects.filter(kind=kind.value)
    if held.filter(item=one, other=two, record=record).exists():
        raise AlreadyRelated
    if held.filter(item=two, other=one).exists():
        raise AlreadyRelated


def add_row(book: Book, item: Item, kind: Kind, other: Item, record: int | None = None) -> Relation:
    """The row of a relation; call it inside the verb's transaction, which says it in the log."""
    return Relation.objects.create(
        code=f"{PREFIX}{secrets.token_hex(8)}",
        item=item,
        kind=kind.value,
        other=other,
        record=record,
        by=me(book),
        at=now(),
    )


def take_back(book: Book, item: str, kind: str, other: str, record: int | None = None) -> Related:
    """The relation was a mistake: its row goes, both entries stay. Raises ``NotRelated``."""
    one, two, meant = _both(book, item, kind, other)
    with acting(book, "unrelate") as act:
        row = Relation.objects.filter(item=one, kind=meant.value, other=two, record=record).first()
        if row is None:
            raise NotRelated
        told = _told(row)
        act.about(row.code, item=one.code, kind=meant.value, other=two.code, record=record)
        row.delete()
    return told


def entries_naming(items: Sequence[str]) -> list[str]:
    """Subjects of the entries, old and new, that name one of ``items`` in a relation."""
    rows = LogEntry.objects.filter(subject__startswith=PREFIX).exclude(fact=b"")
    hers = set(items)
    found = []
    for subject, fact in rows.values_list("subject", "fact"):
        said = json.loads(bytes(fact))
        if hers & {said.get("item"), said.get("other")}:
            found.append(subject)
    return found


def of(items: Sequence[Item]) -> dict[str, list[Related]]:
    """The relations of each item, from the item's side, by item code."""
    rows = Relation.objects.filter(item__in=items).select_related("item", "other").order_by("pk")
    found: dict[str, list[Related]] = {item.code: [] for item in items}
    for row in rows:
        found[row.item.code].append(_told(row))
    return found


def _told(row: Relation) -> Related:
    return Related(row.code, row.item.code, row.kind, row.other.code, row.record)
