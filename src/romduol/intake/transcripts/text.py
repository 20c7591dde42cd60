"""The bytes of a text file become the one text that codings point into, and back to bytes.

UTF-8, or UTF-16 with a byte order mark. The mark is taken off and CRLF becomes LF; nothing else is
changed: no normalisation, no zero-width space removed, so offsets stay true for ever.
"""

from __future__ import annotations

import codecs
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead, Source

LONGEST = 32 * 1024 * 1024

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text with LF line ends, and what is needed to find its bytes again."""

    text: str
    encoding: str
    line_starts: tuple[int, ...]  # code points
    line_bytes: tuple[int, ...]  # where each line begins in the file

    def byte_at(self, offset: int) -> int:
        """The byte in the file at which code point ``offset`` of the text begins."""
        line = bisect_right(self.line_starts, offset) - 1
        before = self.text[self.line_starts[line] : offset]
        return self.line_bytes[line] + len(before.encode(self.encoding))


def decoded(raw: bytes) -> Decoded:
    """Decode a whole file; raises ``CannotRead`` for what is neither UTF-8 nor marked UTF-16."""
    mark, encoding = next(((m, e) for m, e in _MARKS if raw.startswith(m)), (b"", "utf-8"))
    try:
        written = raw[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        at = len(mark) + error.start
        raise CannotRead(Note("note.transcripts.not_unicode", (("position", at),))) from None
    if "\0" in written:
        raise CannotRead(Note("note.transcripts.not_text"))
    lines = written.split("\n")
    sizes = [len((line + "\n").encode(encoding)) for line in lines]
    shown = [line.removesuffix("\r") for line in lines[:-1]] + lines[-1:]
    return Decoded(
        text="\n".join(shown),
        encoding=encoding,
        line_starts=tuple(accumulate((len(line) + 1 for line in shown[:-1]), initial=0)),
        line_bytes=tuple(accumulate(sizes[:-1], initial=len(mark))),
    )


def whole(source: Source) -> bytes:
    """All bytes of a transcript; raises ``CannotRead`` beyond 32 MiB, or when it is empty."""
    with source.open() as stream:
        raw = stream.read(LONGEST + 1)
    if len(raw) > LONGEST:
        raise CannotRead(Note("note.transcripts.too_long", (("limit", LONGEST),)))
    if not raw.strip():
        raise CannotRead(Note("note.transcripts.empty"))
    return raw
