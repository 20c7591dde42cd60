"""A transcript's text goes in, its turns come out: who spoke, and from where to where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from romduol.intake.transcripts.labels import Opening, is_speaker, opening, speakers

LABEL_ONCE = "transcript.label_once"
NO_LABEL = "transcript.no_label"

_LINE = re.compile(r"[^\n]*\n?")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn, in code points of the canonical text.

    ``[start, end)`` is the turn with its label; ``[words, words_end)`` what was said, with neither
    label nor white space around it.
    """

    author: str | None
    time: str
    start: int
    end: int
    words: int
    words_end: int
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    opening: Opening | None


def turns(text: str) -> Iterator[Turn]:
    """The turns of ``text`` in order; header lines (``#``) before the first are no turn.

    A text in which no one is named is one turn by nobody. Words before the first label likewise.
    """
    lines = [_Line(m.start(), m[0], opening(m[0])) for m in _LINE.finditer(text) if m[0]]
    lines = lines[_header_lines(lines) :]
    among = speakers(line.opening.label for line in lines if line.opening)
    block: list[_Line] = []
    for line in lines:
        if block and line.opening and is_speaker(line.opening.label, among):
            yield from _turn(text, block, among)
            block = []
        block.append(line)
    yield from _turn(text, block, among)


def labelled(text: str) -> int:
    """How many lines of ``text`` open with a speaker's label."""
    openings = [found for line in text.split("\n") if (found := opening(line))]
    among = speakers(one.label for one in openings)
    return sum(is_speaker(one.label, among) for one in openings)


def _header_lines(lines: list[_Line]) -> int:
    for number, line in enumerate(lines):
        if line.text.strip() and not line.text.startswith("#"):
            return number
    return len(lines)


def _turn(text: str, block: list[_Line], among: frozenset[str]) -> Iterator[Turn]:
    if not block:
        return
    start, end = block[0].start, block[-1].start + len(block[-1].text)
    first = block[0].opening
    named = first is not None and is_speaker(first.label, among)
    words, words_end = trimmed(text, start + (first.words if named and first else 0), end)
    if not named and words == words_end:
        return  # blank lines before the first turn
    unsure = any(line.opening for line in block[1:] if line.opening) or (first and not named)
    yield Turn(
        author=first.label if named and first else None,
        time=first.time if named and first else "",
        start=start,
        end=end,
        words=words,
        words_end=words_end,
        rules=tuple(r for r, true in ((NO_LABEL, not named), (LABEL_ONCE, unsure)) if true),
    )


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """``[start, end)`` without the white space at its ends; a zero-width space is not white."""
    said = text[start:end]
    left = len(said) - len(said.lstrip())
    return start + left, max(start + left, start + len(said.rstrip()))
