"""One model, five kinds of report: what each holds, and that each is read again as a whole."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pypdf
import pytest

from romduol.casebook.codes import Study
from romduol.casebook.wording import sentences
from romduol.publication.audit import NumberDiffers, audit
from romduol.publication.audit import page as pages
from romduol.publication.bundle import render
from romduol.publication.disclosure.ledger import Edition, Ledger
from romduol.publication.options import PublishOptions
from romduol.publication.report import Composed, compose
from romduol.publication.report.advice import _every, advice
from romduol.publication.report.model import Bullets
from romduol.publication.report.sections import changes
from romduol.publication.report.template import TEMPLATES, template

Build = Callable[..., Study]
Ask = Callable[..., PublishOptions]
BOTH = ("en", "km")


@pytest.fixture(scope="module")
def rich(study: Build) -> Study:
    told = [
        (w, [("impact", "imp.fear"), ("retreat", f"ret.{w % 3 + 1}"), ("form_online", "on.watch")])
        for w in range(45)
    ] + [(w, [("form_offline", "off.summons"), ("response", "rsp.platform")]) for w in range(40)]
    built = study(60, told, tuple(("2021-11", "2022-02")[at % 2] for at in range(85)))
    quoted = tuple(
        replace(c, quote=f"they said {'abcdefghij'[at % 10]} to me", quote_allowed=at < 40)
        for at, c in enumerate(built.codings)
    )
    return replace(built, codings=quoted)


@pytest.fixture(scope="module", params=TEMPLATES)
def made(
    request: pytest.FixtureRequest, rich: Study, options: Ask
) -> tuple[str, Composed, dict[str, bytes]]:
    asked = options("impact", "retreat", "quarter", template=request.param)
    composed = compose(rich, asked)
    return request.param, composed, render(composed, BOTH, [])


Made = tuple[str, Composed, dict[str, bytes]]


def test_each_template_has_its_sections_in_its_order(made: Made) -> None:
    id_, composed, files = made
    ids = [section.id for section in composed.report.sections]
    assert ids == list(template(id_).sections)
    for lang in BOTH:
        content = files[f"report.{lang}.html"].decode()
        places = [content.index(f'<section id="{section}">') for section in ids]
        assert places == sorted(places)


def test_the_numbers_of_a_release_do_not_depend_on_the_template(made: Made, rich: Study,
                                                                options: Ask) -> None:  # fmt: skip
    _, composed, files = made
    usual = compose(rich, options("impact", "retreat", "quarter"))
    assert composed.claims == usual.claims
    assert composed.tables == usual.tables
    assert {f"tables/t{n}.csv" for n in (1, 2, 3)} <= set(files)


def test_a_brief_is_one_page_and_facts_are_no_more_than_six(made: Made) -> None:
    id_, _, files = made
    most = {"brief": 1, "facts": 6}.get(id_, 12)
    for lang in BOTH:
        pages_ = len(pypdf.PdfReader(io.BytesIO(files[f"report.{lang}.pdf"])).pages)
        assert 1 <= pages_ <= most


def test_a_table_that_was_asked_for_is_shown_and_of_the_usual_ones_a_short_report_has_two(
    rich: Study, options: Ask
) -> None:
    for asked, count in ((options("impact", "retreat", "quarter"), 3), (options(), 2)):
        composed = compose(rich, asked)
        page = pages.read(render(composed, ("en",), [])["report.en.html"])
        assert len(page.cells) == count <= len(composed.tables)
        told = "further tables as CSV" in page.text
        assert told is (count < len(composed.tables))


def test_a_template_shows_a_table_beside_every_figure(made: Made) -> None:
    _, _, files = made
    for lang in BOTH:
        page = pages.read(files[f"report.{lang}.html"])
        assert {id_.replace("f", "t") for id_ in page.figures} <= set(page.cells)


def test_what_a_report_leaves_to_the_tables_folder_may_not_be_slipped_in_again(
    made: Made,
) -> None:
    """A claim the report was not to show is as wrong in it as a false number."""
    _, composed, files = made
    content = files["report.en.html"].decode()
    extra = '<p class="claim" data-claim="c999">X: 9 of the 60 women</p></main>'
    broken = {**files, "report.en.html": content.replace("</main>", extra, 1).encode()}
    with pytest.raises(Exception, match=r".") as caught:
        audit(broken, composed, BOTH, [])
    assert type(caught.value).__name__ in ("NumberDiffers", "CountGivenAway")


def test_a_claim_that_is_missing_from_a_report_stops_it(made: Made) -> None:
    _, composed, files = made
    content = files["report.en.html"].decode()
    if "data-claim" not in content:
        pytest.skip("this report tells no claim")
    broken = content.replace("data-claim", "data-gone")
    with pytest.raises(NumberDiffers):
        audit({**files, "report.en.html": broken.encode()}, composed, BOTH, [])


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(KeyError):
        template("../facts")


def test_a_recommendation_stands_only_where_a_finding_bears_it_out(
    rich: Study, options: Ask
) -> None:
    claims = compose(rich, options()).claims
    online = [c for c in claims if c.scheme == "form_online"]
    (_, lines) = advice(online, 9).blocks
    assert isinstance(lines, Bullets)
    assert [dict(line)["en"].split(":")[0] for line in lines.items] == ["To platform companies"]
    assert advice([], 9).blocks == ()


def test_every_recommendation_and_addressee_is_said_in_both_languages() -> None:
    known = sentences()
    for each in _every():
        assert f"publication.recommendation.{each.id}" in known
        assert f"publication.addressee.{each.addressee}" in known
        assert each.after


def test_a_release_says_which_one_came_before_it_and_warns_of_reading_growth_into_it(
    options: Ask,
) -> None:
    before = Ledger((Edition("r0", 31, (), frozenset()), Edition("rfirst", 33, (), frozenset())))
    later = changes(options(ledger=before)).blocks
    texts = [dict(block.text)["en"] for block in later]  # type: ignore[union-attr]
    assert "rfirst" in texts[0]
    assert "33 women" in texts[0]
    assert "does not show that more" in texts[1]
    (first, _) = (dict(b.text)["en"] for b in changes(options()).blocks)  # type: ignore[union-attr]
    assert "first release" in first
