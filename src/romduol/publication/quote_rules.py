"""The rules one quote must pass: its words and what is known of it go in, named reasons come out.

Every reason is told, not the first alone, so that one shortening can answer them together. A rule
in ``EXCEPTABLE`` looks at things that only people can weigh; two members may set it aside for one
quote and one release. The others protect a count, a name or her consent: nobody sets them aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from romduol.casebook.codes import Coding, Span
from romduol.language.digits import latin
from romduol.publication.inference import Key
from romduol.publication.likeness import TELLING, Population
from romduol.publication.options import SMALL_STUDY, PublishOptions
from romduol.publication.quote_facts import QuoteFacts
from romduol.publication.revealing import gives_away, holds_word, names_somebody, points_back

TELLS = tuple(
    f"quote_tells.{kind}"
    for kind in ("date", "event", "place", "role", "organisation", "money", "family")
)
EXCEPTABLE = frozenset(
    {*TELLS, "quote_few_witnesses", "quote_rare_codes", "quote_points_back", "quote_searchable"}
)
ENOUGH_WITNESSES = 2
_MANY_CODES = 3  # on one quote: from here on the combination is looked at
_IN_A_ROOM = frozenset({"date", "event", "official"})
_PERCENT = re.compile(r"\d\s*(?:%|per ?cent\b)|ភាគរយ", re.IGNORECASE)
_NUMBERS = "three four five six seven eight nine ten eleven twelve"
_WORDS = dict(enumerate(_NUMBERS.split(" "), start=3))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An allowed text, whose it is, and all that it is coded with."""

    text: str
    woman: str
    codings: tuple[Coding, ...]
    facts: tuple[QuoteFacts, ...] = field(default=(), repr=False)

    @property
    def women(self) -> set[str]:
        """Whose words these are; more than one if several said the same."""
        return {coding.woman for coding in self.codings}

    @property
    def span(self) -> Span | None:
        """Where it was said, if it was given a place."""
        return next((coding.span for coding in self.codings if coding.span), None)

    @property
    def where(self) -> str:
        """Its first code and its place, to say which quote is meant without its words."""
        code = f"{self.codings[0].scheme}/{self.codings[0].term}"
        span = self.span
        return f"{code} {span.item}:{span.start}-{span.end}" if span else code


def never_printed(quote: Candidate, asked: int, options: PublishOptions) -> Iterable[str]:
    """Reasons that hold whatever the theme: a name in it, people counted in it, an edit unread."""
    if any(holds_word(quote.text, alias) for alias in options.aliases) or names_somebody(
        quote.text
    ):
        yield "quote_names_someone"
    if counts_people(quote.text, asked):
        yield "quote_counts_people"
    if any(fact.unchecked for fact in quote.facts):
        yield "quote_not_checked"


def reasons(
    quote: Candidate, theme: Key, people: Population, options: PublishOptions
) -> Iterable[str]:
    """Every rule of review the quote does not pass under ``theme``, less those set aside for it."""
    aside = {rule for rule, span in options.excepted if span == quote.span}
    yield from (rule for rule in _found(quote, theme, people, options) if rule not in aside)


def _found(
    quote: Candidate, theme: Key, people: Population, options: PublishOptions
) -> Iterable[str]:
    kinds = gives_away(quote.text)
    few = people.alike(quote.codings, kinds, theme) < options.threshold_for(theme[0])
    for kind in kinds:
        if kind != "official" and (few or kind not in TELLING):
            yield f"quote_tells.{kind}"
    if _IN_A_ROOM & set(kinds) and not any(_witnessed(fact) for fact in quote.facts):
        yield "quote_few_witnesses"
    codes = people.codes_within(quote.text, quote.codings, whole=not _changed(quote))
    if len(codes) >= _MANY_CODES and people.shared(codes) < 2:
        yield "quote_rare_codes"
    if points_back(quote.text):
        yield "quote_points_back"
    if any(fact.in_posts for fact in quote.facts):
        yield "quote_searchable"


def _changed(quote: Candidate) -> bool:
    return any(fact.manner for fact in quote.facts)


def _witnessed(fact: QuoteFacts) -> bool:
    """Were others there who could have told it, or does she know who will recognise it?"""
    return fact.knowing or (fact.witnesses or 0) >= ENOUGH_WITNESSES


def counts_people(text: str, asked: int) -> bool:
    """Does it say how many of those asked, or, in a small study, a percentage?"""
    plain = latin(text)
    if asked < SMALL_STUDY and _PERCENT.search(plain):
        return True
    base = rf"(?:{asked}|{_WORDS.get(asked, asked)})(?!\w)"
    return re.search(rf"(?:\bof|\bthe|\bus|/|ក្នុងចំណោម\D{{0,24}}?)\s*{base}", plain, re.I) is not None
