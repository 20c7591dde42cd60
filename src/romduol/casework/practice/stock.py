"""The words of the practice study: everyday talk and harmful phrases, kept as data with ids.

Every Khmer line has an id in ``data/*.csv``, so that a native reader can correct it there.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from random import Random

_SLOT = re.compile(r"\{(\w+)\}")
_KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A few lines of talk; each line is (speaker ``a``, ``b`` or ``c``; text with slots)."""

    id: str
    lang: str
    setting: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A planted line. ``form`` is the form of harm, or ``""`` for talk that only looks like it."""

    id: str
    lang: str
    form: str
    manner: str
    text: str


@dataclass(frozen=True)
class Stock:
    """All words there are to draw from."""

    exchanges: dict[tuple[str, str], tuple[Exchange, ...]]  # by language and setting
    phrases: dict[str, Phrase]
    slots: dict[tuple[str, str], tuple[str, ...]]  # by slot and language

    def pile_on(self, langs: tuple[str, ...]) -> tuple[Phrase, ...]:
        """The phrases a crowd throws, in these languages."""
        return tuple(p for p in self.phrases.values() if p.manner == "pile-on" and p.lang in langs)

    def filled(self, text: str, lang: str, dice: Random) -> str:
        """``text`` with every slot filled; Khmer is written with Khmer digits half of the time."""
        said = _SLOT.sub(lambda slot: dice.choice(self._words(slot[1], lang)), text)
        return said.translate(_KHMER_DIGITS) if lang == "km" and dice.random() < 0.5 else said

    def _words(self, slot: str, lang: str) -> tuple[str, ...]:
        spoken = "km" if lang == "mix" else lang
        return self.slots.get((slot, spoken)) or self.slots[slot, "any"]


def data(name: str) -> bytes:
    """The bytes of one data file of the practice study."""
    return (files("romduol.casework.practice") / "data").joinpath(name).read_bytes()


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of its CSV files."""
    return list(csv.DictReader(data(name).decode("utf-8").splitlines()))


@cache
def stock() -> Stock:
    """The words shipped with this version."""
    return Stock(_exchanges(), {row["id"]: Phrase(**row) for row in rows("harm.csv")}, _slots())


def _exchanges() -> dict[tuple[str, str], tuple[Exchange, ...]]:
    found: dict[tuple[str, str], list[Exchange]] = defaultdict(list)
    for id_, group in groupby(rows("chatter.csv"), key=lambda row: row["id"].rpartition(".")[0]):
        lines = list(group)
        lang, setting = lines[0]["lang"], lines[0]["setting"]
        said = tuple((row["who"], row["text"]) for row in lines)
        found[lang, setting].append(Exchange(id_, lang, setting, said))
    return {key: tuple(value) for key, value in found.items()}


def _slots() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows("slots.csv"):
        found[row["slot"], row["lang"]].append(row["text"])
    return {key: tuple(value) for key, value in found.items()}
