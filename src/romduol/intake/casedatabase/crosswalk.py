"""What a cell of the case database says, in its own words, becomes terms of our vocabulary.

The database's lists are public (tfgbv-case-database, scripts/seed_schema.py); which term of ours a
key of theirs is, stands in our vocabulary's sources as ``KHDB:key``. A key that several of our
terms are part of becomes what they have in common, never one of them: nothing is made more exact
than it was written.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from romduol.casebook.vocabulary import Term, Vocabulary, vocabulary

SCHEMES = {
    "harassment_types": "form_online",
    "platforms": "channel",
    "perpetrator_relations": "actor",
    "identification": "actor_certainty",
    "interventions": "response",
    "case_statuses": "outcome",
    "reporters": "source_link",
    "case_categories": "source_link",
    "identities": "civic_role",
}

_KHDB = re.compile(r"KHDB:([a-z0-9_]+(?:, [a-z0-9_]+)*)")
_SPACES = re.compile(r"\s+")
_PARTING = re.compile(r"[\s,;/&]+|and\b")
_PIECE = re.compile(r"[^,;]+")
_NOTHING = frozenset({"", "n/a", "na", "n a", "none", "-", "–"})


@dataclass(frozen=True, slots=True)
class Understood:
    """Keys of one list found in a cell, in order, and pieces that are none of its labels."""

    keys: tuple[str, ...]
    unknown: tuple[str, ...]


def understood(list_name: str, cell: str) -> Understood:
    """The labels in ``cell``, which may hold several; labels may hold what parts them."""
    text = _plain(cell)
    if text in _NOTHING:
        return Understood((), ())
    keys: dict[str, None] = {}
    unknown: list[str] = []
    at = 0
    while at < len(text):
        parting = _PARTING.match(text, at)
        if parting:
            at = parting.end()
            continue
        label = _label_at(text, at, list_name)
        if label:
            keys[_labels()[list_name][label]] = None
            at += len(label)
        else:
            piece = _PIECE.match(text, at)
            end = piece.end() if piece else at + 1
            unknown.append(text[at:end].strip())
            at = end
    return Understood(tuple(keys), tuple(piece for piece in unknown if piece not in _NOTHING))


def _plain(cell: str) -> str:
    text = cell.replace("\u2019", "'").replace("\u2013", "-")
    return _SPACES.sub(" ", text).strip().lower()


def _label_at(text: str, at: int, list_name: str) -> str:
    """The longest label that stands at ``at`` and ends there as a word."""
    for label in _by_length(list_name):
        if text.startswith(label, at) and not text[at + len(label) : at + len(label) + 1].isalnum():
            return label
    return ""


@cache
def _by_length(list_name: str) -> tuple[str, ...]:
    return tuple(sorted(_labels().get(list_name, {}), key=len, reverse=True))


@cache
def _labels() -> dict[str, dict[str, str]]:
    """Key by label and by key, for each list."""
    found: dict[str, dict[str, str]] = {}
    text = (files("romduol.intake.casedatabase") / "labels.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        labels = found.setdefault(row["list"], {})
        labels[_plain(row["label"])] = labels[_plain(row["key"])] = row["key"]
    return found


@cache
def term_for(list_name: str, key: str) -> Term | None:
    """Our term for ``key`` of one of their lists; none when the vocabulary has none."""
    scheme, terms = SCHEMES[list_name], vocabulary()
    found = [term for term in terms.of(scheme) if key in _keys(term)]
    return _in_common(found, terms) if found else None


def _keys(term: Term) -> frozenset[str]:
    found = _KHDB.search(term.source)
    return frozenset(found[1].split(", ")) if found else frozenset()


def _in_common(found: list[Term], terms: Vocabulary) -> Term | None:
    """The lowest term that all of ``found`` are or lie under; none when they meet nowhere."""
    shared = [frozenset(above.id for above in terms.lineage(term)) for term in found]
    for above in terms.lineage(found[0]):
        if all(above.id in one for one in shared):
            return above
    return None
