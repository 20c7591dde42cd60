"""Codings one by one: given, taken back, listed, and compared with the words they were given to.

A coding keeps the hash of the text it points into and a keyed digest of the words meant. A text
that changed is found by both; nothing is ever moved to where the words may stand now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from romduol.casebook.codes import TEAM_SCHEME, Codebook, Passage
from romduol.casebook.troubles import Trouble, WrongUsage
from romduol.casework.codebooks import by_name
from romduol.desk import codebooks
from romduol.desk.blinding import (
    PREFIX,
    coder_mac,
    id_of,
    round_for,
    still_mine,
    text_of,
    visible,
    visible_coding,
    woman_of,
)
from romduol.desk.clock import now
from romduol.desk.coding import forget_fact, keep_fact, link_acts, quote_mac
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.reading import find_item
from romduol.desk.taking import sha256_of
from romduol.desk.women import everyone, may_see, require_may_see
from romduol.records.models import Code, Coding, Incident, Item, Round, SealedObject, Woman


class SpanOutside(WrongUsage):
    """A span is empty or does not stand in the text."""


class QuoteMoved(Trouble):
    """The words given as a quote do not stand at that place of the text."""


class UnknownIncident(WrongUsage):
    """This woman has no incident of that code."""


class GivenInRound(Trouble):
    """A coding of a double coding was to be taken back by another, or after its coder was done."""


class AlreadyCoded(WrongUsage):
    """This coder gave these words this code before."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One coding to give: code points ``[start, end)`` of the item's text.

    ``quote`` is checked against the text when it is given. ``incident`` is an incident's code.
    """

    item: str
    start: int
    end: int
    scheme: str
    code: str
    incident: str = ""
    quote: str = ""


_Key = tuple[int | None, ...]  # item, code, start, end, incident


@dataclass
class _Pen:
    """What is looked up again and again while codings are given."""

    book: Book
    codebooks: list[Codebook]
    mac: str
    items: dict[str, tuple[Item, str]] = field(default_factory=dict)
    rounds: dict[str, Round | None] = field(default_factory=dict)
    incidents: dict[str, Incident | None] = field(default_factory=dict)
    codes: dict[tuple[str, str], Code] = field(default_factory=dict)
    given: dict[_Key, str] = field(default_factory=dict)  # to these items, by this coder

    def look_at(self, code: str, starts: Sequence[int]) -> None:
        """The item, its text and what this coder gave it between the first and last of ``starts``.

        Raises if this member may not code it.
        """
        item = find_item(code)
        require_may_see(self.book, item.woman)
        self.items[code] = item, text_of(self.book, item)
        self.rounds[code] = round_for(self.book, item)
        near = Coding.objects.filter(item=item, start__range=(min(starts), max(starts)))
        columns = ("item", "code", "start", "end", "incident", "pk")
        for *key, pk in near.filter(coder_mac=self.mac).values_list(*columns):
            self.given[tuple(key)] = f"{PREFIX}{pk}"

    def code(self, scheme: str, code: str) -> Code:
        """The row of a code that may be given."""
        if (scheme, code) not in self.codes:
            codebooks.require_usable(self.codebooks, scheme, code)
            self.codes[scheme, code] = codebooks.row_of(scheme, code, self.codebooks[-1])
        return self.codes[scheme, code]

    def incident(self, woman: Woman, code: str) -> Incident | None:
        """The incident of hers, or none for ""."""
        if code not in self.incidents:
            found = Incident.objects.filter(woman=woman, code=code).first() if code else None
            if code and found is None:
                raise UnknownIncident
            self.incidents[code] = found
        return self.incidents[code]


def _key(one: Coding) -> _Key:
    """By the columns alone: the rows they point to are not fetched."""
    return one.item_id, one.code_id, one.start, one.end, one.incident_id


def add(book: Book, wanted: Sequence[Wanted]) -> list[Passage]:
    """Give every coding of ``wanted``, or none, as this member's.

    Raises ``SpanOutside``, ``QuoteMoved``, ``UnknownCode``, ``CodebookFaulty`` (retired, heading),
    ``UnknownIncident``, ``AlreadyCoded``, ``ItemInRound``, ``NoGrant``, ``ConsentMissing``.
    """
    with book.alone():
        pen = _Pen(book, codebooks.every(book), coder_mac(book, me(book).name))
        for item in dict.fromkeys(one.item for one in wanted):
            pen.look_at(item, [one.start for one in wanted if one.item == item])
        with acting(book, "coding") as act:
            made = Coding.objects.bulk_create([_made(pen, one) for one in wanted])
            _keep_facts(made)
            if made:
                subject = wanted[0].item if len(pen.items) == 1 else THE_BOOK
                act.about(subject, codings=len(made))
    return [passage(one, pen.codebooks[-1]) for one in made]


def _keep_facts(made: Sequence[Coding]) -> None:
    for one in made:
        if one.incident and one.round is None and one.code.scheme != TEAM_SCHEME:
            keep_fact(one.incident, one.code.scheme, one.code.term)
    for incident in {one.incident for one in made if one.incident}:
        link_acts(incident)


def wanted(book: Book, rows: Iterable[dict[str, str]]) -> list[Wanted]:
    """Rows of a list (item, start, end, code, incident, quote) with their codes looked up.

    Raises ``UnknownCode``.
    """
    every = codebooks.every(book)
    found = []
    for row in rows:
        scheme, code = by_name(every, row["code"])
        start, end = int(row["start"]), int(row["end"])
        quote = row["quote"].replace("\r\n", "\n")  # as in the canonical text
        found.append(Wanted(row["item"], start, end, scheme, code, row["incident"], quote))
    return found


def _made(pen: _Pen, one: Wanted) -> Coding:
    """The coding, not yet kept. Two of a list that are the same are refused as one given twice."""
    item, text = pen.items[one.item]
    if not 0 <= one.start < one.end <= len(text):
        raise SpanOutside(item=one.item, length=len(text))
    quote = text[one.start : one.end]
    if one.quote and one.quote != quote:
        raise QuoteMoved(item=one.item, start=one.start, end=one.end)
    made = Coding(
        incident=pen.incident(item.woman, one.incident),
        code=pen.code(one.scheme, one.code),
        item=item,
        start=one.start,
        end=one.end,
        coder_mac=pen.mac,
        text_sha256=item.text_sha256,
        quote_mac=quote_mac(pen.book, quote),
        round=pen.rounds[one.item],
        at=now(),
    )
    if _key(made) in pen.given:
        raise AlreadyCoded(coding=pen.given[_key(made)])
    pen.given[_key(made)] = "–"
    return made


def remove(book: Book, id_: str) -> None:
    """The coding goes, and the memos on it; what only it said of an incident goes with it.

    Of a double coding only the coder's own, and only while they are not done. Raises
    ``UnknownCoding``, ``GivenInRound``.
    """
    with book.alone():
        coding = visible_coding(book, id_)
        if coding.round is not None and not still_mine(book, coding):
            raise GivenInRound
        cards = [m.card for m in coding.memos.select_related("card") if m.card is not None]
        with acting(book, "uncode") as act:
            subject = coding.item.code if coding.item else woman_of(coding).code
            act.about(subject, coding=id_, memos=len(cards))
            incident, term = coding.incident, coding.code
            coding.delete()
            SealedObject.objects.filter(pk__in=[card.pk for card in cards]).delete()
            if incident is not None:
                forget_fact(incident, term.scheme, term.term)
        for card in cards:
            book.store.remove(card.name)


def passage(row: Coding, team: Codebook) -> Passage:
    """The coding as a value, under the code it reads as now."""
    term = row.code.term
    known = row.code.scheme == TEAM_SCHEME and any(one.id == term for one in team.codes)
    return Passage(
        id=id_of(row),
        woman=woman_of(row).code,
        item=row.item.code if row.item else "",
        start=row.start,
        end=row.end,
        scheme=row.code.scheme,
        code=team.standing(term) if known else term,
        given=term,
        coder=row.coder_mac,
        incident=row.incident.code if row.incident else "",
        merged=row.merged,
        taken_up=f"{PREFIX}{row.taken_up_id}" if row.taken_up_id else "",
        at=row.at,
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """The codings this member may see, and how many women were passed over."""

    passages: tuple[Passage, ...]
    passed_over: int


def seen(book: Book, *, each_coder: bool = False) -> Seen:
    """Every coding of every woman whose record this member may see, less what blinding hides.

    What was merged stands for what went into it, unless ``each_coder`` is asked for.
    """
    women = everyone()
    mine = [woman for woman in women if may_see(book, woman)]
    rows = visible(book, Coding.objects.filter(_of(mine)))
    rows = rows.filter(merged=False) if each_coder else rows.filter(taken_up=None)
    rows = rows.select_related("code", "item__woman", "incident__woman").order_by("pk")
    team = codebooks.team(book)
    return Seen(tuple(passage(row, team) for row in rows), len(women) - len(mine))


def _of(women: Iterable[Woman]) -> Q:
    held = list(women)
    return Q(item__woman__in=held) | Q(item=None, incident__woman__in=held)


def moved(book: Book, ids: Iterable[str] | None = None) -> list[str]:
    """Which codings (of ``ids``, or of all this member may see) no longer stand on their words.

    Raises ``DamagedObject`` for a text whose sealed bytes changed. Codings given before their words
    were noted have only their place to go by: the end must still lie in the text.
    """
    rows = visible(book, Coding.objects.exclude(item=None))
    rows = rows.select_related("item__woman", "item__text")
    if ids is not None:
        rows = rows.filter(pk__in=[int(one.removeprefix(PREFIX)) for one in ids])
    mine = {woman.pk for woman in everyone() if may_see(book, woman)}
    texts: dict[int, tuple[str, str]] = {}
    found = []
    for row in rows.filter(item__woman__in=mine).order_by("pk"):
        assert row.item is not None
        if row.item.pk not in texts:
            text = text_of(book, row.item)
            texts[row.item.pk] = text, sha256_of(text)
        if not _stands(book, row, *texts[row.item.pk]):
            found.append(id_of(row))
    return found


def _stands(book: Book, row: Coding, text: str, sha256: str) -> bool:
    if row.start is None or row.end is None:
        return True
    if row.end > len(text) or (row.text_sha256 and row.text_sha256 != sha256):
        return False
    return not row.quote_mac or row.quote_mac == quote_mac(book, text[row.start : row.end])
