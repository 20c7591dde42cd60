"""``publish --template`` and ``--map``: from coded interviews to files that verify."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

COLUMNS = "woman,transcript,incident,when,precision,quote,scheme,term\n"


def fill(folder: Any, tmp_path: Path) -> None:
    """Fourteen women who agreed to be counted: seven in Phnom Penh, seven in Kandal."""
    from romduol.casebook.evidence import ReadingOptions
    from romduol.desk import coding, receiving, women

    answer = women.Answer(("cs.write", "cs.stats"), "cm.verbal_phone", women.day("2026-01-01"))
    names = [f"Ming {chr(65 + at)}lotus" for at in range(14)]
    with folder.opened() as book:
        women.add(book, [women.WomanToAdd(name, (answer,)) for name in names])
        rows = []
        for at, name in enumerate(names):
            talk = tmp_path / f"talk{at}.txt"
            talk.write_text(f"I: And then?\nW: It was {at} times.\n", encoding="utf-8")
            list(receiving.receive(book, [talk], name, ReadingOptions()))
            codes = [
                ("impact", "imp.fear" if at % 2 else "imp.mind"),
                ("form_offline", "off.visit"),
            ]
            codes.append(("place", "12" if at % 2 else "08"))
            rows += [f"{name},{talk.name},one,,unknown,,{s},{t}\n" for s, t in codes]
        assert not coding.code(book, (COLUMNS + "".join(rows)).encode()).refused


def square(code: str, west: float) -> dict[str, Any]:
    corners = [[west, 11], [west + 1, 11], [west + 1, 12], [west, 12], [west, 11]]
    shape = {"type": "Polygon", "coordinates": [corners]}
    return {"type": "Feature", "properties": {"pcode": code}, "geometry": shape}


@pytest.fixture
def publish(empty: Any, here: Any, tmp_path: Path) -> Any:
    fill(empty, tmp_path)

    def run(*args: Any, **env: str) -> Any:
        return here("publish", empty.folder, *args, words=empty.words, **env)

    return run


def test_a_release_on_an_own_map_holds_three_formats_and_verifies(
    publish: Any, here: Any, tmp_path: Path
) -> None:
    own, out = tmp_path / "own.geojson", tmp_path / "release"
    own.write_text(json.dumps({"features": [square("KH12", 104), square("KH08", 105)]}))
    tables = ("--table", "place:province", "--table", "impact")
    done = publish("--out", out, *tables, "--map", own, "--template", "baseline", "--json")
    assert done.code == 0, done.err
    kinds = {f"report.{lang}.{kind}" for lang in ("en", "km") for kind in ("html", "pdf", "docx")}
    assert kinds <= set(done.json["files"])
    assert "map_unused" not in {refused["rule"] for refused in done.json["refused"]}
    page = (out / "report.km.html").read_text(encoding="utf-8")
    assert '<figure id="f1" class="outlines">' in page
    assert 'class="bars"' in page
    assert here("verify", out).code == 0
    (out / "report.km.docx").write_bytes(b"changed")
    assert here("verify", out).code == 1


def test_a_map_that_is_none_stops_the_release_in_words(publish: Any, tmp_path: Path) -> None:
    own, out = tmp_path / "own.geojson", tmp_path / "release"
    own.write_text('{"features": []}')
    done = publish("--out", out, "--map", own, ROMDUOL_LANG="km")
    assert done.code == 2
    assert "ផែនទី" in done.err
    assert not out.exists()


def test_a_brief_is_a_brief(publish: Any, tmp_path: Path) -> None:
    done = publish("--out", tmp_path / "release", "--template", "brief", "--json")
    assert done.code == 0
    page = (tmp_path / "release" / "report.en.html").read_text(encoding="utf-8")
    assert "In brief, with names withheld" in page
    assert "<table" not in page
