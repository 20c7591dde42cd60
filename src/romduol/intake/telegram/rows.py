"""Windows of records go in, batches shaped like ``MESSAGE`` come out."""

from __future__ import annotations

from dataclasses import dataclass, field
from posixpath import basename
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from romduol.casebook.evidence import ATTACHMENT, MESSAGE, Kind, Precision
from romduol.intake.arrow import pc
from romduol.intake.identity import MessageIds
from romduol.intake.source import Source
from romduol.intake.telegram import details
from romduol.intake.telegram.details import Attachment
from romduol.intake.telegram.outline import Chat
from romduol.intake.telegram.pieces import Slab
from romduol.intake.telegram.plainwords import PlainWords, plain_words
from romduol.intake.telegram.shapes import Record
from romduol.intake.telegram.stamps import INSTANT, LOCAL, edited, sent

PLATFORM = "telegram"

_STRING = pa.string()


# everything the row of a record that was looked at needs
_LOOKED = pa.struct(
    [
        *((name, _STRING) for name in ("author", "account", "kind", "text", "reply")),
        *((name, _STRING) for name in ("forwarded", "media", "precision", "stamp", "key")),
        *((name, INSTANT) for name in ("sent_at", "edited_at")),
        ("attachments", pa.list_(ATTACHMENT)),
        ("rules", pa.list_(_STRING)),
    ]
)
_Looked = dict[str, Any]
_NOTHING: _Looked = {"attachments": [], "rules": []}


@dataclass(slots=True)
class Rows:
    """Turns the windows of one member into batches; keeps what ids and counts need."""

    source: Source
    zone: ZoneInfo
    own_account: str  # "user12", or "" when the export does not say whose it is
    own_names: tuple[str, ...]
    count: int = 0
    mended: int = 0
    local_times: bool = False
    _ids: MessageIds = field(default_factory=lambda: MessageIds(PLATFORM))

    def batch(self, slab: Slab, chat: Chat) -> pa.RecordBatch:
        """The records of ``slab``, which stand in ``chat``, in file order."""
        rows = len(slab.starts)
        plain = plain_words(slab)
        places = pc.indices_nonzero(_mask(rows, plain))
        looked = [self._look_at(*found) for found in slab.looked_at(places)]
        merged = _Merged(rows, plain, looked)
        columns = self._columns(slab, chat, merged)
        self.count += rows
        return pa.RecordBatch.from_arrays([columns[n] for n in MESSAGE.names], schema=MESSAGE)

    def _columns(self, slab: Slab, chat: Chat, merged: _Merged) -> dict[str, pa.Array[Any]]:
        rows = len(slab.starts)
        authors, texts = merged.column("author", "authors"), merged.column("text", "texts")
        accounts = merged.column("account", "accounts")
        sent_at = merged.column("sent_at", "sent_at")
        edited_at = merged.column("edited_at", "edited_at")
        threads = pa.repeat(chat.thread, rows)
        ids = self._ids.of(
            threads=threads,
            authors=pc.if_else(pc.equal(accounts, ""), authors, accounts),
            stamps=merged.column("key", "keys"),
            texts=texts,
            media=merged.default("media", ""),
            clock=sent_at.cast(pa.int64()),
        )
        return {
            "message": ids,
            "member": pa.repeat(self.source.member, rows),
            "start": slab.starts,
            "end": slab.ends,
            "record": pa.array(range(self.count, self.count + rows), pa.int64()),
            "platform": pa.repeat(PLATFORM, rows),
            "thread": threads,
            "kind": merged.default("kind", Kind.MESSAGE),
            "author": authors,
            "own": self._own(authors, accounts, chat),
            "sent_at": sent_at,
            "sent_at_other": pa.nulls(rows, INSTANT),
            "sent_at_text": merged.column("stamp", "stamps"),
            "precision": merged.default("precision", Precision.SECOND),
            "text": texts,
            "reply_to": merged.column("reply", "replies"),
            "forwarded_from": merged.column("forwarded"),
            "edited": edited_at.is_valid(),
            "edited_at": edited_at,
            "deleted": pa.repeat(False, rows),
            "attachments": merged.column("attachments"),
            "rules": merged.column("rules"),
        }

    def _look_at(self, raw: bytes, record: Record, mending: tuple[str, ...]) -> _Looked:
        name, account = details.author(record)
        attachments, rules = details.attachments(record)
        stamp = sent(record, self.zone)
        self.mended += bool(mending)
        self.local_times = self.local_times or LOCAL in stamp.rules
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
            "edited_at": edited(record, self.zone),
            "attachments": self._held(attachments),
            "rules": [*mending, *stamp.rules, *rules, *details.flags(record, name, account)],
        }

    def _held(self, attachments: list[Attachment]) -> list[Attachment]:
        """Say of each attachment whether its bytes lie in the same archive."""
        if self.source.beside:
            for one in attachments:
                one["held"] = bool(one["name"]) and basename(str(one["name"])) in self.source.beside
        return attachments

    def _own(self, authors: pa.Array[Any], accounts: pa.Array[Any], chat: Chat) -> pa.Array[Any]:
        """Hers: by the names a person gave, else by the export's account, else by its two sides."""
        said = pc.if_else(pc.equal(accounts, ""), pa.scalar(None, _STRING), accounts)
        known: pa.Array[Any] = pa.nulls(len(authors), pa.bool_())
        if self.own_account:
            known = pc.equal(said, self.own_account)
        elif chat.type == "personal_chat" and chat.id:  # of two people, the other has its number
            known = pc.not_equal(said, chat.thread)
        named = pc.is_in(authors, value_set=pa.array(self.own_names, _STRING))
        own: pa.Array[Any] = pc.if_else(named, True, known)
        return own


class _Merged:
    """Columns of one window: plain rows as they came, looked-at rows put in their places."""

    def __init__(self, rows: int, plain: PlainWords | None, looked: list[_Looked]) -> None:
        self._plain = plain
        fields: Any = pa.array([*looked, _NOTHING], _LOOKED)  # the last for rows not looked at
        self._looked = {f.name: fields.field(f.name) for f in _LOOKED}
        nth = pa.repeat(len(looked), rows)
        self._nth = pc.replace_with_mask(
            nth, _mask(rows, plain), pa.array(range(len(looked)), pa.int64())
        )

    def column(self, name: str, plain: str | None = None) -> pa.Array[Any]:
        """Column ``name`` of the looked-at rows, over column ``plain`` of the plain ones."""
        looked: pa.Array[Any] = self._looked[name].take(self._nth)
        if self._plain is None or plain is None:
            return looked
        put: pa.Array[Any] = pc.if_else(self._plain.more, looked, getattr(self._plain, plain))
        return put

    def default(self, name: str, value: str) -> pa.Array[Any]:
        """Column ``name`` of the looked-at rows, and ``value`` for every plain one."""
        column: pa.Array[Any] = pc.fill_null(self.column(name), value)
        return column


def _mask(rows: int, plain: PlainWords | None) -> pa.Array[Any]:
    return pa.repeat(True, rows) if plain is None else plain.more
