"""Who was asked to act, and what they did: one row a complaint, one log entry a step.

Nothing is recorded as sent without the consent that covers its receiver on that day, and an appeal
needs it again. What is written to them and their reference numbers are sealed to her key.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from romduol.casebook import care, people
from romduol.casebook.care import Complaint
from romduol.casebook.troubles import WrongUsage
from romduol.casework.complaints import ledger
from romduol.desk.clock import now
from romduol.desk.complaint_rows import changed, columns, keep, named, value
from romduol.desk.custody import acting
from romduol.desk.opening import Book
from romduol.desk.sealing import CARD, Sealing, card_of, row, sealing
from romduol.desk.women import ConsentMissing, everyone, find, may_see, require_may_see
from romduol.records import models
from romduol.vault.objects import Sealed


class UnknownComplaint(WrongUsage):
    """No complaint of that code, or one of a woman whose record this member may not see."""


class WordsUnreadable(WrongUsage):
    """A file with words for a complaint is no UTF-8 text, or holds nothing."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is sealed with a step. ``receiver`` is the name her consent was given for."""

    receiver: str = ""
    reference: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.receiver or self.reference or self.text)


_SILENT = Words()
_Taken = Callable[[Complaint, date], Complaint]  # a step: the complaint and today


@dataclass(frozen=True, slots=True)
class Shown:
    """One complaint with the alias of its woman and the words sealed with each step."""

    alias: str
    state: str
    complaint: Complaint
    words: tuple[tuple[str, Words], ...] = ()


def read_words(data: bytes) -> str:
    """The text of a file; raises ``WordsUnreadable``."""
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as cause:
        raise WordsUnreadable from cause
    if not text:
        raise WordsUnreadable
    return text


def add(book: Book, alias: str, said: Mapping[str, str], words: Words = _SILENT) -> Shown:
    """Write down that something was sent, or (no ``target``) that she chose to ask nobody.

    ``said`` holds fields of the ledger as written. Raises ``ConsentMissing`` and what
    ``ledger.sound`` raises.
    """
    woman = find(alias)
    require_may_see(book, woman)
    complaint = _new(ledger.values_of(said), now().date())
    with sealing(book, woman.code) as work, acting(book, "complaint") as act:
        kept = put(work, woman, complaint, words)
        act.about(kept.code, target=complaint.target, sent=str(complaint.sent))
    return Shown(woman.alias, kept.state, value(kept))


def _new(values: dict[str, object], today: date) -> Complaint:
    values.setdefault("target", "")
    if not values["target"]:
        values |= {"closed": values["sent"], "closing": care.HERS}
    return ledger.sound(Complaint(id="", woman="", **values), today)  # type: ignore[arg-type]


def put(work: Sealing, woman: models.Woman, complaint: Complaint, words: Words) -> models.Complaint:
    """A new row with its words, if the consent that it needs stands; in the verb's transaction."""
    consent = needed(work.book, woman, complaint, words.receiver)
    card = row(_sealed(work, words), CARD, woman) if words else None
    code = f"c{secrets.token_hex(8)}"
    kept = models.Complaint.objects.create(
        code=code,
        woman=woman,
        consent=consent,
        card=card,
        reference_mac=mac(work.book, words.reference),
        **columns(named(complaint, code, woman.code)),
    )
    for check in complaint.checks:
        kept.checks.create(at=check.on, still_up=check.still_up)
    return kept


def _sealed(work: Sealing, words: Words) -> Sealed:
    told = {"receiver": words.receiver, "reference": words.reference, "text": words.text}
    return work.card(told)


def mac(book: Book, reference: str) -> str:
    """What finds a reference number again without telling it."""
    return book.mac("reference", reference) if reference else ""


def needed(book: Book, woman: models.Woman, complaint: Complaint, receiver: str) -> models.Consent:
    """The row that allows it. Raises ``ConsentMissing``.

    That she chose to ask nobody is kept as anything she told: under ``cs.write``.
    """
    asked = bool(complaint.target)
    scope = care.consent_for(complaint.target) if asked else people.SCOPE_OF_TRANSCRIPTS
    return consent_to(book, woman, scope, receiver if asked else "")


def consent_to(book: Book, woman: models.Woman, scope: str, receiver: str) -> models.Consent:
    """Her standing consent for a scope, to a receiver if one is named; raises ``ConsentMissing``.

    It must have been given: limits need a person, and a yes to one receiver is none to another.
    """
    heard = book.mac("receiver", receiver) if receiver else ""
    rows = list(woman.consents.filter(scope=scope, receiver_mac=heard).order_by("pk"))
    said = [people.Consent(c.scope, c.state, c.mode, c.on, c.receiver_mac, c.until) for c in rows]
    if not people.allows(said, scope, now().date(), heard):
        raise ConsentMissing(scope=scope)
    return rows[-1]


def acknowledge(
    book: Book, code: str, on: date, *, automatic: bool, words: Words = _SILENT
) -> Shown:
    """It came, somebody or a machine said."""
    return _step(
        book, code, "acknowledged", words,
        lambda one, today: ledger.acknowledged(one, on, automatic=automatic, today=today),
    )  # fmt: skip


def answer(
    book: Book,
    code: str,
    on: date,
    decision: str,
    *,
    reasoned: bool | None = None,
    words: Words = _SILENT,
) -> Shown:
    """They decided; after an appeal, they decided again."""
    return _step(
        book, code, "decided", words,
        lambda one, today: ledger.answered(one, on, decision, reasoned, today),
    )  # fmt: skip


def appeal(book: Book, code: str, on: date, words: Words = _SILENT) -> Shown:
    """It was asked again: that leaves the book like the first time, under the same consent."""
    with book.alone():
        held = _held(book, code)
        consent_to(book, held.woman, held.consent.scope, _receiver(book, held))
        return _step(
            book, code, "appealed", words, lambda one, today: ledger.appealed(one, on, today)
        )


def check(book: Book, code: str, on: date, *, still_up: bool, words: Words = _SILENT) -> Shown:
    """Somebody looked whether it was still there."""
    return _step(
        book, code, "checked", words,
        lambda one, today: ledger.checked(one, on, still_up=still_up, today=today),
    )  # fmt: skip


def close(book: Book, code: str, on: date, closing: str, words: Words = _SILENT) -> Shown:
    """Nobody waits for it any longer."""
    return _step(
        book, code, "closed", words, lambda one, today: ledger.closed(one, on, closing, today)
    )


def amend(book: Book, code: str, said: Mapping[str, str], words: Words = _SILENT) -> Shown:
    """Put right what was written down wrongly; the log keeps what stood and what stands.

    Raises ``ConsentMissing`` where she has not allowed what it would then say was sent.
    """
    with book.alone():
        held, consent = _held(book, code), None
        if said.get("target", held.target) != held.target:
            wanted = ledger.amended(value(held), said, now().date())
            consent = needed(book, held.woman, wanted, words.receiver)
        return _step(
            book, code, "amended", words,
            lambda one, today: ledger.amended(one, said, today), consent,
        )  # fmt: skip


def _step(
    book: Book,
    code: str,
    step: str,
    words: Words,
    taken: _Taken,
    consent: models.Consent | None = None,
) -> Shown:
    """One step, its words and its log entry, or nothing of them; ``consent`` if it is another."""
    held = _held(book, code)
    held.consent = consent or held.consent
    before = value(held)
    after = taken(before, now().date())
    with sealing(book, held.woman.code) as work, acting(book, f"complaint-{step}") as act:
        keep(held, after)
        if words:
            card = row(_sealed(work, words), CARD, held.woman)
            held.notes.create(card=card, step=step, at=now())
        looks = {"checks": len(after.checks)} if after.checks != before.checks else {}
        act.about(code, changed=changed(before, after), **looks)
    return Shown(held.woman.alias, held.state, after)


def _held(book: Book, code: str) -> models.Complaint:
    found = models.Complaint.objects.select_related("woman", "consent").filter(code=code).first()
    if found is None or not may_see(book, found.woman):
        raise UnknownComplaint
    return found


def _receiver(book: Book, held: models.Complaint) -> str:
    if not held.consent.receiver_mac or held.card is None:
        return ""
    return str(card_of(book, held.card)["receiver"])


def listed(book: Book, alias: str = "", *, waiting: bool = False) -> Iterator[Shown]:
    """Complaints this member may see, oldest first: all, one woman's, those not decided yet."""
    mine = [find(alias)] if alias else everyone()
    women = [woman for woman in mine if may_see(book, woman)]
    rows = models.Complaint.objects.filter(woman__in=women).order_by("submitted_at", "pk")
    for held in rows.select_related("woman"):
        found = value(held)
        if not waiting or not (found.decided or found.closed):
            yield Shown(held.woman.alias, held.state, found)


def show(book: Book, code: str) -> Shown:
    """One complaint with every word sealed with it; that they were read is logged."""
    held = _held(book, code)
    cards = [("sent", held.card)] if held.card else []
    cards += [(note.step, note.card) for note in held.notes.order_by("pk").select_related("card")]
    words = tuple((step, Words(**card_of(book, card))) for step, card in cards)
    with acting(book, "complaint-read") as act:
        act.about(code, words=len(words))
    return Shown(held.woman.alias, held.state, value(held), words)
