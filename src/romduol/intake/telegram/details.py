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
_SENTENCE = re.compile(r"\((?:File|Photo|Video|Story) (?:not included|exceeds|unavailable)[^()]*\)")
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
    said = (
        [f"telegram.action.{record.action}"] if record.type == "service" and record.action else []
    )
    if number and not name:
        said.append("telegram.deleted_account")
    if record.self_destruct_period_seconds is not None:
        said.append("telegram.self_destruct")
    if record.media_type == "video_message":
        said.append("telegram.round_video")
    if record.type == "unsupported":
        said.append("telegram.unsupported")
    if record.type not in _TYPES:
        said.append("telegram.unknown_type")
    return said + _flags_of_origin(record)


def _flags_of_origin(record: Record) -> list[str]:
    said = []
    if record.author is not None:
        said.append("telegram.signed")
    if record.saved_from is not UNSET:
        said.append("telegram.saved_from")
    if record.via_bot is not None:
        said.append("telegram.via_bot")
    if record.reply_to_peer_id is not None:
        said.append("telegram.reply_elsewhere")
    if record.reactions is not UNSET:
        said.append("telegram.reactions")
    if record.inline_bot_buttons is not UNSET:
        said.append("telegram.buttons")
    return said


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
    if record.photo is not None:
        _add_file(found, rules, record.photo, "image", None)
    if record.file is not None:
        _add_file(found, rules, record.file, _media(record), record.file_name)
    if record.contact_vcard is not None:
        _add_file(found, rules, record.contact_vcard, "contact", None)
    if _tells_facts(record):
        found += _facts(record)
    return found, rules


def _media(record: Record) -> str:
    if record.media_type:
        return _MEDIA.get(record.media_type, record.media_type)
    return _MIME.get((record.mime_type or "").partition("/")[0], "document")


def _add_file(
    found: list[Attachment], rules: list[str], value: str, media: str, file_name: str | None
) -> None:
    """Add a file by its path, or by the sentence that stands in place of one."""
    sentence = _SENTENCE.fullmatch(value, value.rfind("(")) if value.endswith(")") else None
    if sentence:
        name = value[: sentence.start()].removesuffix(" ") or file_name or ""
        found.append(_attachment(media, "" if _unsafe(name) else name, sentence[0]))
        rules.append("telegram.media_not_included")
    elif _unsafe(value):
        found.append(_attachment(media))
        rules.append("telegram.unsafe_path")
    else:
        found.append(_attachment(media, value))


def _unsafe(path: str) -> bool:
    """A path that could lead out of the folder it is relative to."""
    parts = path.replace("\\", "/").split("/")
    return bool(_DRIVE.match(path)) or parts[0] == "" != path or ".." in parts or "\0" in path


def _tells_facts(r: Record) -> bool:
    return not (
        r.location_information is UNSET
        and r.contact_information is UNSET
        and r.poll is UNSET
        and r.place_name is None
        and r.game_title is None
        and r.paid_stars_amount is None
        and r.invoice_information is UNSET
        and r.giveaway_information is UNSET
        and r.giveaway_results is UNSET
        and r.type != "unsupported"
    )


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
