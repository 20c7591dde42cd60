"""A number that rests on one office tells that office who spoke."""

from __future__ import annotations

from datetime import date

from romduol.casebook.claims import Unit
from romduol.casebook.codes import Coding, IncidentFact, Study
from romduol.casebook.events import When
from romduol.publication.disclosure.offices import few_sources, offices_of
from romduol.publication.options import PublishOptions
from romduol.publication.report import compose


def study(places: list[str]) -> Study:
    """Sixty women called to the commune office at each place in turn, and sixty others."""
    codings, facts = [], []
    for at in range(120):
        woman, incident = f"w{at}", f"i{at}"
        facts.append(IncidentFact(incident, woman, When()))
        kind = "act.state.sangkat" if at < 60 else "act.company"
        codings.append(Coding(woman, incident, "actor", kind))
        codings.append(Coding(woman, incident, "place", places[at % len(places)]))
        codings.append(Coding(woman, incident, "form_offline", "off.summons"))
    return Study(frozenset(f.woman for f in facts), tuple(facts), tuple(codings))


def state_row(places: list[str], axis: str = "actor:top") -> int | None:
    options = PublishOptions(date(2026, 1, 1), tables=((axis,),), unit=Unit.INCIDENTS)
    (table,) = compose(study(places), options).tables
    return {cell.at[0]: cell.value for cell in table.cells}["act.state"]


def test_sixty_women_called_by_one_office_are_not_told() -> None:
    assert state_row(["120601"]) is None


def test_sixty_women_called_by_four_offices_are_told() -> None:
    assert state_row(["120601", "120602", "120801", "010203"]) == 60


def test_two_offices_are_too_few_when_both_are_known() -> None:
    assert state_row(["120601", "120602"]) is None


def test_an_office_is_an_authority_of_one_kind_in_one_place() -> None:
    found = offices_of(study(["120601", "12"]))
    assert found["i0"] == {"act.state.sangkat 120601"}
    assert "i1" not in found, "somewhere in the city is no office"
    assert "i60" not in found, "a company is no office of the book's making"


def test_one_office_behind_more_than_half_or_all_but_one_dominates() -> None:
    def offices(*sizes: int) -> dict[str, frozenset[str]]:
        names = [f"o{at}" for at, size in enumerate(sizes) for _ in range(size)]
        return {f"i{at}": frozenset({name}) for at, name in enumerate(names)}

    for sizes, few in (((6, 4, 1), True), ((5, 3, 3), False), ((5, 4, 2), False), ((7,), True)):
        held = offices(*sizes)
        assert few_sources(held, held) is few, sizes
    unknown = offices(3, 2)
    assert not few_sources([*unknown, "a", "b", "c"], unknown)


def harassed(accounts: list[str]) -> int | None:
    """Sixty women harassed online by each account at turn: what the table tells of it."""
    codings, facts, behind = [], [], {}
    for at in range(120):
        woman, incident = f"w{at}", f"i{at}"
        facts.append(IncidentFact(incident, woman, When()))
        form = "on.harass" if at < 60 else "on.threat"
        codings.append(Coding(woman, incident, "form_online", form))
        if at < 60 and accounts:
            behind[incident] = frozenset({accounts[at % len(accounts)]})
    women = frozenset(f.woman for f in facts)
    told = Study(women, tuple(facts), tuple(codings), accounts=behind)
    options = PublishOptions(date(2026, 1, 1), tables=(("form_online:top",),), unit=Unit.INCIDENTS)
    (table,) = compose(told, options).tables
    return {cell.at[0]: cell.value for cell in table.cells}["on.harass"]


def test_sixty_women_harassed_by_one_account_are_not_told() -> None:
    assert harassed(["a1"]) is None
    assert harassed(["a1", "a1", "a1", "a2", "a3"]) is None, "most of them by one"
    assert harassed(["a1", "a2"]) is None


def test_sixty_women_harassed_by_many_or_by_nobody_known_are_told() -> None:
    assert harassed(["a1", "a2", "a3", "a4"]) == 60
    assert harassed([]) == 60
