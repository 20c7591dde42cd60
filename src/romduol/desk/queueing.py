"""Which of her undecided messages to read next: half the most pressing, a quarter the least
certain, a quarter at random. What is put before a person becomes a suggestion, to be decided."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from romduol.analysis.triage import heads, judging
from romduol.analysis.triage.queue import Next, queue
from romduol.desk import vectoring
from romduol.desk.clock import now
from romduol.desk.custody import acting
from romduol.desk.deciding import MESSAGE, scheme_of_term
from romduol.desk.examining import method
from romduol.desk.opening import Book
from romduol.desk.teaching import Said, said_by_others, standing_head, undecided
from romduol.desk.women import find, require_may_see
from romduol.records.models import Drawn, Item, Suggestion, Woman

UNKNOWN = "on.unknown"


@dataclass(frozen=True, slots=True)
class Queued:
    """A message to read next: the suggestion to decide, why it came up, and its words if asked."""

    suggestion: str
    why: str
    term: str
    scheme: str
    score: float
    text: str = ""


def next_of(
    book: Book, alias: str, most: int, *, show: bool = False, seed: int | None = None
) -> list[Queued]:
    """The next messages to decide, each text once; what was drawn and with which seed is kept.

    Raises ``UnknownWoman``, ``NoGrant`` or ``ConsentMissing``.
    """
    woman = find(alias)
    require_may_see(book, woman)
    seed = secrets.randbits(48) if seed is None else seed
    with book.alone():
        held = _waiting(book, woman)
        own = standing_head(book, woman)
        heard = vectoring.heard(book, woman)
        scores = judging.judge([one.text for one in held], heads.shipped(), own, heard)
        order = queue(_logits(scores.column("score").to_numpy()), most, seed)
        with acting(book, "queue") as act:
            made = [_put(one, held, scores, seed) for one in order]
            act.about(woman.code, seed=seed, drawn=len(made), shown=show)
    return [_queued(one, why, held[n].text if show else "") for one, why, n in made]


def _waiting(book: Book, woman: Woman) -> list[Said]:
    """One of each text that nobody decided, in the order it was received."""
    wanted = undecided(woman)
    texts: dict[str, Said] = {}
    decided: set[str] = set()
    for one in said_by_others(book, woman):
        if wanted(one.place):
            texts.setdefault(one.text, one)
        else:
            decided.add(one.text)
    return [one for text, one in texts.items() if text not in decided]


def _logits(scores: Any) -> Any:
    chances = np.clip(scores.astype(np.float64), 1e-7, 1 - 1e-7)
    return np.log(chances / (1 - chances))


def _put(one: Next, held: Sequence[Said], scores: Any, seed: int) -> tuple[Suggestion, str, int]:
    """The suggestion that stands for the message, made where none does, and why it came up."""
    code, member, record = held[one.row].place
    said = scores.slice(one.row, 1).to_pylist()[0]
    term = said["forms"][0]["form"] if said["forms"] else UNKNOWN
    item = Item.objects.get(code=code)
    there = item.suggestions.filter(kind=MESSAGE, member=member, record=record)
    suggestion = there.order_by("-score", "pk").first() or Suggestion.objects.create(
        code=f"s{secrets.token_hex(8)}",
        kind=MESSAGE,
        item=item,
        member=member,
        record=record,
        scheme=scheme_of_term(term),
        term=term,
        score=said["score"],
        reason=one.why,
        model=method(),
        at=now(),
    )
    Drawn.objects.create(suggestion=suggestion, why=one.why, seed=seed, at=now())
    return suggestion, one.why, one.row


def _queued(one: Suggestion, why: str, text: str) -> Queued:
    return Queued(one.code, why, one.term, one.scheme, round(one.score, 4), text)
