"""A message in an item is pointed to by the file inside the item and its record there, as codes.

A member's path can name somebody, so the index holds it keyed; it is "" where an item is one file.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from romduol.desk.opening import Book


def member_code(book: Book, member: str) -> str:
    """The code of a file inside an item, by its path there."""
    return book.mac("member", member)[:16] if member else ""


def member_codes(book: Book, table: pa.Table) -> list[str]:
    """The code of each row's member; ``table`` has the column ``member``."""
    members: Any = table.column("member").combine_chunks().dictionary_encode()
    codes = [member_code(book, str(path)) for path in members.dictionary.to_pylist()]
    return [codes[row] for row in members.indices.to_pylist()]


def rows_at(book: Book, table: pa.Table, member: str, records: list[int]) -> pa.Table:
    """The rows of ``table`` that are ``records`` of the member of that code."""
    here = pa.array([code == member for code in member_codes(book, table)], pa.bool_())
    numbered = table.column("record").cast(pa.int64())
    there: Any = pc.is_in(numbered, value_set=pa.array(records, pa.int64()))
    return table.filter(pc.and_(there, here))
