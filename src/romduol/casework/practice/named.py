"""Lines that name somebody: people, numbers and places that are nobody's, with the truth of them.

Everybody in them is called Hatbrae (ហាត់ប្រើ, "to practise") and a thing of the house; no telephone
number begins with 000, and no place below the province is real.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from romduol.casework.practice.stock import rows

_MENTION = re.compile(r"\{(\w+)\|([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name someone or something, and their kind as detection calls it."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class NamedLine:
    """One line: an answer at the end of her interview (``thread`` ""), or a message of a chat."""

    id: str
    folder: str
    thread: str
    at: datetime | None
    by: str
    lang: str
    text: str
    mentions: tuple[Mention, ...]


@cache
def named_lines() -> tuple[NamedLine, ...]:
    """Every such line of the study."""
    return tuple(_line(row) for row in rows("named.csv"))


def _line(row: dict[str, str]) -> NamedLine:
    return NamedLine(
        id=row["id"],
        folder=row["folder"],
        thread=row["thread"],
        at=datetime.fromisoformat(row["at"]) if row["at"] else None,
        by=row["by"],
        lang=row["lang"],
        text=_MENTION.sub(r"\2", row["text"]),
        mentions=tuple(Mention(kind, words) for kind, words in _MENTION.findall(row["text"])),
    )


def told(folder: str) -> tuple[NamedLine, ...]:
    """Those at the end of one woman's interview."""
    return tuple(line for line in named_lines() if line.folder == folder and not line.thread)


def written(folder: str, thread: str) -> tuple[NamedLine, ...]:
    """Those in one chat of one woman's."""
    return tuple(
        line for line in named_lines() if line.folder == folder and thread == line.thread != ""
    )
