"""Two exports of one chat, from two phones: what both have, what one lacks, what differs.

Given two tables of messages, every message of either is told once: agreed, different, or on one
side only. A message is called missing only where both exports reach; before the first and after
the last common message the other export may simply begin later or end earlier. Nothing here says
who deleted what, or which phone is right: it says where two records differ, for a person to ask.

Method: patience anchors (``anchors``), then the longest common rising sequence over all equal
messages near each other in time between the anchors, then what is left over is paired by author
and time. Time grows as n log n for n messages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from romduol.casework.evidence import pairing
from romduol.casework.evidence.anchors import SLACK, Clock, Pair, anchors, authors, clock
from romduol.casework.evidence.lines import GONE, Lines, lines

_FARTHEST_ZONES = 27 * 3_600_000_000  # UTC-12 to UTC+14, and an hour


class Found(StrEnum):
    """What became of a message, or of a pair."""

    AGREED = "agreed"
    TEXT = "text_differs"
    TIME = "time_differs"
    AUTHOR = "author_differs"
    DELETED_HERE = "deleted_here"  # the first export says only that something was deleted
    DELETED_THERE = "deleted_there"
    ONLY_HERE = "only_here"
    ONLY_THERE = "only_there"
    BEYOND_HERE = "beyond_here"  # in the first, where the second does not reach
    BEYOND_THERE = "beyond_there"


@dataclass(frozen=True, slots=True)
class Told:
    """One finding: a row of the first table, one of the second, or one of both."""

    here: int | None
    there: int | None
    found: Found


@dataclass(frozen=True, slots=True)
class Settled:
    """Which of the two day/month readings of an undecided export the other one bears out.

    ``fits`` of ``asked`` messages stand at the same moment under the reading proposed
    (``as_read``: the one in ``sent_at``), ``against`` under the rival one.
    """

    as_read: bool
    fits: int
    against: int
    asked: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Two threads laid side by side. ``offset_seconds`` is what the second clock is ahead."""

    told: tuple[Told, ...]
    counts: dict[Found, int]
    authors: dict[str, str]
    offset_seconds: float
    clock_known: bool
    newest_first: bool  # the second runs against the first
    left_out_here: int  # lines a program wrote, other threads
    left_out_there: int
    settles_here: Settled | None  # the first was undecided and the second settles it
    settles_there: Settled | None


def compare(here: pa.Table, there: pa.Table, threads: tuple[str, str] | None = None) -> Compared:
    """Lay ``there`` beside ``here``: tables of ``casebook.evidence.MESSAGE`` rows, each in the
    order of its export. ``threads`` names the thread of each; without it, those that share most.
    """
    ours, theirs = threads or closest_threads(here, there)
    a, b, backwards = _facing(lines(here, ours), lines(there, theirs))
    fixed = anchors(a, b)
    a, b, settled = _settle(a, b, fixed)
    time = clock(a, b, fixed)
    fixed = pairing.believed(a, b, fixed, time)
    who = authors(a, b, fixed)
    pairs = pairing.equal(a, b, fixed, who, time)
    matched = sorted(pairs + pairing.changed(a, b, pairs, who, time))
    told = tuple(_tell(a, b, matched, who, time))
    return Compared(
        told=told,
        counts=dict(Counter(one.found for one in told)),
        authors=who,
        offset_seconds=time.offset / 1e6,
        clock_known=time.asked > 0,
        newest_first=backwards,
        left_out_here=here.num_rows - len(a),
        left_out_there=there.num_rows - len(b),
        settles_here=settled[0],
        settles_there=settled[1],
    )


def closest_threads(here: pa.Table, there: pa.Table) -> tuple[str, str]:
    """The thread of each table that has most of its distinct texts in common with the other."""
    alone = threads_of(here), threads_of(there)
    if min(map(len, alone)) == 0 or max(map(len, alone)) == 1:
        first, second = ((threads or [""])[0] for threads in alone)
        return first, second
    ours, theirs = _texts(here), _texts(there)
    pairs = [(len(ours[x] & theirs[y]), x, y) for x in sorted(ours) for y in sorted(theirs)]
    _, x, y = max(pairs, key=lambda pair: pair[0])
    return x, y


def threads_of(table: pa.Table) -> list[str]:
    """Every thread of the table, sorted."""
    return sorted(str(thread) for thread in table.column("thread").unique().to_pylist())


def _texts(table: pa.Table) -> dict[str, set[str]]:
    return {thread: set(lines(table, thread).key) for thread in threads_of(table)}


def _facing(a: Lines, b: Lines) -> tuple[Lines, Lines, bool]:
    """The second turned round when that puts more messages in the same order as the first."""
    turned = b.reversed()
    if len(anchors(a, turned)) > len(anchors(a, b)):
        return a, turned, True
    return a, b, False


def _settle(
    a: Lines, b: Lines, fixed: Sequence[Pair]
) -> tuple[Lines, Lines, tuple[Settled | None, Settled | None]]:
    """The undecided export, if it is one alone, read in the order that the other bears out."""
    open_a, open_b = (any(t is not None for t in side.at_other) for side in (a, b))
    if open_a == open_b:
        return a, b, (None, None)
    side = a if open_a else b
    other = side.with_other_times()
    telling = [p for p in fixed if _differs(side, other, p[0] if open_a else p[1])]
    as_read = clock(a, b, telling)
    rival = clock(other, b, telling) if open_a else clock(a, other, telling)
    said = _verdict(as_read, rival)
    if said is not None and not said.as_read:
        a, b = (other, b) if open_a else (a, other)
    return a, b, (said, None) if open_a else (None, said)


def _differs(one: Lines, other: Lines, at: int) -> bool:
    return one.at[at] != other.at[at]


def _verdict(as_read: Clock, rival: Clock) -> Settled | None:
    """Twice as many messages, and two more, must speak for one reading as for the other."""
    fits, rivals = _speaking(as_read), _speaking(rival)
    best, worst = max(fits, rivals), min(fits, rivals)
    if best < 2 * worst + 2:
        return None
    return Settled(fits > rivals, best, worst, as_read.asked)


def _speaking(time: Clock) -> int:
    """Clocks of two phones are a zone apart, not a month: a reading that says so fits nothing."""
    return time.fitting if abs(time.offset) <= _FARTHEST_ZONES else 0


def _tell(
    a: Lines, b: Lines, matched: Sequence[Pair], who: dict[str, str], time: Clock
) -> Iterator[Told]:
    """Every line of both once, in the order of the first export."""
    last = (-1, -1)
    for number, (i, j) in enumerate([*matched, (len(a), len(b))]):
        beyond = number in (0, len(matched))
        for k in range(last[0] + 1, i):
            yield Told(a.row[k], None, Found.BEYOND_HERE if beyond else Found.ONLY_HERE)
        for k in range(last[1] + 1, j):
            yield Told(None, b.row[k], Found.BEYOND_THERE if beyond else Found.ONLY_THERE)
        if number < len(matched):
            yield Told(a.row[i], b.row[j], _difference(a, b, (i, j), who, time))
        last = (i, j)


def _difference(a: Lines, b: Lines, pair: Pair, who: dict[str, str], time: Clock) -> Found:
    i, j = pair
    if a.key[i] != b.key[j]:
        gone_here, gone_there = a.key[i] == GONE, b.key[j] == GONE
        deleted = Found.DELETED_HERE if gone_here else Found.DELETED_THERE
        return deleted if gone_here or gone_there else Found.TEXT
    if not pairing.same_author(a.author[i], b.author[j], who):
        return Found.AUTHOR
    return Found.AGREED if _same_time(a, b, pair, time) else Found.TIME


def _same_time(a: Lines, b: Lines, pair: Pair, time: Clock) -> bool:
    apart = pairing.apart(a, b, pair, time)
    return apart is None or apart <= max(a.span[pair[0]], b.span[pair[1]]) + SLACK
