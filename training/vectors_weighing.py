"""What was adapted comes in, what ships goes out: heads calibrated and weighed on unseen rows.

Unseen by the adapters are the ninth that was held back and the open probe. What a head of
characters says of held rows is asked of one fitted without them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from romduol.analysis.triage import heads as shipping
from romduol.analysis.triage import judging, lexicon, scoring
from romduol.analysis.triage.calibration import Doubles, Mixed, chance, mixed
from romduol.analysis.triage.learning import balanced, fit, rows
from romduol.analysis.triage.vectors import encoder, weights
from romduol.analysis.triage.vectors.adapters import HARM, SEXIST, Adapters, Asked, add_to
from romduol.analysis.triage.vectors.encoder import SIZE
from romduol.analysis.triage.vectors.hearing import Heard
from romduol.analysis.triage.vectors.kept import made
from training import material, vectors_rows
from training.heads import EVERY, FORMS, PUBLIC, STRENGTH, TURNS
from training.heads import _held as held_by_heads
from training.material import Row
from training.vectors_rows import Floats, Taught

VERSION = "vectors/1"
LOUD = 16.0  # as when adapters are learned
OF_A_LINE = 3  # rows of a line of the grammar in a script that are asked
_METHODS = (
    "logistic regression on the vectors as they come",
    "low-rank adapters of rank 16 in layers 3 to 11, and heads, learned together by AdamW",
)
_FLAT = Mixed((1.0,), 0.0)


@dataclass(frozen=True, slots=True)
class Unseen:
    """Rows that no adapter saw, with their vectors, not centred."""

    taught: Taught
    vectors: Floats

    @property
    def english(self) -> NDArray[np.bool_]:
        """Which were written as English."""
        return np.array([material.english(row) for row in self.taught.rows])


class Reader:
    """The weights with adapters in them; each text is read once."""

    def __init__(self, adapters: Adapters | None) -> None:
        path = weights.at_hand()
        if path is None:
            raise SystemExit("romduol[vectors] is not installed")
        self._weights = weights.read(path)
        if adapters is not None:
            add_to(self._weights, adapters)
        self._known: dict[str, Floats] = {}

    def vectors(self, copies: Sequence[str]) -> Floats:
        """The vectors of comparable copies, not centred."""
        new = [copy for copy in dict.fromkeys(copies) if copy not in self._known]
        self._known |= dict(zip(new, encoder.vectors(self._weights, new), strict=True))
        return np.stack([self._known[copy] for copy in copies])


def bare(arrays: dict[str, NDArray[np.float32]]) -> Adapters:
    """Adapters and heads as they were learned, in the precision that ships, not yet calibrated."""
    half = {name: array.astype(np.float16).astype(np.float32) for name, array in arrays.items()}
    named = {name.rsplit(".", 1)[0] for name in arrays if name.endswith(".down")}
    moves = {name: (half[f"{name}.down"], half[f"{name}.up"]) for name in sorted(named)}
    asked = tuple(
        Asked(name, arrays["heads"][n].astype(np.float32), float(arrays["bias"][n]), _FLAT)
        for n, name in enumerate((SEXIST, HARM, *FORMS))
    )
    return Adapters(VERSION, moves, np.zeros(SIZE, np.float32), asked, (_FLAT, _FLAT), {})


def unseen(model: Reader) -> Unseen:
    """The rows held back, of the grammar a few of each line, and the open probe."""
    back = _thinned([*vectors_rows.public(), *vectors_rows.ours()], held=True)
    known = vectors_rows.taught([*back, *material.probe(locked=False)], FORMS)
    return Unseen(known, model.vectors(known.copies))


def _thinned(every: Sequence[Row], *, held: bool) -> list[Row]:
    """The rows held back, or the others, with a few of each line of the grammar."""
    many: Counter[tuple[str, str]] = Counter()
    some = []
    for row in every:
        if vectors_rows.held(row) == held:
            many[row.maker, row.source] += 1
            if many[row.maker, row.source] <= OF_A_LINE:
                some.append(row)
    return some


def weighed(some: Adapters, rows_: Unseen, before: shipping.Heads) -> Adapters:
    """``some`` centred on these rows, every head calibrated, the views weighed.

    ``before`` are the heads of characters without what they hold back.
    """
    ours = rows_.taught.harm >= 0
    middle = (rows_.vectors[ours].mean(axis=0) + rows_.vectors[~ours].mean(axis=0)) / 2
    moved = tuple(
        replace(head, bias=head.bias + float(head.weights @ (middle - some.middle)), scaled=_FLAT)
        for head in some.heads
    )
    centred = (rows_.vectors - middle).astype(np.float32)
    answers = np.column_stack([rows_.taught.sexist, rows_.taught.harm, rows_.taught.forms])
    calm = tuple(
        _calibrated(head, centred, answers[:, n], _counted(rows_.taught))
        for n, head in enumerate(moved)
    )
    told = replace(
        some, middle=middle.astype(np.float32), heads=calm, provenance=_provenance(some, rows_)
    )
    return replace(told, together=_together(told, rows_, centred, before))


def _calibrated(head: Asked, vectors: Floats, answers: Floats, counted: Doubles) -> Asked:
    known = answers >= 0
    raw = head.logit(vectors[known])[:, None]
    return replace(head, scaled=mixed(raw, answers[known] > 0, counted[known]))


def _counted(taught: Taught) -> Doubles:
    """Each maker counts once, however many rows it made: the grammar is not the world."""
    _, maker, many = np.unique(taught.meaning, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / many[maker], np.float64)


def _together(
    some: Adapters, rows_: Unseen, centred: Floats, before: shipping.Heads
) -> tuple[Mixed, Mixed]:
    """How the views of each channel are weighed; public rows and ours weigh the same together."""
    texts = [row.text for row in rows_.taught.rows]
    views, khmer = judging.views(texts, shipping.shipped())
    back = np.array([row.source != "probe" for row in rows_.taught.rows])
    views[back] = judging.views(texts, before)[0][back]
    heard = Heard(some, made(some.version, [], centred[:0]))
    answers = np.array([row.harm for row in rows_.taught.rows])
    foreign = rows_.taught.harm < 0
    found = []
    for channel in (False, True):
        here = khmer == channel
        seen = np.column_stack([views[here], heard.views(centred[here], int(channel))])
        weight = _counted(rows_.taught)[here] * _evened(foreign[here], answers[here])
        found.append(mixed(seen, answers[here], weight))
    return found[0], found[1]


def _evened(foreign: NDArray[np.bool_], answers: NDArray[np.bool_]) -> Doubles:
    weight = np.ones(len(answers))
    for part in (foreign, ~foreign):
        if part.any() and not part.all():
            weight[part] = balanced(answers[part]) * len(answers) / part.sum() / 2
    return weight


def before_held(every: Sequence[Row]) -> shipping.Heads:
    """The heads of characters as they are when fitted without the third that they hold back."""
    shipped = shipping.shipped()
    public = [row for row in every if row.source in PUBLIC]
    ours = [row for row in every if row.source.startswith("seeds") or row.source == "suite"]
    kinds = [*public[::EVERY], *(row for row in ours if material.english(row))]
    taught = (
        (public, [row.harm for row in public]),
        (ours, [row.harm for row in ours]),
        (kinds, [row.source in PUBLIC for row in kinds]),
    )
    first, second, third = (
        _refitted(head, some, np.array(answers))
        for head, (some, answers) in zip(shipped.harm, taught, strict=True)
    )
    return replace(shipped, harm=(first, second, third))


def _refitted(
    head: shipping.Head, some: Sequence[Row], answers: NDArray[np.bool_]
) -> shipping.Head:
    learns = np.array([not held_by_heads(row) for row in some])
    kept = [row for row, yes in zip(some, learns, strict=True) if yes]
    counted = balanced(answers)[learns] * np.array([row.counted for row in kept])
    found = fit(rows(vectors_rows.copies(kept)), answers[learns], counted, STRENGTH, turns=TURNS)
    return shipping.made(head.name, found.weights, found.bias, head.scaled)


def _provenance(some: Adapters, rows_: Unseen) -> dict[str, object]:
    every = (*vectors_rows.public(), *vectors_rows.ours())
    return {
        "weights": f"multilingual-e5-small, 4 bits, {weights.SHA256}",
        "trained_on": {
            "edos": "SemEval-2023 task 10 (EDOS), train rows, CC0",
            "guest": "Guest et al. 2021, Online Misogyny, MIT; a part",
            "seeds": "written for this project; not read by a native reader yet",
            "suite": "the open two thirds of the functional suite",
            "lexicon": f"examples of {lexicon.VERSION}",
        },
        "rows": {source: list(n) for source, n in material.by_source(every).items()},
        "unseen": len(rows_.taught.rows),
        "method": _METHODS[bool(some.moves)],
        "text": scoring.METHOD,
        "heads": shipping.shipped().version,
    }


def plain(model: Reader) -> Adapters:
    """No adapters: every head a logistic regression on the vectors as they come."""
    known = _thinned(vectors_rows.public(), held=False), _thinned(vectors_rows.ours(), held=False)
    taught = vectors_rows.taught([*known[0], *known[1]], FORMS)
    vectors = model.vectors(taught.copies)
    middle = vectors.mean(axis=0)
    loud = (vectors - middle).astype(np.float64) * LOUD
    counted = _counted(taught) * taught.counted
    answers = np.column_stack([taught.sexist, taught.harm, taught.forms])
    asked = []
    for n, name in enumerate((SEXIST, HARM, *FORMS)):
        there = answers[:, n] >= 0
        yes = answers[there, n] > 0
        found = _regressed(loud[there], yes, balanced(yes) * counted[there])
        weights_ = (found[:-1] * LOUD).astype(np.float32)
        asked.append(Asked(name, weights_, float(found[-1]), _FLAT))
    return Adapters(VERSION, {}, middle, tuple(asked), (_FLAT, _FLAT), {})


def _regressed(vectors: Doubles, answers: NDArray[np.bool_], counted: Doubles) -> Doubles:
    """Logistic regression with a penalty of 1, by twelve Newton steps; the last is the bias."""
    with_one = np.column_stack([vectors, np.ones(len(vectors))])
    ridge = np.eye(with_one.shape[1])
    at = np.zeros(with_one.shape[1])
    for _ in range(12):
        said = chance(with_one @ at)
        slope = with_one.T @ (counted * (said - answers)) + at
        curve = (with_one * (counted * said * (1 - said))[:, None]).T @ with_one + ridge
        at = at - np.linalg.solve(curve, slope)
    return at
