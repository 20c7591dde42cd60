"""What publishing must know of the quotes it may print: answers, changes, and what she wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from romduol.casebook.codes import Span, Study
from romduol.casebook.events import is_place_code
from romduol.casebook.evidence import Kind
from romduol.casebook.troubles import WrongUsage
from romduol.casebook.vocabulary import UnknownTerm, vocabulary
from romduol.desk import rewording
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.opening import Book
from romduol.desk.segments import messages_of
from romduol.desk.women import find
from romduol.publication import likeness
from romduol.publication.echoes import echoing
from romduol.publication.quote_facts import QuoteFacts
from romduol.records.models import KnownPeople, QuoteReview

COLUMNS = ("place", "role", "people")


class KnownUnreadable(WrongUsage):
    """The list of known people is no CSV with place, role and people, or a row of it is off."""


def facts(book: Book, study: Study) -> tuple[QuoteFacts, ...]:
    """The facts of every quote in ``study``; this member can read all of them, or they were left
    out before."""
    words: dict[str, dict[Span, str]] = {}
    for coding in study.codings:
        if coding.quote and coding.span:
            words.setdefault(coding.woman, {})[coding.span] = coding.quote
    found: list[QuoteFacts] = []
    for woman, quotes in sorted(words.items()):
        searchable = echoing(quotes, _written(book, woman))
        found += [_fact(span, in_posts=span in searchable) for span in quotes]
    return tuple(found)


def _written(book: Book, woman: str) -> Iterator[str]:
    """What she wrote herself, or may have written, in anything but an interview."""
    for _, table in messages_of(book, find(woman)):
        columns = (table.column(name).to_pylist() for name in ("kind", "own", "text"))
        for kind, own, text in zip(*columns, strict=True):
            if kind == Kind.MESSAGE and own is not False:
                yield text


def _fact(span: Span, *, in_posts: bool) -> QuoteFacts:
    held = QuoteReview.objects.filter(item__code=span.item, start=span.start, end=span.end)
    row = held.select_related("item").first()
    if row is None or row.text_sha256 != row.item.text_sha256:
        return QuoteFacts(span, in_posts=in_posts)
    last = rewording.last_edit(row.item, span.start, span.end)
    return QuoteFacts(
        span,
        row.witnesses,
        row.knowing,
        in_posts,
        last is not None and rewording.unchecked(last),
        last.manner if last else "",
    )


def known() -> tuple[likeness.KnownPeople, ...]:
    """How many are known to hold a role where."""
    rows = KnownPeople.objects.order_by("place", "role")
    return tuple(likeness.KnownPeople(one.place, one.role, one.people) for one in rows)


def keep_known(book: Book, data: bytes) -> int:
    """Put the list in place of the one there was; its rows are counted. Raises
    ``KnownUnreadable`` and then keeps the old one."""
    rows = _rows(data)
    with acting(book, "quote-known") as act:
        KnownPeople.objects.all().delete()
        KnownPeople.objects.bulk_create(rows)
        act.about(THE_BOOK, rows=len(rows))
    return len(rows)


def _rows(data: bytes) -> list[KnownPeople]:
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        if not set(COLUMNS) <= set(reader.fieldnames or ()):
            raise KnownUnreadable(row=1)
        found = [_row(number, row) for number, row in enumerate(reader, start=2)]
    except (UnicodeDecodeError, csv.Error) as cause:
        raise KnownUnreadable(row=1) from cause
    pairs = [(one.place, one.role) for one in found]
    for number, pair in enumerate(pairs, start=2):
        if pairs.count(pair) > 1:
            raise KnownUnreadable(row=number)
    return found


def _row(number: int, row: dict[str, str | None]) -> KnownPeople:
    place, role, people = ((row[name] or "").strip() for name in COLUMNS)
    try:
        vocabulary().term(likeness.ROLE_SCHEME, role)
        if not is_place_code(place) or not (people.isascii() and people.isdecimal()):
            raise KnownUnreadable(row=number)
    except UnknownTerm as cause:
        raise KnownUnreadable(row=number) from cause
    return KnownPeople(place=place, role=role, people=min(int(people), 10**6))
