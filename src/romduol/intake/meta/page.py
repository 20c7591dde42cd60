"""A thread's page (``message_1.html``): lossy, with local dates and no keys, but better than none.

Meta names its elements by classes that mean nothing (``_a6-g``); the three layouts known are those
of 2018, 2022 and 2024. What is in a page and not understood is kept beside the words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from html.parser import HTMLParser
from itertools import pairwise
from zoneinfo import ZoneInfo

import pyarrow as pa

from romduol.casebook.evidence import Note, Precision, Read, ReadingOptions
from romduol.intake.entries import Attached, Entries, Entry
from romduol.intake.meta.details import attached, fact, held
from romduol.intake.meta.ending import why
from romduol.intake.meta.kinds import BLOCK
from romduol.intake.meta.outline import ThreadFacts
from romduol.intake.meta.page_stamps import read_stamp
from romduol.intake.meta.rows import ODD_STAMP
from romduol.intake.meta.shapes import NOT_UTF8
from romduol.intake.meta.threads import MESSENGER, Thread, platform_said, thread_of
from romduol.intake.source import CannotRead, Source
from romduol.intake.telegram.tape import LONGEST, Broken

LOSSY = "meta.html"
ZONE = "Asia/Phnom_Penh"

_WINDOW = 1 << 20
_AUTHOR, _WORDS, _WHEN = {"_a6-h", "_2lek"}, {"_a6-p", "_2let"}, {"_a6-o", "_2lem"}
_VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"))
_SOURCES = {"img": "image", "video": "video", "audio": "audio"}


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
    head = _Title()
    head.feed(source.head().decode("utf-8", "replace"))
    return ThreadFacts(" ".join("".join(head.said).split()), "", (), None)


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
        block = _parsed(start, raw)
        if not block.when and not block.author:
            return None
        stamp = " ".join("".join(block.when).split())
        zone = ZoneInfo(self.options.zone or ZONE)
        read = read_stamp(stamp)
        self.odd += read is None
        author = " ".join("".join(block.author).split()) or None
        return Entry(
            start=start,
            end=start + len(raw),
            thread=self.thread.name,
            author=author,
            sent_at=read[0].replace(tzinfo=zone).astimezone(UTC) if read else None,
            stamp=stamp,
            text=block.text(),
            precision=read[1] if read else Precision.UNKNOWN,
            attached=tuple(held(one, source) for one in block.attachments()),
            rules=(*self.thread.rules, LOSSY, *block.rules, *([] if read else [ODD_STAMP])),
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


def _parsed(start: int, raw: bytes) -> _Block:
    block = _Block()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
        block.rules.append(NOT_UTF8)
    try:
        block.feed(text)
        block.close()
    except AssertionError:  # the parser's word for a declaration it has never heard of
        raise Broken(start, "record") from None
    return block


class _Title(HTMLParser):
    """Collects what stands in ``<title>``."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "title"

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.said.append(data)


@dataclass(slots=True)
class _Part:
    """One of a block's three parts, open at ``depth``."""

    name: str
    depth: int
    said: list[str] = field(default_factory=list)


class _Block(HTMLParser):
    """One element of the page: who, when, and the pieces that hang under its words."""

    def __init__(self) -> None:
        super().__init__()
        self.author: list[str] = []
        self.when: list[str] = []
        self.pieces: list[list[str]] = []
        self.rules: list[str] = []
        self._attached: list[Attached] = []
        self._depth = 0
        self._over = False
        self._part: _Part | None = None
        self._listed = 0  # the depth of a list of reactions we are in

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a part, a piece, or note what is attached."""
        told = {name: value or "" for name, value in attrs}
        if tag == "br" and self.pieces and self._in_words():
            self.pieces[-1].append("\n")
        self._note_attached(tag, told)
        if tag in _VOID or self._over:
            return
        self._depth += 1
        classes = set(told.get("class", "").split())
        if self._part is None:
            self._open(classes)
        elif self._in_words() and self._depth == self._part.depth + 2:
            self.pieces.append([])
        if tag == "ul" and not self._listed:
            self._listed = self._depth
            self.rules.append("meta.reactions")

    def _open(self, classes: set[str]) -> None:
        for name, known in (("author", _AUTHOR), ("words", _WORDS), ("when", _WHEN)):
            if classes & known:
                self._part = _Part(name, self._depth)
                return

    def handle_endtag(self, tag: str) -> None:
        """Close what the tag closes; after the block's own end nothing counts."""
        if tag in _VOID or self._over:
            return
        if self._part is not None and self._depth <= self._part.depth:
            self._part = None
        if self._listed and self._depth <= self._listed:
            self._listed = 0
        self._depth -= 1
        self._over = self._depth <= 0

    def handle_data(self, data: str) -> None:
        """Words go to the part they stand in."""
        if self._part is None or self._over or self._listed:
            return
        if self._part.name == "author":
            self.author.append(data)
        elif self._part.name == "when":
            self.when.append(data)
        else:
            if not self.pieces:
                self.pieces.append([])
            self.pieces[-1].append(data)

    def _in_words(self) -> bool:
        return self._part is not None and self._part.name == "words" and not self._listed

    def _note_attached(self, tag: str, told: dict[str, str]) -> None:
        uri = told.get("src", "") if tag in _SOURCES else told.get("href", "") if tag == "a" else ""
        if not uri or not self._in_words() or self._over:
            return
        one, rules = attached(uri, _SOURCES.get(tag, ""))
        if one not in self._attached:
            self._attached.append(one)
            self.rules += rules

    def _said(self) -> list[str]:
        return ["".join(piece).strip() for piece in self.pieces]

    def text(self) -> str:
        """What was written: the second piece where Meta lays out several, else the only one."""
        said = self._said()
        return said[1] if len(said) > 1 else "".join(said)

    def attachments(self) -> list[Attached]:
        """Files and links; and every other piece of text, as context."""
        said = self._said()
        others = said[:1] + said[2:] if len(said) > 1 else []
        return [*self._attached, *(fact("context", piece) for piece in others if piece)]
