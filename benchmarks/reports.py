"""Made ledgers of complaints, published every quarter for two years, attacked with the files alone.

The tables of a transparency report (``publication/reports``): days to a decision, platform by
decision, by receipt and by category, threshold five. Every release goes through the second look of
the program; then an outsider (``benchmarks.outsider``) looks at each release alone and at all of
them together. ``recovered`` counts gaps with one possible number, ``small`` gaps proved to be below
the threshold, ``steps`` increases proved to be there and below it. ``curves`` are releases in which
no step of waiting is withheld; ``unchanged`` quarters with too few new women.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from benchmarks.outsider import Outsider
from romduol.casebook.care import Complaint
from romduol.casebook.claims import Table, Unit
from romduol.casebook.vocabulary import vocabulary
from romduol.publication.disclosure.audit import Ground, check_linked
from romduol.publication.disclosure.ledger import Edition, Ledger
from romduol.publication.disclosure.model import Quantity
from romduol.publication.options import PublishOptions
from romduol.publication.report.data import tables_json
from romduol.publication.reports import OF_AGE, Reported, added, made, refused, study_of

SIZES = (100, 300, 1_000)
QUARTERS = 8
FIRST, LAST = date(2024, 1, 1), date(2026, 1, 1)
_EVERYTHING = Quantity(Unit.REPORTS)


@dataclass(frozen=True, slots=True)
class Row:
    """One ledger over two years."""

    reports: int
    women: int
    releases: int
    unchanged: int
    curves: int
    cells: int
    withheld: int
    recovered: int
    small: int
    steps: int
    cpu_seconds: float


def ledger(count: int, seed: int = 1) -> list[Complaint]:
    """Complaints in the order they were sent; a few women sent many, two platforms most."""
    luck = random.Random(seed)
    platforms = [term.id for term in vocabulary().of("platform")]
    forms = [t.id for t in vocabulary().of("form_online") if t.parent == "on"]
    luck.shuffle(forms)
    days = (LAST - FIRST).days - OF_AGE
    return [_one(at, days * at // count, count, (platforms, forms), luck) for at in range(count)]


def _one(
    at: int, day: int, of: int, offered: tuple[list[str], list[str]], luck: random.Random
) -> Complaint:
    target, form = (luck.choices(ids, [1 / (n + 1) for n in range(len(ids))])[0] for ids in offered)
    woman = f"w{int(of / 3 * luck.random() ** 1.3 * (0.15 + 0.85 * (at + 1) / of))}"
    sent = FIRST + timedelta(days=day)
    waited = int(luck.expovariate(1 / 45)) if luck.random() < 0.6 else None
    ends = [t.id for t in vocabulary().of("decision") if not t.parent and t.id != "dec.none"]
    return Complaint(
        f"c{at}", woman, target, form, sent,
        acknowledged=sent if luck.random() < 0.7 else None, automatic=luck.random() < 0.8,
        decided=sent + timedelta(days=waited) if waited is not None else None,
        decision=luck.choice(ends) if waited is not None else "",
    )  # fmt: skip


def quarterly(told: list[Complaint]) -> Iterator[tuple[Reported, Ledger, date]]:
    """The reports of each quarter, with all releases before it."""
    before = Ledger()
    for quarter in range(1, QUARTERS + 1):
        as_of = FIRST + (LAST - FIRST) * quarter / QUARTERS
        options = PublishOptions(
            as_of,
            template="transparency",
            release=f"r{quarter}",
            ledger=before,
            complaints=tuple(c for c in told if c.sent <= as_of),
        )
        nothing = Reported((), (), study_of((), as_of))
        reported = nothing if refused(options) else made(options, 0)
        yield reported, before, as_of
        if reported.tables:
            bare = Edition(options.release, len(reported.study.asked), (), frozenset())
            before = Ledger((*before.editions, added(bare, reported, options)))


def looked_at_again(reported: Reported, before: Ledger) -> None:
    """The audit of linked tables, as before anything is written; raises what it finds."""
    total = len({coding.incident for coding in reported.study.codings})
    threshold = PublishOptions(LAST).threshold_for
    ground = Ground(len(reported.study.asked), 5, threshold, ((_EVERYTHING, total),))
    check_linked(json.loads(files(reported)["tables.json"])["tables"], [], before, ground)


def files(reported: Reported) -> dict[str, bytes]:
    """What the outsider gets of it."""
    return {"tables.json": tables_json(reported.tables, 5), "claims.json": b'{"claims": []}'}


def run(sizes: int = len(SIZES)) -> list[Row]:
    """The first ``sizes`` ledgers, one run each."""
    return [_measured(size) for size in SIZES[:sizes]]


def _measured(size: int) -> Row:
    told, out, start = ledger(size), list[Reported](), time.process_time()
    quarters = 0
    for reported, before, _ in quarterly(told):
        quarters += 1
        if reported.tables:
            looked_at_again(reported, before)
            out.append(reported)
    spent = time.process_time() - start
    released = [files(one) for one in out]
    proofs = [Outsider(some).proved() for some in (*([one] for one in released), released) if some]
    cells = [cell for one in out for table in one.tables for cell in table.cells]
    return Row(
        reports=size,
        women=len({one.woman for one in told}),
        releases=len(out),
        unchanged=quarters - len(out),
        curves=sum(_whole_curve(table) for one in out for table in one.tables),
        cells=len(cells),
        withheld=sum(cell.value is None for cell in cells),
        recovered=sum(len(proof.found) for proof in proofs),
        small=sum(len(proof.small) for proof in proofs),
        steps=sum(len(proof.steps) for proof in proofs),
        cpu_seconds=round(spent, 1),
    )


def _whole_curve(table: Table) -> bool:
    waiting = table.axes[0][0] == "waiting"
    return waiting and all(cell.value is not None for cell in table.cells)


if __name__ == "__main__":
    for size in SIZES:
        print(_measured(size), flush=True)
