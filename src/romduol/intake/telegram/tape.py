"""Bytes of a JSON file pass through here once, forward, under a bounded buffer.

Nothing is decoded: the tape knows strings, brackets and where it stands. Telegram Desktop may write
``\\x1F`` inside a string, which no JSON parser accepts; the tape does not mind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

WINDOW = 1024 * 1024  # a larger one is fetched anew from the system every time
_STRETCH = 16 * 1024
LONGEST = 64 * 1024 * 1024  # one value; a longer one is hostile or damaged

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{}]', re.DOTALL)
_SPACE = re.compile(rb"[ \t\r\n]*+")
_SCALAR = re.compile(rb'[^\s,:"\[\]{}]++')
_BOM = b"\xef\xbb\xbf"
_CLOSES = {ord("{"): ord("}"), ord("["): ord("]")}
_QUOTE = ord('"')


class Broken(Exception):  # an intermediate word: the reader turns it into CannotRead
    """The bytes at ``position`` are not what JSON, or Telegram, puts there."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason, position)
        self.position = position
        self.reason = reason


def end_of_value(data: bytes, start: int) -> int | None:
    """Where the object or array that opens at ``start`` ends, or ``None`` if it does not.

    Raises ``Broken`` when brackets do not pair.
    """
    expected = bytearray()
    for token in _TOKEN.finditer(data, start):
        mark = data[token.start()]
        if mark == _QUOTE:
            if token.end() - token.start() == 1:
                return None
        elif _paired(mark, expected, token.start()):
            return token.end()
    return None


def _paired(mark: int, expected: bytearray, position: int) -> bool:
    """Account for one bracket; true when it closes the outermost."""
    if mark in _CLOSES:
        expected.append(_CLOSES[mark])
        return False
    if not expected or expected.pop() != mark:
        raise Broken(position, "brackets")
    return not expected


def _find(data: bytes, needle: bytes, start: int) -> int:
    """Where ``needle`` first stands at or after ``start``, or -1.

    By its last byte, the rarest here: ``bytes.find`` stops at every space before a bracket.
    """
    octets = np.frombuffer(data, np.uint8)
    at, stretch = start + len(needle) - 1, _STRETCH
    while at < len(data):
        ends = np.flatnonzero(octets[at : at + stretch] == needle[-1]) + at
        for back in range(1, len(needle)):
            ends = ends[octets[ends - back] == needle[-1 - back]]
        if len(ends):
            return int(ends[0]) - len(needle) + 1
        at, stretch = at + stretch, 2 * stretch  # many needles may stand in one buffer
    return -1


class Tape:
    """A stream read forward. ``position`` is the absolute offset of the next byte."""

    __slots__ = ("_at", "_base", "_buffer", "_ended", "_hold", "_stream")

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._buffer = b""
        self._base = 0
        self._at = 0
        self._hold = -1
        self._ended = False
        self._more()
        if self._buffer.startswith(_BOM):
            self._at = len(_BOM)

    @property
    def position(self) -> int:
        """The absolute offset of the next byte."""
        return self._base + self._at

    def peek(self) -> bytes:
        """The next byte that is not white space, not consumed; ``b""`` at the end."""
        while True:
            self._at = _SPACE.match(self._buffer, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._more():
                return b""

    def expect(self, mark: bytes) -> None:
        """Consume ``mark``; raises ``Broken`` if something else, or nothing, is next."""
        found = self.peek()
        if found != mark:
            raise Broken(self.position, "ends" if not found else "layout")
        self._at += 1

    def members(self) -> Iterator[bytes]:
        """Each key of the object that opens next, as written, without quotes.

        Whoever iterates consumes the value before asking for the next key.
        """
        self.expect(b"{")
        if self.peek() == b"}":
            return self.expect(b"}")
        while True:
            if self.peek() != b'"':
                self.expect(b'"')
            key = self.take()[1:-1]
            self.expect(b":")
            yield key
            if self.peek() == b"}":
                return self.expect(b"}")
            self.expect(b",")

    def elements(self) -> Iterator[None]:
        """Stand before each element of the array that opens next; consume it before the next."""
        self.expect(b"[")
        if self.peek() == b"]":
            return self.expect(b"]")
        while True:
            yield None
            if self.peek() == b"]":
                return self.expect(b"]")
            self.expect(b",")

    def take(self) -> bytes:
        """The next value as written; raises ``Broken`` beyond ``LONGEST`` bytes."""
        self.peek()
        self._hold = self._at
        self.skip()
        taken = self._buffer[self._hold : self._at]
        self._hold = -1
        return taken

    def skip(self) -> None:
        """Pass one value, exactly, whatever its layout. Memory stays flat."""
        mark = self.peek()
        if mark in (b"{", b"["):
            self._skip_nested()
        elif mark == b'"':
            self._skip_string()
        else:
            self._skip_scalar()

    def skip_past(self, needle: bytes) -> None:
        """Pass the next occurrence of ``needle``; raises ``Broken`` when there is none."""
        while (found := _find(self._buffer, needle, self._at)) < 0:
            self._at = max(self._at, len(self._buffer) - len(needle) + 1)
            if not self._more():
                raise Broken(self.position, "ends")
        self._at = found + len(needle)

    def line_indent(self) -> int | None:
        """How many spaces open the line we stand on; ``None`` unless spaces then a quote do."""
        line = self._buffer[self._buffer.rfind(b"\n", 0, self._at) + 1 : self._at]
        spaces = len(line) - len(line.lstrip(b" "))
        return spaces if line[spaces : spaces + 1] == b'"' else None

    def finish(self) -> None:
        """Only white space may follow; raises ``Broken`` otherwise."""
        if self.peek():
            raise Broken(self.position, "more")

    def _skip_nested(self) -> None:
        expected = bytearray()
        while True:
            unfinished = len(self._buffer)
            for token in _TOKEN.finditer(self._buffer, self._at):
                mark = self._buffer[token.start()]
                if mark == _QUOTE:
                    if token.end() - token.start() == 1:
                        unfinished = token.start()
                        break
                elif _paired(mark, expected, self._base + token.start()):
                    self._at = token.end()
                    return
            self._at = unfinished
            self._need_more()

    def _skip_string(self) -> None:
        while True:
            token = _TOKEN.match(self._buffer, self._at)
            if token and token.end() - token.start() > 1:
                self._at = token.end()
                return
            self._need_more()

    def _skip_scalar(self) -> None:
        while True:
            scalar = _SCALAR.match(self._buffer, self._at)
            if scalar is None:
                raise Broken(self.position, "layout" if self.peek() else "ends")
            if scalar.end() < len(self._buffer) or not self._more():
                self._at += scalar.end() - scalar.start()
                return

    def _need_more(self) -> None:
        if not self._more():
            raise Broken(self._base + len(self._buffer), "ends")

    def _more(self) -> bool:
        """Read one window on; false at the end. Drops what nobody holds."""
        if self._ended:
            return False
        keep = self._at if self._hold < 0 else min(self._hold, self._at)
        if len(self._buffer) - keep > LONGEST:
            raise Broken(self._base + keep, "long")
        fresh = self._stream.read(WINDOW)
        self._ended = not fresh
        # a line's indentation is asked for after the fact: keep a little of what was passed
        keep = max(0, keep - 4096)
        self._buffer = self._buffer[keep:] + fresh
        self._base += keep
        self._at -= keep
        if self._hold >= 0:
            self._hold -= keep
        return bool(fresh)
