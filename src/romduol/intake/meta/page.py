"""A thread's page (``message_1.html``): lossy, with local dates and no keys, but better than none.

What is in a page and not understood is kept beside the words, or counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from itertools import pairwise
from zoneinfo import ZoneInfo

import pyarrow as pa

from romduol.casebook.evidence import Note, Precision, Read, ReadingOptions
from romduol.intake.entries import Entries, Entry
from romduol.intake.markup import plain
from romduol.intake.meta.details import held
from romduol.intake.meta.ending import why
from romduol.intake.meta.kinds import BLOCK
from romduol.intake.meta.outline import ThreadFacts
from romduol.intake.meta.page_parts import parts_of
from romduol.intake.meta.page_stamps import read_stamp
from romduol.intake.meta.rows import ODD_STAMP
from romduol.intake.meta.threads import MESSENGER, Thread, platform_said, thread_of
from romduol.intake.source import CannotRead, Source
from romduol.intake.telegram.tape import LONGEST, Broken
from romduol.intake.tree import Node, Unbalanced, element

LOSSY = "meta.html"
ZONE = "Asia/Phnom_Penh"

_WINDOW = 1 << 20
_TITLE = re.compile(rb"<title>([^<]{0,4096})</title>")


def read_page(
    source: Source, options: ReadingOptions, reader: str, platform: str = ""
) -> Iterator[pa.RecordBatch | Read]:
    """Every message of the page, then the ``Read``; raises ``CannotRead`` when it is not whole."""
    said = platform or platform_said(source, source.head())
    thread = thread_of(_facts(source), source, said or MESSENGER, sealed=False)
    reading = _Reading(thread, options)
    entries = Entries(reader, thread.platform, source, options)
    try:
        yield from entries.batches(reading.entries(source))
    except Broken as broken:
        raise CannotRead(why(broken, source)) from None
    if not entries.count:
        raise CannotRead(Note("note.meta.no_messages"))
    zone = (options.zone, "given") if options.zone else (ZONE, "assumed")
    yield entries.closing(zone, reading.notes(assumed=not said))


def _facts(source: Source) -> ThreadFacts:
    """The page's title, as the thread's."""
    found = _TITLE.search(source.head())
    title = plain(found[1])[0] if found else ""
    return ThreadFacts(" ".join(title.split()), "", (), None)


@dataclass(slots=True)
class _Reading:
    thread: Thread
    options: ReadingOptions
    odd: int = 0
    passed_over: int = 0

    def entries(self, source: Source) -> Iterator[Entry]:
        """Every message, in the order of the page."""
        for number, (start, raw) in enumerate(_blocks(source)):
            entry = self._entry(source, start, raw)
            if entry is not None:
                yield entry
            elif number:  # the first lists the participants
                self.passed_over += 1

    def _entry(self, source: Source, start: int, raw: bytes) -> Entry | None:
        """The message of one block; ``None`` for a block that has neither a name nor a date."""
        block, length = _element(start, raw)
        parts = parts_of(block)
        if not parts.when and not parts.author:
            return None
        zone = ZoneInfo(self.options.zone or ZONE)
        read = read_stamp(parts.when)
        self.odd += read is None
        return Entry(
            start=start,
            end=start + length,
            thread=self.thread.name,
            author=parts.author or None,
            sent_at=read[0].replace(tzinfo=zone).astimezone(UTC) if read else None,
            stamp=parts.when,
            text=parts.text,
            precision=read[1] if read else Precision.UNKNOWN,
            attached=tuple(held(one, source) for one in parts.attached),
            rules=(*self.thread.rules, LOSSY, *parts.rules, *([] if read else [ODD_STAMP])),
        )

    def notes(self, *, assumed: bool) -> Iterator[Note]:
        yield Note("note.meta.html_lossy")
        if not self.options.zone:
            yield Note("note.meta.zone_assumed", (("zone", ZONE),))
        if assumed:
            yield Note("note.meta.platform_assumed")
        if self.passed_over:
            yield Note("note.meta.parts_passed_over", (("count", self.passed_over),))
        if self.odd:
            yield Note("note.meta.odd_stamp", (("count", self.odd),))


def _blocks(source: Source) -> Iterator[tuple[int, bytes]]:
    """Each element that may be a message, from where it opens to where the next one does."""
    base, held, ended = 0, b"", False
    with source.open() as stream:
        while not ended:
            fresh = stream.read(_WINDOW)
            ended = not fresh
            held += fresh
            opens = [found.start() for found in BLOCK.finditer(held)]
            for start, end in pairwise(opens):
                yield base + start, held[start:end]
            if ended:
                if not held.rstrip().lower().endswith(b"</html>"):
                    raise Broken(base + len(held), "ends")
                if opens:
                    yield base + opens[-1], held[opens[-1] :]
            keep = opens[-1] if opens else max(0, len(held) - 4096)
            base, held = base + keep, held[keep:]
            if len(held) > LONGEST:
                raise Broken(base, "long")


def _element(start: int, raw: bytes) -> tuple[Node, int]:
    """The element that opens at ``start``, and its length; raises ``Broken``."""
    try:
        return element(raw, 0)
    except Unbalanced as unbalanced:
        raise Broken(start + unbalanced.position, "record") from None
