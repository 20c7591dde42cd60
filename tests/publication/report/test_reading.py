"""Read aloud, on a phone, in an archive: the finished files meet what they claim to meet."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files as resources
from typing import Any

import pypdf
import pytest
from PIL import Image, ImageDraw, ImageFont, features

from romduol.casebook.codes import Study
from romduol.publication.bundle import render
from romduol.publication.options import PublishOptions
from romduol.publication.report import compose
from romduol.publication.report.figures.picture import DOTS_AN_INCH, picture
from romduol.publication.report.figures.shapes import Drawing, Words

Build = Callable[..., Study]
Ask = Callable[..., PublishOptions]
BOTH = ("en", "km")
HARD = ("ស្ត្រី", "ខ្ញុំ", "ព្រះរាជាណាចក្រកម្ពុជា", "ហេដ្ឋារចនាសម្ព័ន្ធ", "ឫស្សីកែវ", "ច្បារអំពៅ")


@pytest.fixture(scope="module")
def files(study: Build, options: Ask) -> dict[str, bytes]:
    """A release with each kind of figure."""
    told = [
        (w, [("impact", "imp.fear"), ("retreat", f"ret.{w % 2 + 1}"), ("place", "1201")])
        for w in range(40)
    ]
    told += [(w, [("impact", "imp.mind"), ("place", "1206")]) for w in range(40, 60)]
    months = tuple(("2021-11", "2022-02")[w % 2] for w in range(60))
    asked = options("impact", "retreat", "quarter", "place:district", template="baseline")
    return render(compose(study(70, told, months), asked), BOTH, [])


# PDF: ISO 14289-1 (PDF/UA-1) and ISO 19005-2 (PDF/A-2a), as far as they can be seen from outside


@pytest.fixture(params=BOTH)
def pdf(files: dict[str, bytes], request: pytest.FixtureRequest) -> tuple[str, pypdf.PdfReader]:
    return request.param, pypdf.PdfReader(io.BytesIO(files[f"report.{request.param}.pdf"]))


def _elements(node: Any) -> Iterator[Any]:
    """Every element of the structure tree."""
    found = node.get_object()
    if isinstance(found, pypdf.generic.ArrayObject):
        for child in found:
            yield from _elements(child)
    elif isinstance(found, pypdf.generic.DictionaryObject):
        if "/S" in found:
            yield found
        if "/K" in found:
            yield from _elements(found["/K"])


def test_the_pdf_says_its_language_and_title_and_that_it_is_tagged(
    pdf: tuple[str, pypdf.PdfReader],
) -> None:
    lang, reader = pdf
    root = reader.trailer["/Root"]
    assert root["/Lang"] == lang
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert reader.metadata is not None
    assert reader.metadata.title
    assert reader.metadata.author is None


def test_the_pdf_says_that_it_is_both_pdf_ua_and_pdf_a(pdf: tuple[str, pypdf.PdfReader]) -> None:
    xmp = pdf[1].trailer["/Root"]["/Metadata"].get_object().get_data()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in xmp


def test_every_figure_of_the_pdf_is_described_with_its_numbers(
    pdf: tuple[str, pypdf.PdfReader],
) -> None:
    lang, reader = pdf
    tree = reader.trailer["/Root"]["/StructTreeRoot"]
    figures = [e for e in _elements(tree["/K"]) if e["/S"] == "/Figure"]
    assert len(figures) == 4
    assert all(figure.get("/Alt") for figure in figures)
    assert any(("៤០" if lang == "km" else "40") in figure["/Alt"] for figure in figures)


def test_tables_of_the_pdf_have_header_cells_and_headings_make_an_outline(
    pdf: tuple[str, pypdf.PdfReader],
) -> None:
    reader = pdf[1]
    tree = reader.trailer["/Root"]["/StructTreeRoot"]
    kinds = [str(e["/S"]) for e in _elements(tree["/K"])]
    assert kinds.count("/Table") == 4
    assert kinds.count("/TH") >= 8
    assert {"/H1", "/L", "/LI"} <= set(kinds)
    assert len(reader.outline) >= 8


def test_every_font_of_the_pdf_is_inside_it(pdf: tuple[str, pypdf.PdfReader]) -> None:
    fonts = [o for page in pdf[1].pages for o in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        (descendant,) = font.get_object()["/DescendantFonts"]
        descriptor = descendant.get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_nothing_in_the_pdf_acts(files: dict[str, bytes]) -> None:
    for lang in BOTH:
        for act in (b"/JavaScript", b"/Launch", b"/OpenAction", b"/EmbeddedFile", b"/URI"):
            assert act not in files[f"report.{lang}.pdf"]


@pytest.mark.parametrize("word", HARD)
def test_hard_khmer_words_are_shaped_as_an_independent_shaper_shapes_them(word: str) -> None:
    """The ink of Typst's words is as wide and high as HarfBuzz's (through Pillow)."""
    drawing = Drawing(400, 120, (Words(20, 60, word, 30.0),))
    ours = _ink(Image.open(io.BytesIO(picture(drawing, "km"))))
    assert ours == pytest.approx(_drawn(word, ImageFont.Layout.RAQM), abs=2)


def test_an_unshaped_word_would_be_seen() -> None:
    shaped, plain = (
        [_drawn(word, layout) for word in HARD]
        for layout in (ImageFont.Layout.RAQM, ImageFont.Layout.BASIC)
    )
    assert all(
        max(abs(a[0] - b[0]), abs(a[1] - b[1])) > 3 for a, b in zip(shaped, plain, strict=True)
    )


def _drawn(word: str, layout: ImageFont.Layout) -> tuple[int, int]:
    if not features.check("raqm"):
        pytest.skip("Pillow here cannot shape")
    name = resources("romduol.publication") / "fonts" / "NotoSansKhmer-Regular.ttf"
    size = 30 * DOTS_AN_INCH / 72
    font = ImageFont.truetype(io.BytesIO(name.read_bytes()), size, layout_engine=layout)
    sheet = Image.new("L", (1200, 400), 255)
    ImageDraw.Draw(sheet).text((60, 100), word, font=font, fill=0)
    return _ink(sheet)


def _ink(image: Image.Image) -> tuple[int, int]:
    """How wide and high the ink is, in pixels."""
    dark = image.convert("L").point(lambda light: 255 if light < 128 else 0)
    left, top, right, bottom = dark.getbbox() or (0, 0, 0, 0)
    return right - left, bottom - top


# HTML: in a real browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.skip("Playwright is not installed")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=[(lang, width) for lang in BOTH for width in (1280, 390)])
def page(
    browser: Any,
    files: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Any]:
    lang, width = request.param
    tmp_path = tmp_path_factory.mktemp("page")
    (tmp_path / "report.html").write_bytes(files[f"report.{lang}.html"])
    shown = browser.new_page(viewport={"width": width, "height": 900}, offline=True)
    asked: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto((tmp_path / "report.html").as_uri())
    shown.evaluate("document.fonts.ready")
    yield shown
    shown.close()
    wanted = [url for url in asked if not url.startswith(("data:", tmp_path.as_uri()))]
    assert wanted == [], "the page asks for nothing outside itself"


@pytest.mark.browser
def test_axe_finds_nothing_wrong_with_the_page(page: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not there")
    found = axe.Axe().run(page)
    wrong = [(v["id"], v["nodes"][0]["html"][:120]) for v in found.response["violations"]]
    assert wrong == []
    assert len(found.response["passes"]) > 20


@pytest.mark.browser
def test_the_page_fits_a_phone_and_a_desk_without_sideways_scrolling(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_khmer_is_set_in_the_font_inside_the_page(page: Any) -> None:
    """So it shows on a machine that has no Khmer font."""
    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)"
    )
    assert "Noto Sans" in "".join(loaded)
    if page.evaluate("document.documentElement.lang") == "km":
        assert any("Noto Sans Khmer" in family for family in loaded)


@pytest.mark.browser
def test_the_words_of_a_drawing_stay_on_its_sheet(page: Any) -> None:
    outside = page.evaluate("""[...document.querySelectorAll('figure svg')].flatMap(svg => {
        const sheet = svg.viewBox.baseVal
        return [...svg.querySelectorAll('text')].filter(text => {
            const box = text.getBBox()
            return box.x < -1 || box.x + box.width > sheet.width + 1
                || box.y < -2 || box.y + box.height > sheet.height + 4
        }).map(text => text.textContent)
    })""")
    assert outside == []
