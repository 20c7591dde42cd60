"""Windows of records go in, batches shaped like ``MESSAGE`` come out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from romduol.casebook.evidence import ATTACHMENT, MESSAGE
from romduol.intake.arrow import each_its_own, fixed, pc
from romduol.intake.identity import MessageIds
from romduol.intake.source import Source
from romduol.intake.telegram.looking import LOOKED, LookedAt, look_at
from romduol.intake.telegram.outline import Chat
from romduol.intake.telegram.pieces import Slab
from romduol.intake.telegram.shapes import Record
from romduol.intake.telegram.stamps import INSTANT, LOCAL

PLATFORM = "telegram"

_STRING = pa.string()
_NOTHING: LookedAt = {"attachments": [], "rules": []}
_NONE: Any = pa.scalar(None, _STRING)


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

    def batch(self, slab: Slab) -> pa.RecordBatch:
        """The records of ``slab`` in file order."""
        looked = [self._look_at(*found) for found in slab.looked_at()]
        merged = _Merged(slab, looked, self.source.beside)
        columns = self._columns(slab, merged)
        self.count += len(slab.opens)
        return pa.RecordBatch.from_arrays([columns[n] for n in MESSAGE.names], schema=MESSAGE)

    def _columns(self, slab: Slab, merged: _Merged) -> dict[str, pa.Array[Any]]:
        rows = len(slab.opens)
        authors, texts = merged.column("author"), merged.column("text")
        accounts = merged.column("account")
        sent_at = merged.column("sent_at")
        edited_at = merged.column("edited_at")
        threads = _of_chats(slab, [chat.thread for chat in slab.chats])
        ids = self._ids.of(
            threads=threads,
            authors=_accounts_or_names(accounts, authors),
            stamps=each_its_own(merged.column("key")),
            texts=texts,
            media=merged.column("media"),
            clock=sent_at.cast(pa.int64()),
        )
        return {
            "message": ids,
            "member": pa.repeat(fixed(self.source.member), rows),
            "start": pa.array(slab.starts),
            "end": pa.array(slab.ends),
            "record": pa.array(range(self.count, self.count + rows), pa.int64()),
            "platform": pa.repeat(fixed(PLATFORM), rows),
            "thread": threads.cast(_STRING),
            "kind": merged.column("kind"),
            "author": authors,
            "account": _numbered(accounts),
            "own": self._own(authors, accounts, slab),
            "sent_at": sent_at,
            "sent_at_other": pa.nulls(rows, INSTANT),
            "sent_at_text": merged.column("stamp"),
            "precision": merged.column("precision"),
            "text": texts,
            "reply_to": merged.column("reply"),
            "forwarded_from": merged.column("forwarded"),
            "edited": edited_at.is_valid(),
            "edited_at": edited_at,
            "deleted": pa.repeat(fixed(False), rows),
            "attachments": merged.attachments(),
            "rules": merged.column("rules"),
        }

    def _look_at(self, raw: bytes, record: Record, mending: tuple[str, ...]) -> LookedAt:
        looked = look_at(raw, record, mending, self.zone)
        self.mended += bool(mending)
        self.local_times = self.local_times or LOCAL in looked["rules"]
        return looked

    def _own(self, authors: pa.Array[Any], accounts: pa.Array[Any], slab: Slab) -> pa.Array[Any]:
        """Hers: by the names a person gave, else by the export's account, else by its two sides."""
        said = _accounts_or_names(accounts, _NONE)
        if self.own_account:
            known = pc.equal(said, fixed(self.own_account))
        else:
            known = pc.not_equal(said, _of_chats(slab, [_other(c) for c in slab.chats]))
        named = pc.is_in(authors, value_set=pa.array(self.own_names, _STRING))
        own: pa.Array[Any] = pc.if_else(named, fixed(True), known)
        return own


class _Merged:
    """Columns of one window: what each row's own words say, over what all rows like it say."""

    def __init__(self, slab: Slab, looked: list[LookedAt], beside: frozenset[str]) -> None:
        alike = slab.alike
        patterns = alike.looked if alike else []
        self._rows, self._beside = len(slab.opens), beside
        self._words = alike.columns if alike else {}
        self._fields: Any = pa.array([*patterns, *looked, _NOTHING], LOOKED)
        nth = np.full(self._rows, -1) if alike is None else alike.nth.copy()
        nth[nth < 0] = np.arange(len(patterns), len(patterns) + len(looked))
        self._nth = pa.array(nth)

    def column(self, name: str) -> pa.Array[Any]:
        """Column ``name``: the rows' own words where there are any."""
        own = self._words.get(name)
        if own is not None and not own.null_count:
            return own
        looked: pa.Array[Any] = self._fields.field(name).take(self._nth)
        return looked if own is None or own.null_count == len(own) else pc.coalesce(own, looked)

    def attachments(self) -> pa.Array[Any]:
        """All attachments, with the rows' own file names and notes, and whether they are held."""
        lists: Any = self._fields.field("attachments").take(self._nth)
        flat = lists.flatten()
        columns = {f.name: flat.field(f.name) for f in ATTACHMENT}
        for name in ("name", "note"):
            own = self._words.get(name)
            if own is not None and own.null_count < len(own):
                own = own.take(pc.list_parent_indices(lists))
                columns[name] = pc.coalesce(own, columns[name])
        if self._beside:
            columns["held"] = self._held(columns["name"])
        made = pa.StructArray.from_arrays(list(columns.values()), fields=list(ATTACHMENT))
        whole: pa.Array[Any] = pa.ListArray.from_arrays(lists.offsets, made)
        return whole

    def _held(self, names: pa.Array[Any]) -> pa.Array[Any]:
        """Whether the bytes of each lie in the same archive."""
        files = pc.replace_substring_regex(names, "^.*/", "")
        named = pc.not_equal(files, fixed(""))
        held: pa.Array[Any] = pc.and_(
            named, pc.is_in(files, pa.array(sorted(self._beside), _STRING))
        )
        return held


def _other(chat: Chat) -> str | None:
    """Of two people, the other account has the chat's number; none where there may be more."""
    return chat.thread if chat.type == "personal_chat" and chat.id else None


def _of_chats(slab: Slab, values: list[str | None]) -> pa.Array[Any]:
    """What is said of each row's chat, dictionary-coded."""
    rows: Any = pa.array(slab.nth if slab.nth is not None else np.zeros(len(slab.opens), np.int64))
    places = rows.cast(pa.int32())
    found: pa.Array[Any] = pa.DictionaryArray.from_arrays(places, pa.array(values, _STRING))
    return found


def _numbered(accounts: pa.Array[Any]) -> pa.Array[Any]:
    """Each account; null where the export has no number for it."""
    none = pc.equal(accounts, fixed(""))
    found: pa.Array[Any] = pc.if_else(none, _NONE, accounts) if none.true_count else accounts
    return found


def _accounts_or_names(accounts: pa.Array[Any], names: Any) -> pa.Array[Any]:
    """Each account, or the name where there is none."""
    none = pc.equal(accounts, fixed(""))
    if not none.true_count:
        return accounts
    found: pa.Array[Any] = pc.if_else(none, names, accounts)
    return found
