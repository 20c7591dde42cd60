"""One file of a thread, ``message_1.json`` or ``Name_1.json``, is read here to its end."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from romduol.casebook.evidence import Note, Read, ReadingOptions
from romduol.intake.meta.cuts import cuts, joined
from romduol.intake.meta.details import NAMELESS, NOT_INCLUDED
from romduol.intake.meta.ending import Ending, why
from romduol.intake.meta.mojibake import KEPT
from romduol.intake.meta.outline import ThreadFacts, thread_outline
from romduol.intake.meta.rows import ODD_STAMP, Rows
from romduol.intake.meta.shapes import Decoding, Message, SealedMessage
from romduol.intake.meta.threads import MESSENGER, platform_said, thread_of
from romduol.intake.source import CannotRead, Source
from romduol.intake.telegram.outline import by_indent, by_scanning
from romduol.intake.telegram.tape import Broken

_MESSAGES = Decoding(Message)
_SEALED: Decoding[Message] = Decoding(SealedMessage)

# what a person should hear about when a rule was needed
_COUNTED = {
    KEPT: "note.meta.mojibake_kept",
    ODD_STAMP: "note.meta.odd_stamp",
    NAMELESS: "note.meta.nameless_account",
    NOT_INCLUDED: "note.meta.media_not_included",
}


def read_thread(
    source: Source, options: ReadingOptions, reader: str, platform: str = "", *, sealed: bool
) -> Iterator[pa.RecordBatch | Read]:
    """Every message in file order, then the ``Read``. ``platform`` ``""``: as the file shows.

    The file is walked to its end before the first batch is handed out: one that was cut short
    raises ``CannotRead`` and gives no message at all.
    """
    try:
        yield from _read(source, options, reader, platform, sealed=sealed)
    except Broken as broken:
        raise CannotRead(why(broken, source)) from None


def _read(
    source: Source, options: ReadingOptions, reader: str, platform: str, *, sealed: bool
) -> Iterator[pa.RecordBatch | Read]:
    """Read along the quick outline; where that proves wrong, start again along the exact one."""
    given = False
    try:
        with source.open() as stream:
            quick = thread_outline(stream, by_indent, sealed=sealed)
        for word in _along(quick, source, options, (reader, platform), sealed=sealed):
            given = True
            yield word
    except Broken:
        if given:
            raise
    if not given:
        with source.open() as stream:
            exact = thread_outline(stream, by_scanning, sealed=sealed)
        yield from _along(exact, source, options, (reader, platform), sealed=sealed)


def _along(
    facts: ThreadFacts,
    source: Source,
    options: ReadingOptions,
    names: tuple[str, str],
    *,
    sealed: bool,
) -> Iterator[pa.RecordBatch | Read]:
    reader, platform = names
    if facts.span is None:
        raise CannotRead(Note("note.meta.no_messages"))
    said = platform or (MESSENGER if sealed else platform_said(source, source.head()))
    thread = thread_of(facts, source, said or MESSENGER, options.own, sealed=sealed)
    rows = Rows(source, thread, options.own, sealed)
    ending = Ending(source, reader)
    with source.open() as stream:
        for cut in joined(cuts(stream, facts.span, _SEALED if sealed else _MESSAGES)):
            yield ending.see(rows.batch(cut))
    yield ending.close(_notes(rows, assumed=not said, by_elimination=not options.own))


def _notes(rows: Rows, *, assumed: bool, by_elimination: bool) -> tuple[Note, ...]:
    notes = [Note("note.meta.platform_assumed")] if assumed else []
    if rows.thread.other and by_elimination:
        notes.append(Note("note.meta.own_by_elimination"))
    counted = ((note, rows.counts[rule]) for rule, note in _COUNTED.items())
    notes += [Note(note, (("count", count),)) for note, count in counted if count]
    return tuple(notes)
