"""One message as Meta's JSON writes it, decoded; and the little damage that can be mended.

Two kinds of file: the download of Facebook or Instagram, and the separate one of end-to-end
encrypted chats. Fields are those of public samples of both; unknown fields are ignored, a field of
an unknown type stays empty and is told. ``decoded`` never loses a record that is a JSON object.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Generic, TypeVar, get_type_hints

import msgspec
from msgspec import Struct

SURROGATE = "meta.lone_surrogate"
NOT_UTF8 = "meta.not_utf8"
ODD_FIELD = "meta.odd_field"


class Media(Struct, gc=False):
    """A file that hangs on a message: a path in the download, an address, or a sentence."""

    uri: str | None = None


_Files = list[Media] | None
_Stamp = Annotated[int, msgspec.Meta(ge=-(1 << 60), le=1 << 60)] | None  # fits the column


class Message(Struct, gc=False):
    """A message of the download. Absent and plain values are the defaults."""

    sender_name: str | None = None
    timestamp_ms: _Stamp = None
    content: str | None = None
    type: str | None = "Generic"
    photos: _Files = None
    videos: _Files = None
    audio_files: _Files = None
    gifs: _Files = None
    files: _Files = None
    media: _Files = None
    sticker: Media | None = None
    share: dict[str, Any] | None = None
    reactions: list[msgspec.Raw] | None = None
    call_duration: int | None = None
    missed: bool | None = None
    is_unsent: bool | None = None
    is_taken_down: bool | None = None
    is_geoblocked_for_viewer: bool | None = False
    ip: str | None = None
    users: list[msgspec.Raw] | None = None


class SealedMessage(
    Message,
    gc=False,
    rename={
        "sender_name": "senderName",
        "timestamp_ms": "timestamp",
        "content": "text",
        "is_unsent": "isUnsent",
    },
):
    """A message of the end-to-end encrypted export; its strings are whole."""

    sender_name: str | None = None
    timestamp_ms: _Stamp = None
    content: str | None = None
    type: str | None = "text"
    is_unsent: bool | None = False


T = TypeVar("T")

# every escape from left to right, so that an escaped backslash never joins what follows it
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


class Decoding(Generic[T]):
    """Decodes records of one type; ``quick`` takes many at once, ``one`` mends what it must."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self.quick = msgspec.json.Decoder(kind)
        self._fields = _fields(kind) if hasattr(kind, "__struct_fields__") else {}

    def one(self, raw: bytes) -> tuple[T, tuple[str, ...]]:
        """The record in ``raw`` and the rules that were needed to decode it.

        Raises ``ValueError`` or ``RecursionError`` when ``raw`` is not one JSON object.
        """
        try:
            return self.quick.decode(raw), ()
        except (ValueError, RecursionError):
            whole, rules = _whole(raw)
        try:
            return self.quick.decode(whole), rules
        except msgspec.ValidationError:
            return self._field_by_field(whole), (*rules, ODD_FIELD)

    def _field_by_field(self, raw: bytes) -> T:
        record = self._kind()
        for key, value in msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).items():
            if key in self._fields:
                name, hint = self._fields[key]
                try:
                    setattr(record, name, msgspec.json.decode(value, type=hint))
                except msgspec.ValidationError:
                    _keep_words(record, name, value)
        return record


def _keep_words(record: object, name: str, value: msgspec.Raw) -> None:
    """A text of unknown shape is kept as the JSON it is; other odd fields stay empty."""
    if name == "content":
        setattr(record, name, bytes(value).decode("utf-8"))


def _fields(kind: Any) -> dict[str, tuple[str, Any]]:
    hints = get_type_hints(kind, include_extras=True)
    return {f.encode_name: (f.name, hints[f.name]) for f in msgspec.structs.fields(kind)}


def _whole(raw: bytes) -> tuple[bytes, tuple[str, ...]]:
    """``raw`` with bytes that are no UTF-8 and surrogates without a partner made U+FFFD."""
    rules = []
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raw = raw.decode("utf-8", "replace").encode("utf-8")
        rules.append(NOT_UTF8)
    if b"\\" in raw:
        fixed = _ESCAPE.sub(lambda escape: b"\\ufffd" if escape["lone"] else escape[0], raw)
        rules += [SURROGATE] if fixed != raw else []
        raw = fixed
    return raw, tuple(rules)
