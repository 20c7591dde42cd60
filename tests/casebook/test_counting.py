"""Exact counts, against counting by hand."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.codes import FORM_SCHEMES, Coding, IncidentFact, Study
from romduol.casebook.counting import ANY_FORM, counts
from romduol.casebook.events import When
from romduol.casebook.vocabulary import vocabulary

TERMS = vocabulary()
_CODED = [(t.scheme, t.id) for scheme in ("form_offline", "form_online", "impact", "actor")
          for t in TERMS.of(scheme)]  # fmt: skip
_PLACES = [("place", code) for code in ("12", "1206", "120601", "1207", "08")]


@st.composite
def studies(draw: st.DrawFn) -> Study:
    incidents = {f"e{n}": f"w{draw(st.integers(0, 4))}" for n in range(draw(st.integers(0, 6)))}
    coded = draw(st.lists(
        st.tuples(st.sampled_from(sorted(incidents)), st.sampled_from(_CODED + _PLACES)),
        max_size=25,
    )) if incidents else []  # fmt: skip
    return Study(
        asked=frozenset({"w9", *incidents.values()}),
        incidents=tuple(IncidentFact(i, w, When()) for i, w in incidents.items()),
        codings=tuple(Coding(incidents[i], i, scheme, term) for i, (scheme, term) in coded),
    )


def _is_under(term: str, above: str, scheme: str) -> bool:
    if scheme == "place":
        return term.startswith(above)
    here = term
    while here != above and here:
        here = next(t.parent for t in TERMS.terms if (t.scheme, t.id) == (scheme, here))
    return here == above


@settings(max_examples=60, deadline=None)
@given(studies())
def test_every_count_is_what_counting_one_by_one_gives(study: Study) -> None:
    found = {(c.scheme, c.term): c for c in counts(study)}
    for (scheme, term), count in found.items():
        under = [
            c for c in study.codings
            if ((scheme, term) == ANY_FORM and c.scheme in FORM_SCHEMES)
            or (c.scheme == scheme and _is_under(c.term, term, scheme))
        ]  # fmt: skip
        assert count.women == {c.woman for c in under}
        assert count.incidents == {c.incident for c in under}
        assert count.asked == len(study.asked)
        acts = [c for c in study.codings if c.scheme in FORM_SCHEMES]
        behind = under if scheme in (*FORM_SCHEMES, "form") else [
            a for a in acts if a.incident in count.incidents
        ]  # fmt: skip
        assert count.acts == {(a.incident, a.term) for a in behind}
    for coding in study.codings:
        assert (coding.scheme, coding.term) in found
    assert (ANY_FORM in found) is any(c.scheme in FORM_SCHEMES for c in study.codings)


@settings(max_examples=30, deadline=None)
@given(studies())
def test_the_same_codings_twice_count_once(study: Study) -> None:
    twice = Study(study.asked, study.incidents, (*study.codings, *reversed(study.codings)))
    assert counts(twice) == counts(study)


@settings(max_examples=30, deadline=None)
@given(studies())
def test_no_term_counts_more_than_what_is_above_it(study: Study) -> None:
    found = {(c.scheme, c.term): c for c in counts(study)}
    for (scheme, term), count in found.items():
        parents = [term[:-2]] if scheme == "place" and len(term) > 2 else []
        if scheme not in ("place", "form"):
            parents = [t.id for t in TERMS.lineage(TERMS.term(scheme, term))][1:]
        for parent in parents:
            assert count.women <= found[(scheme, parent)].women
            assert count.incidents <= found[(scheme, parent)].incidents


def test_a_study_of_nothing_counts_nothing() -> None:
    assert counts(Study(frozenset(), (), ())) == ()
