"""Accounts in her material: listed by code, and a person says which is hers or an alleged actor's.

Every author of a message is an account code and nobody, until a decision makes one somebody. Names
are shown to whoever holds her key and asks for them; the index keeps codes and decisions only.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from romduol.casebook.troubles import WrongUsage
from romduol.casebook.vocabulary import vocabulary
from romduol.desk import authors, segments
from romduol.desk.authors import OWN, Author
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.sealing import CARD, card_of, row, sealing
from romduol.desk.women import find, require_may_see
from romduol.records.models import Account, Woman

ACTOR = "actor"
ROLES = (OWN, ACTOR)
_LONGEST_NOTE = 4000  # characters of what is known of a person


class NoSuchAccount(WrongUsage):
    """No message of hers is by an account of that code, or nothing was decided of it."""


class KindNotMeant(WrongUsage):
    """A kind of actor was named for an account that is hers."""


class NoteTooLong(WrongUsage):
    """What was given to say who an account is is longer than a note."""


class NoteUnreadable(WrongUsage):
    """The file that says who an account is holds no UTF-8 text."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One account: its messages, and what was decided.

    ``name`` (the last one), ``number`` (``""`` where the export has none) and ``who`` are words.
    """

    code: str
    platform: str
    name: str
    number: str
    messages: int
    own: bool | None
    role: str = ""
    kind: str = ""
    certainty: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of an account. ``who`` (a name, what is known) will be sealed."""

    role: str
    kind: str = ""
    certainty: str = ""
    who: str = ""

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(self.role)
        if self.role == OWN and (self.kind or self.certainty):
            raise KindNotMeant
        if len(self.who) > _LONGEST_NOTE:
            raise NoteTooLong(length=_LONGEST_NOTE)
        for scheme, term in (("actor", self.kind), ("actor_certainty", self.certainty)):
            if term:
                vocabulary().term(scheme, term)


def listed(book: Book, alias: str) -> list[Seen]:
    """Every account that wrote a message of hers, the busiest first; the reading is logged."""
    woman = find(alias)
    require_may_see(book, woman)
    with acting(book, "read") as act:
        act.about(woman.code, women=1)
    return _accounts(book, woman)


def decide(book: Book, alias: str, code: str, said: Said) -> Seen:
    """The account is ``said`` from now on; an earlier decision of it is replaced.

    Raises ``NoSuchAccount``, and ``NoGrant`` or ``ConsentMissing`` without her key.
    """
    woman = find(alias)
    require_may_see(book, woman)
    found = next((one for one in _accounts(book, woman) if one.code == code), None)
    if found is None:
        raise NoSuchAccount
    with book.alone(), sealing(book, woman.code) as work:
        named = {"name": found.name, "number": found.number}
        card = {"platform": found.platform, **named, "who": said.who}
        sealed = work.card(card)
        with acting(book, "account") as act:
            gone = _drop(woman, code)
            Account.objects.create(
                code=code,
                woman=woman,
                role=said.role,
                kind=said.kind,
                certainty=said.certainty,
                card=row(sealed, CARD, woman),
                by=me(book),
                at=now(),
            )
            act.about(woman.code, account=code, role=said.role, kind=said.kind)
        _remove(book, gone)
    return next(one for one in _accounts(book, woman) if one.code == code)


def take_back(book: Book, alias: str, code: str) -> None:
    """The account is nobody again; what was sealed about it is removed. ``NoSuchAccount``."""
    woman = find(alias)
    require_may_see(book, woman)
    with book.alone():
        with acting(book, "account-undone") as act:
            gone = _drop(woman, code)
            if not gone:
                raise NoSuchAccount
            act.about(woman.code, account=code)
        _remove(book, gone)


def _drop(woman: Woman, code: str) -> list[str]:
    """The row goes with its card's row; the names of the objects that are nobody's then."""
    old = list(woman.accounts.filter(code=code).select_related("card"))
    for one in old:
        one.delete()
        one.card.delete()
    return [one.card.name for one in old]


def _remove(book: Book, names: list[str]) -> None:
    for name in names:
        book.store.remove(name)


def _accounts(book: Book, woman: Woman) -> list[Seen]:
    """All of them, with the decisions."""
    counts: Counter[Author] = Counter()
    last: dict[Author, dict[str, Any]] = {}
    for _, table in segments.messages_of(book, woman):
        for one in table.select([*authors.COLUMNS, "own"]).to_pylist():
            author = authors.of(one)
            if author:
                counts[author] += 1
                last[author] = one
    known = {held.code: held for held in woman.accounts.select_related("card__woman")}
    found = []
    for author, messages in counts.most_common():
        platform, _, said = author
        said_last, code = last[author], _code(book, woman, author)
        told = _decision(book, known.get(code))
        name, number = said_last["author"] or said, said_last["account"] or ""
        found.append(Seen(code, platform, name, number, messages, said_last["own"], **told))
    return found


def _decision(book: Book, held: Account | None) -> dict[str, Any]:
    if held is None:
        return {}
    who = str(card_of(book, held.card)["who"])
    return {"role": held.role, "kind": held.kind, "certainty": held.certainty, "who": who}


def _code(book: Book, woman: Woman, author: Author) -> str:
    """Keyed by the book's own key: the same account has another code in every woman's record."""
    return "a" + book.mac("account", woman.code, *author)[:15]
