"""Messages that stand once in each export and in the same order in both: what everything hangs on.

Patience alignment (Bram Cohen): texts unique on both sides, then the longest run of them that
rises on both sides. From these alone come the direction of the second export, who is who, how far
apart the clocks are, and which day/month order fits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from romduol.casework.evidence.lines import Lines

Pair = tuple[int, int]  # position in the first export, position in the second
SLACK = 90_000_000  # microseconds a stamp may differ beside its own precision
_MINUTE = 60_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """``offset`` microseconds are to be added to a stamp of the first to get that of the second.

    ``fitting`` of ``asked`` anchors agree with it. None was asked when stamps are unknown.
    """

    offset: int
    fitting: int
    asked: int


def anchors(a: Lines, b: Lines) -> list[Pair]:
    """Pairs rising on both sides, of keys that stand once in each."""
    once_a, once_b = _once(a.key), _once(b.key)
    pairs = [(once_a[key], once_b[key]) for key in once_a.keys() & once_b.keys()]
    return rising(pairs)


def _once(keys: Sequence[str]) -> dict[str, int]:
    counts = Counter(keys)
    return {k: n for n, k in enumerate(keys) if counts[k] == 1 and not k.startswith("\x00")}


def rising(pairs: Iterable[Pair]) -> list[Pair]:
    """The longest choice of pairs strictly rising on both sides (Hunt and Szymanski, 1977)."""
    tails: list[int] = []  # least second position that ends a run of each length
    ends: list[int] = []  # and which pair that is
    before: list[int] = []
    held = sorted(pairs, key=lambda pair: (pair[0], -pair[1]))
    for number, (_, second) in enumerate(held):
        length = bisect_left(tails, second)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(second)
            ends.append(number)
        else:
            tails[length], ends[length] = second, number
    return _traced(held, ends[-1] if ends else -1, before)


def _traced(held: Sequence[Pair], at: int, before: Sequence[int]) -> list[Pair]:
    run = []
    while at >= 0:
        run.append(held[at])
        at = before[at]
    return run[::-1]


def authors(a: Lines, b: Lines, pairs: Iterable[Pair]) -> dict[str, str]:
    """Who of the first export is who in the second, by the messages both have; one to one."""
    votes: Counter[tuple[str, str]] = Counter()
    for i, j in pairs:
        one, two = a.author[i], b.author[j]
        if one is not None and two is not None:
            votes[one, two] += 1
    found: dict[str, str] = {}
    for (one, two), _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0])):
        if one not in found and two not in found.values():
            found[one] = two
    return found


def clock(a: Lines, b: Lines, pairs: Iterable[Pair]) -> Clock:
    """The offset that fits most anchors."""
    apart = [(b.at[j], a.at[i], max(a.span[i], b.span[j])) for i, j in pairs]
    known = [(y - x, span) for y, x, span in apart if x is not None and y is not None]
    if not known:
        return Clock(0, 0, 0)
    offset = _commonest([difference for difference, _ in known])
    fitting = sum(abs(d - offset) <= span + SLACK for d, span in known)
    return Clock(offset, fitting, len(known))


def _commonest(differences: Sequence[int]) -> int:
    """The middle of those differences that fall into the fullest minute and its neighbours."""
    minutes = Counter(round(d / _MINUTE) for d in differences)
    best = max(minutes, key=lambda m: (minutes[m - 1] + minutes[m] + minutes[m + 1], minutes[m]))
    near = sorted(d for d in differences if abs(round(d / _MINUTE) - best) <= 1)
    return near[len(near) // 2]
