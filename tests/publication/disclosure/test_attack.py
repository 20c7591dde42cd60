"""Two years of quarterly releases, attacked by an outsider who has nothing but the files."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest

from romduol.casebook.claims import Unit

TOP = str(Path(__file__).resolve().parents[3])
if TOP not in sys.path:
    sys.path.insert(0, TOP)
releases, outsider = (importlib.import_module(f"benchmarks.{n}") for n in ("releases", "outsider"))


@pytest.mark.parametrize("unit", [Unit.INCIDENTS, Unit.WOMEN])
def test_all_releases_of_two_years_prove_nothing_about_their_gaps(unit: Unit) -> None:
    """The first release is of fewer than twenty women, in words; later ones are in tables."""
    made = [c for c in releases.quarterly(releases.made(200), unit) if c is not None]
    assert made[0].report.asked < 20 <= made[-1].report.asked
    released = [releases.files(composed) for composed in made]
    assert len(released) >= 3
    for some in (*([one] for one in released), released):
        proof = outsider.Outsider(some).proved()
        assert not proof, proof


def test_the_outsider_finds_what_is_given_away() -> None:
    """He can succeed: one more printed cell, and a withheld one follows."""
    made = [c for c in releases.quarterly(releases.made(200), Unit.INCIDENTS) if c is not None]
    files = releases.files(made[-1])
    found = json.loads(files["tables.json"])
    assert made[-1].edition is not None
    true = {c.quantity: c.value for c in made[-1].edition.cells}
    rows = {dict(q.at)["impact"]: v for q, v in true.items()
            if [a for a, _ in q.at] == ["impact"] and q.unit is Unit.INCIDENTS}  # fmt: skip
    whole = next(t for t in found["tables"] if t["axes"][0]["id"] == "impact")
    gaps = [c for c in whole["cells"] if "withheld" in c and c["at"][0] in rows]
    assert gaps
    gaps[0]["value"] = rows[gaps[0]["at"][0]]
    whole["axes"][0]["categories"][0]["additive"] = True
    for cell in whole["cells"]:
        if "withheld" in cell and cell is not gaps[0]:
            cell["value"] = rows.get(cell["at"][0], 0)
    del gaps[0]["value"]
    whole["cells"][0]["value"] = sum(
        rows[c["at"][0]] for c in whole["cells"][1:] if c["at"][0] in rows
    )
    broken = {**files, "tables.json": json.dumps(found).encode()}
    assert outsider.Outsider([broken]).proved().found


def test_nineteen_women_in_words_and_more_in_numbers_prove_nothing_together() -> None:
    """Told "some" of nineteen, then nine of twenty-four: at most five came, so it was four."""
    from datetime import date

    from romduol.casebook.codes import Coding, IncidentFact, Study
    from romduol.casebook.events import When
    from romduol.publication.disclosure.ledger import Ledger
    from romduol.publication.options import PublishOptions
    from romduol.publication.report import compose

    def study(women: int, afraid: int) -> Study:
        ids = [f"w{n:02}" for n in range(women)]
        codings = [Coding(w, f"i{w}", "form_offline", "off.order") for w in ids]
        codings += [Coding(w, f"i{w}", "impact", "imp.fear") for w in ids[-afraid:]]
        facts = tuple(IncidentFact(f"i{w}", w, When()) for w in ids)
        return Study(frozenset(ids), facts, tuple(codings))

    before = PublishOptions(date(2026, 1, 1), release="r1")
    first = compose(study(19, 4), before)
    [told] = [c for c in first.claims if c.term == "imp.fear"]
    assert told.rule == "some"
    assert first.edition is not None
    after = PublishOptions(date(2026, 4, 1), release="r2", ledger=Ledger((first.edition,)))
    alone = compose(study(24, 9), before)
    assert [c.number for c in alone.claims if c.term == "imp.fear"] == [9]
    second = compose(study(24, 9), after)
    assert not [c for c in second.claims if c.term == "imp.fear"]
    together = [releases.files(first), releases.files(alone)]
    assert outsider.Outsider(together).proved(), "ignorant of each other they give it away"
    assert not outsider.Outsider([releases.files(first), releases.files(second)]).proved()
