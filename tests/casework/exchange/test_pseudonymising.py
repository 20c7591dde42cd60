"""An export in which nobody is named: rewritten, re-mapped, and linked to nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from refi_projects import projects
from refi_shapes import QUOTES, SOURCE, TEXT, opened, qualcoder

from romduol.casebook.replacements import Replacement
from romduol.casework.exchange.project import Case, Note, Project
from romduol.casework.exchange.pseudonymising import (
    Cut,
    Fate,
    Wanted,
    pseudonymise,
    source_names,
    words_of,
)
from romduol.casework.exchange.writing import package, project_xml

GUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
OFFICE = Replacement(TEXT.index("the office"), TEXT.index("the office") + 10, "[place]", "place")


def project() -> Project:
    found = opened(qualcoder()).project
    guid = found.sources[0].selections[1].guid
    case = Case("60000000-0000-4000-8000-000000000009", "her name", sources=(SOURCE,),
                selections=tuple(s.guid for s in found.sources[0].selections))  # fmt: skip
    note = Note(
        "70000000-0000-4000-8000-000000000009", "on her", "a memo", (guid,), at="2025-06-16"
    )
    return replace(found, cases=(case,), notes=(*found.notes, note), description="who we are")


def test_the_text_is_rewritten_and_the_selections_follow() -> None:
    done = pseudonymise(project(), {SOURCE: [OFFICE]}, Random(7))
    (source,) = done.project.sources
    assert "office" not in source.text
    quotes = [source.text[s.start : s.end] for s in source.selections]
    assert quotes == ["called me to [place] 😡😡", *QUOTES[1:]]
    assert [s.name for s in source.selections] == quotes
    assert done.cuts == ()


def test_a_selection_that_crosses_a_redaction_is_shrunk_or_dropped_and_listed() -> None:
    found = project()
    first, second = (s.guid for s in found.sources[0].selections[:2])
    start = TEXT.index("😡😡")
    across = Replacement(start, TEXT.index("afraid") + 6, "[…]", "name")
    done = pseudonymise(found, {SOURCE: [across]}, Random(7))
    assert done.cuts == (Cut(SOURCE, first, Fate.SHRUNK), Cut(SOURCE, second, Fate.DROPPED))
    (source,) = done.project.sources
    quotes = [source.text[s.start : s.end] for s in source.selections]
    assert quotes == ["called me to the office ", *QUOTES[2:]]


def test_nothing_that_was_not_asked_for_comes_along() -> None:
    done = pseudonymise(project(), {}, Random(7)).project
    xml = project_xml(done)
    for gone in ("A. Analyst", "Qualcoder", "Interview 1", "What was done", "Journal", "memo",
                 "her name", "who we are", "2025", "Description", "Note", "Case", "origin",
                 "basePath", "creationDateTime"):  # fmt: skip
        assert gone not in xml, gone
    assert [u.name for u in done.users] == ["coder-1"]
    assert [s.name for s in done.sources] == ["P01"]


def test_what_was_asked_for_comes_along_without_names_and_days() -> None:
    wanted = Wanted(definitions=True, notes=True, cases=True, months=True)
    done = pseudonymise(project(), {}, Random(7), wanted).project
    assert done.codes[0].definition == "What was done"
    assert {(n.name, n.text, n.at) for n in done.notes} >= {("N01", done.notes[0].text, "")}
    (case,) = done.cases
    (source,) = done.sources
    assert (case.name, case.sources) == ("C01", (source.guid,))
    assert set(case.selections) == {s.guid for s in source.selections}
    assert source.selections[0].codings[0].at == "2025-06-01T00:00:00Z"
    about = {t for n in done.notes for t in n.targets}
    assert about == {source.selections[1].guid}


@given(projects(), st.integers(0, 9))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_guid_of_the_book_is_left_and_no_two_exports_share_one(
    schema: Any, drawn: Project, seed: int
) -> None:
    wanted = Wanted(definitions=True, notes=True, cases=True)
    before = set(GUID.findall(project_xml(drawn)))
    one = package(pseudonymise(drawn, {}, Random(f"one {seed}"), wanted).project)
    other = package(pseudonymise(drawn, {}, Random(f"other {seed}"), wanted).project)
    ours, theirs = ({*GUID.findall(data.decode("utf-8", "replace"))} for data in (one, other))
    assert ours
    assert not ours & (before | theirs)
    found = opened(one)
    assert found.left == ()
    schema.assertValid(etree.fromstring(project_xml(found.project).encode()))


def test_the_order_of_sources_is_drawn_and_not_the_order_of_the_interviews() -> None:
    (source,) = project().sources
    many = tuple(
        replace(source, guid=f"2000000{n}-0000-4000-8000-000000000001", text=f"text {n}",
                selections=(), codings=())
        for n in range(8)
    )  # fmt: skip
    orders = set()
    for seed in range(20):
        done = pseudonymise(replace(project(), sources=many), {}, Random(seed)).project
        assert [s.name for s in done.sources] == source_names(8)
        orders.add(tuple(s.text for s in done.sources))
    assert len(orders) > 15
    assert source_names(120)[:1] + source_names(120)[-1:] == ["P001", "P120"]


def test_replacements_for_another_text_stop_the_export() -> None:
    with pytest.raises(ValueError, match="replacement"):
        pseudonymise(project(), {SOURCE: [Replacement(0, 10_000, "x", "name")]}, Random(7))


def test_every_word_that_a_reader_of_the_file_sees_is_looked_at() -> None:
    marked = replace(project(), name="zqname", origin="zqorigin", description="zqdescription")
    seen = "\n".join(words_of(marked))
    for word in ("zqname", "zqorigin", "zqdescription", "A. Analyst", "Harm", "What was done",
                 "Interview 1", TEXT, "Journal", "What I think", "her name"):  # fmt: skip
        assert word in seen
