"""A question about codes goes in; the stretches of text that answer it come out.

A question is made of names joined by ``and``, ``or``, ``not`` and parentheses: ``CODE`` (that code
or any below it), ``CODE@CODER`` (given by that coder), ``woman:ALIAS``, ``item:ITEM``,
``coder:NAME``. A name with spaces stands in quotation marks. A question is about code points: it
holds of each by itself, among those that bear any coding at all, and what is shown are the longest
stretches for which it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from romduol.casebook.codes import Passage
from romduol.casebook.troubles import WrongUsage

_TOKEN = re.compile(
    r'\s*(?:(?P<mark>[()])|(?P<name>(?:"[^"]*"|[^\s()"])+))',
)
_WORDS = frozenset({"and", "or", "not"})
DEEPEST = 50  # parentheses and "not" within one another


class QueryUnreadable(WrongUsage):
    """A question about codes could not be understood. ``at`` is where, in code points from 1."""


@dataclass(frozen=True, slots=True)
class Named:
    """One name in a question: what kind it is of, the name, and the coder meant or ""."""

    kind: str  # code, woman, item, coder
    name: str
    coder: str = ""


@dataclass(frozen=True, slots=True)
class Both:
    """Both hold."""

    one: Query
    other: Query


@dataclass(frozen=True, slots=True)
class Either:
    """One of them holds, or both."""

    one: Query
    other: Query


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    of: Query


Query = Named | Both | Either | Not


def parse(said: str) -> Query:
    """The question in ``said``. Raises ``QueryUnreadable``."""
    reader = _Reader(list(_tokens(said)), len(said) + 1)
    found = reader.either(0)
    if reader.left:
        raise QueryUnreadable(at=reader.at)
    return found


def _tokens(said: str) -> Iterator[tuple[str, int]]:
    at = 0
    while said[at:].strip():
        found = _TOKEN.match(said, at)
        if found is None:
            raise QueryUnreadable(at=at + 1)
        text = found["mark"] or found["name"]
        yield text, found.end() - len(text) + 1
        at = found.end()


@dataclass
class _Reader:
    left: list[tuple[str, int]]
    end: int

    @property
    def at(self) -> int:
        return self.left[0][1] if self.left else self.end

    def _next_is(self, word: str) -> bool:
        if self.left and self.left[0][0].casefold() == word:
            self.left.pop(0)
            return True
        return False

    def either(self, depth: int) -> Query:
        found = self.both(depth)
        while self._next_is("or"):
            found = Either(found, self.both(depth))
        return found

    def both(self, depth: int) -> Query:
        found = self.one(depth)
        while self._next_is("and"):
            found = Both(found, self.one(depth))
        return found

    def one(self, depth: int) -> Query:
        if depth > DEEPEST:
            raise QueryUnreadable(at=self.at)
        if self._next_is("not"):
            return Not(self.one(depth + 1))
        if self._next_is("("):
            inside = self.either(depth + 1)
            if not self._next_is(")"):
                raise QueryUnreadable(at=self.at)
            return inside
        if not self.left or self.left[0][0].casefold() in {*_WORDS, ")"}:
            raise QueryUnreadable(at=self.at)
        return _named(*self.left.pop(0))


def _named(token: str, at: int) -> Named:
    kind, colon, rest = token.partition(":")
    if colon and kind in ("woman", "item", "coder", "code"):
        token = rest
    else:
        kind = "code"
    name, coder = _with_coder(token) if kind == "code" else (token, "")
    name, coder = name.replace('"', ""), coder.replace('"', "")
    if not name:
        raise QueryUnreadable(at=at)
    return Named(kind, name, coder)


def _with_coder(token: str) -> tuple[str, str]:
    """A code and its coder; an ``@`` inside quotation marks is part of a name."""
    name, _, coder = token.rpartition("@")
    return (name, coder) if name.count('"') % 2 == 0 and name else (token, "")


def names(query: Query) -> Iterator[Named]:
    """Every name in the question, from left to right."""
    if isinstance(query, Named):
        yield query
    elif isinstance(query, Not):
        yield from names(query.of)
    else:
        yield from names(query.one)
        yield from names(query.other)


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of one item for which a question holds, and the codings that touch it."""

    woman: str
    item: str
    start: int
    end: int
    passages: tuple[Passage, ...]


Holds = Callable[[Named, Passage], bool]


def retrieve(query: Query, passages: Iterable[Passage], holds: Holds) -> tuple[Found, ...]:
    """The longest stretches for which ``query`` holds, by item and place.

    ``holds`` says whether a name is true of one coding; of a code point a name is true if it is
    true of any coding there. Codings of whole incidents have no place and are not asked.
    """
    spans = sorted((p for p in passages if p.start is not None), key=lambda p: p.item)
    return tuple(
        found
        for _, group in groupby(spans, key=lambda p: p.item)
        for found in _in_item(query, list(group), holds)
    )


def _in_item(query: Query, spans: Sequence[Passage], holds: Holds) -> Iterator[Found]:
    asked = tuple(dict.fromkeys(names(query)))
    true_of = {p.id: frozenset(name for name in asked if holds(name, p)) for p in spans}
    run: tuple[int, int] | None = None
    for start, end, here in _cut(spans):
        true = frozenset(name for p in here for name in true_of[p.id])
        if not here or not _is_true(query, true):
            continue
        if run and run[1] == start:
            run = run[0], end
        else:
            if run:
                yield _found(run, spans)
            run = start, end
    if run:
        yield _found(run, spans)


def _cut(spans: Sequence[Passage]) -> Iterator[tuple[int, int, list[Passage]]]:
    """The item's text between one end of a coding and the next, with the codings that stand there.

    Swept from left to right: the cost grows with the codings that overlap, not with all of them.
    """
    begin = sorted(spans, key=_start)
    bounds = sorted({_start(p) for p in spans} | {_end(p) for p in spans})
    standing: list[Passage] = []
    at = 0
    for low, high in pairwise(bounds):
        standing = [p for p in standing if _end(p) > low]
        while at < len(begin) and _start(begin[at]) <= low:
            standing.append(begin[at])
            at += 1
        yield low, high, standing


def _start(passage: Passage) -> int:
    assert passage.start is not None  # only codings of words come here
    return passage.start


def _end(passage: Passage) -> int:
    assert passage.end is not None
    return passage.end


def _found(run: tuple[int, int], spans: Sequence[Passage]) -> Found:
    start, end = run
    touching = tuple(p for p in spans if _start(p) < end and start < _end(p))
    return Found(touching[0].woman, touching[0].item, start, end, touching)


def _is_true(query: Query, true: frozenset[Named]) -> bool:
    if isinstance(query, Named):
        return query in true
    if isinstance(query, Not):
        return not _is_true(query.of, true)
    if isinstance(query, Both):
        return _is_true(query.one, true) and _is_true(query.other, true)
    return _is_true(query.one, true) or _is_true(query.other, true)
