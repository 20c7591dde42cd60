"""A book with women enough for tables that cross axes, made once and copied for each test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

WOMEN = 24
COLUMNS = "woman,transcript,incident,when,precision,quote,scheme,term\n"
FORMS = ("off.order", "off.visit", "off.summons")
MONTHS = ("2025-02", "2025-05")


@pytest.fixture(scope="session")
def _counted_once(_empty_once: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from romduol.desk import coding, women

    kept = _empty_once.copied(tmp_path_factory.mktemp("counted") / "b.romduol")
    answer = women.Answer(("cs.write", "cs.stats"), "cm.verbal_phone", women.day("2026-01-01"))
    names = [f"Ming {chr(65 + at)}lotus" for at in range(WOMEN)]
    with kept.opened() as book:
        women.add(book, [women.WomanToAdd(name, (answer,)) for name in names])
        sheet = COLUMNS + "".join(row for at, name in enumerate(names) for row in rows(at, name))
        assert not coding.code(book, sheet.encode()).refused
    return kept


def rows(at: int, name: str) -> list[str]:
    """One incident: of a form, in a month, in one of two provinces, with an impact."""
    told = (
        ("form_offline", FORMS[at % 5 % 3]),
        ("impact", "imp.fear" if at % 4 else "imp.mind"),
        ("place", "12" if at % 2 else "08"),
    )
    return [f"{name},,one,{MONTHS[at % 7 % 2]},month,,{s},{t}\n" for s, t in told]


@pytest.fixture
def counting(_counted_once: Any, tmp_path: Path) -> Any:
    """A book with twenty-four women who may be counted."""
    return _counted_once.copied(tmp_path / "b.romduol")
