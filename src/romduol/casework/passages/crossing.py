"""Codings go in; what stands together comes out: cases by codes, and codes by codes.

The same code on the same words counts once, however many coders gave it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

from romduol.casebook.codes import Passage

Key = tuple[str, str]  # scheme and code


@dataclass(frozen=True, slots=True)
class Cell:
    """One woman and one code: on how many stretches of words, and in how many incidents."""

    woman: str
    scheme: str
    code: str
    passages: int
    incidents: int


@dataclass(frozen=True, slots=True)
class Together:
    """Two codes: pairs of codings that share words, incidents with both, women with either."""

    one: Key
    other: Key
    overlaps: int
    incidents: int
    women: int


def matrix(passages: Iterable[Passage]) -> tuple[Cell, ...]:
    """Every woman and code that meet, by woman, scheme and code; pairs that do not are not here."""
    spans: dict[tuple[str, Key], set[tuple[str, int, int]]] = defaultdict(set)
    incidents: dict[tuple[str, Key], set[str]] = defaultdict(set)
    for one in passages:
        at = one.woman, one.key
        if one.start is not None and one.end is not None:
            spans[at].add((one.item, one.start, one.end))
        if one.incident:
            incidents[at].add(one.incident)
    return tuple(
        Cell(woman, *key, len(spans[woman, key]), len(incidents[woman, key]))
        for woman, key in sorted(spans.keys() | incidents.keys())
    )


def together(passages: Iterable[Passage]) -> tuple[Together, ...]:
    """Every two codes that share a code point of one item, or an incident; most overlaps first."""
    held = list(passages)
    overlaps: dict[tuple[Key, Key], int] = defaultdict(int)
    incidents: dict[tuple[Key, Key], set[str]] = defaultdict(set)
    women: dict[tuple[Key, Key], set[str]] = defaultdict(set)
    for pair, woman in _overlapping(held):
        overlaps[pair] += 1
        women[pair].add(woman)
    for pair, incident, woman in _in_one_incident(held):
        incidents[pair].add(incident)
        women[pair].add(woman)
    found = [
        Together(*pair, overlaps[pair], len(incidents[pair]), len(women[pair])) for pair in women
    ]
    return tuple(sorted(found, key=lambda t: (-t.overlaps, -t.incidents, t.one, t.other)))


def _overlapping(passages: Sequence[Passage]) -> Iterator[tuple[tuple[Key, Key], str]]:
    """Each two codings of different codes that share words, swept from left to right."""
    spans = sorted(
        {
            (p.item, p.start, p.end, p.key, p.woman)
            for p in passages
            if p.start is not None and p.end is not None
        }
    )
    for _, group in groupby(spans, key=lambda s: s[0]):
        standing: list[tuple[int, Key]] = []
        for _, start, end, key, woman in group:
            standing = [(until, other) for until, other in standing if until > start]
            for _, other in standing:
                if other != key:
                    yield (min(key, other), max(key, other)), woman
            standing.append((end, key))


def _in_one_incident(
    passages: Sequence[Passage],
) -> Iterator[tuple[tuple[Key, Key], str, str]]:
    codes: dict[tuple[str, str], set[Key]] = defaultdict(set)
    for one in passages:
        if one.incident:
            codes[one.incident, one.woman].add(one.key)
    for (incident, woman), keys in codes.items():
        for pair in combinations(sorted(keys), 2):
            yield pair, incident, woman
