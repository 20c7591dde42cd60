"""Between anchors: equal messages near each other in time, then changed ones by author and time."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from romduol.casework.evidence.anchors import SLACK, Clock, Pair, rising
from romduol.casework.evidence.lines import GONE, Lines

WINDOW = 600_000_000  # microseconds: a repeated "ok" ten minutes away is another "ok"
REACHES = (60_000_000, 60_000_000 + SLACK, WINDOW)
_MOST_NEAR = 24  # more equal messages than this near each other are paired first with first
_LIKE = 0.6  # how much of a text must remain for it to be the same message, changed
_LONGEST_LIKENED = 2000  # characters
_LONG = 24  # characters: a text this long is hardly said twice and lost once on each side
_MOST_LOOKED_AT = 64  # messages within two minutes or so


def same_author(one: str | None, two: str | None, who: Mapping[str, str]) -> bool:
    """Can the two be one person? Unknown authors, and those nobody placed, can be anyone not placed
    already."""
    if one is None or two is None:
        return True
    if one in who:
        return who[one] == two
    return two not in who.values()


def apart(a: Lines, b: Lines, pair: Pair, time: Clock) -> int | None:
    """Microseconds between the stamps of a pair once the clocks are put together, if known."""
    first, second = a.at[pair[0]], b.at[pair[1]]
    if first is None or second is None or not time.asked:
        return None
    return abs(second - first - time.offset)


def believed(a: Lines, b: Lines, fixed: Sequence[Pair], time: Clock) -> list[Pair]:
    """Anchors without short texts far apart in time: each side may have lost another "good night".
    A long text at two times is one message, and its stamps differ."""
    return [
        pair
        for pair in fixed
        if len(a.key[pair[0]]) >= _LONG or (apart(a, b, pair, time) or 0) <= WINDOW
    ]


def equal(
    a: Lines, b: Lines, fixed: Sequence[Pair], who: Mapping[str, str], time: Clock
) -> list[Pair]:
    """The anchors, and between them the longest rising choice of other equal messages: those at
    the same moment first, then between these the ones farther apart."""
    held = list(fixed)
    for reach in REACHES if time.asked else REACHES[-1:]:
        near = [
            pair
            for group in _groups(a, b, held)
            for pair in _candidates(a, b, group, who, time, reach)
        ]
        held = rising(held + near)
    return held


def _groups(a: Lines, b: Lines, fixed: Sequence[Pair]) -> Iterator[tuple[list[int], list[int]]]:
    """Positions of equal messages, on both sides of the same two anchors."""
    at_a, at_b = [i for i, _ in fixed], [j for _, j in fixed]
    ours, theirs = _by_gap(a, at_a), _by_gap(b, at_b)
    for where in ours.keys() & theirs.keys():
        yield ours[where], theirs[where]


def _by_gap(side: Lines, fixed: Sequence[int]) -> dict[tuple[int, str], list[int]]:
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    gap = 0
    for position, key in enumerate(side.key):
        if gap < len(fixed) and position == fixed[gap]:
            gap += 1
        else:
            found[gap, key].append(position)
    return found


def _candidates(
    a: Lines,
    b: Lines,
    group: tuple[list[int], list[int]],
    who: Mapping[str, str],
    time: Clock,
    reach: int,
) -> Iterator[Pair]:
    """Pairs of a group whose times are near; where times say nothing, first with first."""
    ours, theirs = group
    dated = sorted((at, j) for j in theirs if (at := b.at[j]) is not None)
    if not time.asked or len(dated) < len(theirs):
        yield from zip(ours, theirs, strict=False)
        return
    for nth, i in enumerate(ours):
        for j in _near(a, i, dated, nth, time.offset, reach):
            if same_author(a.author[i], b.author[j], who):
                yield i, j


def _near(a: Lines, i: int, dated: Sequence[Pair], nth: int, offset: int, reach: int) -> list[int]:
    """Those of ``dated`` (time, position) near the ``nth`` of ours; one where there are many."""
    at = a.at[i]
    if at is None:
        return [j for _, j in dated[nth : nth + 1]]
    low = bisect_left(dated, (at + offset - reach, -1))
    high = bisect_left(dated, (at + offset + reach + 1, -1))
    if high - low > _MOST_NEAR:
        low = min(max(nth, low), high - 1)
        high = low + 1
    return [j for _, j in dated[low:high]]


def changed(
    a: Lines, b: Lines, pairs: Sequence[Pair], who: Mapping[str, str], time: Clock
) -> list[Pair]:
    """Messages left over that are one message, edited or deleted on one side since."""
    found: list[Pair] = []
    last = (-1, -1)
    for i, j in [*pairs, (len(a), len(b))]:
        if i - last[0] > 1 and j - last[1] > 1 and time.asked:
            found += _changed_between(a, b, last, (i, j), who, time)
        last = (i, j)
    return found


def _changed_between(
    a: Lines, b: Lines, after: Pair, before: Pair, who: Mapping[str, str], time: Clock
) -> Iterator[Pair]:
    """First fitting with first fitting; what is passed over stays on its own side."""
    start = after[1] + 1
    for i in range(after[0] + 1, before[0]):
        while start < before[1] and _is_past(a, b, (i, start), time):
            start += 1
        for j in range(start, min(start + _MOST_LOOKED_AT, before[1])):
            if _is_one_message(a, b, (i, j), who, _signed(a, b, (i, j), time)):
                yield i, j
                start = j + 1
                break


def _is_past(a: Lines, b: Lines, pair: Pair, time: Clock) -> bool:
    """Was the second written too long before the first, and so before all that follow it?"""
    distance = _signed(a, b, pair, time)
    return distance is not None and distance < -_allowed(a, b, pair)


def _signed(a: Lines, b: Lines, pair: Pair, time: Clock) -> int | None:
    first, second = a.at[pair[0]], b.at[pair[1]]
    return None if first is None or second is None else second - first - time.offset


def _allowed(a: Lines, b: Lines, pair: Pair) -> int:
    return max(a.span[pair[0]], b.span[pair[1]]) + SLACK


def _is_one_message(
    a: Lines, b: Lines, pair: Pair, who: Mapping[str, str], distance: int | None
) -> bool:
    i, j = pair
    if distance is None or abs(distance) > _allowed(a, b, pair):
        return False
    if not same_author(a.author[i], b.author[j], who):
        return False
    return GONE in (a.key[i], b.key[j]) or a.edited[i] or b.edited[j] or _alike(a.key[i], b.key[j])


def _alike(one: str, two: str) -> bool:
    if one.startswith("\x00") or two.startswith("\x00"):
        return False
    match = SequenceMatcher(None, one[:_LONGEST_LIKENED], two[:_LONGEST_LIKENED], autojunk=False)
    return match.real_quick_ratio() >= _LIKE and match.quick_ratio() >= _LIKE <= match.ratio()
