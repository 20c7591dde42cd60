"""What two or more coders gave the same units, code by code, and how far they agree: numbers only.

No adjective goes with a coefficient: whether one is high enough depends on what is claimed from it
(Krippendorff 2004, "Reliability in Content Analysis", Human Communication Research 30:3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Undefined(StrEnum):
    """Why a coefficient, or its interval, is not there."""

    ONE_CODER = "one_coder"
    NO_PAIRS = "no_pairs"  # no unit was coded by two
    NO_VARIATION = "no_variation"  # every value is the same: chance agreement is certain
    NO_DISAGREEMENT = "no_disagreement"  # a sample without any cannot say how rare it is
    TOO_RARE = "too_rare"  # in more than one of twenty resamples the coefficient was undefined


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient with its percentile bootstrap interval, or why there is none of either.

    Units are resampled as if independent. Neighbouring units of one text are not quite, so the true
    uncertainty is larger.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    why: Undefined | None = None  # of the value if that is none, else of the interval


@dataclass(frozen=True, slots=True)
class Crossed:
    """The raw two by two of two coders, over the units that both coded."""

    one: str
    other: str
    both: int
    only_one: int
    only_other: int
    neither: int

    @property
    def units(self) -> int:
        """How many units both coded."""
        return self.both + self.only_one + self.only_other + self.neither


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """One code: Krippendorff's alpha over all coders, Cohen's kappa and the raw table by pair."""

    scheme: str
    code: str
    units: int  # that two or more coded
    coders: int
    alpha: Estimate
    kappas: tuple[Estimate, ...]  # one a pair, in the order of ``crossed``
    crossed: tuple[Crossed, ...]


@dataclass(frozen=True, slots=True)
class MethodOfCoding:
    """What a report may say of its coding: who coded what, on which units, blind or not.

    ``coders`` is how many people coded anything at all; with fewer than two, or no item coded by
    two, ``codes`` is empty and the report says that there was one coder only.
    """

    coders: int
    items: int
    double_coded: int
    unit: str
    units: int
    blind: bool
    codes: tuple[CodeAgreement, ...]

    @property
    def one_coder_only(self) -> bool:
        """Nothing was coded by two."""
        return self.double_coded == 0
