"""Six interviews of a published report, from transcripts to a release that names nobody."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

NAMES = ("Chan", "Bo", "Na", "Srey", "Sok", "Yen")
GROUP_DISCLOSURES = (
    r"\b[156]\s*(of|/|out of|in)\s*(the\s*)?6\b",
    r"\b(one|five|six)\b[^.]{0,20}\b(six|6|women|respondents)\b",
    r"(?<!most or )\b(all|every|each)\b (of )?(the )?(six|6|women|respondents|interviewees)\b",
    r"[១៥៦]\s*(ក្នុងចំណោម|/|នៃ|ក្នុង)[^។]{0,12}[៦]",
    r"(?<!ឬ)ទាំង\s*(៦|ប្រាំមួយ|អស់)",
)


@dataclass(frozen=True)
class Study:
    folder: Path
    words: str
    source: Path


@pytest.fixture(scope="session")
def studied(_empty_once: Any, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    from romduol.casebook.evidence import ReadingOptions
    from romduol.desk import coding, opening, receiving, women

    source = shared / "reference" / "stt-2022"
    if not source.is_dir():
        pytest.skip("the reference study is not beside this checkout")
    kept = _empty_once.copied(tmp_path_factory.mktemp("stt") / "b.romduol")
    scopes = ("cs.write", "cs.stats", "cs.evidence")
    given = women.Answer(scopes, "cm.verbal_phone", date(2022, 5, 10))
    with opening.open_book(kept.folder, kept.words) as book:
        women.add(book, [women.WomanToAdd(f"Ming {name}", (given,)) for name in NAMES])
        for name in NAMES:
            file = source / "transcripts" / f"ming-{name.lower()}.txt"
            [one] = receiving.receive(book, [file], f"Ming {name}", ReadingOptions())
            assert one.unread is None
        coded = coding.code(book, (source / "coding.csv").read_bytes())
        assert (coded.incidents, coded.codings, coded.refused) == (12, 59, ())
    return Study(kept.folder, kept.words, source)


@pytest.fixture
def study(studied: Study, tmp_path: Path) -> Study:
    shutil.copytree(studied.folder, tmp_path / "b.romduol")
    return Study(tmp_path / "b.romduol", studied.words, studied.source)


@pytest.fixture(scope="session")
def published(studied: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("stt-release") / "release"
    _publish(studied, out)
    return out


def _publish(study: Study, out: Path) -> Any:
    from romduol.desk import opening, publishing

    with opening.open_book(study.folder, study.words) as book:
        done = publishing.publish(book, out, publishing.Asked())
    assert done.release, done.left
    return done


def text_of(release: Path) -> dict[str, str]:
    """What a reader of each file can read: PDF text as a stock reader extracts it."""
    import pypdf

    found = {}
    for file in sorted(f for f in release.rglob("*") if f.is_file()):
        name = file.relative_to(release).as_posix()
        if file.suffix == ".pdf":
            pages = pypdf.PdfReader(io.BytesIO(file.read_bytes())).pages
            found[name] = "\n".join(page.extract_text() for page in pages)
        elif file.suffix == ".docx":
            found[name] = _word_text(file)
        else:
            found[name] = file.read_text(encoding="utf-8")
    return found


def _word_text(file: Path) -> str:
    import docx

    document = docx.Document(str(file))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join((*(line.text for line in document.paragraphs), *cells))


def test_the_findings_are_the_reports_own_counts(study: Study) -> None:
    from romduol.desk import opening, studying

    expected = json.loads((study.source / "expected.json").read_text(encoding="utf-8"))
    with opening.open_book(study.folder, study.words):
        counts = {(c.scheme, c.term): c for c, _ in studying.findings()}
        whole = studying.whole_study()
    assert len(whole.asked) == expected["asked"] == 6
    assert len(whole.incidents) == expected["incidents"] == 12
    assert len(whole.codings) == expected["codings"] == 59
    for finding in expected["findings"]:
        if "term" in finding:
            [count] = [c for (_, term), c in counts.items() if term == finding["term"]]
        else:
            count = counts[("form", "any")]
        assert (len(count.women), count.asked) == (finding["women"], finding["of"]), finding["say"]


def test_every_finding_is_what_counting_the_sheet_by_hand_gives(study: Study) -> None:
    from romduol.casebook.vocabulary import vocabulary
    from romduol.desk import opening, studying

    rows = list(csv.DictReader(io.StringIO((study.source / "coding.csv").read_text("utf-8-sig"))))
    terms = vocabulary()
    behind: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        term = terms.term(row["scheme"], row["term"])
        for above in terms.lineage(term):
            behind.setdefault((row["scheme"], above.id), set()).add(row["woman"])
    with opening.open_book(study.folder, study.words):
        found = {
            (c.scheme, c.term): len(c.women) for c, _ in studying.findings() if c.scheme != "form"
        }
    assert found == {key: len(women) for key, women in behind.items()}


def test_coding_the_same_sheet_again_adds_nothing(study: Study) -> None:
    from romduol.desk import coding, opening

    with opening.open_book(study.folder, study.words) as book:
        again = coding.code(book, (study.source / "coding.csv").read_bytes())
    assert (again.incidents, again.codings, again.new_codings, again.refused) == (12, 59, 0, ())


def test_the_release_gives_no_count_that_tells_on_everybody(published: Path) -> None:
    for name, text in text_of(published).items():
        if name.startswith("report"):
            for pattern in GROUP_DISCLOSURES:
                assert not re.search(pattern, text, re.IGNORECASE), (name, pattern)
    for claim in json.loads((published / "claims.json").read_text())["claims"]:
        assert claim.get("number") not in (1, 5, 6)


def test_the_release_holds_no_alias_and_no_quote(published: Path, studied: Study) -> None:
    rows = csv.DictReader(io.StringIO((studied.source / "coding.csv").read_text("utf-8-sig")))
    quotes = {row["quote"] for row in rows if len(row["quote"]) > 12}
    assert len(quotes) > 20
    for name, text in text_of(published).items():
        flat = " ".join(text.split())
        assert not [q for q in quotes if " ".join(q.split()) in flat], name
        assert not [n for n in NAMES if re.search(rf"\bMing {n}\b", flat)], name
    raw = b"".join(f.read_bytes() for f in published.rglob("*") if f.is_file())
    assert b"Ming " not in raw


def test_allowed_quotes_appear_and_are_not_linked_to_one_another(
    study: Study, tmp_path: Path
) -> None:
    from romduol.desk import coding, opening, women

    rows = list(csv.DictReader(io.StringIO((study.source / "coding.csv").read_text("utf-8-sig"))))
    quotes = _plain_quotes(rows)
    sheet = _sheet(
        [{**row, "publish_quote": "yes" if row["quote"] in quotes else ""} for row in rows]
    )
    with opening.open_book(study.folder, study.words) as book:
        for name in NAMES:
            public = women.Answer(("cs.public_anon",), "cm.verbal_phone", date(2022, 5, 10))
            women.consent(book, f"Ming {name}", public)
        assert coding.code(book, sheet).refused == ()
    out = tmp_path / "release"
    done = _publish(study, out)
    text = " ".join(text_of(out)["report.en.html"].split())
    shown = [quote for quote in quotes if " ".join(quote.split()) in text]
    refused = {left.what for left in done.left}
    assert shown, refused
    whole = "\n".join(text for name, text in text_of(out).items() if name not in SMALL)
    assert not re.search(r"\bMing\b", whole)
    assert not re.search(r"\b[wei][0-9a-f]{15,16}\b", whole), "a code that links two quotes"


def _plain_quotes(rows: list[dict[str, str]]) -> list[str]:
    """A quote of each woman that names no place, person, number or date."""
    telling = re.compile(r"\d|Sangkat|Ming|community|Khan|chief", re.IGNORECASE)
    chosen: dict[str, str] = {}
    for row in rows:
        if len(row["quote"]) > 20 and not telling.search(row["quote"]):
            chosen.setdefault(row["woman"], row["quote"])
    return list(chosen.values())


def _sheet(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


# verification

SMALL = ("checkpoint.txt", "proof.json", "manifest.json")


def _positions(name: str, size: int) -> Iterator[int]:
    """All of a small file; twenty places spread over a large one, its ends among them."""
    if name in SMALL:
        return iter(range(size))
    return iter(sorted({round(n * (size - 1) / 19) for n in range(20)}))


def test_the_release_verifies(published: Path) -> None:
    from romduol.desk.verifying import verify_release

    assert verify_release(published) == []


def test_any_changed_byte_of_any_file_is_noticed(published: Path, tmp_path: Path) -> None:
    from romduol.desk.verifying import verify_release

    release = tmp_path / "release"
    shutil.copytree(published, release)
    missed = []
    for file in sorted(f for f in release.rglob("*") if f.is_file()):
        whole = file.read_bytes()
        for at in _positions(file.name, len(whole)):
            for flip in (0x01, 0x20) if file.name in SMALL else (0x01,):
                changed = bytearray(whole)
                changed[at] ^= flip
                file.write_bytes(changed)
                if not verify_release(release):
                    missed.append((file.name, at, flip))
        file.write_bytes(whole)
    assert missed == []
    assert verify_release(release) == []


def test_a_file_removed_added_cut_or_doubled_is_noticed(published: Path, tmp_path: Path) -> None:
    from romduol.desk.verifying import verify_release

    release = tmp_path / "release"
    shutil.copytree(published, release)
    for file in sorted(f for f in release.rglob("*") if f.is_file()):
        whole = file.read_bytes()
        file.unlink()
        assert verify_release(release), f"{file.name} removed"
        for other in (whole[:-1], whole + b"\n", whole + whole, b""):
            file.write_bytes(other)
            assert verify_release(release), f"{file.name} of {len(other)} bytes"
        file.write_bytes(whole)
    for extra in ("extra.txt", ".hidden", "tables/extra.csv"):
        (release / extra).parent.mkdir(exist_ok=True)
        (release / extra).write_text("more")
        assert verify_release(release), extra
        (release / extra).unlink()
    (release / "link").symlink_to("manifest.json")
    assert verify_release(release)
    (release / "link").unlink()
    if (release / "tables").is_dir() and not any((release / "tables").iterdir()):
        (release / "tables").rmdir()
    assert verify_release(release) == []


def test_the_command_says_with_its_exit_code_that_a_release_was_changed(
    published: Path, tmp_path: Path, here: Any
) -> None:
    release = tmp_path / "release"
    shutil.copytree(published, release)
    said = here("verify", release, "--json")
    assert (said.code, said.json) == (0, {"ok": True, "problems": []})
    (release / "claims.json").write_bytes((release / "claims.json").read_bytes() + b" ")
    said = here("verify", release, "--json")
    assert said.code == 1
    assert said.json["ok"] is False
    assert said.json["problems"] == [{"rule": "verify.changed", "what": "claims.json"}]
    assert here("verify", release, ROMDUOL_LANG="km").code == 1


@pytest.mark.parametrize(
    "proof",
    [
        b"[]\n", b"{}\n", b"null\n", b"", b"\xff\n", b'{"entry":1}\n', b"[" * 100_000,
        b'{"entry":"","fact":"","inclusion":"","key":"","salt":""}\n',
    ],
)  # fmt: skip
def test_a_proof_of_any_other_shape_is_refused_and_not_a_fault(
    published: Path, tmp_path: Path, proof: bytes
) -> None:
    from romduol.desk.verifying import verify_release

    release = tmp_path / "release"
    shutil.copytree(published, release)
    (release / "proof.json").write_bytes(proof)
    assert [p.rule for p in verify_release(release)] == ["verify.proof"]


def test_the_manifest_is_what_the_log_promised(published: Path) -> None:
    proof = json.loads((published / "proof.json").read_text())
    manifest = (published / "manifest.json").read_bytes()
    assert json.loads(proof["fact"])["manifest"] == sha256(manifest).hexdigest()
