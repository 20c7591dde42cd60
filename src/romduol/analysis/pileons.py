"""Posts aimed at one target come in, pile-ons go out: when many accounts came at once, how sure.

A scan statistic over sliding windows of newly arriving accounts (Naus 1965; Kulldorff 1997) against
what the target's own hours of the week bring. Its null is Monte Carlo: the most extreme window of
simulated quiet periods like hers is what a window must beat, so looking everywhere is paid for.
Over one watched period, however long, a false alarm is raised with a chance of one in twenty.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from romduol.casebook.wording import say

METHOD = "pileons/1"
LEVEL = 0.05
WINDOWS = (1, 3, 6, 12, 24, 72)  # hours
_HOUR, _DAY_HOURS, _WEEK_HOURS = 3600, 24, 168
_AGAIN = 24 * _HOUR  # an account that was here less than this long ago does not arrive anew
_DRAWS, _SEED = 399, 20_200_303
LEAST = 5  # accounts: fewer are not a pile, however quiet she is
_PRIOR_WEEKS = 4.0  # weeks of her average that each hour of the week leans on
_APART = 12  # hours between two windows that are still one episode

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Aimed:
    """One post aimed at the target. ``at`` carries a zone."""

    post: str
    account: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Episode:
    """A pile-on, from the first to the last post of the windows that stand out.

    ``peak`` is the hour with the most accounts; ``new_accounts`` had not posted at her before;
    ``usual`` is how many arrive in such a span of her ordinary weeks; ``p`` is the share of quiet
    periods with a window as extreme. ``seed`` is its first post: it came first, it need not have
    caused the rest.
    """

    start: datetime
    peak: datetime
    end: datetime
    posts: tuple[str, ...]
    accounts: tuple[str, ...]
    new_accounts: int
    usual: float
    p: float
    seed: str
    method: str = METHOD

    def facts(self) -> dict[str, object]:
        """What the sentence ``pileon.episode`` is filled with: times and counts."""
        return {
            "start": f"{self.start:%Y-%m-%d %H:%M}",
            "end": f"{self.end:%Y-%m-%d %H:%M}",
            "accounts": len(self.accounts),
            "new": self.new_accounts,
            "posts": len(self.posts),
            "usual": round(self.usual),
        }

    def words(self, lang: str) -> str:
        """The episode as a sentence."""
        return say("pileon.episode", lang, **self.facts())


@dataclass(frozen=True, slots=True)
class Watched:
    """The episodes of one target in order of time, and what would have gone unseen.

    ``needed``: for each window length in hours, how many accounts had to arrive to be seen.
    """

    episodes: tuple[Episode, ...]
    needed: tuple[tuple[int, int], ...]

    def nothing_shown(self) -> dict[str, object]:
        """What the sentence ``pileon.not_shown`` is filled with, for about a day."""
        hours, accounts = min(self.needed, key=lambda pair: abs(pair[0] - _DAY_HOURS))
        return {"hours": hours, "accounts": accounts}

    def words(self, lang: str) -> list[str]:
        """What may be said: every episode and how often chance shows one, or that none is shown."""
        if not self.episodes:
            return [say("pileon.not_shown", lang, **self.nothing_shown())]
        return [*(one.words(lang) for one in self.episodes), say("pileon.false_alarms", lang)]


@dataclass(frozen=True, slots=True)
class _Hours:
    """Accounts arriving in each hour, the number of the first hour, and the usual of each."""

    arriving: Ints
    first: int
    usual: Floats


@dataclass(frozen=True, slots=True)
class _Window:
    """Hours [start, end) of the watched period, how extreme they are, and how rarely so."""

    start: int
    end: int
    surprise: float
    p: float


def watch(aimed: Sequence[Aimed], seen_from: datetime, seen_to: datetime) -> Watched:
    """The pile-ons among posts ``aimed`` at one target from ``seen_from`` until ``seen_to``.

    The two say what the material covers: an hour it does not cover is not a quiet hour. The same
    posts give the same episodes.
    """
    inside = sorted(
        (a for a in aimed if seen_from <= a.at < seen_to), key=lambda a: (a.at, a.account, a.post)
    )
    first = int(seen_from.timestamp()) // _HOUR
    size = max(-int(-seen_to.timestamp() // _HOUR) - first, 1)
    arriving = _arriving(inside, first, size)
    hours = _Hours(arriving, first, _usual(arriving, first))
    quiet = _quiet_extremes(hours)
    found = _joined(_standing_out(hours, quiet))
    episodes = tuple(_episode(window, inside, hours) for window in found)
    return Watched(episodes, _needed(hours, quiet))


def acting_together(episode: Episode, edges: pa.Table, platform: str = "") -> int:
    """How many of the episode's accounts co-act (``campaigns``) with another of them.

    Where edges name accounts of several platforms, as ``platform/account``, say which is meant.
    """
    inside = {f"{platform}/{one}" if platform else one for one in episode.accounts}
    pairs = zip(edges["a"].to_pylist(), edges["b"].to_pylist(), strict=True)
    return len({one for pair in pairs if inside.issuperset(pair) for one in pair})


def decided_abusive(episode: Episode, abusive: Collection[str]) -> int:
    """How many of the episode's posts a person has decided are abuse."""
    return len(set(episode.posts) & set(abusive))


def _arriving(aimed: Sequence[Aimed], first: int, size: int) -> Ints:
    """How many accounts arrive in each hour: seen now, and not within the day before."""
    counts = np.zeros(size, np.int64)
    last: dict[str, float] = {}
    for one in aimed:
        at = one.at.timestamp()
        if at - last.get(one.account, -float("inf")) > _AGAIN:
            counts[int(at) // _HOUR - first] += 1
        last[one.account] = at
    return counts


def _usual(counts: Ints, first: int) -> Floats:
    """The level of each hour of her week, leaning on the whole; a pile-on is not made usual."""
    capped = np.minimum(counts, _cap(counts))
    typical = max(float(capped.mean()), 0.5 / counts.size)
    hour = (np.arange(counts.size) + first) % _WEEK_HOURS
    total = np.bincount(hour, weights=capped, minlength=_WEEK_HOURS)
    times = np.bincount(hour, minlength=_WEEK_HOURS)
    level = (total + _PRIOR_WEEKS * typical) / (times + _PRIOR_WEEKS)
    return np.asarray(level[hour], np.float64)


def _cap(counts: Ints) -> float:
    """Above this an hour stands far out, and counts only up to here."""
    cap = float(counts.max(initial=0))
    for _ in range(8):
        mean = float(np.minimum(counts, cap).mean())
        cap = max(mean + 6 * np.sqrt(mean), 3.0)
    return cap


def _daily_unrest(hours: _Hours) -> float:
    """How much more her days differ than chance: variance of the day's level, mean 1.

    Days that stand far out are left to the scan.
    """
    days = hours.arriving.size // _DAY_HOURS
    if days < 14:
        return 0.0
    came, usual = (
        values[: days * _DAY_HOURS].reshape(days, _DAY_HOURS).sum(1)
        for values in (hours.arriving, hours.usual)
    )
    middle = np.median(came)
    apart = 1.4826 * float(np.median(np.abs(came - middle)))
    came = np.minimum(came, middle + 5 * max(apart, float(np.sqrt(middle)), 1.0))
    extra = (came - usual) ** 2 - usual
    return max(float(extra.mean() / (usual**2).mean()), 0.0)


def _surprise(counts: Floats, usual: Floats) -> Floats:
    """Log likelihood ratio of more arriving than usual (Poisson); 0 where there are not more."""
    more = (counts > usual) & (counts >= LEAST)
    safe = np.where(more, counts, 1.0)
    return np.where(more, counts * np.log(safe / usual) - (counts - usual), 0.0)


def _sums(values: npt.NDArray[np.generic], window: int) -> Floats:
    """Sums over every ``window`` neighbouring hours."""
    whole = np.concatenate([[0.0], np.cumsum(values.astype(np.float64))])
    return np.asarray(whole[window:] - whole[:-window])


def _windows(hours: int) -> list[int]:
    return [window for window in WINDOWS if window <= hours]


def _quiet_extremes(hours: _Hours) -> Floats:
    """The most extreme window of each of the simulated quiet periods."""
    dice = np.random.default_rng(_SEED)
    unrest = _daily_unrest(hours)
    size, day = hours.usual.size, np.arange(hours.usual.size) // _DAY_HOURS
    usual = {window: _sums(hours.usual, window) for window in _windows(size)}
    extremes = np.zeros(_DRAWS)
    for draw in range(_DRAWS):
        mood = dice.gamma(1 / unrest, unrest, size=day[-1] + 1)[day] if unrest else 1.0
        counts = dice.poisson(hours.usual * mood)
        extremes[draw] = max(
            float(_surprise(_sums(counts, window), level).max()) for window, level in usual.items()
        )
    return extremes


def _standing_out(hours: _Hours, quiet: Floats) -> list[_Window]:
    """The windows that stand out, the most extreme first, none overlapping another."""
    candidates: list[_Window] = []
    for window in _windows(hours.usual.size):
        surprise = _surprise(_sums(hours.arriving, window), _sums(hours.usual, window))
        for start in np.flatnonzero(surprise > np.quantile(quiet, 1 - LEVEL)):
            rare = (1 + int(np.count_nonzero(quiet >= surprise[start]))) / (_DRAWS + 1)
            if rare <= LEVEL:
                end = int(start) + window
                candidates.append(_Window(int(start), end, float(surprise[start]), rare))
    kept: list[_Window] = []
    taken = np.zeros(hours.usual.size, bool)
    for one in sorted(candidates, key=lambda w: (-w.surprise, w.end - w.start, w.start)):
        if not taken[one.start : one.end].any():
            taken[one.start : one.end] = True
            kept.append(one)
    return kept


def _joined(windows: list[_Window]) -> list[_Window]:
    """Windows less than half a day apart as one, in order of time."""
    joined: list[_Window] = []
    for one in sorted(windows, key=lambda w: w.start):
        if joined and one.start - joined[-1].end < _APART:
            before = joined.pop()
            surprise, p = max(before.surprise, one.surprise), min(before.p, one.p)
            joined.append(_Window(before.start, one.end, surprise, p))
        else:
            joined.append(one)
    return joined


def _episode(window: _Window, aimed: Sequence[Aimed], hours: _Hours) -> Episode:
    start, end = (hours.first + hour for hour in (window.start, window.end))
    inside = [a for a in aimed if start <= int(a.at.timestamp()) // _HOUR < end]
    earlier = {a.account for a in aimed if int(a.at.timestamp()) // _HOUR < start}
    accounts = {a.account for a in inside}
    peak = int(np.argmax(hours.arriving[window.start : window.end])) + start
    return Episode(
        start=inside[0].at,
        peak=datetime.fromtimestamp(peak * _HOUR, UTC),
        end=inside[-1].at,
        posts=tuple(a.post for a in inside),
        accounts=tuple(sorted(accounts)),
        new_accounts=len(accounts - earlier),
        usual=float(hours.usual[window.start : window.end].sum()),
        p=window.p,
        seed=inside[0].post,
    )


def _needed(hours: _Hours, quiet: Floats) -> tuple[tuple[int, int], ...]:
    """For each window length the least number of arriving accounts that would have stood out."""
    bar = float(np.quantile(quiet, 1 - LEVEL))
    needed = []
    for window in _windows(hours.usual.size):
        usual = np.array([float(_sums(hours.usual, window).mean())])
        accounts = LEAST
        while float(_surprise(np.array([float(accounts)]), usual)[0]) <= bar:
            accounts += 1
        needed.append((window, accounts))
    return tuple(needed)
