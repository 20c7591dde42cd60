"""Digits of any script to the ten Latin ones, for dates, counts and ages people write."""

from __future__ import annotations

import unicodedata
from functools import cache

LATIN = "0123456789"
KHMER = "០១២៣៤៥៦៧៨៩"
ARABIC = "٠١٢٣٤٥٦٧٨٩"
PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
THAI = "๐๑๒๓๔๕๖๗๘๙"
BURMESE = "၀၁၂၃၄၅၆၇၈၉"
LAO = "໐໑໒໓໔໕໖໗໘໙"
BENGALI = "০১২৩৪৫৬৭৮৯"
DEVANAGARI = "०१२३४५६७८९"
SCRIPTS = (LATIN, KHMER, ARABIC, PERSIAN, THAI, BURMESE, LAO, BENGALI, DEVANAGARI)


@cache
def _table() -> dict[int, str]:
    return {ord(d): str(n) for script in SCRIPTS for n, d in enumerate(script)}


def latin(text: str) -> str:
    """``text`` with every digit of ``SCRIPTS`` as its Latin one; all else as it was."""
    return text if text.isascii() else text.translate(_table())


def khmer(number: int) -> str:
    """``number`` in Khmer digits."""
    return "".join(KHMER[int(d)] if d.isdigit() else d for d in str(number))


def script_of(digit: str) -> str:
    """The ten digits of the script ``digit`` belongs to; raises ``ValueError`` for no digit."""
    zero = ord(digit) - unicodedata.decimal(digit)
    return "".join(chr(zero + n) for n in range(10))
