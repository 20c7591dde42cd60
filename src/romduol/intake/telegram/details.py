"""What a record holds beside its plain words: media, service actions, where it came from.

Nothing here makes up prose: a service row's text is its action code and its fields as JSON.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from romduol.casebook.evidence import Kind
from romduol.intake.telegram.shapes import Record, Scalar, mended, plain, spoken

_TYPES = frozenset({"message", "service", "unsupported", None})
CALLS = frozenset({"phone_call", "group_call", "group_call_scheduled", "invite_to_group_call"})

_MEDIA = {
    "sticker": "sticker",
    "video_message": "video",
    "voice_message": "voice",
    "animation": "gif",
    "video_file": "video",
    "audio_file": "audio",
}
_MIME = {"image": "image", "video": "video", "audio": "audio"}
# instead of a path the export may hold one of its own sentences, perhaps behind a file's name
_SENTENCE = re.compile(
    r"^(?:(?P<name>.*) )?(?P<sentence>\((?:File|Photo|Video|Story) "
    r"(?:not included|exceeds|unavailable)[^()]*\))$",
    re.DOTALL,
)
_DRIVE = re.compile(r"^[A-Za-z]:")
# keys of a service row that stand in columns of their own, or say nothing of the action
_NOT_ACTION = frozenset(
    {"id", "type", "date", "date_unixtime", "edited", "edited_unixtime", "actor", "actor_id"}
    | {"from", "from_id", "action", "photo", "photo_file_size", "file", "file_size", "width"}
    | {"height", "thumbnail", "thumbnail_file_size", "text_entities", "reactions"}
)

Attachment = dict[str, str | bool]


def kind(record: Record) -> Kind:
    """Message, call, or a row the program wrote."""
    if record.type == "service":
        return Kind.CALL if record.action in CALLS else Kind.SYSTEM
    return Kind.MESSAGE


def words(record: Record, raw: bytes) -> str:
    """The text of a message; of a service row its action and facts, in the order written."""
    return _action(record, raw) if record.type == "service" else spoken(record)


def _action(record: Record, raw: bytes) -> str:
    parts = [record.action] if record.action else []
    for key, value in msgspec.json.decode(mended(raw)[0], type=dict[str, Any]).items():
        if key not in _NOT_ACTION and not (key == "text" and not value):
            parts.append(f"{key}={_compact(value)}")
    return " ".join(parts)


def _compact(value: object) -> str:
    return msgspec.json.encode(value).decode("utf-8")


def forwarded(record: Record) -> str | None:
    """Whose words are passed on: name, else account; ``""`` if the export hides both; or null."""
    if record.forwarded_from is not UNSET or record.forwarded_from_id is not None:
        return _known(record.forwarded_from) or plain(record.forwarded_from_id)
    return None if record.saved_from is UNSET else _known(record.saved_from)


def _known(name: str | UnsetType | None) -> str:
    return name if isinstance(name, str) else ""


def reply(record: Record) -> str | None:
    """The number of the message answered, behind ``peer/`` when it stands in another chat."""
    if record.reply_to_message_id is None:
        return None
    peer = plain(record.reply_to_peer_id)
    number = plain(record.reply_to_message_id)
    return f"{peer}/{number}" if peer else number


def flags(record: Record, name: str, number: str) -> list[str]:
    """Rule ids for what a record says that has no column of its own: told, and not lost.

    ``name`` and ``number`` are its author's.
    """
    said = {
        "telegram.deleted_account": bool(number) and not name,
        "telegram.signed": record.author is not None,
        "telegram.saved_from": record.saved_from is not UNSET,
        "telegram.via_bot": record.via_bot is not None,
        "telegram.reply_elsewhere": record.reply_to_peer_id is not None,
        "telegram.reactions": record.reactions is not UNSET,
        "telegram.buttons": record.inline_bot_buttons is not UNSET,
        "telegram.self_destruct": record.self_destruct_period_seconds is not None,
        "telegram.round_video": record.media_type == "video_message",
        "telegram.unsupported": record.type == "unsupported",
        "telegram.unknown_type": record.type not in _TYPES,
        f"telegram.action.{record.action}": record.type == "service" and record.action is not None,
    }
    return [rule for rule, true in said.items() if true]


def author(record: Record) -> tuple[str, str]:
    """Name and account of whoever wrote or did it; ``""`` for what the export does not say."""
    if record.type == "service" and (record.actor is not None or record.actor_id is not None):
        return record.actor or "", account(record.actor_id)
    return record.sender or "", account(record.sender_id)


def account(number: Scalar) -> str:
    """``user12``, ``channel12``; a bare number, as older exports have it, is a user's."""
    written = plain(number)
    return f"user{written}" if written.isdigit() else written


def attachments(record: Record) -> tuple[list[Attachment], list[str]]:
    """Everything that hangs on a record, and the rules that were needed to say so."""
    found: list[Attachment] = []
    rules: list[str] = []
    for value, media in _files(record):
        one, rule = _file(value, media, record.file_name if media != "image" else None)
        found.append(one)
        rules.extend(rule)
    found.extend(_facts(record))
    return found, rules


def _files(record: Record) -> list[tuple[str, str]]:
    named = [
        (record.photo, "image"),
        (record.file, _media(record)),
        (record.contact_vcard, "contact"),
    ]
    return [(value, media) for value, media in named if value is not None]


def _media(record: Record) -> str:
    if record.media_type:
        return _MEDIA.get(record.media_type, record.media_type)
    return _MIME.get((record.mime_type or "").partition("/")[0], "document")


def _file(value: str, media: str, file_name: str | None) -> tuple[Attachment, list[str]]:
    sentence = _SENTENCE.match(value)
    if sentence:
        name = sentence["name"] or file_name or ""
        return _attachment(media, "" if _unsafe(name) else name, sentence["sentence"]), [
            "telegram.media_not_included"
        ]
    if _unsafe(value):
        return _attachment(media), ["telegram.unsafe_path"]
    return _attachment(media, value), []


def _unsafe(path: str) -> bool:
    """A path that could lead out of the folder it is relative to."""
    parts = path.replace("\\", "/").split("/")
    return bool(_DRIVE.match(path)) or parts[0] == "" != path or ".." in parts or "\0" in path


def _facts(record: Record) -> list[Attachment]:
    """Attachments that are no files: their note is the export's own JSON, on one line."""
    told: list[tuple[str, msgspec.Raw | UnsetType]] = [
        ("location", record.location_information),
        ("poll", record.poll),
        ("invoice", record.invoice_information),
        ("giveaway", record.giveaway_information),
        ("giveaway", record.giveaway_results),
    ]
    if record.contact_vcard is None:
        told.insert(0, ("contact", record.contact_information))
    found = [_attachment(m, note=_one_line(v)) for m, v in told if not isinstance(v, UnsetType)]
    if record.place_name is not None:
        found.append(_attachment("place", note=record.place_name))
    if record.game_title is not None:
        found.append(_attachment("game", note=record.game_title))
    if record.paid_stars_amount is not None:
        found.append(_attachment("paid"))
    return found + ([_attachment("unsupported")] if record.type == "unsupported" else [])


def _one_line(raw: msgspec.Raw) -> str:
    value = msgspec.json.decode(raw)
    return "" if value is None else _compact(value)


def _attachment(media: str, name: str = "", note: str = "") -> Attachment:
    return {"name": name, "media": media, "held": False, "note": note}
