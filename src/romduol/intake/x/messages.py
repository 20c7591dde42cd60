"""Direct messages go in, conversation by conversation; entries come out.

The archive names accounts by number only and does not say in this file which number is hers. In
conversations of two, both numbers are the conversation's name: the one that is in all of them is
hers, as soon as there are two conversations with different people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from romduol.casebook.evidence import Kind
from romduol.intake.cutting import Piece
from romduol.intake.entries import Attached, Entry
from romduol.intake.jsonplaces import Broken, Object, Tape, elements, object_in, string_in
from romduol.intake.x.posts import file_name, string
from romduol.intake.x.stamps import stamp

_OF_TWO = re.compile(r"(\d+)-(\d+)", re.ASCII)
_WRITTEN = frozenset({"messageCreate", "welcomeMessageCreate"})
_TOLD = frozenset(
    {"joinConversation", "participantsJoin", "participantsLeave", "conversationNameUpdate"}
)
_NOT_TOLD = frozenset({"createdAt", "initiatingUserId", "id"})


@dataclass(frozen=True, slots=True)
class Conversations:
    """The conversations' names in file order, and the number that is hers, or ``""``."""

    names: tuple[str, ...]
    own: str


def conversations(tape: Tape) -> Conversations:
    """Walk the file from its array to its end; raises ``Broken`` when it is not whole."""
    names: list[str] = []
    for _ in tape.elements():
        names.append("")
        for key in _inside(tape):
            if key == b"conversationId":
                names[-1] = string_in(tape.take())
            else:
                tape.skip()
    tape.finish()
    pairs = [set(found.groups()) for name in set(names) if (found := _OF_TWO.fullmatch(name))]
    in_all = set.intersection(*pairs) if len(pairs) > 1 else set()
    return Conversations(tuple(names), in_all.pop() if len(in_all) == 1 else "")


def events(tape: Tape) -> Iterator[tuple[int, Piece]]:
    """Every event of every conversation: the conversation's place in the file, and its bytes."""
    for number, _ in enumerate(tape.elements()):
        for key in _inside(tape):
            if key == b"messages" and tape.peek() == b"[":
                for piece in elements(tape):
                    yield number, piece
            else:
                tape.skip()


def _inside(tape: Tape) -> Iterator[bytes]:
    """The keys of each ``dmConversation`` in the object that opens next."""
    for key in tape.members():
        if key == b"dmConversation" and tape.peek() == b"{":
            yield from tape.members()
        else:
            tape.skip()


def event(piece: Piece, thread: str, own: str, beside: frozenset[str]) -> Entry:
    """The message, or what else happened, in ``piece``; raises ``Broken`` when it holds neither."""
    outer, mending = object_in(piece, "x")
    kind, told = next(iter(outer.items()), ("", None))
    if not isinstance(told, dict):
        raise Broken(piece.start, "record")
    written = kind in _WRITTEN
    number, stamped = string(told, "id"), string(told, "createdAt")
    when = stamp(stamped, number)
    author = string(told, "senderId", "initiatingUserId") or None
    return Entry(
        start=piece.start,
        end=piece.end,
        thread=thread,
        text=string(told, "text") if written else _spelled(kind, told),
        stamp=stamped,
        sent_at=when.sent_at,
        precision=when.precision,
        author=author,
        own=author == own if author and own else None,
        kind=Kind.MESSAGE if written else Kind.SYSTEM,
        key=number or None,
        edited=bool(told.get("editHistory")),
        attached=_media(told, number, beside),
        rules=(*mending, *filter(None, [when.rule]), *_flags(kind, told)),
    )


def _spelled(kind: str, told: Object) -> str:
    """What happened, as the archive's own fields in the order written."""
    kept = [(name, value) for name, value in told.items() if name not in _NOT_TOLD]
    return " ".join([kind, *(f"{n}={msgspec.json.encode(v).decode()}" for n, v in kept)])


def _flags(kind: str, told: Object) -> list[str]:
    said = {
        "x.reactions": bool(told.get("reactions")),
        "x.unknown_event": kind not in _WRITTEN | _TOLD,
        f"x.event.{kind}": kind in _TOLD,
    }
    return [rule for rule, true in said.items() if true]


def _media(told: Object, number: str, beside: frozenset[str]) -> tuple[Attached, ...]:
    links: Any = told.get("mediaUrls")
    names = [file_name(number, link) for link in links or [] if isinstance(link, str)]
    return tuple(Attached(_kind(name), name, name in beside) for name in names)


def _kind(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    return {"mp4": "video", "jpg": "image", "jpeg": "image", "png": "image"}.get(ending, "document")
