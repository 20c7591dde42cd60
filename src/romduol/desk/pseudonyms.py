"""What stands in the place of names when a text leaves the book: for exports, reports, quotes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from romduol.casebook.replacements import Replacement
from romduol.casework.pseudonyms import Labels, Ruled, replacements
from romduol.desk import identifying
from romduol.desk.opening import Book
from romduol.desk.pseudonyms_finding import Named, Passage, found_in
from romduol.desk.women import everyone, require_may_see
from romduol.records.models import Item, Woman


@dataclass(frozen=True, slots=True)
class Leaving:
    """What one export needs to know about the names in its texts.

    ``replaced`` holds for each item's code what to put where in its canonical text. ``undecided``
    counts, by item, what nobody has ruled about: while it is not empty nothing may leave.
    ``cards_read`` is false when there are identity cards that this member may not open: then
    nobody can say that no name of theirs is left, and nothing may leave either.
    """

    replaced: dict[str, tuple[Replacement, ...]]
    undecided: dict[str, int]
    cards_read: bool

    @property
    def ready(self) -> bool:
        """May the texts leave, as far as names go?"""
        return self.cards_read and not self.undecided


def leaving(book: Book, items: Sequence[Item], draw: bytes | None = None) -> Leaving:
    """What takes the place of names in the canonical texts of ``items``.

    The same person, place or account is the same pseudonym in all of them. Which pseudonym is
    drawn by ``draw`` (fresh random bytes by default), so that two exports are not joined by them.
    Raises ``NoGrant`` or ``ConsentMissing`` for an item that this member may not read.
    """
    found = _found(book, items)
    ruled = {code: [_ruled(n) for n in named if n.ruling] for code, (_, named) in found.items()}
    labels = Labels((one for rows in ruled.values() for one in rows), draw or secrets.token_bytes())
    return Leaving(
        replaced={
            code: replacements(passage.text, ruled[code], labels)
            for code, (passage, _) in found.items()
        },
        undecided={code: n for code, (_, named) in found.items() if (n := _open(named))},
        cards_read=identifying.people_on_cards(book) is not None,
    )


def _found(book: Book, items: Sequence[Item]) -> dict[str, tuple[Passage, list[Named]]]:
    wanted = {item.pk for item in items}
    women: dict[int, Woman] = {item.woman.pk: item.woman for item in items}
    for woman in women.values():
        require_may_see(book, woman)
    return {
        passage.item.code: (passage, named)
        for passage, named in found_in(book, list(women.values()))
        if passage.item.pk in wanted and not passage.message
    }


def _ruled(named: Named) -> Ruled:
    assert named.ruling is not None
    kind, one = named.finding.kind.value, named.finding
    return Ruled(one.start, one.end, kind, one.sounds, named.ruling, one.place, named.new)


def _open(named: Iterable[Named]) -> int:
    """How many nobody has ruled about."""
    return sum(n.ruling is None for n in named)


def words_to_look_for(book: Book) -> list[str] | None:
    """Every name, number and alias that must not stand in what leaves; none if cards are unread."""
    on_cards = identifying.words_on_cards(book)
    return None if on_cards is None else [*(w.alias for w in everyone()), *on_cards]
