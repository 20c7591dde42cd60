"""After a double coding: how far its coders agree, code by code, and one coding made of several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from romduol.analysis.agreement import of_code
from romduol.casebook.agreement import CodeAgreement, MethodOfCoding
from romduol.casebook.codes import TEAM_SCHEME, Codebook, Passage
from romduol.casebook.troubles import WrongUsage
from romduol.casework.passages.merging import Place, places
from romduol.casework.passages.units import PARAGRAPHS, Stretch, touched
from romduol.desk import blinding, codebooks
from romduol.desk.blinding import coder_mac, coders_of, require_ended, text_of
from romduol.desk.clock import now
from romduol.desk.coding import keep_fact, link_acts, quote_mac
from romduol.desk.codings import passage
from romduol.desk.custody import acting
from romduol.desk.opening import Book
from romduol.desk.women import everyone, may_see, require_may_see
from romduol.records.models import Coding, Incident, Member, Round, RoundItem

KEEP, LEAVE = "keep", "leave"


class UnknownPlace(WrongUsage):
    """A place to keep was named that is not among those a person has to decide on."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: places all coders gave, places kept by a person, and those still open."""

    round: str
    settled: int
    kept: int
    left: int
    open: tuple[Place, ...]


def _given(row: Round) -> QuerySet[Coding]:
    """What this round's coders gave its items: in it, or before it began."""
    macs = row.coders.values("coder_mac")
    items = row.items.values("item")
    rows = Coding.objects.filter(item__in=items, coder_mac__in=macs, merged=False)
    rows = rows.filter(Q(round=row) | Q(round=None, at__lt=row.at))
    return rows.select_related("code", "item__woman", "incident__woman").order_by("pk")


def _require_may_see(book: Book, row: Round) -> None:
    for held in _items(row):
        require_may_see(book, held.item.woman)


def agreement(book: Book, code: str) -> MethodOfCoding:
    """One round's agreement per code. Raises ``UnknownRound``, ``RoundStillOpen``, ``NoGrant``,
    ``ConsentMissing``."""
    row = require_ended(blinding.find(code))
    _require_may_see(book, row)
    return _agreement(book, [row])


def method(book: Book) -> MethodOfCoding:
    """What a report may say of the coding of the women this member may see, all rounds together."""
    others = [woman for woman in everyone() if not may_see(book, woman)]
    rounds = Round.objects.exclude(ended_at=None).exclude(items__item__woman__in=others)
    return _agreement(book, list(rounds.order_by("pk")))


def _agreement(book: Book, rows: Sequence[Round]) -> MethodOfCoding:
    team = codebooks.team(book)
    table = _Table()
    for row in rows:
        table.fill(row, [passage(one, team) for one in _given(row)])
    coded = Coding.objects.exclude(coder_mac="")
    return MethodOfCoding(
        coders=coded.values("coder_mac").distinct().count(),
        items=Coding.objects.exclude(item=None).values("item").distinct().count(),
        double_coded=table.double_coded,
        unit="+".join(sorted({row.unit for row in rows})) or PARAGRAPHS,
        units=len(table.coders),
        blind=bool(rows),
        codes=tuple(table.codes()),
    )


class _Table:
    """Units, one after another over all items, and which coder gave which code to each."""

    def __init__(self) -> None:
        self.coders: list[frozenset[str]] = []  # who coded the unit at all
        self.double_coded = 0
        self._given: dict[tuple[str, str], dict[str, set[int]]] = {}

    def fill(self, row: Round, passages: Sequence[Passage]) -> None:
        """The units of one round."""
        who = coders_of(row)
        for held in row.items.select_related("item").order_by("pk"):
            macs = frozenset(one.coder_mac for one in who[held.item.code])
            self.double_coded += len(macs) > 1
            self._item(held, macs, [p for p in passages if p.item == held.item.code])

    def _item(self, held: RoundItem, macs: frozenset[str], passages: Sequence[Passage]) -> None:
        units: list[Stretch] = list(held.units.order_by("start").values_list("start", "end"))
        first = len(self.coders)
        self.coders += [macs] * len(units)
        for key in {one.key for one in passages}:
            for mac in macs:
                spans = [
                    (p.start, p.end)
                    for p in passages
                    if p.key == key and p.coder == mac and p.start is not None and p.end is not None
                ]
                places_ = {first + n for n in touched(units, spans)}
                self._given.setdefault(key, {}).setdefault(mac, set()).update(places_)

    def codes(self) -> Iterable[CodeAgreement]:
        """One result a code that anyone gave, by scheme and code."""
        everyone_ = sorted(frozenset[str]().union(*self.coders))
        for key in sorted(self._given):
            given = self._given[key]
            yield of_code(
                *key,
                {
                    mac: [
                        n in given.get(mac, ()) if mac in coders else None
                        for n, coders in enumerate(self.coders)
                    ]
                    for mac in everyone_
                },
            )


def names_of(book: Book) -> dict[str, str]:
    """What to call coders in an answer: a member's name, else ``coder-1`` and so on, in the order
    in which they first coded."""
    known = {coder_mac(book, name): name for name in Member.objects.values_list("name", flat=True)}
    macs = Coding.objects.exclude(coder_mac="").order_by("pk").values_list("coder_mac", flat=True)
    unknown = [mac for mac in dict.fromkeys(macs) if mac not in known]
    return known | {mac: f"coder-{number}" for number, mac in enumerate(unknown, start=1)}


def merge(book: Book, code: str, keep: Sequence[str] = (), rest: str = "") -> Merged:
    """Make one coding of what several coders gave; each of theirs stays and says what it went into.

    Places that all gave are merged at once. ``keep`` names further ones by id; ``rest`` is ``keep``
    or ``leave`` for all others; without it they stay open. Raises ``UnknownPlace``,
    ``RoundStillOpen``.
    """
    row = require_ended(blinding.find(code))
    _require_may_see(book, row)
    with book.alone():
        team = codebooks.team(book)
        rows = {passage(one, team).id: one for one in _given(row).filter(taken_up=None)}
        found = _places(row, rows.values(), team)
        open_ = [one for one in found if not one.settled]
        if set(keep) - {one.id for one in open_}:
            raise UnknownPlace
        kept = open_ if rest == KEEP else [one for one in open_ if one.id in keep]
        settled = [one for one in found if one.settled]
        left = [] if rest else [one for one in open_ if one not in kept]
        with acting(book, "merge") as act:
            texts = {held.item.code: text_of(book, held.item) for held in _items(row)}
            for place in (*settled, *kept):
                mac = quote_mac(book, texts[place.item][place.start : place.end])
                _make_one(row, place, [rows[one.id] for one in place.given], team, mac)
            act.about(row.code, settled=len(settled), kept=len(kept), left=len(open_) - len(kept))
    return Merged(row.code, len(settled), len(kept), len(open_) - len(kept), tuple(left))


def _places(row: Round, given: Iterable[Coding], team: Codebook) -> tuple[Place, ...]:
    who = {
        item: frozenset(one.coder_mac for one in coders) for item, coders in coders_of(row).items()
    }
    return places((passage(one, team) for one in given), who)


def _items(row: Round) -> QuerySet[RoundItem]:
    return row.items.select_related("item__woman", "item__text")


def _make_one(row: Round, place: Place, given: Sequence[Coding], team: Codebook, mac: str) -> None:
    """The merged coding, the facts it says, and in each source what it went into."""
    item = given[0].item
    assert item is not None  # places have words
    incident = Incident.objects.filter(code=place.incident).first() if place.incident else None
    made, _ = Coding.objects.get_or_create(
        incident=incident,
        code=codebooks.row_of(place.scheme, place.code, team),
        item=item,
        start=place.start,
        end=place.end,
        coder_mac="",
        defaults={
            "publish_quote": all(one.publish_quote for one in given),
            "text_sha256": item.text_sha256,
            "quote_mac": mac,
            "round": row,
            "merged": True,
            "at": now(),
        },
    )
    Coding.objects.filter(pk__in=[one.pk for one in given]).update(taken_up=made)
    if incident is not None and place.scheme != TEAM_SCHEME:
        keep_fact(incident, place.scheme, place.code)
        link_acts(incident)
