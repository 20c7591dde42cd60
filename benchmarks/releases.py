"""Made casebooks published every quarter for two years, and attacked with the files alone.

Four linked tables of incidents (forms in person by quarter and by province, forms online by actor,
impacts) and a fifth that is rounded (forms online by quarter), a threshold of five and of ten for
actors. Every release goes through the second look of the program; then an outsider
(``benchmarks.outsider``, which reads nothing but the files) looks at each release alone and at all
of them together. ``recovered`` counts gaps with one possible number, ``small`` gaps
proved to be below the threshold, ``steps`` increases proved to be there and below it. ``gap`` is
the largest distance of a release from the proven fewest withheld cells, in per cent; ``unchanged``
are quarters with too few new women, in which the last release stood.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from benchmarks.outsider import Outsider
from romduol.casebook.claims import Unit
from romduol.casebook.codes import Coding, IncidentFact, Study
from romduol.casebook.events import DatePrecision, When
from romduol.casebook.vocabulary import vocabulary
from romduol.publication.disclosure.audit import Ground, check_linked
from romduol.publication.disclosure.ledger import Ledger
from romduol.publication.options import PublicationRefused, PublishOptions
from romduol.publication.report import Composed, compose
from romduol.publication.report.data import claims_json, tables_json

SIZES = (200, 1_000, 5_000)
QUARTERS = 8
SECONDS = 240.0  # wall time of one release; what it takes is told in CPU seconds
PLACES = ("1206", "1201", "1202", "1208", "0102", "0201", "0306", "02", "08", "12")
TABLES = (
    ("form_offline:top", "quarter"),
    ("form_offline:top", "place:province"),
    ("form_online:top", "actor:top"),
    ("impact",),
)
ROUNDED = (("form_online:top", "quarter"),)
SMALL = (("form_offline:top",), ("impact",))  # from fewer than 20 women no table crosses axes
Incident = tuple[IncidentFact, list[Coding]]
Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Row:
    """One casebook over two years."""

    incidents: int
    women: int
    releases: int
    unchanged: int
    cells: int
    withheld: int
    rounded: int
    gap: float
    recovered: int
    small: int
    steps: int
    slowest_release_cpu: float
    cpu_seconds: float


def made(incidents: int, seed: int = 1) -> list[Incident]:
    """Incidents in the order they came in; a few women have many, a few terms most of them."""
    luck = random.Random(seed)
    offered = {s: _shuffled(s, luck) for s in ("form_offline", "form_online", "actor", "impact")}
    chance = {"form_offline": 1.0, "form_online": 0.5, "actor": 1.0, "impact": 0.7}
    return [
        _incident(at, incidents, offered | {"place": list(PLACES)}, chance | {"place": 0.8}, luck)
        for at in range(incidents)
    ]


def _shuffled(scheme: str, luck: random.Random) -> list[str]:
    terms = [t.id for t in vocabulary().of(scheme) if t.id not in ("off", "on")]
    luck.shuffle(terms)
    return terms


def _incident(
    at: int,
    of: int,
    offered: dict[str, list[str]],
    chance: dict[str, float],
    luck: random.Random,
) -> Incident:
    women = of // (3 if of < 1_000 else 4)
    woman = f"w{int(women * luck.random() ** 1.3 * (0.15 + 0.85 * (at + 1) / of))}"
    month = max(0, 24 * at // of - int(luck.expovariate(0.5)))
    when = When(f"{2024 + month // 12}-{month % 12 + 1:02}", DatePrecision.MONTH)
    fact = IncidentFact(f"i{at}", woman, when if luck.random() < 0.9 else When())
    terms = [
        (scheme, luck.choices(ids, [1 / (n + 1) for n in range(len(ids))])[0])
        for scheme, ids in sorted(offered.items())
        if luck.random() < chance[scheme]
    ]
    return fact, [Coding(woman, fact.incident, *term) for term in terms]


def first(told: list[Incident], count: int) -> Study:
    """The casebook when it held the first ``count`` incidents."""
    facts = tuple(fact for fact, _ in told[:count])
    codings = tuple(coding for _, own in told[:count] for coding in own)
    return Study(frozenset(f.woman for f in facts), facts, codings, coders=2)


def quarterly(told: list[Incident], unit: Unit, **more: Any) -> Iterator[Composed | None]:
    """The release of each quarter, none where the last one stands."""
    ledger = Ledger()
    for quarter in range(1, QUARTERS + 1):
        study = first(told, len(told) * quarter // QUARTERS)
        large = len(study.asked) >= 20
        options = PublishOptions(
            date(2026, 1, 1),
            tables=TABLES if large else SMALL,
            rounded=ROUNDED if large else (),
            unit=unit,
            ledger=ledger,
            release=f"r{quarter}",
            **more,
        )
        try:
            composed = compose(study, options)
        except PublicationRefused:
            yield None
            continue
        assert composed.edition is not None
        ledger = Ledger((*ledger.editions, composed.edition))
        yield composed


def files(composed: Composed) -> Files:
    """What the outsider gets of it."""
    tables = tables_json(composed.tables, composed.report.threshold)
    return {"tables.json": tables, "claims.json": claims_json(composed.claims, composed.tables)}


def looked_at_again(composed: Composed) -> None:
    """The audit of linked tables, as before anything is written; raises what it finds."""
    assert composed.edition is not None
    asked, threshold = composed.report.asked, composed.report.threshold
    totals = tuple(
        (c.quantity, c.value) for c in composed.edition.cells if c.shown and not c.quantity.at
    )
    released = files(composed)
    check_linked(
        json.loads(released["tables.json"])["tables"],
        json.loads(released["claims.json"])["claims"],
        composed.ledger,
        Ground(asked, threshold, PublishOptions(date(2026, 1, 1)).threshold_for, totals),
    )


def run(sizes: int = len(SIZES)) -> list[Row]:
    """The first ``sizes`` casebooks, one run each."""
    return [_measured(size) for size in SIZES[:sizes]]


def _measured(size: int) -> Row:
    told, spent, out = made(size), [], []
    start = time.process_time()
    for composed in quarterly(told, Unit.INCIDENTS, seconds=SECONDS):
        if composed:
            looked_at_again(composed)
        spent.append(time.process_time() - start)
        out.append(composed)
        start = time.process_time()
    released = [files(composed) for composed in out if composed]
    proofs = [Outsider(some).proved() for some in (*([one] for one in released), released)]
    cells = [cell for composed in out if composed for t in composed.tables for cell in t.cells]
    gaps = [x.what for c in out if c for x in c.left if x.rule == "withheld_perhaps_more"]
    return Row(
        incidents=size,
        women=len({fact.woman for fact, _ in told}),
        releases=len(released),
        unchanged=out.count(None),
        cells=len(cells),
        withheld=sum(cell.value is None for cell in cells),
        rounded=sum(cell.rounded is not None for cell in cells),
        gap=max((float(gap.rstrip("%")) for gap in gaps), default=0.0),
        recovered=sum(len(proof.found) for proof in proofs),
        small=sum(len(proof.small) for proof in proofs),
        steps=sum(len(proof.steps) for proof in proofs),
        slowest_release_cpu=round(max(spent), 1),
        cpu_seconds=round(sum(spent), 1),
    )


if __name__ == "__main__":
    for row in run():
        print(row, flush=True)
