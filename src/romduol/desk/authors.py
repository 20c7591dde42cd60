"""Who wrote a message, as far as its export tells: a number that stays, or else only a name.

Two people can have one name, and one person two; Telegram, text messages and tables of comments
give a number or an address beside the name, and then that alone says who it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, cast

import pyarrow as pa
import pyarrow.compute as pc

from romduol.casebook.evidence import MESSAGE
from romduol.desk.opening import Book
from romduol.desk.sealing import card_of
from romduol.records.models import Woman

OWN = "own"  # the role of an account that is hers
COLUMNS = ("platform", "author", "account")
_NAMED, _NUMBERED = "author", "account"  # by what a message says who wrote it

Author: TypeAlias = tuple[str, str, str]  # platform, which column says it, what stands there


def of(row: Mapping[str, Any]) -> Author | None:
    """Who wrote a row with ``COLUMNS``; none where the export names nobody."""
    column = _NUMBERED if row["account"] else _NAMED
    return (row["platform"], column, row[column]) if row[column] else None


def decided(book: Book, woman: Woman) -> dict[Author, bool]:
    """Of whom a person said that it is she, or that it is not."""
    rows = woman.accounts.select_related("card__woman")
    cards = ((card_of(book, row.card), row.role == OWN) for row in rows)
    return {_on(card): hers for card, hers in cards}


def _on(card: Mapping[str, Any]) -> Author:
    number = card.get("number", "")
    return (card["platform"], _NUMBERED if number else _NAMED, number or card["name"])


def hers(decided: Mapping[Author, bool], row: Mapping[str, Any]) -> bool | None:
    """Whether she wrote a row with ``COLUMNS`` and ``own``: as decided, else as the export says."""
    author = of(row)
    found = decided.get(author) if author else None
    return cast("bool | None", row["own"]) if found is None else found


def with_own(table: pa.Table, decided: Mapping[Author, bool]) -> pa.Table:
    """``table`` with ``own`` as decided."""
    own: Any = table.column("own")
    unnumbered: Any = table.column(_NUMBERED).is_null()
    for (platform, column, said), is_she in decided.items():
        meant: Any = pc.and_(
            pc.equal(table.column("platform"), pa.scalar(platform)),
            pc.equal(table.column(column), pa.scalar(said)),
        )
        meant = meant if column == _NUMBERED else pc.and_(meant, unnumbered)
        own = pc.if_else(pc.fill_null(meant, False), pa.scalar(is_she), own)
    return table.set_column(table.schema.get_field_index("own"), MESSAGE.field("own"), own)
