"""Decisions on her messages teach a head of her own; it puts the rest in a better order.

What is learned rests on her words alone and is sealed under her key: a withdrawal destroys it with
her. It orders the queue; it suggests, filters and counts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from romduol.analysis.triage import heads, judging, own
from romduol.analysis.triage.calibration import Doubles
from romduol.analysis.triage.own import Compared, learn, own_head, promote
from romduol.analysis.triage.queue import RANDOM
from romduol.analysis.triage.vectors.hearing import Heard
from romduol.casebook.troubles import WrongUsage
from romduol.desk import segments, vectoring
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.deciding import CONFIRMED, MESSAGE, standing
from romduol.desk.examining import from_others
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.pointing import member_codes
from romduol.desk.sealing import row, sealing
from romduol.desk.women import find, require_may_see
from romduol.records.models import OwnHead, SealedObject, Suggestion, Woman

HEAD = "head"  # kind of a sealed object
STANDING, PASSED, UNDONE = "standing", "passed", "undone"
Place = tuple[str, str, int]  # item, file inside it, record


class NothingToLearnFrom(WrongUsage):
    """Too little was decided: both answers are needed, outside the random draws."""


class NoOwnHead(WrongUsage):
    """A head was to be taken back where none stands."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message that others wrote: where it stands, and its words."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Taught:
    """What came of a lesson: the number of the head, and whether it stands."""

    woman: str
    number: int
    decisions: int
    drawn: int
    before: float
    after: float
    state: str


@dataclass(frozen=True, slots=True)
class _Lesson:
    """Decided messages, and the log-odds without an own head."""

    texts: list[str]
    harm: list[bool]
    said: Doubles


def said_by_others(book: Book, woman: Woman) -> Iterator[Said]:
    """Her messages that others wrote, each once."""
    for item, table in segments.messages_of(book, woman):
        theirs = from_others(table)
        codes = member_codes(book, theirs) if theirs.num_rows else []
        yield from (
            Said((item, code, row["record"]), row["text"])
            for code, row in zip(codes, _rows(theirs), strict=True)
        )


def standing_head(book: Book, woman: Woman) -> own.OwnHead | None:
    """The head that her book taught, or none."""
    held = _standing(woman)
    if held is None:
        return None
    return own_head(book.store.open_bytes(held.sealed.name, book.identities(woman.code)))


def teach(book: Book, alias: str) -> Taught:
    """Learn from what was decided of her messages; stand only if the random draws rank better.

    Raises ``UnknownWoman``, ``NoGrant``, ``ConsentMissing`` or ``NothingToLearnFrom``.
    """
    woman = find(alias)
    require_may_see(book, woman)
    with book.alone(), sealing(book, woman.code) as work:
        taught, drawn = _lessons(book, woman)
        new = learn(taught.texts, taught.harm, taught.said)
        if new is None:
            raise NothingToLearnFrom
        found = promote(standing_head(book, woman), new, drawn.texts, drawn.harm, drawn.said)
        with acting(book, "train") as act:
            sealed = row(work.data(new.to_bytes()), HEAD, woman)
            kept = _keep(book, woman, sealed, len(taught.texts), found)
            act.about(woman.code, head=kept.number, state=kept.state, decisions=kept.decisions)
    return _told(kept)


def take_back(book: Book, alias: str) -> Taught:
    """The standing head goes and the one before stands again. Raises ``NoOwnHead``."""
    woman = find(alias)
    require_may_see(book, woman)
    with book.alone(), acting(book, "train-undone") as act:
        held = _standing(woman)
        if held is None:
            raise NoOwnHead
        held.state = UNDONE
        held.save(update_fields=["state"])
        act.about(woman.code, head=held.number)
    return _told(held)


def undecided(woman: Woman) -> Callable[[Place], bool]:
    """Whether nobody decided anything about the message at a place."""
    decided = set(_answers(woman))
    return lambda place: place not in decided


def _standing(woman: Woman) -> OwnHead | None:
    rows = OwnHead.objects.filter(woman=woman, state=STANDING).select_related("sealed")
    return rows.order_by("-number").first()


def _keep(
    book: Book, woman: Woman, sealed: SealedObject, decisions: int, found: Compared
) -> OwnHead:
    return OwnHead.objects.create(
        woman=woman,
        number=OwnHead.objects.filter(woman=woman).count() + 1,
        sealed=sealed,
        decisions=decisions,
        drawn=found.drawn,
        before=found.before,
        after=found.after,
        state=STANDING if found.better else PASSED,
        by=me(book),
        at=now(),
    )


def _lessons(book: Book, woman: Woman) -> tuple[_Lesson, _Lesson]:
    """What is learned from, and what the random draws keep apart to compare by."""
    answers = _answers(woman)
    heard = vectoring.heard(book, woman)
    held = [one for one in said_by_others(book, woman) if one.place in answers]
    drawn = _drawn(woman)
    apart = {one.text for one in held if one.place in drawn}  # the same text is never on both sides
    return (
        _lesson([one for one in held if one.text not in apart], answers, heard),
        _lesson([one for one in held if one.place in drawn], answers, heard),
    )


def _lesson(held: list[Said], answers: dict[Place, bool], heard: Heard | None) -> _Lesson:
    texts = [one.text for one in held]
    harm = [answers[one.place] for one in held]
    return _Lesson(texts, harm, judging.logits(texts, heads.shipped(), heard=heard))


def _answers(woman: Woman) -> dict[Place, bool]:
    """For each decided message whether anything in it was confirmed."""
    rows = Suggestion.objects.filter(item__woman=woman, kind=MESSAGE).select_related("item")
    answers: dict[Place, bool] = {}
    for one in rows.prefetch_related("decisions"):
        word = standing(one)
        if word is not None:
            place = (one.item.code, one.member, one.record)
            answers[place] = answers.get(place, False) or word.state == CONFIRMED
    return answers


def _drawn(woman: Woman) -> set[Place]:
    rows = Suggestion.objects.filter(item__woman=woman, draws__why=RANDOM).select_related("item")
    return {(one.item.code, one.member, one.record) for one in rows}


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _told(held: OwnHead) -> Taught:
    return Taught(
        held.woman.alias, held.number, held.decisions, held.drawn,
        round(held.before, 3), round(held.after, 3), held.state,
    )  # fmt: skip
