"""Codings: which words were coded with which term, as facts without the words.

A coding points into the one canonical text of an item by code points; the text itself stays in the
vault. A ``Study`` is the whole of what may be counted, and nothing a machine suggested is in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from romduol.casebook.events import When

FORM_SCHEMES = ("form_online", "form_offline")
PLACE_SCHEME = "place"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one item's canonical text: code points ``[start, end)``."""

    item: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Coding:
    """One term given to a span, or (``span`` none) to the incident as a whole.

    ``quote`` is filled only for a quote that she allowed to be published and only in memory.
    """

    woman: str
    incident: str
    scheme: str
    term: str
    span: Span | None = None
    coder: str = ""
    quote: str = ""
    quote_allowed: bool = False


@dataclass(frozen=True, slots=True)
class IncidentFact:
    """One incident: whose it is and when it happened."""

    incident: str
    woman: str
    when: When


@dataclass(frozen=True, slots=True)
class Interview:
    """That a woman was asked: how and in which quarter, for the method section only."""

    woman: str
    mode: str
    quarter: str


@dataclass(frozen=True, slots=True)
class Study:
    """Everything that was decided and may be counted.

    ``asked`` are the women who were asked (a transcript received, or an incident coded). Ids are
    opaque: no alias, no name, no text but the allowed quotes.
    """

    asked: frozenset[str]
    incidents: tuple[IncidentFact, ...]
    codings: tuple[Coding, ...]
    interviews: tuple[Interview, ...] = ()
    coders: int = 0
