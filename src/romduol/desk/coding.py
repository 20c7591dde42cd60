"""A coding sheet becomes incidents and codings: pointers into sealed transcripts, no words.

Rows that cannot be coded are refused one by one with their number and the reason; the others are
coded, in one transaction. The same sheet again adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q

from romduol.casebook.codes import FORM_SCHEMES, PLACE_SCHEME
from romduol.casebook.events import When
from romduol.casebook.vocabulary import VERSION, vocabulary
from romduol.casework.coding import Refusal, SheetRow, find_quote, read_sheet
from romduol.desk.blinding import ItemInRound, coder_mac, round_for
from romduol.desk.clock import now
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.sealing import CARD, Sealing, card_of, row
from romduol.desk.women import may_see
from romduol.records.models import (
    Act,
    Actor,
    Code,
    Coding,
    Impact,
    Incident,
    IncidentPlace,
    Item,
    Outcome,
    RetreatAnswer,
    Round,
    Woman,
)

PRECISION_OF_PLACE = {2: "province", 4: "district", 6: "commune"}


@dataclass(frozen=True, slots=True)
class Coded:
    """What a sheet did: how many incidents and codings it stands for, how many are new."""

    incidents: int
    codings: int
    new_codings: int
    refused: tuple[Refusal, ...]


@dataclass
class _Desk:
    """What is looked up again and again while a sheet is coded."""

    book: Book
    women: dict[str, Woman | None] = field(default_factory=dict)
    names: dict[int, dict[str, list[Item]]] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    whens: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A row with its woman, and its transcript and span if it quotes."""

    row: SheetRow
    woman: Woman
    item: Item | None
    span: tuple[int, int] | None
    round: Round | None = None


def code(
    book: Book, sheet: bytes, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> Coded:
    """Code every row of ``sheet`` that can be coded. Raises ``SheetUnreadable``."""
    rows = read_sheet(sheet, vocabulary())
    with book.alone():
        desk = _Desk(book)
        placed, refused = _place_all(desk, rows, progress)
        sealings: list[Sealing] = []
        try:
            return _keep(book, placed, refused, sealings)
        except BaseException:
            for work in sealings:
                work.discard()
            raise


def _place_all(
    desk: _Desk, rows: Sequence[SheetRow | Refusal], progress: Callable[[int, int], None]
) -> tuple[list[_Placed], list[Refusal]]:
    placed: list[_Placed] = []
    refused: list[Refusal] = []
    for done, one in enumerate(rows, start=1):
        found = one if isinstance(one, Refusal) else _place(desk, one)
        if isinstance(found, Refusal):
            refused.append(found)
        else:
            placed.append(found)
        progress(done, len(rows))
    return placed, refused


def _place(desk: _Desk, one: SheetRow) -> _Placed | Refusal:
    woman = _woman(desk, one.woman)
    if woman is None:
        return Refusal(one.row, "refused.woman")
    why = _why_not_hers(desk, woman) or _why_not_when(desk, one)
    if why:
        return Refusal(one.row, why)
    if not one.quote:
        return _Placed(one, woman, None, None)
    item = _transcript(desk, woman, one)
    if isinstance(item, Refusal):
        return item
    span = find_quote(_text(desk, item), one)
    if isinstance(span, Refusal):
        return span
    return _in_round(desk, _Placed(one, woman, item, span))


def _in_round(desk: _Desk, placed: _Placed) -> _Placed | Refusal:
    """In a double coding a member codes for themselves, and only while they are not done."""
    assert placed.item is not None
    try:
        found = round_for(desk.book, placed.item)
    except ItemInRound:
        return Refusal(placed.row.row, "refused.double_coded")
    if found is None:
        return placed
    mine = me(desk.book).name
    if placed.row.coder not in ("", mine):
        return Refusal(placed.row.row, "refused.double_coded")
    return replace(placed, row=replace(placed.row, coder=mine), round=found)


def _woman(desk: _Desk, alias: str) -> Woman | None:
    if alias not in desk.women:
        desk.women[alias] = Woman.objects.filter(alias=alias).first()
    return desk.women[alias]


def _why_not_hers(desk: _Desk, woman: Woman) -> str:
    if not desk.book.may_read(woman.code):
        return "refused.not_granted"
    return "" if may_see(desk.book, woman) else "refused.no_team_consent"


def _why_not_when(desk: _Desk, one: SheetRow) -> str:
    """An incident happened once: its rows, here and in earlier sheets, agree on when."""
    key, said = (one.woman, one.incident), (one.when.written, one.when.precision.value)
    if key not in desk.whens:
        woman = _woman(desk, one.woman)
        held = held_incident(desk.book, woman, one.incident) if woman else None
        desk.whens[key] = (held.when, held.precision) if held else said
    return "" if desk.whens[key] == said else "refused.other_date"


def _transcript(desk: _Desk, woman: Woman, one: SheetRow) -> Item | Refusal:
    if woman.pk not in desk.names:
        desk.names[woman.pk] = _named(desk.book, woman)
    found = desk.names[woman.pk].get(one.transcript, [])
    if not found:
        return Refusal(one.row, "refused.transcript")
    return found[0] if len(found) == 1 else Refusal(one.row, "refused.transcript_twice")


def _named(book: Book, woman: Woman) -> dict[str, list[Item]]:
    names: dict[str, list[Item]] = {}
    for item in woman.items.filter(text__isnull=False).select_related("card__woman", "text"):
        names.setdefault(card_of(book, item.card)["name"], []).append(item)
    return names


def _text(desk: _Desk, item: Item) -> str:
    if item.pk not in desk.texts:
        assert item.text is not None
        identities = desk.book.identities(item.woman.code)
        desk.texts[item.pk] = desk.book.store.open_bytes(item.text.name, identities).decode()
    return desk.texts[item.pk]


def _keep(
    book: Book, placed: list[_Placed], refused: list[Refusal], sealings: list[Sealing]
) -> Coded:
    with acting(book, "code") as act:
        incidents: dict[tuple[int, str], Incident] = {}
        new = 0
        for one in placed:
            key = (one.woman.pk, one.row.incident)
            if key not in incidents:
                incidents[key] = _incident(book, one, sealings)
            new += _coding(book, incidents[key], one)
        for incident in incidents.values():
            link_acts(incident)
        if new:
            act.about(THE_BOOK, incidents=len(incidents), codings=len(placed), new=new)
    return Coded(len(incidents), len(placed), new, tuple(refused))


def held_incident(book: Book, woman: Woman, label: str) -> Incident | None:
    """Her incident of that label, if the book has it."""
    mac = book.mac("incident", label)
    return Incident.objects.filter(woman=woman, label_mac=mac).first()


def new_incident(work: Sealing, woman: Woman, label: str, when: When) -> Incident:
    """A new incident of hers; ``work`` seals its label and is to be discarded on failure."""
    mac = work.book.mac("incident", label)
    return Incident.objects.create(
        code=f"e{mac[:15]}.{woman.code}"[:64],
        woman=woman,
        label_mac=mac,
        card=row(work.card({"label": label}), CARD, woman),
        when=when.written,
        precision=when.precision.value,
    )


def _incident(book: Book, one: _Placed, sealings: list[Sealing]) -> Incident:
    held = held_incident(book, one.woman, one.row.incident)
    if held is not None:
        return held
    sealings.append(Sealing(book, one.woman.code))
    return new_incident(sealings[-1], one.woman, one.row.incident, one.row.when)


def _coding(book: Book, incident: Incident, one: _Placed) -> int:
    """Keep one coding and the fact it is about; 1 if it is new."""
    term, _ = Code.objects.get_or_create(
        scheme=one.row.scheme, term=one.row.term, defaults={"version": VERSION}
    )
    start, end = one.span or (None, None)
    held, new = Coding.objects.get_or_create(
        incident=incident,
        code=term,
        item=one.item,
        start=start,
        end=end,
        coder_mac=coder_mac(book, one.row.coder) if one.row.coder else "",
        defaults={
            "publish_quote": one.row.publish_quote,
            "text_sha256": one.item.text_sha256 if one.item else "",
            "quote_mac": quote_mac(book, one.row.quote) if one.item else "",
            "round": one.round,
            "at": now(),
        },
    )
    if not new and held.publish_quote != one.row.publish_quote:
        held.publish_quote = one.row.publish_quote
        held.save(update_fields=["publish_quote"])
    if held.round is None:
        keep_fact(incident, one.row.scheme, one.row.term)
    return int(new)


def quote_mac(book: Book, quote: str) -> str:
    """What finds out later whether the coded words are still those that were meant."""
    return book.mac("quote", quote)


def keep_fact(incident: Incident, scheme: str, term: str) -> None:
    """What a coding of an incident says happened, once; a term that says no such thing is passed
    over."""
    if scheme in FORM_SCHEMES:
        Act.objects.get_or_create(incident=incident, scheme=scheme, form=term)
    elif scheme == PLACE_SCHEME:
        IncidentPlace.objects.get_or_create(
            incident=incident, code=term, defaults={"precision": PRECISION_OF_PLACE[len(term)]}
        )
    elif scheme == "retreat":
        RetreatAnswer.objects.get_or_create(incident=incident, level=term)
    elif scheme in _KINDS:
        _KINDS[scheme].objects.get_or_create(incident=incident, kind=term)


def forget_fact(incident: Incident, scheme: str, term: str) -> None:
    """What no coding says of the incident any more is no fact of it."""
    said = incident.codings.filter(code__scheme=scheme, code__term=term)
    if said.filter(Q(round=None) | Q(merged=True)).exists():
        return
    if scheme in FORM_SCHEMES:
        incident.acts.filter(scheme=scheme, form=term).delete()
    elif scheme == PLACE_SCHEME:
        incident.places.filter(code=term).delete()
    elif scheme == "retreat":
        incident.retreats.filter(level=term).delete()
    elif scheme in _KINDS:
        _KINDS[scheme].objects.filter(incident=incident, kind=term).delete()


_KINDS: dict[str, type[Actor] | type[Impact] | type[Outcome]] = {
    "actor": Actor,
    "impact": Impact,
    "outcome": Outcome,
}


def link_acts(incident: Incident) -> None:
    """An act has an actor only where there is no doubt: the incident has just one."""
    actors = list(incident.actors.all())
    only = actors[0] if len(actors) == 1 else None
    incident.acts.update(actor=only)
    certainties = {c.code.term for c in _codings_of(incident, "actor_certainty")}
    if only and len(certainties) == 1:
        Actor.objects.filter(pk=only.pk).update(certainty=certainties.pop())


def _codings_of(incident: Incident, scheme: str) -> Iterator[Coding]:
    return iter(incident.codings.filter(code__scheme=scheme).select_related("code"))
