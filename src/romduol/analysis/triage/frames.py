"""A row of concepts comes in, the frames and softeners that hold in it go out.

A message is a row of hits; each hit is one character that stands for its set of concepts, "." ends
a sentence and "-" is a long stretch of other words. A pattern is concepts one after another:
``A|B`` either, ``A?`` perhaps, ``_`` at most one other, ``~`` up to five others within the
sentence, ``~~`` up to eight across sentences, ``^`` the beginning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from romduol.analysis.triage.lexicon import WEIGHTS, Frame, Softener

SENTENCE, STRETCH = ".", "-"
_FIRST = 0xE000  # private use: one code point for every set of concepts
_STEP = {"_": r"[^.\-]?", "~": r"[^.]{0,5}?", "~~": r".{0,8}?", "^": "^"}


@dataclass(frozen=True, slots=True)
class Match:
    """Where in the row of hits an entry holds, [first, last], and what it adds or lowers."""

    entry: str
    form: str
    weight: float
    first: int
    last: int
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Compiled:
    entry: str
    form: str
    weight: float
    whole: bool
    pattern: re.Pattern[str]
    needs: int  # a bit for every step that something in the row has to be


class Grammar:
    """Frames and softeners compiled over the sets of concepts that words carry."""

    def __init__(
        self, sets: Iterable[frozenset[str]], frames: Iterable[Frame], softeners: Iterable[Softener]
    ) -> None:
        self.code = {s: chr(_FIRST + n) for n, s in enumerate(dict.fromkeys(sets))}
        self._concepts = {concept for s in self.code for concept in s}
        self._steps: dict[frozenset[str], int] = {}  # the bit of each step
        self._compiled = [
            *(self._compile(f.id, f.pattern, f.form, WEIGHTS[f.severity]) for f in frames),
            *(self._compile(s.id, s.pattern, "", -s.factor, s.whole) for s in softeners),
        ]
        self._bits = {
            code: sum(bit for codes, bit in self._steps.items() if code in codes)
            for code in self.code.values()
        }
        self.matches = lru_cache(maxsize=65536)(self._matches)

    def _compile(
        self, entry: str, pattern: str, form: str, weight: float, whole: bool = False
    ) -> _Compiled:
        steps: list[str] = []
        needs = 0
        for step in pattern.split():
            if step in _STEP:
                steps.append(_STEP[step])
                continue
            codes = self._codes(step.rstrip("?"))
            steps.append(f"[{''.join(sorted(codes))}]" + ("?" if step.endswith("?") else ""))
            if not step.endswith("?"):
                needs |= self._steps.setdefault(codes, 1 << len(self._steps))
        return _Compiled(entry, form, weight, whole, re.compile("".join(steps)), needs)

    def _codes(self, step: str) -> frozenset[str]:
        wanted = set(step.split("|"))
        unknown = wanted - self._concepts
        if unknown:
            raise ValueError(f"no word carries {', '.join(sorted(unknown))}")
        return frozenset(code for s, code in self.code.items() if s & wanted)

    def _matches(self, row: str) -> tuple[Match, ...]:
        """Every frame and softener that holds in ``row``, each where it holds first."""
        present = 0
        for code in set(row) - {SENTENCE, STRETCH}:
            present |= self._bits[code]
        found = []
        for compiled in self._compiled:
            if compiled.needs & ~present:
                continue
            held = compiled.pattern.search(row)
            if held:
                first, last = _hits(row, held.start()), _hits(row, held.end()) - 1
                found.append(
                    Match(
                        compiled.entry, compiled.form, compiled.weight, first, last, compiled.whole
                    )
                )
        return tuple(found)


def _hits(row: str, end: int) -> int:
    """How many hits stand in ``row[:end]``."""
    return end - row.count(SENTENCE, 0, end) - row.count(STRETCH, 0, end)
