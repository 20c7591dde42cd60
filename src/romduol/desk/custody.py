"""One verb, one writer, one transaction, one log entry: every change to a book passes here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from romduol.casebook.troubles import Damaged
from romduol.desk.clock import now
from romduol.records.models import LogEntry
from romduol.vault import entries
from romduol.vault.log import LogForked

if TYPE_CHECKING:
    from romduol.desk.opening import Book

THE_BOOK = "book"  # the subject of an entry that is about no single record


class KeysSetBack(Damaged):
    """The key folder was replaced by an older copy; a destroyed key may be back in it."""


@dataclass
class Act:
    """What the log will say: the verb, an opaque subject, and a fact of ids, counts and hashes."""

    verb: str
    subject: str = THE_BOOK
    fact: dict[str, object] = field(default_factory=dict)
    index: int = -1  # its place in the log, known once the verb is done
    named: bool = False

    def about(self, subject: str, **fact: object) -> None:
        """Name the subject and the fact. Without this call nothing is logged."""
        self.subject, self.fact, self.named = subject, fact, True


@contextmanager
def acting(book: Book, verb: str) -> Iterator[Act]:
    """Everything inside happens, and is in the log, or none of it.

    After a crash between the transaction and the log's files, opening the book again catches up.
    """
    act = Act(verb)
    with book.alone():
        with transaction.atomic():
            yield act
            if act.named:
                _write(book, act)
        catch_up(book)


def _write(book: Book, act: Act) -> None:
    fact = canonical(act.fact)
    promise = entries.commit(fact)
    at = now().strftime("%Y-%m-%dT%H:%M:%SZ")
    entry = entries.Entry(at, book.keyring.member, act.verb, act.subject, promise.digest)
    act.index = next_index()
    LogEntry.objects.create(
        index=act.index,
        subject=act.subject,
        leaf=entry.to_bytes(),
        salt=promise.salt,
        fact=fact,
        keys=book.keyring.revision,
    )


def canonical(value: object) -> bytes:
    """JSON that is the same bytes for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def next_index() -> int:
    """The place of the next entry."""
    last: int | None = LogEntry.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def leaves(start: int = 0) -> list[bytes]:
    """The log's entries from ``start`` on, as the index holds them."""
    rows = LogEntry.objects.filter(index__gte=start).order_by("index")
    return [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]


def is_logged(verb: str, subject: str) -> bool:
    """Does the log say that ``verb`` was done to ``subject``?"""
    rows = LogEntry.objects.filter(subject=subject).values_list("leaf", flat=True)
    return any(entries.Entry.parse(bytes(leaf)).verb == verb for leaf in rows)


def require_keys_not_set_back(book: Book) -> None:
    """Raises ``KeysSetBack`` when the key folder is older than the last entry written with it."""
    known: int | None = LogEntry.objects.aggregate(known=Max("keys"))["known"]
    if known is not None and book.keyring.revision < known:
        raise KeysSetBack


def catch_up(book: Book) -> None:
    """Bring the log's files up to the index, as after a crash between the two.

    Raises ``LogForked`` when the log says more than the index: part of the book was set back.
    """
    if book.log().size == next_index():
        return
    with book.alone():
        log, held = book.log(), next_index()
        if log.size > held:
            raise LogForked(log=log.size, index=held)
        book.extend_log(leaves(log.size))
