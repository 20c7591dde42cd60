"""A request to a platform or a body, and what came of it: days and codes, no words.

Modelled on the EU statement of reasons (Digital Services Act, art. 17) and the Santa Clara
principles (numbers, notice, appeal). Nothing here says when an answer will come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from romduol.casebook.survival import Spell
from romduol.casebook.vocabulary import vocabulary

PLATFORM, BODY, WAY = "platform", "body", "report_way"
RECEIPT, DECISION, WAITING, CLOSING = "receipt", "decision", "waiting", "closing"
HERS = "cls.hers"  # she chose to stop: an answer like any other
NO_ANSWER = "dec.none"  # told of the passing of time, never recorded as a decision
TRUSTED = "way.trusted"
LANGUAGES = ("km", "en", "fr", "vi", "zh", "other")
CONSENT_FOR = {
    "bd.local": "cs.authority",
    "bd.police": "cs.authority",
    "bd.ministry": "cs.authority",
    "bd.court": "cs.authority",
    "bd.un": "cs.un_confidential",
    "bd.un_named": "cs.un_named",
    "bd.helper": "cs.refer",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One look at whether what was reported was still there."""

    on: date
    still_up: bool


@dataclass(frozen=True, slots=True)
class Complaint:
    """One row of the ledger. Days are none, and codes "", while they are not known.

    ``target`` is a platform or a body; "" when she chose to ask nobody, which is ``closed`` from
    the first day. ``category`` is a form of harm. ``captured`` is the day it was first seen,
    ``acknowledged`` the first receipt, ``replied`` the first words of a person after a machine's.
    """

    id: str
    woman: str
    target: str
    category: str
    sent: date
    way: str = ""
    language: str = ""
    captured: date | None = None
    acknowledged: date | None = None
    automatic: bool | None = None
    replied: date | None = None
    decided: date | None = None
    decision: str = ""
    reasoned: bool | None = None
    appealed: date | None = None
    appeal_decided: date | None = None
    appeal_decision: str = ""
    checks: tuple[Check, ...] = ()
    reappeared: date | None = None
    closed: date | None = None
    closing: str = ""

    @property
    def nobody_asked(self) -> bool:
        """Did she choose to ask nobody?"""
        return not self.target

    @property
    def scheme(self) -> str:
        """``platform`` or ``body``; "" when nobody was asked."""
        return scheme_of(self.target) if self.target else ""

    @property
    def answered_by_a_person(self) -> date | None:
        """The first day on which somebody, not a machine, answered: a receipt or a decision."""
        receipt = self.acknowledged if self.automatic is False else None
        return min((day for day in (receipt, self.replied, self.decided) if day), default=None)

    @property
    def ended(self) -> date | None:
        """The day on which it was closed without a decision: nobody waited any longer."""
        return self.closed if self.closed and not self.decided else None

    def last_decision(self) -> str:
        """What stands in the end: the decision on appeal, else the first."""
        return self.appeal_decision or self.decision

    def spell(self, answered: date | None, today: date) -> Spell:
        """Days from sending to ``answered``, or for how long it was waited for."""
        if answered is not None:
            return Spell((answered - self.sent).days, happened=True)
        until = min(today, self.closed) if self.closed else today
        return Spell(max(0, (until - self.sent).days), happened=False)


def scheme_of(target: str) -> str:
    """The scheme a receiver is a term of; raises ``UnknownTerm``."""
    scheme = BODY if target.startswith("bd.") else PLATFORM
    return vocabulary().term(scheme, target).scheme


def consent_for(target: str) -> str:
    """The scope she must have agreed to before anything goes to this receiver."""
    return CONSENT_FOR[target] if scheme_of(target) == BODY else "cs.platform"


def top_of(scheme: str, term: str) -> str:
    """The first-level term above ``term``; of the forms of harm, the level below their root."""
    line = [t.id for t in vocabulary().lineage(vocabulary().term(scheme, term))]
    return line[-2] if scheme.startswith("form_") and len(line) > 1 else line[-1]
