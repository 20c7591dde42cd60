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
from romduol.analysis.triage.calibration import Doubles, Mixed, mixed
from romduol.analysis.triage.features import grams, sums
from romduol.analysis.triage.learning import balanced, fit, rows
from romduol.analysis.triage.vectors import encoder, weights
from romduol.analysis.triage.vectors.adapters import HARM, SEXIST, Adapters, Asked, add_to
from romduol.analysis.triage.vectors.hearing import Heard
from romduol.analysis.triage.vectors.kept import made
from training import material, vectors_rows
from training.heads import FORMS, STRENGTH, TURNS
from training.material import Row
from training.vectors_rows import Floats, Taught

VERSION = "vectors/1"
OF_A_LINE = 2  # rows of a line of the grammar in a script that are asked
_FLAT = Mixed((1.0,), 0.0)
_OURS, _PUBLIC = "ours", "public"


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

    def __init__(self, adapters: Adapters) -> None:
        path = weights.at_hand()
        if path is None:
            raise SystemExit("romduol[vectors] is not installed")
        self._weights = weights.read(path)
        add_to(self._weights, adapters)
        self._known: dict[str, Floats] = {}

    def vectors(self, copies: Sequence[str]) -> Floats:
        """The vectors of comparable copies, not centred."""
        new = [copy for copy in dict.fromkeys(copies) if copy not in self._known]
        self._known |= dict(zip(new, encoder.vectors(self._weights, new), strict=True))
        return np.stack([self._known[copy] for copy in copies])


def bare(arrays: dict[str, NDArray[np.float32]], middle: Floats) -> Adapters:
    """Adapters and heads as they were learned, in the precision that ships, not yet calibrated."""
    half = {name: array.astype(np.float16).astype(np.float32) for name, array in arrays.items()}
    named = {name.rsplit(".", 1)[0] for name in arrays if name.endswith(".down")}
    moves = {name: (half[f"{name}.down"], half[f"{name}.up"]) for name in sorted(named)}
    asked = tuple(
        Asked(name, arrays["heads"][n].astype(np.float32), float(arrays["bias"][n]), _FLAT)
        for n, name in enumerate((SEXIST, HARM, *FORMS))
    )
    return Adapters(VERSION, moves, middle, asked, (_FLAT, _FLAT), {})


def unseen(model: Reader) -> Unseen:
    """The rows held back, of the grammar a few of each line, and the open probe."""
    back = [row for row in (*vectors_rows.public(), *vectors_rows.ours()) if vectors_rows.held(row)]
    many: Counter[tuple[str, str]] = Counter()
    some = []
    for row in back:
        many[row.maker, row.source] += 1
        if many[row.maker, row.source] <= OF_A_LINE:
            some.append(row)
    known = vectors_rows.taught([*some, *material.probe(locked=False)], FORMS)
    return Unseen(known, model.vectors(known.copies))


def weighed(some: Adapters, rows_: Unseen) -> Adapters:
    """``some`` centred on these rows, every head calibrated, the views weighed."""
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
        some, middle=middle.astype(np.float32), heads=calm, provenance=_provenance(rows_)
    )
    return replace(told, together=_together(told, rows_, centred))


def _calibrated(head: Asked, vectors: Floats, answers: Floats, counted: Doubles) -> Asked:
    known = answers >= 0
    raw = head.logit(vectors[known])[:, None]
    return replace(head, scaled=mixed(raw, answers[known] > 0, counted[known]))


def _counted(taught: Taught) -> Doubles:
    """Each maker counts once, however many rows it made: the grammar is not the world."""
    _, maker, many = np.unique(taught.meaning, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / many[maker], np.float64)


def _together(some: Adapters, rows_: Unseen, centred: Floats) -> tuple[Mixed, Mixed]:
    """How the views of each channel are weighed; public rows and ours weigh the same together."""
    texts = [row.text for row in rows_.taught.rows]
    views, khmer = judging.views(texts, shipping.shipped())
    views = views.copy()
    views[:, 0] = _fresh(rows_, khmer, views[:, 0])
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


def _fresh(rows_: Unseen, khmer: NDArray[np.bool_], said: Doubles) -> Doubles:
    """What heads of characters say of held rows that they were not fitted on."""
    found = said.copy()
    back = np.array([row.source != "probe" for row in rows_.taught.rows])
    for channel in (0, 1):
        head = shipping.shipped().harm[channel]
        some = [row for row in material.everything() if _teaches(row, channel)]
        where = back & (khmer == bool(channel))
        copies = [copy for copy, here in zip(rows_.taught.copies, where, strict=True) if here]
        heard = head.scaled.logit(_raw(some, copies)[:, None])
        found[where] = heard if channel else judging.raised(heard)
    return found


def _teaches(row: Row, channel: int) -> bool:
    """Whether the row taught the head of characters of the channel, and was not held back."""
    if vectors_rows.held(row) or row.source == "lexicon":
        return False
    return (not material.english(row)) if channel else row.source in ("edos", "guest")


def _raw(some: Sequence[Row], asked: Sequence[str]) -> Doubles:
    answers = np.array([row.harm for row in some])
    counted = balanced(answers) * np.array([row.counted for row in some])
    learned = fit(rows(vectors_rows.copies(some)), answers, counted, STRENGTH, turns=TURNS)
    return (sums(grams(asked), learned.weights) + learned.bias).astype(np.float64)


def _provenance(rows_: Unseen) -> dict[str, object]:
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
        "method": "low-rank adapters of rank 16 in layers 3 to 11, AdamW, one epoch or two",
        "text": scoring.METHOD,
        "heads": shipping.shipped().version,
    }
