"""A project leaves in which nobody is named, and is read again before it is written.

1. Whose texts may leave is settled; 2. every name, place and number found in them was ruled about,
or nothing happens; 3. texts are rewritten and everything else is drawn anew; 4. the finished bytes
are read again and searched for every name and number on an identity card, in any spelling or
script, and for every alias; 5. the log says, item by item, that it left; 6. the file is written. A
check that finds something, or cannot be made, leaves no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random, SystemRandom

from romduol.casebook.replacements import Replacement
from romduol.casebook.troubles import Trouble
from romduol.casebook.vocabulary import vocabulary
from romduol.casework.exchange.package import Package
from romduol.casework.exchange.project import Project
from romduol.casework.exchange.pseudonymising import Cut, Fate, Wanted, pseudonymise, words_of
from romduol.casework.exchange.quotes import quote_name
from romduol.casework.exchange.reading import read
from romduol.casework.exchange.writing import package
from romduol.desk import exchange_out, identifying, pseudonyms
from romduol.desk.exchange_out import Built
from romduol.desk.exchanging import SCOPE_OF_PSEUDONYMISED, Exported, hand_over, told, whose
from romduol.desk.opening import Book
from romduol.desk.pseudonyms import Leaving
from romduol.desk.reading import require_free
from romduol.desk.receiving import Progress, quiet
from romduol.desk.women import aliases, everyone
from romduol.language.folding import fold, folded
from romduol.language.naming import Cards, Certainty, Known, find, is_named
from romduol.publication import revealing
from romduol.vault import durable

GONE = "[…]"
NOTHING_MORE = Wanted()
_NO_DIGIT = re.compile(r"\D")
_STEPS = 4


class NamesUndecided(Trouble):
    """A text was to leave of which not every name, place and number was ruled about."""


class CardsUnread(Trouble):
    """There are identity cards this member may not open, so nobody can say that no name is left."""


class NotesNameSomebody(Trouble):
    """Memos were to leave in which somebody seems to be named; they are in no list of rulings."""


class SomebodyStillNamed(Trouble):
    """The finished export still held a name or number of an identity card, or an alias."""


@dataclass(frozen=True, slots=True)
class Shortened:
    """A passage that is not what it was: its item and place in the book, and what became of it."""

    item: str
    start: int
    end: int
    fate: Fate


@dataclass(frozen=True, slots=True)
class Sent:
    """What left, and every passage that was shrunk or dropped on the way."""

    exported: Exported
    shortened: tuple[Shortened, ...]


def export_pseudonymised(
    book: Book,
    out: Path,
    named: Sequence[str] = (),
    wanted: Wanted = NOTHING_MORE,
    lang: str = "en",
    progress: Progress = quiet,
    dice: Random | None = None,
) -> Sent:
    """Write the pseudonymised project of these women, or of all who agreed.

    Raises ``OutputExists``, ``NothingToExport``, ``ConsentMissing``, ``NoGrant``, ``CardsUnread``,
    ``NamesUndecided``, ``NotesNameSomebody`` or ``SomebodyStillNamed``; then nothing was written
    and nothing logged.
    """
    require_free(out)
    with book.alone():
        leaving, without = whose(book, named, SCOPE_OF_PSEUDONYMISED)
        women = [woman for woman, _ in leaving]
        built = exchange_out.build(book, women, lang, notes=wanted.notes, coarse=True)
        progress(1, _STEPS)
        ruled = _require_ruled(book, built)
        progress(2, _STEPS)
        replaced = dict(_replaced(built, ruled))
        done = pseudonymise(built.project, replaced, dice or SystemRandom(), wanted)
        _require_quiet_notes(done.project)
        data = package(done.project)
        progress(3, _STEPS)
        require_nobody_named(book, data)
        hand_over(book, data, built.items.values(), dict(leaving))
        durable.write_whole(out, data)
    return Sent(
        told(done.project, len(leaving), without, data), tuple(_shortened(built, done.cuts))
    )


def _require_ruled(book: Book, built: Built) -> Leaving:
    ruled = pseudonyms.leaving(book, list(built.items.values()))
    if not ruled.cards_read:
        raise CardsUnread
    if ruled.undecided:
        raise NamesUndecided(count=sum(ruled.undecided.values()), items=len(ruled.undecided))
    return ruled


def _replaced(built: Built, ruled: Leaving) -> Iterator[tuple[str, tuple[Replacement, ...]]]:
    """What to put where in each source; aliases go without being asked about: they join exports."""
    known = aliases(everyone())
    for source in built.project.sources:
        rows = ruled.replaced.get(built.items[source.guid].code, ())
        yield source.guid, tuple(_without_aliases(source.text, rows, known))


def _without_aliases(
    text: str, rows: Iterable[Replacement], known: Iterable[str]
) -> list[Replacement]:
    kept = list(rows)
    even = fold(text)
    for alias in known:
        for found in _whole(folded(alias)).finditer(even.text):
            start, end = even.span(*found.span())
            met = [one for one in kept if one.start < end and start < one.end]
            start, end = min([start, *(m.start for m in met)]), max([end, *(m.end for m in met)])
            kept = [one for one in kept if one not in met]
            kept.append(Replacement(start, end, GONE, "alias"))
    return kept


def _whole(word: str) -> re.Pattern[str]:
    """The word by itself where its script has spaces between words; Khmer has none."""
    left = r"(?<!\w)" if word[0].isascii() else ""
    right = r"(?!\w)" if word[-1].isascii() else ""
    return re.compile(left + re.escape(word) + right)


def _require_quiet_notes(project: Project) -> None:
    """Memos are not part of what was ruled about: where one seems to name somebody, none leaves."""
    texts = [text for note in project.notes for text in (note.name, note.text)]
    sure = (Certainty.CERTAIN, Certainty.LIKELY)
    count = sum(one.certainty in sure for text in texts for one in find(text))
    if count:
        raise NotesNameSomebody(count=count)


def require_nobody_named(book: Book, data: bytes) -> None:
    """Read the finished export as its receiver will; raises ``SomebodyStillNamed`` or
    ``CardsUnread``."""
    people, words = identifying.people_on_cards(book), pseudonyms.words_to_look_for(book)
    if people is None or words is None:
        raise CardsUnread
    cards = Cards(Known(people))
    for text in _her_words(read(Package(BytesIO(data))).project):
        if is_named(text, cards) or _holds_any(text, words):
            raise SomebodyStillNamed


def _holds_any(text: str, words: Iterable[str]) -> bool:
    """The report's own search for names, as a second opinion; the text is folded once for all."""
    even = revealing.folded(text)
    digits = _NO_DIGIT.sub("", even)

    def may_hold(word: str) -> bool:
        wanted = revealing.folded(word)
        number = _NO_DIGIT.sub("", wanted)
        return wanted in even or (number != "" and number in digits)

    return any(may_hold(word) and revealing.holds_word(text, word) for word in words)


def _her_words(project: Project) -> Iterator[str]:
    """Every word of the file but the program's own: a label may hold a common name by chance.

    A selection's name is looked at as part of its text, where it stands too.
    """
    ours = {"", *(word for term in vocabulary().terms
                  for word in (term.label_en, term.label_km, term.definition_en))}  # fmt: skip
    for source in project.sources:
        for one in source.selections:
            if one.name == quote_name(source.text, one.start, one.end):
                ours.add(one.name)
    return (word for word in words_of(project) if word not in ours)


def _shortened(built: Built, cuts: Iterable[Cut]) -> Iterator[Shortened]:
    places = {s.guid: s for source in built.project.sources for s in source.selections}
    for cut in cuts:
        here = places[cut.selection]
        yield Shortened(built.items[cut.source].code, here.start, here.end, cut.fate)
