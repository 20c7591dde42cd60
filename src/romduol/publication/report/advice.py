"""Recommendations, by whom they are for: each follows from a finding that the report tells."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from romduol.casebook.claims import Claim
from romduol.publication.phrases import LANGS, Text, both
from romduol.publication.report.model import Bullets, Paragraph, Section


@dataclass(frozen=True, slots=True)
class Advice:
    """One recommendation: whom it is for, and the schemes or terms it follows from."""

    id: str
    addressee: str
    after: tuple[str, ...]


def advice(claims: Iterable[Claim], most: int) -> Section:
    """A line an addressee, at most ``most`` sentences in it; only what some claim bears out."""
    told = {found for claim in claims for found in (claim.scheme, f"{claim.scheme}/{claim.term}")}
    fitting = [each for each in _every() if _borne_out(each, told)]
    addressees = dict.fromkeys(each.addressee for each in fitting)
    lines = tuple(
        _line(addressee, [each for each in fitting if each.addressee == addressee][:most])
        for addressee in addressees
    )
    blocks = (Paragraph(both("recommendations.lead")), Bullets(lines)) if lines else ()
    return Section("recommendations", both("section.recommendations"), blocks)


def _line(addressee: str, chosen: list[Advice]) -> Text:
    told = [dict(both(f"recommendation.{each.id}")) for each in chosen]
    what = tuple((lang, " ".join(each[lang] for each in told)) for lang in LANGS)
    return both("recommendation", to=both(f"addressee.{addressee}"), what=what)


def _borne_out(each: Advice, told: Collection[str]) -> bool:
    """Is there a claim of one of its schemes, or of one of its terms or anything under it?"""
    return any(found == after or found.startswith(f"{after}.") for after in each.after
               for found in told)  # fmt: skip


@cache
def _every() -> tuple[Advice, ...]:
    text = (files(__package__) / "recommendations.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Advice(r["id"], r["addressee"], tuple(r["after"].split())) for r in rows)
