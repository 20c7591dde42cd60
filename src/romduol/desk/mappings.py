"""Which column of a table is what, said once: kept as words of the team, used for tables alike.

A mapping is used again only for a table that has every column it names, each once; the reading says
that it was. The newest that fits is taken.
"""

from __future__ import annotations

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import team_words
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.opening import Book
from romduol.intake import tables
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source
from romduol.intake.tables import Mapping
from romduol.intake.tables.plan import chosen_sheet
from romduol.records.models import BookObject

COLUMNS = "columns"


def keep(book: Book, data: bytes) -> None:
    """Keep the mapping in ``data``, unless it is held already. Raises ``MappingUnreadable`` and
    its neighbours."""
    tables.read_mapping(data)
    written = data.decode("utf-8-sig")
    with book.alone():
        if written in _written(book):
            return
        with team_words.kept_or_removed(book) as made, acting(book, "columns") as act:
            team_words.seal(book, {"columns": written}, COLUMNS, made)
            act.about(THE_BOOK, mappings=BookObject.objects.filter(kind=COLUMNS).count())


def with_kept(book: Book, source: Source, options: ReadingOptions) -> ReadingOptions:
    """The options with a mapping kept earlier, for a table nobody gave one for now."""
    if tables.mapping_in(options) is not None:
        return options
    reader = recognise(source.head(), source.name, options)
    if reader is None or reader.NAME != tables.NAME:
        return options
    for written in reversed(_written(book)):
        mapping = tables.read_mapping(written.encode())
        if _fits(source, mapping):
            return tables.with_columns(options, mapping, kept=True)
    return options


def _written(book: Book) -> list[str]:
    held = BookObject.objects.filter(kind=COLUMNS).order_by("pk")
    return [str(team_words.words_of(book, one)["columns"]) for one in held]


def _fits(source: Source, mapping: Mapping) -> bool:
    try:
        chosen = chosen_sheet(source, mapping)
    except CannotRead:
        return False
    return not chosen.missing and not chosen.twice
