"""CSV and TSV as spreadsheets write them (RFC 4180 and its neighbours) become rows with bytes.

UTF-8 with or without a byte order mark, or UTF-16 with one; comma, semicolon, tab or bar. The
records tile the file: byte order mark, record on record, nothing left.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead, Source
from romduol.intake.tables.rows import NOT_UTF8, WIDEST, Cell, Row

LONGEST = 64 << 20  # characters of one record
CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "surrogateescape"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "surrogatepass"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "surrogatepass"),
)
_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)  # Excel's own first line
_ODD = re.compile(r"[\ud800-\udfff]")

_Fields = list[tuple[str, str]]  # as written with what ends it, and its value


@dataclass(frozen=True, slots=True)
class Delimited:
    """The one sheet of a CSV or TSV file. Memory: one record and a window."""

    source: Source
    title: str = ""

    def rows(self) -> Iterator[Row]:
        """Every record that holds anything; raises ``CannotRead`` when the file is not whole."""
        mark, codec, errors = _encoding(self.source)
        number, at = 0, mark
        with self.source.open() as stream:
            stream.seek(mark)
            text = io.TextIOWrapper(stream, codec, errors, newline="")
            delimiter, skipped = _delimiter(self._beginning(mark, codec, errors))
            for fields in _records(text, delimiter, at):
                number += 1
                row = _row(number, at, fields, codec, errors)
                at = row.end
                if number > skipped and any(cell.text for cell in row.cells):
                    yield row
        if at != self.source.size:
            raise CannotRead(Note("note.records_leave_gaps", (("at", at),)))

    def _beginning(self, mark: int, codec: str, errors: str) -> str:
        head = self.source.head()[mark:]
        whole = head[: len(head) - len(head) % 2] if codec.startswith("utf-16") else head
        return codecs.getincrementaldecoder(codec)(errors).decode(whole)


def _encoding(source: Source) -> tuple[int, str, str]:
    """How long the byte order mark is, the codec, and the handler that loses no byte."""
    head = source.head()
    for mark, codec, errors in _MARKS:
        if head.startswith(mark):
            return len(mark), codec, errors
    if b"\0" in head:
        raise CannotRead(Note("note.tables.not_text"))
    return 0, "utf-8", "surrogateescape"


def _delimiter(beginning: str) -> tuple[str, int]:
    """What parts the cells, and how many records only say so (``sep=;``)."""
    told = _SEPARATOR_LINE.match(beginning)
    if told:
        return told[1], 1
    first = re.sub(r'"[^"]*"?', "", beginning.lstrip("\r\n")).split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count), 0


@cache
def _field(delimiter: str) -> re.Pattern[str]:
    stop = re.escape(delimiter)
    return re.compile(
        rf'(?:"((?:[^"]++|"")*+)"([^{stop}\r\n]*+)|([^{stop}\r\n]*+))({stop}|\r\n|\n|\r|\Z)'
    )


def _records(text: io.TextIOWrapper, delimiter: str, at: int) -> Iterator[_Fields]:
    buffer, position, final = "", 0, False
    field = _field(delimiter)
    while True:
        found = _record(buffer, position, field, final=final)
        if found:
            fields, position = found
            yield fields
            continue
        if final:
            if position < len(buffer):
                raise CannotRead(Note("note.tables.quote_open", (("size", at),)))
            return
        waiting = len(buffer) - position
        if waiting > LONGEST:
            raise CannotRead(Note("note.record_too_long", (("at", at),)))
        more = _read(text, max(CHUNK, waiting))
        final, buffer, position = not more, buffer[position:] + more, 0


def _read(text: io.TextIOWrapper, size: int) -> str:
    try:
        return text.read(size)
    except UnicodeDecodeError:  # UTF-16 that ends in half a character
        raise CannotRead(Note("note.tables.cut_short")) from None


def _record(
    buffer: str, position: int, field: re.Pattern[str], *, final: bool
) -> tuple[_Fields, int] | None:
    """The fields of the record at ``position`` and where it ends; none while it is not whole."""
    if position == len(buffer):
        return None
    fields: _Fields = []
    while True:
        found = field.match(buffer, position)
        if found is None or (found.end() == len(buffer) and not final):
            return None
        quoted, rest, plain, stop = found.groups()
        if plain is not None and plain.startswith('"'):
            return None
        value = plain if quoted is None else quoted.replace('""', '"') + rest
        fields.append((found[0], value))
        if len(fields) > WIDEST:
            raise CannotRead(Note("note.tables.too_wide", (("columns", WIDEST),)))
        position = found.end()
        if stop in ("\r\n", "\n", "\r", ""):
            return fields, position


def _row(number: int, at: int, fields: _Fields, codec: str, errors: str) -> Row:
    cells = []
    here = at
    for written, value in fields:
        end = here + len(written.encode(codec, errors))
        cells.append(_cell(value, here, end))
        here = end
    return Row(number, at, here, tuple(cells))


def _cell(value: str, start: int, end: int) -> Cell:
    """The cell; its bytes run to the next one's, the quotes and what parts them included."""
    if value.isascii() or not _ODD.search(value):
        return Cell(value, start, end)
    return Cell(_ODD.sub("\N{REPLACEMENT CHARACTER}", value), start, end, (NOT_UTF8,))
