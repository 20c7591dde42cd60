"""Subtitles go in (WebVTT, W3C 2019; SubRip), a turn for each voice of each cue comes out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead
from romduol.intake.transcripts.labels import Opening, is_speaker, opening, speakers

_CLOCK = r"(?:\d{1,4}:)?\d{2}:\d{2}[.,]\d{3}"
_TIMING = re.compile(rf"[ \t]*(?P<from>{_CLOCK})[ \t]+-->[ \t]+(?P<to>{_CLOCK})[^\n]*(?:\n|\Z)")
_TIMING_REMAINS = re.compile(r"[\d\s:.,>-]*")
_BLOCK = re.compile(r"[^\n]+(?:\n[^\n]+)*\n?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+(?P<name>[^>\n]+)>")
_TAG = re.compile(r"</?(?:[a-z]+(?:\.[^\s>]*)?(?:[ \t][^>\n]*)?|[\d:.,]+)>|\{\\[^}\n]*\}")


@dataclass(frozen=True, slots=True)
class Cue:
    """What one voice says in one cue; ``[start, end)`` in code points of the canonical text."""

    author: str | None
    time: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class _Block:
    start: int
    end: int
    time: str
    said: int  # where the words begin


def cues(text: str) -> Iterator[Cue]:
    """Every cue in file order; comments, styles and regions are no cues.

    Raises ``CannotRead`` at a broken timing line, or when there is no cue at all: a file that was
    cut short in a timing line is not passed off as whole.
    """
    blocks = _blocks(text)
    if not blocks:
        raise CannotRead(Note("note.transcripts.no_cue"))
    openings = (opening(_shown(text[b.said : b.end])) for b in blocks)
    among = speakers(found.label for found in openings if found)
    for block in blocks:
        yield from _voices(text, block, among)


def _blocks(text: str) -> list[_Block]:
    found: list[_Block] = []
    for number, match in enumerate(_BLOCK.finditer(text)):
        block = match[0]
        timing = _TIMING.match(block) or _TIMING.match(block, block.find("\n") + 1)
        if timing:
            time = f"{timing['from']} --> {timing['to']}"
            found.append(_Block(match.start(), match.end(), time, match.start() + timing.end()))
        elif _is_aside(block) or (number == 0 and block.startswith("WEBVTT")):
            continue
        elif found and not _TIMING_REMAINS.fullmatch(block):
            found[-1] = replace(found[-1], end=match.end())  # words behind a blank line
        else:
            facts = (("position", match.start()),)
            raise CannotRead(Note("note.transcripts.broken_cue", facts))
    return found


def _is_aside(block: str) -> bool:
    first = block.split("\n", 1)[0].rstrip()
    return first in ("NOTE", "STYLE", "REGION") or first.startswith(("NOTE ", "NOTE\t"))


def _voices(text: str, block: _Block, among: frozenset[str]) -> Iterator[Cue]:
    """One turn a voice; the first begins where the block does, so that no byte is skipped."""
    voices = list(_VOICE.finditer(text, block.said, block.end))
    if not voices:
        yield _unvoiced(text, block, among)
        return
    before = _shown(text[block.said : voices[0].start()])
    if before:
        yield Cue(None, block.time, block.start, voices[0].start(), before)
    ends = [v.start() for v in voices[1:]] + [block.end]
    for voice, end in zip(voices, ends, strict=True):
        start = block.start if voice is voices[0] and not before else voice.start()
        name = html.unescape(voice["name"]).strip()
        yield Cue(name, block.time, start, end, _shown(text[voice.end() : end]))


def _unvoiced(text: str, block: _Block, among: frozenset[str]) -> Cue:
    said = _shown(text[block.said : block.end])
    found: Opening | None = opening(said)
    if found and is_speaker(found.label, among):
        return Cue(found.label, block.time, block.start, block.end, said[found.words :].strip())
    return Cue(None, block.time, block.start, block.end, said)


def _shown(payload: str) -> str:
    """The words of a payload: tags off, character references resolved."""
    return html.unescape(_TAG.sub("", payload)).strip()
