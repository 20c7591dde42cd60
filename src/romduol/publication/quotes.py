"""Which allowed quotes are printed, under which theme and in which order.

A quote is printed as received, or marked as changed, without a name or label: nothing may join two
quotes to one speaker, or a quote to its place among the transcripts. So the order comes from a hash
of the words and the release, each quote stands once, and no theme quotes so many women that the one
who was not quoted could be worked out. What a quote may not give away is in ``quote_rules``.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from romduol.casebook.claims import Left
from romduol.casebook.codes import Coding, Span, Study
from romduol.casebook.counting import keys_of
from romduol.casebook.vocabulary import vocabulary
from romduol.publication.claims import FINDINGS
from romduol.publication.echoes import LINKING, runs
from romduol.publication.inference import Key
from romduol.publication.likeness import Population
from romduol.publication.options import PublishOptions
from romduol.publication.phrases import phrase
from romduol.publication.quote_rules import Candidate, never_printed, reasons

_KHMER = re.compile("[\u1780-\u17d3]")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words as received or as changed, and their language (``en`` or ``km``, by script)."""

    text: str
    lang: str


def quotes_by_theme(
    study: Study, spoken: Collection[Key], options: PublishOptions
) -> tuple[dict[Key, tuple[Quote, ...]], tuple[Left, ...]]:
    """The quotes under each theme that a claim speaks of, and those left out with every reason."""
    left: list[Left] = []
    people = Population(study, options.known)
    fit = _printable(_candidates(study, options), len(study.asked), options, left)
    placed = _reviewed(_placed(fit, spoken, people, options, left), people, options, left)
    themes: dict[Key, tuple[Quote, ...]] = {}
    whole = _unjoined(_whole(placed, left), options, left)
    for theme, found in whole.items():
        few = min(len(study.asked), people.under(theme)) - 2
        themes[theme] = _unlinked(_few_speakers(theme, found, few, options, left), options)
    return {theme: quotes for theme, quotes in themes.items() if quotes}, tuple(left)


def _placed(
    candidates: Iterable[Candidate],
    spoken: Collection[Key],
    people: Population,
    options: PublishOptions,
    left: list[Left],
) -> list[tuple[Key, Candidate]]:
    """Each candidate with its theme: the nearest that as many women share as the threshold asks."""
    placed: list[tuple[Key, Candidate]] = []
    for candidate in candidates:
        themes = list(_themes(candidate, spoken))
        wide = (t for t in themes if people.under(t) >= options.threshold_for(t[0]))
        theme = next(wide, None)
        if theme is None:
            rule = "quote_few_like_her" if themes else "single_source_quote"
            left.append(Left(rule, candidate.where))
        else:
            placed.append((theme, candidate))
    return placed


def _reviewed(
    placed: Iterable[tuple[Key, Candidate]],
    people: Population,
    options: PublishOptions,
    left: list[Left],
) -> list[tuple[Key, Candidate]]:
    """Those that no rule of review holds back; the others are told with each of their rules."""
    kept: list[tuple[Key, Candidate]] = []
    for theme, candidate in placed:
        found = [Left(rule, candidate.where) for rule in reasons(candidate, theme, people, options)]
        left.extend(found)
        if not found:
            kept.append((theme, candidate))
    return kept


def _whole(placed: list[tuple[Key, Candidate]], left: list[Left]) -> dict[Key, list[Candidate]]:
    """The candidates by theme without those that stand within another of the same woman."""
    near: dict[str, list[Candidate]] = defaultdict(list)
    for _, candidate in placed:
        for woman in candidate.women:
            near[woman].append(candidate)
    themes: dict[Key, list[Candidate]] = defaultdict(list)
    for theme, candidate in placed:
        others = (other for woman in candidate.women for other in near[woman])
        if any(_nested(candidate, other) for other in others if other is not candidate):
            left.append(Left("nested_quote", candidate.where))
        else:
            themes[theme].append(candidate)
    return themes


def _unjoined(
    themes: Mapping[Key, list[Candidate]], options: PublishOptions, left: list[Left]
) -> dict[Key, list[Candidate]]:
    """Without those whose words also stand in another quote of hers: the two would be one story."""
    kept: dict[Key, list[Candidate]] = defaultdict(list)
    said: dict[str, set[str]] = defaultdict(set)
    every = [(theme, one) for theme, found in themes.items() for one in found]
    for theme, one in sorted(every, key=lambda pair: _draw(pair[1].text, options)):
        words = runs(one.text, LINKING)
        if any(words & said[woman] for woman in one.women):
            left.append(Left("quote_linked", one.where))
            continue
        kept[theme].append(one)
        for woman in one.women:
            said[woman] |= words
    return kept


def _candidates(study: Study, options: PublishOptions) -> list[Candidate]:
    """Every allowed text once, with all that it is coded with; findings before other schemes."""
    behind: dict[str, list[Coding]] = defaultdict(list)
    for coding in study.codings:
        if coding.quote_allowed and coding.quote.strip() and coding.woman in study.asked:
            behind[coding.quote].append(coding)
    rank = {scheme: place for place, scheme in enumerate(FINDINGS)}
    facts = {fact.span: fact for fact in options.quotes}
    return [
        Candidate(
            text,
            codings[0].woman,
            tuple(codings),
            tuple(dict.fromkeys(facts[c.span] for c in codings if c.span in facts)),
        )
        for text, found in sorted(behind.items())
        for codings in [sorted(found, key=lambda c: (rank.get(c.scheme, len(rank)), c.term))]
    ]


def _printable(
    candidates: Iterable[Candidate], asked: int, options: PublishOptions, left: list[Left]
) -> Iterable[Candidate]:
    for candidate in candidates:
        found = [Left(rule, candidate.where) for rule in never_printed(candidate, asked, options)]
        left.extend(found)
        if not found:
            yield candidate


def _nested(inner: Candidate, outer: Candidate) -> bool:
    """Does ``inner`` stand within ``outer``, in words or in the place it was cut from?"""
    return inner.text in outer.text or any(
        _within(a.span, b.span) for a in inner.codings for b in outer.codings if a.span and b.span
    )


def _within(inner: Span, outer: Span) -> bool:
    same_item = inner.item == outer.item
    inside = outer.start <= inner.start and inner.end <= outer.end
    return same_item and inside and (inner.start, inner.end) != (outer.start, outer.end)


def _themes(candidate: Candidate, spoken: Collection[Key]) -> Iterable[Key]:
    """The terms, the nearest first, that a claim speaks of: so at least two women share each."""
    for coding in candidate.codings:
        for key in keys_of(coding, vocabulary()):
            if key in spoken:
                yield key


def _few_speakers(
    theme: Key,
    found: list[Candidate],
    most: int,
    options: PublishOptions,
    left: list[Left],
) -> list[Candidate]:
    """At most ``most`` women under one theme, chosen by the words and not by the woman."""
    speakers: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in found:
        speakers[candidate.woman].append(candidate)
    by_words = sorted(
        speakers.values(), key=lambda quotes: min(_draw(q.text, options) for q in quotes)
    )
    allowed = max(most, 0)
    for quotes in by_words[allowed:]:
        left.extend(Left("enumerates", "/".join(theme)) for _ in quotes)
    return [quote for quotes in by_words[:allowed] for quote in quotes]


def _unlinked(candidates: list[Candidate], options: PublishOptions) -> tuple[Quote, ...]:
    drawn = sorted(candidates, key=lambda one: _draw(one.text, options))
    return tuple(_quote(one) for one in drawn)


def _quote(one: Candidate) -> Quote:
    """The words, followed in brackets by what was done to them if anything was."""
    lang = "km" if _KHMER.search(one.text) else "en"
    manner = next((fact.manner for fact in one.facts if fact.manner), "")
    note = f" [{phrase(f'quote.{manner}', lang)}]" if manner else ""
    return Quote(one.text + note, lang)


def _draw(text: str, options: PublishOptions) -> bytes:
    """An order drawn anew for each release from the words alone."""
    seed = f"{options.release}\0{options.as_of.isoformat()}\0{text}"
    return hashlib.sha256(seed.encode()).digest()
