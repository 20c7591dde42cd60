"""A release is what its manifest says, or the difference is named."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from romduol.casebook.wording import say
from romduol.publication.bundle import ReleaseFacts, manifest
from romduol.publication.verify import Problem, check_files

FILES = {"report.en.html": b"<html>", "tables/t1.csv": b"a,b\r\n"}
FACTS = ReleaseFacts("r1", date(2026, 11, 21), 5, ("single_source", "enumerates"), "0.1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tables").mkdir()
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "manifest.json").write_bytes(manifest(FILES, FACTS))
    (tmp_path / "checkpoint.txt").write_bytes(b"checked by others")
    return tmp_path


def test_a_release_as_it_was_made_has_no_problem(folder: Path) -> None:
    assert check_files(folder, manifest(FILES, FACTS)) == []
    assert check_files(FILES, manifest(FILES, FACTS)) == []


def test_a_changed_a_missing_and_an_added_file_are_named(folder: Path) -> None:
    (folder / "report.en.html").write_bytes(b"<html!")
    (folder / "tables" / "t1.csv").unlink()
    (folder / "tables" / "t2.csv").write_bytes(b"")
    assert check_files(folder, manifest(FILES, FACTS)) == [
        Problem("changed", "report.en.html"),
        Problem("missing", "tables/t1.csv"),
        Problem("extra", "tables/t2.csv"),
    ]


def test_a_link_is_not_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "report.en.html"
    outside.write_bytes(FILES["report.en.html"])
    (folder / "report.en.html").unlink()
    (folder / "report.en.html").symlink_to(outside)
    (folder / "more").symlink_to(outside.parent)
    assert set(check_files(folder, manifest(FILES, FACTS))) == {
        Problem("link", "report.en.html"),
        Problem("link", "more"),
        Problem("missing", "report.en.html"),
    }


def test_a_manifest_spelled_otherwise_is_named() -> None:
    spaced = json.dumps(json.loads(manifest(FILES, FACTS)), indent=1).encode()
    assert check_files(FILES, spaced) == [Problem("manifest_not_canonical")]


@pytest.mark.parametrize(
    "broken", [b"", b"{", b"[]", b"{}", b'{"format":"other","files":{}}', b"\xff", b"[" * 100_000]
)
def test_a_manifest_that_cannot_be_read_is_a_problem_and_no_crash(broken: bytes) -> None:
    assert check_files(FILES, broken) == [Problem("manifest_unreadable")]


def test_an_entry_twice_is_seen_by_its_spelling() -> None:
    made = manifest(FILES, FACTS).decode()
    twice = made.replace('"version"', '"release":"r1","version"', 1).encode()
    assert Problem("manifest_not_canonical") in check_files(FILES, twice)


@pytest.mark.parametrize(
    "path", ["../a", "/etc/passwd", "a//b", "./a", "a\\b", "c:a", "manifest.json"]
)
def test_a_path_that_leaves_the_folder_or_has_two_spellings_is_refused(path: str) -> None:
    held = {path: b"x"}
    assert Problem("path_refused", path) in check_files(held, manifest(held, FACTS))


@pytest.mark.parametrize("lang", ["en", "km"])
@pytest.mark.parametrize(
    "rule",
    [
        "changed",
        "extra",
        "link",
        "not_a_file",
        "path_refused",
        "manifest_unreadable",
        "manifest_not_canonical",
    ],
)
def test_every_problem_can_be_said(rule: str, lang: str) -> None:
    assert say(f"verify.{rule}", lang, what="report.en.html")
