"""A study becomes a report: what may be said is composed, the rest is listed with its rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from romduol.casebook.claims import Claim, Left, Table, Unit
from romduol.casebook.codes import Study
from romduol.casebook.counting import counts
from romduol.casebook.vocabulary import vocabulary
from romduol.publication import reports
from romduol.publication.axes import Axis
from romduol.publication.claims import FINDINGS, WHOLE, Verdict, claims_of, judge, term_tree
from romduol.publication.disclosure.ledger import Edition, Ledger
from romduol.publication.disclosure.protecting import protect
from romduol.publication.disclosure.recording import record
from romduol.publication.disclosure.sentences import batch_too_small, hushed, told
from romduol.publication.inference import Key
from romduol.publication.ladder import Ladder
from romduol.publication.options import SMALL_STUDY, PublicationRefused, PublishOptions
from romduol.publication.phrases import both
from romduol.publication.quotes import quotes_by_theme
from romduol.publication.report.arranging import Material, arranged
from romduol.publication.report.figures import Figure, Kind, figures_of
from romduol.publication.report.model import ReportModel, Section
from romduol.publication.report.template import template
from romduol.publication.tables import COUNTED, are_linked, linked_axes, make, refusals


@dataclass(frozen=True, slots=True)
class Composed:
    """A report that may be rendered, its claims and tables, and everything that was left out.

    ``linked`` tables are audited together with the ``ledger``; ``edition`` is what it gains by this
    release once it is out.
    """

    report: ReportModel
    claims: tuple[Claim, ...]
    tables: tuple[Table, ...]
    left: tuple[Left, ...]
    linked: bool = False
    ledger: Ledger = field(default_factory=Ledger)
    edition: Edition | None = None

    @property
    def tells_of_reports(self) -> bool:
        """Is there a table of reports to platforms?"""
        return any(table.unit is Unit.REPORTS for table in self.tables)


def compose(study: Study, options: PublishOptions) -> Composed:
    """What may be published of ``study``. Raises ``PublicationRefused`` with every reason.

    ``study`` holds only women who may be counted; nothing here looks at consent again except a
    quote's own ``quote_allowed``.
    """
    refused = _refusals(study, options)
    if refused:
        raise PublicationRefused(refused)
    every = counts(study)
    linked = are_linked(options, len(study.asked))
    verdicts = _verdicts(study, options)
    if linked or options.ledger.editions:
        verdicts = hushed(verdicts, study, options)
    claims, left_claims = claims_of(verdicts, every, options)
    quotes, left_quotes = quotes_by_theme(study, {(c.scheme, c.term) for c in claims}, options)
    tables, left_tables = _tables(study, options, verdicts, linked)
    reported = reports.made(options, len(tables))
    figures = figures_of((*tables, *reported.tables), options.own_map)
    parts = arranged(Material(study, options, claims, quotes, tables, figures, reported.tables))
    left = _once(
        (*left_claims, *left_quotes, *left_tables, *reported.left, *_map_unused(options, figures))
    )
    edition = record(study, options, tables, told(verdicts, study, options))
    return Composed(
        _report(study, options, parts),
        claims,
        (*tables, *reported.tables),
        left,
        linked,
        options.ledger,
        reports.added(edition, reported, options),
    )


def _tables(
    study: Study, options: PublishOptions, verdicts: Mapping[Key, Verdict], linked: bool
) -> tuple[tuple[Table, ...], tuple[Left, ...]]:
    if not linked:
        return make(study, options, verdicts)
    alone = replace(options, ledger=options.ledger.only(*COUNTED))
    made = protect(study, alone, linked_axes(options), told(verdicts, study, options))
    return made.tables, made.left


def _map_unused(options: PublishOptions, figures: Sequence[Figure]) -> tuple[Left, ...]:
    """That a map was given and nothing is drawn on it."""
    drawn = any(figure.kind is Kind.OUTLINES for figure in figures)
    return (Left("map_unused", "place"),) if options.own_map and not drawn else ()


def _refusals(study: Study, options: PublishOptions) -> tuple[Left, ...]:
    asked = len(study.asked)
    reasons: list[Left] = []
    if asked == 0:
        reasons.append(Left("no_women", "0"))
    elif asked < options.threshold:
        reasons.append(Left("too_few_women", f"< {options.threshold}"))
    elif not study.codings:
        reasons.append(Left("nothing_coded", "0"))
    strangers = {c.woman for c in study.codings} | {f.woman for f in study.incidents}
    if not strangers <= study.asked:
        reasons.append(Left("not_counted", str(len(strangers - study.asked))))
    if asked >= SMALL_STUDY and batch_too_small(study, options):
        reasons.append(Left("batch_too_small", f"< {options.threshold}"))
    return (*reasons, *reports.refused(options), *refusals(options, asked))


def _verdicts(study: Study, options: PublishOptions) -> dict[Key, Verdict]:
    """What may be said of every term a claim or a table of women may name."""
    axes = [axis for wanted in linked_axes(options) for axis in wanted if axis.by_terms]
    schemes = dict.fromkeys((*FINDINGS, *(axis.subject for axis in axes)))
    tree = term_tree(vocabulary(), schemes, {axis.subject for axis in axes})
    women = {(c.scheme, c.term): len(c.women) for c in counts(study)}
    women |= _wholes(study, axes)

    def ladder(scheme: str) -> Ladder:
        return Ladder(len(study.asked), options.threshold_for(scheme))

    return judge(tree, women, ladder)


def _wholes(study: Study, axes: list[Axis]) -> dict[Key, int]:
    """Distinct women behind any term of each scheme that has a table."""
    return {
        (axis.subject, WHOLE): len({c.woman for c in study.codings if c.scheme == axis.subject})
        for axis in axes
    }


def _report(study: Study, options: PublishOptions, parts: tuple[Section, ...]) -> ReportModel:
    return ReportModel(
        title=options.title or both("title"),
        subtitle=both(f"template.{options.template}"),
        as_of=options.as_of,
        release=options.release,
        threshold=options.threshold,
        asked=len(study.asked),
        sections=parts,
        points=template(options.template).points,
    )


def _once(left: tuple[Left, ...]) -> tuple[Left, ...]:
    return tuple(dict.fromkeys(left))
