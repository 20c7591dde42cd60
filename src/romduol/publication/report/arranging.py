"""What passed the rules is put in order: the sections of one template, each as long as it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from romduol.casebook.claims import Claim, Table
from romduol.casebook.codes import Study
from romduol.publication.inference import Key
from romduol.publication.options import PublishOptions
from romduol.publication.quotes import Quote
from romduol.publication.report import sections
from romduol.publication.report.advice import advice
from romduol.publication.report.figures import Figure, Kind
from romduol.publication.report.model import Section
from romduol.publication.report.template import Template, template


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a report may say."""

    study: Study
    options: PublishOptions
    claims: tuple[Claim, ...]
    quotes: Mapping[Key, tuple[Quote, ...]]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    reports: tuple[Table, ...] = ()


def arranged(material: Material) -> tuple[Section, ...]:
    """The sections of the template that was asked for; one with nothing to say is not there."""
    chosen = template(material.options.template)
    made = (_SECTIONS[id_](material, chosen) for id_ in _ids(material, chosen))
    return tuple(section for section in made if section.blocks)


def _ids(material: Material, chosen: Template) -> tuple[str, ...]:
    """The template's sections; a correction is told in every kind of report."""
    if not material.options.corrections or "changes" in chosen.sections:
        return chosen.sections
    return ("changes", *chosen.sections)


def _glance(material: Material, chosen: Template) -> Section:
    return sections.glance(_told(material, chosen), chosen.facts)


def _findings(material: Material, chosen: Template) -> Section:
    quotes = {theme: found[: chosen.quotes] for theme, found in material.quotes.items()}
    return sections.findings(_told(material, chosen), quotes)


def _told(material: Material, chosen: Template) -> tuple[Claim, ...]:
    """The claims of the template's schemes; where there is none, the claims of any."""
    told = tuple(c for c in material.claims if c.scheme in chosen.schemes)
    return told or material.claims


def _tables(material: Material, chosen: Template) -> Section:
    """Tables that were asked for, or the shortest of the usual ones that have a figure."""
    drawn = {figure.table for figure in material.figures}
    by_use = sorted(material.tables, key=lambda table: (table.id not in drawn, len(table.cells)))
    most = len(by_use) if material.options.tables else chosen.tables
    kept = {table.id for table in by_use[:most]}
    shown = tuple(table for table in material.tables if table.id in kept)
    return sections.annex(shown, material.figures, whole=len(shown) == len(material.tables))


def _of(material: Material) -> tuple[Figure, ...]:
    """The figures of reports: of waiting, which the other tables only repeat in numbers."""
    told = {table.id for table in material.reports}
    return tuple(f for f in material.figures if f.table in told and f.kind is Kind.CURVE)


_SECTIONS: Mapping[str, Callable[[Material, Template], Section]] = {
    "glance": _glance,
    "who": lambda material, _: sections.who(material.study, material.options),
    "how": lambda material, _: sections.how(material.study, material.options, material.claims),
    "reports": lambda material, _: sections.reports(material.reports, _of(material)),
    "units": lambda material, _: sections.units(reports=bool(material.reports)),
    "law": lambda material, _: sections.law(),
    "findings": _findings,
    "tables": _tables,
    "changes": lambda material, _: sections.changes(material.options, material.claims),
    "limits": lambda material, chosen: sections.limits(chosen.limits),
    "recommendations": lambda material, chosen: advice(material.claims, chosen.advice),
    "withheld": lambda material, _: sections.withheld(),
    "verify": lambda material, chosen: sections.verify(short=chosen.short),
}
