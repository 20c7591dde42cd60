"""What was ruled about findings becomes the replacements for one text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from romduol.casebook.replacements import Replacement

if TYPE_CHECKING:
    from romduol.casework.pseudonyms.labels import Labels


class Ruling(StrEnum):
    """What a person decided about one finding."""

    REPLACE = "replace"
    KEEP = "keep"
    GENERALISE = "generalise"  # a place by its province, a day by its season, anyone by "a person"


@dataclass(frozen=True, slots=True)
class Ruled:
    """Code points ``[start, end)`` of a text, what stands there, and what was ruled.

    ``subject`` is an opaque key: the same for the same person, place or number wherever it stands.
    ``place`` is an official code or "". ``new`` is what a person wrote to stand there, or "".
    """

    start: int
    end: int
    kind: str
    subject: str
    ruling: Ruling
    place: str = ""
    new: str = ""


def replacements(text: str, ruled: Iterable[Ruled], labels: Labels) -> tuple[Replacement, ...]:
    """What replaces what in ``text``, in order, none over another; nothing for what is kept.

    Where two rulings share letters all of their letters go: what one person wanted gone does not
    stay because another looked at a part of it. Raises ``ValueError`` when one lies outside.
    """
    found: list[Ruled] = []
    for one in sorted(ruled, key=lambda r: (r.start, -r.end)):
        if not 0 <= one.start < one.end <= len(text):
            raise ValueError("a ruling stands outside the text")
        if one.ruling is Ruling.KEEP:
            continue
        if found and one.start < found[-1].end:
            found[-1] = replace(found[-1], end=max(found[-1].end, one.end))
        else:
            found.append(one)
    return tuple(Replacement(one.start, one.end, labels.of(one, text), one.kind) for one in found)
