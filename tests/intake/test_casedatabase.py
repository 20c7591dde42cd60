"""The case workbook: codes come over, people and stories do not, nothing unmapped is silent."""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import Note, ReadingOptions, Unread
from romduol.casebook.vocabulary import vocabulary
from romduol.casebook.wording import say, sentences
from romduol.casework.coding import COLUMNS, Refusal, read_sheet
from romduol.intake import casedatabase
from romduol.intake.casedatabase.crosswalk import SCHEMES, term_for, understood
from romduol.intake.casedatabase.importing import CODING_COLUMNS
from romduol.intake.casedatabase.layout import role_of
from romduol.intake.reading import read_item
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source

sys.path.insert(0, str(Path(__file__).parent))
from workbooks import simple

MASTER = [
    "Case ID", "Date Reported", "Case Category", "Victim’s Name", "Gender", "Other Identities",
    "Platform", "Harrassment Type", "Known Perpetrator Information",
    "Suspected Perpetrator Information", "Perpetrator  Relationship to Victim",
    "Caption written on the main content", "Summary of the incident", "Actions Taken",
    "Link to online content", "Volunteer",
]  # fmt: skip
SUPPORT = ["Case ID", "Date Reported", "Requester", "Platform", "Type of Support", "Severity",
           "Case Status"]  # fmt: skip
FIRST = [
    "TFGBV0001", "25/3/2024", "Operator Collected", "Name Hidden", "Female",
    "Journalist, Human Right Defender", "Facebook, Tik Tok",
    "Physical Safety Threats, Sextortion (blackmail,...) and Doxxing", "", "somebody",
    "Authorities/Government Officials", "caption words", "story words",
    "Password reset, 2FA Setup, Continue monitoring the case", "https://example.org/x", "v",
]  # fmt: skip
SECOND = ["TFGBV0002", "5/3/2024", "Victim Reported", "", "", "N/A", "Fax machine",
          "Discrimination", "someone", "", "Manager/Supervisor", "", "", "N/A", "", ""]  # fmt: skip
BOOK = {
    "ODC_TFGBV Case Masterfile": [
        MASTER, FIRST, SECOND, [*[""] * 6, "Facebook"], ["TFGBV0001", *[""] * 6, "Doxxing"],
        ["Name Hidden", *[""] * 6, "Doxxing"],
    ],
    "Technical Support Case": [SUPPORT, ["TS0001", "2024-04-01", "Name Hidden", "X",
                                         "Technical Support", "3. Moderate Impact", "Rejected"]],
    "Dashboard": [["Total"], ["3"]],
}  # fmt: skip


def source_of(raw: bytes, name: str = "cases.xlsx") -> Source:
    return Source(name, lambda: io.BytesIO(raw), len(raw))


def brought() -> casedatabase.ImportedCases:
    return casedatabase.cases(source_of(simple(BOOK)))


def spoken(note: Note) -> None:
    assert all(say(note.id, lang, **dict(note.facts)) for lang in ("en", "km"))


def test_every_label_becomes_its_term() -> None:
    found = {(one.case, one.scheme, one.term) for one in brought().codings}
    assert found == {
        ("TFGBV0001", "form_online", "on.threat"),
        ("TFGBV0001", "form_online", "on.image.sextortion"),
        ("TFGBV0001", "form_online", "on.privacy.doxxing"),
        ("TFGBV0001", "channel", "ch.facebook"),
        ("TFGBV0001", "channel", "ch.tiktok"),
        ("TFGBV0001", "actor", "act.state"),
        ("TFGBV0001", "actor_certainty", "cert.inferred"),
        ("TFGBV0001", "response", "rsp.secure"),
        ("TFGBV0001", "source_link", "srcl.monitor"),
        ("TFGBV0001", "civic_role", "cr.journalist"),
        ("TFGBV0001", "civic_role", "cr.whrd"),
        ("TFGBV0002", "actor", "act.employer"),
        ("TS0001", "channel", "ch.x"),
        ("TS0001", "response", "rsp.helpline"),
        ("TS0001", "outcome", "out.rejected"),
    }


def test_what_has_no_term_or_is_no_label_is_listed_with_its_count() -> None:
    plan = brought().plan
    assert {(one.list, one.written, one.count) for one in plan.without_term} == {
        ("case_categories", "victim_reported", 1),
        ("harassment_types", "discrimination", 1),
        ("identification", "known", 1),
        ("interventions", "continue_monitoring_the_case", 1),
    }
    assert [(one.list, one.written, one.count) for one in plan.unknown] == [
        ("platforms", "fax machine", 1)
    ]
    assert plan.columns == ("Volunteer",)


def test_names_stories_and_others_judgements_are_counted_and_left() -> None:
    found = brought()
    assert (found.plan.personal, found.plan.words, found.plan.left) == (4, 3, 2)
    written = (found.coding_sheet() + found.women_sheet()).decode() + repr(found)
    for word in ("Hidden", "somebody", "story words", "caption words", "example.org", "Moderate"):
        assert word not in written


def test_rows_that_give_no_case_are_listed_with_the_reason_and_never_the_name() -> None:
    refused = [(one.row, one.why) for one in brought().plan.refused]
    assert refused == [
        (4, "refused.case_unnamed"), (5, "refused.case_twice"), (6, "refused.case_code_odd"),
    ]  # fmt: skip
    assert all(say(why, lang) for _, why in refused for lang in ("en", "km"))


def test_a_dry_run_is_the_plan_of_the_import() -> None:
    found = brought()
    plan = casedatabase.dry_run(source_of(simple(BOOK)))
    assert plan == found.plan
    assert (plan.cases, plan.codings) == (len(found.cases), len(found.codings)) == (3, 15)


def test_the_coding_sheet_is_one_that_the_casebook_takes_with_no_date_made_up() -> None:
    found = brought()
    assert CODING_COLUMNS == COLUMNS
    rows = read_sheet(found.coding_sheet(), vocabulary())
    assert len(rows) == len(found.codings)
    for row, coding in zip(rows, found.codings, strict=True):
        assert not isinstance(row, Refusal)
        assert (row.woman, row.incident, row.term) == (coding.case, coding.case, coding.term)
        assert (row.when.written, row.quote) == ("", "")


def test_consent_is_asked_of_nobody_and_no_woman_is_taken_for_another() -> None:
    found = brought()
    women = list(csv.DictReader(io.StringIO(found.women_sheet().decode(), newline="")))
    assert [one["alias"] for one in women] == ["TFGBV0001", "TFGBV0002", "TS0001"]
    assert {one["scopes"] for one in women} == {""}
    assert found.plan.consent == "not asked"


def test_the_day_a_case_was_reported_is_kept_when_day_and_month_are_known() -> None:
    assert [one.reported for one in brought().cases] == ["2024-03-25", "2024-03-05", "2024-04-01"]
    raw = b"Case ID,Date Reported,Harassment type\nA1,5/3/2024,Doxxing\n"
    (one,) = casedatabase.cases(source_of(raw, "c.csv")).cases
    assert one.reported == ""


def test_an_export_of_the_server_is_read_by_its_own_column_names() -> None:
    raw = (
        b"case_code,date_reported,perpetrator_relation,platforms,harassment_types,incident_summary\n"
        b"TFGBV0009,2024-03-05,ex_partner,facebook,cyber_stalking,words\n"
    )
    found = casedatabase.cases(source_of(raw, "cases.csv"))
    assert {(one.scheme, one.term) for one in found.codings} == {
        ("actor", "act.personal.ex"), ("channel", "ch.facebook"), ("form_online", "on.watch"),
    }  # fmt: skip
    assert found.plan.words == 1


@pytest.mark.parametrize(
    ("key", "term"),
    [
        ("physical_safety_threats", "on.threat"),
        ("cyber_bullying", "on.harass"),
        ("controlling_social_media_accounts", "on.access"),
        ("doxxing", "on.privacy.doxxing"),
    ],
)
def test_a_key_of_several_terms_becomes_what_they_share(key: str, term: str) -> None:
    found = term_for("harassment_types", key)
    assert found is not None
    assert found.id == term


def test_every_key_of_theirs_in_our_vocabulary_can_be_reached() -> None:
    text = "; ".join(one.source for one in vocabulary().terms)
    keys = {k for part in re.findall(r"KHDB:([a-z0-9_, ]+)", text) for k in part.split(", ")}
    reached = {key for key in keys for name in SCHEMES if term_for(name, key.strip())}
    assert {key for key in keys if key.strip()} == reached


@pytest.mark.parametrize(
    ("cell", "keys", "unknown"),
    [
        ("Manager/Supervisor", ("manager_supervisor",), ()),
        ("stranger & Ex–Partner", ("stranger", "ex_partner"), ()),
        ("Strangers", (), ("strangers",)),
        ("the neighbour, Colleague", ("colleague",), ("the neighbour",)),
        (" n/a ", (), ()),
        ("", (), ()),
    ],
)
def test_cells_of_several_labels_are_taken_apart_without_inventing_any(
    cell: str, keys: tuple[str, ...], unknown: tuple[str, ...]
) -> None:
    found = understood("perpetrator_relations", cell)
    assert (found.keys, found.unknown) == (keys, unknown)


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("abcx,;/& \u2013'StrangeColu"), max_size=40))
def test_no_word_of_a_cell_is_lost(cell: str) -> None:
    found = understood("perpetrator_relations", cell)
    left = re.sub(r"[^a-z]|\band\b", "", cell.lower())
    kept = sum(len(re.sub(r"[^a-z]", "", piece)) for piece in found.unknown)
    assert kept <= len(left)
    if not found.keys and left not in ("", "na", "none"):
        assert found.unknown


@pytest.mark.parametrize(
    ("heading", "role"),
    [("Unknown perpetrator", "personal"), ("Page", ""), ("Age", "personal"),
     ("Survivor's contact", "personal"), ("PLATFORM(S)", "platforms"), ("Volunteer", "")],
)  # fmt: skip
def test_headings_are_known_by_whole_words(heading: str, role: str) -> None:
    assert role_of(heading) == role


@pytest.mark.parametrize("name", ["cases.xlsx", "cases.xlsm"])
def test_received_as_one_womans_file_it_is_kept_and_said_to_be_of_many(name: str) -> None:
    raw = simple(BOOK)
    found = recognise(raw, name, ReadingOptions())
    assert found is not None
    assert found.NAME == "casedatabase"
    (said,) = read_item(source_of(raw, name), ReadingOptions())
    assert isinstance(said, Unread)
    assert said.reason == Note("note.casedatabase.many_women", (("cases", 3),))
    spoken(said.reason)


def test_another_workbook_is_refused_in_words() -> None:
    with pytest.raises(CannotRead) as refused:
        casedatabase.cases(source_of(simple({"S": [["Name"], ["x"]]})))
    assert refused.value.reason.id == "note.casedatabase.no_cases"
    spoken(refused.value.reason)


def test_every_sentence_is_said_somewhere() -> None:
    code = "".join(p.read_text("utf-8") for p in Path(casedatabase.__file__).parent.glob("*.py"))
    ours = {one.id for one in sentences().values() if one.catalogue == "intake-casedatabase"}
    assert ours == set(re.findall(r'"((?:note\.casedatabase|refused)\.[a-z_]+)"', code))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_mutated_sheet_gives_terms_of_the_vocabulary_or_a_reason(data: st.DataObject) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(BOOK["ODC_TFGBV Case Masterfile"])
    raw: Any = bytearray(out.getvalue().encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        found = casedatabase.cases(source_of(bytes(raw), "cases.csv"))
    except CannotRead as refused:
        spoken(refused.reason)
        return
    for one in found.codings:
        assert vocabulary().term(one.scheme, one.term)
