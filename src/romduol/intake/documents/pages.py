"""A PDF in memory goes in; pages' text, where lines stand, and page pictures come out (PDFium).

PDFium is not safe for threads: one lock stands before every call. It runs no script and follows
no link of the document, and it draws on memory only.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead

_ONE_AT_A_TIME = threading.Lock()
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_MOST_PAGES = 20_000
_MOST_POINTS = 40_000_000  # of a drawn page
_POINTS_AN_INCH = 72


@dataclass(frozen=True, slots=True)
class Contents:
    """The text layer page by page (``""`` for a page that has none), and what else was found."""

    texts: tuple[str, ...]
    made: str  # CreationDate as written, a word of the file
    attachments: int


@dataclass(frozen=True, slots=True)
class Placed:
    """One line of a text layer and its box in points (1/72 inch) from the page's top left."""

    text: str
    left: float
    top: float
    width: float
    height: float


def contents(raw: bytes) -> Contents:
    """All text layers; raises ``CannotRead`` for a locked, damaged or endless document."""
    with _opened(raw) as document:
        if len(document) > _MOST_PAGES:
            raise CannotRead(Note("note.documents.too_many_pages", (("pages", len(document)),)))
        texts = tuple(_text(document, number) for number in range(len(document)))
        made = str(document.get_metadata_value("CreationDate"))
        return Contents(texts, made, document.count_attachments())


def lines(raw: bytes, page: int) -> list[Placed]:
    """The lines of page ``page`` (from 1) with their boxes; raises ``CannotRead``."""
    with _opened(raw) as document:
        found = _page(document, page)
        height = found.get_height()
        layer = found.get_textpage()
        boxes = [layer.get_rect(n) for n in range(layer.count_rects())]
        return [_placed(layer, run, height) for run in _runs(boxes)]


def picture_of(raw: bytes, page: int, dots_an_inch: int = 200) -> Image.Image:
    """Page ``page`` (from 1) as it looks, at most 40 million points; raises ``CannotRead``."""
    with _opened(raw) as document:
        found = _page(document, page)
        width, height = found.get_size()
        scale = dots_an_inch / _POINTS_AN_INCH
        most = (_MOST_POINTS / max(width * height, 1)) ** 0.5
        drawn: Image.Image = found.render(scale=min(scale, most)).to_pil()
        return drawn.convert("RGB")


def png_of(raw: bytes, page: int, dots_an_inch: int = 100) -> bytes:
    """As ``picture_of``, as a PNG without metadata, for a screen."""
    into = io.BytesIO()
    picture_of(raw, page, dots_an_inch).save(into, "PNG")
    return into.getvalue()


@contextmanager
def _opened(raw: bytes) -> Iterator[pdfium.PdfDocument]:
    with _ONE_AT_A_TIME:
        try:
            with pdfium.PdfDocument(raw) as document:
                yield document
        except pdfium.PdfiumError as error:
            locked = getattr(error, "err_code", None) == _PASSWORD
            raise CannotRead(
                Note("note.documents.locked" if locked else "note.documents.broken")
            ) from error


def _page(document: pdfium.PdfDocument, page: int) -> pdfium.PdfPage:
    if not 1 <= page <= len(document):
        raise IndexError(page)
    return document[page - 1]


def _text(document: pdfium.PdfDocument, number: int) -> str:
    """A page's text layer; PDFium ends lines with CR LF, LF alone is kept."""
    text: str = document[number].get_textpage().get_text_bounded()
    return text.replace("\r\n", "\n").strip()


_Box = tuple[float, float, float, float]  # left, bottom, right, top; from the page's bottom left


def _runs(boxes: list[_Box]) -> list[list[_Box]]:
    """Boxes that follow one another at the same height, gathered into lines."""
    runs: list[list[_Box]] = []
    for box in boxes:
        if runs and _level(runs[-1], box):
            runs[-1].append(box)
        else:
            runs.append([box])
    return runs


def _level(run: list[_Box], box: _Box) -> bool:
    bottom, top = min(one[1] for one in run), max(one[3] for one in run)
    shared = min(top, box[3]) - max(bottom, box[1])
    # Khmer's subscripts and vowels are boxes of their own below or above their line
    return shared > 0.4 * min(top - bottom, box[3] - box[1])


def _placed(layer: pdfium.PdfTextPage, run: list[_Box], height: float) -> Placed:
    text = "".join(layer.get_text_bounded(*box) for box in run).replace("\r\n", " ")
    left, right = min(box[0] for box in run), max(box[2] for box in run)
    bottom, top = min(box[1] for box in run), max(box[3] for box in run)
    return Placed(text.strip(), left, height - top, right - left, top - bottom)
