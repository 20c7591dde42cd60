"""A page of Telegram's HTML export goes in, messages come out; or it is refused whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.cutting import Piece, pieces
from romduol.intake.entries import Entries, Entry
from romduol.intake.markup import plain, tags
from romduol.intake.source import CannotRead, Source
from romduol.intake.telegram_html.records import LOCAL, Before, Page, day_of, entry, is_day
from romduol.intake.tree import Node, Unbalanced, element
from romduol.intake.whatsapp.zones import zone_for

NAME = "telegram_html"
VERSION = "1"
PLATFORM = "telegram"

_ROW = re.compile(rb"<div class=\"message (?=default|service)")
_OF_TELEGRAM = re.compile(rb"<div class=\"(?:page_body chat_page|message (?:default|service))")
_TITLE = re.compile(
    rb"<div class=\"page_header\">.{0,4096}?<div class=\"text bold\">(.{0,4096}?)</div>", re.DOTALL
)
_PAGING = re.compile(rb"<a class=\"pagination[^<>]{0,300}>[^<>]{0,300}</a>", re.DOTALL)


def recognises(head: bytes, name: str) -> bool:
    """Whether ``head`` opens a page of messages as Telegram Desktop writes them."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    return (
        start.startswith((b"<!doctype html", b"<html"))
        and b'class="page_wrap"' in head
        and bool(_OF_TELEGRAM.search(head))
    )


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Every message and service row of the page in file order, then the ``Read``.

    Raises ``CannotRead`` for a page that was cut short or has words outside its rows.
    """
    page = _Reading(source, options)
    entries = Entries(f"{NAME}/{VERSION}", PLATFORM, source, options)
    yield from entries.batches(page.entries())
    yield entries.closing(page.used_zone(), page.notes())


class _Reading:
    """One reading of one page."""

    def __init__(self, source: Source, options: ReadingOptions) -> None:
        self.source = source
        self.zone, self.basis = zone_for(options)
        self.before = Before()
        self.local_times = False

    def entries(self) -> Iterator[Entry]:
        """Every row but those that only say the day."""
        records = pieces(self.source, _ROW)
        head = next(records)
        page = Page(_thread(head.raw, self.source), self.zone, self.source.beside)
        last = head.raw
        for piece in records:
            row, end = self._row(piece)
            last = piece.raw[end:]
            self._nothing_lost(piece, end)
            if is_day(row):
                self.before = Before(day=day_of(row), offset=self.before.offset)
                continue
            one = entry(row, (piece.start, piece.start + end), page, self.before)
            self.local_times = self.local_times or LOCAL in one.rules
            yield one
        if b"</html>" not in last:
            self._cut_short()

    def _row(self, piece: Piece) -> tuple[Node, int]:
        try:
            return element(piece.raw, 0)
        except Unbalanced as broken:
            if piece.end == self.source.size:
                self._cut_short()
            _refuse(piece.start + broken.position)

    def _nothing_lost(self, piece: Piece, start: int) -> None:
        """Between rows stand tags, and links to other pages, and no words."""
        rest = _PAGING.sub(lambda found: b" " * len(found[0]), piece.raw[start:])
        at = 0
        for tag in tags(rest):
            if rest[at : tag.start].strip():
                _refuse(piece.start + start + at)
            at = tag.end
        if rest[at:].strip():
            self._cut_short() if piece.end == self.source.size else _refuse(
                piece.start + start + at
            )

    def _cut_short(self) -> NoReturn:
        raise CannotRead(Note("note.telegram_html.cut_short", (("size", self.source.size),)))

    def used_zone(self) -> tuple[str, str]:
        """``in-file`` when every time stands there with its offset."""
        return (str(self.zone), self.basis) if self.local_times else ("UTC", "in-file")

    def notes(self) -> list[Note]:
        """That this is the poorer of the two exports; and whose clock was used."""
        notes = [Note("note.telegram_html.lossy")]
        if self.local_times and self.basis == "assumed":
            notes.append(Note("note.telegram_html.zone_assumed", (("zone", str(self.zone)),)))
        return notes


def _refuse(position: int) -> NoReturn:
    raise CannotRead(Note("note.telegram_html.broken", (("position", position),)))


def _thread(head: bytes, source: Source) -> str:
    """The chat's name, which is all the page says of it."""
    found = _TITLE.search(head, 0, 65_536)
    return (plain(found[1])[0].strip() if found else "") or source.name
