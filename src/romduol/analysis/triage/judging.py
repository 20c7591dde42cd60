"""Messages come in, what lexicon and heads say of them together goes out: one row a message.

The lexicon finds what it knows and can say why; a head hears what resembles it. Neither decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from romduol.analysis.triage.vectors.hearing import Heard

HEARD = "head."  # a reason of a head, followed by its name; it spans the whole message
_BATCH = 8192
_ANY = "on.unknown"  # the form where no head and no word says which


def method(heads: Heads, heard: Heard | None = None) -> str:
    """Names and versions of all that judges alike in every book."""
    said = f"{scoring.METHOD} {heads.version}"
    return f"{said} {heard.adapters.version}" if heard else said


def judge(
    texts: Sequence[str | None],
    heads: Heads,
    own: OwnHead | None = None,
    heard: Heard | None = None,
) -> pa.Table:
    """A table of ``SCORES``, a row a text in their order.

    ``own`` is a head that her book taught, ``heard`` the vectors of some of the texts. A message
    that the lexicon passes over has the forms of the heads that hear more harm than not.
    """
    by = _Listeners(heads, own, heard)
    parts = [
        _judged([text or "" for text in texts[start : start + _BATCH]], start, by)
        for start in range(0, len(texts), _BATCH)
    ]
    return pa.Table.from_batches(parts, schema=SCORES)


def logits(
    texts: Sequence[str],
    heads: Heads,
    own: OwnHead | None = None,
    heard: Heard | None = None,
) -> Doubles:
    """The log-odds of harm of each text, by all that listens together."""
    return _together(texts, _grams(texts), scoring.score(texts), _Listeners(heads, own, heard))


def views(texts: Sequence[str], heads: Heads) -> tuple[Doubles, NDArray[np.bool_]]:
    """(heads of characters, lexicon) of each text, weighed as in its channel; and which it is."""
    return _views(texts, _grams(texts), scoring.score(texts), heads)


@dataclass(frozen=True, slots=True)
class _Listeners:
    """What listens beside the lexicon."""

    heads: Heads
    own: OwnHead | None
    heard: Heard | None


def _grams(texts: Sequence[str]) -> Grams:
    return grams(scoring.engine().layer.comparable(texts)[0])


def _together(texts: Sequence[str], some: Grams, said: pa.Table, by: _Listeners) -> Doubles:
    """Each text by the views and the weights of its channel."""
    seen, khmer = _views(texts, some, said, by.heads)
    logit = np.asarray(seen.sum(axis=1), np.float64)
    if by.heard is not None:
        logit = by.heard.together(texts, khmer, seen, logit)
    added = 0.0 if by.own is None else sums(some, by.own.weights) + by.own.bias
    return np.asarray(logit + added, np.float64)


def _views(
    texts: Sequence[str], some: Grams, said: pa.Table, heads: Heads
) -> tuple[Doubles, NDArray[np.bool_]]:
    spoken = said.column("score").to_numpy().astype(np.float64)
    khmer = in_khmer(texts, said)
    return heads.views(some, spoken, khmer), khmer


def in_khmer(texts: Sequence[str], said: pa.Table) -> NDArray[np.bool_]:
    """Which texts hold Khmer, in its own letters or, as the text layer takes it, in Latin ones."""
    letters = pl.Series("text", texts, dtype=pl.String).str.contains("[\u1780-\u17b3]").to_numpy()
    romanised: Any = said.column("romanised").to_numpy()
    return np.asarray(letters | romanised, np.bool_)


def _judged(texts: list[str], first: int, by: _Listeners) -> pa.RecordBatch:
    """Each text once, however often it was sent."""
    distinct = list(dict.fromkeys(texts))
    said = scoring.score(distinct)
    scores = chance(_together(distinct, _grams(distinct), said, by)).astype(np.float32)
    forms: list[Any] = said.column("forms").to_pylist()
    reasons: list[Any] = said.column("reasons").to_pylist()
    asked = [n for n in np.flatnonzero(scores >= scoring.FLAGGED) if not forms[n]]
    for n, heard in zip(asked, _forms([distinct[n] for n in asked], by), strict=True):
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
        pa.array([method(by.heads, by.heard)] * len(texts), pa.string()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCORES)


def _forms(texts: Sequence[str], by: _Listeners) -> list[list[tuple[str, float]]]:
    """For each text the forms that are likelier than not, or else the likeliest, highest first."""
    if not texts:
        return []
    some = _grams(texts)
    names = [head.name for head in by.heads.forms]
    logit = np.column_stack([head.logit(some) for head in by.heads.forms])
    if by.heard is not None:
        logit = by.heard.forms(texts, names, logit)
    return [_likeliest(row, names) for row in chance(logit)]


def _likeliest(row: Doubles, names: Sequence[str]) -> list[tuple[str, float]]:
    order = np.argsort(-row, kind="stable")
    likely = [(names[n], float(row[n])) for n in order if row[n] >= scoring.FLAGGED]
    return likely or [(_ANY if row[order[0]] < 0.1 else names[order[0]], float(row[order[0]]))]


def _reason(form: str, score: float, text: str) -> dict[str, Any]:
    return {"entry": HEARD + form, "form": form, "start": 0, "end": len(text), "weight": score}
