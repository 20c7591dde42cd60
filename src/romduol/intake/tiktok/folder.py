"""Direct Messages.txt, Comments.txt, Posts.txt go in, what they hold comes out.

Chats: a line ``>>> Chat History with NAME::``, then ``2024-03-05 07:07:09 UTC NAME: words``. The
others: blocks of ``Date: …`` and further lines ``Name: value``. Words may go on over lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from romduol.casebook.evidence import Note
from romduol.intake.cutting import Piece, pieces
from romduol.intake.source import CannotRead, Source
from romduol.intake.tiktok.archive import other_side
from romduol.intake.tiktok.rows import COMMENTS, POSTS, Found, audience, said

_DAY = rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
_CHAT = re.compile(
    rb"^(?:>>> Chat History with [^\n]{1,1000}|" + _DAY + rb" UTC [^:\n]{1,200}:)", re.MULTILINE
)
_HEADING = re.compile(rb">>> (Chat History with [^\n\r]*)\Z")
_LINE = re.compile(_DAY.join([rb"(", rb" UTC) "]) + rb"([^:\n]{1,200}): ?(.*)\Z", re.DOTALL)
_BLOCK = re.compile(rb"^Date: (?=" + _DAY + rb")", re.MULTILINE)
_COMMENT = re.compile(rb"Date: ([^\n\r]*)\r?\nComment: (.*)\Z", re.DOTALL)
_BEHIND = (b"Photo:", b"Url:")  # lines that stand behind a comment's words
_FIELD = re.compile(r"^([A-Z][A-Za-z ()/]{1,40}): (.*)$", re.MULTILINE)


def is_folder_text(head: bytes) -> str:
    """``chats``, ``comments`` or ``posts`` for the beginning of one of the texts; else ``""``."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b">>> Chat History with "):
        return "chats"
    if not _BLOCK.match(start):
        return ""
    second = start.split(b"\n", 2)[1] if b"\n" in start else b""
    return {b"Comment: ": "comments", b"Link: htt": "posts"}.get(second[:9], "")


def walk(source: Source, kind: str) -> Iterator[Found]:
    """Every record in file order; raises ``CannotRead`` where there are words of nobody."""
    return _chats(source) if kind == "chats" else _blocks(source, kind)


def _chats(source: Source) -> Iterator[Found]:
    records = pieces(source, _CHAT)
    _nothing(next(records))
    other = ""
    for piece in records:
        heading = _HEADING.match(piece.raw.rstrip())
        line = _LINE.match(piece.raw)
        if heading:
            other = other_side(plain_text(heading[1])[0])
        elif line:
            yield _message(piece, other, line)
        else:
            raise _broken(piece)


def _message(piece: Piece, other: str, line: re.Match[bytes]) -> Found:
    (sender, some), (text, more) = plain_text(line[2]), plain_text(line[3])
    stamp = line[1].decode("ascii")
    rules = tuple(dict.fromkeys((*some, *more)))
    return Found(piece.start, piece.end, other, stamp, text, sender, True, (), rules)


def _blocks(source: Source, kind: str) -> Iterator[Found]:
    records = pieces(source, _BLOCK)
    _nothing(next(records))
    for piece in records:
        yield _comment(piece) if kind == "comments" else _post(piece)


def _comment(piece: Piece) -> Found:
    found = _COMMENT.match(piece.raw)
    if found is None:
        raise _broken(piece)
    words, behind = _parted(found[2].rstrip().split(b"\n"))
    text, rules = plain_text(b"\n".join(words))
    photo = said(dict(_FIELD.findall(plain_text(b"\n".join(behind))[0])).get("Photo", ""))
    media = (("image", photo),) if photo else ()
    stamp = found[1].decode("utf-8", "replace")
    return Found(piece.start, piece.end, COMMENTS, stamp, text, "", False, media, rules)


def _parted(lines: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """The lines of a comment's words, and those that TikTok put behind them."""
    words = len(lines)
    while words > 1 and lines[words - 1].startswith(_BEHIND):
        words -= 1
    return lines[:words], lines[words:]


def _post(piece: Piece) -> Found:
    text, rules = plain_text(piece.raw)
    fields = dict(_FIELD.findall(text))
    if "Link" not in fields:
        raise _broken(piece)
    media = (("video", fields["Link"]),)
    title, stamp = said(fields.get("Title", "")), fields["Date"]
    rules = (*rules, *audience(fields.get("Who can view", "")))
    return Found(piece.start, piece.end, POSTS, stamp, title, "", False, media, rules)


def plain_text(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """Text with LF line ends and no blank lines behind it; and what had to be mended."""
    try:
        text, rules = raw.decode("utf-8"), ()
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace").rstrip("\r\n"), ("tiktok.repair.not_utf8",)
    return text.replace("\r\n", "\n").rstrip("\n"), rules


def _nothing(header: Piece) -> None:
    if header.raw.removeprefix(b"\xef\xbb\xbf").strip():
        raise _broken(header)


def _broken(piece: Piece) -> CannotRead:
    return CannotRead(Note("note.tiktok.broken", (("position", piece.start),)))
