"""Words and numbers in finished text that would tell a protected count of women."""

from __future__ import annotations

import re
from collections.abc import Collection

from romduol.language.digits import latin
from romduol.publication.audit.troubles import CountGivenAway

_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_VALUES = {word: value for value, word in enumerate(_WORDS.split("|"), start=1)}
_NUMBER = rf"(\d+|{_WORDS})"
_OUT_OF = (
    re.compile(
        rf"\b{_NUMBER}(?:\s+wom[ae]n)?\s+(?:out\s+)?of\s+(?:the\s+)?{_NUMBER}\b", re.IGNORECASE
    ),
    re.compile(r"(\d+)\s*(?:នាក់)?\s*(?:ក្នុងចំណោម|លើ)\D{0,24}?(\d+)"),
    re.compile(r"(?<![\d-])(\d+)\s*/\s*(\d+)(?![\d-])"),
)
_PERCENT = re.compile(r"\d\s*(?:%|per ?cent\b)|ភាគរយ\s*\d|\d\s*ភាគរយ", re.IGNORECASE)
_EVERYBODY = re.compile(
    r"(?<!most or )\ball\b|\b(?:every|everyone|everybody|each|nobody|none|no one|no woman)\b|"
    r"\bthe other wom[ae]n\b|\b(?:only )?one (?:woman|of the|account)\b|\bexcept one\b",
    re.IGNORECASE,
)
_EVERYBODY_KM = re.compile("(?<!ឬ)ទាំងអស់|គ្រប់គ្នា|ម្នាក់ៗ|រាល់គ្នា|គ្មានស្ត្រីណា|ស្ត្រីម្នាក់ក្នុងចំណោម|លើកលែងតែម្នាក់")
_MOST_KM = re.compile("ស្ត្រីភាគច្រើន ឬទាំងអស់|ភាគច្រើន ឬទាំងអស់")


def check_counts(
    file: str, text: str, allowed: Collection[tuple[int, int]], asked: int, *, hers: bool = False
) -> None:
    """Refuse "x of y" for pairs no claim prints, and any percentage under 20 women.

    In words of hers (``hers``) only those asked may not be counted: "one of two officials" stands.
    """
    plain = latin(text)
    for pattern in _OUT_OF:
        for found in pattern.finditer(plain):
            pair = (_value(found[1]), _value(found[2]))
            if pair not in allowed and (pair[1] == asked or not hers):
                raise CountGivenAway(file=file, rule="count_of_group")
    if asked < 20 and _PERCENT.search(plain):
        raise CountGivenAway(file=file, rule="percent_small_n")


def check_own_words(file: str, text: str) -> None:
    """Refuse "all", "each", "the other woman" and the like in words that are not hers."""
    if _EVERYBODY.search(text) or _EVERYBODY_KM.search(_MOST_KM.sub("", text)):
        raise CountGivenAway(file=file, rule="group_disclosure")


def _value(written: str) -> int:
    lower = written.lower()
    return _VALUES[lower] if lower in _VALUES else int(written)
