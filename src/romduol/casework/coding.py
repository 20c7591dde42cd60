"""A coding sheet's rows become codings, or refusals with the row's number and the reason.

A sheet is CSV with the columns named in ``COLUMNS``
and, if wanted, ``coder, publish_quote, start, end``. An empty ``quote`` codes the incident as a
whole. A quote must stand verbatim, and once, in the transcript's canonical text; ``start`` and
``end`` (code points, end exclusive) choose among several places.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from romduol.casebook.codes import PLACE_SCHEME
from romduol.casebook.events import DatePrecision, When, is_place_code
from romduol.casebook.troubles import WrongUsage
from romduol.casebook.vocabulary import UnknownTerm, Vocabulary

COLUMNS = ("woman", "transcript", "incident", "when", "precision", "quote", "scheme", "term")
YES = frozenset({"yes", "y", "1", "true", "x", "ok", "បាទ", "ចាស", "យល់ព្រម"})
NO = frozenset({"", "no", "n", "0", "false", "ទេ"})


class SheetUnreadable(WrongUsage):
    """The coding sheet is no CSV with the columns it needs."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not coded. ``row`` counts as a spreadsheet does: the header is row 1.

    ``why`` is the id of a sentence (``refused.…``), never the row's words.
    """

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row whose date, term and yes/no are understood; its quote is not yet looked up."""

    row: int
    woman: str
    transcript: str
    incident: str
    when: When
    quote: str
    scheme: str
    term: str
    coder: str
    publish_quote: bool
    position: tuple[int, int] | None


def read_sheet(data: bytes, terms: Vocabulary) -> tuple[SheetRow | Refusal, ...]:
    """Every row of the sheet in order, understood or refused. Raises ``SheetUnreadable``."""
    text = _decode(data)
    rows = csv.reader(io.StringIO(text, newline=""), dialect=_dialect(text))
    header = _header(rows)
    missing = sorted(set(COLUMNS) - set(header))
    if missing:
        raise SheetUnreadable(missing=", ".join(missing))
    return tuple(_numbered(header, rows, terms))


def _decode(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as cause:
        raise SheetUnreadable(missing="UTF-8") from cause


def _dialect(text: str) -> type[csv.Dialect]:
    header = re.split(r"[\r\n]", text, maxsplit=1)[0]

    class Sheet(csv.excel):
        """Comma, semicolon or tab: whichever the header line uses most."""

        delimiter = max(",;\t", key=header.count)
        # a quotation mark nobody closed would swallow every row below it without a word
        strict = True

    return Sheet


def _header(rows: Iterator[list[str]]) -> list[str]:
    try:
        return [name.strip() for name in next(rows, [])]
    except csv.Error as cause:
        raise SheetUnreadable(missing=", ".join(COLUMNS)) from cause


def _numbered(
    header: list[str], rows: Iterator[list[str]], terms: Vocabulary
) -> Iterator[SheetRow | Refusal]:
    """Rows as a spreadsheet numbers them: empty ones count, one with line breaks is one."""
    number = 1
    try:
        for number, cells in enumerate(rows, start=2):
            if not any(cells):
                continue
            if len(cells) == len(header):
                yield _understood(number, dict(zip(header, cells, strict=True)), terms)
            else:
                yield Refusal(number, "refused.columns")
    except csv.Error:
        yield Refusal(number + 1, "refused.rest_unreadable")


def _understood(number: int, row: dict[str, str], terms: Vocabulary) -> SheetRow | Refusal:
    why = _why_not(row, terms)
    if why:
        return Refusal(number, why)
    try:
        when = When(row["when"].strip(), DatePrecision(row["precision"].strip() or "unknown"))
    except ValueError:
        return Refusal(number, "refused.date")
    return SheetRow(
        row=number,
        woman=row["woman"].strip(),
        transcript=row["transcript"].strip(),
        incident=row["incident"].strip(),
        when=when,
        quote=row["quote"].replace("\r\n", "\n"),  # as in the canonical text
        scheme=row["scheme"].strip(),
        term=row["term"].strip(),
        coder=row.get("coder", "").strip(),
        publish_quote=row.get("publish_quote", "").strip().lower() in YES,
        position=_position(row),
    )


def _why_not(row: dict[str, str], terms: Vocabulary) -> str:
    if not row["woman"].strip() or not row["incident"].strip():
        return "refused.unnamed"
    if row.get("publish_quote", "").strip().lower() not in YES | NO:
        return "refused.publish_quote"
    if not _position_is_well_formed(row):
        return "refused.position"
    return _why_not_term(row["scheme"].strip(), row["term"].strip(), terms)


def _why_not_term(scheme: str, term: str, terms: Vocabulary) -> str:
    if scheme == PLACE_SCHEME:
        return "" if is_place_code(term) else "refused.place"
    try:
        terms.term(scheme, term)
    except UnknownTerm:
        return "refused.term"
    return ""


def _position_is_well_formed(row: dict[str, str]) -> bool:
    start, end = row.get("start", "").strip(), row.get("end", "").strip()
    if not start and not end:
        return True
    return all(re.fullmatch("[0-9]{1,12}", one) for one in (start, end))


def _position(row: dict[str, str]) -> tuple[int, int] | None:
    start, end = row.get("start", "").strip(), row.get("end", "").strip()
    return (int(start), int(end)) if start and end else None


def find_quote(text: str, row: SheetRow) -> tuple[int, int] | Refusal:
    """Where the row's quote stands in ``text`` (code points), or why it cannot be said."""
    if row.position is not None:
        start, end = row.position
        return (start, end) if text[start:end] == row.quote else Refusal(row.row, "refused.moved")
    first = text.find(row.quote)
    if first < 0:
        return Refusal(row.row, "refused.not_verbatim")
    if text.find(row.quote, first + 1) >= 0:
        return Refusal(row.row, "refused.twice")
    return first, first + len(row.quote)
