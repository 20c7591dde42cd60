"""A person rules about words that could name someone: replaced, kept, or told more generally.

A ruling about a name holds wherever the same name stands in what this member may read, in every
spelling the program knows to be the same, unless it is made for one place only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from romduol.casebook.troubles import WrongUsage
from romduol.casework.pseudonyms import Ruling
from romduol.desk.clock import now
from romduol.desk.custody import THE_BOOK, Act, acting
from romduol.desk.membership import me
from romduol.desk.opening import Book
from romduol.desk.pseudonyms_finding import (
    Named,
    Passage,
    Progress,
    code_of,
    found_in,
    marked_finding,
    passages,
    quiet,
    subject_of,
    text_digest,
    women_meant,
)
from romduol.desk.reading import find_item
from romduol.desk.sealing import CARD, Sealing, row
from romduol.desk.women import require_may_see
from romduol.language.folding import fold, folded
from romduol.language.naming import Kind
from romduol.records.models import NameRuling, SealedObject, Woman

LONGEST_PSEUDONYM = 60  # letters


class NoSuchFinding(WrongUsage):
    """No words that could name someone are known by that id in what this member may read."""


class NotInTheText(WrongUsage):
    """Words were to be marked that do not stand in the item."""


class PseudonymUnusable(WrongUsage):
    """What was to stand there is empty, too long, not printable, or the very words it hides."""


class NotRuled(WrongUsage):
    """A ruling was to be taken back that nobody made."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb did: in how many places, of how many women."""

    places: int
    women: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A ruling to make. ``new`` is what is to stand there; "" leaves it to each export."""

    ruling: Ruling
    new: str = ""
    here_only: bool = False

    def __post_init__(self) -> None:
        if len(self.new) > LONGEST_PSEUDONYM or not self.new.isprintable():
            raise PseudonymUnusable(length=LONGEST_PSEUDONYM)


_Place = tuple[Passage, Named]


def decide(book: Book, codes: Sequence[str], wanted: Wanted, progress: Progress = quiet) -> Done:
    """Rule about findings, and unless ``here_only`` about the same words wherever they stand.

    Raises ``NoSuchFinding`` for a code that is none; then nothing is ruled.
    """
    places = _places(book, progress=progress)
    meant = [(p, n) for p, n in places if n.code in set(codes)]
    if len({n.code for _, n in meant}) < len(set(codes)):
        raise NoSuchFinding
    if any(wanted.new and folded(wanted.new) == folded(n.words) for _, n in meant):
        raise PseudonymUnusable(length=LONGEST_PSEUDONYM)
    if not wanted.here_only:
        same = {(n.finding.kind, n.finding.sounds) for _, n in meant}
        meant = [(p, n) for p, n in places if (n.finding.kind, n.finding.sounds) in same]
    return _keep(book, meant, wanted)


def decide_all(
    book: Book,
    chosen: Callable[[Named], bool],
    wanted: Wanted,
    alias: str,
    progress: Progress = quiet,
) -> Done:
    """Rule about every finding that ``chosen`` takes and nobody has ruled about."""
    places = _places(book, alias, progress)
    return _keep(book, [(p, n) for p, n in places if n.ruling is None and chosen(n)], wanted)


def mark(book: Book, item: str, words: str, kind: Kind, wanted: Wanted) -> Done:
    """Say that ``words`` of an item name someone, though the program did not find them.

    Every place in her record where they stand is ruled, and what comes later is looked through for
    them. Raises ``NotInTheText``.
    """
    held = find_item(item)
    require_may_see(book, held.woman)
    shape = re.compile(r"\s+".join(map(re.escape, folded(words).split())))
    places: list[_Place] = []
    for passage in passages(book, held.woman):
        copy = fold(passage.text)
        for found in shape.finditer(copy.text) if shape.pattern else ():
            start, end = copy.span(*found.span())
            places.append((passage, _as_marked(book, passage, start, end, kind)))
    if not any(passage.item.pk == held.pk for passage, _ in places):
        raise NotInTheText
    return _keep(book, places, wanted, marked=[words])


def _as_marked(book: Book, passage: Passage, start: int, end: int, kind: Kind) -> Named:
    words = passage.text[start:end]
    finding = marked_finding(start, end, kind, words)
    subject = subject_of(book, passage.item.woman, finding)
    code = code_of(book, passage, start, end)
    return Named(code, passage.item.code, passage.message, finding, words, subject, marked=True)


def undo(book: Book, codes: Sequence[str], progress: Progress = quiet) -> Done:
    """Take back what was ruled about these findings and about the same words in her record.

    What was marked is unmarked. Raises ``NotRuled`` for a finding without a ruling; then nothing is
    taken back.
    """
    meant = [
        (p, n) for p, n in _places(book, progress=progress) if n.code in set(codes) and n.ruling
    ]
    if len({n.code for _, n in meant}) < len(set(codes)):
        raise NotRuled
    subjects = {(p.item.woman.pk, n.finding.kind.value, n.subject) for p, n in meant}
    rows = [held for one in sorted(subjects) for held in _about(*one)]
    with book.alone():
        with acting(book, "names-undone") as act:
            done = _counted(act, [held.item.woman.code for held in rows], "undone")
            gone = _drop(rows)
        for name in gone:
            book.store.remove(name)
    return done


def _about(woman: int, kind: str, subject: str) -> list[NameRuling]:
    rows = NameRuling.objects.filter(item__woman=woman, kind=kind, subject=subject)
    return list(rows.select_related("item__woman"))


def _places(book: Book, alias: str = "", progress: Progress = quiet) -> list[_Place]:
    women = women_meant(book, alias, "")
    looked = found_in(book, women, progress=progress)
    return [(passage, n) for passage, found in looked for n in found]


def _keep(book: Book, places: Sequence[_Place], wanted: Wanted, marked: Sequence[str] = ()) -> Done:
    """The rows, a card a woman where there are words to keep, and one log entry."""
    sealings: list[Sealing] = []
    with book.alone():
        try:
            with acting(book, "names-ruled") as act:
                gone = _drop(_at(places))
                done = _counted(act, [p.item.woman.code for p, _ in places], wanted.ruling.value)
                for woman in {p.item.woman for p, _ in places}:
                    card = _card(book, woman, wanted, marked, sealings)
                    for passage, named in places:
                        if passage.item.woman == woman:
                            _row(book, passage, named, wanted, card)
        except BaseException:
            for work in sealings:
                work.discard()
            raise
        for name in gone:
            book.store.remove(name)
    return done


def _counted(act: Act, women: Sequence[str], ruling: str) -> Done:
    if women:
        subject = women[0] if len(set(women)) == 1 else THE_BOOK
        act.about(subject, places=len(women), women=len(set(women)), ruling=ruling)
    return Done(len(women), len(set(women)))


def _card(
    book: Book, woman: Woman, wanted: Wanted, marked: Sequence[str], sealings: list[Sealing]
) -> SealedObject | None:
    if not (wanted.new or marked):
        return None
    work = Sealing(book, woman.code)
    sealings.append(work)
    return row(work.card({"new": wanted.new, "marked": list(marked)}), CARD, woman)


def _row(
    book: Book, passage: Passage, named: Named, wanted: Wanted, card: SealedObject | None
) -> None:
    NameRuling.objects.create(
        code=named.code,
        item=passage.item,
        message=passage.message,
        start=named.finding.start,
        end=named.finding.end,
        text=text_digest(book, passage.text),
        kind=named.finding.kind.value,
        subject=named.subject,
        ruling=wanted.ruling.value,
        marked=named.marked,
        card=card,
        by=me(book),
        at=now(),
    )


def _at(places: Iterable[_Place]) -> list[NameRuling]:
    """The rulings that stood at these places."""
    codes = [named.code for _, named in places]
    found: list[NameRuling] = []
    for start in range(0, len(codes), 500):
        found += NameRuling.objects.filter(code__in=codes[start : start + 500])
    return found


def _drop(rows: Sequence[NameRuling]) -> list[str]:
    """The rows go, and cards that no row needs; the names of the objects that are nobody's then."""
    cards = {held.card_id for held in rows if held.card_id is not None}
    for held in rows:
        held.delete()
    needed = set(NameRuling.objects.filter(card__in=cards).values_list("card_id", flat=True))
    gone = list(SealedObject.objects.filter(pk__in=cards - needed))
    names = [one.name for one in gone]
    for one in gone:
        one.delete()
    return names
