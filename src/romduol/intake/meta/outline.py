"""Where the records of a file stand, and whose they are: bytes in, facts and spans out.

The whole file is walked before a message is handed on, so one that was cut short is refused as a
whole, and what stands behind the messages (the thread's title and path) is known before them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec

from romduol.intake.meta.mojibake import deeply
from romduol.intake.telegram.tape import Broken, Tape

Span = tuple[int, int]
Skip = Callable[[Tape], Span]

_FACTS = frozenset({b"participants", b"title", b"thread_path", b"threadName"})


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """What a file says of its thread; ``""`` and ``()`` for what it does not say.

    ``span`` lies between the brackets of its messages; ``None`` when it has none.
    """

    title: str
    path: str
    participants: tuple[str, ...]
    span: Span | None


def thread_outline(stream: BinaryIO, skip: Skip, *, sealed: bool) -> ThreadFacts:
    """Walk one thread's file from first byte to last; raises ``Broken`` when it is not whole.

    ``sealed`` files are the end-to-end encrypted ones: their strings were never taken apart.
    """
    tape = Tape(stream)
    facts: dict[bytes, Any] = {}
    span = None
    for key in tape.members():
        if key == b"messages" and tape.peek() == b"[":
            if span is not None:  # two arrays under one key: one of them would be lost
                raise Broken(tape.position, "layout")
            span = skip(tape)
        elif key in _FACTS:
            facts[key] = _decoded(tape.take(), sealed=sealed)
        else:
            tape.skip()
    tape.finish()
    title = facts.get(b"threadName") if sealed else facts.get(b"title")
    return ThreadFacts(
        _text(title), _text(facts.get(b"thread_path")), _names(facts.get(b"participants")), span
    )


def list_outline(stream: BinaryIO, keys: frozenset[bytes], skip: Skip) -> list[Span]:
    """Every list of records: under one of ``keys`` (or one level below it), or the file itself.

    Gives the spans between the brackets.
    """
    tape = Tape(stream)
    found: list[Span] = []
    if tape.peek() == b"[":
        found.append(skip(tape))
    else:
        for key in tape.members():
            _under(tape, key, keys, skip, found)
    tape.finish()
    return found


def _under(tape: Tape, key: bytes, keys: frozenset[bytes], skip: Skip, found: list[Span]) -> None:
    if key not in keys:
        tape.skip()
    elif tape.peek() == b"[":
        found.append(skip(tape))
    elif tape.peek() == b"{":
        for _ in tape.members():
            if tape.peek() == b"[":
                found.append(skip(tape))
            else:
                tape.skip()
    else:
        tape.skip()


def _decoded(raw: bytes, *, sealed: bool) -> Any:
    try:
        value = msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        return None
    return value if sealed else deeply(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _names(value: Any) -> tuple[str, ...]:
    """Participants are strings in one kind of file, objects with a name in the other."""
    listed = value if isinstance(value, list) else []
    named = [one.get("name") if isinstance(one, dict) else one for one in listed]
    return tuple(name for name in named if isinstance(name, str))
