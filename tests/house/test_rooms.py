"""The rooms stay small, and nothing in them is left undone."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
MODULES = sorted(p for p in (TOP / "src").rglob("*.py") if "migrations" not in p.parts)
UNDONE = re.compile(r"\b(TODO|FIXME|XXX|HACK|raise NotImplemented\w*|placeholder|stub)\b", re.I)
NAMELESS = {"utils", "helpers", "manager", "service", "core", "common", "misc"}


def test_no_module_is_longer_than_400_lines() -> None:
    long = {str(p.relative_to(TOP)): n for p in MODULES if (n := _lines(p)) > 400}
    assert long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = [
        f"{path.relative_to(TOP)}:{node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > 40
    ]
    assert long == []


def test_no_module_is_named_after_nothing() -> None:
    assert [str(p) for p in MODULES if p.stem in NAMELESS] == []


def test_nothing_is_left_undone() -> None:
    found = [
        f"{path.relative_to(TOP)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if UNDONE.search(line)
    ]
    assert found == []


def test_every_module_says_in_its_first_line_what_passes_through_it() -> None:
    silent = [
        str(path.relative_to(TOP))
        for path in MODULES
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
