"""A rule of review set aside for one quote: asked by one member, agreed by another, used once.

Only rules that look at what people must weigh can be set aside. No count that is withheld, no name
and no consent ever is: there is no verb for it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from romduol.casebook.codes import Span
from romduol.casebook.troubles import Trouble, WrongUsage
from romduol.desk import quoting
from romduol.desk.clock import now
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.sealing import CARD, card_of, row, sealing
from romduol.desk.women import everyone, may_see, require_may_see
from romduol.publication.quote_rules import EXCEPTABLE
from romduol.records.models import QuoteEdit, Release, ReviewException


class RuleStandsAlways(WrongUsage):
    """An exception was asked from a rule that protects a count, a name or her consent."""


class ExceptionUnknown(WrongUsage):
    """No exception of that code waits for a second member."""


class AskedByTheSame(Trouble):
    """The member who asked for an exception was to agree to it as well."""


@dataclass(frozen=True, slots=True)
class Excepted:
    """One exception as its keepers see it. ``release`` is "" until one used it."""

    exception: str
    rule: str
    item: str
    start: int
    end: int
    why: str
    by: str
    confirmed_by: str
    release: str


def ask(book: Book, rule: str, quote: str, why: str) -> str:
    """Ask to set ``rule`` aside for the quote that the coding ``quote`` names; returns its code.

    Nothing is set aside until another member agrees. Raises ``RuleStandsAlways`` and what
    ``quoting.named`` raises.
    """
    if rule not in EXCEPTABLE:
        raise RuleStandsAlways(rule=rule, rules=", ".join(sorted(EXCEPTABLE)))
    with book.alone():
        coding, item = quoting.named(book, quote)
        code = f"x{secrets.token_hex(6)}"
        with sealing(book, item.woman.code) as work:
            card = work.card({"why": why})
            with acting(book, "exception-asked") as act:
                ReviewException.objects.create(
                    code=code,
                    rule=rule,
                    review=quoting.review(book, coding, item),
                    card=row(card, CARD, item.woman),
                    by=me(book),
                    at=now(),
                )
                act.about(item.code, exception=code, rule=rule, quote=quote)
    return code


def confirm(book: Book, code: str) -> ReviewException:
    """This member has read the reason and agrees; the next release uses it, and no other.

    Raises ``ExceptionUnknown``, ``AskedByTheSame``, ``NoGrant``, ``ConsentMissing``.
    """
    with book.alone():
        found = _standing().filter(code=code, confirmed_by=None).first()
        if found is None:
            raise ExceptionUnknown
        require_may_see(book, found.review.item.woman)
        if found.by == me(book):
            raise AskedByTheSame
        with acting(book, "exception-agreed") as act:
            found.confirmed_by, found.confirmed_at = me(book), now()
            found.save(update_fields=["confirmed_by", "confirmed_at"])
            act.about(found.review.item.code, exception=code, rule=found.rule)
    return found


def listed(book: Book) -> list[Excepted]:
    """Every exception of women this member may see, with its reason; reading is logged."""
    mine = [woman for woman in everyone() if may_see(book, woman)]
    rows = _rows().filter(review__item__woman__in=mine)
    found = [_excepted(book, one) for one in rows]
    with acting(book, "exception-read") as act:
        act.about(THE_BOOK, exceptions=len(found))
    return found


def _excepted(book: Book, one: ReviewException) -> Excepted:
    return Excepted(
        one.code,
        one.rule,
        one.review.item.code,
        one.review.start,
        one.review.end,
        str(card_of(book, one.card)["why"]),
        one.by.name,
        one.confirmed_by.name if one.confirmed_by else "",
        one.release.code if one.release else "",
    )


def agreed() -> frozenset[tuple[str, Span]]:
    """The (rule, place) pairs that two members set aside and no release has used.

    One agreed to before the wording was changed again was agreed to for other words.
    """
    rows = _standing().exclude(confirmed_by=None).filter(
        ~Exists(QuoteEdit.objects.filter(review=OuterRef("review"), at__gt=OuterRef("at")))
    )  # fmt: skip
    return frozenset(
        (one.rule, Span(one.review.item.code, one.review.start, one.review.end)) for one in rows
    )


def spend(release: Release) -> None:
    """Every agreed exception ends with this release; call it inside the verb's transaction."""
    _standing().exclude(confirmed_by=None).update(release=release)


def _standing() -> QuerySet[ReviewException]:
    return _rows().filter(release=None)


def _rows() -> QuerySet[ReviewException]:
    rows = ReviewException.objects.select_related(
        "review__item__woman", "card__woman", "by", "confirmed_by", "release"
    )
    return rows.order_by("pk")
