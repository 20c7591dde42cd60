"""Figures: drawn from protected tables alone, in proportion, and held against them afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.claims import Category, Cell, Table, Unit
from romduol.casebook.codes import Study
from romduol.publication.audit import NumberDiffers, audit
from romduol.publication.audit import page as pages
from romduol.publication.bundle import render
from romduol.publication.options import PublishOptions
from romduol.publication.report import Composed, compose
from romduol.publication.report.figures import Kind, alternative, draw, figures_of
from romduol.publication.report.figures.measuring import width, wrapped
from romduol.publication.report.figures.outlines import (
    MapUnreadable,
    MapWithoutCodes,
    Outlines,
    read_map,
)
from romduol.publication.report.figures.shapes import Box, Paint, Words
from romduol.publication.report.figures.svg import svg
from romduol.publication.report.figures.tiles import TILES

Build = Callable[..., Study]
Ask = Callable[..., PublishOptions]
BOTH = ("en", "km")


def table(axis: str, rows: dict[str, int | None], parents: dict[str, str] | None = None) -> Table:
    """A table of women with these rows under the whole."""
    above = parents or {}
    made = tuple(
        Category(id_, None if id_ == "all" else above.get(id_, "all"), False,
                 (("en", f"Row {id_}"), ("km", f"ជួរ {id_}")))
        for id_ in rows
    )  # fmt: skip
    cells = tuple(Cell((id_,), value) for id_, value in rows.items())
    return Table("t1", (("en", "Title"), ("km", "ចំណងជើង")), Unit.WOMEN, ((axis, made),), cells)


def square(code: object, x: float, y: float) -> dict[str, object]:
    corners = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
    return {
        "type": "Feature",
        "properties": {"shapeName": "somebody's note", "ADM1_PCODE": code},
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }


def geojson(*features: dict[str, object]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def of(made: Table, own_map: Outlines | None = None):
    (figure,) = figures_of([made], own_map)
    return figure


def test_a_bar_is_as_long_as_its_number() -> None:
    figure = of(table("impact", {"all": 20, "a": 10, "b": 5}))
    lengths = {s.at: s.width for s in draw(figure, "en").shapes if isinstance(s, Box)}
    assert lengths["all"] == pytest.approx(2 * lengths["a"]) == pytest.approx(4 * lengths["b"])


@given(st.lists(st.one_of(st.none(), st.integers(0, 5000)), min_size=2, max_size=17))
@settings(max_examples=20, deadline=None)
def test_whatever_the_numbers_a_drawing_stays_on_its_sheet(values: list[int | None]) -> None:
    made = table("impact", {"all": 9, "x": 7} | {f"r{n}": value for n, value in enumerate(values)})
    for figure in figures_of([made]):
        for lang in BOTH:
            drawing = draw(figure, lang)
            for shape in drawing.shapes:
                right = shape.x + (shape.width if isinstance(shape, Box) else 0)
                assert 0 <= shape.x <= right <= drawing.width
                assert 0 <= shape.y <= drawing.height


def test_what_is_withheld_is_hatched_alike_and_its_number_stands_nowhere() -> None:
    figure = of(table("impact", {"all": 20, "a": 10, "b": None, "c": None}))
    boxes = [s for s in draw(figure, "en").shapes if isinstance(s, Box) and s.at in "bc"]
    assert {(b.paint, b.width, b.height) for b in boxes} == {(Paint.HATCH, 44.0, 9.0)}
    texts = {s.at: s.text for s in draw(figure, "en").shapes if isinstance(s, Words) and s.at}
    assert (texts["a"], texts["b"], texts["c"]) == ("10", "withheld", "withheld")


def test_a_place_that_was_merged_and_one_that_was_never_told_look_alike() -> None:
    figure = of(table("place:province", {"all": 30, "12": 15, "08": 9, "rest": 6}))
    hatched = {s.at for s in draw(figure, "km").shapes if isinstance(s, Box) and s.at}
    assert hatched == {tile.code for tile in TILES["place:province"]}
    paints = {s.at: s.paint for s in draw(figure, "km").shapes if isinstance(s, Box) and s.at}
    assert {at for at, paint in paints.items() if paint is not Paint.HATCH} == {"12", "08"}
    assert [mark.at for mark in figure.beside] == ["all", "rest"]


def test_no_figure_is_drawn_of_fewer_than_two_numbers_or_of_two_axes() -> None:
    assert figures_of([table("impact", {"all": None, "a": 10, "b": None})]) == ()
    crossed = table("impact", {"all": 9, "a": 7})
    crossed = replace(crossed, axes=(*crossed.axes, crossed.axes[0]))
    assert figures_of([crossed]) == ()


def test_time_runs_evenly_and_a_quarter_without_a_number_keeps_its_place() -> None:
    figure = of(table("quarter", {"all": 20, "2021-Q3": 8, "2022-Q2": 12}))
    assert figure.kind is Kind.TIMELINE
    assert [(m.at, m.value) for m in figure.marks] == [
        ("2021-Q3", 8), ("2021-Q4", None), ("2022-Q1", None), ("2022-Q2", 12),
    ]  # fmt: skip
    boxes = [s for s in draw(figure, "en").shapes if isinstance(s, Box)]
    assert len({round(b.x - a.x, 6) for a, b in pairwise(boxes)}) == 1


def test_months_over_a_new_year_are_counted_on() -> None:
    figure = of(table("month", {"all": 20, "2021-11": 8, "2022-02": 12}))
    assert [m.at for m in figure.marks] == ["2021-11", "2021-12", "2022-01", "2022-02"]


def test_retreat_is_a_ladder_that_goes_down_step_by_step() -> None:
    figure = of(table("retreat", {"all": 20, "ret.0": 6, "ret.1": None, "ret.3": 14}))
    assert figure.kind is Kind.LADDER
    xs = [s.x for s in draw(figure, "en").shapes if isinstance(s, Box)]
    assert xs == sorted(set(xs))


def test_a_long_table_is_drawn_by_its_printed_rows_and_says_so() -> None:
    rows: dict[str, int | None] = {"all": 30} | {f"r{n}": None for n in range(40)}
    figure = of(table("form_offline", rows | {"r7": 9, "r9": 12}))
    assert [m.at for m in figure.marks] == ["all", "r7", "r9"]
    assert not figure.whole


def test_there_are_fourteen_khans_and_twenty_five_provinces_and_no_two_squares_meet() -> None:
    for axis, count in (("place:province", 25), ("place:district", 14)):
        tiles = TILES[axis]
        assert len({(t.column, t.row) for t in tiles}) == len({t.code for t in tiles}) == count
        assert all(dict(tile.labels)[lang] for tile in tiles for lang in BOTH)


def test_districts_outside_phnom_penh_are_bars_and_never_left_off_a_map() -> None:
    figure = of(table("place:district", {"all": 40, "1201": 20, "0801": 15}))
    assert figure.kind is Kind.BARS
    assert {m.at for m in figure.marks} == {"all", "1201", "0801"}


def test_every_word_of_a_square_fits_into_it() -> None:
    for axis in TILES:
        rows: dict[str, int | None] = {"all": 99} | {t.code: 1234 for t in TILES[axis]}
        figure = of(table(axis, rows))
        for lang in BOTH:
            shapes = draw(figure, lang).shapes
            side = max(s.width for s in shapes if isinstance(s, Box))
            words = [s for s in shapes if isinstance(s, Words)]
            assert max(width(w.text, w.size, bold=w.bold) for w in words) <= side


def test_a_long_khmer_word_is_broken_between_clusters() -> None:
    lines = wrapped("ហេដ្ឋារចនាសម្ព័ន្ធ" * 5, 100, 10)
    assert "".join(lines) == "ហេដ្ឋារចនាសម្ព័ន្ធ" * 5
    assert len(lines) > 1
    assert not any("\u17b4" <= line[0] <= "\u17d3" for line in lines)


def test_an_own_map_keeps_codes_and_corners_and_nothing_else() -> None:
    found = read_map(geojson(square("KH12", 104, 11), square("KH08", 105, 11), square("x", 9, 9)))
    assert found.codes == {"12", "08"}
    assert "note" not in repr(found)
    west, east = (next(p for p in found.parts if p.code == c).middle for c in ("12", "08"))
    assert west[0] < east[0] <= 1
    assert west[1] == east[1] <= found.height


@pytest.mark.parametrize("content", [
    b"", b"{}", b"[]", b"\xff", b'{"features": 3}', b'{"features": [3]}', b"[" * 100_000,
    geojson({"properties": {"c": "12"}, "geometry": None}),
    geojson(square("12", 104, 95)),
    geojson({**square("12", 1, 1), "geometry": {"type": "Point", "coordinates": [1, 2]}}),
])  # fmt: skip
def test_what_is_no_map_is_refused(content: bytes) -> None:
    with pytest.raises(MapUnreadable):
        read_map(content)


@pytest.mark.parametrize("code", ["", "99", "KH1299", "Phnom Penh", None, 12.5])
def test_a_map_without_codes_of_the_gazetteer_is_refused(code: object) -> None:
    with pytest.raises(MapWithoutCodes):
        read_map(geojson(square(code, 104, 11)))


def test_a_map_is_drawn_only_if_it_holds_each_place_of_the_table() -> None:
    own = read_map(geojson(square("12", 104, 11), square("08", 105, 11), square("1201", 104, 11)))
    figure = of(table("place:province", {"all": 30, "12": 15, "08": 9}), own)
    assert figure.kind is Kind.OUTLINES
    assert [m.at for m in figure.marks] == ["08", "12"]
    drawn = [s for s in draw(figure, "km").shapes if isinstance(s, Words)]
    assert [s.text for s in drawn] == ["៩", "១៥"]
    lacking = of(table("place:province", {"all": 30, "12": 15, "01": 9}), own)
    assert lacking.kind is Kind.TILES


def test_words_in_a_drawing_cannot_become_markup() -> None:
    named = table("impact", {"all": 9, "a": 7})
    axis, (whole, row) = named.axes[0]
    row = replace(row, labels=(("en", "<b>&\"'"), ("km", "<b>")))
    figure = of(replace(named, axes=((axis, (whole, row)),)))
    written = svg(draw(figure, "en"), figure.id, "t", alternative(figure, "en"))
    assert "<b>" not in written
    assert "&lt;b&gt;&amp;" in written


# the finished files are read again


@pytest.fixture(scope="module")
def composed(study: Build, options: Ask) -> Composed:
    told = [
        (w, [("impact", "imp.fear"), ("retreat", "ret.3" if w % 2 else "ret.1")])
        for w in range(30)
    ] + [(w, [("impact", "imp.mind")]) for w in range(30, 44)]  # fmt: skip
    months = tuple(("2021-11", "2022-02")[w % 2] for w in range(44))
    return compose(
        study(60, told, months), options("impact", "retreat", "quarter", template="baseline")
    )


@pytest.fixture(scope="module")
def files(composed: Composed) -> dict[str, bytes]:
    return render(composed, BOTH, [])


def test_a_figure_stands_before_its_table_in_both_languages(files: dict[str, bytes]) -> None:
    for lang in BOTH:
        content = files[f"report.{lang}.html"].decode()
        assert set(pages.read(content.encode()).figures) == {"f1", "f2", "f3"}
        for place in ("1", "2", "3"):
            assert content.index(f'id="f{place}"') < content.index(f'<table id="t{place}"')


def _edited(files: dict[str, bytes], old: str, new: str, name: str = "report.en.html"):
    content = files[name].decode()
    assert content.count(old) >= 1, old
    return {**files, name: content.replace(old, new, 1).encode()}


@pytest.mark.parametrize(("old", "new"), [
    ('text-anchor="start">30</text>', 'text-anchor="start">31</text>'),
    ('text-anchor="start">withheld</text>', 'text-anchor="start">4</text>'),
    ("Fear: 30;", "Fear: 29;"),
    ("Fear: 30;", "Fear: withheld;"),
    ('<figure id="f1"', '<figure id="f9"'),
    ('data-at="imp.fear" class="leaf"', 'data-at="imp.mind" class="leaf"'),
    ('data-at="imp.fear" class="leaf"', 'data-at="imp.fear" fill="url(#f1-hatch)"'),
    ('data-at="imp.fear" class="leaf"', 'class="leaf"'),
])  # fmt: skip
def test_a_wrong_number_in_a_drawing_stops_the_release(
    composed: Composed, files: dict[str, bytes], old: str, new: str
) -> None:
    from romduol.casebook.troubles import Trouble

    with pytest.raises(Trouble):
        audit(_edited(files, old, new), composed, BOTH, [])


def test_a_bar_of_another_length_than_its_number_stops_the_release(
    composed: Composed, files: dict[str, bytes]
) -> None:
    import re

    content = files["report.en.html"].decode()
    bar = re.search(r'data-at="imp.mind" class="leaf" x="0" y="[\d.]+" width="([\d.]+)"', content)
    assert bar
    longer = bar[0].replace(f'width="{bar[1]}"', f'width="{float(bar[1]) + 3:.2f}"')
    with pytest.raises(NumberDiffers):
        audit(_edited(files, bar[0], longer), composed, BOTH, [])


@pytest.mark.parametrize("lang", BOTH)
def test_a_pdf_whose_figure_lacks_a_number_stops_the_release(
    composed: Composed, files: dict[str, bytes], lang: str
) -> None:
    from romduol.publication.audit.figures import check_printed
    from romduol.publication.report.model import FigureBlock

    blocks = [b for s in composed.report.sections for b in s.blocks if isinstance(b, FigureBlock)]
    with pytest.raises(NumberDiffers):
        check_printed("report.en.pdf", blocks[0].figure, composed.tables[0], "30 women, 2 of 60")


def test_a_map_that_was_given_and_not_used_is_told(study: Build, options: Ask) -> None:
    own = read_map(geojson(square("12", 104, 11)))
    told = [(w, [("impact", "imp.fear")]) for w in range(7)]
    composed = compose(study(9, told), replace(options("impact"), own_map=own))
    assert ("map_unused", "place") in {(left.rule, left.what) for left in composed.left}


def test_rounded_tables_are_drawn_and_pass_the_last_look(study: Build, options: Ask) -> None:
    """The words that say "rounded" are among ours: they must not sound like a count of women."""
    places = ("12", "12", "08", "01", "17", "02")
    told = [(w % 40, [("impact", "imp.fear"), ("place", places[w % 6])]) for w in range(120)]
    asked = options("impact", rounded=(("place:province",),), unit=Unit.INCIDENTS)
    composed = compose(study(40, told), asked)
    assert any(cell.rounded for made in composed.tables for cell in made.cells)
    found = render(composed, BOTH, ["សុខ ចាន់"])
    page = pages.read(found["report.en.html"])
    assert "rounded" in page.text
    assert "f2" in page.figures
