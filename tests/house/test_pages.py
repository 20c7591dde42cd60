"""The pages made from the program say what the program says."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]

_spec = importlib.util.spec_from_file_location("house_pages", HERE / "pages.py")
assert _spec is not None
assert _spec.loader is not None
pages = importlib.util.module_from_spec(_spec)
sys.modules["house_pages"] = pages
_spec.loader.exec_module(pages)


def test_the_manual_shows_every_verbs_own_help() -> None:
    same = pages.MANUAL.read_text(encoding="utf-8") == pages.manual()
    assert same, "run: make docs"


def test_the_khmer_review_list_is_complete() -> None:
    same = pages.REVIEW.read_text(encoding="utf-8") == pages.review()
    assert same, "run: make docs"


def test_every_verb_shows_an_example() -> None:
    groups = {"romduol woman add", "romduol woman list"}  # shown by their group's own example
    silent = [
        name
        for name, command in pages.commands()
        if "Example:" not in (command.help or "") and name.count(" ") < 2 and name not in groups
    ]
    assert silent == []


LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize(
    "page", sorted([TOP / "README.md", *(TOP / "docs").rglob("*.md")]), ids=lambda p: p.name
)
def test_every_link_in_the_documents_leads_to_a_file(page: Path) -> None:
    targets = [t for t in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in t]
    assert [t for t in targets if not (page.parent / t).exists()] == []


PROMISE = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_each_promise_of_the_threat_model_names_a_test_that_exists() -> None:
    text = (TOP / "docs" / "THREAT-MODEL.md").read_text(encoding="utf-8")
    named = PROMISE.findall(text)
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not (TOP / file).is_file() or f"def {test}(" not in (TOP / file).read_text("utf-8")
    ]
    assert len(named) >= 20
    assert missing == []


def test_every_row_of_the_threat_models_promises_names_a_test() -> None:
    text = (TOP / "docs" / "THREAT-MODEL.md").read_text(encoding="utf-8")
    table = text.split("## Promises", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert rows
    assert [row for row in rows if not PROMISE.search(row)] == []
