"""What the search for names gives: findings in code points, and what is already known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a finding is."""

    NAME = "name"
    PLACE = "place"
    PHONE = "phone"
    ID = "id"  # identity card
    PASSPORT = "passport"
    PLATE = "plate"
    ACCOUNT = "account"  # of a bank or a wallet, or any long number nobody explained
    EMAIL = "email"
    HANDLE = "handle"
    URL = "url"
    ORGANISATION = "organisation"
    DATE = "date"


class Certainty(StrEnum):
    """How sure the program is; a person decides in every case."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


ORDER = {Certainty.CERTAIN: 0, Certainty.LIKELY: 1, Certainty.POSSIBLE: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """Code points ``[start, end)`` of a text as received that could say who somebody is.

    ``reason`` is a code (``title``, ``card``, ``list`` …). ``sounds`` is a key under which the
    same name stands in any spelling; it is made of the words, so it stays inside the book.
    ``place`` is an official gazetteer code where just one place is meant, else "".
    """

    start: int
    end: int
    kind: Kind
    reason: str
    certainty: Certainty
    sounds: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose names are known: ``key`` is an opaque id, never a name."""

    key: str
    names: tuple[str, ...]
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the book already knows: people on identity cards, and words a person marked."""

    people: tuple[Person, ...] = ()
    marked: tuple[tuple[str, Kind], ...] = ()


NOTHING_KNOWN = Known()
