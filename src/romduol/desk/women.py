"""Women and what each allowed: aliases and consent rows, one log entry a verb."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from romduol.casebook import people
from romduol.casebook.troubles import Trouble, WrongUsage
from romduol.casebook.vocabulary import vocabulary
from romduol.desk.clock import now
from romduol.desk.custody import THE_BOOK, acting, is_logged
from romduol.desk.opening import Book, UnknownWoman
from romduol.desk.sealing import CARD, Sealing, card_of, row, sealing
from romduol.records.models import Consent, Grant, Member, Woman

ALIAS_LENGTH = 40


class AliasTaken(WrongUsage):
    """Another woman of the book already has this alias."""


class AliasUnusable(WrongUsage):
    """The alias is empty, too long, or holds control characters."""


class WomenListUnreadable(WrongUsage):
    """The CSV of women lacks a column or a row cannot be understood; nothing was added."""


class ConsentMissing(Trouble):
    """A verb needs a consent that this woman has not given."""


class DateUnreadable(WrongUsage):
    """A date was not written YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One consent to record. ``by`` (who asked) and ``receiver`` are names and will be sealed."""

    scopes: tuple[str, ...]
    mode: str
    on: date
    state: str = people.GIVEN
    by: str = ""
    receiver: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class WomanToAdd:
    """An alias and the answers that came with it.

    The answers name nobody (``ValueError``): a name needs a sealed object, and a crash would leave
    a key and an object that no row knows, which ``check`` takes for a book set back.
    """

    alias: str
    answers: tuple[Answer, ...] = ()

    def __post_init__(self) -> None:
        if any(answer.by or answer.receiver for answer in self.answers):
            raise ValueError("who asked is recorded with a consent of its own")


def find(alias_or_code: str) -> Woman:
    """The woman of that alias or code; raises ``UnknownWoman``."""
    woman = (
        Woman.objects.filter(alias=alias_or_code).first()
        or Woman.objects.filter(code=alias_or_code).first()
    )
    if woman is None:
        raise UnknownWoman
    return woman


def everyone() -> list[Woman]:
    """All women of the book in the order they were added."""
    return list(Woman.objects.order_by("pk"))


def add(book: Book, to_add: Sequence[WomanToAdd]) -> list[Woman]:
    """Add women, each with her own new key and her answers; all of them or none."""
    for one in to_add:
        _require_usable(one.alias)
    made: list[str] = []
    with book.alone():
        _require_new([one.alias for one in to_add])
        try:
            with acting(book, "woman") as act:
                women = [_add_one(book, one, made) for one in to_add]
                act.about(women[0].code if len(women) == 1 else THE_BOOK, women=len(women))
        except BaseException:
            _take_back(book, made)
            raise
    return women


def _take_back(book: Book, made: list[str]) -> None:
    """Keys that have no row go; what was committed before the failure stays."""
    held = Woman.objects.filter(code__in=made).values_list("code", flat=True)
    for code in set(made) - set(held):
        book.keyring.destroy(code)


def _add_one(book: Book, one: WomanToAdd, made: list[str]) -> Woman:
    code = book.keyring.add_woman()
    made.append(code)
    woman = Woman.objects.create(code=code, alias=one.alias, added=now())
    mine = Member.objects.get(code=book.keyring.member)
    Grant.objects.create(woman=woman, member=mine, since=now())
    for answer in one.answers:
        _add_rows(Sealing(book, code), woman, answer)
    return woman


def _require_usable(alias: str) -> None:
    if not 0 < len(alias) <= ALIAS_LENGTH or not alias.isprintable() or alias != alias.strip():
        raise AliasUnusable(length=ALIAS_LENGTH)


def _require_new(aliases: list[str]) -> None:
    if len(set(aliases)) < len(aliases) or Woman.objects.filter(alias__in=aliases).exists():
        raise AliasTaken


def consent(book: Book, alias: str, answer: Answer) -> list[Consent]:
    """Record one answer, one row a scope. Earlier rows stay; the latest one stands."""
    woman = find(alias)
    with sealing(book, woman.code) as work, acting(book, "consent") as act:
        rows = _add_rows(work, woman, answer)
        act.about(woman.code, scopes=list(answer.scopes), state=answer.state, mode=answer.mode)
    return rows


def _add_rows(work: Sealing, woman: Woman, answer: Answer) -> list[Consent]:
    terms = vocabulary()
    for scope in answer.scopes:
        terms.term("consent_scope", scope)
    terms.term("consent_mode", answer.mode)
    terms.term("consent_state", answer.state)
    card = None
    if answer.by or answer.receiver:
        sealed = work.card({"by": answer.by, "receiver": answer.receiver})
        card = row(sealed, CARD, woman)
    mac = work.book.mac("receiver", answer.receiver) if answer.receiver else ""
    return [
        Consent.objects.create(
            woman=woman,
            scope=scope,
            state=answer.state,
            mode=answer.mode,
            on=answer.on,
            until=answer.until,
            receiver_mac=mac,
            card=card,
            at=now(),
        )
        for scope in answer.scopes
    ]


def consents_of(woman: Woman) -> tuple[people.Consent, ...]:
    """Her consent rows as values, oldest first; receivers as their macs."""
    return tuple(
        people.Consent(c.scope, c.state, c.mode, c.on, c.receiver_mac, c.until)
        for c in woman.consents.order_by("pk")
    )


def allows(woman: Woman, scope: str, day: date | None = None) -> bool:
    """Does a standing consent of hers cover ``scope`` on ``day`` (default: today)?"""
    return people.allows(consents_of(woman), scope, day or now().date())


def require(woman: Woman, scope: str) -> Consent:
    """The consent row that allows ``scope`` today; raises ``ConsentMissing``."""
    if not allows(woman, scope):
        raise ConsentMissing(scope=scope)
    found = woman.consents.filter(scope=scope, receiver_mac="").order_by("pk").last()
    assert found is not None
    return found


def may_see(book: Book, woman: Woman) -> bool:
    """Does this member hold her key, and is what she brought theirs, or the team's, to read?

    Whoever came in by the recovery sheet stands in for those who received it.
    """
    me = book.keyring.member
    mine = not woman.items.exclude(by__code=me).exists() or is_logged("recover", me)
    return book.may_read(woman.code) and (mine or allows(woman, people.SCOPE_OF_TEAM))


def require_may_see(book: Book, woman: Woman) -> None:
    """Raises ``NoGrant``, or ``ConsentMissing`` when another member received what she brought."""
    book.identities(woman.code)
    if not may_see(book, woman):
        raise ConsentMissing(scope=people.SCOPE_OF_TEAM)


def receiver_of(book: Book, held: Consent) -> str:
    """The receiver's name, or "" when there is none or this member may not read it."""
    if held.card is None or not held.receiver_mac or not book.may_read(held.woman.code):
        return ""
    return str(card_of(book, held.card)["receiver"])


def read_women_list(data: bytes) -> list[WomanToAdd]:
    """The women of a CSV with columns ``alias, scopes, mode, on``, or ``WomenListUnreadable``."""
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        return [_listed(row) for row in rows if any(row.values())]
    except (UnicodeDecodeError, KeyError, AttributeError, TypeError) as cause:
        raise WomenListUnreadable(columns="alias, scopes, mode, on") from cause


def _listed(row: dict[str, str]) -> WomanToAdd:
    scopes = tuple(row["scopes"].split())
    mode, on = row["mode"].strip(), row["on"].strip()
    answers = (Answer(scopes, mode, day(on)),) if scopes else ()
    return WomanToAdd(row["alias"].strip(), answers)


def day(written: str) -> date:
    """A date written YYYY-MM-DD; raises ``DateUnreadable``."""
    try:
        return date.fromisoformat(written)
    except ValueError as cause:
        raise DateUnreadable from cause


def aliases(women: Iterable[Woman]) -> list[str]:
    """Their aliases, for what must not appear in a release."""
    return [woman.alias for woman in women]
