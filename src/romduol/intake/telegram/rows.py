"""Windows of records go in, batches shaped like ``MESSAGE`` come out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from posixpath import dirname, join
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute

from romduol.casebook.evidence import ATTACHMENT, MESSAGE, Kind, Precision
from romduol.intake.identity import MessageIds
from romduol.intake.source import Source
from romduol.intake.telegram import details
from romduol.intake.telegram.details import Attachment
from romduol.intake.telegram.outline import Chat
from romduol.intake.telegram.pieces import Slab
from romduol.intake.telegram.plainwords import PlainWords, plain_words
from romduol.intake.telegram.shapes import Record
from romduol.intake.telegram.stamps import INSTANT, LOCAL, Stamp, edited, sent

pc: Any = pyarrow.compute  # its stubs know neither bytes nor plain values as operands

PLATFORM = "telegram"

_STRING = pa.string()


@dataclass(frozen=True, slots=True)
class _Looked:
    """One record that was looked at: everything its row needs."""

    author: str | None
    account: str
    kind: str
    text: str
    reply: str | None
    forwarded: str | None
    edited_at: datetime | None
    stamp: Stamp
    attachments: list[Attachment]
    rules: list[str]

    @property
    def media(self) -> str:
        """What an id is made from: the next export may leave a file's name out, not its kind."""
        return "\n".join(str(one["media"]) for one in self.attachments)


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
        places = pc.indices_nonzero(pa.repeat(True, rows) if plain is None else plain.more)
        looked = [self._look_at(*found) for found in slab.looked_at(places)]
        merged = _Merged(rows, plain, places, looked)
        columns = self._columns(slab, chat, merged)
        self.count += rows
        return pa.RecordBatch.from_arrays([columns[n] for n in MESSAGE.names], schema=MESSAGE)

    def _columns(self, slab: Slab, chat: Chat, merged: _Merged) -> dict[str, pa.Array[Any]]:
        rows = merged.rows
        authors, accounts, texts = merged.authors(), merged.accounts(), merged.texts()
        sent_at, edited_at = merged.sent_at(), merged.edited_at()
        threads = pa.repeat(chat.thread, rows)
        ids = self._ids.of(
            threads=threads,
            authors=pc.if_else(pc.equal(accounts, ""), authors, accounts),
            stamps=merged.keys(),
            texts=texts,
            media=merged.media(),
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
            "kind": merged.kinds(),
            "author": authors,
            "own": self._own(authors, accounts, chat),
            "sent_at": sent_at,
            "sent_at_other": pa.nulls(rows, INSTANT),
            "sent_at_text": merged.stamps(),
            "precision": merged.precisions(),
            "text": texts,
            "reply_to": merged.replies(),
            "forwarded_from": merged.forwards(),
            "edited": edited_at.is_valid(),
            "edited_at": edited_at,
            "deleted": pa.repeat(False, rows),
            "attachments": merged.attachments(),
            "rules": merged.rules(),
        }

    def _look_at(self, raw: bytes, record: Record, mending: tuple[str, ...]) -> _Looked:
        name, account = details.author(record)
        attachments, rules = details.attachments(record)
        stamp = sent(record, self.zone)
        self.mended += bool(mending)
        self.local_times = self.local_times or stamp.rule == LOCAL
        return _Looked(
            author=name or account or None,
            account=account,
            kind=str(details.kind(record)),
            text=details.words(record, raw),
            reply=details.reply(record),
            forwarded=details.forwarded(record),
            edited_at=edited(record, self.zone),
            stamp=stamp,
            attachments=[self._held(one) for one in attachments],
            rules=[*mending, *([stamp.rule] if stamp.rule else []), *rules, *details.flags(record)],
        )

    def _held(self, one: Attachment) -> Attachment:
        """Say whether the attachment's bytes lie in the same archive."""
        path = join(dirname(self.source.member), str(one["name"]))
        return one | {"held": bool(one["name"]) and path in self.source.beside}

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

    def __init__(
        self, rows: int, plain: PlainWords | None, places: pa.Array[Any], looked: list[_Looked]
    ) -> None:
        self.rows = rows
        self._plain = plain
        self._places = places
        self._looked = looked
        self._zeros = pa.nulls(rows, pa.int32()).fill_null(0)

    def authors(self) -> pa.Array[Any]:
        """Names; null where the export gives neither name nor account."""
        return self._put("authors", [one.author for one in self._looked])

    def accounts(self) -> pa.Array[Any]:
        """Accounts; ``""`` where the export gives none."""
        return self._put("accounts", [o.account for o in self._looked])

    def texts(self) -> pa.Array[Any]:
        """What was written."""
        return self._put("texts", [one.text for one in self._looked])

    def replies(self) -> pa.Array[Any]:
        """Numbers of the messages answered."""
        return self._put("replies", [one.reply for one in self._looked])

    def sent_at(self) -> pa.Array[Any]:
        """Instants, or nulls."""
        values = [one.stamp.sent_at for one in self._looked]
        return self._put("sent_at", values, INSTANT)

    def edited_at(self) -> pa.Array[Any]:
        """Instants of the last change, or nulls."""
        values = [one.edited_at for one in self._looked]
        return self._put("edited_at", values, INSTANT)

    def stamps(self) -> pa.Array[Any]:
        """Stamps as written."""
        values = [one.stamp.as_written for one in self._looked]
        return self._put("stamps", values)

    def keys(self) -> pa.Array[Any]:
        """Stamps as ids are made from."""
        return self._put("keys", [o.stamp.key for o in self._looked])

    def kinds(self) -> pa.Array[Any]:
        """Message, call or system."""
        return self._put_same(Kind.MESSAGE, [one.kind for one in self._looked])

    def precisions(self) -> pa.Array[Any]:
        """How exactly each stamp is known."""
        values = [str(one.stamp.precision) for one in self._looked]
        return self._put_same(Precision.SECOND, values)

    def media(self) -> pa.Array[Any]:
        """Kinds of media, LF between."""
        return self._put_same("", [one.media for one in self._looked])

    def forwards(self) -> pa.Array[Any]:
        """Whose words were passed on."""
        return self._put_same(None, [one.forwarded for one in self._looked])

    def attachments(self) -> pa.Array[Any]:
        """Lists, empty for plain rows."""
        return self._lists([one.attachments for one in self._looked], ATTACHMENT)

    def rules(self) -> pa.Array[Any]:
        """Lists, empty for plain rows."""
        return self._lists([one.rules for one in self._looked], _STRING)

    def _put(self, name: str, values: list[Any], kind: pa.DataType = _STRING) -> pa.Array[Any]:
        """The plain column called ``name`` with ``values`` where rows were looked at."""
        plain = None if self._plain is None else getattr(self._plain, name)
        return self._over(plain, values, kind)

    def _put_same(self, value: str | None, values: list[Any]) -> pa.Array[Any]:
        """A column that says ``value`` for every plain row."""
        return self._over(pa.array([value], _STRING).take(self._zeros), values, _STRING)

    def _over(
        self, plain: pa.Array[Any] | None, values: list[Any], kind: pa.DataType
    ) -> pa.Array[Any]:
        if plain is None or self._plain is None:
            return pa.array(values, kind)
        if not values:
            return plain
        put: pa.Array[Any] = pc.replace_with_mask(plain, self._plain.more, pa.array(values, kind))
        return put

    def _lists(self, values: list[list[Any]], kind: pa.DataType) -> pa.Array[Any]:
        counts = [0] * (self.rows + 1)
        places: list[Any] = self._places.to_pylist()
        for place, some in zip(places, values, strict=True):
            counts[place + 1] = len(some)
        flat = pa.array([one for some in values for one in some], kind)
        return pa.ListArray.from_arrays(pa.array(list(accumulate(counts)), pa.int32()), flat)
