"""Words that can be searched for: a quote and what else was written go in, shared runs come out.

Six words in a row seldom stand in two texts by chance; whoever types them into a search finds the
post. Khmer is written without spaces between words, so there a run is counted in letters.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from romduol.language.folding import folded

K = TypeVar("K", bound=Hashable)
WORDS = 6  # in a row: a search key (publication design, 2.4)
LINKING = 4  # in a row, in two quotes: one speaker
_LETTERS_A_WORD = 3  # Khmer letters, subscripts not counted
_PIECE = re.compile(
    "[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd])*|[^\\W_]+"
)


def runs(text: str, words: int = WORDS) -> frozenset[str]:
    """Every run of ``words`` words of ``text``, folded; a Khmer letter counts a third."""
    pieces = _PIECE.findall(folded(text))
    weights = [1 if "\u1780" <= piece[0] <= "\u17b3" else _LETTERS_A_WORD for piece in pieces]
    needed, found = words * _LETTERS_A_WORD, []
    for start in range(len(pieces)):
        weight = 0
        for end in range(start, len(pieces)):
            weight += weights[end]
            if weight >= needed:
                found.append("\u241f".join(pieces[start : end + 1]))
                break
    return frozenset(found)


def echoing(quotes: Mapping[K, str], written: Iterable[str]) -> frozenset[K]:
    """Which of ``quotes`` share a run of six words with any of the texts ``written``."""
    wanted = {key: runs(quote) for key, quote in quotes.items()}
    every = frozenset().union(*wanted.values()) if wanted else frozenset()
    if not every:
        return frozenset()
    met: set[str] = set()
    for text in written:
        met |= every & runs(text)
    return frozenset(key for key, found in wanted.items() if found & met)
