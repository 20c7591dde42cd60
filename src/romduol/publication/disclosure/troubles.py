"""Why linked tables were not let out."""

from __future__ import annotations

from romduol.casebook.troubles import Trouble


class SolverMissing(Trouble):
    """The program that looks for the cells to withhold is not installed, or cannot be loaded."""


class SolverFailed(Trouble):
    """The solver did not come to an end, or said something that cannot be."""


class NotProtectable(Trouble):
    """Whatever is withheld, a reader would still learn a protected number."""


class LinkedCellGivenAway(Trouble):
    """A withheld cell follows from the tables of this release and of those before it."""


class LinkedCellTooSmall(Trouble):
    """A cell or a step between two releases was printed that rests on too few."""


class LedgerUnreadable(Trouble):
    """The record of what was published does not fit together, so nothing can be held against it."""
