"""Aliases by a scheme: "Ming" and a flower, and others; never like a name that is in the book."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

from romduol.language import sounds
from romduol.language.folding import folded

DEFAULT = "ming-flower"
_BEFORE = {"ming-flower": ("Ming", "មីង"), "bong-fruit": ("Bong", "បង"), "weather": ("", "")}
_LONG_KHMER = re.compile("[\u1780-\u17d3]{3,}")  # shorter ones stand in words by chance
_SHORTEST_ROW = 2  # consonants: with one alone nearly everything sounds alike


@dataclass(frozen=True, slots=True)
class Offered:
    """One alias of a scheme in both languages."""

    scheme: str
    en: str
    km: str

    def said(self, lang: str) -> str:
        """The alias in ``en`` or ``km``."""
        return {"en": self.en, "km": self.km}[lang]


@cache
def offers(scheme: str) -> tuple[Offered, ...]:
    """Every alias of a scheme; raises ``KeyError`` for a scheme there is not."""
    before_en, before_km = _BEFORE[scheme]
    text = (files("romduol.casework.pseudonyms") / "data" / "aliases.csv").read_text("utf-8")
    return tuple(
        Offered(scheme, f"{before_en} {row['en']}".strip(), f"{before_km} {row['km']}".strip())
        for row in csv.DictReader(text.splitlines())
        if row["scheme"] == scheme
    )


def schemes() -> tuple[str, ...]:
    """The schemes there are, the usual one first."""
    return tuple(_BEFORE)


@dataclass(frozen=True, slots=True)
class Taken:
    """What an alias must not be like: aliases in use, and names on identity cards."""

    aliases: frozenset[str]  # folded
    words: frozenset[str]  # every part of every name, folded
    rows: frozenset[str]  # and as it sounds


def taken(aliases: Iterable[str], names: Iterable[str]) -> Taken:
    """What is taken by these aliases and names, in any spelling or script."""
    parts = frozenset(part for name in names for part in folded(name).split() if len(part) > 1)
    rows = frozenset(row for part in parts for row in sounds.rows_of(part))
    return Taken(
        frozenset(folded(alias) for alias in aliases),
        parts,
        frozenset(row for row in rows if len(row) >= _SHORTEST_ROW),
    )


def clashes(alias: str, with_names: Taken) -> bool:
    """Is a part of ``alias`` (a title such as "Ming" aside) like a part of a name, or sounds so?"""
    titles = {folded(word) for before in _BEFORE.values() for word in before}
    parts = [part for part in folded(alias).split() if part not in titles]
    whole = "".join(parts)
    within = any(word in whole for word in with_names.words if _LONG_KHMER.fullmatch(word))
    if within or with_names.words & {*parts, whole}:
        return True
    rows = {row for part in (*parts, whole) for row in sounds.rows_of(part)}
    return bool(with_names.rows & rows)


def suggest(
    scheme: str, lang: str, in_use: Taken, chance: Random, how_many: int = 5
) -> tuple[str, ...]:
    """Up to ``how_many`` aliases of ``scheme`` that are free, in an order drawn by ``chance``.

    One whose other language is in use is taken; one that is, or sounds like, a part of a name on a
    card is never offered. When all are taken, with a number from 2 on behind them.
    """
    free = [one for one in offers(scheme) if not _like_a_name(one, in_use)]
    number = 1
    found: list[str] = []
    while free and len(found) < how_many:
        round_ = [_numbered(one, number) for one in free]
        open_ = [one.said(lang) for one in round_ if not _in_use(one, in_use.aliases)]
        found += chance.sample(open_, len(open_))
        number += 1
    return tuple(found[:how_many])


def _numbered(one: Offered, number: int) -> Offered:
    if number == 1:
        return one
    return Offered(one.scheme, f"{one.en} {number}", f"{one.km} {number}")


def _in_use(one: Offered, aliases: Iterable[str]) -> bool:
    return bool({folded(one.en), folded(one.km)} & set(aliases))


def _like_a_name(one: Offered, in_use: Taken) -> bool:
    return clashes(one.en, in_use) or clashes(one.km, in_use)


def clashing(aliases: Sequence[str], names: Iterable[str]) -> tuple[str, ...]:
    """Those of ``aliases`` that are like a name on a card."""
    on_cards = taken((), names)
    return tuple(alias for alias in aliases if clashes(alias, on_cards))
