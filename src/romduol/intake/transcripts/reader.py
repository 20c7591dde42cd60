"""An interview transcript goes in (.txt, .docx, .vtt, .srt), its turns come out as messages.

A .txt is taken for a transcript when at least two lines open with a speaker's label, or the first
does with a label we know. Any other .txt is read as one turn by nobody only when a person says
that it is a transcript or a note (``options.source``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import join
from typing import Any

import pyarrow as pa

from romduol.casebook.evidence import MESSAGE, Kind, Note, Precision, Read, ReadingOptions
from romduol.intake.identity import MessageIds
from romduol.intake.positions import Tiling
from romduol.intake.source import CannotRead, Source
from romduol.intake.transcripts import word
from romduol.intake.transcripts.cues import Cue, cues
from romduol.intake.transcripts.labels import hers, opening, role
from romduol.intake.transcripts.text import Decoded, decoded, whole
from romduol.intake.transcripts.turns import LABEL_ONCE, Turn, labelled, turns

NAME = "transcripts"
VERSION = "1"
PLATFORM = "interview"
FOOTNOTE = "transcript.footnote"

# a day, month and year at the start of a line: a chat export, not an interview
_CHAT_STAMP = re.compile(r"^\W{0,4}\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b.{0,20}\d:\d\d", re.MULTILINE)
_LEADING = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")


@dataclass(frozen=True, slots=True)
class _Row:
    """One turn as it goes into the columns; positions are bytes."""

    member: str
    start: int
    end: int
    author: str | None
    time: str
    text: str
    rules: tuple[str, ...]


def recognises(head: bytes, name: str) -> bool:
    """Whether a file is a transcript by its ending, or for .txt by the labels in ``head``."""
    ending = _ending(name)
    if ending == "docx":
        return head.startswith(b"PK\x03\x04")
    if ending == "vtt" or head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
        return True
    if ending == "srt":
        return b"-->" in head.replace(b"\0", b"")
    return ending in ("txt", "text", "md") and _has_speakers(head)


def _has_speakers(head: bytes) -> bool:
    text = _beginning(head)
    if text is None or _CHAT_STAMP.search(text):
        return False
    leading = _LEADING.match(text)
    first = opening(text[leading.end() if leading else 0 :].split("\n", 1)[0])
    return labelled(text) > 1 or (first is not None and role(first.label) != "?")


def _beginning(head: bytes) -> str | None:
    """The text at the start of a file, cut at its last whole line; ``None`` if it is no text."""
    feed = head[: head.rfind(b"\n") + 1] if len(head) >= 65_536 and b"\n" in head else head
    try:
        return decoded(feed[: len(feed) - len(feed) % 2] if feed[:1] in b"\xff\xfe" else feed).text
    except CannotRead:
        return None


def canonical_text(source: Source) -> str:
    """The one text that codings of this transcript point into, by code points.

    .txt, .vtt, .srt: decoded, byte order mark off, CRLF to LF. .docx: paragraphs joined by LF.
    Never normalised. The same for ever for the same bytes; raises ``CannotRead``.
    """
    if _ending(source.name) == "docx":
        return word.text_of(word.document(source))
    return decoded(whole(source)).text


def read(source: Source, options: ReadingOptions) -> Iterator[pa.RecordBatch | Read]:
    """All turns in one batch, then the ``Read``; raises ``CannotRead``."""
    rows, notes = _rows(source, options)
    if not rows:
        raise CannotRead(Note("note.transcripts.empty"))
    yield _batch(rows, source, options)
    inside = [row for row in rows if row.member == source.member]
    yield Read(
        member=source.member,
        reader=f"{NAME}/{VERSION}",
        size=source.size,
        messages=len(rows),
        header=inside[0].start if inside else 0,
        tail=source.size - inside[-1].end if inside else 0,
        notes=tuple(notes),
    )


def _rows(source: Source, options: ReadingOptions) -> tuple[list[_Row], list[Note]]:
    ending = _ending(source.name)
    if ending == "docx":
        return _of_word(source)
    found = decoded(whole(source))
    if ending in ("vtt", "srt") or found.text.startswith("WEBVTT"):
        rows = [_of_cue(found, cue, source.member) for cue in cues(found.text)]
        return rows, []
    said = list(turns(found.text))
    rows = [_of_turn(found, turn, source.member) for turn in said]
    if rows:
        tiling = Tiling(rows[0].start)
        tiling.follow((row.start for row in rows), (row.end for row in rows))
        tiling.close(source.size)
    return rows, _about_labels(said)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].casefold() if "." in name else ""


def _of_turn(found: Decoded, turn: Turn, member: str) -> _Row:
    start, end = found.byte_at(turn.start), found.byte_at(turn.end)
    text = found.text[turn.words : turn.words_end]
    return _Row(member, start, end, turn.author, turn.time, text, turn.rules)


def _of_cue(found: Decoded, cue: Cue, member: str) -> _Row:
    start, end = found.byte_at(cue.start), found.byte_at(cue.end)
    return _Row(member, start, end, cue.author, cue.time, cue.words, ())


def _of_word(source: Source) -> tuple[list[_Row], list[Note]]:
    found = word.document(source)
    text = word.text_of(found)
    places = list(word.spans(found))
    body_end = sum(len(p.text) + 1 for p in found.body)
    said = list(turns(text[:body_end]))
    rows = [_of_paragraphs(text, turn, places, source) for turn in said]
    for start, end, paragraph in places[len(found.body) :]:
        turn = Turn(None, "", start, end, start, end, (FOOTNOTE,))
        rows.append(_of_paragraphs(text, turn, [(start, end, paragraph)], source))
    hidden = (("deletions", found.deletions), ("comments", found.comments))
    notes = [Note(f"note.transcripts.{what}", (("count", n),)) for what, n in hidden if n]
    return rows, notes + _about_labels(said)


def _of_paragraphs(
    text: str, turn: Turn, places: list[tuple[int, int, word.Paragraph]], source: Source
) -> _Row:
    """A turn of a Word file stands in the bytes of its paragraphs, in a part of the archive."""
    own = [p for start, end, p in places if start < turn.end and turn.start <= end]
    return _Row(
        member=join(source.member, own[0].part),
        start=min(p.start for p in own),  # a text box stands inside the paragraph around it
        end=max(p.end for p in own),
        author=turn.author,
        time=turn.time,
        text=text[turn.words : turn.words_end],
        rules=turn.rules,
    )


def _about_labels(said: list[Turn]) -> list[Note]:
    unsure = sum(LABEL_ONCE in turn.rules for turn in said)
    return [Note("note.transcripts.label_once", (("count", unsure),))] if unsure else []


def _batch(rows: list[_Row], source: Source, options: ReadingOptions) -> pa.RecordBatch:
    count = len(rows)
    text, author = pa.string(), [row.author for row in rows]
    threads = pa.repeat(source.name.rpartition(".")[0] or source.name, count)
    authors, stamps = pa.array(author, text), pa.array([row.time for row in rows], text)
    texts = pa.array([row.text for row in rows], text)
    columns: dict[str, pa.Array[Any]] = {
        "message": MessageIds(PLATFORM).of(threads, authors, stamps, texts),
        "member": pa.array([row.member for row in rows], text),
        "start": pa.array([row.start for row in rows], pa.int64()),
        "end": pa.array([row.end for row in rows], pa.int64()),
        "record": pa.array(range(count), pa.int64()),
        "platform": pa.repeat(PLATFORM, count),
        "thread": threads,
        "kind": pa.repeat(str(Kind.TURN), count),
        "author": authors,
        "own": pa.array([hers(label, options.own) for label in author], pa.bool_()),
        "sent_at_text": stamps,
        "precision": pa.repeat(str(Precision.UNKNOWN), count),
        "text": texts,
        "edited": pa.repeat(False, count),
        "deleted": pa.repeat(False, count),
        "attachments": pa.array([[]] * count, MESSAGE.field("attachments").type),
        "rules": pa.array([list(row.rules) for row in rows], pa.list_(text)),
    }
    nothing = {f.name: pa.nulls(count, f.type) for f in MESSAGE if f.name not in columns}
    columns |= nothing
    return pa.RecordBatch.from_arrays([columns[n] for n in MESSAGE.names], schema=MESSAGE)
