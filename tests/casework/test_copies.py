"""Working copies of pictures, what they carry, what may be kept of intimate ones."""

from __future__ import annotations

import io
from datetime import date
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from romduol.casebook.people import Consent
from romduol.casebook.wording import say
from romduol.casework import copies
from romduol.casework.copies import Box, Content, Keep, decide, picture
from romduol.casework.copies.carried import KINDS, carried
from romduol.casework.copies.made import BoxOutside, WorkingCopy

TODAY = date(2026, 11, 1)
STRIPES = Image.fromarray(
    np.tile((np.arange(200) % 8 < 4).astype(np.uint8)[None, :, None] * 255, (120, 1, 3)), "RGB"
)


def saved(shown: Image.Image = STRIPES, kind: str = "PNG", **how: Any) -> bytes:
    into = io.BytesIO()
    shown.save(into, kind, **how)
    return into.getvalue()


def pixels(copy: WorkingCopy) -> np.ndarray[Any, Any]:
    return np.asarray(Image.open(io.BytesIO(copy.data)).convert("RGB"))


def exif() -> Image.Exif:
    said = Image.Exif()
    said[ExifTags.Base.Model] = "Phone"
    said.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (11.0, 33.0, 5.0)
    return said


def full_jpeg() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    raw = saved(kind="JPEG", exif=exif(), icc_profile=profile, comment=b"hers", xmp=b"<x/>")
    app11 = b"\xff\xeb\x00\x0aJP\0\x01\0\0\0\x01"
    app13 = b"\xff\xed\x00\x08Photos"
    return raw[:2] + app11 + app13 + raw[2:] + b"a film after the end"


def full_png() -> bytes:
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", "somebody")
    said.add_itxt("XML:com.adobe.xmp", "<x/>")
    said.add(b"tIME", bytes(7))
    said.add(b"caBX", b"jumb")
    return saved(pnginfo=said, exif=exif())


def test_what_a_file_carries_is_named() -> None:
    assert carried(full_jpeg()) == (
        "c2pa", "comment", "exif", "icc", "iptc", "trailing", "xmp",
    )  # fmt: skip
    assert carried(full_png()) == ("c2pa", "exif", "text", "time", "xmp")
    assert carried(saved(kind="WEBP", exif=exif(), xmp=b"<x/>")) == ("exif", "xmp")
    moving = saved(kind="WEBP", save_all=True, append_images=[Image.new("RGB", (200, 120))])
    assert carried(moving) == ("frames",)
    assert carried(saved(kind="GIF")) == ("not_listed",)
    assert carried(saved(kind="JPEG", progressive=True)) == ()
    assert carried(saved()) == ()


def test_an_unknown_block_is_named_and_not_passed_over() -> None:
    jpeg = saved(kind="JPEG")
    assert carried(jpeg[:2] + b"\xff\xe5\x00\x04ab" + jpeg[2:]) == ("other",)
    said = PngImagePlugin.PngInfo()
    said.add(b"prVt", b"x")
    assert carried(saved(pnginfo=said)) == ("other",)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([full_jpeg(), full_png(), saved(kind="WEBP")]))
def test_any_bytes_are_walked_to_an_end(tail: bytes, raw: bytes) -> None:
    assert set(carried(raw[: len(raw) // 2] + tail)) <= set(KINDS)
    assert set(carried(raw[:12] + tail)) <= set(KINDS)


@pytest.mark.parametrize("raw", [full_jpeg(), full_png(), saved(kind="WEBP", exif=exif())])
def test_a_copy_carries_pixels_and_nothing_else(raw: bytes) -> None:
    copy = picture(raw, STRIPES)
    assert carried(copy.data) == ()
    assert copy.left_out == carried(raw)
    assert copy.original == sha256(raw).hexdigest()
    assert copy.sha256 == sha256(copy.data).hexdigest()
    for marks in (b"Phone", b"hers", b"somebody", b"<x/>", b"a film"):
        assert marks not in copy.data


def test_a_png_stays_exact_and_a_jpeg_stays_a_jpeg() -> None:
    exact = picture(saved(), STRIPES)
    assert exact.media_type == "image/png"
    assert (pixels(exact) == np.asarray(STRIPES)).all()
    assert picture(saved(kind="JPEG"), STRIPES).media_type == "image/jpeg"


def test_nothing_under_a_covered_box_is_in_the_copy() -> None:
    box = Box(40, 20, 60, 50)
    one = picture(saved(), STRIPES, covered=[box])
    other = STRIPES.copy()
    other.paste((200, 10, 99), (40, 20, 100, 70))
    assert picture(saved(), other, covered=[box]).data == one.data
    inside = pixels(one)[20:70, 40:100]
    assert (inside == inside[0, 0]).all()
    assert (pixels(one)[:20] == np.asarray(STRIPES)[:20]).all()


def test_a_covered_box_grows_where_the_original_is_lossy() -> None:
    copy = picture(saved(kind="JPEG"), STRIPES, covered=[Box(60, 50, 20, 10)])
    around = pixels(copy)[36:74, 46:94].astype(int)
    assert np.abs(around - 40).max() < 12
    assert np.asarray(STRIPES)[36:74, 46:94].max() == 255


def test_a_blurred_box_keeps_too_little_to_be_undone() -> None:
    box = Box(40, 20, 64, 64)
    one = pixels(picture(saved(), STRIPES, blurred=[box]))[20:84, 40:104]
    again = pixels(picture(saved(), STRIPES, blurred=[box]))[20:84, 40:104]
    assert not (one == again).all()  # the noise is by chance
    stripes = np.asarray(STRIPES)[20:84, 40:104, 0].astype(float)
    assert abs(np.corrcoef(one[..., 0].ravel(), stripes.ravel())[0, 1]) < 0.35
    assert (pixels(picture(saved(), STRIPES, blurred=[box]))[90:] == np.asarray(STRIPES)[90:]).all()


def test_a_box_that_is_both_blurred_and_covered_is_covered() -> None:
    box = Box(40, 20, 60, 50)
    both = picture(saved(), STRIPES, covered=[box], blurred=[box])
    assert both.data == picture(saved(), STRIPES, covered=[box]).data
    assert [step.id for step in both.steps] == ["copy.covered", "copy.blurred", "copy.stripped"]


def test_a_copy_can_be_smaller_and_is_never_larger() -> None:
    smaller = picture(saved(), STRIPES, longest=100)
    assert pixels(smaller).shape == (60, 100, 3)
    assert dict(smaller.steps[0].facts) == {"width": 100, "height": 60}
    assert pixels(picture(saved(), STRIPES, longest=900)).shape == (120, 200, 3)


@pytest.mark.parametrize(
    "box", [Box(200, 0, 5, 5), Box(0, 0, 0, 9), Box(9, 9, -3, 9), Box(-9, 0, 9, 9)]
)
def test_a_box_that_covers_nothing_is_refused(box: Box) -> None:
    for how in ("covered", "blurred"):
        with pytest.raises(BoxOutside) as refused:
            picture(saved(), STRIPES, **{how: [box]})
        assert refused.value.exit_code == 2
        refused.value.words("km")


def test_a_box_over_the_edge_covers_what_is_there() -> None:
    shown = pixels(picture(saved(), STRIPES, covered=[Box(-10, -10, 30, 30)]))
    assert (shown[:20, :20] == shown[0, 0]).all()


def test_a_copy_that_still_carries_something_is_thrown_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from romduol.casework.copies import pictures

    monkeypatch.setattr(pictures, "_encoded", lambda drawn, raw: (full_png(), "image/png"))
    with pytest.raises(copies.CopyStillCarries) as refused:
        picture(saved(), STRIPES)
    assert "exif" in refused.value.words("en")


def test_every_step_can_be_said_in_both_languages() -> None:
    copy = picture(full_jpeg(), STRIPES, covered=[Box(1, 1, 9, 9)], blurred=[Box(1, 1, 9, 9)],
                   longest=50)  # fmt: skip
    for step in copy.steps:
        assert say(step.id, "en", **dict(step.facts))
        assert say(step.id, "km", **dict(step.facts))


def consent(state: str, scope: str = "cs.intimate", until: date | None = None) -> Consent:
    return Consent(scope, state, "csm.voice", date(2026, 10, 1), until=until)


@pytest.mark.parametrize(
    ("content", "rows", "keep", "may_examine"),
    [
        (Content.ORDINARY, [], Keep.OBJECT, True),
        (Content.INTIMATE, [], Keep.FINGERPRINT, False),
        (Content.INTIMATE, [consent("cst.given", "cs.evidence")], Keep.FINGERPRINT, False),
        (Content.INTIMATE, [consent("cst.given")], Keep.OBJECT, False),
        (Content.INTIMATE, [consent("cst.limited")], Keep.FINGERPRINT, False),
        (Content.INTIMATE, [consent("cst.given"), consent("cst.withdrawn")],
         Keep.FINGERPRINT, False),
        (Content.INTIMATE, [consent("cst.given", until=date(2026, 10, 31))],
         Keep.FINGERPRINT, False),
        (Content.INTIMATE_CHILD, [consent("cst.given")], Keep.FINGERPRINT, False),
    ],
)  # fmt: skip
def test_an_intimate_picture_is_kept_only_under_its_own_yes(
    content: Content, rows: list[Consent], keep: Keep, may_examine: bool
) -> None:
    decision = decide(content, rows, TODAY)
    assert (decision.keep, decision.may_examine) == (keep, may_examine)
    assert say(decision.why.id, "km")
