"""The text of a finished PDF, read back out of its content streams.

Reads what our own writer makes (ISO 32000-1: 7.3 objects, 9.4.3 text showing, 9.10.3 ToUnicode);
anything else raises. Khmer clusters come out doubled where one cluster is drawn in several pieces,
so Khmer is compared only after ``undoubled``; the HTML edition carries the same text exactly.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(\d+) 0 obj\s")
_STREAM = re.compile(rb"stream\r?\n")
_LENGTH = re.compile(rb"/Length (\d+)")
_FONT = re.compile(rb"/(f\d+) (\d+) 0 R")
_TOKEN = re.compile(
    rb"/(?P<font>f\d+) [-\d.]+ Tf"
    rb"|ActualText<(?P<actual>[0-9A-F]*)>|(?P<end>EMC)|(?P<out>\bET\b)|(?P<named>/[A-Za-z]+\()|(?P<open>\()"
)
_IN_LITERAL = re.compile(rb"\\.|[()]", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_PAIR = re.compile(rb"<([0-9A-F]+)> <([0-9A-F]+)>(?: <([0-9A-F]+)>)?")
_CLUSTER = re.compile(
    "((?:[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3])*))(?:\\s*\\1)+"
)
_BYTE_ORDER_MARK = "\ufeff"


class PdfUnreadable(ValueError):
    """Not the kind of PDF our writer makes."""


@dataclass(frozen=True, slots=True)
class _Object:
    head: bytes
    stream: bytes


def text_of(pdf: bytes) -> str:
    """All shown text in drawing order, runs separated by line ends. Raises ``PdfUnreadable``."""
    if b"/ObjStm" in pdf or b"/Encrypt" in pdf:
        raise PdfUnreadable("objects are packed")
    objects = _objects(pdf)
    pages = [o for o in objects.values() if re.search(rb"/Type/Page\b", o.head)]
    text = "\n".join(_page(page, objects) for page in pages)
    if not text.strip():
        raise PdfUnreadable("no text")
    return text


def undoubled(text: str) -> str:
    """``text`` with every Khmer cluster that stands twice in a row standing once."""
    return _CLUSTER.sub(r"\1", text)


def _objects(pdf: bytes) -> dict[int, _Object]:
    found: dict[int, _Object] = {}
    at = 0
    while (start := _OBJECT.search(pdf, at)) is not None:
        end = pdf.index(b"endobj", start.end())
        stream = _STREAM.search(pdf, start.end(), end)
        head = pdf[start.end() : stream.start() if stream else end]
        content = b""
        if stream:
            length = _LENGTH.search(head)
            if length is None:
                raise PdfUnreadable("a stream without a length")
            end = stream.end() + int(length[1])
            content = pdf[stream.end() : end]
            if b"/FlateDecode" in head:
                content = zlib.decompress(content)
        found[int(start[1])] = _Object(head, content)
        at = end
    return found


def _reference(name: bytes, head: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", head)
    if found is None:
        raise PdfUnreadable(name.decode())
    return int(found[1])


def _page(page: _Object, objects: dict[int, _Object]) -> str:
    resources = objects[_reference(b"Resources", page.head)].head
    listed = re.search(rb"/Font<<(.*?)>>", resources)
    fonts = {
        name: _mapping(objects[_reference(b"ToUnicode", objects[int(number)].head)].stream)
        for name, number in _FONT.findall(listed[1] if listed else b"")
    }
    return _shown(objects[_reference(b"Contents", page.head)].stream, fonts)


def _mapping(cmap: bytes) -> dict[int, str]:
    """Glyph to text, from single characters and ranges."""
    found: dict[int, str] = {}
    for first, second, third in _PAIR.findall(cmap.partition(b"endcodespacerange")[2]):
        if third:
            start = int.from_bytes(bytes.fromhex(third.decode()), "big")
            for step in range(int(second, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(start + step)
        else:
            found[int(first, 16)] = _utf16(second)
    return found


def _shown(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    pieces: list[str] = []
    font: dict[int, str] = {}
    covered = False
    at = 0
    while (token := _TOKEN.search(content, at)) is not None:
        at = token.end()
        if token["font"]:
            font = fonts[token["font"]]
        elif token["actual"] is not None:
            pieces.append(_utf16(token["actual"]).removeprefix(_BYTE_ORDER_MARK))
            covered = True
        elif token["end"]:
            covered = False
        elif token["out"]:
            pieces.append("\n")
        else:
            literal, at = _literal(content, at)
            pieces.append("" if covered or token["named"] else _decoded(literal, font))
    return "".join(pieces)


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")


def _literal(content: bytes, start: int) -> tuple[bytes, int]:
    """The string that opened before ``start`` and where it ends; brackets inside it balance."""
    depth, at = 1, start
    while depth:
        mark = _IN_LITERAL.search(content, at)
        if mark is None:
            raise PdfUnreadable("a string without an end")
        at = mark.end()
        depth += {b"(": 1, b")": -1}.get(mark[0], 0)
    return content[start : at - 1], at


def _decoded(literal: bytes, font: dict[int, str]) -> str:
    codes = _ESCAPE.sub(_unescaped, literal)
    pairs = zip(codes[::2], codes[1::2], strict=True)
    return "".join(font[high << 8 | low] for high, low in pairs)


def _unescaped(escape: re.Match[bytes]) -> bytes:
    mark = escape[1]
    if mark.isdigit():
        return bytes([int(mark, 8) & 0xFF])
    return _NAMED.get(mark, mark)
