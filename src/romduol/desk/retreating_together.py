"""Several women's answers and posts become what may be said of all of them together.

Only women who agreed to be counted; each once, by her first attack with a day. Under 20 women
nothing but words comes out, by the ladder of the release (law 9).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from romduol.analysis import voice
from romduol.analysis.pooled import LEAST_WOMEN, Pooled, pooled
from romduol.analysis.shifts import LEVEL
from romduol.analysis.silence import to_return, to_silence
from romduol.analysis.weeks import Weeks
from romduol.casebook import people
from romduol.casebook.survival import Spell, Step, median, waiting
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.examining_posts import posts_of
from romduol.desk.opening import Book
from romduol.desk.retreating import Progress, attacks_of, start_of
from romduol.desk.women import allows, everyone, may_see
from romduol.publication.ladder import Ladder
from romduol.publication.options import SMALL_STUDY
from romduol.records.models import RetreatAnswer, Woman

DAYS_AFTER = (0, 30, 90)
THRESHOLD = 5
SILENT_FROM = "ret.3"  # from here on the scale speaks of not speaking publicly
BACK = "ret.back"
NOT_SHOWN, FALL, TOO_FEW = "retreat.pooled.not_shown", "retreat.pooled.fall", "retreat.pooled.few"


@dataclass(frozen=True, slots=True)
class AtDay:
    """Of ``asked`` women how many answered that by ``days`` they no longer spoke publicly.

    ``women`` is none where only words may be said; ``voice`` is the rung of the ladder.
    """

    days: int
    asked: int
    women: int | None
    voice: str


@dataclass(frozen=True, slots=True)
class Together:
    """What may be said: answers by day, days to silence and to return, one pooled change.

    Numbers are none under 20 women. ``outcome`` is the sentence about the pooled change.
    """

    women: int
    answers: tuple[AtDay, ...]
    to_silence: tuple[Step, ...] | None
    to_return: tuple[Step, ...] | None
    median_silence: float | None
    median_return: float | None
    change: Pooled | None
    outcome: str


@dataclass
class _Gathered:
    answered: list[tuple[date, list[RetreatAnswer]]] = field(default_factory=list)
    weeks: list[Weeks] = field(default_factory=list)
    silences: list[Spell] = field(default_factory=list)
    returns: list[Spell] = field(default_factory=list)
    women: int = 0


def together(
    book: Book, until: date | None = None, progress: Progress = lambda _done, _all: None
) -> Together:
    """What may be said of every woman who agreed to be counted and whose record this member may
    see; logged. ``until`` as in ``retreating.Asked``.
    """
    women = [
        one for one in everyone() if may_see(book, one) and allows(one, people.SCOPE_OF_COUNTING)
    ]
    gathered = _Gathered()
    for done, woman in enumerate(women, start=1):
        _gather(book, woman, gathered, start_of(until) if until else None)
        progress(done, len(women))
    with acting(book, "retreat") as act:
        act.about(THE_BOOK, women=gathered.women)
    return _said(gathered)


def _gather(book: Book, woman: Woman, gathered: _Gathered, until: datetime | None) -> None:
    attacks = attacks_of(woman)
    if not attacks:
        return
    incident, day = attacks[0]
    gathered.women += 1
    answers = list(incident.retreats.order_by("since"))
    if answers:
        gathered.answered.append((day, answers))
    attack = start_of(day)
    frame = posts_of(book, [woman])
    seen = next(
        (s for s in voice.measures(frame, attack, (), until) if s.measure == voice.PUBLIC), None
    )
    if seen is None or seen.weeks is None:
        return
    gathered.weeks.append(seen.weeks)
    gathered.silences.append(to_silence(seen.at, attack, seen.seen_to))
    back = to_return(seen.at, attack, seen.seen_to)
    if back is not None:
        gathered.returns.append(back)


def _said(gathered: _Gathered) -> Together:
    small = len(gathered.weeks) < SMALL_STUDY
    change = pooled(gathered.weeks) if len(gathered.weeks) >= LEAST_WOMEN else None
    silence, back = waiting(gathered.silences), waiting(gathered.returns)
    return Together(
        women=gathered.women,
        answers=tuple(_at(gathered.answered, days) for days in DAYS_AFTER),
        to_silence=None if small else silence,
        to_return=None if small else back,
        median_silence=None if small else median(silence),
        median_return=None if small else median(back),
        change=None if small else change,
        outcome=_outcome(change),
    )


def _outcome(change: Pooled | None) -> str:
    if change is None:
        return TOO_FEW
    return FALL if change.p <= LEVEL and change.ratio < 1 else NOT_SHOWN


def _at(answered: list[tuple[date, list[RetreatAnswer]]], days: int) -> AtDay:
    """Who had stopped by then: a level from ``SILENT_FROM`` on whose dates hold that day."""
    quiet = sum(_quiet_on(answers, day + timedelta(days=days)) for day, answers in answered)
    asked = len(answered)
    rung = Ladder(asked, THRESHOLD).voice(quiet)
    return AtDay(days, asked, None if asked < SMALL_STUDY else quiet, rung.value)


def _quiet_on(answers: list[RetreatAnswer], day: date) -> bool:
    return any(
        one.level >= SILENT_FROM
        and one.level != BACK
        and _begin(one.since) <= day
        and (not one.until or day < _begin(one.until))
        for one in answers
        if one.since
    )


def _begin(written: str) -> date:
    """The first day of what was written as far as known."""
    return date.fromisoformat((written + "-01-01")[:10])
