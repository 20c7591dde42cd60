"""The body of a message goes in: its words, and a list of what is attached."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from romduol.intake.entries import Attached
from romduol.intake.mail.headers import Letter, words
from romduol.intake.markup import tags

HTML_ONLY = "mail.words_from_html"
NOT_DECODABLE = "mail.repair.not_decodable"
UNKNOWN_CHARSET = "mail.repair.unknown_charset"

_MEDIA = {"image": "image", "video": "video", "audio": "audio", "message": "message"}
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "blockquote", "h1", "h2", "h3", "table"})
_SILENT = frozenset({"script", "style", "head", "title"})
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Body:
    """The words of a message, what hangs on it, and what was needed to read it."""

    text: str
    attached: tuple[Attached, ...]
    rules: tuple[str, ...]


class TooDeep(Exception):  # an intermediate word: the reader turns it into CannotRead
    """Parts stand in parts in parts beyond all reason."""


def body(letter: Letter) -> Body:
    """All plain words that are no attachment, one after another; without any, those of the HTML."""
    parts = list(_leaves(letter, 0))
    inline = [part for part in parts if not _is_file(part)]
    plain = [part for part in inline if part.get_content_type() == "text/plain"]
    pages = [part for part in inline if part.get_content_type() == "text/html"]
    read = [_decoded(part) for part in plain or pages]
    texts = [text if plain else _of_html(text) for text, _ in read]
    said = plain + pages
    files = tuple(_attachment(part) for part in parts if not any(part is one for one in said))
    rules = [rule for _, some in read for rule in some]
    rules += [HTML_ONLY] if pages and not plain else []
    return Body("\n".join(text.strip("\n") for text in texts), files, tuple(dict.fromkeys(rules)))


def _leaves(part: Letter, depth: int) -> Iterator[Letter]:
    """Parts that hold no parts; a message inside a message is one, and is not entered."""
    if depth > _DEEPEST:
        raise TooDeep
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        yield part
        return
    for inner in part.get_payload():
        if not isinstance(inner, str):
            yield from _leaves(inner, depth + 1)


def _is_file(part: Letter) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _attachment(part: Letter) -> Attached:
    name, _ = words(str(part.get_filename() or ""))
    media = _MEDIA.get(part.get_content_maintype(), "document")
    return Attached(media, name.encode("utf-8", "replace").decode("utf-8"), held=True)


def _decoded(part: Letter) -> tuple[str, tuple[str, ...]]:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset() or "utf-8"
    charset = "utf-8" if charset in ("us-ascii", "ascii") else charset
    try:
        text, rules = _lines(raw.decode(charset)), ()
    except UnicodeDecodeError:
        return _lines(raw.decode(charset, "replace")), (NOT_DECODABLE,)
    except (LookupError, ValueError):  # no such charset, or one that gives no text
        return _lines(raw.decode("utf-8", "replace")), (UNKNOWN_CHARSET,)
    return text, rules


def _lines(text: str) -> str:
    lines = text.replace("\r\n", "\n")
    return lines.encode("utf-8", "replace").decode("utf-8")


def _of_html(page: str) -> str:
    """The words between the tags, a line where a block ends."""
    raw = page.encode("utf-8")
    parts: list[bytes] = []
    at, silent = 0, ""
    for tag in tags(raw):
        if not silent:
            parts.append(re.sub(rb"\s+", b" ", raw[at : tag.start]))
            parts += [b"\n"] if tag.name in _BREAKS else []
            silent = tag.name if tag.name in _SILENT and not tag.closes and not tag.empty else ""
        elif tag.closes and tag.name == silent:
            silent = ""
        at = tag.end
    if not silent:
        parts.append(re.sub(rb"\s+", b" ", raw[at:]))
    text = html.unescape(b"".join(parts).decode("utf-8"))
    lines = [line.strip(" \t\r") for line in text.split("\n")]
    return "\n".join(line for line, after in pairwise([*lines, ""]) if line or after).strip()
