"""The functional suite and the probe: their lines, what is expected of each, how well a score does.

``split`` is decided by the hash of the id: a third of the suite and half of the probe are locked as
test. Nothing is trained or tuned on them. No line has been read by a native reader yet.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

FLAGGED = 0.5


@dataclass(frozen=True, slots=True)
class Line:
    id: str
    script: str
    function: str
    form: str
    harm: bool
    locked: bool
    text: str
    reviewed: bool

    @property
    def threat(self) -> bool:
        return self.harm and self.form.startswith(("on.threat", "off.threat"))

    @property
    def hard(self) -> bool:
        """Harmless, and full of the words of harm."""
        return not self.harm and self.function != "everyday"


@dataclass(frozen=True, slots=True)
class Measured:
    lines: int
    auc: float
    precision: float
    recall: float
    hard_flagged: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def lines(name: str = "functional") -> list[Line]:
    """Those of ``functional.csv``, or those of a second author (``probe.csv``)."""
    with Path(__file__).with_name(f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            Line(
                row["id"], row["script"], row["function"], row["form"], row["harm"] == "yes",
                row["split"] == "test", row["text"], row["reviewed"] == "yes",
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def locked(id: str, of: int = 3) -> bool:  # noqa: A002
    """The rule that decides what is locked: one ``of`` three in the suite, of two in the probe."""
    return int(hashlib.sha256(id.encode()).hexdigest(), 16) % of == 0


def measured(some: Iterable[Line], scores: dict[str, float], at: float = FLAGGED) -> Measured:
    """How ``scores`` (by line id) rank and flag ``some`` lines."""
    rows = [(scores[line.id], line.harm) for line in some]
    flagged = [harm for score, harm in rows if score >= at]
    harm = sum(harm for _, harm in rows)
    hard = [scores[line.id] >= at for line in some if line.hard]
    return Measured(
        len(rows),
        auc(rows),
        sum(flagged) / len(flagged) if flagged else 0.0,
        sum(flagged) / harm if harm else 0.0,
        sum(hard) / len(hard) if hard else 0.0,
    )


def auc(rows: Sequence[tuple[float, bool]]) -> float:
    """The chance that a harmful line is above a harmless one; ties count half."""
    above = [score for score, harm in rows if harm]
    below = [score for score, harm in rows if not harm]
    won = sum((a > b) + (a == b) / 2 for a in above for b in below)
    return won / (len(above) * len(below)) if above and below else 1.0
