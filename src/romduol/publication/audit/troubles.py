"""Why finished files were not let out."""

from __future__ import annotations

from romduol.casebook.troubles import Trouble


class ForbiddenWordFound(Trouble):
    """An alias or another word that must not be published stands in a finished file."""


class NumberDiffers(Trouble):
    """A finished file prints another number than the claim or cell it stands for."""


class CountGivenAway(Trouble):
    """A finished file says something from which a protected count of women follows."""


class CellGivenAway(Trouble):
    """A withheld cell of a finished table could be worked out from the printed ones."""


class AuditCouldNotRun(Trouble):
    """A finished file could not be checked to its end: unreadable, missing, or a fault of ours."""
