"""She takes it out: use stops, or her key and everything sealed to it is destroyed.

The tombstone and the log entry come first, then the key, then the objects, then the rows. A crash
anywhere in between is finished the next time the book is opened; there is no way back from the
first step, and nothing of anyone else is touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db import transaction

from romduol.casebook import people
from romduol.casebook.troubles import WrongUsage
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.opening import Book
from romduol.desk.relating import entries_naming
from romduol.desk.women import find, receiver_of
from romduol.records import index
from romduol.records.models import (
    Code,
    Consent,
    Handover,
    LogEntry,
    ReleaseShare,
    Tombstone,
    Woman,
)
from romduol.vault import withdrawal


class NeverGiven(WrongUsage):
    """A consent was to be taken back that she never gave."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Something of hers that already left and cannot be called back."""

    what: str  # code of a release, a bag or a complaint, or consent scope
    to: str  # "public", a platform or body, or the receiver named in her consent
    at: datetime
    quotes: int = 0


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a withdrawal did."""

    woman: str
    scopes: tuple[str, ...]  # () when everything was destroyed
    removed_objects: int
    already_sent: tuple[Sent, ...]


def already_sent(book: Book, woman: Woman) -> tuple[Sent, ...]:
    """What left with her record in it: releases, and named receivers she had agreed to."""
    shares = ReleaseShare.objects.filter(woman=woman).select_related("release")
    published = [Sent(s.release.code, "public", s.release.at, s.quotes) for s in shares]
    given = woman.consents.exclude(receiver_mac="").filter(state=people.GIVEN)
    agreed = [Sent(c.scope, receiver_of(book, c), c.at) for c in given.select_related("card")]
    return (*published, *_handed_over(book, woman), *_complained(woman), *agreed)


def _complained(woman: Woman) -> list[Sent]:
    """Each complaint that was sent, with the platform or the kind of body it went to."""
    rows = woman.complaints.exclude(target="").order_by("submitted_at", "pk")
    return [
        Sent(c.code, c.target, datetime.combine(c.submitted_at, time(), UTC))
        for c in rows
        if c.submitted_at
    ]


def _handed_over(book: Book, woman: Woman) -> list[Sent]:
    """Each bag that holds an item of hers, once."""
    rows = Handover.objects.filter(item__woman=woman).select_related("consent__card")
    bags = {row.bag: row for row in rows}
    return [Sent(h.bag, receiver_of(book, h.consent), h.at) for h in bags.values()]


def stop(book: Book, alias: str, scopes: tuple[str, ...]) -> Withdrawn:
    """Take back chosen scopes: nothing new may be done under them; what is held stays."""
    woman = find(alias)
    scopes = tuple(dict.fromkeys(scopes))
    for scope in scopes:
        if not woman.consents.filter(scope=scope).exists():
            raise NeverGiven(scope=scope)
    with acting(book, "consent") as act:
        for scope in scopes:
            _take_back(woman, scope)
        act.about(woman.code, scopes=list(scopes), state=people.WITHDRAWN)
    return Withdrawn(woman.code, scopes, 0, already_sent(book, woman))


def _take_back(woman: Woman, scope: str) -> None:
    """One row for each receiver that ``scope`` was answered for, and for the scope without one."""
    answered = {row.receiver_mac: row for row in woman.consents.filter(scope=scope).order_by("pk")}
    for row in answered.values():
        Consent.objects.create(
            woman=woman,
            scope=scope,
            state=people.WITHDRAWN,
            mode=row.mode,
            on=now().date(),
            receiver_mac=row.receiver_mac,
            card=row.card,
            at=now(),
        )


def withdraw(book: Book, alias: str) -> Withdrawn:
    """Destroy her key, her objects and her rows; the log says that it happened and nothing else."""
    woman = find(alias)
    sent = already_sent(book, woman)
    objects = woman.objects_held.count()
    with book.alone():
        with acting(book, "withdrawn") as act:
            Tombstone.objects.create(code=woman.code, at=now())
            act.about(woman.code)
        _finish(book, woman)
    return Withdrawn(woman.code, (), objects, sent)


def finish_withdrawals(book: Book) -> int:
    """Complete what a crash interrupted; returns how many women that concerned."""
    codes = Tombstone.objects.values_list("code", flat=True)
    unfinished = list(Woman.objects.filter(code__in=codes))
    if unfinished:
        with book.alone():
            for woman in unfinished:
                _finish(book, woman)
    return len(unfinished)


def _finish(book: Book, woman: Woman) -> None:
    names = list(woman.objects_held.values_list("name", flat=True))
    withdrawal.withdraw(book.keyring, book.store, woman.code, names)
    items = list(woman.items.values_list("code", flat=True))
    complaints = list(woman.complaints.values_list("code", flat=True))
    with transaction.atomic():
        _forget_facts([woman.code, *items, *complaints, *entries_naming(items)])
        woman.delete()
        Code.objects.filter(codings=None).delete()  # a term that only she was coded with
    index.forget_freed_pages()


def _forget_facts(subjects: list[str]) -> None:
    """Entries of hers keep their place in the tree; nothing can open their commitments again."""
    LogEntry.objects.filter(subject__in=subjects).update(salt=b"", fact=b"")
