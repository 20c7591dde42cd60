"""Chats written as Telegram Desktop's result.json: one chat, or a whole account.

The layout is the program's own (one space a level), with its damage: control characters stand as
``\\x0B``, which is not JSON. Reader and writer share nothing but the format.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from romduol.casebook.evidence import Kind
from romduol.casework.practice.chats import Chat, Line

DELETED_ACCOUNT = "(deleted account)"
_PHNOM_PENH = timezone(timedelta(hours=7))
_NOT_INCLUDED = "(File not included. Change data exporting settings to download.)"
_TOO_BIG = "(File exceeds maximum size. Change data exporting settings to download.)"
_TYPES = {"public": "private_supergroup", "closed": "personal_chat", "notes": "saved_messages"}
_MEDIA: dict[str, dict[str, Any]] = {
    "image": {"photo": _NOT_INCLUDED, "photo_file_size": 48213, "width": 960, "height": 1280},
    "voice": {
        "file": _NOT_INCLUDED,
        "media_type": "voice_message",
        "mime_type": "audio/ogg",
        "duration_seconds": 9,
    },
    "sticker": {"file": _NOT_INCLUDED, "media_type": "sticker", "sticker_emoji": "🌸"},
    "video": {
        "file": _TOO_BIG,
        "media_type": "video_file",
        "mime_type": "video/mp4",
        "duration_seconds": 31,
    },
}


def single(chat: Chat) -> bytes:
    """The export of one chat."""
    return _json(_chat(chat))


def account(chats: Sequence[Chat], alias: str, mark: str) -> bytes:
    """The export of the whole account that belongs to ``alias``."""
    root = {
        "about": mark,
        "personal_information": {
            "user_id": number_of(alias),
            "first_name": alias,
            "last_name": "",
            "phone_number": "+855 00 000 000",
        },
        "contacts": {"about": mark, "list": []},
        "chats": {"about": mark, "list": [_chat(chat) for chat in chats]},
        "left_chats": {"about": mark, "list": []},
    }
    return _json(root)


def number_of(name: str) -> int:
    """The invented account number of ``name``, the same in every export."""
    return 9_000_000_000 + zlib.crc32(name.encode("utf-8"))


def message_id(number: int) -> int:
    """The id in the export of the line at place ``number`` of its chat."""
    return 1001 + number


def _json(root: dict[str, Any]) -> bytes:
    text = json.dumps(root, ensure_ascii=False, indent=1)
    return text.replace("\\u000b", "\\x0B").encode("utf-8")


def _chat(chat: Chat) -> dict[str, Any]:
    head: dict[str, Any] = {"name": chat.plan.thread, "type": _TYPES[chat.plan.setting]}
    if chat.plan.setting == "notes":
        del head["name"]
    return {
        **head,
        "id": _chat_number(chat),
        "messages": [_row(chat, number) for number in range(len(chat.lines))],
    }


def _chat_number(chat: Chat) -> int:
    """A chat of two bears the other's number, as the program writes it; any other its own."""
    plan = chat.plan
    return number_of(plan.members[0] if plan.setting == "closed" else plan.path + plan.thread)


def _row(chat: Chat, number: int) -> dict[str, Any]:
    line = chat.lines[number]
    kind = "message" if line.kind is Kind.MESSAGE else "service"
    head = {"id": message_id(number), "type": kind, **_stamp("date", line.at)}
    if kind == "service":
        return {**head, **_event(chat, line), "text": "", "text_entities": []}
    row = {**head, **_sender("from", line.author), **_history(line, number)}
    if line.media:
        return {**row, **_MEDIA[line.media], "text": "", "text_entities": []}
    return {**row, **_words(chat, line, number)}


def _stamp(key: str, at: datetime) -> dict[str, str]:
    unix = int(at.replace(tzinfo=_PHNOM_PENH).timestamp())
    return {key: at.isoformat(), f"{key}_unixtime": str(unix)}


def _sender(key: str, author: str) -> dict[str, Any]:
    return {key: _shown(author), f"{key}_id": f"user{number_of(author)}"}


def _shown(author: str) -> str | None:
    return None if author == DELETED_ACCOUNT else author


def _history(line: Line, number: int) -> dict[str, Any]:
    """Edited, forwarded, answered: what the export says about where a line comes from."""
    found: dict[str, Any] = {}
    if line.edited:
        found |= _stamp("edited", line.at + timedelta(minutes=3))
    if not line.phrase and number % 41 == 7:
        found["forwarded_from"] = "Paper Lantern News" if number % 2 else None
    if not line.phrase and number % 9 == 4:
        found["reply_to_message_id"] = message_id(number - 1)
    return found


def _words(chat: Chat, line: Line, number: int) -> dict[str, Any]:
    text = line.text
    if not line.phrase and number % 97 == 50:
        text = f"{text}\v🌸"  # the damage that older exports carry
    if line.plot.startswith("pileon"):
        return _entities([_entity("mention", _handle(chat)), _entity("plain", f" {text}")])
    if not line.phrase and number % 23 == 11 and " " in text:
        first, rest = text.split(" ", 1)
        return _entities([_entity("bold", first), _entity("plain", f" {rest}")])
    return {"text": text, "text_entities": [_entity("plain", text)]}


def _handle(chat: Chat) -> str:
    return "@" + chat.plan.woman.lower().replace(" ", "_")


def _entity(kind: str, text: str) -> dict[str, str]:
    return {"type": kind, "text": text}


def _entities(parts: list[dict[str, str]]) -> dict[str, Any]:
    mixed = [part["text"] if part["type"] == "plain" else part for part in parts]
    return {"text": mixed, "text_entities": parts}


def _event(chat: Chat, line: Line) -> dict[str, Any]:
    actor = _sender("actor", line.author)
    if line.text == "created":
        members = [_shown(member) for member in chat.plan.members]
        return {**actor, "action": "create_group", "title": chat.plan.thread, "members": members}
    if line.text == "joined":
        return {**actor, "action": "join_group_by_link", "inviter": "Group"}
    return {**actor, "action": "phone_call", "duration_seconds": 60 + line.at.day}
