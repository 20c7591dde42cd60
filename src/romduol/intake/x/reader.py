"""One ``data/*.js`` file of an X archive goes in; its messages, or a word about it, come out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.entries import Entries, Entry
from romduol.intake.jsonplaces import Broken, Tape, elements, refusal
from romduol.intake.source import CannotRead, Source
from romduol.intake.x.account import account_number
from romduol.intake.x.messages import conversations, event, events
from romduol.intake.x.posts import post
from romduol.intake.x.protection import protection

NAME = "x"
VERSION = "1"

_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*window\.YTD\.(\w{1,80})\.part\d{1,9}\s*=\s*")
_POSTS = frozenset({"tweet", "tweets", "community_tweet"})
_DELETED = frozenset({"deleted_tweet", "deleted_tweets"})
_PROTECTED = "protected_history"
_MESSAGES = frozenset(
    {"direct_message", "direct_messages", "direct_message_group", "direct_messages_group"}
)
# files that are told of and hold no message
_TOLD = {
    "block": "note.x.blocked",
    "mute": "note.x.muted",
    "account_timezone": "note.x.timezone",
    "note_tweet": "note.x.long_posts",
    "direct_message_headers": "note.x.headers",
    "direct_message_group_headers": "note.x.headers",
}


def recognises(head: bytes, name: str) -> bool:
    """Whether ``head`` assigns to ``window.YTD``, as every data file of the archive does."""
    return _OPENING.match(head) is not None


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """Every post, message or change of the account of the file, then the ``Read``.

    Of lists of blocked and muted accounts, headers and the like only the length is told. Raises
    ``CannotRead`` for a file that was cut short, and for those that hold nothing we read.
    """
    opening = _OPENING.match(source.head())
    if opening is None:
        raise CannotRead(Note("note.x.not_read"))
    file = _File(source, opening[1].decode("ascii"))
    entries = Entries(f"{NAME}/{VERSION}", NAME, source, options)
    try:
        yield from entries.batches(file.entries())
    except Broken as broken:
        raise CannotRead(refusal(broken, NAME, source.size)) from None
    yield entries.closing(("UTC", "in-file"), file.notes)


class _File:
    """One reading of one file."""

    def __init__(self, source: Source, kind: str) -> None:
        self.source, self.kind = source, kind
        self.notes: list[Note] = []

    def entries(self) -> Iterator[Entry]:
        """The entries of the file, which may be none."""
        if self.kind in _POSTS | _DELETED:
            return self._posts()
        if self.kind in _MESSAGES:
            return self._messages()
        if self.kind == _PROTECTED:
            return self._protections()
        if self.kind in _TOLD:
            return self._told()
        raise CannotRead(Note("note.x.not_read"))

    @contextmanager
    def _tape(self) -> Iterator[Tape]:
        """The file from behind the equals sign on."""
        with self.source.open() as stream:
            tape = Tape(stream)
            tape.skip_past(b"=")
            yield tape

    def _posts(self) -> Iterator[Entry]:
        with self._tape() as tape:
            for piece in elements(tape):
                yield post(piece, self.source.beside, deleted=self.kind in _DELETED)
            tape.finish()

    def _protections(self) -> Iterator[Entry]:
        with self._tape() as tape:
            yield from map(protection, elements(tape))
            tape.finish()

    def _messages(self) -> Iterator[Entry]:
        with self._tape() as tape:
            known = conversations(tape)
        told = account_number(self.source)
        own, how = (told, "in_archive") if told else (known.own, "by_elimination")
        with self._tape() as tape:
            for number, piece in events(tape):
                yield event(piece, known.names[number], own, self.source.beside)
        if known.names:
            self.notes.append(Note(f"note.x.own_{how if own else 'unknown'}"))

    def _told(self) -> Iterator[Entry]:
        with self._tape() as tape:
            count = sum(1 for _ in elements(tape))
            tape.finish()
        self.notes.append(Note(_TOLD[self.kind], (("count", count),)))
        yield from ()
