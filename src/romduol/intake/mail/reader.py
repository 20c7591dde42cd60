"""An .eml or .mbox file goes in, its messages come out; or it is refused whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.cutting import LONGEST, Piece, pieces
from romduol.intake.entries import Entries, Entry
from romduol.intake.mail.bodies import HTML_ONLY, TooDeep
from romduol.intake.mail.headers import LOCAL
from romduol.intake.mail.letters import entry
from romduol.intake.source import CannotRead, Source
from romduol.intake.whatsapp.zones import zone_for

NAME = "mail"
VERSION = "1"

_FROM_LINE = rb"From [^\r\n]{1,500}?\d\d:\d\d(?::\d\d)?[^\r\n]{0,80}\r?\n(?=[!-9;-~]{1,80}:|>From )"
_OPENING = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))" + _FROM_LINE)
_HEADER = re.compile(rb"([!-9;-~]{1,80}):[ \t\r\n]")
_HEADER_LINE = re.compile(rb"^([!-9;-~]{1,80}):", re.MULTILINE)
_USUAL = frozenset(
    {b"date", b"received", b"message-id", b"to", b"subject", b"return-path", b"delivered-to"}
    | {b"mime-version", b"content-type"}
)
_FEW = 3


def recognises(head: bytes, name: str) -> bool:
    """Whether ``head`` opens an mbox by its ``From `` line, or a message by usual headers."""
    start = head.removeprefix(b"\xef\xbb\xbf")
    if re.match(_FROM_LINE, start):
        return True
    if not _HEADER.match(start):
        return False
    block = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    names = {found.lower() for found in _HEADER_LINE.findall(block)}
    return b"from" in names and len(names & _USUAL) >= (
        1 if name.lower().endswith(".eml") else _FEW
    )


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Every message in file order, then the ``Read``; the messages of an mbox tile it.

    Raises ``CannotRead`` when the file is no mail, or a message is over 64 MiB or nested beyond
    reason. That an mbox was cut short cannot be seen in it.
    """
    box = _Box(source, options)
    entries = Entries(f"{NAME}/{VERSION}", NAME, source, options)
    yield from entries.batches(box.entries())
    yield entries.closing(box.used_zone(), box.notes())


class _Box:
    """One reading of one file."""

    def __init__(self, source: Source, options: ReadingOptions) -> None:
        self.source = source
        self.zone, self.basis = zone_for(options)
        self.own = frozenset(one.lower() for one in options.own)
        self.seen: Counter[str] = Counter()

    def entries(self) -> Iterator[Entry]:
        """Every message."""
        boxed = re.match(_FROM_LINE, self.source.head()) is not None
        for piece in self._boxed() if boxed else self._alone():
            try:
                one = entry(piece, self.zone, self.own, boxed=boxed)
            except TooDeep:
                facts = (("position", piece.start),)
                raise CannotRead(Note("note.mail.too_deep", facts)) from None
            self.seen.update(one.rules)
            self.seen["nested"] += any(file.media == "message" for file in one.attached)
            yield one

    def _boxed(self) -> Iterator[Piece]:
        records = pieces(self.source, _OPENING)
        next(records)  # the first record opens the file, so nothing stands before it
        return records

    def _alone(self) -> Iterator[Piece]:
        if self.source.size > LONGEST:
            raise CannotRead(Note("note.record_too_long", (("at", 0),)))
        if not recognises(self.source.head(), self.source.name):
            raise CannotRead(Note("note.mail.no_mail"))
        with self.source.open() as stream:
            yield Piece(0, stream.read())

    def used_zone(self) -> tuple[str, str]:
        """Mails bear their offsets; only where one did not, a zone had to be taken."""
        return (str(self.zone), self.basis) if self.seen[LOCAL] else ("UTC", "in-file")

    def notes(self) -> list[Note]:
        """What a person should know."""
        notes = [Note("note.mail.headers")]
        counted = {"nested": "nested", HTML_ONLY: "from_html"}
        if self.basis == "assumed":
            counted[LOCAL] = "local_time"
        for what, note in counted.items():
            if self.seen[what]:
                notes.append(Note(f"note.mail.{note}", (("count", self.seen[what]),)))
        return notes
