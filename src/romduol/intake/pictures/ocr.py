"""What an engine saw in a picture (Tesseract's TSV) becomes paragraphs with boxes and confidence.

This package runs no program: an engine is handed in with the options. It gets pixels, an
uncompressed BMP, so that no decoder but ours meets the original's bytes and nothing need be
written to a disk on any system.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Protocol

from PIL import Image

from romduol.casebook.evidence import ReadingOptions

OCR = "ocr"
ENGINE = "ocr.engine="
LINE = "ocr.line="

_COLUMNS = 12  # level page block par line word left top width height conf text
_WORD = "5"


class EngineFailed(Exception):
    """The engine gave no answer for a picture: it stopped, took too long, or wrote no TSV."""


class Engine(Protocol):
    """Something that reads print."""

    @property
    def name(self) -> str:
        """Program, version and languages without a space, as ``tesseract-5.3.0/khm+eng``."""

    def tsv(self, bmp: bytes) -> bytes:
        """Tesseract's TSV for the picture; raises ``EngineFailed``."""


@dataclass(frozen=True, slots=True)
class SeeingOptions(ReadingOptions):
    """Reading options with an engine that reads the words in pictures."""

    engine: Engine | None = None


def with_eyes(options: ReadingOptions, engine: Engine) -> SeeingOptions:
    """The same options, with ``engine``."""
    said = {f.name: getattr(options, f.name) for f in fields(ReadingOptions)}
    return SeeingOptions(**said, engine=engine)


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of print: its words, its box in pixels of the upright picture, and the engine's
    mean confidence in its words, 0 to 100."""

    text: str
    left: int
    top: int
    width: int
    height: int
    confidence: int

    def rule(self) -> str:
        """Box and confidence as they are kept with the message."""
        box = f"{self.left},{self.top},{self.width},{self.height}"
        return f"{LINE}{box},{self.confidence}"


def seen(text: str, rules: Sequence[str]) -> list[Seen]:
    """The lines of a message as they were kept: ``Seen.rule`` undone."""
    numbers = [rule.removeprefix(LINE).split(",") for rule in rules if rule.startswith(LINE)]
    return [
        Seen(line, *(int(n) for n in box))
        for line, box in zip(text.split("\n"), numbers, strict=True)
    ]


def paragraphs(picture: Image.Image, engine: Engine) -> list[list[Seen]]:
    """Every paragraph the engine saw, as its lines, in reading order; raises ``EngineFailed``."""
    bmp = io.BytesIO()
    picture.save(bmp, "BMP")
    tsv = engine.tsv(bmp.getvalue())
    try:
        return list(_paragraphs(tsv))
    except (ValueError, OverflowError, csv.Error) as damage:
        raise EngineFailed from damage


def _paragraphs(tsv: bytes) -> Iterator[list[Seen]]:
    words = list(_words(tsv))
    for _, inside in groupby(words, key=lambda word: word[1:4]):  # page, block, paragraph
        yield [_line(list(line)) for _, line in groupby(inside, key=lambda word: word[4])]


def _words(tsv: bytes) -> Iterator[list[str]]:
    table = io.StringIO(tsv.decode("utf-8"), newline="\n")
    head, *body = csv.reader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
    if head[:1] != ["level"]:
        raise EngineFailed
    for row in body:
        if len(row) == _COLUMNS and row[0] == _WORD and row[-1].strip():
            yield row


def _line(words: list[list[str]]) -> Seen:
    boxes = [[int(n) for n in word[6:10]] for word in words]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = max(box[0] + box[2] for box in boxes)
    bottom = max(box[1] + box[3] for box in boxes)
    confidence = sum(float(word[10]) for word in words) / len(words)
    text = " ".join(word[11].strip() for word in words)
    return Seen(text, left, top, right - left, bottom - top, round(confidence))
