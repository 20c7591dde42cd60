"""Files made to do harm are refused whole; damaged ones are said to be damaged."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refi_shapes import TAGUETTE_QDC, TEXT, nvivo_mac, opened, project, text_source, zipped

from romduol.casework.exchange import package
from romduol.casework.exchange.codebooks import read_codebook
from romduol.casework.exchange.troubles import ProjectIsATrap, ProjectUnreadable


def test_a_file_that_unpacks_to_a_flood_is_refused_unread() -> None:
    flood = zipped({"project.qde": b" " * (90 << 20)})
    assert len(flood) < 1 << 20
    with pytest.raises(ProjectIsATrap):
        opened(flood)


def test_a_file_of_very_many_names_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(package.MOST_FILES + 1):
            archive.writestr(f"{n}", b"")
    with pytest.raises(ProjectIsATrap):
        opened(out.getvalue())


ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE Project [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    b'<Project name="&b;" xmlns="urn:QDA-XML:project:1.0"/>'
)
FILE = ENTITY.replace(b'"aaaa"', b'SYSTEM "file:///etc/passwd"')


@pytest.mark.parametrize("xml", [ENTITY, FILE, b'<!DOCTYPE Project><Project name="x"/>'])
def test_entities_and_document_types_are_refused(xml: bytes) -> None:
    with pytest.raises(ProjectIsATrap):
        opened(zipped({"project.qde": xml}))
    with pytest.raises(ProjectIsATrap):
        read_codebook(xml.replace(b"Project", b"CodeBook"))


def test_codes_nested_without_end_are_refused() -> None:
    deep = b"<Code>" * 5000 + b"</Code>" * 5000
    with pytest.raises(ProjectIsATrap):
        read_codebook(b"<CodeBook><Codes>" + deep + b"</Codes></CodeBook>")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive at all",
        zipped({"readme.txt": b"nothing"}),
        zipped({"a.qde": b"<Project/>", "b.qde": b"<Project/>"}),
        zipped({"project.qde": b"<Project"}),
        zipped({"project.qde": b"<SomethingElse/>"}),
        zipped({"project.qde": b"\xff\xfe\x00"}),
        nvivo_mac()[:-40],
    ],
)
def test_what_is_no_project_is_said_to_be_unreadable(data: bytes) -> None:
    with pytest.raises(ProjectUnreadable):
        opened(data)


def test_a_changed_byte_in_a_text_is_noticed() -> None:
    whole = zipped({"project.qde": project("", "x"), "sources/a.txt": TEXT.encode()})
    stored = bytearray(
        _stored(
            {
                "project.qde": project(text_source(' plainTextPath="internal://a.txt"', ""), "x"),
                "sources/a.txt": TEXT.encode(),
            }
        )
    )
    opened(whole)
    stored[stored.index(b"called me")] ^= 1
    with pytest.raises(ProjectUnreadable):
        opened(bytes(stored))


def _stored(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@given(st.binary(max_size=60), st.integers(0, 900))
@settings(max_examples=80, deadline=None)
def test_no_damage_ends_in_anything_but_words(noise: bytes, at: int) -> None:
    data = bytearray(nvivo_mac())
    at %= len(data)
    data[at : at + len(noise)] = noise
    with suppress(ProjectUnreadable, ProjectIsATrap):
        opened(bytes(data))


@given(st.binary(max_size=40), st.integers(0, len(TAGUETTE_QDC) - 1))
@settings(max_examples=80, deadline=None)
def test_no_damage_of_a_codebook_ends_in_anything_but_words(noise: bytes, at: int) -> None:
    data = TAGUETTE_QDC[:at] + noise + TAGUETTE_QDC[at + len(noise) :]
    with suppress(ProjectUnreadable, ProjectIsATrap):
        read_codebook(data)
