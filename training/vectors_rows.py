"""What the adapters are taught and asked: the rows of the heads, with what each may teach.

A ninth of the makers is held back: no adapter sees them. They choose thresholds and calibrate.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from romduol.analysis.triage import scoring
from training import material
from training.material import Row

A_LINE = 24  # drawn from each seed line in each script: the grammar is small, its words are many
GUEST_PLAIN = 500  # harmless rows of Guest that are kept
LONGEST = 48  # pieces of a row that is learned from
THREAT = "on.threat"

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Taught:
    """Rows side by side; -1 stands for what a row cannot say.

    ``sexist`` is the question of EDOS, ``harm`` is ours, ``kind`` one of EDOS's eleven or 0 for
    none, ``forms`` has a column for each head of a form; ``meaning`` is equal where one line was
    written in several scripts.
    """

    rows: list[Row]
    copies: list[str]
    sexist: Floats
    harm: Floats
    kind: NDArray[np.int32]
    forms: Floats
    meaning: NDArray[np.int32]
    counted: Floats


def held(row: Row) -> bool:
    """Whether no adapter sees the row; the heads of characters held it back too when weighed."""
    return int(hashlib.sha256(row.maker.encode()).hexdigest(), 16) % 9 == 1


def public() -> list[Row]:
    """EDOS train, and Guest with fewer of its many harmless rows."""
    guest = material.guest()
    plain = [row for row in guest if not row.harm]
    kept = plain[:: max(len(plain) // GUEST_PLAIN, 1)]
    return [*material.edos("train"), *(row for row in guest if row.harm), *kept]


def ours() -> list[Row]:
    """Seeds, the open suite and the lexicon's examples; never the probe, never a locked line."""
    return [*material.seeds(A_LINE), *material.suite(locked=False), *material.examples()]


def copies(rows: Sequence[Row]) -> list[str]:
    """The comparable copies that the model reads."""
    return scoring.engine().layer.comparable([row.text for row in rows])[0]


def taught(rows: Sequence[Row], forms: Sequence[str]) -> Taught:
    """What each of ``rows`` may teach."""
    kinds = _kinds()
    meanings = {maker: n for n, maker in enumerate(sorted({row.maker for row in rows}))}
    foreign = np.array([row.source in ("edos", "guest") for row in rows])
    harm = np.array([row.harm for row in rows], np.float32)
    return Taught(
        list(rows),
        copies(rows),
        np.where(foreign, harm, -1).astype(np.float32),
        np.where(foreign, -1, harm).astype(np.float32),
        np.array([kinds.get(row.maker, -1) for row in rows], np.int32),
        np.array([[_answer(row, form) for form in forms] for row in rows], np.float32),
        np.array([meanings[row.maker] for row in rows], np.int32),
        np.array([_counted(row) for row in rows], np.float32),
    )


def _counted(row: Row) -> float:
    return {"guest": 0.33, "edos": 1.0}.get(row.source, 1.0)


def _answer(row: Row, form: str) -> float:
    """1 where the row is of the form, 0 where it is not, -1 where it does not say."""
    if not row.harm:
        return -1.0 if row.source == "guest" else 0.0
    if not row.form or (form.startswith(row.form + ".") and row.form == THREAT):
        return -1.0
    return float(row.form == form or row.form.startswith(form + "."))


def _kinds() -> dict[str, int]:
    """EDOS's finest label of each row, 0 for none."""
    with (material.PUBLIC / "edos_train_dev.csv").open(encoding="utf-8", newline="") as file:
        said = {row["rewire_id"]: row["label_vector"] for row in csv.DictReader(file)}
    names = sorted({name for name in said.values() if name[:1].isdigit()})
    return {maker: names.index(name) + 1 if name in names else 0 for maker, name in said.items()}
