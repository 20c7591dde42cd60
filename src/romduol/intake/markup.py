"""Tags and character references of XML and HTML, read from bytes with exact places.

No entity is ever expanded but the five of XML and numbers, no document type is obeyed, nothing is
fetched: a tag is bytes between ``<`` and ``>``, and that is all. No ``<`` stands inside a tag, in
quotes or out, so that a file of nothing but beginnings is passed once and not once for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SURROGATES = "repair.surrogate_pair"  # two references that together name one character
LONE = "repair.lone_surrogate"
NOT_UTF8 = "repair.not_utf8"
NO_CHARACTER = "repair.no_such_character"

_TAG = re.compile(
    rb"<(?:!--(?:[^-]|-(?!-))*+-->|[/!?]?[A-Za-z](?:\"[^\"<]*+\"|'[^'<]*+'|[^<>\"'])*+>)", re.DOTALL
)
_NAME = re.compile(rb"[A-Za-z][\w:.-]*")
_ATTRIBUTE = re.compile(rb"\s+([A-Za-z_][\w:.-]*+)\s*+=\s*+(?:\"([^\"<]*+)\"|'([^'<]*+)')")
_REFERENCE = re.compile(
    r"&(?:#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,9}))|(lt|gt|amp|quot|apos|nbsp));"
)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'", "nbsp": "\u00a0"}
_PAIR = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag; ``[start, end)`` in the bytes it was found in. ``name`` is lower case."""

    name: str
    start: int
    end: int
    raw: bytes

    @property
    def closes(self) -> bool:
        """``</name>``."""
        return self.raw.startswith(b"</")

    @property
    def empty(self) -> bool:
        """``<name/>``."""
        return self.raw.endswith(b"/>")

    def attributes(self) -> dict[str, bytes] | None:
        """Values as written, by name; ``None`` when the tag holds anything but attributes."""
        found: dict[str, bytes] = {}
        at = 1 + len(self.name)
        while one := _ATTRIBUTE.match(self.raw, at):
            name = one[1].decode("ascii")
            if name in found:
                return None
            found[name] = one[2] if one[2] is not None else one[3]
            at = one.end()
        return found if self.raw[at:].strip() in (b">", b"/>", b"?>") else None


def tags(data: bytes, start: int = 0) -> Iterator[Tag]:
    """Every tag, comment and instruction from ``start`` on; a comment's name is ``!--``."""
    for found in _TAG.finditer(data, start):
        raw = found[0]
        name = _NAME.match(raw, 2 if raw[1:2] in b"/!?" else 1)
        called = name[0].decode("ascii").lower() if name else "!--"
        yield Tag(called, found.start(), found.end(), raw)


def plain(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """``raw`` as text with its references resolved, and the rules that were needed for that.

    Two references to the halves of a surrogate pair become the one character they mean (no XML
    parser accepts them); a half alone, a number that no character has, and bytes that are no UTF-8
    become U+FFFD. A reference by any other name stays as it stands.
    """
    rules: set[str] = set()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
        rules.add(NOT_UTF8)
    if "&" in text:
        text = _REFERENCE.sub(lambda one: _character(one, rules), text)
        text = _joined(text, rules)
    return text, tuple(sorted(rules))


def _character(one: re.Match[str], rules: set[str]) -> str:
    if one[3]:
        return _NAMED[one[3]]
    number = int(one[1], 16) if one[1] else int(one[2])
    if number == 0 or number > 0x10FFFF:
        rules.add(NO_CHARACTER)
        return "\ufffd"
    return chr(number)


def _joined(text: str, rules: set[str]) -> str:
    if not _SURROGATE.search(text):
        return text
    whole = _PAIR.sub(lambda pair: _one(pair[1], pair[2]), text)
    if whole != text:
        rules.add(SURROGATES)
    mended = _SURROGATE.sub("\ufffd", whole)
    if mended != whole:
        rules.add(LONE)
    return mended


def _one(high: str, low: str) -> str:
    return chr(0x10000 + ((ord(high) - 0xD800) << 10) + (ord(low) - 0xDC00))
