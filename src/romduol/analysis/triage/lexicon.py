"""The lexicon comes in as tables; words, frames and softeners with their ids go out.

A *word* carries concepts ("KILL", "YOU", "SCHOOL") and perhaps a form of harm of its own. A *frame*
is an order of concepts, whatever language each of them is written in. A *softener* is a sign that
the words are reported, refused, denied or a joke; it lowers a score and never hides a message.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from romduol.language.disguises import even, rewrites
from romduol.language.tracing import rewritten

VERSION = "lexicon/3"
WORD, SUBSTRING, REGEX = "word", "substring", "regex"
LANGUAGES = ("english", "khmer", "romanised")
# what one reason of each severity adds to a score; 0 is a part of a frame and says nothing alone
WEIGHTS = (0.0, 0.10, 0.28, 0.5, 0.72, 0.9)


@dataclass(frozen=True, slots=True)
class Word:
    """Spellings of one word with what they mean. ``hurts``: whom it is used against."""

    id: str
    language: str
    script: str
    kind: str
    spellings: tuple[str, ...]
    concepts: tuple[str, ...]
    form: str
    severity: int
    hurts: str
    casual: bool
    reclaimed: bool
    example: str
    counter: str
    reviewed: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """An order of concepts that is harm, whatever language each is written in."""

    id: str
    pattern: str
    form: str
    severity: int
    escalation: str
    example: str
    counter: str
    reviewed: bool


@dataclass(frozen=True, slots=True)
class Softener:
    """An order of concepts that lowers: the reasons it spans, or all of the message."""

    id: str
    pattern: str
    factor: float
    whole: bool
    example: str
    counter: str
    reviewed: bool


@cache
def words() -> tuple[Word, ...]:
    """Every word of every language, in file order."""
    return tuple(_word(row) for language in LANGUAGES for row in _rows(language))


@cache
def frames() -> tuple[Frame, ...]:
    """Every frame."""
    return tuple(
        Frame(
            row["id"], row["pattern"], row["form"], int(row["severity"]), row["escalation"],
            row["example"], row["counter"], row["reviewed"] == "yes",
        )
        for row in _rows("frames")
    )  # fmt: skip


@cache
def softeners() -> tuple[Softener, ...]:
    """Every softener."""
    return tuple(
        Softener(
            row["id"], row["pattern"], float(row["factor"]), row["scope"] == "message",
            row["example"], row["counter"], row["reviewed"] == "yes",
        )
        for row in _rows("softeners")
    )  # fmt: skip


@cache
def entries() -> dict[str, Word | Frame | Softener]:
    """Everything a reason may name, by id."""
    everything: list[Word | Frame | Softener] = [*words(), *frames(), *softeners()]
    by_id = {entry.id: entry for entry in everything}
    if len(by_id) != len(everything):
        raise ValueError("two entries of the lexicon have one id")
    return by_id


def entry(id: str) -> Word | Frame | Softener:  # noqa: A002 - the column's own name
    """The entry a reason names; ``KeyError`` for a name of another version."""
    return entries()[id]


@cache
def known_words() -> frozenset[str]:
    """What a disguise may stand for: English words of three letters, romanised ones of five.

    Shorter ones would be read into plates and phone numbers.
    """
    least = {"english": 3, "khmer": 3, "romanised": 5}
    return frozenset(
        part
        for word in words()
        if word.kind == WORD
        for spelling in word.spellings
        for part in re.findall(r"[a-z]+", spelling)
        if len(part) >= least[word.language]
    )


def _rows(table: str) -> Iterator[dict[str, str]]:
    file = files("romduol.analysis") / "data" / "lexicon" / f"{table}.csv"
    yield from csv.DictReader(file.read_text(encoding="utf-8").splitlines())


def _word(row: dict[str, str]) -> Word:
    return Word(
        id=row["id"],
        language=row["language"],
        script=row["script"],
        kind=row["kind"],
        spellings=_spellings(row["spellings"], row["kind"]),
        concepts=tuple(row["concepts"].split()),
        form=row["form"],
        severity=int(row["severity"]),
        hurts=row["hurts"],
        casual=row["casual"] == "yes",
        reclaimed=row["reclaimed"] == "yes",
        example=row["example"],
        counter=row["counter"],
        reviewed=row["reviewed"] == "yes",
    )


_IN_ORDER = rewrites(frozenset())


def _spellings(written: str, kind: str) -> tuple[str, ...]:
    """As they are looked for: in the form the text layer gives to messages."""
    if kind == REGEX:
        return (written,)
    spelt = (rewritten(even(part), _IN_ORDER) for part in written.split("/"))
    return tuple(dict.fromkeys(spelt))
