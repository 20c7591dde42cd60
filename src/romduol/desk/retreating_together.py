"""Several women's answers and posts become what may be said of all of them together.

Only women who agreed to be counted; each once, by her first attack with a day. Under 20 women
nothing but words comes out, by the ladder of the release (law 9), and nothing by form of harm or
kind of actor. From 20 on such a group is told when it is as large as a release would ask, and when
those outside it are none or at least two; of it no curve is given, for that is every woman's days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from romduol.analysis import voice
from romduol.analysis.pooled import LEAST_WOMEN, Pooled, pooled
from romduol.analysis.shifts import LEVEL
from romduol.analysis.silence import to_return, to_silence
from romduol.analysis.weeks import Weeks
from romduol.casebook import people
from romduol.casebook.survival import Spell, Step, median, waiting
from romduol.casebook.vocabulary import vocabulary
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.examining_posts import posts_of
from romduol.desk.opening import Book
from romduol.desk.retreating import Progress, attacks_of, start_of
from romduol.desk.women import allows, everyone, may_see
from romduol.publication.ladder import Ladder, Voice
from romduol.publication.options import FINE_THRESHOLD, SMALL_STUDY, USUAL_THRESHOLD
from romduol.records.models import Incident, RetreatAnswer, Woman

DAYS_AFTER = (0, 30, 90)
THRESHOLD = USUAL_THRESHOLD
SILENT_FROM = "ret.3"  # from here on the scale speaks of not speaking publicly
BACK = "ret.back"
NOT_SHOWN, FALL, TOO_FEW = "retreat.pooled.not_shown", "retreat.pooled.fall", "retreat.pooled.few"
ACTOR = "actor"
_WEEK = 7  # days to which a group's medians are rounded


@dataclass(frozen=True, slots=True)
class AtDay:
    """Of ``asked`` women how many answered that by ``days`` they no longer spoke publicly; where
    ``level`` is set, how many answered that level of that day.

    ``women`` is none where only words may be said; ``voice`` is the rung of the ladder.
    """

    days: int
    asked: int
    women: int | None
    voice: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What may be said of the women whose first attack held a form of harm or a kind of actor.

    ``scheme`` and ``term`` name it. Medians are days in whole weeks. A woman can be in several.
    """

    scheme: str
    term: str
    women: int
    answers: tuple[AtDay, ...]
    levels: tuple[AtDay, ...]
    median_silence: int | None
    median_return: int | None
    change: Pooled | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Together:
    """What may be said: answers by day, days to silence and to return, one pooled change.

    Numbers are none under 20 women. ``outcome`` is the sentence about the pooled change.
    """

    women: int
    answers: tuple[AtDay, ...]
    levels: tuple[AtDay, ...]
    to_silence: tuple[Step, ...] | None
    to_return: tuple[Step, ...] | None
    median_silence: float | None
    median_return: float | None
    change: Pooled | None
    outcome: str
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hers:
    """One woman: her first attack with a day, what she answered of it, and her posts around it."""

    day: date
    kinds: frozenset[tuple[str, str]]
    answers: tuple[RetreatAnswer, ...]
    weeks: Weeks | None = None
    silence: Spell | None = None
    back: Spell | None = None


def together(
    book: Book, until: date | None = None, progress: Progress = lambda _done, _all: None
) -> Together:
    """What may be said of every woman who agreed to be counted and whose record this member may
    see; logged. ``until`` as in ``retreating.Asked``.
    """
    women = [
        one for one in everyone() if may_see(book, one) and allows(one, people.SCOPE_OF_COUNTING)
    ]
    each = []
    for done, woman in enumerate(women, start=1):
        each += _gathered(book, woman, start_of(until) if until else None)
        progress(done, len(women))
    with acting(book, "retreat") as act:
        act.about(THE_BOOK, women=len(each))
    return _said(each)


def _gathered(book: Book, woman: Woman, until: datetime | None) -> list[_Hers]:
    """She, or nobody when no attack of hers has a day."""
    attacks = attacks_of(woman)
    if not attacks:
        return []
    incident, day = attacks[0]
    told = (day, frozenset(_kinds(incident)), tuple(incident.retreats.order_by("since")))
    attack, frame = start_of(day), posts_of(book, [woman])
    seen = next(
        (s for s in voice.measures(frame, attack, (), until) if s.measure == voice.PUBLIC), None
    )
    if seen is None or seen.weeks is None:
        return [_Hers(*told)]
    times = (seen.at, attack, seen.seen_to)
    return [_Hers(*told, seen.weeks, to_silence(*times), to_return(*times))]


def _kinds(incident: Incident) -> Iterable[tuple[str, str]]:
    """Forms just below "online" and "offline", and kinds of actor without their posts."""
    for scheme, form in incident.acts.values_list("scheme", "form"):
        lineage = [term.id for term in vocabulary().lineage(vocabulary().term(scheme, form))]
        yield scheme, lineage[-2] if len(lineage) > 1 else lineage[-1]
    for kind in incident.actors.values_list("kind", flat=True):
        *_, top = vocabulary().lineage(vocabulary().term(ACTOR, kind))
        yield ACTOR, top.id


def _said(each: Sequence[_Hers]) -> Together:
    answered = [one for one in each if one.answers]
    weeks = [one.weeks for one in each if one.weeks is not None]
    small = len(weeks) < SMALL_STUDY
    change = _change(weeks)
    silence, back = _waited(each)
    return Together(
        women=len(each),
        answers=tuple(_at(answered, days, SMALL_STUDY) for days in DAYS_AFTER),
        levels=_levels(answered, SMALL_STUDY),
        to_silence=None if small else silence,
        to_return=None if small else back,
        median_silence=None if small else median(silence),
        median_return=None if small else median(back),
        change=None if small else change,
        outcome=_outcome(change),
        groups=tuple(_groups(each)) if len(each) >= SMALL_STUDY else (),
    )


def _groups(each: Sequence[_Hers]) -> Iterable[Group]:
    for scheme, term in sorted({kind for one in each for kind in one.kinds}):
        inside = [one for one in each if (scheme, term) in one.kinds]
        least = FINE_THRESHOLD if scheme == ACTOR else USUAL_THRESHOLD
        if Ladder(len(each), least).voice(len(inside)) is Voice.NUMBER:
            yield _group((scheme, term), inside, least)


def _group(kind: tuple[str, str], inside: Sequence[_Hers], least: int) -> Group:
    weeks = [one.weeks for one in inside if one.weeks is not None]
    change = _change(weeks) if len(weeks) >= least else None
    silence, back = _waited(inside)
    fell = sum(one.back is not None for one in inside)
    answered = [one for one in inside if one.answers]
    return Group(
        *kind,
        women=len(inside),
        answers=tuple(_at(answered, days, least) for days in DAYS_AFTER),
        levels=_levels(answered, least),
        median_silence=_in_weeks(median(silence)) if len(weeks) >= least else None,
        median_return=_in_weeks(median(back)) if fell >= least else None,
        change=change,
        outcome=_outcome(change),
    )


def _in_weeks(days: float | None) -> int | None:
    return None if days is None else round(days / _WEEK) * _WEEK


def _change(weeks: Sequence[Weeks]) -> Pooled | None:
    return pooled(weeks) if len(weeks) >= LEAST_WOMEN else None


def _waited(each: Sequence[_Hers]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The curves to silence and to return."""
    return waiting(one.silence for one in each if one.silence is not None), waiting(
        one.back for one in each if one.back is not None
    )


def _outcome(change: Pooled | None) -> str:
    if change is None:
        return TOO_FEW
    return FALL if change.p <= LEVEL and change.ratio < 1 else NOT_SHOWN


def _levels(answered: Sequence[_Hers], least: int) -> tuple[AtDay, ...]:
    return tuple(
        _at(answered, days, least, term.id)
        for days in DAYS_AFTER
        for term in vocabulary().of("retreat")
    )


def _at(answered: Sequence[_Hers], days: int, least: int, level: str = "") -> AtDay:
    """Of those who answered, who had stopped by then, or was at ``level``. A number is for at least
    ``least`` who answered.
    """
    there = sum(_there(one.answers, one.day + timedelta(days=days), level) for one in answered)
    asked = len(answered)
    rung = Ladder(asked, THRESHOLD).voice(there)
    return AtDay(days, asked, there if _may_number(rung, asked, least) else None, rung.value, level)


def _may_number(rung: Voice, asked: int, least: int) -> bool:
    return rung is Voice.NUMBER and asked >= least


def _there(answers: Iterable[RetreatAnswer], day: date, level: str) -> bool:
    """Does an answer whose dates hold that day say ``level``, or one from ``SILENT_FROM`` on?"""
    held = (one.level for one in answers if one.since and _holds(one, day))
    return any(at == level if level else at >= SILENT_FROM and at != BACK for at in held)


def _holds(one: RetreatAnswer, day: date) -> bool:
    return _begin(one.since) <= day and (not one.until or day < _begin(one.until))


def _begin(written: str) -> date:
    """The first day of what was written as far as known."""
    return date.fromisoformat((written + "-01-01")[:10])
