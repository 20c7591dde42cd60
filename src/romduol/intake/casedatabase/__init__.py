"""The TFGBV case database of Cambodian organisations, as its Excel workbook or CSV export.

``layout`` knows the columns, ``crosswalk`` turns labels into terms of our vocabulary, ``importing``
gives codings and the list of what was left, ``reader`` refuses the workbook as one woman's file.
"""

from romduol.intake.casedatabase.importing import (
    Case,
    CaseCoding,
    CasePlan,
    ImportedCases,
    RefusedCase,
    Unmapped,
    cases,
    dry_run,
)
from romduol.intake.casedatabase.reader import NAME, VERSION, read, recognises

__all__ = [
    "NAME",
    "VERSION",
    "Case",
    "CaseCoding",
    "CasePlan",
    "ImportedCases",
    "RefusedCase",
    "Unmapped",
    "cases",
    "dry_run",
    "read",
    "recognises",
]
