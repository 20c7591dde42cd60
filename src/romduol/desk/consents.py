"""What each woman allowed, as it stands today, and the day to ask her again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from romduol.casebook import people
from romduol.desk import women
from romduol.desk.clock import now
from romduol.desk.opening import Book
from romduol.records import models


@dataclass(frozen=True, slots=True)
class Standing:
    """The row that counts for one woman, scope and receiver.

    ``receiver`` is a name: filled in memory only, and only for a member who holds her key.
    """

    woman: str
    alias: str
    scope: str
    state: str
    receiver: str
    on: date
    until: date | None
    review: date


def standing(book: Book, alias: str = "", due_by: date | None = None) -> Iterator[Standing]:
    """Her rows that count, or everyone's; with ``due_by`` only those to look at again by then.

    A refusal or a withdrawal is never due: it stands until she says otherwise.
    """
    for woman in [women.find(alias)] if alias else women.everyone():
        for row in _latest(woman):
            one = _standing(book, woman, row)
            if due_by is None or _is_due(one, due_by):
                yield one


def _latest(woman: models.Woman) -> list[models.Consent]:
    """The last row of each scope and receiver, in the order first asked."""
    found = {(row.scope, row.receiver_mac): row for row in woman.consents.order_by("pk")}
    return list(found.values())


def _standing(book: Book, woman: models.Woman, row: models.Consent) -> Standing:
    said = people.Consent(row.scope, row.state, row.mode, row.on, row.receiver_mac, row.until)
    return Standing(
        woman=woman.code,
        alias=woman.alias,
        scope=row.scope,
        state=said.state_on(now().date()),
        receiver=women.receiver_of(book, row),
        on=row.on,
        until=row.until,
        review=people.review_on(said),
    )


def _is_due(one: Standing, day: date) -> bool:
    asked_again = (people.GIVEN, people.LIMITED, people.EXPIRED)
    return one.state in asked_again and one.review <= day
