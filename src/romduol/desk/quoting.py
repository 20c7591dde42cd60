"""Her words on their way out: allowed, refused, shortened and checked, one quote at a time.

A quote is a stretch of a transcript that was coded; any of its codings names it. What was asked of
her about it and how its wording was changed is kept beside it; the words themselves are sealed to
her and go when she withdraws.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from romduol.casebook import people
from romduol.casebook.codes import TEAM_SCHEME
from romduol.casebook.troubles import Trouble, WrongUsage
from romduol.desk import rewording
from romduol.desk.blinding import (
    id_of,
    require_not_in_a_round,
    text_of,
    visible,
    visible_coding,
)
from romduol.desk.clock import now
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.sealing import CARD, row, sealing
from romduol.desk.women import everyone, may_see, require
from romduol.publication.rewording import Manner, is_shortening
from romduol.records.models import Coding, Item, QuoteEdit, QuoteReview


class NoWordsCoded(WrongUsage):
    """A quote was named by a coding of a whole incident, or of the team's own codes."""


class WordingUnreadable(WrongUsage):
    """A file with a wording or a reason is empty or no UTF-8 text."""


class NotAShortening(WrongUsage):
    """A wording was called shortened that is not made of the original's words in their order."""


class NothingToCheck(WrongUsage):
    """A quote was to be checked whose wording waits for nobody: unchanged, shortened or checked."""


class CheckedByItsWriter(Trouble):
    """A member was to check a wording of their own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What she was asked about one quote: on which day, who else was there, does she know."""

    on: date
    witnesses: int | None = None
    knowing: bool = False


@dataclass(frozen=True, slots=True)
class Quoted:
    """One quote as its keepers see it. ``words`` are as received, ``wording`` as changed or ""."""

    quote: str
    woman: str
    item: str
    start: int
    end: int
    codes: tuple[str, ...]
    allowed: bool
    witnesses: int | None
    knowing: bool
    manner: str
    checked: bool
    words: str
    wording: str


def read(data: bytes) -> str:
    """The text of a file; raises ``WordingUnreadable``."""
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as cause:
        raise WordingUnreadable from cause
    if not text:
        raise WordingUnreadable
    return text


def allow(book: Book, id_: str, asked: Asked) -> int:
    """She allowed these very words: they may be printed if every rule lets them.

    The codings that this concerns are counted. Raises ``NoWordsCoded``, ``UnknownCoding``,
    ``ConsentMissing`` (no quotes at all without ``cs.public_anon``), ``NoGrant``.
    """
    return _answer(book, id_, asked)


def refuse(book: Book, id_: str) -> int:
    """She did not allow these words, or took them back. Raises as ``allow``, without consent."""
    return _answer(book, id_, None)


def _answer(book: Book, id_: str, asked: Asked | None) -> int:
    with book.alone():
        coding, item = named(book, id_)
        if asked:
            require(item.woman, people.SCOPE_OF_QUOTING)
        alike = list(_alike(coding))
        for one in alike:
            require_not_in_a_round(one)
        with acting(book, "quote-allowed" if asked else "quote-refused") as act:
            found = review(book, coding, item)
            if asked:
                found.witnesses, found.knowing, found.on = asked.witnesses, asked.knowing, asked.on
            else:
                found.knowing = False
            found.by, found.at = me(book), now()
            found.save()
            Coding.objects.filter(pk__in=[c.pk for c in alike]).update(publish_quote=bool(asked))
            act.about(item.code, quote=id_, codings=len(alike))
    return len(alike)


def edit(book: Book, id_: str, manner: Manner, words: str, why: str) -> QuoteEdit:
    """Keep a wording to print in place of hers, with the reason; both sealed to her.

    Raises ``NotAShortening`` and what ``named`` raises.
    """
    with book.alone():
        coding, item = named(book, id_)
        original = text_of(book, item)[coding.start : coding.end]
        if manner is Manner.SHORTENED and not is_shortening(words, original):
            raise NotAShortening
        with sealing(book, item.woman.code) as work:
            card = work.card({"words": words, "why": why})
            with acting(book, "quote-edited") as act:
                made = QuoteEdit.objects.create(
                    review=review(book, coding, item),
                    manner=manner.value,
                    card=row(card, CARD, item.woman),
                    by=me(book),
                    at=now(),
                )
                act.about(item.code, quote=id_, manner=manner.value)
    return made


def check(book: Book, id_: str) -> None:
    """This member held the changed wording against the original and found it true.

    A translation is translated back for it. Raises ``NothingToCheck``, ``CheckedByItsWriter``.
    """
    with book.alone():
        coding, item = named(book, id_)
        last = rewording.last_edit(item, coding.start, coding.end)
        if last is None or not rewording.unchecked(last):
            raise NothingToCheck
        if last.by == me(book):
            raise CheckedByItsWriter
        with acting(book, "quote-checked") as act:
            last.checked_by, last.checked_at = me(book), now()
            last.save(update_fields=["checked_by", "checked_at"])
            act.about(item.code, quote=id_)


def listed(book: Book, alias: str = "") -> list[Quoted]:
    """Every quote allowed or worked on, of women this member may see; reading is logged."""
    mine = {w.pk: w for w in everyone() if may_see(book, w) and alias in ("", w.alias, w.code)}
    rows = visible(book, Coding.objects.exclude(item=None).exclude(start=None))
    rows = rows.filter(item__woman__in=mine).exclude(code__scheme=TEAM_SCHEME)
    rows = rows.select_related("item__woman", "item__text", "code").order_by("item", "start", "pk")
    stretches: dict[tuple[int, int | None, int | None], list[Coding]] = {}
    for one in rows:
        stretches.setdefault((one.item_id or 0, one.start, one.end), []).append(one)
    reviews = {(r.item_id, r.start, r.end): r for r in QuoteReview.objects.all()}
    found = [
        _quoted(book, codings, reviews.get((key[0], key[1] or 0, key[2] or 0)))
        for key, codings in stretches.items()
        if key in reviews or any(c.publish_quote for c in codings)
    ]
    with acting(book, "quote-read") as act:
        act.about(THE_BOOK, quotes=len(found))
    return found


def _quoted(book: Book, codings: list[Coding], held: QuoteReview | None) -> Quoted:
    first = codings[0]
    assert first.item is not None  # asked for so
    last = rewording.last_edit(first.item, first.start, first.end)
    return Quoted(
        quote=id_of(first),
        woman=first.item.woman.alias,
        item=first.item.code,
        start=first.start or 0,
        end=first.end or 0,
        codes=tuple(dict.fromkeys(f"{c.code.scheme}/{c.code.term}" for c in codings)),
        allowed=any(c.publish_quote for c in codings),
        witnesses=held.witnesses if held else None,
        knowing=bool(held and held.knowing),
        manner=last.manner if last else "",
        checked=last is None or not rewording.unchecked(last),
        words=text_of(book, first.item)[first.start : first.end],
        wording=rewording.words_of(book, last) if last else "",
    )


def named(book: Book, id_: str) -> tuple[Coding, Item]:
    """The coding that names a quote, and its item. Raises ``NoWordsCoded``, ``UnknownCoding``,
    ``NoGrant``, ``ConsentMissing``."""
    coding = visible_coding(book, id_)
    if coding.item is None or coding.start is None or coding.code.scheme == TEAM_SCHEME:
        raise NoWordsCoded
    return coding, coding.item


def review(book: Book, coding: Coding, item: Item) -> QuoteReview:
    """The review of a stretch, made if there is none; call it inside the verb's transaction."""
    found, _ = QuoteReview.objects.get_or_create(
        item=item,
        start=coding.start or 0,
        end=coding.end or 0,
        defaults={"text_sha256": item.text_sha256, "by": me(book), "at": now()},
    )
    return found


def _alike(coding: Coding) -> Iterable[Coding]:
    """Every coding of the same stretch with the shipped vocabulary."""
    rows = Coding.objects.filter(item=coding.item, start=coding.start or 0, end=coding.end or 0)
    return rows.exclude(code__scheme=TEAM_SCHEME).select_related("round", "item")
