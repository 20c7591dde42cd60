"""Selections of another program become codings: code points of a sealed text, never the words.

Where a case is an incident of ours (it says when, how exactly and whose), its selections are about
that incident; all other codings are of the text alone and counted nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from romduol.casebook.codes import TEAM_SCHEME, Place
from romduol.casebook.events import DatePrecision, When
from romduol.casework.exchange.project import (
    Case,
    Coding,
    Media,
    MediaSelection,
    Project,
    Selection,
)
from romduol.casework.exchange.troubles import Left
from romduol.desk.blinding import coder_mac
from romduol.desk.clock import now
from romduol.desk.coding import held_incident, keep_fact, link_acts, new_incident, quote_mac
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.exchange_codes import Codes
from romduol.desk.exchange_out import PRECISION, WHEN, WHOSE
from romduol.desk.media_codings import columns_of
from romduol.desk.opening import Book
from romduol.desk.sealing import Sealing
from romduol.records import models
from romduol.records.models import Incident, Item, Woman


@dataclass(frozen=True, slots=True)
class Placed:
    """A source of the file, as the item it now is."""

    item: Item
    text: str


@dataclass
class Coded:
    """What was coded. ``rows`` are the codings by GUID of selection or coding."""

    selections: int = 0
    new: int = 0
    rows: dict[str, models.Coding] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)


@dataclass
class _Work:
    """One project's codings on their way in."""

    book: Book
    codes: Codes
    users: dict[str, str]  # a user's GUID to the digest that stands for a coder
    at: datetime
    terms: dict[str, models.Code] = field(default_factory=dict)
    sealings: list[Sealing] = field(default_factory=list)
    done: Coded = field(default_factory=Coded)

    def term(self, guid: str) -> models.Code:
        if guid not in self.terms:
            self.terms[guid] = self.codes.row(guid)
        return self.terms[guid]


def keep_codings(
    book: Book,
    project: Project,
    placed: Mapping[str, Placed],
    codes: Codes,
    women: Mapping[str, Woman],
    items: Mapping[str, Item],
) -> Coded:
    """Every coding of ``project`` whose text, picture, PDF or recording is in the book (``items``,
    by source), in one transaction."""
    users = {u.guid: coder_mac(book, u.name or u.guid) for u in project.users}
    work = _Work(book, codes, users, now())
    try:
        with acting(book, "import-codings") as act:
            incidents = _incidents(work, project, items, women)
            for guid, one in placed.items():
                source = next(s for s in project.sources if s.guid == guid)
                whole = Selection(guid, 0, len(one.text), codings=source.codings)
                if _in_round(one.item):
                    work.done.left.append(Left("qdpx.left.in_round", guid, len(source.selections)))
                    continue
                for selection in (*source.selections, *([whole] if source.codings else [])):
                    _keep_selection(work, one, selection, incidents.get(selection.guid))
            for media in project.media:
                if media.guid in items:
                    _keep_media(work, media, items[media.guid], incidents)
            for incident in set(incidents.values()):
                link_acts(incident)
            if work.done.new:
                act.about(THE_BOOK, codings=work.done.new, items=len(items))
    except BaseException:
        for sealing in work.sealings:
            sealing.discard()
        raise
    return work.done


def _in_round(item: Item) -> bool:
    """A double coding under way takes no codings from outside."""
    return item.rounds.filter(round__ended_at=None).exists()


def _keep_selection(
    work: _Work, placed: Placed, selection: Selection, incident: Incident | None
) -> None:
    work.done.selections += 1
    if incident is not None and incident.woman_id != placed.item.woman_id:
        incident = None
    for coding in selection.codings:
        held = _keep_coding(work, placed, selection, coding, incident)
        work.done.rows[coding.guid] = held
        work.done.rows.setdefault(selection.guid, held)


def _keep_media(work: _Work, media: Media, item: Item, incidents: Mapping[str, Incident]) -> None:
    whole = [MediaSelection(media.guid, Place(), codings=media.codings)] if media.codings else []
    for one in (*media.selections, *whole):
        work.done.selections += bool(one.codings)
        incident = incidents.get(one.guid)
        if incident is not None and incident.woman_id != item.woman_id:
            incident = None
        for coding in one.codings:
            _, new = models.MediaCoding.objects.get_or_create(
                incident=incident,
                code=work.term(coding.code),
                item=item,
                kind=media.kind,
                **columns_of(one.place),
                coder_mac=work.users.get(coding.user or one.user, ""),
                defaults={"at": _instant(coding.at or one.at) or work.at},
            )
            work.done.new += new


def _keep_coding(
    work: _Work,
    placed: Placed,
    span: Selection,
    coding: Coding,
    incident: Incident | None,
) -> models.Coding:
    term = work.term(coding.code)
    held, new = models.Coding.objects.get_or_create(
        incident=incident,
        code=term,
        item=placed.item,
        start=span.start,
        end=span.end,
        coder_mac=work.users.get(coding.user or span.user, ""),
        defaults={
            "text_sha256": placed.item.text_sha256,
            "quote_mac": quote_mac(work.book, placed.text[span.start : span.end]),
            "at": _instant(coding.at or span.at) or work.at,
        },
    )
    work.done.new += new
    if incident is not None and term.scheme != TEAM_SCHEME:
        keep_fact(incident, term.scheme, term.term)
    return held


def _instant(said: str) -> datetime | None:
    """When it was coded; None when the file names no time zone, or no time at all."""
    if not said:
        return None
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _incidents(
    work: _Work, project: Project, items: Mapping[str, Item], women: Mapping[str, Woman]
) -> dict[str, Incident]:
    """The incident that each selection is about."""
    owners = {
        one.guid: items[source.guid].woman
        for source in project.everything
        if source.guid in items
        for one in source.selections
    }
    found: dict[str, Incident] = {}
    for case in project.cases:
        values = dict(case.values)
        if not {WHEN.guid, PRECISION.guid, WHOSE.guid} & set(values):
            continue
        woman = _whose(case, values, owners, women)
        incident = _incident(work, case, values, woman) if woman else None
        if incident is None:
            work.done.left.append(Left("qdpx.left.case", case.guid))
            continue
        _code_whole(work, case, incident)
        found |= dict.fromkeys(case.selections, incident)
    return found


def _whose(
    case: Case, values: Mapping[str, str], owners: Mapping[str, Woman], women: Mapping[str, Woman]
) -> Woman | None:
    """Whose text its selections are of; else the alias it names, if she is among those named."""
    of_texts = next((owners[s] for s in case.selections if s in owners), None)
    if of_texts is not None:
        return of_texts
    return women.get(values.get(WHOSE.guid, "")) or (
        next(iter(women.values())) if len(women) == 1 else None
    )


def _incident(work: _Work, case: Case, values: Mapping[str, str], woman: Woman) -> Incident | None:
    """Her incident of that label, made if it is new; None when its date cannot be understood."""
    held = held_incident(work.book, woman, case.name)
    if held is not None:
        return held
    try:
        precision = DatePrecision(values.get(PRECISION.guid, "unknown"))
        when = When(values.get(WHEN.guid, ""), precision)
    except ValueError:
        return None
    work.sealings.append(Sealing(work.book, woman.code))
    return new_incident(work.sealings[-1], woman, case.name, when)


def _code_whole(work: _Work, case: Case, incident: Incident) -> None:
    """Codes that a case itself has: the incident as a whole."""
    for code in case.codes:
        term = work.term(code)
        _, new = models.Coding.objects.get_or_create(
            incident=incident, code=term, item=None, start=None, end=None,
            coder_mac="", defaults={"at": work.at},
        )  # fmt: skip
        work.done.new += new
        if term.scheme != TEAM_SCHEME:
            keep_fact(incident, term.scheme, term.term)
    link_acts(incident)
