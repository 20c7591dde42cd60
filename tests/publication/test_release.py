"""A whole release: what stands in its files, and that the last look lets no fault through."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.claims import Unit
from romduol.casebook.codes import Study
from romduol.language.digits import latin
from romduol.publication.audit import (
    AuditCouldNotRun,
    CellGivenAway,
    CountGivenAway,
    ForbiddenWordFound,
    NumberDiffers,
    audit,
    pdftext,
    word,
)
from romduol.publication.audit import page as pages
from romduol.publication.bundle import render
from romduol.publication.options import (
    LanguageNotHeld,
    PublicationRefused,
    PublishOptions,
    ThresholdTooLow,
)
from romduol.publication.report import Composed, compose

Build = Callable[..., Study]
Ask = Callable[..., PublishOptions]
BOTH = ("en", "km")
OFF = ("form_offline", "off.order")
FEAR = ("impact", "imp.fear")


@pytest.fixture(scope="module")
def composed(study: Build, options: Ask) -> Composed:
    told = [(w, [OFF, ("form_online", "on.watch")]) for w in range(7)] + [(7, [FEAR]), (8, [FEAR])]
    built = study(12, told)
    quoted = tuple(
        replace(c, quote=f"he said number {chr(97 + at)} និយាយផ្កា", quote_allowed=True)
        for at, c in enumerate(built.codings)
    )
    return compose(replace(built, codings=quoted), options("form_offline:top", template="baseline"))


@pytest.fixture(scope="module")
def files(composed: Composed) -> dict[str, bytes]:
    return render(composed, BOTH, ["Ming Jasmine", "ផ្កាឈូក"])


def _readable(files: dict[str, bytes]) -> dict[str, str]:
    """Every file as text: pages without styles, PDFs as far as they can be read."""
    texts = {}
    for name, content in files.items():
        if name.endswith(".html"):
            texts[name] = pages.read(content).text
        elif name.endswith(".pdf"):
            texts[name] = pdftext.text_of(content).replace("\n", " ")
        elif name.endswith(".docx"):
            found = word.read(content)
            texts[name] = found.own + found.hers
        else:
            texts[name] = content.decode()
    return texts


def test_a_release_has_both_languages_three_formats_and_the_numbers(
    files: dict[str, bytes],
) -> None:
    assert set(files) == {
        "report.en.html",
        "report.en.pdf",
        "report.en.docx",
        "report.km.html",
        "report.km.pdf",
        "report.km.docx",
        "tables/t1.csv",
        "tables.json",
        "claims.json",
        "dictionary.csv",
    }


def test_the_same_study_in_another_order_gives_the_same_bytes(study: Build, options: Ask) -> None:
    told = [(w, [OFF, FEAR]) for w in range(7)]
    built = study(12, told)
    quoted = [replace(c, quote=f"q {c.term} {c.woman}", quote_allowed=True) for c in built.codings]
    shuffled = quoted[:]
    Random(4).shuffle(shuffled)
    first, second = (
        render(compose(replace(built, codings=tuple(c)), options("impact")), BOTH, [])
        for c in (quoted, shuffled)
    )
    assert first == second


def test_the_reference_study_gives_away_nothing_it_must_not(reference: Study, options: Ask) -> None:
    """Six women: no count of one, five or six of six, in no form, table or language."""
    for unit in (Unit.WOMEN, Unit.INCIDENTS, Unit.ACTS):
        asked = options("form_offline:top", "impact", "actor:top", "month", unit=unit)
        composed = compose(reference, asked)
        files = render(composed, BOTH, sorted(reference.asked))
        assert all(claim.number is None for claim in composed.claims)
        assert all(cell.value is None for table in composed.tables for cell in table.cells)
        for text in map(latin, _readable(files).values()):
            assert not re.search(r"\b\d+ (?:out )?of (?:the )?(?:6|six)\b", text)
            assert not re.search(r"\d+\s*(?:%|នាក់\s*ក្នុងចំណោម)", text)
            assert not any(name in text for name in reference.asked)
        own = pages.read(files["report.en.html"]).own
        assert (
            re.findall(r"\d+ women", own).count("6 women") == len(re.findall(r"\d+ women", own)) - 1
        )
        assert not re.search(r"(?<!most or )\ball\b|\bevery|\beach\b|the other wom", own)


def test_the_reference_study_still_says_what_matters(reference: Study, options: Ask) -> None:
    said = {(c.scheme, c.term): dict(c.wording)["en"] for c in compose(reference, options()).claims}
    assert "most or all" in said["form", "any"]
    assert "most or all" in said["impact", "imp.fear"]
    assert "some of the 6 women" in said["form_offline", "off.order.stop_posting"]
    assert ("form_offline", "off.smear.aid") not in said


@settings(max_examples=12, deadline=None)
@given(
    st.integers(5, 24),
    st.lists(
        st.tuples(
            st.integers(0, 23),
            st.sets(
                st.sampled_from(
                    [
                        OFF,
                        FEAR,
                        ("form_online", "on.watch"),
                        ("retreat", "ret.3"),
                        ("actor", "act.party"),
                    ]
                ),
                min_size=1,
            ),
        ),
        min_size=1,
        max_size=50,
    ),
)
def test_any_study_passes_its_own_audit_and_prints_no_refused_number(
    study: Build, options: Ask, n: int, told: list
) -> None:
    composed = compose(study(n, [(w % n, codes) for w, codes in told]), options())
    texts = _readable(render(composed, ("en",), []))
    for text in texts.values():
        for number, base in re.findall(r"(\d+) of the (\d+) women", text):
            assert int(base) == n
            assert 5 <= int(number) <= n - 2


def test_the_page_is_whole_and_loads_nothing(files: dict[str, bytes]) -> None:
    for lang in BOTH:
        content = files[f"report.{lang}.html"].decode()
        page = pages.read(content.encode())
        assert page.lang == lang
        assert not re.search(r"<script|https?://|@import|<img|<link", content)
        assert set(re.findall(r'url\("([a-z]+):', content)) == {"data"}
        assert content.count("<h1>") == 1
        heads = re.findall(r"<th(?: [^>]*)?>", content)
        assert all("scope=" in head for head in heads)


def test_each_quote_stands_in_the_marks_of_its_language(study: Build, options: Ask) -> None:
    built = study(9, [(w, [OFF]) for w in range(7)])
    words = ("they told us <to stop> & go", "គេប្រាប់ឱ្យឈប់", *[""] * 5)
    codings = tuple(
        replace(c, quote=text, quote_allowed=bool(text))
        for c, text in zip(built.codings, words, strict=True)
    )
    files = render(compose(replace(built, codings=codings), options()), BOTH, [])
    for lang in BOTH:
        content = files[f"report.{lang}.html"].decode()
        assert '<blockquote lang="en"><p>“they told us &lt;to stop&gt; &amp; go”</p>' in content
        assert '<blockquote lang="km"><p>«គេប្រាប់ឱ្យឈប់»</p>' in content


def test_words_of_hers_cannot_become_markup_of_the_pdf(study: Build, options: Ask) -> None:
    built = study(9, [(w, [OFF]) for w in range(7)])
    text = 'a "quoted" \\ #panic() $x$ *bold* ] ( word'
    codings = tuple(replace(c, quote=text, quote_allowed=True) for c in built.codings)
    files = render(compose(replace(built, codings=codings), options()), ("en",), [])
    assert text in pdftext.text_of(files["report.en.pdf"]).replace("\n", " ")


def test_the_pdf_knows_no_clock_and_is_tagged(files: dict[str, bytes]) -> None:
    """The only date in it is the day the counts stand for, at no hour: PDF/A asks for a date."""
    for lang in BOTH:
        content = files[f"report.{lang}.pdf"]
        dates = re.findall(rb"/(?:CreationDate|ModDate)\(D:(\d+)Z?", content)
        assert set(dates) == {b"20261121000000"}
        assert set(re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+", content)) == {b"2026-11-21T00:00:00"}
        assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A" in content
        assert b"/StructTreeRoot" in content
        assert b"<pdfuaid:part>1" in content


def test_khmer_is_shaped_and_leaves_no_dotted_circle(files: dict[str, bytes]) -> None:
    text = pdftext.undoubled(pdftext.text_of(files["report.km.pdf"]))
    assert "\u25cc" not in text
    assert "\u25cc" not in pages.read(files["report.km.html"]).text
    for cluster in ("ស្ត្រី", "ក្នុ", "បង្ហា"):
        assert cluster in text, "a cluster stands whole in the text behind the glyphs"


def test_the_pdf_text_is_what_an_independent_reader_finds(files: dict[str, bytes]) -> None:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(files["report.en.pdf"]))
    theirs = "".join("".join(page.extract_text().split()) for page in reader.pages)
    ours = "".join(pdftext.text_of(files["report.en.pdf"]).split())
    assert sorted(theirs) == sorted(ours)


def test_claims_json_says_no_more_than_the_report(files: dict[str, bytes]) -> None:
    for claim in json.loads(files["claims.json"])["claims"]:
        assert set(claim) == {
            "id",
            "scheme",
            "term",
            "unit",
            "wording",
            "number",
            "asked",
            "rule",
            "cell",
        }
        if claim["cell"]:
            assert claim["cell"]["table"] == "t1"
            assert claim["number"] is not None


def test_tables_json_lists_every_cell_and_marks_withheld_ones_alike(
    files: dict[str, bytes],
) -> None:
    found = json.loads(files["tables.json"])
    assert found["threshold"] == 5
    (table,) = found["tables"]
    (axis,) = table["axes"]
    assert axis["id"] == "form_offline:top"
    assert [c["at"] for c in table["cells"]] == [[row["id"]] for row in axis["categories"]]
    for cell in table["cells"]:
        assert set(cell) == {"at", "value"} or cell == {"at": cell["at"], "withheld": True}
    rows = list(csv.DictReader(io.StringIO(files["tables/t1.csv"].decode(), newline="")))
    assert [r["category"] for r in rows] == [row["id"] for row in axis["categories"]]


@pytest.mark.parametrize("alias", ["he said", "Number A", "what WOMEN told us", "និយាយ\u200bផ្កា"])
def test_a_forbidden_word_anywhere_stops_the_release(composed: Composed, alias: str) -> None:
    with pytest.raises(ForbiddenWordFound):
        render(composed, BOTH, [alias])


def test_a_khmer_name_inside_our_own_words_does_not_stop_a_release(
    composed: Composed, files: dict[str, bytes]
) -> None:
    assert "សុខ" in files["report.km.html"].decode(), "security, in a label"
    assert render(composed, BOTH, ["សុខ"]) == files


def test_a_khmer_name_in_the_title_stops_the_release(study: Build, options: Ask) -> None:
    titled = options(title=(("en", "What they told"), ("km", "អ្វីដែលសុខបានប្រាប់")))
    with pytest.raises(ForbiddenWordFound):
        render(compose(study(9, [(w, [OFF]) for w in range(6)]), titled), BOTH, ["សុខ"])


@pytest.mark.parametrize(
    "title", ["All women were threatened", "5 of 6 women", "One of the six", "Each was afraid"]
)
def test_a_title_that_counts_everybody_stops_the_release(
    study: Build, options: Ask, title: str
) -> None:
    titled = options(title=(("en", title), ("km", "ចំណងជើង")))
    with pytest.raises(CountGivenAway):
        render(compose(study(9, [(w, [OFF]) for w in range(6)]), titled), BOTH, [])


def _edited(files: dict[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    content = files[name].decode()
    assert old in content
    return {**files, name: content.replace(old, new, 1).encode()}


@pytest.mark.parametrize(
    ("name", "old", "new", "trouble"),
    [
        ("report.en.html", "7 of the 12 women", "8 of the 12 women", CountGivenAway),
        ("report.en.html", "some of the 12 women", "some of the 13 women", NumberDiffers),
        ("report.km.html", "៧ នាក់", "៨ នាក់", CountGivenAway),
        ("report.en.html", "<td>7</td>", "<td>8</td>", NumberDiffers),
        ("report.en.html", "A woman may tell", "Every woman may tell", CountGivenAway),
        ("report.en.html", "A woman may tell", "11 of 12 tell", CountGivenAway),
        ("report.km.html", "ស្ត្រីម្នាក់អាចប្រាប់", "ស្ត្រីទាំងអស់ប្រាប់", CountGivenAway),
        ("report.en.html", "</main>", "", AuditCouldNotRun),
        ("report.en.html", 'lang="en"', 'lang="km"', NumberDiffers),
        ("tables/t1.csv", ",7,no", ",8,no", NumberDiffers),
        ("tables/t1.csv", ",,yes", ",1,yes", NumberDiffers),
        ("tables.json", '"value":7', '"value":6', NumberDiffers),
        ("tables.json", '"additive":false', '"additive":0.5,"x":"11 of 12"', CountGivenAway),
        ("claims.json", '"number":7', '"number":8', NumberDiffers),
        ("claims.json", '"number":7', '"number":7,"sources":["i1"]', NumberDiffers),
        ("claims.json", "{", "[", AuditCouldNotRun),
        ("dictionary.csv", "file", "11 of 12", CountGivenAway),
    ],
)
def test_a_fault_in_a_finished_file_is_found(
    composed: Composed, files: dict[str, bytes], name: str, old: str, new: str, trouble: type
) -> None:
    with pytest.raises(trouble):
        audit(_edited(files, name, old, new), composed, BOTH, [])


def test_a_claim_the_rules_would_refuse_is_found_by_the_second_reading(
    composed: Composed, files: dict[str, bytes]
) -> None:
    first = next(c for c in composed.claims if c.number == 7)
    wrong = replace(
        first,
        number=11,
        wording=tuple((lang, w.replace("7", "11").replace("៧", "១១")) for lang, w in first.wording),
    )
    claims = tuple(wrong if c is first else c for c in composed.claims)
    broken = replace(composed, claims=claims)
    edited = {
        n: c.replace(b"7 of the 12", b"11 of the 12")
        for n, c in files.items()
        if n == "claims.json"
    }
    with pytest.raises((CountGivenAway, NumberDiffers)):
        audit({**files, **edited}, broken, BOTH, [])


def test_a_withheld_cell_that_follows_is_found_by_the_second_reading(
    study: Build, options: Ask
) -> None:
    months = ("2022-01",) * 9 + ("2022-02",) * 8
    built = study(30, [(w, [OFF]) for w in range(17)], months)
    composed = compose(built, options("month", unit=Unit.INCIDENTS))
    (table,) = composed.tables
    hidden = tuple(replace(c, value=None) if c.at == ("2022-01",) else c for c in table.cells)
    broken = replace(composed, tables=(replace(table, cells=hidden),))
    with pytest.raises((CellGivenAway, NumberDiffers)):
        render(broken, BOTH, [])


def test_a_check_that_cannot_run_lets_nothing_out(
    composed: Composed, files: dict[str, bytes]
) -> None:
    for name in files:
        with pytest.raises(AuditCouldNotRun):
            audit({n: c for n, c in files.items() if n != name}, composed, BOTH, [])
    for name in ("report.en.html", "report.en.pdf", "tables/t1.csv", "claims.json", "tables.json"):
        with pytest.raises((AuditCouldNotRun, NumberDiffers)):
            audit({**files, name: b"\xff\xfe"}, composed, BOTH, [])
    with pytest.raises(AuditCouldNotRun):
        audit({**files, "more.txt": b""}, composed, BOTH, [])
    with pytest.raises(AuditCouldNotRun):
        render(composed, BOTH, [object()])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("women", "rule"), [(0, "no_women"), (4, "too_few_women"), (6, "nothing_coded")]
)
def test_a_study_that_may_not_be_published_is_refused(
    study: Build, options: Ask, women: int, rule: str
) -> None:
    told = [(w, [OFF]) for w in range(women)] if women < 6 else []
    with pytest.raises(PublicationRefused) as refused:
        compose(study(women, told), options())
    assert rule in {left.rule for left in refused.value.left}


def test_a_woman_who_may_not_be_counted_stops_the_report(study: Build, options: Ask) -> None:
    built = study(6, [(w, [OFF]) for w in range(8)])
    with pytest.raises(PublicationRefused) as refused:
        compose(built, options())
    assert [(x.rule, x.what) for x in refused.value.left] == [("not_counted", "2")]


def test_no_threshold_below_three_and_no_language_we_do_not_hold(options: Ask) -> None:
    with pytest.raises(ThresholdTooLow):
        options(threshold=2)
    with pytest.raises(LanguageNotHeld):
        options(langs=("en", "fr"))


def test_aliases_never_show_when_options_are_printed(options: Ask) -> None:
    assert "Jasmine" not in repr(options(aliases=frozenset({"Ming Jasmine"})))
