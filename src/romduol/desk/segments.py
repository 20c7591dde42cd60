"""Messages in and out of sealed Parquet: batches become segments, segments become batches.

A segment is a Parquet file of ``casebook.evidence.MESSAGE`` rows, made and opened in memory only.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db.models import Q

from romduol.casebook.evidence import MESSAGE
from romduol.desk import authors
from romduol.desk.opening import Book
from romduol.desk.sealing import Sealing
from romduol.records.models import Segment, Woman
from romduol.vault.objects import Sealed

_REPEATING = ["member", "platform", "thread", "kind", "author", "account", "precision"]
_RISING = ["start", "end", "record", "sent_at", "sent_at_other", "edited_at"]
SEVERAL = "several"  # readers of one item: more than the index has room for
_NO_IDS: pa.Array[Any] = pa.array([], pa.binary(16))
ROWS = 262_144  # a segment at most: about 25 MB in memory, 8 MB sealed
FEW = 16_384  # ids that are kept at hand; those of a larger segment are read from it when needed
Ids: TypeAlias = "pa.Array[Any] | str"  # of one segment; or its name, until they are needed


@dataclass(frozen=True, slots=True)
class SealedSegment:
    """One segment on disk, not yet in the index."""

    sealed: Sealed
    messages: int
    new: int | None
    first: datetime | None
    last: datetime | None


class HeldIds:
    """The ids of all her messages so far, read only when first needed, and only with her key."""

    def __init__(self, book: Book, woman: Woman) -> None:
        self._book, self._woman = book, woman
        self._ids: list[Ids] | None = None
        self.readable = book.may_read(woman.code)

    def new_among(self, ids: pa.Array[Any], also: Iterable[pa.Array[Any]]) -> int | None:
        """How many of ``ids`` are neither held nor in ``also``; none when that cannot be known.

        ``ids`` differ from one another, as those of one member of an item do (``MessageIds``).
        """
        if not self.readable:
            return None
        unseen = ids
        for held in (*self.opened(self._load()), *also):
            if len(held):
                unseen = unseen.filter(pc.invert(pc.is_in(unseen, value_set=held)))
        return len(unseen)

    def add(self, ids: Iterable[Ids]) -> None:
        """What was just kept counts as held from now on; later readers find it in the index."""
        if self._ids is not None:
            self._ids.extend(ids)

    def opened(self, some: list[Ids]) -> list[pa.Array[Any]]:
        """``some`` with the names of segments replaced, there and here, by the ids in them."""
        for place, one in enumerate(some):
            if isinstance(one, str):
                data = self._book.store.open_bytes(one, self._book.identities(self._woman.code))
                some[place] = from_parquet(data, ["message"]).column(0).combine_chunks()
        return cast("list[pa.Array[Any]]", some)

    def _load(self) -> list[Ids]:
        if self._ids is None:
            rows = Segment.objects.filter(item__woman=self._woman).order_by("pk")
            self._ids = [
                open_segment(self._book, one, ["message"]).column(0).combine_chunks()
                for one in rows
            ]
        return self._ids


@dataclass
class Segmenter:
    """Collects batches and seals them, a segment at a time; members that fail leave no rows.

    ``commit`` after a member was read to its end, ``roll_back`` when it was not, ``finish`` last.
    """

    work: Sealing
    held: HeldIds | None = None
    sealed: list[SealedSegment] = field(default_factory=list)
    ids: list[Ids] = field(default_factory=list)
    messages: int = 0
    _waiting: list[pa.RecordBatch] = field(default_factory=list)
    _whole: int = 0  # how many of ``sealed`` belong to members read to their end

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch; raises ``ValueError`` unless it has exactly the declared shape."""
        if batch.schema != MESSAGE:
            raise ValueError("a reader gave a batch of another shape than MESSAGE")
        self._waiting.append(batch)
        if sum(b.num_rows for b in self._waiting) >= ROWS:
            self._seal()

    def commit(self) -> None:
        """The member is whole: what was collected stays."""
        self._seal()
        self._whole = len(self.sealed)

    def roll_back(self) -> None:
        """The member is not: nothing of it stays."""
        self._waiting.clear()
        for segment in self.sealed[self._whole :]:
            self.work.book.store.remove(segment.sealed.name)
            self.work.made.remove(segment.sealed.name)
            self.messages -= segment.messages
        del self.sealed[self._whole :], self.ids[self._whole :]

    def finish(self) -> None:
        """Raises ``ValueError`` when a reader stopped without saying that it was done."""
        if self._waiting or self._whole != len(self.sealed):
            raise ValueError("a reader ended without its last word")

    @property
    def new(self) -> int | None:
        """Messages not held before; none when this member could not read what was held."""
        counted = [s.new for s in self.sealed]
        return None if None in counted else sum(n for n in counted if n is not None)

    def _seal(self) -> None:
        if not any(b.num_rows for b in self._waiting):
            self._waiting.clear()
            return
        table = pa.Table.from_batches(self._waiting, MESSAGE)
        self._waiting.clear()
        ids = table.column("message").combine_chunks()
        stamps = pc.min_max(table.column("sent_at"))
        new = self._new_among(ids)
        sealed = self.work.data(to_parquet(table))
        self.sealed.append(
            SealedSegment(sealed, table.num_rows, new, stamps["min"].as_py(), stamps["max"].as_py())
        )
        self.ids.append(ids if len(ids) <= FEW else sealed.name)
        self.messages += table.num_rows

    def _new_among(self, ids: pa.Array[Any]) -> int | None:
        if self.held is None or not self.held.readable:
            return None
        whole = self.held.opened(self.ids[: self._whole])
        self.ids[: self._whole] = whole
        return self.held.new_among(ids, whole)


def to_parquet(table: pa.Table) -> bytes:
    """The table as one Parquet file in memory."""
    out = io.BytesIO()
    pq.write_table(
        table,
        out,
        compression="zstd",
        compression_level=1,
        use_dictionary=_REPEATING,  # type: ignore[arg-type]  # the stubs know only yes and no
        column_encoding=dict.fromkeys(_RISING, "DELTA_BINARY_PACKED"),
        write_statistics=False,
    )
    return out.getvalue()


def from_parquet(data: bytes, columns: Sequence[str]) -> pa.Table:
    """``columns`` of a Parquet file in memory; nulls for one that it was made without."""
    file = pq.ParquetFile(io.BytesIO(data))
    there = set(file.schema_arrow.names)
    table = file.read([name for name in columns if name in there])
    for place, name in enumerate(columns):
        if name not in there:
            field = MESSAGE.field(name)
            table = table.add_column(place, field, pa.nulls(table.num_rows, field.type))
    return table


def open_segment(book: Book, segment: Segment, columns: list[str] | None = None) -> pa.Table:
    """A segment's rows, decrypted straight into Arrow. Raises ``NoGrant`` or ``DamagedObject``."""
    data = book.store.open_bytes(segment.sealed.name, book.identities(segment.item.woman.code))
    table = from_parquet(data, columns or MESSAGE.names)
    if table.num_rows != segment.messages:
        raise ValueError("a segment holds another number of messages than its row says")
    return table


def messages_of(book: Book, woman: Woman, item: str = "") -> Iterator[tuple[str, pa.Table]]:
    """Her messages, each once, as (item code, rows); of one item all of it, repeats included.

    ``own`` is as a person decided of an account (``desk/authors``), else as the export says. What
    any export says was deleted is marked so, whichever was received first.
    """
    decided = authors.decided(book, woman)
    deleted = pa.concat_arrays([_NO_IDS, *_deleted_since(book, woman)])
    rows = Segment.objects.filter(item__woman=woman).select_related("item__woman", "sealed")
    if item:
        rows = rows.filter(item__code=item)
    seen: list[pa.Array[Any]] = []
    for segment in rows.order_by("item__pk", "number"):
        table = authors.with_own(open_segment(book, segment), decided)
        table = _with_deleted(table, deleted)
        yield segment.item.code, table if item else _unseen(table, seen)


def _unseen(table: pa.Table, seen: list[pa.Array[Any]]) -> pa.Table:
    ids = table.column("message").combine_chunks()
    fresh = pa.repeat(True, len(ids))
    for held in seen:
        fresh = pc.and_(fresh, pc.invert(pc.is_in(ids, value_set=held)))
    seen.append(ids)
    return table.filter(fresh)


def _deleted_since(book: Book, woman: Woman) -> Iterator[pa.Array[Any]]:
    """Ids of what is deleted, where a thing keeps its id when it is: X lists its deleted posts in a
    file beside the others, and the same number stands in an older archive as a post."""
    rows = Segment.objects.filter(item__woman=woman).filter(
        Q(item__reader__startswith="x/") | Q(item__reader__contains="+") | Q(item__reader=SEVERAL)
    )
    for segment in rows.select_related("item__woman", "sealed"):
        table = open_segment(book, segment, ["message", "platform", "deleted"])
        of_x = pc.equal(table.column("platform"), pa.scalar("x"))
        gone = table.filter(pc.and_(of_x, table.column("deleted")))
        yield gone.column("message").combine_chunks()


def _with_deleted(table: pa.Table, ids: pa.Array[Any]) -> pa.Table:
    if not len(ids):
        return table
    gone: Any = pc.is_in(table.column("message"), value_set=ids)
    gone = pc.or_(gone, table.column("deleted"))
    return table.set_column(table.schema.get_field_index("deleted"), MESSAGE.field("deleted"), gone)
