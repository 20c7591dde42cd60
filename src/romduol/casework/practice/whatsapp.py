"""Chats written as WhatsApp "Export chat" files: Android and iOS, 24 and 12 hours, with media."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from romduol.casebook.evidence import Kind
from romduol.casework.practice.chats import Chat, Line
from romduol.casework.practice.packing import packed
from romduol.casework.practice.stock import data

CHAT_MEMBER = "_chat.txt"
_LRM = "\u200e"
_NNBSP = "\u202f"

_OMITTED_IOS = {
    "image": "image omitted",
    "voice": "audio omitted",
    "sticker": "sticker omitted",
    "video": "video omitted",
}
_ENCRYPTED = (
    "Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, "
    "can read or listen to them."
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How one kind of phone writes: its stamp, whether it is an iPhone, which part comes first."""

    stamp: Callable[[datetime], str]
    ios: bool = False
    order: str = "dmy"
    held: bool = False  # are the pictures' bytes in the export?


def _clock12(at: datetime, gap: str, seconds: bool = False) -> str:
    half = "AM" if at.hour < 12 else "PM"
    return (
        f"{at.hour % 12 or 12}:{at:%M:%S}{gap}{half}"
        if seconds
        else (f"{at.hour % 12 or 12}:{at:%M}{gap}{half}")
    )


LAYOUTS = {
    "android-24h": Layout(lambda at: f"{at:%d/%m/%Y, %H:%M}"),
    "android-12h": Layout(lambda at: f"{at.day}/{at.month}/{at:%y}, {_clock12(at, _NNBSP)}"),
    "android-12h-mdy": Layout(
        lambda at: f"{at.month}/{at.day}/{at:%y}, {_clock12(at, ' ')}", order="mdy"
    ),
    "ios": Layout(lambda at: f"{at:%d/%m/%Y, %H:%M:%S}", ios=True),
    "ios-12h": Layout(
        lambda at: f"{at.day}/{at.month}/{at:%y}, {_clock12(at, _NNBSP, seconds=True)}", ios=True
    ),
    "ios-zip": Layout(lambda at: f"{at:%d/%m/%Y, %H:%M:%S}", ios=True, held=True),
}


def written(chat: Chat) -> bytes:
    """The export file of ``chat``: UTF-8 text, or a zip that holds it with the pictures."""
    layout = LAYOUTS[chat.plan.layout]
    record = _ios if layout.ios else _android
    text = "".join(record(chat, layout, number) for number in range(len(chat.lines)))
    if not layout.held:
        return text.encode("utf-8")
    members = {CHAT_MEMBER: text.encode("utf-8"), **dict(_pictures(chat))}
    return packed(members, comment="SYNTHETIC PRACTICE DATA")


def picture(number: int) -> bytes:
    """A small valid JPEG that says it is synthetic; every ``number`` gives other bytes."""
    flower = data("flower.jpg")
    words = f"SYNTHETIC PRACTICE PICTURE {number}".encode("ascii")
    comment = b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words
    return flower[:2] + comment + flower[2:]


def _android(chat: Chat, layout: Layout, number: int) -> str:
    line = chat.lines[number]
    stamp = layout.stamp(line.at)
    if line.kind is Kind.SYSTEM:
        return f"{stamp} - {_event(chat, line)}\n"
    return f"{stamp} - {line.author}: {_android_body(line)}\n"


def _android_body(line: Line) -> str:
    if line.deleted:
        return "You deleted this message" if line.own else "This message was deleted"
    if line.media:
        return "<Media omitted>"
    return line.text + (" <This message was edited>" if line.edited else "")


def _ios(chat: Chat, layout: Layout, number: int) -> str:
    line = chat.lines[number]
    stamp = layout.stamp(line.at)
    if line.kind is Kind.SYSTEM:
        return f"[{stamp}] {chat.plan.thread}: {_LRM}{_event(chat, line)}\r\n"
    mark = _LRM if line.media else ""
    return f"{mark}[{stamp}] {line.author}: {_ios_body(line, layout, number)}\r\n"


def _ios_body(line: Line, layout: Layout, number: int) -> str:
    if line.deleted:
        return _LRM + ("You deleted this message." if line.own else "This message was deleted.")
    if line.media == "image" and layout.held:
        return f"{_LRM}<attached: {_picture_name(line, number)}>"
    if line.media:
        return _LRM + _OMITTED_IOS[line.media]
    return line.text + (f" {_LRM}<This message was edited>" if line.edited else "")


def _picture_name(line: Line, number: int) -> str:
    return f"{number:08}-PHOTO-{line.at:%Y-%m-%d-%H-%M-%S}.jpg"


def _pictures(chat: Chat) -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(chat.lines):
        if line.media == "image":
            yield _picture_name(line, number), picture(number)


def _event(chat: Chat, line: Line) -> str:
    return {
        "encrypted": _ENCRYPTED,
        "created": f'{line.author} created group "{chat.plan.thread}"',
        "joined": f"{line.author} joined using this group's invite link",
    }[line.text]
