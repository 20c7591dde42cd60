"""What the vectors are worth, without and with them: EDOS dev, suite, probes, by script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from romduol.analysis.triage import heads as shipping
from romduol.analysis.triage import judging, scoring
from romduol.analysis.triage.calibration import Doubles, area, calibration_error, chance, mixed
from romduol.analysis.triage.features import grams
from romduol.analysis.triage.vectors.adapters import SEXIST, Adapters
from romduol.analysis.triage.vectors.hearing import Heard
from romduol.analysis.triage.vectors.kept import made
from romduol.casework.practice import stock
from training import material, vectors_rows
from training.heads import macro_f1
from training.material import Row
from training.vectors_weighing import Reader, Unseen

SECOND_PROBE = material.SUITE.with_name("probe2.csv")
SCRIPTS = ("english", "khmer", "romanised", "mixed")
Flags = NDArray[np.bool_]


def report(
    some: Adapters, model: Reader, unseen: Unseen, before: shipping.Heads, *, locked: bool
) -> Iterator[str]:
    """A line for each part, without and with vectors."""
    dev = material.edos("dev")
    yield from _edos(some, model, unseen, dev)
    yield from _told("EDOS dev, our question", some, model, dev)
    yield _everyday(some, model)
    written = [
        row for row in unseen.taught.rows if row.source.startswith("seeds.") and "-" in row.maker
    ]
    yield from _by_script("written lines held back", some, model, written, before)
    for name, rows in _parts(locked=locked):
        yield from _by_script(name, some, model, rows)


def _parts(*, locked: bool) -> Iterator[tuple[str, list[Row]]]:
    yield "suite, open (learned from)", material.suite(locked=False)
    yield "probe, open (weighed on)", material.probe(locked=False)
    if locked:
        yield "suite, locked", material.suite(locked=True)
        yield "probe, locked", material.probe(locked=True)
        if SECOND_PROBE.is_file():
            yield "second probe", _second(SECOND_PROBE)


def _second(path: Path) -> list[Row]:
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        return [
            Row(row["text"], row["harm"] == "yes", row["form"], 1.0, "probe2", row["id"])
            for row in csv.DictReader(file)
        ]


def _edos(some: Adapters, model: Reader, unseen: Unseen, dev: Sequence[Row]) -> Iterator[str]:
    """EDOS's own question, flagged from where held rows of EDOS train are told apart best."""
    known = np.array([row.source == "edos" for row in unseen.taught.rows])
    sexist = some.head(SEXIST)
    held = sexist.logit((unseen.vectors[known] - some.middle).astype(np.float32))
    answers = unseen.taught.sexist[known] > 0
    copies = vectors_rows.copies(dev)
    asked = sexist.logit(model.vectors(copies) - some.middle)
    true = np.array([row.harm for row in dev])
    yield _alone("EDOS dev, the vectors alone", held, answers, asked, true)
    english = shipping.shipped().harm[0]
    letters = english.logit(grams(copies))
    yield _alone("EDOS dev, with characters (mean)", held, answers, (asked + letters) / 2, true)


def _alone(name: str, held: Doubles, answers: Flags, asked: Doubles, true: Flags) -> str:
    at = best(held, answers)
    calm = mixed(held[:, None], answers, np.ones(len(answers)))
    error = calibration_error(chance(calm.logit(asked[:, None])), true)
    return (
        f"{name:34} n {len(true):5}  AUC {area(asked, true):.3f}  "
        f"macro-F1 {macro_f1(asked >= at, true):.3f} (flagged from {chance(np.array([at]))[0]:.2f})"
        f"  ECE {error:.3f}"
    )


def best(said: Doubles, answers: Flags) -> float:
    """The log-odds from which flagging gives the highest macro-F1."""
    tried = np.quantile(said, np.linspace(0.3, 0.98, 120))
    return float(max(tried, key=lambda at: macro_f1(said >= at, answers)))


def heard_of(some: Adapters, model: Reader, texts: Sequence[str]) -> Heard:
    """All of ``texts`` with their vectors, rounded as they are kept."""
    distinct = list(dict.fromkeys(texts))
    copies = scoring.engine().layer.comparable(distinct)[0]
    vectors = model.vectors(copies) - some.middle
    return Heard(some, made(some.version, distinct, vectors))


def _everyday(some: Adapters, model: Reader) -> str:
    texts = [row["text"] for row in stock.rows("chatter.csv")]
    heads, heard = shipping.shipped(), heard_of(some, model, texts)
    shares = [
        float((chance(judging.logits(texts, heads, heard=one)) >= scoring.FLAGGED).mean())
        for one in (None, heard)
    ]
    return (
        f"everyday lines of the practice study  n {len(texts)}  "
        f"flagged: without {shares[0]:.3f}, with {shares[1]:.3f}"
    )


def _by_script(
    name: str,
    some: Adapters,
    model: Reader,
    rows: Sequence[Row],
    heads: shipping.Heads | None = None,
) -> Iterator[str]:
    for script in SCRIPTS:
        here = [row for row in rows if _script(row) == script]
        if here:
            yield from _told(f"{name}, {script}", some, model, here, heads)
    yield from _told(f"{name}, all", some, model, rows, heads)


def _script(row: Row) -> str:
    named = {"seeds.en": "english", "seeds.km": "khmer", "seeds.ro": "romanised"}
    if row.source.startswith("seeds."):
        return named.get(row.source, "mixed")
    return next((script for script in SCRIPTS if f"{script}." in row.maker), "")


def _told(
    name: str,
    some: Adapters,
    model: Reader,
    rows: Sequence[Row],
    heads: shipping.Heads | None = None,
) -> Iterator[str]:
    texts = [row.text for row in rows]
    heard = heard_of(some, model, texts)
    for view, one in (("without", None), ("with", heard)):
        chances = chance(judging.logits(texts, heads or shipping.shipped(), heard=one))
        yield f"{name:34} {view:8} {_numbers(chances, rows)}"


def _numbers(chances: Doubles, rows: Sequence[Row]) -> str:
    answers = np.array([row.harm for row in rows])
    threat = np.array([row.harm and ".threat" in row.form for row in rows])
    hard = np.array([not row.harm and ".everyday." not in row.maker for row in rows])
    flagged = chances >= scoring.FLAGGED
    told = (
        f"n {len(rows):5}  AUC {area(chances, answers):.3f}  "
        f"macro-F1 {macro_f1(flagged, answers):.3f}  "
        f"ECE {calibration_error(chances, answers):.3f}  "
        f"precision {_share(answers, flagged):.2f}  harm found {_share(flagged, answers):.2f}"
    )
    if threat.any():
        told += f"  threats found {_share(flagged, threat):.2f}"
    return f"{told}  harmless flagged {_share(flagged, hard):.2f}"


def _share(of: Flags, among: Flags) -> float:
    return float(of[among].mean()) if among.any() else 0.0
