"""A person's decisions come in; a head that knows her book a little better goes out, or none.

It learns only what the shipped heads and the lexicon leave over. It replaces the one before only
where it ranks a random draw of her messages better, on which it was not taught.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from romduol.analysis.triage.calibration import Answers, Doubles, average_precision
from romduol.analysis.triage.features import BITS, BUCKETS, Floats, grams, sums
from romduol.analysis.triage.learning import balanced, fit, rows
from romduol.analysis.triage.scoring import engine

STRENGTH = 1.0  # weak: two hundred decisions may move a score, not overturn the rest
MOST = 4000  # decisions that are learned from, the newest
ENOUGH_HARM, ENOUGH_NOT = 3, 3  # in the random draw, for a comparison to say anything


@dataclass(frozen=True, slots=True)
class OwnHead:
    """Weights that are added to what the shipped heads say."""

    weights: Floats
    bias: float

    def to_bytes(self) -> bytes:
        """As npz, without pickles; only the buckets that weigh anything."""
        places = np.flatnonzero(self.weights).astype(np.int32)
        kept = io.BytesIO()
        np.savez_compressed(
            kept,
            places=places,
            weights=self.weights[places].astype(np.float16),
            bias=np.float64(self.bias),
            bits=np.int64(BITS),
        )
        return kept.getvalue()


@dataclass(frozen=True, slots=True)
class Compared:
    """Average precision on the random draw before and after; ``better`` decides."""

    drawn: int
    before: float
    after: float
    better: bool


def own_head(kept: bytes) -> OwnHead:
    """The head in ``kept``. ``ValueError`` for another layout."""
    with np.load(io.BytesIO(kept), allow_pickle=False) as arrays:
        if int(arrays["bits"]) != BITS:
            raise ValueError("a head of another layout")
        weights = np.zeros(BUCKETS, np.float32)
        weights[arrays["places"]] = arrays["weights"].astype(np.float32)
        return OwnHead(weights, float(arrays["bias"]))


def learn(texts: Sequence[str], harm: Sequence[bool], said: Doubles) -> OwnHead | None:
    """What decisions add to ``said``, the log-odds without an own head; None from one answer only.

    The same decisions give the same head.
    """
    texts, answers = texts[-MOST:], np.array(harm[-MOST:], np.bool_)
    if answers.all() or not answers.any():
        return None
    some = rows(engine().layer.comparable(texts)[0])
    found = fit(some, answers, balanced(answers), STRENGTH, said[-MOST:], turns=40)
    return OwnHead(_half(found.weights), found.bias)


def promote(
    old: OwnHead | None, new: OwnHead, texts: Sequence[str], harm: Sequence[bool], said: Doubles
) -> Compared:
    """Whether ``new`` ranks the random draw better than ``old``; a draw too small keeps ``old``."""
    answers: Answers = np.array(harm, np.bool_)
    before = average_precision(heard(old, texts, said), answers)
    after = average_precision(heard(new, texts, said), answers)
    enough = int(answers.sum()) >= ENOUGH_HARM and int((~answers).sum()) >= ENOUGH_NOT
    return Compared(len(texts), before, after, enough and after > before)


def heard(own: OwnHead | None, texts: Sequence[str], said: Doubles) -> Doubles:
    """``said`` with what ``own`` adds."""
    if own is None or not texts:
        return said
    return said + sums(grams(engine().layer.comparable(texts)[0]), own.weights) + own.bias


def _half(weights: Floats) -> Floats:
    """As they are kept, so that a head says the same before and after it was stored."""
    kept: NDArray[np.float16] = weights.astype(np.float16)
    return kept.astype(np.float32)
