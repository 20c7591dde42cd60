"""What stands on each sheet: parts of lines to read aloud, to tick, or to fill in by hand.

The order is the order of the interview: what she must know first, then each consent as a question
of its own, never a name anywhere. Every line is a sentence of the catalogue ``sheets.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from romduol.casebook.vocabulary import vocabulary
from romduol.casebook.wording import say, sentences


class Kind(StrEnum):
    """What the hand does with a part's lines."""

    ALOUD = "aloud"  # read to her
    TICK = "tick"  # done or not
    ASK = "ask"  # yes, no, not asked; to whom, until when
    FILL = "fill"  # written in by hand


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and its lines, in one language."""

    title: str
    kind: Kind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet in one language."""

    title: str
    subtitle: str
    parts: tuple[Part, ...]


_OUTLINES: dict[str, tuple[tuple[str, Kind], ...]] = {
    "consent": (("aloud", Kind.ALOUD), ("questions", Kind.ASK), ("record", Kind.FILL)),
    "call": tuple(
        (part, Kind.TICK) for part in ("before", "opening", "say", "during", "close", "after")
    ),
}
SHEETS = tuple(_OUTLINES)
COLUMNS = ("question", "yes", "no", "unasked", "whom")


def sheet(name: str, lang: str) -> Sheet:
    """The sheet ``name`` (one of ``SHEETS``) in ``lang``; ``KeyError`` for another."""
    parts = tuple(
        Part(say(f"sheet.part.{part}", lang), kind, _lines(name, part, kind, lang))
        for part, kind in _OUTLINES[name]
    )
    title, subtitle = (say(f"sheet.{name}.{end}", lang) for end in ("title", "subtitle"))
    return Sheet(title, subtitle, parts)


def _lines(name: str, part: str, kind: Kind, lang: str) -> tuple[str, ...]:
    """A part's sentences in the order of their numbers; every consent scope has its question."""
    if kind is Kind.ASK:
        scopes = (term.id.removeprefix("cs.") for term in vocabulary().of("consent_scope"))
        return tuple(say(f"sheet.question.{scope}", lang) for scope in scopes)
    start = f"sheet.{name}.{part}."
    numbers = sorted(int(i.removeprefix(start)) for i in sentences() if i.startswith(start))
    return tuple(say(f"{start}{n}", lang) for n in numbers)
