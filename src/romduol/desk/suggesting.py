"""Suggestions listed for a person to decide, with the words only where they may be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from romduol.analysis.triage import heads, judging
from romduol.desk import segments
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.deciding import MESSAGE, OPEN, standing
from romduol.desk.opening import Book
from romduol.desk.pointing import member_codes
from romduol.desk.women import everyone, find, may_see, require_may_see
from romduol.records.models import Gathering, Item, Suggestion

_COLUMNS = ["member", "record", "message", "text", "author", "sent_at"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One suggestion. ``message`` is its id and ``text`` its words: both need her key."""

    suggestion: str
    kind: str
    woman: str
    item: str
    message: str
    term: str
    scheme: str
    score: float
    reason: str
    model: str
    state: str
    decided: str
    text: str = ""
    spans: tuple[tuple[str, int, int], ...] = ()  # entry, start, end of every reason
    looks: dict[str, Any] | None = None  # of a campaign or pile-on: times, counts, how rare


@dataclass(frozen=True, slots=True)
class Asked:
    """Which suggestions: of whom, in which state, and whether with their words."""

    alias: str = ""
    state: str = ""
    show: bool = False
    most: int = 0


def listed(book: Book, asked: Asked) -> list[Shown]:
    """Suggestions by score, highest first; the reading of words is logged.

    Raises ``UnknownWoman``, and ``NoGrant`` or ``ConsentMissing`` for a woman named.
    """
    rows = Suggestion.objects.select_related("item__woman").prefetch_related("decisions")
    rows = rows.order_by("-score", "pk")
    if asked.alias:
        woman = find(asked.alias)
        require_may_see(book, woman)
        rows = rows.filter(item__woman=woman)
    seen = {woman.pk for woman in everyone() if may_see(book, woman)}
    chosen = [one for one in rows if one.item.woman_id in seen]
    if asked.state:
        chosen = [one for one in chosen if state_of(one)[0] == asked.state]
    chosen = chosen[: asked.most] if asked.most else chosen
    if asked.show and chosen:
        with acting(book, "read") as act:
            act.about(THE_BOOK, suggestions=len(chosen))
    return list(_shown(book, chosen, show=asked.show))


def state_of(one: Suggestion) -> tuple[str, str]:
    """(open, confirmed or refused; the term decided)."""
    word = standing(one)
    return (word.state, word.term) if word else (OPEN, "")


def _shown(book: Book, chosen: Sequence[Suggestion], *, show: bool) -> Iterator[Shown]:
    messages = _Messages(book)
    messages.load(chosen)
    for one in chosen:
        found = messages.of(one)
        state, decided = state_of(one)
        text = found["text"] if show else ""
        yield Shown(
            suggestion=one.code,
            kind=one.kind,
            woman=one.item.woman.alias,
            item=one.item.code,
            message=found["message"].hex(),
            term=one.term,
            scheme=one.scheme,
            score=round(one.score, 4),
            reason=one.reason,
            model=one.model,
            state=state,
            decided=decided,
            text=text,
            spans=_spans(text, one) if show else (),
            looks=_looks(one),
        )


def _looks(one: Suggestion) -> dict[str, Any] | None:
    """What the suggestion looks like as a whole, when it rests on several messages."""
    held = Gathering.objects.filter(suggestion=one).first() if one.kind != MESSAGE else None
    if held is None:
        return None
    return {
        "start": held.first,
        "peak": held.peak,
        "end": held.last,
        "accounts": held.accounts,
        "new": held.new_accounts,
        "together": held.together,
        "posts": held.posts,
        "objects": held.objects_shared,
        "usual": None if held.usual is None else round(held.usual, 1),
        "rare": held.rare,
    }


def _spans(text: str, one: Suggestion) -> tuple[tuple[str, int, int], ...]:
    """Why, in the message as received: worked out again, never stored.

    What a head heard, perhaps in a vector, is the whole message.
    """
    if one.reason.startswith(judging.HEARD):
        return ((one.reason, 0, len(text)),)
    reasons: list[dict[str, Any]] = _reasons(text)
    meant = [r for r in reasons if r["form"] in (one.term, "")]
    return tuple((r["entry"], r["start"], r["end"]) for r in meant)


def _reasons(text: str) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = judging.judge([text], heads.shipped()).to_pylist()
    return said[0]["reasons"]  # type: ignore[no-any-return]


@dataclass
class _Messages:
    """The messages that suggestions point to, each segment opened once."""

    book: Book
    found: dict[tuple[int, str, int], dict[str, Any]] = field(default_factory=dict)

    def load(self, chosen: Iterable[Suggestion]) -> None:
        """Read what is pointed to, item by item."""
        wanted: dict[int, list[int]] = {}
        for one in chosen:
            wanted.setdefault(one.item_id, []).append(one.record)
        for pk, records in wanted.items():
            self._load_item(Item.objects.get(pk=pk), records)

    def _load_item(self, item: Item, records: list[int]) -> None:
        numbers = pa.array(records, pa.int64())
        for segment in item.segments.select_related("item__woman", "sealed"):
            table = segments.open_segment(self.book, segment, _COLUMNS)
            there = pc.is_in(table.column("record").cast(pa.int64()), value_set=numbers)
            meant = table.filter(there)
            for member, row in zip(member_codes(self.book, meant), meant.to_pylist(), strict=True):
                self.found[item.pk, member, row["record"]] = row

    def of(self, one: Suggestion) -> dict[str, Any]:
        """The message that the suggestion is about."""
        return self.found[one.item_id, one.member, one.record]
