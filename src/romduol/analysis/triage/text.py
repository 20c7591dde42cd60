"""Messages as written come in, comparable copies go out, each with the way back to the original."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import polars as pl

from romduol.language.disguises import EVEN, TRICKY, even, rewrites
from romduol.language.tracing import Rewrite, Traced, rewritten, traced

VERSION = "text/1"
_MOST = 4000  # code points looked at: a longer message is read to here and no further


class TextLayer:
    """Undoes disguises; ``known`` words decide where letters have to be guessed."""

    def __init__(self, known: frozenset[str]) -> None:
        self._rewrites: tuple[Rewrite, ...] = rewrites(known)
        self.trace = lru_cache(maxsize=4096)(self._trace)

    def comparable(self, texts: Sequence[str]) -> tuple[list[str], frozenset[int]]:
        """For each text its copy for comparing: lower case, in one order, nothing disguised.

        Also which of them moved: of the others every character stands where it stood.
        """
        series = pl.Series("text", texts, dtype=pl.String).fill_null("")
        low = series.str.to_lowercase()
        tricky = (
            low.str.contains(TRICKY)
            | (low.str.len_chars() != series.str.len_chars())
            | (series.str.len_chars() > _MOST)
        )
        copies: list[str] = low.str.replace_many(_FROM, _TO).to_list()
        moved = frozenset(tricky.arg_true().to_list())
        for row in moved:
            copies[row] = rewritten(even(series[row][:_MOST]), self._rewrites)
        return copies, moved

    def _trace(self, text: str) -> Traced:
        """The copy of one text with the place of every character; as ``comparable``."""
        return traced(even(text[:_MOST]), self._rewrites)


_FROM = [chr(point) for point in EVEN]
_TO = list(EVEN.values())
