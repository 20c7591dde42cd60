"""Several coders' codings go in; what all of them gave comes out as one, the rest for a person.

Codings of one code in one item that share words, directly or through one another, are one place.
A place that every coder gave, for the same incident or none, is settled: the merged coding covers
all that any of them marked. Of any other place a person decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from romduol.casebook.codes import Passage


@dataclass(frozen=True, slots=True)
class Place:
    """Where coders gave one code. ``id`` is the same for the same codings, and says nothing.

    ``incident`` is theirs if all name the same one, else "".
    """

    id: str
    woman: str
    item: str
    start: int
    end: int
    scheme: str
    code: str
    incident: str
    given: tuple[Passage, ...]
    settled: bool

    @property
    def coders(self) -> frozenset[str]:
        """Who gave it."""
        return frozenset(one.coder for one in self.given)


def places(passages: Iterable[Passage], coders_of: dict[str, frozenset[str]]) -> tuple[Place, ...]:
    """Every place, by item and position. ``coders_of`` says who coded an item."""
    spans = sorted(
        (p for p in passages if p.start is not None),
        key=lambda p: (p.item, p.key, p.start, p.end, p.coder),
    )
    found = [
        _place(group, coders_of[item])
        for (item, _), same in groupby(spans, key=lambda p: (p.item, p.key))
        for group in _chains(same)
    ]
    return tuple(sorted(found, key=lambda p: (p.item, p.start, p.end, p.scheme, p.code)))


def _chains(spans: Iterable[Passage]) -> Iterator[list[Passage]]:
    """Runs of codings each of which shares words with one before it."""
    run: list[Passage] = []
    until = 0
    for one in spans:
        assert one.start is not None
        assert one.end is not None
        if run and one.start >= until:
            yield run
            run = []
        run.append(one)
        until = max(until, one.end) if len(run) > 1 else one.end
    if run:
        yield run


def _place(given: Sequence[Passage], coders: frozenset[str]) -> Place:
    first = given[0]
    incidents = {one.incident for one in given}
    agreed = len(coders) > 1 and {one.coder for one in given} >= coders
    return Place(
        id=hashlib.sha256("\n".join(sorted(one.id for one in given)).encode()).hexdigest()[:12],
        woman=first.woman,
        item=first.item,
        start=min(one.start or 0 for one in given),
        end=max(one.end or 0 for one in given),
        scheme=first.scheme,
        code=first.code,
        incident=first.incident if len(incidents) == 1 else "",
        given=tuple(given),
        settled=agreed and len(incidents) == 1,
    )
