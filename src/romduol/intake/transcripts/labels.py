"""Who speaks: the label a transcriber wrote before a turn, and whether it is hers."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# U+17D6 is the Khmer colon, U+FF1A the full-width one; a label is short and no web address
_LABEL = re.compile(r"[^\W\d_][^:៖：\n\t。។?!,;<>\"“”/\\]{0,39}?(?=[ \u00a0\u200b]*[:៖：](?!//))")
_COLON = re.compile(r"[ \u00a0\u200b]*[:៖：][ \t\u00a0\u200b]*")
_TIME = re.compile(r"[ \t]*[\[(]?(?P<time>\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?)[\])]?[ \t]+")
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0xFEFF))
_MOST_WORDS = 3
# Khmer puts its colon behind reported speech and lists too: "he said that:", "such as:"
_GOES_ON = ("ថា", "គឺ", "ដូចជា", "ដូចតទៅ", "ខាងក្រោម")


@dataclass(frozen=True, slots=True)
class Opening:
    """How a line opens: a time if one is written, a label if it may be one, and what is left.

    ``words`` is the index in the line where the spoken words begin.
    """

    time: str
    label: str
    words: int


def opening(line: str) -> Opening | None:
    """The possible label at the start of ``line``, or ``None``."""
    time = _TIME.match(line)
    at = time.end() if time else 0
    label = _LABEL.match(line, at)
    if label is None or not _may_be_name(label[0]):
        return None
    colon = _COLON.match(line, label.end())
    return Opening(
        time["time"] if time else "", label[0].rstrip(), colon.end() if colon else label.end()
    )


def _may_be_name(label: str) -> bool:
    """Short and no clause: Latin words with capitals, Khmer that leads into no quotation."""
    words = label.split()
    if role(label) != "?":
        return True
    return (
        len(words) <= _MOST_WORDS
        and not any(word[0].islower() for word in words)
        and not label.translate(_INVISIBLE).rstrip().endswith(_GOES_ON)
    )


def role(label: str) -> str:
    """``woman``, ``interviewer`` or ``""`` for a label we know; ``"?"`` for any other."""
    return known().get(_key(label), "?")


@cache
def known() -> dict[str, str]:
    """The labels of ``labels.csv`` with their roles."""
    text = (files("romduol.intake.transcripts") / "labels.csv").read_text(encoding="utf-8")
    return {_key(row["label"]): row["role"] for row in csv.DictReader(text.splitlines())}


def speakers(labels: Iterable[str]) -> frozenset[str]:
    """Which of the possible labels are speakers: known ones, and those written more than once.

    A line in the middle of her words may hold a colon too ("and then he said: leave"). A label
    written once and unknown to us is left in the text; whoever reads is told.
    """
    counts = Counter(map(_key, labels))
    return frozenset(key for key, count in counts.items() if count > 1 or key in known())


def is_speaker(label: str, among: frozenset[str]) -> bool:
    """Whether ``label`` is one of the speakers ``among``."""
    return _key(label) in among


def hers(label: str | None, own: tuple[str, ...]) -> bool | None:
    """Whether what stands under ``label`` is her own; null when the transcript does not say."""
    if label is None:
        return None
    if label in own:
        return True
    return {"woman": True, "interviewer": False}.get(role(label))


def _key(label: str) -> str:
    return label.translate(_INVISIBLE).strip(" .\u00a0").casefold()
