"""Aliases offered by a scheme, held against every name on an identity card; only the desk can."""

from __future__ import annotations

from dataclasses import dataclass
from random import SystemRandom

from romduol.casebook.troubles import Trouble, WrongUsage
from romduol.casework.pseudonyms import aliases
from romduol.desk import identifying
from romduol.desk.opening import Book
from romduol.desk.women import everyone
from romduol.records.models import Member


class NoAliasLeft(WrongUsage):
    """Every alias of the scheme is like a name in the book."""


class AliasesUnchecked(Trouble):
    """Aliases were to be held against the identity cards by a member who may not open them."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Free aliases. ``checked`` is false when there are cards this member may not open."""

    aliases: tuple[str, ...]
    checked: bool


def suggest(
    book: Book, lang: str = "en", scheme: str = aliases.DEFAULT, how_many: int = 5
) -> Offer:
    """Aliases that nobody has and that are like no name in the book. Raises ``NoAliasLeft``."""
    people = identifying.people_on_cards(book)
    names = [name for person in people or () for name in person.names]
    names += Member.objects.values_list("name", flat=True)
    in_use = aliases.taken((woman.alias for woman in everyone()), names)
    found = aliases.suggest(scheme, lang, in_use, SystemRandom(), how_many)
    if not found:
        raise NoAliasLeft(scheme=scheme)
    return Offer(found, people is not None)


def clashing(book: Book) -> list[str]:
    """The codes of women whose alias is like a name on any card; raises ``AliasesUnchecked``."""
    people = identifying.people_on_cards(book)
    if people is None:
        raise AliasesUnchecked
    names = [name for person in people for name in person.names]
    women = everyone()
    bad = set(aliases.clashing([woman.alias for woman in women], names))
    return [woman.code for woman in women if woman.alias in bad]
