"""Studies to publish: built by hand, at random, and from the reference beside the checkout."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from romduol.casebook.codes import Coding, IncidentFact, Interview, Study
from romduol.casebook.events import DatePrecision, When
from romduol.publication.options import PublishOptions

REFERENCE = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "stt-2022"
AS_OF = date(2026, 11, 21)

Codes = Iterable[tuple[str, str]]


def build(women: int, told: Iterable[tuple[int, Codes]], months: tuple[str, ...] = ()) -> Study:
    """``women`` were asked; ``told`` holds one (woman, codes) an incident, ids counted up."""
    incidents, codings = [], []
    for at, (woman, codes) in enumerate(told):
        when = When(months[at], DatePrecision.MONTH) if months and months[at] else When()
        incidents.append(IncidentFact(f"i{at}", f"w{woman}", when))
        codings += [Coding(f"w{woman}", f"i{at}", scheme, term) for scheme, term in codes]
    asked = frozenset(f"w{n}" for n in range(women))
    return Study(asked, tuple(incidents), tuple(codings), coders=1)


@pytest.fixture(scope="session")
def study() -> Callable[..., Study]:
    return build


@pytest.fixture(scope="session")
def options() -> Callable[..., PublishOptions]:
    def make(*axes: str, **others: object) -> PublishOptions:
        return PublishOptions(AS_OF, tables=tuple((a,) for a in axes), release="r1", **others)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def reference() -> Study:
    """The reference study with every quote allowed, straight from its coding sheet."""
    sheet = REFERENCE / "coding.csv"
    if not sheet.exists():
        pytest.skip("the reference study is not beside this checkout (../shared)")
    with sheet.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    facts = {
        r["incident"]: IncidentFact(
            r["incident"], r["woman"], When(r["when"], DatePrecision(r["precision"]))
        )
        for r in rows
    }
    codings = tuple(
        Coding(r["woman"], r["incident"], r["scheme"], r["term"], None, "one", r["quote"], True)
        for r in rows
    )
    women = frozenset(r["woman"] for r in rows)
    interviews = tuple(Interview(w, "cm.verbal_phone", "2022-Q2") for w in sorted(women))
    return Study(women, tuple(facts.values()), codings, interviews, 1)
