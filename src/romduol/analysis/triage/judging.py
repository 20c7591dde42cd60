"""Messages come in, what lexicon and heads say of them together goes out: one row a message.

The lexicon finds what it knows and can say why; a head hears what resembles it. Neither decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from romduol.analysis.triage import scoring
from romduol.analysis.triage.calibration import Doubles, chance
from romduol.analysis.triage.features import Grams, grams, sums
from romduol.analysis.triage.heads import Heads
from romduol.analysis.triage.own import OwnHead
from romduol.analysis.triage.table import SCORES

HEARD = "head."  # a reason of a head, followed by its name; it spans the whole message
_BATCH = 8192
_HEARD_FROM = -1.0  # log-odds: about one in four
_ANY = "on.unknown"  # the form where no head and no word says which


def method(heads: Heads) -> str:
    """Names and versions of all that judges."""
    return f"{scoring.METHOD} {heads.version}"


def judge(texts: Sequence[str | None], heads: Heads, own: OwnHead | None = None) -> pa.Table:
    """A table of ``SCORES``, a row a text in their order; ``own`` is a head that her book taught.

    A message that the lexicon passes over has the forms of the heads that hear more harm than not.
    """
    parts = [
        _judged([text or "" for text in texts[start : start + _BATCH]], start, heads, own)
        for start in range(0, len(texts), _BATCH)
    ]
    return pa.Table.from_batches(parts, schema=SCORES)


def logits(texts: Sequence[str], heads: Heads, own: OwnHead | None = None) -> Doubles:
    """The log-odds of harm of each text, by lexicon and heads together."""
    return _together(texts, _grams(texts), scoring.score(texts), heads, own)


def _grams(texts: Sequence[str]) -> Grams:
    return grams(scoring.engine().layer.comparable(texts)[0])


def _together(
    texts: Sequence[str], some: Grams, said: pa.Table, heads: Heads, own: OwnHead | None
) -> Doubles:
    """Each text by the head and the weights of its channel."""
    spoken = said.column("score").to_numpy().astype(np.float64)
    khmer = in_khmer(texts, said)
    logit = np.where(
        khmer,
        heads.together[1].logit(np.column_stack([heads.harm[1].logit(some), spoken])),
        heads.together[0].logit(np.column_stack([raised(heads.harm[0].logit(some)), spoken])),
    )
    added = 0.0 if own is None else sums(some, own.weights) + own.bias
    return np.asarray(logit + added, np.float64)


def raised(logit: Doubles) -> Doubles:
    """The English head is heard where it hears harm; that it hears none says nothing.

    It knows what women are called in English-speaking forums, not what an official writes.
    """
    return np.maximum(logit, _HEARD_FROM)


def in_khmer(texts: Sequence[str], said: pa.Table) -> NDArray[np.bool_]:
    """Which texts hold Khmer, in its own letters or, as the text layer takes it, in Latin ones."""
    letters = pl.Series("text", texts, dtype=pl.String).str.contains("[\u1780-\u17b3]").to_numpy()
    romanised: Any = said.column("romanised").to_numpy()
    return np.asarray(letters | romanised, np.bool_)


def _judged(texts: list[str], first: int, heads: Heads, own: OwnHead | None) -> pa.RecordBatch:
    """Each text once, however often it was sent."""
    distinct = list(dict.fromkeys(texts))
    said = scoring.score(distinct)
    scores = chance(_together(distinct, _grams(distinct), said, heads, own)).astype(np.float32)
    forms: list[Any] = said.column("forms").to_pylist()
    reasons: list[Any] = said.column("reasons").to_pylist()
    asked = [n for n in np.flatnonzero(scores >= scoring.FLAGGED) if not forms[n]]
    for n, heard in zip(asked, _forms([distinct[n] for n in asked], heads), strict=True):
        forms[n] = [{"form": form, "score": score} for form, score in heard]
        reasons[n] = [_reason(form, score, distinct[n]) for form, score in heard]
    romanised = said.column("romanised").to_pylist()
    place = {text: n for n, text in enumerate(distinct)}
    order = [place[text] for text in texts]
    columns = [
        pa.array(range(first, first + len(texts)), pa.int64()),
        pa.array(scores[order], pa.float32()),
        pa.array([forms[n] for n in order], SCORES.field("forms").type),
        pa.array([reasons[n] for n in order], SCORES.field("reasons").type),
        pa.array([romanised[n] for n in order], pa.bool_()),
        pa.array([method(heads)] * len(texts), pa.string()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCORES)


def _forms(texts: Sequence[str], heads: Heads) -> list[list[tuple[str, float]]]:
    """For each text the forms that are likelier than not, or else the likeliest, highest first."""
    if not texts:
        return []
    some = _grams(texts)
    heard = np.column_stack([chance(head.logit(some)) for head in heads.forms])
    names = [head.name for head in heads.forms]
    return [_likeliest(row, names) for row in heard]


def _likeliest(row: Doubles, names: Sequence[str]) -> list[tuple[str, float]]:
    order = np.argsort(-row, kind="stable")
    likely = [(names[n], float(row[n])) for n in order if row[n] >= scoring.FLAGGED]
    return likely or [(_ANY if row[order[0]] < 0.1 else names[order[0]], float(row[order[0]]))]


def _reason(form: str, score: float, text: str) -> dict[str, Any]:
    return {"entry": HEARD + form, "form": form, "start": 0, "end": len(text), "weight": score}
