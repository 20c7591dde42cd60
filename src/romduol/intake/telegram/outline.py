"""Where the chats of a result.json stand: bytes in, names and spans out, no message decoded.

The whole file is walked before a single message is handed on, so a file that was cut short is
refused as a whole, and what stands after the messages (a name, whose account it is) is known
before them. Layouts: single chat, whole account (``chats``, ``left_chats``), hand-made or
re-written with other indents and orders of keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

import msgspec

from romduol.intake.telegram.shapes import mended
from romduol.intake.telegram.tape import Broken, Tape

_FAMILY = {
    "personal_chat": "user",
    "bot_chat": "user",
    "saved_messages": "user",
    "replies": "user",
    "verification_codes": "user",
    "private_group": "chat",
    "private_supergroup": "channel",
    "public_supergroup": "channel",
    "private_channel": "channel",
    "public_channel": "channel",
}


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat: what it is called, and the bytes ``[start, end)`` between its brackets."""

    type: str
    id: str
    name: str
    start: int
    end: int

    @property
    def thread(self) -> str:
        """A key that stays when a chat is renamed or made public: kind of peer and its number.

        ``user12``, ``chat12``, ``channel12`` as Telegram itself writes peers; else the name; else
        the type (``saved_messages``); else ``""``.
        """
        if self.id:
            return f"{_FAMILY.get(self.type, self.type)}{self.id}"
        return self.name or self.type


@dataclass(frozen=True, slots=True)
class Outline:
    """The chats in file order, and the number of the account that was exported, or ``""``."""

    chats: tuple[Chat, ...]
    own: str


Skip = Callable[[Tape], tuple[int, int]]


def outline(stream: BinaryIO, skip: Skip) -> Outline:
    """Walk the file from its first byte to its last; raises ``Broken`` when it is not whole."""
    tape = Tape(stream)
    root = _Sketch()
    root.walk(tape, skip)
    tape.finish()
    return Outline(tuple(root.chats), root.own)


def by_scanning(tape: Tape) -> tuple[int, int]:
    """Pass an array of messages bracket by bracket: exact for every layout."""
    tape.peek()
    start = tape.position + 1
    tape.skip()
    return start, tape.position - 1


def by_indent(tape: Tape) -> tuple[int, int]:
    """Pass an array of messages by the indent of its closing bracket: fast, and only a claim.

    Telegram Desktop gives a bracket the indent of the line that opened it and writes no raw line
    end inside a string. Whoever reads the records proves the claim: they must fill the span.
    """
    tape.peek()
    indent = tape.line_indent()
    start = tape.position + 1
    if indent is None:
        return by_scanning(tape)
    tape.expect(b"[")
    if tape.peek() == b"]":
        tape.expect(b"]")
    else:
        tape.skip_past(b"\n" + b" " * indent + b"]")
    return start, tape.position - 1


@dataclass(slots=True)
class _Sketch:
    """What has been seen of one object that may be a chat, or the root that holds chats."""

    facts: dict[bytes, str] = field(default_factory=dict)
    span: tuple[int, int] | None = None
    own: str = ""
    chats: list[Chat] = field(default_factory=list)

    def walk(self, tape: Tape, skip: Skip) -> None:
        """Read one object to its closing bracket."""
        for key in tape.members():
            if key == b"messages" and tape.peek() == b"[":
                self._once(self.span, tape)
                self.span = skip(tape)
            elif key in (b"type", b"id", b"name"):
                self.facts[key] = _plain(tape.take())
            elif key == b"personal_information":
                self.own = _user_id(tape.take())
            elif key in (b"chats", b"left_chats"):
                self._walk_list(tape, skip)
            else:
                tape.skip()
        if self.span is not None:
            self.chats.append(self._chat(self.span))

    def _walk_list(self, tape: Tape, skip: Skip) -> None:
        if tape.peek() == b"[":
            return self._walk_chats(tape, skip)
        if tape.peek() != b"{":
            return tape.skip()
        for key in tape.members():
            if key == b"list" and tape.peek() == b"[":
                self._walk_chats(tape, skip)
            else:
                tape.skip()
        return None

    def _walk_chats(self, tape: Tape, skip: Skip) -> None:
        for _ in tape.elements():
            chat = _Sketch()
            chat.walk(tape, skip)
            self.chats.extend(chat.chats)

    def _chat(self, span: tuple[int, int]) -> Chat:
        facts = self.facts
        return Chat(facts.get(b"type", ""), facts.get(b"id", ""), facts.get(b"name", ""), *span)

    @staticmethod
    def _once(span: tuple[int, int] | None, tape: Tape) -> None:
        if span is not None:  # two arrays under one key: one of them would be lost
            raise Broken(tape.position, "layout")


def _plain(raw: bytes) -> str:
    """A name, type or number as text; ``""`` for null and for what is neither."""
    value = _decoded(raw)
    return "" if value is None or isinstance(value, bool | list | dict) else str(value)


def _user_id(raw: bytes) -> str:
    value = _decoded(raw)
    return str(value.get("user_id") or "") if isinstance(value, dict) else ""


def _decoded(raw: bytes) -> object:
    try:
        return msgspec.json.decode(mended(raw)[0])
    except (ValueError, RecursionError):
        return None
