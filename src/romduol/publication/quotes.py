"""Which allowed quotes are printed, under which theme and in which order.

A quote is printed as received, without a name or label: nothing may join two quotes to one
speaker, or a quote to its place among the transcripts. So the order comes from a hash of the words
and the release, each quote stands once, and no theme quotes so many women that the one who was
not quoted could be worked out.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from romduol.casebook.claims import Left
from romduol.casebook.codes import Coding, Span, Study
from romduol.casebook.counting import keys_of
from romduol.casebook.vocabulary import vocabulary
from romduol.language.digits import latin
from romduol.publication.claims import FINDINGS
from romduol.publication.inference import Key
from romduol.publication.options import SMALL_STUDY, PublishOptions
from romduol.publication.revealing import gives_away, holds_word

_PERCENT = re.compile(r"\d\s*(?:%|per ?cent\b)|ភាគរយ", re.IGNORECASE)
_NUMBER_WORDS = (
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_WORDS = dict(enumerate(_NUMBER_WORDS, start=3))
_KHMER = re.compile("[\u1780-\u17d3]")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words as received, and the language they are in (``en`` or ``km``, by script)."""

    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    woman: str
    codings: tuple[Coding, ...]

    @property
    def women(self) -> set[str]:
        """Whose words these are; more than one if several said the same."""
        return {coding.woman for coding in self.codings}

    @property
    def where(self) -> str:
        """Its first code, to say in the list of things left out which quote is meant."""
        return f"{self.codings[0].scheme}/{self.codings[0].term}"


def quotes_by_theme(
    study: Study, spoken: Collection[Key], options: PublishOptions
) -> tuple[dict[Key, tuple[Quote, ...]], tuple[Left, ...]]:
    """The quotes under each theme that a claim speaks of, and those left out with their rule."""
    left: list[Left] = []
    placed = _placed(_printable(_candidates(study), len(study.asked), options, left), spoken, left)
    themes: dict[Key, tuple[Quote, ...]] = {}
    for theme, found in _whole(placed, left).items():
        shown = _few_speakers(theme, found, study, options, left)
        themes[theme] = _unlinked(shown, options)
        left.extend(_for_review(shown))
    return {theme: quotes for theme, quotes in themes.items() if quotes}, tuple(left)


def _counts_people(text: str, asked: int) -> bool:
    """Does it say how many of those asked, or, in a small study, a percentage?"""
    plain = latin(text)
    if asked < SMALL_STUDY and _PERCENT.search(plain):
        return True
    base = rf"(?:{asked}|{_WORDS.get(asked, asked)})(?!\w)"
    return re.search(rf"(?:\bof|\bthe|\bus|/|ក្នុងចំណោម\D{{0,24}}?)\s*{base}", plain, re.I) is not None


def _placed(
    candidates: Iterable[_Candidate], spoken: Collection[Key], left: list[Left]
) -> list[tuple[Key, _Candidate]]:
    """Each candidate with its theme; one without a theme of two women is left out."""
    placed: list[tuple[Key, _Candidate]] = []
    for candidate in candidates:
        theme = _theme(candidate, spoken)
        if theme is None:
            left.append(Left("single_source_quote", candidate.where))
        else:
            placed.append((theme, candidate))
    return placed


def _whole(placed: list[tuple[Key, _Candidate]], left: list[Left]) -> dict[Key, list[_Candidate]]:
    """The candidates by theme without those that stand within another of the same woman."""
    near: dict[str, list[_Candidate]] = defaultdict(list)
    for _, candidate in placed:
        for woman in candidate.women:
            near[woman].append(candidate)
    themes: dict[Key, list[_Candidate]] = defaultdict(list)
    for theme, candidate in placed:
        others = (other for woman in candidate.women for other in near[woman])
        if any(_nested(candidate, other) for other in others if other is not candidate):
            left.append(Left("nested_quote", candidate.where))
        else:
            themes[theme].append(candidate)
    return themes


def _for_review(shown: list[_Candidate]) -> Iterable[Left]:
    for candidate in shown:
        for kind in gives_away(candidate.text):
            yield Left("quote_review", f"{candidate.where}: {kind}")


def _candidates(study: Study) -> list[_Candidate]:
    """Every allowed text once, with all that it is coded with; findings before other schemes."""
    behind: dict[str, list[Coding]] = defaultdict(list)
    for coding in study.codings:
        if coding.quote_allowed and coding.quote.strip() and coding.woman in study.asked:
            behind[coding.quote].append(coding)
    rank = {scheme: place for place, scheme in enumerate(FINDINGS)}
    return [
        _Candidate(text, codings[0].woman, tuple(codings))
        for text, found in sorted(behind.items())
        for codings in [sorted(found, key=lambda c: (rank.get(c.scheme, len(rank)), c.term))]
    ]


def _printable(
    candidates: list[_Candidate], asked: int, options: PublishOptions, left: list[Left]
) -> Iterable[_Candidate]:
    for candidate in candidates:
        if any(holds_word(candidate.text, alias) for alias in options.aliases):
            left.append(Left("quote_names_someone", candidate.where))
        elif _counts_people(candidate.text, asked):
            left.append(Left("quote_counts_people", candidate.where))
        else:
            yield candidate


def _nested(inner: _Candidate, outer: _Candidate) -> bool:
    """Does ``inner`` stand within ``outer``, in words or in the place it was cut from?"""
    return inner.text in outer.text or any(
        _within(a.span, b.span) for a in inner.codings for b in outer.codings if a.span and b.span
    )


def _within(inner: Span, outer: Span) -> bool:
    same_item = inner.item == outer.item
    inside = outer.start <= inner.start and inner.end <= outer.end
    return same_item and inside and (inner.start, inner.end) != (outer.start, outer.end)


def _theme(candidate: _Candidate, spoken: Collection[Key]) -> Key | None:
    """The nearest term, going up, that a claim speaks of: so at least two women share it."""
    for coding in candidate.codings:
        for key in keys_of(coding, vocabulary()):
            if key in spoken:
                return key
    return None


def _few_speakers(
    theme: Key,
    found: list[_Candidate],
    study: Study,
    options: PublishOptions,
    left: list[Left],
) -> list[_Candidate]:
    """At most ``asked - 2`` women under one theme, chosen by the words and not by the woman."""
    speakers: dict[str, list[_Candidate]] = defaultdict(list)
    for candidate in found:
        speakers[candidate.woman].append(candidate)
    by_words = sorted(
        speakers.values(), key=lambda quotes: min(_draw(q.text, options) for q in quotes)
    )
    allowed = max(len(study.asked) - 2, 0)
    for quotes in by_words[allowed:]:
        left.extend(Left("enumerates", "/".join(theme)) for _ in quotes)
    return [quote for quotes in by_words[:allowed] for quote in quotes]


def _unlinked(candidates: list[_Candidate], options: PublishOptions) -> tuple[Quote, ...]:
    texts = sorted((c.text for c in candidates), key=lambda text: _draw(text, options))
    return tuple(Quote(text, "km" if _KHMER.search(text) else "en") for text in texts)


def _draw(text: str, options: PublishOptions) -> bytes:
    """An order drawn anew for each release from the words alone."""
    seed = f"{options.release}\0{options.as_of.isoformat()}\0{text}"
    return hashlib.sha256(seed.encode()).digest()
