"""What was asked of a release: languages, day, tables, threshold; and its refusals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from romduol.casebook.agreement import MethodOfCoding
from romduol.casebook.care import Complaint
from romduol.casebook.claims import Left, Unit
from romduol.casebook.codes import Span
from romduol.casebook.troubles import Trouble, WrongUsage
from romduol.publication.disclosure.ledger import Ledger
from romduol.publication.quote_facts import QuoteFacts

if TYPE_CHECKING:
    from romduol.publication.corrections import Correction
    from romduol.publication.likeness import KnownPeople
    from romduol.publication.report.figures.outlines import Outlines

SMALL_STUDY = 20  # below: no percentages, no crossing of axes
LOWEST_THRESHOLD = 3
USUAL_THRESHOLD = 5
FINE_THRESHOLD = 10  # khan or sangkat, and kinds of actor


class PublicationRefused(Trouble):
    """The study or what was asked of it may not be published; ``left`` holds every reason."""

    def __init__(self, left: tuple[Left, ...]) -> None:
        super().__init__(count=len(left), rules=", ".join(dict.fromkeys(x.rule for x in left)))
        self.left = left


class ThresholdTooLow(WrongUsage):
    """Somebody asked for a threshold below three women."""


class LanguageNotHeld(WrongUsage):
    """A release was asked for in a language the report is not written in."""


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """How to publish. ``tables`` holds one tuple of axes a table asked for; empty: the usual ones.

    ``threshold`` counts distinct women and is never below 3. ``aliases`` are words that must stand
    in no quote (they are also given to the audit); they are not shown when this value is printed.
    ``rounded`` are further tables whose numbers are rounded together instead of withheld.
    ``ledger`` is everything published before; ``seconds`` how long the fewest cells are looked for.
    ``own_map`` is drawn instead of our squares where it holds the places of a table. ``template``
    names the kind of report (``report.template``).

    ``quotes`` is what is known of single quotes, ``known`` how many hold a role where, ``excepted``
    the (rule, place) pairs that two members set aside for this release. ``corrections`` are numbers
    of earlier releases that this one puts right; ``coding`` says how the interviews were coded.
    ``complaints`` are those of women who may be counted, for reports that tell of them.
    """

    as_of: date
    langs: tuple[str, ...] = ("en", "km")
    tables: tuple[tuple[str, ...], ...] = ()
    rounded: tuple[tuple[str, ...], ...] = ()
    unit: Unit | None = None
    threshold: int = USUAL_THRESHOLD
    title: tuple[tuple[str, str], ...] = ()
    release: str = ""
    aliases: frozenset[str] = field(default=frozenset(), repr=False)
    ledger: Ledger = field(default_factory=Ledger, repr=False)
    seconds: float = 60.0
    own_map: Outlines | None = field(default=None, repr=False)
    template: str = "facts"
    quotes: tuple[QuoteFacts, ...] = field(default=(), repr=False)
    known: tuple[KnownPeople, ...] = ()
    excepted: frozenset[tuple[str, Span]] = frozenset()
    corrections: tuple[Correction, ...] = ()
    coding: MethodOfCoding | None = None
    complaints: tuple[Complaint, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if self.threshold < LOWEST_THRESHOLD:
            raise ThresholdTooLow(threshold=self.threshold, lowest=LOWEST_THRESHOLD)
        for lang in self.langs:
            if lang not in ("en", "km"):
                raise LanguageNotHeld(lang=lang)

    @property
    def every_table(self) -> tuple[tuple[str, ...], ...]:
        """The axes of each table asked for, rounded ones last."""
        return (*(axes for axes in self.tables if axes), *(axes for axes in self.rounded if axes))

    def threshold_for(self, axis: str) -> int:
        """The threshold for a scheme or an axis: ten at least for actors and small places."""
        fine = axis.partition(":")[0] == "actor" or axis == "place:district"
        return max(self.threshold, FINE_THRESHOLD) if fine else self.threshold
