"""Words that could name someone, found in what a member may read, with what was ruled about them.

The index keeps where such words stand, of what kind they are and what was ruled; the words are read
out of the sealed texts each time. The same words elsewhere in her record follow the same ruling.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from romduol.casework.pseudonyms import Ruling
from romduol.desk import identifying, segments
from romduol.desk.custody import THE_BOOK, acting
from romduol.desk.opening import Book
from romduol.desk.reading import find_item
from romduol.desk.sealing import card_of
from romduol.desk.women import everyone, find, may_see, require_may_see
from romduol.language.naming import (
    Cards,
    Certainty,
    Finding,
    Kind,
    Known,
    Person,
    Searched,
    learned,
    searched,
)
from romduol.language.naming import find as find_names
from romduol.language.naming.cards import sounds_of
from romduol.records.models import Item, NameRuling, Woman

Progress = Callable[[int, int], None]
_MOST_KEPT = 1_000_000  # code points of searched texts, some 100 MB with the way back to each


def quiet(_done: int, _all: int) -> None:
    """Nobody watches how far it is."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of hers: an item's canonical text, or one message of it."""

    item: Item
    message: str
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """Words that could name someone, where they stand, and what was ruled.

    ``how`` says how the ruling came about: ``here``, ``same`` (of the same words elsewhere in her
    record), or "" when nobody has ruled. ``words`` are hers.
    """

    code: str
    item: str
    message: str
    finding: Finding
    words: str
    subject: str
    ruling: Ruling | None = None
    how: str = ""
    new: str = ""
    marked: bool = False


def listed(book: Book, alias: str = "", item: str = "", progress: Progress = quiet) -> list[Named]:
    """Everything that could name someone in what this member may read; the looking is logged.

    Raises ``NoGrant`` or ``ConsentMissing`` for a woman or an item named that may not be read.
    """
    women = women_meant(book, alias, item)
    with acting(book, "names-read") as act:
        one = women[0].code if len(women) == 1 else THE_BOOK
        act.about(item or one, women=len(women))
    return [n for _, found in found_in(book, women, item, progress) for n in found]


def women_meant(book: Book, alias: str, item: str) -> list[Woman]:
    """Whose texts are meant: hers, the item's, or everyone's whom this member may read."""
    if not alias and not item:
        return _readable(book)
    woman = find_item(item).woman if item else find(alias)
    require_may_see(book, woman)
    return [woman]


def found_in(
    book: Book, women: Sequence[Woman], item: str = "", progress: Progress = quiet
) -> Iterator[tuple[Passage, list[Named]]]:
    """Every text of these women with what is in it."""
    kept = _Kept()
    people = _people(book, kept, lambda done, all_: progress(done, all_ + len(women)))
    before = len(_readable(book))
    for done, woman in enumerate(women, start=1):
        looked = _Looked(book, woman, Cards(Known(people, tuple(_marked(book, woman)))))
        for passage in passages(book, woman, item):
            yield passage, looked.named(passage, kept.searched(passage))
        progress(before + done, before + len(women))


class _Kept:
    """Texts already searched, as far as they are no burden to hold: each is looked at twice."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str], Searched] = {}
        self._room = _MOST_KEPT

    def searched(self, passage: Passage) -> Searched:
        """The text searched, now or before."""
        place = passage.item.pk, passage.message
        held = self._found.get(place) or searched(passage.text)
        if place not in self._found and self._room >= len(passage.text):
            self._found[place] = held
            self._room -= len(passage.text)
        return held


def _people(book: Book, kept: _Kept, progress: Progress) -> tuple[Person, ...]:
    """Whoever is on a card, and whoever is named plainly anywhere in what this member may read."""
    on_cards = identifying.people_on_cards(book) or ()
    cards, women = Cards(Known(on_cards)), _readable(book)
    heard: list[tuple[str, Finding]] = []
    for done, woman in enumerate(women, start=1):
        for one in passages(book, woman):
            found = find_names(kept.searched(one), cards)
            heard += [(one.text[f.start : f.end], f) for f in found]
        progress(done, len(women))
    return (*on_cards, *learned(heard))


def _readable(book: Book) -> list[Woman]:
    return [woman for woman in everyone() if may_see(book, woman)]


def passages(book: Book, woman: Woman, item: str = "") -> Iterator[Passage]:
    """Her texts: the canonical text of each item that has one, every message of the others."""
    items = woman.items.select_related("woman", "text").order_by("pk")
    rows = items.filter(code=item) if item else items
    for one in rows:
        if one.text is not None:
            yield Passage(one, "", text_of(book, one))
        else:
            for _, table in segments.messages_of(book, woman, one.code):
                ids, texts = table.column("message"), table.column("text")
                for message, text in zip(ids.to_pylist(), texts.to_pylist(), strict=True):
                    if text:
                        yield Passage(one, bytes(message or b"").hex(), text)


def text_of(book: Book, item: Item) -> str:
    """The canonical text of an item that has one."""
    assert item.text is not None
    return book.store.open_bytes(item.text.name, book.identities(item.woman.code)).decode()


@dataclass
class _Looked:
    """One woman's rulings, looked up for each of her texts."""

    book: Book
    woman: Woman
    cards: Cards

    def __post_init__(self) -> None:
        rows = NameRuling.objects.filter(item__woman=self.woman).select_related(
            "card__woman", "item"
        )
        self._here: dict[tuple[int, str], dict[tuple[int, int], NameRuling]] = defaultdict(dict)
        self._same: dict[tuple[str, str], NameRuling] = {}
        for held in rows.order_by("pk"):
            self._here[held.item_id, held.message][held.start, held.end] = held
            self._same[held.kind, held.subject] = held
        self._new: dict[int, str] = {}

    def named(self, passage: Passage, text: Searched) -> list[Named]:
        """What is in one text, with what was ruled about that very text."""
        found = find_names(text, self.cards)
        here = self._here.get((passage.item.pk, passage.message), {})
        if here:
            digest = text_digest(self.book, passage.text)
            here = {span: held for span, held in here.items() if held.text == digest}
        named = [self._one(passage, one, here.get((one.start, one.end))) for one in found]
        known = {(one.start, one.end) for one in found}
        named += [self._marked(passage, held) for span, held in here.items() if span not in known]
        return sorted(named, key=lambda n: (n.finding.start, n.finding.end))

    def _one(self, passage: Passage, finding: Finding, held: NameRuling | None) -> Named:
        subject = subject_of(self.book, self.woman, finding)
        if held is not None:
            return self._told(passage, finding, subject, held, "here")
        held = self._same.get((finding.kind.value, subject))
        return self._told(passage, finding, subject, held, "same" if held else "")

    def _marked(self, passage: Passage, held: NameRuling) -> Named:
        words = passage.text[held.start : held.end]
        finding = marked_finding(held.start, held.end, Kind(held.kind), words)
        return self._told(passage, finding, held.subject, held, "here")

    def _told(
        self, passage: Passage, finding: Finding, subject: str, held: NameRuling | None, how: str
    ) -> Named:
        return Named(
            code=code_of(self.book, passage, finding.start, finding.end),
            item=passage.item.code,
            message=passage.message,
            finding=finding,
            words=passage.text[finding.start : finding.end],
            subject=subject,
            ruling=Ruling(held.ruling) if held else None,
            how=how,
            new=self._new_of(held) if held else "",
            marked=bool(held and held.marked),
        )

    def _new_of(self, held: NameRuling) -> str:
        if held.card_id is None or held.card is None:
            return ""
        if held.card_id not in self._new:
            self._new[held.card_id] = str(card_of(self.book, held.card)["new"])
        return self._new[held.card_id]


def _marked(book: Book, woman: Woman) -> Iterator[tuple[str, Kind]]:
    """Words of hers that a person marked, to be looked for in what comes later too."""
    rows = NameRuling.objects.filter(item__woman=woman, marked=True).select_related("card__woman")
    cards = {row.card_id: row for row in rows if row.card is not None}
    for held in cards.values():
        assert held.card is not None
        for word in card_of(book, held.card)["marked"]:
            yield str(word), Kind(held.kind)


def marked_finding(start: int, end: int, kind: Kind, words: str) -> Finding:
    """A finding that a person made."""
    return Finding(start, end, kind, "marked", Certainty.CERTAIN, sounds_of(kind, words))


def subject_of(book: Book, woman: Woman, finding: Finding) -> str:
    """A digest of whom or what a finding names, keyed for this woman alone."""
    return book.mac("name", woman.code, finding.kind.value, finding.sounds)


def text_digest(book: Book, text: str) -> str:
    """A keyed digest of a whole text, to know it by."""
    return book.mac("text", text)


def code_of(book: Book, passage: Passage, start: int, end: int) -> str:
    """The id of a stretch of a text: the same each time it is looked at."""
    parts = (passage.item.code, passage.message, str(start), str(end))
    return "n" + book.mac("finding", *parts)[:15]
