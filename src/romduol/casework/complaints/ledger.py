"""One step at a time, a complaint goes from sent to closed: each step in, the complaint after it.

sent → acknowledged → decided → appealed → decided again → closed; checks at any time. A step that
was written down wrongly is amended, never said twice. Every function gives a complaint whose days
are in order, or raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise

from romduol.casebook import care
from romduol.casebook.care import Check, Complaint
from romduol.casebook.troubles import WrongUsage
from romduol.casebook.vocabulary import UnknownTerm, vocabulary


class StepAlreadyTaken(WrongUsage):
    """A step of a complaint was to be written down that stands there already."""


class StepTooEarly(WrongUsage):
    """A step was to be written down whose step before is missing."""


class NobodyWasAsked(WrongUsage):
    """A step was to be written down of a row that says she chose to ask nobody."""


class DaysOutOfOrder(WrongUsage):
    """A day of a complaint lies before the day of the step before it."""


class DayStillToCome(WrongUsage):
    """A day of a complaint lies in the future."""


class NotOfThisLedger(WrongUsage):
    """A field, a language or a category that a complaint cannot have."""


_ORDER = ("captured", "sent", "acknowledged", "replied")
_DECIDED = ("sent", "decided", "appealed", "appeal_decided")
_DAYS = (
    "captured", "sent", "acknowledged", "replied", "decided", "appealed", "appeal_decided",
    "closed",
)  # fmt: skip
_TERMS = {
    "way": care.WAY,
    "decision": care.DECISION,
    "appeal_decision": care.DECISION,
    "closing": care.CLOSING,
}
_CODES = ("target", "category", "language", *_TERMS)
_SAID = ("automatic", "reasoned")
FIELDS = (*_DAYS, *_CODES, *_SAID)
_YES = {"yes": True, "no": False, "": None}


def acknowledged(complaint: Complaint, on: date, *, automatic: bool, today: date) -> Complaint:
    """Somebody, or a machine, said that it came. A person may still write after a machine did."""
    _require_asked(complaint)
    if complaint.acknowledged and complaint.automatic and not automatic and not complaint.replied:
        return sound(replace(complaint, replied=on), today)
    if complaint.acknowledged:
        raise StepAlreadyTaken(step="acknowledged", complaint=complaint.id)
    return sound(replace(complaint, acknowledged=on, automatic=automatic), today)


def answered(
    complaint: Complaint, on: date, decision: str, reasoned: bool | None, today: date
) -> Complaint:
    """They decided; after an appeal, they decided again. ``reasoned``: was a reason given?"""
    _require_asked(complaint)
    if complaint.appealed and not complaint.appeal_decided:
        return sound(replace(complaint, appeal_decided=on, appeal_decision=decision), today)
    if complaint.decided:
        raise StepAlreadyTaken(step="decided", complaint=complaint.id)
    return sound(replace(complaint, decided=on, decision=decision, reasoned=reasoned), today)


def appealed(complaint: Complaint, on: date, today: date) -> Complaint:
    """It was asked again, after a decision."""
    _require_asked(complaint)
    if not complaint.decided:
        raise StepTooEarly(step="appealed", before="decided")
    if complaint.appealed:
        raise StepAlreadyTaken(step="appealed", complaint=complaint.id)
    return sound(replace(complaint, appealed=on), today)


def checked(complaint: Complaint, on: date, *, still_up: bool, today: date) -> Complaint:
    """Somebody looked whether it was still there."""
    _require_asked(complaint)
    checks = tuple(sorted((*complaint.checks, Check(on, still_up)), key=lambda one: one.on))
    return sound(replace(complaint, checks=checks), today)


def closed(complaint: Complaint, on: date, closing: str, today: date) -> Complaint:
    """Nobody waits any longer, for this reason; a decision may still be written down later."""
    if complaint.closed:
        raise StepAlreadyTaken(step="closed", complaint=complaint.id)
    return sound(replace(complaint, closed=on, closing=closing), today)


def amended(complaint: Complaint, said: Mapping[str, str], today: date) -> Complaint:
    """What was written down wrongly, put right; "" takes a step back.

    ``said`` holds ISO days, terms, ``yes`` or ``no`` by field (``FIELDS``).
    """
    return sound(replace(complaint, **values_of(said)), today)  # type: ignore[arg-type]


def values_of(said: Mapping[str, str]) -> dict[str, object]:
    """Words of a sheet or of the command line as values of a complaint; raises
    ``NotOfThisLedger``."""
    return {name: _value(name, text.strip()) for name, text in said.items()}


def _value(name: str, text: str) -> object:
    if name in _DAYS:
        return _day(name, text)
    if name in _SAID:
        if text not in _YES:
            raise NotOfThisLedger(field=name)
        return _YES[text]
    if name not in _CODES:
        raise NotOfThisLedger(field=name)
    return text


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as cause:
        raise NotOfThisLedger(field=name) from cause


def sound(complaint: Complaint, today: date) -> Complaint:
    """The complaint, if its terms are known and its days in order.

    Raises ``UnknownTerm``, ``NotOfThisLedger``, ``DaysOutOfOrder``, ``DayStillToCome`` or
    ``StepTooEarly``.
    """
    _require_terms(complaint)
    _require_pairs(complaint)
    days = {name: getattr(complaint, name) for name in _DAYS}
    checks = {f"check {at + 1}": check.on for at, check in enumerate(complaint.checks)}
    late = [name for name, day in (days | checks).items() if day and day > today]
    if late:
        raise DayStillToCome(field=late[0])
    for order in (_ORDER, _DECIDED, ("sent", "closed")):
        _require_order(complaint, order)
    if any(check.on < complaint.sent for check in complaint.checks):
        raise DaysOutOfOrder(field="check", before="sent")
    return complaint


def _require_asked(complaint: Complaint) -> None:
    if complaint.nobody_asked:
        raise NobodyWasAsked(complaint=complaint.id)


def _require_terms(complaint: Complaint) -> None:
    if complaint.target:
        care.scheme_of(complaint.target)
    scheme = "form_offline" if complaint.category.startswith("off") else "form_online"
    vocabulary().term(scheme, complaint.category)
    if complaint.scheme == care.PLATFORM and scheme == "form_offline":
        raise NotOfThisLedger(field="category")
    for name, of in _TERMS.items():
        term = getattr(complaint, name)
        if term:
            vocabulary().term(of, term)
        if term == care.NO_ANSWER:
            raise UnknownTerm(scheme=of, term=term)
    if complaint.language and complaint.language not in care.LANGUAGES:
        raise NotOfThisLedger(field="language")


def _require_pairs(complaint: Complaint) -> None:
    """A decision has a day, a day has a decision; what is decided again was appealed."""
    for day, term in (("decided", "decision"), ("appeal_decided", "appeal_decision"),
                      ("closed", "closing")):  # fmt: skip
        if bool(getattr(complaint, day)) != bool(getattr(complaint, term)):
            raise StepTooEarly(step=term, before=day)
    if bool(complaint.acknowledged) != (complaint.automatic is not None):
        raise StepTooEarly(step="automatic", before="acknowledged")
    later = (
        ("appeal_decided", "appealed"),
        ("appealed", "decided"),
        ("replied", "acknowledged"),
    )
    for step, before in later:
        if getattr(complaint, step) and not getattr(complaint, before):
            raise StepTooEarly(step=step, before=before)


def _require_order(complaint: Complaint, order: tuple[str, ...]) -> None:
    told = [(name, day) for name in order if (day := getattr(complaint, name))]
    for (before, earlier), (name, later) in pairwise(told):
        if later < earlier:
            raise DaysOutOfOrder(field=name, before=before)


def state_of(complaint: Complaint) -> str:
    """Where it stands: ``none``, ``sent``, ``acknowledged``, ``decided``, ``appealed``,
    ``redecided`` or ``closed``."""
    if complaint.nobody_asked:
        return "none"
    steps = (
        ("closed", complaint.closed),
        ("redecided", complaint.appeal_decided),
        ("appealed", complaint.appealed),
        ("decided", complaint.decided),
        ("acknowledged", complaint.acknowledged),
    )
    return next((name for name, day in steps if day), "sent")
