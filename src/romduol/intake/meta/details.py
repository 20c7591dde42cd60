"""What a message holds beside its plain words: files, shares, calls, and what was done to it.

Nothing here makes up prose: a fact that is no file is told as the export's own JSON, on one line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

from romduol.casebook.evidence import Kind
from romduol.intake.entries import Attached, leads_out
from romduol.intake.meta.mojibake import deeply
from romduol.intake.meta.shapes import Media, Message, SealedMessage
from romduol.intake.source import Source

Mend = Callable[[Any], Any]

UNSAFE = "meta.unsafe_path"
NOT_INCLUDED = "meta.media_not_included"
NAMELESS = "meta.nameless_account"

# Meta's own name for whoever left or was removed: several people may stand behind it
NAMELESS_NAMES = ("Facebook user", "Facebook User", "Instagram User", "Instagram user")

_PLAIN = attrgetter(
    *("type", "photos", "videos", "audio_files", "gifs", "files", "media", "sticker", "share"),
    *("reactions", "call_duration", "missed", "is_unsent", "is_taken_down", "users", "ip"),
    "is_geoblocked_for_viewer",
)
_NOTHING = (
    _PLAIN(Message()),
    _PLAIN(SealedMessage(media=[], reactions=[])),
    _PLAIN(Message(is_unsent=False)),
)
_FLAGS = (
    *("meta.reactions", "meta.unsent", "meta.taken_down", "meta.geoblocked"),
    *("meta.ip_address", "meta.users", "meta.missed_call"),
)
_FLAGGED = attrgetter("reactions", "is_unsent", "is_taken_down", "is_geoblocked_for_viewer")
_HANGING = attrgetter(
    *("photos", "videos", "audio_files", "gifs", "files", "media", "sticker", "share"),
    "call_duration",
)
_BARE = _HANGING(Message())
_PLAIN_TYPES = frozenset({"Generic", "Share", "Call", "text", "media", "link"})
_SYSTEM = frozenset({"Subscribe", "Unsubscribe"})
_TYPE = re.compile(r"[A-Za-z_]{1,40}")
_BY_ENDING = {
    **dict.fromkeys(("jpg", "jpeg", "png", "webp", "heic"), "image"),
    **dict.fromkeys(("mp4", "mov", "webm"), "video"),
    **dict.fromkeys(("mp3", "m4a", "aac", "ogg", "wav", "opus"), "audio"),
    "gif": "gif",
}


def rows_with_more(messages: Sequence[Message]) -> list[int]:
    """The rows that are more than words: a file, a reaction, a call, something done to them."""
    return [row for row, said in enumerate(map(_PLAIN, messages)) if said not in _NOTHING]


def kind(message: Message) -> Kind:
    """Message, call, or a row the program wrote."""
    if message.type == "Call" or message.call_duration is not None or message.missed is not None:
        return Kind.CALL
    return Kind.SYSTEM if message.type in _SYSTEM else Kind.MESSAGE


def flags(message: Message) -> tuple[str, ...]:
    """Rule ids for what a message says that has no column of its own: told, and not lost."""
    said = (*_FLAGGED(message), message.ip is not None, message.users, message.missed)
    return _flags(message.type, *map(bool, said))


@lru_cache(maxsize=256)
def _flags(kind: str | None, *said: bool) -> tuple[str, ...]:
    found = [rule for rule, true in zip(_FLAGS, said, strict=True) if true]
    if kind is not None and kind not in _PLAIN_TYPES:
        found.append(f"meta.type.{kind}" if _TYPE.fullmatch(kind) else "meta.unknown_type")
    return tuple(found)


def attachments(message: Message, mend: Mend = deeply) -> tuple[list[Attached], list[str]]:
    """Everything that hangs on a message, and the rules that were needed to say so.

    ``mend`` undoes what the export did to its strings.
    """
    if _HANGING(message) == _BARE:
        return [], []
    found: list[Attached] = []
    rules: list[str] = []
    for file, media in _files(message):
        one, rule = attached(mend(file.uri or ""), media)
        found.append(one)
        rules += rule
    if message.share is not None:
        found.append(fact("link", mend(message.share)))
    if message.call_duration is not None:
        found.append(fact("call", {"call_duration": message.call_duration}))
    return found, rules


def _files(message: Message) -> list[tuple[Media, str]]:
    listed = (
        (message.photos, "image"),
        (message.videos, "video"),
        (message.audio_files, "audio"),
        (message.gifs, "gif"),
        (message.files, "document"),
        (message.media, ""),
        ([message.sticker] if message.sticker else None, "sticker"),
    )
    return [(file, media) for files, media in listed for file in files or ()]


def attached(uri: str, media: str) -> tuple[Attached, list[str]]:
    """One file by its ``uri``: a path, an address, or the sentence that stands for a lost file.

    ``name`` is the file's name in the download, without folders. ``media`` ``""`` means: by its
    ending.
    """
    if "://" in uri:
        return Attached(media or "link", note=uri), []
    if uri and leads_out(uri):
        return Attached(media or "document"), [UNSAFE]
    name = uri.rpartition("/")[2]
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if " " in uri and not ending:  # "Failed to download media", in whatever language
        return Attached(media or "document", note=uri), [NOT_INCLUDED]
    return Attached(media or _BY_ENDING.get(ending, "document"), name), []


def fact(media: str, told: Any) -> Attached:
    """An attachment that is no file: its note is what the export says, as one line of JSON."""
    if told is None or told == {}:
        return Attached(media)
    note = told if isinstance(told, str) else msgspec.json.encode(told).decode("utf-8")
    return Attached(media, note=note)


def held(one: Attached, source: Source) -> Attached:
    """``one``, saying whether its bytes lie in the same archive."""
    here = one.name in source.beside and bool(one.name)
    return Attached(one.media, one.name, here, one.note) if here else one
