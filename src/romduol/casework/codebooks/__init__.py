"""A team's codebook: what makes one whole, how it changes, how it goes in and out as a sheet."""

from romduol.casework.codebooks.naming import by_name, of_vocabulary
from romduol.casework.codebooks.rules import CodebookFaulty, checked
from romduol.casework.codebooks.sheet import CodebookSheetFaulty, read_codebook, write_codebook

__all__ = [
    "CodebookFaulty",
    "CodebookSheetFaulty",
    "by_name",
    "checked",
    "of_vocabulary",
    "read_codebook",
    "write_codebook",
]
