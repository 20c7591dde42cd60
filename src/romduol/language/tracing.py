"""A text comes in, a rewritten copy goes out that still knows where each character came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What is looked for, and what stands there afterwards; ``in_place``: letter for letter."""

    pattern: re.Pattern[str]
    new: Callable[[re.Match[str]], str]
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Traced:
    """A rewritten copy; ``starts[i]`` and ``ends[i]`` bound what character ``i`` was made of.

    Both count code points of the original.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` (not empty) stands in the original: [start, end)."""
        return self.starts[start], max(self.ends[start:end])


def rewritten(text: str, rewrites: Sequence[Rewrite]) -> str:
    """``text`` after every rewrite in turn."""
    for rewrite in rewrites:
        text = rewrite.pattern.sub(rewrite.new, text)
    return text


def traced(text: str, rewrites: Sequence[Rewrite]) -> Traced:
    """As ``rewritten``, with the way back: ``traced(t, r).text == rewritten(t, r)``."""
    copy = Traced(text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    for rewrite in rewrites:
        copy = _once(copy, rewrite)
    return copy


def _once(copy: Traced, rewrite: Rewrite) -> Traced:
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for found in rewrite.pattern.finditer(copy.text):
        begin, end = found.span()
        new = rewrite.new(found)
        parts += (copy.text[done:begin], new)
        starts += copy.starts[done:begin]
        ends += copy.ends[done:begin]
        letterwise = rewrite.in_place or new == found.group()
        from_, to = _origins(copy, begin, end, len(new), letterwise=letterwise)
        starts += from_
        ends += to
        done = end
    if not done and not parts:
        return copy
    return Traced(
        "".join([*parts, copy.text[done:]]),
        (*starts, *copy.starts[done:]),
        (*ends, *copy.ends[done:]),
    )


def _origins(
    copy: Traced, begin: int, end: int, letters: int, *, letterwise: bool
) -> tuple[Sequence[int], Sequence[int]]:
    """Letter for letter where nothing moved; otherwise each new one stands for the whole piece."""
    if letterwise and letters == end - begin:
        return copy.starts[begin:end], copy.ends[begin:end]
    return [copy.starts[begin]] * letters, [max(copy.ends[begin:end])] * letters
