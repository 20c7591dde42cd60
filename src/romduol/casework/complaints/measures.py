"""Complaints of the ledger come in; answer rates and waiting times go out, for use in the book.

M1 to M9 of the design (domain 3.3). Waiting times are Kaplan-Meier: whoever still waits is counted
as long as she has waited, and what was closed without a decision until it was closed. There is no
mean of the closed ones, which would leave out everybody who was never answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from romduol.casebook import care
from romduol.casebook.care import Complaint, top_of
from romduol.casebook.survival import Spell, by_share, median, waiting, waiting_after

SEEN_FOR = 30  # days from sending before an answer is missed
FEWEST_WOMEN = 20  # under so many no share is told, only numbers of complaints
TOOK_ACTION = ("dec.removed", "dec.limited", "dec.restored")


@dataclass(frozen=True, slots=True)
class Share:
    """``n`` of ``of`` complaints, of ``women`` women."""

    id: str
    n: int
    of: int
    women: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Days of waiting of ``of`` complaints of ``women`` women, ``n`` of which it ended for.

    ``median`` and ``p90`` are none where so many are not answered yet; the shares still waiting
    after 30 and 90 days are none where nobody was watched so long, and under 20 women.
    """

    id: str
    n: int
    of: int
    women: int
    median: float | None
    p90: float | None
    waiting30: float | None
    waiting90: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """One group: how many complaints of how many women, how often she chose to ask nobody."""

    group: str
    complaints: int
    women: int
    nobody_asked: int
    shares: tuple[Share, ...]
    waits: tuple[Wait, ...]


GROUPS: dict[str, Callable[[Complaint], str]] = {
    "to": lambda one: one.target,
    "category": lambda one: _form(one.category),
    "language": lambda one: one.language,
    "way": lambda one: one.way,
}


def _form(category: str) -> str:
    return top_of("form_offline" if category.startswith("off") else "form_online", category)


def measured(ledger: Iterable[Complaint], today: date, by: str = "") -> tuple[Measured, ...]:
    """The measures of all complaints together, or one group a ``to``, ``category``, ``language`` or
    ``way``."""
    held = list(ledger)
    if not by:
        return (_measured("", held, today),)
    groups = sorted({GROUPS[by](one) for one in held})
    return tuple(
        _measured(group, [one for one in held if GROUPS[by](one) == group], today)
        for group in groups
    )


def _measured(group: str, held: Sequence[Complaint], today: date) -> Measured:
    sent = [one for one in held if not one.nobody_asked]
    women = len({one.woman for one in held})
    shares, waits = tuple(_shares(sent, today)), tuple(_waits(sent, today))
    return Measured(group, len(sent), women, len(held) - len(sent), shares, waits)


def _shares(sent: Sequence[Complaint], today: date) -> Iterable[Share]:
    decided = [one for one in sent if one.decided]
    seen = [one for one in sent if (today - one.sent).days >= SEEN_FOR]
    yield _share("answered", seen, lambda one: one.decided is not None)
    yield _share("removed", decided, lambda one: _top(one.decision) == "dec.removed")
    yield _share("refused", decided, lambda one: _top(one.decision) == "dec.refused")
    told = [one for one in decided if one.reasoned is not None]
    yield _share("reasoned", told, lambda one: bool(one.reasoned))
    yield _share("appealed", decided, lambda one: one.appealed is not None)
    again = [one for one in decided if one.appeal_decided]
    yield _share("overturned", again, _overturned)
    yield _share("came_back", [one for one in sent if _looked_again(one)], _came_back)


def _share(id_: str, of: Sequence[Complaint], holds: Callable[[Complaint], bool]) -> Share:
    return Share(id_, sum(map(holds, of)), len(of), len({one.woman for one in of}))


def _top(decision: str) -> str:
    return top_of(care.DECISION, decision) if decision else ""


def _overturned(one: Complaint) -> bool:
    """Did the appeal bring something that had been refused?"""
    first, last = _top(one.decision), _top(one.appeal_decision)
    return first not in TOOK_ACTION and last in TOOK_ACTION


def gone_on(one: Complaint) -> date | None:
    """The day from which it was no longer there: as they decided, or as somebody saw."""
    decisions = ((one.decided, one.decision), (one.appeal_decided, one.appeal_decision))
    said = [day for day, term in decisions if day and _top(term) == "dec.removed"]
    seen = [check.on for check in one.checks if not check.still_up]
    return min((*said, *seen), default=None)


def _looks_after(one: Complaint) -> list[care.Check]:
    gone = gone_on(one)
    return [c for c in one.checks if gone and 0 < (c.on - gone).days <= SEEN_FOR]


def _looked_again(one: Complaint) -> bool:
    return bool(_looks_after(one))


def _came_back(one: Complaint) -> bool:
    return any(check.still_up for check in _looks_after(one))


def _waits(sent: Sequence[Complaint], today: date) -> Iterable[Wait]:
    yield _wait("person", sent, lambda one: one.spell(one.answered_by_a_person, today))
    yield _wait("decision", sent, lambda one: one.spell(one.decided, today))
    trusted = [one for one in sent if one.way == care.TRUSTED]
    others = [one for one in sent if one.way != care.TRUSTED]
    if trusted and others:
        yield _wait("decision_trusted", trusted, lambda one: one.spell(one.decided, today))
        yield _wait("decision_ordinary", others, lambda one: one.spell(one.decided, today))
    known = [one for one in sent if gone_on(one) or one.checks]
    yield _wait("still_up", known, _exposed)


def _exposed(one: Complaint) -> Spell:
    """Days from when it was first seen (else sent) until it was gone; else to the last look at it,
    since nobody knows what happened to it after. Where nobody looked, nothing is known."""
    since, gone = one.captured or one.sent, gone_on(one)
    if gone is not None:
        return Spell(max(0, (gone - since).days), happened=True)
    looked = [check.on for check in one.checks if check.still_up]
    return Spell(max(0, (max((one.sent, *looked)) - since).days), happened=False)


def _wait(id_: str, of: Sequence[Complaint], spell: Callable[[Complaint], Spell]) -> Wait:
    spells, women = [spell(one) for one in of], len({one.woman for one in of})
    steps = waiting(spells)
    watched = max((one.days for one in spells), default=0.0)

    def still(days: int) -> float | None:
        return waiting_after(steps, days, watched) if women >= FEWEST_WOMEN else None

    return Wait(
        id_,
        sum(one.happened for one in spells),
        len(of),
        women,
        median(steps),
        by_share(steps, 0.9),
        still(30),
        still(90),
    )
