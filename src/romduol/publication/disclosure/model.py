"""Linked tables as one system: every number once, and everything a reader knows to hold among them.

A number that stands in two tables, or in two releases, is one thing here: protection that looks at
one table at a time is undone by the next. The system speaks of three sorts of entries: those the
reader knows, those he does not, and those about which it is still to be decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from romduol.casebook.claims import Unit

Coordinate = tuple[str, str]  # an axis or scheme, and a category of it


@dataclass(frozen=True, slots=True, order=True)
class Quantity:
    """What is counted, wherever it stands: a unit and sorted coordinates; none is everything."""

    unit: Unit
    at: tuple[Coordinate, ...] = ()

    @classmethod
    def of(cls, unit: Unit, *at: Coordinate) -> Quantity:
        """The quantity at these coordinates in any order."""
        return cls(unit, tuple(sorted(at)))

    def moved(self, old: Coordinate, new: Coordinate | None) -> Quantity:
        """The same with ``old`` replaced by ``new``, or dropped."""
        rest = tuple(c for c in self.at if c != old)
        return (
            Quantity(self.unit, tuple(sorted((*rest, new)))) if new else Quantity(self.unit, rest)
        )


class State(Enum):
    """What the reader has of an entry."""

    SHOWN = "shown"  # known: printed now or before, or supposed to be known
    HIDDEN = "hidden"  # not known, whatever is decided
    OPEN = "open"  # printed unless it is chosen to be withheld


@dataclass(frozen=True, slots=True)
class Need:
    """What must look possible: a value of ``low`` or less, one of ``high`` or more; none: either.

    These are the protection levels of Fischetti and Salazar-Gonzalez (JASA 95, 2000), section 2.
    """

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of the system with its true ``value``.

    ``fewest`` and ``most`` are the least and the largest number a reader could believe in,
    ``worth`` what it costs to withhold, ``least`` what it must look able to reach if withheld.
    """

    value: int
    state: State
    most: int
    need: Need | None = None
    worth: float = 1.0
    least: int = 0
    fewest: int = 0


@dataclass(frozen=True, slots=True)
class Relation:
    """``whole`` is at least the sum of ``parts`` (``over``), at most (``under``), or both."""

    whole: int
    parts: tuple[int, ...]
    over: bool = True
    under: bool = True


@dataclass(frozen=True, slots=True)
class System:
    """Entries and relations, by index. Raises ``ValueError`` when the truth breaks a relation."""

    entries: tuple[Entry, ...]
    relations: tuple[Relation, ...]

    def __post_init__(self) -> None:
        for relation in self.relations:
            left = self.excess(relation)
            if (relation.over and left < 0) or (relation.under and left > 0):
                raise ValueError("these numbers do not fit each other")

    def excess(self, relation: Relation) -> int:
        """By how much the whole is larger than the sum of its parts, in truth."""
        return self.entries[relation.whole].value - sum(
            self.entries[part].value for part in relation.parts
        )
