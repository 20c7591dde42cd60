"""Complaints to online platforms become tables of reports, protected like any other number.

A report is counted once it is 90 days old, with what had come by its 90th day. So nothing that was
counted once changes, a release differs from the one before by reports that have come of age since,
and nothing is told of the last three months. It also needs no censoring: whoever had no answer by
the 90th day is known not to have had one. Reports and the things that women told are apart: no
number of the one follows from numbers of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from romduol.casebook import care
from romduol.casebook.care import Complaint, top_of
from romduol.casebook.claims import Left, Table, Unit
from romduol.casebook.codes import Coding, Study
from romduol.publication.axes import Axis, Ground
from romduol.publication.disclosure.divisions import tally
from romduol.publication.disclosure.ledger import Edition
from romduol.publication.disclosure.model import Quantity
from romduol.publication.disclosure.primary import may_stand, rule_for, small_step
from romduol.publication.disclosure.protecting import protect
from romduol.publication.disclosure.recording import record
from romduol.publication.options import SMALL_STUDY, PublishOptions
from romduol.publication.report.template import template
from romduol.publication.withholding import Rule

OF_AGE = 90  # days
GRID = ((7, "wait.within7"), (30, "wait.within30"), (60, "wait.within60"), (90, "wait.within90"))
_TABLES = (
    (Axis("waiting"),),
    (Axis("platform"), Axis("decision:top")),
    (Axis("platform"), Axis("receipt")),
)
_CATEGORIES = (Axis("form_online:top"),)
CROSSED_FROM = 300  # reports; fewer leave more gaps than numbers among categories by platform
_OF_FEW_WOMEN = ((Axis("waiting"),), (Axis("decision:top"),), (Axis("platform"),))
_EVERYTHING = Quantity(Unit.REPORTS)


@dataclass(frozen=True, slots=True)
class Reported:
    """The tables of reports, what they were made of, and what was left out."""

    tables: tuple[Table, ...]
    left: tuple[Left, ...]
    study: Study


def study_of(complaints: Iterable[Complaint], as_of: date) -> Study:
    """Reports to platforms that had their 90th day by ``as_of``, with one term of each scheme."""
    last = as_of - timedelta(days=OF_AGE)
    old = [c for c in complaints if c.scheme == care.PLATFORM and c.sent <= last]
    codings = (Coding(c.woman, c.id, *term) for c in old for term in _terms(c))
    return Study(frozenset(c.woman for c in old), (), tuple(codings))


def _terms(complaint: Complaint) -> Iterator[tuple[str, str]]:
    """What had come by the 90th day."""
    yield care.PLATFORM, complaint.target
    yield "form_online", complaint.category
    yield care.RECEIPT, _receipt(complaint)
    days = _days(complaint, complaint.decided)
    answered = days is not None and days <= OF_AGE
    yield care.DECISION, top_of(care.DECISION, complaint.decision) if answered else care.NO_ANSWER
    waited = (term for day, term in GRID if days is not None and days <= day)
    yield care.WAITING, next(waited, "wait.after90")


def _days(complaint: Complaint, until: date | None) -> int | None:
    return None if until is None else (until - complaint.sent).days


def _receipt(complaint: Complaint) -> str:
    """A person's word, however late in the 90 days, weighs more than a machine's."""
    first, replied = (_days(complaint, d) for d in (complaint.acknowledged, complaint.replied))
    by_person = first if complaint.automatic is False else replied
    if by_person is not None and by_person <= OF_AGE:
        return "rcp.person"
    return "rcp.automatic" if first is not None and first <= OF_AGE else "rcp.none"


def made(options: PublishOptions, before: int) -> Reported:
    """The tables of reports, numbered after ``before`` others; none where the template has none.

    None, too, where too few women stand behind all of them: as if there were no reports.
    """
    study = study_of(options.complaints, options.as_of)
    if not _wants(options):
        return Reported((), (), study)
    own = replace(_own(options), tables=(), rounded=())
    if _too_few(study, own):
        return Reported((), (Left("reports_too_few", f"< {options.threshold}"),), study)
    told = protect(study, own, _wanted(study), {})
    tables = tuple(replace(t, id=f"t{before + at}") for at, t in enumerate(told.tables, start=1))
    return Reported(tables, told.left, study)


def _wanted(study: Study) -> tuple[tuple[Axis, ...], ...]:
    """Fewer than 20 women are told of along one axis; a crossing needs reports to fill it."""
    if len(study.asked) < SMALL_STUDY:
        return _OF_FEW_WOMEN
    many = len({coding.incident for coding in study.codings}) >= CROSSED_FROM
    return (*_TABLES, (*_CATEGORIES, Axis("platform")) if many else _CATEGORIES)


def _wants(options: PublishOptions) -> bool:
    return "reports" in template(options.template).sections


def _own(options: PublishOptions) -> PublishOptions:
    """The same for reports alone, with nothing but reports in the ledger."""
    return replace(options, unit=Unit.REPORTS, ledger=options.ledger.only(Unit.REPORTS))


def _too_few(study: Study, options: PublishOptions) -> bool:
    """Do too few women stand behind all reports, or one behind most of them?"""
    behind = tally((), Unit.REPORTS, Ground.of(study))
    rule = Rule(SMALL_STUDY, rule_for(_EVERYTHING, len(study.asked), options).k)
    return not study.asked or not may_stand(_EVERYTHING, behind, lambda _: rule)


def refused(options: PublishOptions) -> tuple[Left, ...]:
    """Why a report that tells of reports cannot go out at all.

    Fewer women than the threshold, but some, came or went since a release that told of them. Even a
    release without tables of reports would say so.
    """
    own, study = _own(options), study_of(options.complaints, options.as_of)
    if not _wants(options) or not own.ledger.editions:
        return ()
    ground = Ground.of(study)
    value = tally((), Unit.REPORTS, ground)[_EVERYTHING].value
    rule = rule_for(_EVERYTHING, len(study.asked), own)
    for edition in own.ledger.editions:
        known = {cell.quantity: cell.value for cell in edition.cells}
        since = tally((), Unit.REPORTS, ground, edition.counted)[_EVERYTHING]
        if small_step(known[_EVERYTHING], value, since, rule) or _too_few(study, own):
            return (Left("reports_too_few_new", f"< {options.threshold}"),)
    return ()


def added(edition: Edition, reported: Reported, options: PublishOptions) -> Edition:
    """The edition with the numbers of the reports, and which reports were counted."""
    if not reported.tables:
        return edition
    own = record(reported.study, replace(options, unit=Unit.REPORTS), reported.tables, {})
    cells = tuple(sorted((*edition.cells, *own.cells), key=lambda cell: cell.quantity))
    return replace(edition, cells=cells, counted=edition.counted | own.counted)
