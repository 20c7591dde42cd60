"""A person's word on a suggestion: confirmed, it becomes a coding of an incident; refused, nothing.

The only way from a suggestion into a count is ``confirm`` below (law 4). Every word is kept; the
last one stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from romduol.casebook.codes import FORM_SCHEMES
from romduol.casebook.events import DatePrecision, When
from romduol.casebook.troubles import WrongUsage
from romduol.casebook.vocabulary import VERSION, UnknownTerm, vocabulary
from romduol.desk import segments
from romduol.desk.blinding import coder_mac
from romduol.desk.clock import now
from romduol.desk.coding import (
    forget_fact,
    held_incident,
    keep_fact,
    link_acts,
    new_incident,
)
from romduol.desk.custody import acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.pointing import rows_at
from romduol.desk.sealing import Sealing, sealing
from romduol.desk.women import require_may_see
from romduol.records.models import Code, Coding, Decision, Incident, Suggestion

MESSAGE = "message"  # the kind of a suggestion about one message
CONFIRMED, REFUSED, UNDONE, OPEN = "confirmed", "refused", "undone", "open"
HERE = ZoneInfo("Asia/Phnom_Penh")  # the day of an incident is the day where she lives


class UnknownSuggestion(WrongUsage):
    """No suggestion of the book has that code."""


class NothingDecided(WrongUsage):
    """A decision was to be taken back that nobody made."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a member says: a term, or none to refuse. ``incident`` is her or the team's label."""

    term: str = ""
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """How a suggestion stands after the word; ``incident`` is the code of what is counted."""

    suggestion: str
    state: str
    term: str
    incident: str


def find_suggestion(code: str) -> Suggestion:
    """The suggestion of that code; raises ``UnknownSuggestion``."""
    rows = Suggestion.objects.select_related("item__woman", "item__by")
    found = rows.filter(code=code).first()
    if found is None:
        raise UnknownSuggestion
    return found


def standing(suggestion: Suggestion) -> Decision | None:
    """The word that stands, or none."""
    last = max(suggestion.decisions.all(), key=lambda one: one.pk, default=None)
    return None if last is None or last.state == UNDONE else last


def decide(book: Book, code: str, word: Word) -> Decided:
    """Confirm as a term, or refuse; an earlier word is replaced and kept.

    Raises ``UnknownSuggestion``, ``UnknownTerm``, and ``NoGrant`` or ``ConsentMissing``.
    """
    found = find_suggestion(code)
    require_may_see(book, found.item.woman)
    scheme = scheme_of_term(word.term) if word.term else ""
    with book.alone(), sealing(book, found.item.woman.code) as work:
        label, when = _label_and_day(book, found, word) if word.term else ("", "")
        with acting(book, "decide") as act:
            emptied = _take_out(found)
            made = _confirm(work, found, (scheme, word.term), (label, when)) if word.term else None
            decision = Decision.objects.create(
                suggestion=found,
                state=CONFIRMED if made else REFUSED,
                scheme=scheme,
                term=word.term,
                incident=made.incident if made else None,
                coding=made,
                by=me(book),
                at=now(),
            )
            gone = _clear(emptied)
            hers = found.item.woman.code  # her entries lose their facts when she withdraws
            act.about(hers, suggestion=found.code, state=decision.state, term=word.term)
        _remove(book, gone)
    return _told(found, decision)


def undo(book: Book, code: str) -> Decided:
    """The suggestion is open again; what it brought into the count goes. ``NothingDecided``."""
    found = find_suggestion(code)
    require_may_see(book, found.item.woman)
    with book.alone():
        with acting(book, "decision-undone") as act:
            if standing(found) is None:
                raise NothingDecided
            gone = _clear(_take_out(found))
            Decision.objects.create(suggestion=found, state=UNDONE, by=me(book), at=now())
            act.about(found.item.woman.code, suggestion=found.code, state=UNDONE)
        _remove(book, gone)
    return Decided(found.code, OPEN, "", "")


def scheme_of_term(term: str) -> str:
    """The scheme of a form of harm. Raises ``UnknownTerm`` for anything else."""
    for scheme in FORM_SCHEMES:
        if any(one.id == term for one in vocabulary().of(scheme)):
            return scheme
    raise UnknownTerm(scheme=" / ".join(FORM_SCHEMES), term=term)


def _label_and_day(book: Book, found: Suggestion, word: Word) -> tuple[str, str]:
    """The incident's label and day: unless said otherwise, what one conversation holds of one day
    is one incident."""
    thread, sent = _place_and_time(book, found)
    day = sent.astimezone(HERE).date().isoformat() if sent else ""
    return word.incident or f"{thread} {day}".strip(), day


def _place_and_time(book: Book, found: Suggestion) -> tuple[str, datetime | None]:
    for segment in found.item.segments.select_related("item__woman", "sealed").order_by("number"):
        columns = ["member", "record", "thread", "sent_at"]
        table = segments.open_segment(book, segment, columns)
        for here in rows_at(book, table, found.member, [found.record]).to_pylist():
            return str(here["thread"] or ""), here["sent_at"]
    raise UnknownSuggestion


def _confirm(
    work: Sealing, found: Suggestion, meant: tuple[str, str], where: tuple[str, str]
) -> Coding:
    """The coding that counts: of the incident, given by this member."""
    incident = _incident(work, found, *where)
    scheme, term = meant
    code, _ = Code.objects.get_or_create(scheme=scheme, term=term, defaults={"version": VERSION})
    coding, _ = Coding.objects.get_or_create(
        incident=incident,
        code=code,
        item=found.item,
        start=None,
        end=None,
        coder_mac=coder_mac(work.book, me(work.book).name),
        defaults={"at": now()},
    )
    keep_fact(incident, scheme, term)
    link_acts(incident)
    return coding


def _incident(work: Sealing, found: Suggestion, label: str, day: str) -> Incident:
    woman = found.item.woman
    when = When(day, DatePrecision.EXACT) if day else When()
    held = held_incident(work.book, woman, label)
    return held or new_incident(work, woman, label, when)


def _take_out(found: Suggestion) -> Incident | None:
    """What the standing word counted goes, unless another decision still stands on it."""
    held = standing(found)
    if held is None or held.coding is None:
        return None
    coding, incident = held.coding, held.coding.incident
    if any(standing(d.suggestion) == d for d in coding.decisions.exclude(suggestion=found)):
        return None
    assert incident is not None
    scheme, term = coding.code.scheme, coding.code.term
    coding.delete()
    forget_fact(incident, scheme, term)
    link_acts(incident)
    return incident


def _clear(incident: Incident | None) -> list[str]:
    """An incident that nothing says any more is none; the names of objects to remove."""
    if incident is None or incident.codings.exists():
        return []
    card = incident.card
    incident.delete()
    card.delete()
    return [card.name]


def _remove(book: Book, names: list[str]) -> None:
    for name in names:
        book.store.remove(name)


def _told(found: Suggestion, decision: Decision) -> Decided:
    incident = decision.incident.code if decision.incident else ""
    return Decided(found.code, decision.state, decision.term, incident)
