"""Her messages pass through triage; what it suggests is kept as codes for a person to decide.

Only what others wrote is looked at: her own words are never scored (law 10). An item is looked at
once by each version of the method; a kill in between leaves the items that were done.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from romduol.analysis.triage import heads, judging, scoring
from romduol.analysis.triage.vectors import adapters
from romduol.analysis.triage.vectors.hearing import Heard
from romduol.desk import examining_groups, segments, vectoring
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.deciding import MESSAGE, scheme_of_term
from romduol.desk.examining_across import look_across
from romduol.desk.opening import Book
from romduol.desk.pointing import member_codes
from romduol.desk.women import everyone, find, may_see, require_may_see
from romduol.records.models import Examination, Item, Segment, Suggestion, Woman

TOLD = ("interview", "form")  # platforms of what she told
MOST_FORMS = 3  # suggested for one message
_BATCH = 4096
Progress = Callable[[int, int], None]


@dataclass
class Examined:
    """What a look did: messages looked at now, and new suggestions by kind."""

    messages: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    passed_over: int = 0  # women whose record this member may not see
    vectors: int = 0  # messages whose whole sentences were read now

    @property
    def suggestions(self) -> int:
        """New suggestions, all kinds together."""
        return self.by_kind.total()


@dataclass(frozen=True, slots=True)
class _Look:
    """By which method, with which vectors."""

    method: str
    heard: Heard | None = None


def examine(
    book: Book,
    alias: str = "",
    progress: Progress = lambda _done, _all: None,
    *,
    vectors: bool = False,
) -> Examined:
    """Look at what is new since the last look, of one woman or of all this member may see.

    With ``vectors``, whole sentences of what ranks highest are read too, which is a method of its
    own. Raises ``UnknownWoman``, and ``NoGrant`` or ``ConsentMissing`` for a woman named;
    ``VectorsMissing`` or ``OtherVectors``.
    """
    if vectors:
        vectoring.require()
    women = _meant(book, alias)
    done = Examined(passed_over=0 if alias else len(everyone()) - len(women))
    by = method(vectors=True) if vectors else method()
    total = sum(_to_look_at(women, by).values_list("messages", flat=True))
    with book.alone():
        for woman in women:
            look = _Look(by)
            if vectors:
                done.vectors += vectoring.add(book, woman, _texts(book, woman), progress)
                look = _Look(by, vectoring.heard(book, woman))
            _examine_woman(book, woman, look, done, lambda: progress(done.messages, total))
            done.by_kind.update(examining_groups.look(book, woman))
        if not alias:
            done.by_kind[examining_groups.CAMPAIGN] += look_across(book, women)
    return done


def method(*, vectors: bool = False) -> str:
    """Name and version of what looks, as a code."""
    said = judging.method(heads.shipped())
    if vectors:
        said = f"{said} {adapters.shipped().version}"
    return said.replace(" ", "+")


def _meant(book: Book, alias: str) -> list[Woman]:
    if not alias:
        return [woman for woman in everyone() if may_see(book, woman)]
    woman = find(alias)
    require_may_see(book, woman)
    return [woman]


def _to_look_at(women: list[Woman], by: str) -> Any:
    return Segment.objects.filter(item__woman__in=women).exclude(item__examinations__method=by)


def _texts(book: Book, woman: Woman) -> Iterator[str]:
    """What others wrote to her."""
    for _, table in segments.messages_of(book, woman):
        texts: Any = from_others(table).column("text").to_pylist()
        yield from texts


def _examine_woman(
    book: Book, woman: Woman, look: _Look, done: Examined, told: Callable[[], None]
) -> None:
    """Item by item, each in a transaction of its own; repeats of a message are passed over."""
    waiting = dict(woman.items.exclude(examinations__method=look.method).values_list("code", "pk"))
    if not any(_to_look_at([woman], look.method)):
        return
    tables = segments.messages_of(book, woman)
    for code, found in groupby(tables, key=lambda pair: pair[0]):
        if code in waiting:
            item = Item.objects.get(pk=waiting[code])
            _examine_item(book, item, (t for _, t in found), look, done)
            told()


def _examine_item(
    book: Book, item: Item, tables: Iterable[pa.Table], look: _Look, done: Examined
) -> None:
    with acting(book, "examine") as act:
        looked, made, held = 0, 0, _held(item)
        for places, scores in _scored(book, tables, look.heard):
            suggested = _suggested(item, places, scores, look.method)
            rows = [one for one in suggested if _key(one) not in held]
            Suggestion.objects.bulk_create(rows, batch_size=1000)
            looked, made = looked + len(places), made + len(rows)
        Examination.objects.create(item=item, method=look.method, messages=looked, at=now())
        act.about(item.code, method=look.method, messages=looked, suggestions=made)
    done.messages += looked
    done.by_kind[MESSAGE] += made


def _held(item: Item) -> set[tuple[str, int, str]]:
    """What was suggested before, by an earlier version or for the queue: it is not said twice."""
    rows = item.suggestions.filter(kind=MESSAGE)
    return set(rows.values_list("member", "record", "term"))


def _key(one: Suggestion) -> tuple[str, int, str]:
    return one.member, one.record, one.term


def _scored(
    book: Book, tables: Iterable[pa.Table], heard: Heard | None
) -> Iterator[tuple[list[tuple[str, int]], pa.Table]]:
    """Where each message that others wrote stands, and the scores, a batch at a time."""
    for table in tables:
        for batch in from_others(table).to_batches(max_chunksize=_BATCH):
            part = pa.Table.from_batches([batch])
            rows: list[dict[str, Any]] = part.to_pylist()
            codes = member_codes(book, part)
            places = [(code, row["record"]) for code, row in zip(codes, rows, strict=True)]
            texts = [row["text"] for row in rows]
            yield places, judging.judge(texts, heads.shipped(), heard=heard)


def from_others(table: pa.Table) -> pa.Table:
    """Messages with words that are not hers; what she told is hers, whoever wrote it down."""
    said_own: Any = table.column("own")
    own: Any = pc.fill_null(said_own, False)
    told: Any = pc.is_in(table.column("platform"), value_set=pa.array(TOLD))
    hers: Any = pc.or_(own, told)
    said: Any = pc.not_equal(table.column("text"), pa.scalar(""))
    theirs: Any = pc.invert(hers)
    return table.filter(pc.and_(theirs, said)).select(["member", "record", "text"])


def _suggested(
    item: Item, places: list[tuple[str, int]], scores: pa.Table, by: str
) -> Iterator[Suggestion]:
    flagged = pc.greater_equal(scores.column("score"), pa.scalar(scoring.FLAGGED, pa.float32()))
    at = now()
    for row in scores.filter(flagged).to_pylist():
        member, record = places[row["row"]]
        for form in row["forms"][:MOST_FORMS]:
            if form["score"] >= scoring.FLAGGED or form is row["forms"][0]:
                yield Suggestion(
                    code=f"s{secrets.token_hex(8)}",
                    kind=MESSAGE,
                    item=item,
                    member=member,
                    record=record,
                    scheme=scheme_of_term(form["form"]),
                    term=form["form"],
                    score=form["score"],
                    reason=_reason(row, form["form"]),
                    model=by,
                    at=at,
                )


def _reason(row: dict[str, Any], form: str) -> str:
    """The entry that weighs most for this form."""
    entries = [reason for reason in row["reasons"] if reason["form"] == form]
    return max(entries, key=lambda reason: reason["weight"])["entry"] if entries else ""
