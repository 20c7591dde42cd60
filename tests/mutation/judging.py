"""What a reading may not do, judged without any of the readers' own code.

A message may say only words that stand in the bytes it points to, two messages may not share
bytes, every member must have its last word, and the counts must agree.
"""

from __future__ import annotations

import binascii
import html
import io
import quopri
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from mutating import WHOLE, Mutant

from romduol.casebook.evidence import MESSAGE, Read, Unread
from romduol.casebook.wording import say
from romduol.intake.reading import read_item
from romduol.intake.source import Source

_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_SHORT = {r"\n": "\n", r"\t": "\t", r"\r": "\r", r"\/": "/", r"\"": '"', r"\b": "\b", r"\f": "\f"}
_ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252", "ascii")
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\r\n]{4,}")
_ENCODED_WORD = re.compile(rb"=\?[^?]*\?[bB]\?(.*?)\?=")


class Wrong(AssertionError):
    """The reading did what none may."""


def judge(mutant: Mutant, path: Path) -> tuple[int, int]:
    """Read the file from ``path``, where it is put; (messages, members read). Raises ``Wrong``.

    A file on a disk, for a stream in memory fails in other ways.
    """
    raw = mutant.seed.raw
    path.write_bytes(raw)
    source = Source(mutant.seed.name, lambda: path.open("rb"), len(raw))
    rows, reads, unread = _read(source, mutant)
    if not reads and not unread:
        raise Wrong("the file was passed over in silence")
    _require_sentences(note for read in reads for note in read.notes)
    _require_sentences(one.reason for one in unread)
    held = Bytes(raw)
    for row in rows:
        held.require_words_of(row, pages=mutant.how == WHOLE)
    _require_apart(rows)
    return len(rows), len(reads)


def _read(source: Source, mutant: Mutant) -> tuple[list[dict[str, Any]], list[Read], list[Unread]]:
    """What stays when the reading is over, as ``desk/taking`` keeps it."""
    rows: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = []
    reads, unread = [], []
    for said in read_item(source, mutant.seed.options):
        if isinstance(said, pa.RecordBatch):
            if said.schema != MESSAGE:
                raise Wrong("a batch of another shape")
            said.validate(full=True)
            waiting += said.to_pylist()
        elif isinstance(said, Read):
            _require_count(said, waiting)
            rows += waiting
            waiting = []
            reads.append(said)
        else:
            waiting = []
            unread.append(said)
    if waiting:
        raise Wrong("messages came after the last word")
    return rows, reads, unread


def _require_count(read: Read, rows: list[dict[str, Any]]) -> None:
    if read.messages != len(rows):
        raise Wrong("another number of messages than the reader says")
    ids = [row["message"] for row in rows]
    if len(set(ids)) != len(ids):
        raise Wrong("two messages of one member have one id")


def _require_sentences(notes: Iterable[Any]) -> None:
    for note in notes:
        for lang in ("en", "km"):
            say(note.id, lang, **dict(note.facts))


def _require_apart(rows: list[dict[str, Any]]) -> None:
    # a line of a web archive's page list holds the title and the page's own words, a row each
    apart = [row for row in rows if row["platform"] != "web"]
    spans = Counter((row["member"], row["start"], row["end"]) for row in apart)
    several = [span for span, times in spans.items() if times > 1 and span[2] > span[1] > 0]
    if several:
        raise Wrong("two messages point to the same bytes")


class Bytes:
    """A file's bytes and those of everything inside it, by path, as any zip program sees them."""

    def __init__(self, raw: bytes) -> None:
        self.parts = dict(_unpacked("", raw))

    def require_words_of(self, row: dict[str, Any], *, pages: bool = True) -> None:
        """Every word of the row stands in the bytes it points to.

        The words of a PDF pass through tables of its fonts, so two programs read a damaged one
        differently, each rightly: they are compared only where ``pages`` says that it is whole.
        """
        start, end = row["start"], row["end"]
        here = self.at(row["member"], start, end)
        words = _WORD.findall(row["text"].replace("\ufffd", " "))
        missing = [word for word in words if word not in here.text]
        if not missing or (here.raw.startswith(b"%PDF") and not pages):
            return
        if not any(all(word in other for word in missing) for other in here.others()):
            raise Wrong(f"{row['platform']} {row['kind']} {row['rules']}: not in {start}-{end}")

    def at(self, member: str, start: int, end: int) -> _Words:
        """What stands there; of a workbook or a document without a part, all its parts."""
        raw = self.parts.get(member)
        if raw is None or not 0 <= start <= end <= len(raw):
            raise Wrong(f"a message points outside its member: {start}-{end}")
        own = f"{member}/" if member else ""
        # cells of a workbook name strings that stand in another part of it
        folder = member.rpartition("worksheets/")[0]
        beside = [
            inside
            for path, inside in self.parts.items()
            if (path.endswith("sharedStrings.xml") and path.startswith(folder))
            or (path.startswith(own) and raw.startswith(b"PK") and path != member)
        ]
        return _Words(raw[start:end], beside)


class _Words:
    """The words in some bytes, read in every way that an export may have written them."""

    def __init__(self, raw: bytes, beside: list[bytes]) -> None:
        self.raw, self.beside = raw, beside
        self.text = _plain(raw.decode("utf-8", "replace"))

    def others(self) -> Iterator[str]:
        """The rarer ways, one after another."""
        for raw in (self.raw, *self.beside):
            for encoding in _ENCODINGS:
                text = raw.decode(encoding, "replace")
                yield _plain(text)
                yield text.replace('"', "")  # of a table's cell, what follows its closing quote
                yield _unescaped(text)
                yield _once_more(_unescaped(text))
            yield _packed_words(raw)
            if raw.startswith(b"%PDF"):
                yield _pdf_words(raw)


def _plain(text: str) -> str:
    """As it stands, without entities, and without tags."""
    entities = html.unescape(text)
    return "\0".join((text, entities, _TAG.sub("", entities), html.unescape(_TAG.sub("", text))))


def _unescaped(text: str) -> str:
    """JSON's escapes undone, halves of characters joined."""
    for written, meant in _SHORT.items():
        text = text.replace(written, meant)
    whole = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    joined = whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return joined + "\0" + html.unescape(joined)


def _once_more(text: str) -> str:
    """UTF-8 whose bytes were written as characters."""
    return "\0".join(
        part.encode("latin-1").decode("utf-8", "replace")
        for part in re.findall(r"[\x00-\xff]+", text)
    )


def _packed_words(raw: bytes) -> str:
    found = [quopri.decodestring(raw), quopri.decodestring(raw, header=True)]
    # of a damaged word, as every mail program does: what is no letter of Base64 is passed over
    pieces = _ENCODED_WORD.findall(raw)
    pieces += [piece[cut:] for piece in _BASE64.findall(raw) for cut in range(4)]
    for piece in pieces:
        try:
            found.append(binascii.a2b_base64(piece + b"=="))
        except binascii.Error:
            continue
    texts = [one.decode(how, "replace") for one in found for how in _ENCODINGS]
    return "\0".join((*texts, *map(html.unescape, texts)))


def _pdf_words(raw: bytes) -> str:
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(raw))
    return "\0".join(page.extract_text() for page in reader.pages)


_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError,
    OSError, IndexError,
)  # fmt: skip


def _unpacked(path: str, raw: bytes, depth: int = 4) -> Iterator[tuple[str, bytes]]:
    yield path, raw
    if depth == 0 or b"PK\x05\x06" not in raw:
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except _BROKEN:
        return
    with archive:
        for info in archive.infolist():
            name, inside = info.orig_filename, _member(archive, info)
            yield from _unpacked(f"{path}/{name}" if path else name, inside, depth - 1)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as stream:
            return stream.read()
    except _BROKEN:
        return b""
