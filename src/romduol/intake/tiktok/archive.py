"""user_data.json goes in, what it holds of hers comes out; sections are known by their inner names.

The outer names changed with every generation (``Activity`` became ``Your Activity``, ``Video``
became ``Post``, ``Chat History`` became ``Direct Messages``); those of the lists inside did not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from romduol.intake.cutting import Piece
from romduol.intake.jsonplaces import Object, Tape, elements, object_in, string_in
from romduol.intake.tiktok.rows import COMMENTS, LIVE, POSTS, Found, audience, said

_DEEPEST = 12
_CHATS = frozenset({b"ChatHistory", b"GroupChat"})
_PAGES = frozenset({b"Posts", b"Videos", b"Post", b"Video"})  # not the history of what she watched
_LIVE = {b"Comments": "Comment", b"Questions": "Question"}


@dataclass(slots=True)
class Seen:
    """What is told of the export beside its messages, as far as it was walked."""

    own: str = ""
    blocked: int = 0
    sections: set[str] = field(default_factory=set)


def walk(tape: Tape, seen: Seen) -> Iterator[Found]:
    """Every message, comment and post in file order; raises ``Broken`` when the file is not whole.

    What is learnt on the way goes into ``seen``.
    """
    if tape.peek() != b"{":
        tape.expect(b"{")
    yield from _object(tape, seen, ())
    tape.finish()


def _object(tape: Tape, seen: Seen, path: tuple[bytes, ...]) -> Iterator[Found]:
    for key in tape.members():
        mark = tape.peek()
        if mark == b"[":
            yield from _list(tape, seen, (*path, key))
        elif mark != b"{" or len(path) >= _DEEPEST:
            _value(tape, seen, (*path, key))
        elif key in _CHATS:
            yield from _chats(tape, seen)
        else:
            yield from _object(tape, seen, (*path, key))


def _value(tape: Tape, seen: Seen, path: tuple[bytes, ...]) -> None:
    if path[-1] == b"userName" and b"ProfileMap" in path:
        seen.own = said(string_in(tape.take()))
    else:
        tape.skip()


def _list(tape: Tape, seen: Seen, path: tuple[bytes, ...]) -> Iterator[Found]:
    outer = path[-2] if len(path) > 1 else b""
    if path[-1] == b"CommentsList":
        seen.sections.add(COMMENTS)
        yield from map(_comment, elements(tape))
    elif path[-1] == b"VideoList" and outer in _PAGES:
        seen.sections.add(POSTS)
        yield from map(_post, elements(tape))
    elif path[-1] in _LIVE and b"WatchLiveMap" in path:
        seen.sections.add(LIVE)
        yield from (_live(piece, _LIVE[path[-1]]) for piece in elements(tape))
    elif path[-1] == b"BlockList":
        seen.blocked += sum(1 for _ in elements(tape))
    else:
        tape.skip()


def _chats(tape: Tape, seen: Seen) -> Iterator[Found]:
    """``{"Chat History with NAME:": [...]}``."""
    seen.sections.add("chats")
    for key in tape.members():
        other = other_side(string_in(b'"' + key + b'"'))
        if tape.peek() == b"[":
            for piece in elements(tape):
                yield _message(piece, other)
        else:
            tape.skip()


def other_side(heading: str) -> str:
    """The name in ``Chat History with NAME:``, else the heading as it stands."""
    return heading.removeprefix("Chat History with ").rstrip().rstrip(":")


def _message(piece: Piece, other: str) -> Found:
    told, rules = object_in(piece, "tiktok")
    sender, text = _string(told, "From"), _string(told, "Content")
    return Found(piece.start, piece.end, other, _date(told), text, sender, chat=True, rules=rules)


def _comment(piece: Piece) -> Found:
    told, rules = object_in(piece, "tiktok")
    text, photo = _string(told, "comment", "Comment"), said(_string(told, "photo", "Photo"))
    media = (("image", photo),) if photo else ()
    return Found(piece.start, piece.end, COMMENTS, _date(told), text, media=media, rules=rules)


def _post(piece: Piece) -> Found:
    told, rules = object_in(piece, "tiktok")
    text, media = said(_string(told, "Title", "title")), (("video", _string(told, "Link", "link")),)
    seen_by = audience(_string(told, "WhoCanView", "whoCanView"))
    rules = (*rules, *seen_by)
    return Found(piece.start, piece.end, POSTS, _date(told), text, media=media, rules=rules)


def _live(piece: Piece, kind: str) -> Found:
    told, rules = object_in(piece, "tiktok")
    stamp, text = _string(told, f"{kind}Time"), _string(told, f"{kind}Content")
    return Found(piece.start, piece.end, LIVE, stamp, text, rules=rules)


def _date(told: Object) -> str:
    return _string(told, "Date", "date")


def _string(told: Object, *names: str) -> str:
    for name in names:
        value = told.get(name)
        if isinstance(value, str):
            return value
    return ""
