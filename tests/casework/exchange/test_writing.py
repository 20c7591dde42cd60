"""What is written is valid, opens equal, and is the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from lxml import etree
from refi_projects import projects
from refi_shapes import SHAPES, TAGUETTE_QDC, opened

from romduol.casework.exchange.codebooks import read_codebook
from romduol.casework.exchange.project import Project
from romduol.casework.exchange.quotes import quote_name
from romduol.casework.exchange.writing import codebook_xml, package, project_xml

MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def with_quotes(project: Project) -> Project:
    """Each selection named by its quote, as ours are."""
    sources = tuple(
        replace(s, selections=tuple(replace(x, name=quote_name(s.text, x.start, x.end))
                                    for x in s.selections))
        for s in project.sources
    )  # fmt: skip
    return replace(project, sources=sources)


def in_file_order(project: Project) -> Project:
    """Codes as a tree is read: each with those below it before its next sibling."""
    kept: list[Any] = []

    def walk(parent: str) -> None:
        for code in project.codes:
            if code.parent == parent:
                kept.append(code)
                walk(code.guid)

    walk("")
    return replace(project, codes=tuple(kept))


@given(projects())
@MANY
def test_a_project_opens_equal_and_is_written_again_as_the_same_bytes(project: Project) -> None:
    project = in_file_order(with_quotes(project))
    data = package(project)
    found = opened(data)
    assert found.left == ()
    assert found.project == project
    assert package(found.project) == data


@given(projects())
@MANY
def test_whatever_is_written_is_valid_by_the_standards_schema(
    schema: Any, project: Project
) -> None:
    schema.assertValid(etree.fromstring(project_xml(with_quotes(project)).encode()))


@given(projects())
@MANY
def test_a_codebook_is_valid_and_opens_equal(codebook_schema: Any, project: Project) -> None:
    codes = in_file_order(project).codes
    data = codebook_xml(codes).encode()
    codebook_schema.assertValid(etree.fromstring(data))
    assert read_codebook(data) == (codes, ())


def test_files_of_other_programs_are_valid_when_written_again(schema: Any) -> None:
    for shape in SHAPES.values():
        project = opened(shape()).project
        schema.assertValid(etree.fromstring(project_xml(project).encode()))
        again = opened(package(project)).project
        assert (again.codes, again.sources) == (project.codes, project.sources)


def test_an_empty_project_is_valid(schema: Any) -> None:
    schema.assertValid(etree.fromstring(project_xml(Project("")).encode()))


def test_a_codebook_of_taguette_is_written_again_valid(codebook_schema: Any) -> None:
    data = codebook_xml(read_codebook(TAGUETTE_QDC)[0]).encode()
    codebook_schema.assertValid(etree.fromstring(data))


def test_the_archive_has_no_date_no_owner_and_no_extra_fields() -> None:
    data = package(opened(SHAPES["qualcoder"]()).project)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.comment == b""
        for member in archive.infolist():
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
            assert (member.extra, member.comment) == (b"", b"")
        assert archive.namelist()[0] == "project.qde"


def test_a_character_that_xml_cannot_hold_is_replaced_in_names_and_kept_in_texts() -> None:
    (source,) = opened(SHAPES["qualcoder"]()).project.sources
    project = Project("a\x00b", sources=(replace(source, text="a\x0bb" * 99, selections=()),))
    found = opened(package(project)).project
    assert found.name == "a\ufffdb"
    assert found.sources[0].text == "a\x0bb" * 99


def test_a_name_with_line_ends_and_tabs_comes_back_as_it_was() -> None:
    project = Project("a\tb\nc\r\"<&>'", description="x\r\ny\rz")
    assert opened(package(project)).project == project
