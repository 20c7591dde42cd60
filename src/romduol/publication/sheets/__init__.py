"""Paper for the interview: the consent script and the call sheet, in Khmer and English."""

from romduol.publication.sheets.outline import SHEETS, Sheet, sheet
from romduol.publication.sheets.pdf import write

__all__ = ["SHEETS", "Sheet", "sheet", "write"]
