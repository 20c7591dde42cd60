"""A PDF goes in, a row for each page with words comes out; scanned pages through an engine.

A text layer is what the program that made the PDF left for machines. In Khmer it often repeats or
reorders characters, and it can differ from what the page shows: a note says so, and the page can
be drawn beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.documents.pages import Contents, contents, picture_of
from romduol.intake.held import whole
from romduol.intake.pictures.ocr import ENGINE, OCR, Engine, EngineFailed, SeeingOptions, paragraphs
from romduol.intake.source import Source
from romduol.intake.writing import Written, batch

NAME = "documents"
VERSION = "1"
PLATFORM = "document"
PAGE = "pdf.page="
TEXT_LAYER = "pdf.text_layer"

_DOTS_AN_INCH = 200
_MARK_WITHIN = 1024  # readers accept bytes before %PDF-
_END_WITHIN = 2048
_KHMER = re.compile(r"[\u1780-\u17ff]")
_MADE = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)")  # ISO 32000-1, 7.9.4


def recognises(head: bytes, name: str) -> bool:
    """Whether ``%PDF-`` stands in the first 1024 bytes of ``head``."""
    return b"%PDF-" in head[:_MARK_WITHIN]


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """A row a page with words, in one batch, then the ``Read``; raises ``CannotRead``."""
    raw = whole(source)
    found = contents(raw)
    engine = options.engine if isinstance(options, SeeingOptions) else None
    rows = [_of_layer(source, n, text) for n, text in enumerate(found.texts, 1) if text]
    silent = [n for n, text in enumerate(found.texts, 1) if not text]
    seen, failed = _scanned(raw, silent, engine, source)
    rows = sorted(rows + seen, key=lambda row: int(row.place.split()[0]))
    if rows:
        yield batch(rows, PLATFORM, source.name, sha256(raw).hexdigest())
    yield Read(
        member=source.member,
        reader=f"{NAME}/{VERSION}",
        size=len(raw),
        messages=len(rows),
        notes=tuple(_notes(found, raw, silent, engine, failed)),
    )


def _of_layer(source: Source, page: int, text: str) -> Written:
    rules = (TEXT_LAYER, f"{PAGE}{page}")
    return Written(source.member, 0, source.size, text, f"{page}", rules)


def _scanned(
    raw: bytes, pages: list[int], engine: Engine | None, source: Source
) -> tuple[list[Written], int]:
    """What ``engine`` read on pages without a text layer, and on how many it failed."""
    rows: list[Written] = []
    failed = 0
    for page in pages if engine is not None else ():
        assert engine is not None
        try:
            found = paragraphs(picture_of(raw, page, _DOTS_AN_INCH), engine)
        except EngineFailed:
            failed += 1
            continue
        for number, paragraph in enumerate(found):
            rules = (
                OCR, f"{ENGINE}{engine.name}", f"{PAGE}{page}", f"pdf.dots={_DOTS_AN_INCH}",
                *(line.rule() for line in paragraph),
            )  # fmt: skip
            text = "\n".join(line.text for line in paragraph)
            place = f"{page} {number}"
            rows.append(Written(source.member, 0, source.size, text, place, rules))
    return rows, failed


def _notes(
    found: Contents, raw: bytes, silent: list[int], engine: Engine | None, failed: int
) -> Iterator[Note]:
    yield Note("note.documents.pages", (("pages", len(found.texts)),))
    made = _MADE.match(found.made)
    if made:
        at = "{}-{}-{} {}:{}:{}".format(*made.groups())
        yield Note("note.documents.made", (("at", at),))
    if any(_KHMER.search(text) for text in found.texts):
        yield Note("note.documents.khmer_layer")
    if silent and engine is None:
        yield Note("note.documents.no_words", (("pages", len(silent)),))
    if silent and engine is not None:
        yield Note("note.documents.read_by_machine", (("pages", len(silent) - failed),))
    if failed:
        yield Note("note.documents.engine_failed", (("pages", failed),))
    if found.attachments:
        yield Note("note.documents.attachments", (("count", found.attachments),))
    if b"%%EOF" not in raw[-_END_WITHIN:]:
        yield Note("note.documents.no_end")
