"""Items, and the messages read out of them: the shape in which everything she brings is kept.

An item is one original as received. A reader turns its bytes into messages; each message says from
which bytes it was cut, what was written there and how it was read, so that whatever is shown can be
traced back to the original.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import pyarrow as pa


class Kind(StrEnum):
    """What a record in an export is."""

    MESSAGE = "message"
    SYSTEM = "system"  # a line the program wrote: joined, changed the subject, key changed
    CALL = "call"
    TURN = "turn"  # one speaker's turn in an interview


class Precision(StrEnum):
    """How exactly a stamp is known; never finer than what was written."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    UNKNOWN = "unknown"


ATTACHMENT = pa.struct(
    [
        pa.field("name", pa.string()),  # as the export names it; "" if it only says "omitted"
        pa.field("media", pa.string()),  # image, video, audio, voice, sticker, gif, document, ...
        pa.field("held", pa.bool_()),  # are its bytes inside the same item?
        pa.field("note", pa.string()),  # the export's own sentence about it ("not included")
    ]
)

_MESSAGE_FIELDS: list[pa.Field[Any]] = [
    # identity: 16 bytes, see ``message id`` in docs/decisions; equal in overlapping exports
    pa.field("message", pa.binary(16), nullable=False),
    # where it stands: path inside the item ("" when the item is one file), bytes [start, end)
    # of that member, and the record's position in the member, from 0
    pa.field("member", pa.string(), nullable=False),
    pa.field("start", pa.int64(), nullable=False),
    pa.field("end", pa.int64(), nullable=False),
    pa.field("record", pa.int64(), nullable=False),
    # what it is
    pa.field("platform", pa.string(), nullable=False),
    pa.field("thread", pa.string(), nullable=False),
    pa.field("kind", pa.string(), nullable=False),
    pa.field("author", pa.string()),  # null: the export names none
    pa.field("account", pa.string()),  # what stays when a name changes; null: the export has none
    pa.field("own", pa.bool_()),  # hers? null: the export does not say
    # when: UTC; null when unknown. ``sent_at_other`` is the other day/month reading while
    # the order is undecided. ``sent_at_text`` is the stamp as written.
    pa.field("sent_at", pa.timestamp("us", tz="UTC")),
    pa.field("sent_at_other", pa.timestamp("us", tz="UTC")),
    pa.field("sent_at_text", pa.string(), nullable=False),
    pa.field("precision", pa.string(), nullable=False),
    # what was written, as it stands in the export after undoing only the export's own escaping
    pa.field("text", pa.string(), nullable=False),
    pa.field("reply_to", pa.string()),
    pa.field("forwarded_from", pa.string()),
    pa.field("edited", pa.bool_(), nullable=False),
    pa.field("edited_at", pa.timestamp("us", tz="UTC")),
    pa.field("deleted", pa.bool_(), nullable=False),
    pa.field("attachments", pa.list_(ATTACHMENT), nullable=False),
    # ids of every rule that classified or repaired this record
    pa.field("rules", pa.list_(pa.string()), nullable=False),
]
MESSAGE = pa.schema(_MESSAGE_FIELDS)


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know about how a file was read.

    ``id`` names a sentence of the wording catalogue (``note.…``); ``facts`` fill it and hold
    counts, layouts and reasons only, never words of the file.
    """

    id: str
    facts: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """How one member of an item was read to its end. A reader's last word, or it did not finish.

    ``header + records + tail == size`` in bytes for line formats (``tiles``); for JSON formats
    ``header`` and ``tail`` are what surrounds the records. ``order`` is ``dmy``, ``mdy``, ``ymd``
    or ``""`` where a format has none; ``order_certain`` is false while a person must decide.
    """

    member: str
    reader: str  # "whatsapp/1": name and version
    size: int
    messages: int
    header: int = 0
    tail: int = 0
    first: datetime | None = None
    last: datetime | None = None
    order: str = ""
    order_certain: bool = True
    how_decided: str = ""  # id: "part-over-12", "fewer-steps-back", "year-first", "given", ...
    zone: str = ""
    zone_basis: str = ""  # "assumed", "given", "in-file"
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A member, or a whole item, that no reader understood: kept as it came, with the reason."""

    member: str
    reason: Note


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What a person said about a file before it is read."""

    order: str = ""  # "dmy" or "mdy" when she or the worker knows
    zone: str = ""  # IANA name; "" means Asia/Phnom_Penh, assumed
    source: str = ""  # force a reader: "whatsapp", "telegram", "transcript"
    own: tuple[str, ...] = field(default=())  # author names that are hers
