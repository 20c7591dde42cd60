"""Messages come in, one row each goes out: how soon to look at it, and why.

Layers 1 and 2: the text layer, the lexicon, its frames and softeners, the romanised channel, and
how all the words found lean together.
A score ranks within one version of the lexicon; it is no probability and nothing is decided by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import prod

import pyarrow as pa

from romduol.analysis.triage import lexicon
from romduol.analysis.triage import text as text_layer
from romduol.analysis.triage.frames import Grammar, Match
from romduol.analysis.triage.leaning import Leaning, Leanings, weights
from romduol.analysis.triage.lexicon import WEIGHTS, Word
from romduol.analysis.triage.matching import Found, Matcher
from romduol.analysis.triage.romanised import respelling
from romduol.analysis.triage.table import SCORES
from romduol.language.disguises import even
from romduol.language.scripts import profile
from romduol.language.tracing import rewritten, traced

METHOD = f"{text_layer.VERSION} {lexicon.VERSION}"
FLAGGED = 0.5  # a person is shown these first; only the order of the rest is lost without it
_FLOOR = 0.12  # of its weight is left to a reason, whatever lowers it
_BATCH = 8192

WayBack = Callable[[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Reason:
    """One entry and where it stands in the message as received, [start, end) in code points."""

    entry: str
    form: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Scored:
    """What is said of one message."""

    score: float
    forms: tuple[tuple[str, float], ...]
    reasons: tuple[Reason, ...]
    romanised: bool


def score(texts: Sequence[str | None]) -> pa.Table:
    """A table of ``SCORES``, a row a text in their order. The same text has the same row."""
    return pa.Table.from_batches(score_batches([texts]), schema=SCORES)


def score_batches(batches: Iterable[Sequence[str | None]]) -> Iterator[pa.RecordBatch]:
    """As ``score``, batch by batch, in flat memory; ``row`` counts on through all of them."""
    row = 0
    for batch in batches:
        for start in range(0, len(batch), _BATCH):
            texts = [text or "" for text in batch[start : start + _BATCH]]
            yield _record(_scored(texts), row)
            row += len(texts)


@cache
def engine() -> Engine:
    """The engine over the lexicon of this version."""
    return Engine(lexicon.words())


class Engine:
    """Text layer, matchers and grammar over one set of words."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        sets = [frozenset(word.concepts) for word in words]
        self.grammar = Grammar(sets, lexicon.frames(), lexicon.softeners())
        self._leanings = Leanings(words, weights())
        self.layer = text_layer.TextLayer(lexicon.known_words())
        plain = [word for word in words if word.language != "romanised"]
        self._plain = Matcher(plain, self.grammar.code)
        # the romanised words come last: where two languages spell alike, theirs is meant
        self._all = Matcher(words, self.grammar.code)
        self._respelling = respelling(
            spelling
            for word in words
            if word.language == "romanised"
            for spelling in word.spellings
        )
        self._respelt = lru_cache(maxsize=4096)(lambda copy: traced(copy, (self._respelling,)))

    def scored(self, texts: Sequence[str]) -> list[Scored]:
        """What is said of each of ``texts``."""
        copies, moved = self.layer.comparable(texts)
        romanised = [n for n, copy in enumerate(copies) if profile(copy).perhaps_romanised]
        found = self._plain.find(copies)
        respelt = [rewritten(copies[n], (self._respelling,)) for n in romanised]
        for n, hits in zip(romanised, self._all.find(respelt), strict=True):
            found[n] = hits
        latin = frozenset(romanised)
        return [
            self._judge(found[n], self._way_back(text, n in moved, n in latin), n in latin)
            for n, text in enumerate(texts)
        ]

    def read(self, texts: Sequence[str], language: str) -> list[Found]:
        """The words found in each of ``texts`` when it is read as ``language``."""
        copies = self.layer.comparable(texts)[0]
        if language == "romanised":
            return self._all.find([rewritten(copy, (self._respelling,)) for copy in copies])
        return self._plain.find(copies)

    def _way_back(self, text: str, moved: bool, romanised: bool) -> WayBack:
        """From the comparable copy to the message as received; made only when asked for."""

        def back(start: int, end: int) -> tuple[int, int]:
            trace = self.layer.trace(text) if moved else None
            if romanised:
                copy = trace.text if trace else even(text)
                start, end = self._respelt(copy).span(start, end)
            return trace.span(start, end) if trace else (start, end)

        return back

    def _judge(self, found: Found, back: WayBack, romanised: bool) -> Scored:
        if not found.hits:
            return _NOTHING_KHMER if romanised else _NOTHING
        matches = self._matches(found)
        leaning = self._leanings.of(frozenset(word for word, _, _ in found.hits))
        raising = _lowered(matches, leaning.keeps)
        if not raising and leaning.raising is None:
            return Scored(leaning.adds, (), (), romanised)
        left: dict[str, float] = {}
        for match, weight in raising:
            left[match.form] = left.get(match.form, 1.0) * (1.0 - weight)
        forms = sorted(((form, 1.0 - rest) for form, rest in left.items()), key=_highest_first)
        soft = ((match, match.weight) for match in matches if match.weight < 0)
        reasons = sorted(
            (
                _reason(found, back, match, weight)
                for match, weight in (*raising, *soft, *self._leant(found, leaning))
            ),
            key=lambda reason: (reason.start, reason.end, reason.entry),
        )
        score = 1.0 - prod(left.values()) * (1.0 - leaning.adds)
        return Scored(score, tuple(forms), tuple(reasons), romanised)

    def _leant(self, found: Found, leaning: Leaning) -> list[tuple[Match, float]]:
        """The words that lean most each way, as reasons without a form."""
        both = ((leaning.raising, leaning.adds), (leaning.lowering, -leaning.keeps))
        leant = []
        for word, weight in both:
            if word is not None:
                n = next(n for n, hit in enumerate(found.hits) if hit[0] == word)
                leant.append((Match(self.words[word].id, "", weight, n, n), weight))
        return leant

    def _matches(self, found: Found) -> list[Match]:
        """The words that say something alone, and the frames and softeners."""
        alone = []
        seen: set[int] = set()
        for n, (index, _, _) in enumerate(found.hits):
            word = self.words[index]
            if word.severity and index not in seen:
                seen.add(index)
                alone.append(Match(word.id, word.form, WEIGHTS[word.severity], n, n))
        return [*alone, *self.grammar.matches(found.row)]


def _reason(found: Found, back: WayBack, match: Match, weight: float) -> Reason:
    start, end = back(found.hit(match.first).start, found.hit(match.last).end)
    return Reason(match.entry, match.form, start, end, weight)


def _highest_first(form: tuple[str, float]) -> tuple[float, str]:
    return -form[1], form[0]


_NOTHING = Scored(0.0, (), (), romanised=False)
_NOTHING_KHMER = Scored(0.0, (), (), romanised=True)


def _lowered(matches: list[Match], keeps: float) -> list[tuple[Match, float]]:
    """What raises, each with the weight that the softeners and the leaning leave it."""
    soft = [match for match in matches if match.weight < 0]
    lowered = []
    for match in matches:
        if match.weight < 0:
            continue
        factor = keeps
        for softener in soft:
            if softener.whole or (softener.first <= match.last and match.first <= softener.last):
                factor *= -softener.weight
        lowered.append((match, match.weight * max(factor, _FLOOR)))
    return lowered


def _scored(texts: list[str]) -> list[Scored]:
    """Each text once, however often it was sent."""
    distinct = list(dict.fromkeys(texts))
    said = dict(zip(distinct, engine().scored(distinct), strict=True))
    return [said[text] for text in texts]


def _record(scored: list[Scored], first: int) -> pa.RecordBatch:
    columns = [
        pa.array(range(first, first + len(scored)), pa.int64()),
        pa.array([s.score for s in scored], pa.float32()),
        pa.array(
            [[{"form": f, "score": n} for f, n in s.forms] for s in scored],
            SCORES.field("forms").type,
        ),
        pa.array(
            [
                [
                    {
                        "entry": r.entry,
                        "form": r.form,
                        "start": r.start,
                        "end": r.end,
                        "weight": r.weight,
                    }
                    for r in s.reasons
                ]
                for s in scored
            ],
            SCORES.field("reasons").type,
        ),
        pa.array([s.romanised for s in scored], pa.bool_()),
        pa.array([METHOD] * len(scored), pa.string()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCORES)
