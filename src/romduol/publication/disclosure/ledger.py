"""What has been published so far, as values: the next release is solved together with it.

For the desk: one row a ``Published`` of every release, kept in the sealed index. ``value`` of a
withheld cell is its true number and never leaves the book; ``counted`` are the opaque ids of the
incidents that stood behind the release, by which the women behind an increase are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from romduol.casebook.claims import Unit
from romduol.publication.disclosure.model import Quantity
from romduol.publication.disclosure.troubles import LedgerUnreadable
from romduol.publication.ladder import Bounds

REST = "rest"


def rest_of(codes: Iterable[str]) -> str:
    """The name of everything outside ``codes``: its meaning changes when a category is added."""
    return f"{REST}:{'+'.join(sorted(codes))}"


@dataclass(frozen=True, slots=True)
class Published:
    """One number of a release; ``shown`` if it was printed (or counts as known to the reader).

    ``low`` and ``high`` are what a reader may take from words or a rounded number; none: nothing.
    """

    quantity: Quantity
    value: int
    shown: bool
    low: int = 0
    high: int | None = None
    rounded: int | None = None  # as it was shown

    @property
    def heard(self) -> Bounds | None:
        """What a reader may take it to be: one number, a band, or anything (none)."""
        if self.shown:
            return Bounds(self.value, self.value)
        return None if self.high is None else Bounds(self.low, self.high)


def _fits(cell: Published) -> bool:
    return 0 <= cell.low <= cell.value and (cell.high is None or cell.value <= cell.high)


@dataclass(frozen=True, slots=True)
class Edition:
    """One release: how many women were asked, every cell, and which incidents were counted."""

    release: str
    asked: int
    cells: tuple[Published, ...]
    counted: frozenset[str]

    def __post_init__(self) -> None:
        keys = [cell.quantity for cell in self.cells]
        if len(set(keys)) != len(keys) or any(not _fits(cell) for cell in self.cells):
            raise LedgerUnreadable(release=self.release)

    def codes(self, axis: str) -> tuple[str, ...] | None:
        """The categories of an axis of times or places beside the rest; none if it had none."""
        found = {code for cell in self.cells for a, code in cell.quantity.at if a == axis}
        return tuple(sorted(found - {REST})) if found else None

    def named(self) -> dict[Quantity, int]:
        """The value of every quantity, a rest named by what it leaves out."""
        return {quantity: cell.value for quantity, cell in self.by_name().items()}

    def by_name(self) -> dict[Quantity, Published]:
        """Every cell by its quantity, a rest named by what it leaves out in this release."""
        axes = {axis for cell in self.cells for axis, code in cell.quantity.at if code == REST}
        rests = {axis: rest_of(self.codes(axis) or ()) for axis in axes}
        found = {}
        for cell in self.cells:
            at = ((a, rests[a] if code == REST else code) for a, code in cell.quantity.at)
            found[Quantity.of(cell.quantity.unit, *at)] = cell
        return found


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every release so far, oldest first."""

    editions: tuple[Edition, ...] = ()

    def only(self, *units: Unit) -> Ledger:
        """The releases with nothing but the numbers of these units, and of those that had any."""
        told = (
            replace(one, cells=tuple(c for c in one.cells if c.quantity.unit in units))
            for one in self.editions
        )
        return Ledger(tuple(one for one in told if one.cells))

    def axes(self) -> frozenset[str]:
        """Every axis or scheme in which anything was told."""
        return frozenset(a for e in self.editions for cell in e.cells for a, _ in cell.quantity.at)

    def last_codes(self, axis: str) -> tuple[str, ...]:
        """The categories of the latest release that told this axis: they stay rows."""
        told = (e.codes(axis) for e in reversed(self.editions))
        return next((codes for codes in told if codes is not None), ())

    def all_codes(self, axis: str) -> tuple[tuple[str, ...], ...]:
        """Each different set of categories that was told, in the order of releases."""
        told: Iterable[tuple[str, ...] | None] = (e.codes(axis) for e in self.editions)
        return tuple(dict.fromkeys(codes for codes in told if codes is not None))
