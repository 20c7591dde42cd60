"""One record goes in, what it says comes out, field by field, as ``MESSAGE`` needs it."""

from __future__ import annotations

from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import pyarrow as pa

from romduol.casebook.evidence import ATTACHMENT
from romduol.intake.telegram import details
from romduol.intake.telegram.shapes import Record
from romduol.intake.telegram.stamps import INSTANT, edited, sent

_STRING = pa.string()

LOOKED = pa.struct(
    [
        *((name, _STRING) for name in ("author", "account", "kind", "text", "reply")),
        *((name, _STRING) for name in ("forwarded", "media", "precision", "stamp", "key")),
        *((name, INSTANT) for name in ("sent_at", "edited_at")),
        ("attachments", pa.list_(ATTACHMENT)),
        ("rules", pa.list_(_STRING)),
    ]
)
LookedAt: TypeAlias = dict[str, Any]


def look_at(raw: bytes, record: Record, mending: tuple[str, ...], zone: ZoneInfo) -> LookedAt:
    """The fields of ``LOOKED`` for ``record``, which was decoded from ``raw``."""
    name, account = details.author(record)
    attachments, rules = details.attachments(record)
    stamp = sent(record, zone)
    return {
        "author": name or account or None,
        "account": account,
        "kind": details.kind(record),
        "text": details.words(record, raw),
        "reply": details.reply(record),
        "forwarded": details.forwarded(record),
        # the next export may leave a file's name out, not its kind: an id is made from kinds
        "media": "\n".join([str(one["media"]) for one in attachments]),
        "precision": stamp.precision,
        "stamp": stamp.as_written,
        "key": stamp.key,
        "sent_at": stamp.sent_at,
        "edited_at": edited(record, zone),
        "attachments": attachments,
        "rules": [*mending, *stamp.rules, *rules, *details.flags(record, name, account)],
    }
