"""The controlled vocabulary: terms, schemes, parents, labels in two languages.

Ids are stable and ASCII; labels may change, ids may not. The Khmer labels carry the author's own
rating (A everyday or official, B believed right, C unsure); none counts as reviewed until a native
reader has signed it (docs/khmer-review.md).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from romduol.casebook.troubles import WrongUsage

VERSION = "2026.1"

_KM_RATING = re.compile(r";?\s*km=([ABC])\s*$")


class UnknownTerm(WrongUsage):
    """A code that is not in the vocabulary."""


@dataclass(frozen=True, slots=True)
class Term:
    """One code of one scheme. ``parent`` is another term's id or ``""``."""

    scheme: str
    id: str
    parent: str
    label_en: str
    label_km: str
    definition_en: str
    source: str
    km_rating: str
    reviewed: bool

    def label(self, lang: str) -> str:
        """The label in ``en`` or ``km``."""
        return {"en": self.label_en, "km": self.label_km}[lang]


@dataclass(frozen=True)
class Vocabulary:
    """All terms of one version, in file order, with their tree."""

    version: str
    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {(t.scheme, t.id): t for t in self.terms})

    def schemes(self) -> tuple[str, ...]:
        """The scheme names in file order."""
        return tuple(dict.fromkeys(t.scheme for t in self.terms))

    def of(self, scheme: str) -> tuple[Term, ...]:
        """The terms of ``scheme``; raises ``UnknownTerm`` if there is no such scheme."""
        found = tuple(t for t in self.terms if t.scheme == scheme)
        if not found:
            raise UnknownTerm(scheme=scheme, term="")
        return found

    def term(self, scheme: str, id: str) -> Term:  # noqa: A002 - the field's own name
        """The term, or ``UnknownTerm``."""
        by_key: dict[tuple[str, str], Term] = self.__dict__["_by_key"]
        try:
            return by_key[(scheme, id)]
        except KeyError:
            raise UnknownTerm(scheme=scheme, term=id) from None

    def lineage(self, term: Term) -> Iterator[Term]:
        """``term``, its parent, and so on up to the top of its scheme."""
        here: Term | None = term
        while here is not None:
            yield here
            here = self.term(here.scheme, here.parent) if here.parent else None

    def children(self, term: Term) -> tuple[Term, ...]:
        """The terms directly below ``term``."""
        return tuple(t for t in self.terms if t.scheme == term.scheme and t.parent == term.id)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary shipped with this version."""
    text = (files("romduol.casebook") / "data" / "vocabulary.csv").read_text(encoding="utf-8")
    return Vocabulary(VERSION, tuple(_terms(csv.DictReader(text.splitlines()))))


def _terms(rows: Iterable[dict[str, str]]) -> Iterator[Term]:
    signed = _signed_labels()
    for row in rows:
        rating = _KM_RATING.search(row["source"])
        yield Term(
            scheme=row["scheme"],
            id=row["id"],
            parent=row["parent"],
            label_en=row["label_en"],
            label_km=row["label_km"],
            definition_en=row["definition_en"],
            source=_KM_RATING.sub("", row["source"]),
            km_rating=rating[1] if rating else "",
            reviewed=(row["scheme"], row["id"]) in signed,
        )


@cache
def _signed_labels() -> frozenset[tuple[str, str]]:
    """Labels a native reader has signed: ``data/vocabulary-signed.csv`` (scheme, id, by, on)."""
    text = (files("romduol.casebook") / "data" / "vocabulary-signed.csv").read_text("utf-8")
    return frozenset((row["scheme"], row["id"]) for row in csv.DictReader(text.splitlines()))
