"""Her own posts around each attack become estimates; what she answered herself stands beside them.

Two measures, never mixed: what her posts show is worked out anew each time and kept nowhere; what
she says is her answer (``retreat``), and it counts more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

import polars as pl
from django.db.models import QuerySet

from romduol.analysis import retreat, voice
from romduol.analysis import turns as turning
from romduol.analysis.retreat import Estimate
from romduol.analysis.turns import Counted, Turns
from romduol.casebook.events import DatePrecision
from romduol.casebook.troubles import WrongUsage
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.deciding import HERE
from romduol.desk.examining_posts import posts_among, rows_of
from romduol.desk.opening import Book
from romduol.desk.women import everyone, find, may_see, require_may_see
from romduol.records.models import Incident, Woman

DAYS = (DatePrecision.EXACT.value, DatePrecision.AROUND.value)
TOO_SHORT = "retreat.too_short"
_WHOLE_DATE = 10  # characters: an incident of a month or a season has no week to compare with
Progress = Callable[[int, int], None]


class CivicWordsUnreadable(WrongUsage):
    """The file of words that are of civic matters holds no UTF-8 text, or no word."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose retreat, which words are civic, and the day her exports were made, if known."""

    alias: str = ""
    civic: tuple[str, ...] = ()
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What she said: terms of ``retreat`` and ``retreat_mode``, who it came from, from when to
    when."""

    level: str
    mode: str
    driver: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One measure around one attack; ``estimate`` is none where too little is covered."""

    woman: str
    event: str
    on: date
    seen: voice.Seen
    estimate: Estimate | None
    said: tuple[Answer, ...]

    @property
    def outcome(self) -> str:
        """The sentence that says it."""
        return self.estimate.outcome if self.estimate else TOO_SHORT


@dataclass(frozen=True, slots=True)
class Turned:
    """What exports tell beside posts, around one attack: groups left, accounts closed, audiences.

    ``ends`` is the last time that her material shows anything.
    """

    woman: str
    event: str
    on: date
    counted: Counted
    ends: datetime


@dataclass
class Retreats:
    """Every measure of every attack with a day; ``undated`` attacks have none to compare around.

    ``untold`` says of each woman (by alias) with an attack what nothing that she brought tells.
    """

    shown: list[Shown]
    turned: list[Turned] = field(default_factory=list)
    untold: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    undated: int = 0
    passed_over: int = 0


def civic_words(data: bytes) -> tuple[str, ...]:
    """One word or phrase a line; raises ``CivicWordsUnreadable``."""
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as cause:
        raise CivicWordsUnreadable from cause
    words = tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not words:
        raise CivicWordsUnreadable
    return words


def retreats(book: Book, asked: Asked, progress: Progress = lambda _done, _all: None) -> Retreats:
    """Estimates around every attack of one woman, or of all this member may see; logged.

    An attack is an incident that holds an act: coded, or a suggestion that a person confirmed.
    Raises ``UnknownWoman``, and ``NoGrant`` or ``ConsentMissing`` for a woman named.
    """
    women = _meant(book, asked.alias)
    told = Retreats([], passed_over=0 if asked.alias else len(everyone()) - len(women))
    for done, woman in enumerate(women, start=1):
        attacks = attacks_of(woman)
        told.undated += _attacks(woman).count() - len(attacks)
        if attacks:
            _look(book, woman, attacks, asked, told)
        progress(done, len(women))
    with acting(book, "retreat") as act:
        subject = women[0].code if len(women) == 1 else THE_BOOK
        act.about(subject, women=len(women), estimates=len(told.shown), civic=len(asked.civic))
    return told


def _look(
    book: Book, woman: Woman, attacks: list[tuple[Incident, date]], asked: Asked, told: Retreats
) -> None:
    rows = rows_of(book, [woman])
    frame, turns = posts_among(rows), turning.turns(rows)
    measures = set()
    for incident, day in attacks:
        shown = list(_around(frame, woman, (incident, day), asked))
        told.shown += shown
        told.turned += _turned(turns, woman, (incident, day))
        measures |= {one.seen.measure for one in shown}
    told.untold.append((woman.alias, tuple(_untold(turns, measures))))


def _turned(turns: Turns, woman: Woman, attack: tuple[Incident, date]) -> Iterator[Turned]:
    incident, day = attack
    if turns.ends is not None:
        for counted in turning.counted(turns, start_of(day)):
            yield Turned(woman.alias, incident.code, day, counted, turns.ends)


def _untold(turns: Turns, measures: set[str]) -> Iterator[str]:
    """What no export of hers tells, neither before nor after: an absence of lines is no answer."""
    signs = {sign for sign, _ in turns.signs}
    if voice.LIVE not in measures:
        yield "live"
    if turning.Sign.LEFT not in signs:
        yield "groups"
    if not turns.audiences and signs.isdisjoint((turning.Sign.CLOSED, turning.Sign.OPENED)):
        yield "audience"


def _meant(book: Book, alias: str) -> list[Woman]:
    if not alias:
        return [woman for woman in everyone() if may_see(book, woman)]
    woman = find(alias)
    require_may_see(book, woman)
    return [woman]


def _attacks(woman: Woman) -> QuerySet[Incident]:
    return woman.incidents.filter(acts__isnull=False).distinct()


def attacks_of(woman: Woman) -> list[tuple[Incident, date]]:
    """Her incidents that hold an act and have a day, the earliest first."""
    dated = _attacks(woman).filter(precision__in=DAYS).order_by("when", "pk")
    return [(one, date.fromisoformat(one.when)) for one in dated if len(one.when) == _WHOLE_DATE]


def start_of(day: date) -> datetime:
    """The first moment of ``day`` where she lives, in UTC."""
    return datetime.combine(day, time(), HERE).astimezone(UTC)


def _around(
    frame: pl.DataFrame, woman: Woman, attack: tuple[Incident, date], asked: Asked
) -> Iterator[Shown]:
    incident, day = attack
    until = start_of(asked.until) if asked.until else None
    said = answers_about(incident)
    for seen in voice.measures(frame, start_of(day), asked.civic, until):
        estimate = retreat.estimate(seen.weeks) if seen.weeks else None
        yield Shown(woman.alias, incident.code, day, seen, estimate, said)


def answers_about(incident: Incident) -> tuple[Answer, ...]:
    """What she answered about this incident, a level at a time."""
    modes = incident.codings.filter(code__scheme="retreat_mode").order_by("pk")
    mode = next(iter(modes.values_list("code__term", flat=True)), "")
    rows = incident.retreats.order_by("since", "level")
    return tuple(
        Answer(one.level, one.mode or mode, one.driver, one.since, one.until) for one in rows
    )
