"""A picture goes in; a row for each paragraph an engine read in it, and what was found, come out.

Without an engine there is no row, and a note says so. A row read by an engine has no author and no
time: who wrote the words and when stands in the picture, for a person to see.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from PIL import Image

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.held import whole
from romduol.intake.pictures.facts import PictureFacts, examine, notes
from romduol.intake.pictures.ocr import (
    ENGINE,
    OCR,
    Engine,
    EngineFailed,
    SeeingOptions,
    Seen,
    paragraphs,
)
from romduol.intake.pictures.opening import kind_of, opened, upright
from romduol.intake.source import Source
from romduol.intake.writing import Written, batch

NAME = "pictures"
VERSION = "1"
PLATFORM = "picture"

_UNSURE = 60  # below this, half of an engine's words are wrong; a person must compare


def recognises(head: bytes, name: str) -> bool:
    """Whether ``head`` opens a picture of a kind we know, whatever its name."""
    return bool(kind_of(head))


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """The words an engine read, in one batch, then the ``Read``; raises ``CannotRead``.

    Every row stands in the whole member, since pixels are compressed together; where in the
    picture is kept in its rules (``ocr.seen`` gives the boxes back).
    """
    raw = whole(source)
    picture = opened(raw)
    facts = examine(raw, source.name, picture)
    engine = options.engine if isinstance(options, SeeingOptions) else None
    rows, about = _words(picture, engine, facts, source)
    if rows:
        yield batch(rows, PLATFORM, source.name, facts.sha256)
    yield Read(
        member=source.member,
        reader=f"{NAME}/{VERSION}",
        size=len(raw),
        messages=len(rows),
        notes=(*notes(facts), *about),
    )


def _words(
    picture: Image.Image, engine: Engine | None, facts: PictureFacts, source: Source
) -> tuple[list[Written], list[Note]]:
    if engine is None:
        return [], [Note("note.pictures.words_not_read")]
    try:
        found = paragraphs(upright(picture), engine)
    except EngineFailed:
        return [], [Note("note.pictures.engine_failed")]
    rows = [_row(lines, engine, source, facts) for lines in found]
    return rows, _about(found)


def _row(lines: list[Seen], engine: Engine, source: Source, facts: PictureFacts) -> Written:
    rules = (OCR, f"{ENGINE}{engine.name}", *(line.rule() for line in lines))
    if facts.named.at is not None:
        rules += (f"picture.named_at={facts.named.at.isoformat()}",)
    return Written(
        member=source.member,
        start=0,
        end=source.size,
        text="\n".join(line.text for line in lines),
        place=lines[0].rule(),
        rules=rules,
    )


def _about(found: list[list[Seen]]) -> list[Note]:
    lines = [line for paragraph in found for line in paragraph]
    if not lines:
        return [Note("note.pictures.no_words")]
    unsure = sum(line.confidence < _UNSURE for line in lines)
    facts = (("paragraphs", len(found)), ("lines", len(lines)), ("unsure", unsure))
    return [Note("note.pictures.words_read", facts)]
