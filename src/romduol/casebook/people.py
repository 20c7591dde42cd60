"""Women, members, and what a woman allowed: consent row by consent row.

The default for every scope is "not asked", and "not asked" blocks (law 5). No scope inherits from
another, and a later row for the same scope and receiver replaces the earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

NOT_ASKED, GIVEN, REFUSED = "cst.notasked", "cst.given", "cst.refused"
LIMITED, WITHDRAWN, EXPIRED = "cst.limited", "cst.withdrawn", "cst.expired"

SCOPE_OF_PICTURES_AND_EXPORTS = "cs.evidence"
SCOPE_OF_TRANSCRIPTS = "cs.write"
SCOPE_OF_TEAM = "cs.team"
SCOPE_OF_COUNTING = "cs.stats"
SCOPE_OF_QUOTING = "cs.public_anon"


@dataclass(frozen=True, slots=True)
class Consent:
    """One answer to one question: may this be done with what is hers?

    ``receiver`` is ``""`` when the scope needs none. ``until`` is the last day it holds.
    """

    scope: str
    state: str
    mode: str
    on: date
    receiver: str = ""
    until: date | None = None

    def state_on(self, day: date) -> str:
        """The state that counts on ``day``: a given consent expires after ``until``."""
        if self.state in (GIVEN, LIMITED) and self.until is not None and day > self.until:
            return EXPIRED
        return self.state


def standing(consents: Iterable[Consent], scope: str, receiver: str = "") -> Consent | None:
    """The latest row for this scope and receiver (rows in the order they were given), or none.

    A row without a receiver never covers a named receiver, nor the other way round.
    """
    latest = None
    for row in consents:
        if row.scope == scope and row.receiver == receiver:
            latest = row
    return latest


def allows(consents: Iterable[Consent], scope: str, day: date, receiver: str = "") -> bool:
    """True only for a standing "given" on ``day``. Limits need a person: ``cst.limited`` blocks."""
    row = standing(consents, scope, receiver)
    return row is not None and row.state_on(day) == GIVEN


REVIEW_AFTER_DAYS = 365


def review_on(consent: Consent) -> date:
    """The day she is asked again: the last day it holds, or a year after it was given.

    A year is the default of domain 2.4, rule 22: nothing is kept "just in case".
    """
    yearly = consent.on + timedelta(days=REVIEW_AFTER_DAYS)
    return min(consent.until, yearly) if consent.until else yearly
