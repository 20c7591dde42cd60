"""One record of a result.json as Telegram Desktop writes it, decoded; and its known damage mended.

Field names and media sentences were read in tdesktop's JSON writer; unknown fields are ignored,
unknown types accepted. ``decoded`` never loses a record that is a JSON object.
"""

from __future__ import annotations

import re
from typing import Any, get_type_hints

import msgspec
from msgspec import UNSET, Struct, UnsetType

CONTROL = "telegram.control_character"
SURROGATE = "telegram.lone_surrogate"
NOT_UTF8 = "telegram.not_utf8"
ODD_FIELD = "telegram.odd_field"

Scalar = str | int | None


class Entity(Struct, gc=False):
    """A stretch of text with a style; its type may be one we have never heard of."""

    text: str = ""


class Record(Struct, rename={"sender": "from", "sender_id": "from_id"}, gc=False):
    """A message or a service row. ``UNSET`` where absent and null differ."""

    type: str | None = None
    date: str | None = None
    date_unixtime: Scalar = None
    sender: str | None = None
    sender_id: Scalar = None
    text: str | list[str | Entity] | None = None
    text_entities: list[Entity] | None = None
    edited: str | None = None
    edited_unixtime: Scalar = None
    actor: str | None = None
    actor_id: Scalar = None
    action: str | None = None
    author: str | None = None
    forwarded_from: str | UnsetType | None = UNSET
    forwarded_from_id: Scalar = None
    saved_from: str | UnsetType | None = UNSET
    via_bot: str | None = None
    reply_to_message_id: Scalar = None
    reply_to_peer_id: Scalar = None
    photo: str | None = None
    file: str | None = None
    file_name: str | None = None
    media_type: str | None = None
    mime_type: str | None = None
    self_destruct_period_seconds: Scalar = None
    contact_information: msgspec.Raw | UnsetType = UNSET
    contact_vcard: str | None = None
    location_information: msgspec.Raw | UnsetType = UNSET
    place_name: str | None = None
    poll: msgspec.Raw | UnsetType = UNSET
    game_title: str | None = None
    invoice_information: msgspec.Raw | UnsetType = UNSET
    giveaway_information: msgspec.Raw | UnsetType = UNSET
    giveaway_results: msgspec.Raw | UnsetType = UNSET
    paid_stars_amount: Scalar = None
    reactions: msgspec.Raw | UnsetType = UNSET
    inline_bot_buttons: msgspec.Raw | UnsetType = UNSET


_decode = msgspec.json.Decoder(Record).decode
_HINTS: dict[str, Any] = get_type_hints(Record)
_FIELDS = {f.encode_name: (f.name, _HINTS[f.name]) for f in msgspec.structs.fields(Record)}

# every escape from left to right, so that an escaped backslash never joins what follows it
_ESCAPE = re.compile(
    rb"\\(?:x(?P<control>[0-9A-Fa-f]{2})"
    rb"|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def mended(raw: bytes) -> tuple[bytes, tuple[str, ...]]:
    r"""``raw`` with what no JSON parser accepts made acceptable, and the rules that did it.

    ``\x1F`` becomes ``\u001F`` (as Telegram Desktop meant it); a surrogate without its partner
    and bytes that are not UTF-8 become U+FFFD. The original bytes are not touched by anyone.
    """
    rules = []
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raw = raw.decode("utf-8", "replace").encode("utf-8")
        rules.append(NOT_UTF8)
    if b"\\" not in raw:
        return raw, tuple(rules)
    found: set[str] = set()
    raw = _ESCAPE.sub(lambda escape: _mended_escape(escape, found), raw)
    return raw, (*rules, *sorted(found))


def _mended_escape(escape: re.Match[bytes], found: set[str]) -> bytes:
    if escape["control"]:
        found.add(CONTROL)
        return b"\\u00" + escape["control"]
    if escape["lone"]:
        found.add(SURROGATE)
        return b"\\ufffd"
    return escape[0]


def decoded(raw: bytes) -> tuple[Record, tuple[str, ...]]:
    """The record in ``raw``, and the rules that were needed to decode it.

    Raises ``ValueError`` or ``RecursionError`` when ``raw`` is not one JSON object.
    """
    try:
        return _decode(raw), ()
    except (ValueError, RecursionError):
        whole, rules = mended(raw)
    try:
        return _decode(whole), rules
    except msgspec.ValidationError:
        return _field_by_field(whole), (*rules, ODD_FIELD)


def _field_by_field(raw: bytes) -> Record:
    """A record some of whose fields have types we do not know: those fields stay empty.

    A text of unknown shape is kept as the JSON it is.
    """
    values = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    record = Record()
    for key, value in values.items():
        if key in _FIELDS:
            name, hint = _FIELDS[key]
            try:
                setattr(record, name, msgspec.json.decode(value, type=hint))
            except msgspec.ValidationError:
                if name == "text":
                    record.text = bytes(value).decode("utf-8")
    return record


def spoken(record: Record) -> str:
    """What was written, styles dropped: from ``text_entities`` where there are any."""
    if record.text_entities:
        return "".join(part.text for part in record.text_entities)
    text = record.text
    if isinstance(text, list):
        return "".join(part if isinstance(part, str) else part.text for part in text)
    return text or ""


def plain(value: Scalar) -> str:
    """A number or name as text; ``""`` for null."""
    return "" if value is None else str(value)
