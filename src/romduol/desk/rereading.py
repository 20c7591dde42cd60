"""What is held is read again from its sealed original, when there is something to be gained.

A day and month now known, columns kept since, an engine that reads words in pictures, a later
program: the original stays as it is, its messages are replaced in one transaction and logged.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import PurePath

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import mappings, segments
from romduol.desk.opening import Book
from romduol.desk.reading import find_item, original_of
from romduol.desk.receiving import asks_again, scope_of, with_what_this_machine_has
from romduol.desk.sealing import card_of, sealing
from romduol.desk.taking import Received, Taking
from romduol.desk.women import everyone, find, may_see, require, require_may_see
from romduol.intake.held import LARGEST
from romduol.intake.source import Source
from romduol.records.models import Item, Woman
from romduol.vault.objects import Sealed

_NO_COLUMNS = "note.tables.needs_columns"  # a table that columns kept since may fit


def read_again(
    book: Book, options: ReadingOptions, alias: str = "", code: str = ""
) -> Iterator[Received]:
    """Read anew what may gain by it: one item, one woman's, or all this member may see.

    Larger originals than a program may hold in memory are passed over: receive the file again.
    Raises ``NoGrant`` or ``ConsentMissing`` for a woman or an item named.
    """
    options = with_what_this_machine_has(options)
    for item in _items(book, alias, code):
        if item.size > LARGEST:
            continue
        if item.unread == _NO_COLUMNS or asks_again(book, item, options):
            yield from _read(book, item, options)


def _items(book: Book, alias: str, code: str) -> list[Item]:
    if code:
        item = find_item(code)
        require_may_see(book, item.woman)
        return [item]
    women = _women(book, alias)
    rows = Item.objects.filter(woman__in=women).select_related("woman", "original", "card")
    return list(rows.order_by("pk"))


def _women(book: Book, alias: str) -> list[Woman]:
    if not alias:
        return [woman for woman in everyone() if may_see(book, woman)]
    woman = find(alias)
    require_may_see(book, woman)
    return [woman]


def _read(book: Book, item: Item, options: ReadingOptions) -> Iterator[Received]:
    """The item read anew, unless the columns kept since change nothing for it."""
    held, woman = original_of(item), item.woman
    raw = book.store.open_bytes(held.name, book.identities(woman.code))
    path = PurePath(str(card_of(book, item.card)["name"]))
    source = Source(path.name, lambda: io.BytesIO(raw), len(raw))
    options = mappings.with_kept(book, source, options)
    if not asks_again(book, item, options):
        return
    require(woman, scope_of(source, options))
    original = Sealed(
        name=held.name,
        sha256=item.sha256,
        blake3=item.blake3,
        size=item.size,
        sealed_bytes=held.size,
    )
    with book.alone(), sealing(book, woman.code) as work:
        taken = Taking(book, woman, path, work, original)
        taken.read(source, options, segments.HeldIds(book, woman))
        received = taken.keep_reading(item)
    yield received
