"""Pictures: what is found in them, what an engine reads, what is refused."""

from __future__ import annotations

import io
import shutil
import zlib
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageDraw, ImageFont, PngImagePlugin, features

from romduol.casebook.evidence import MESSAGE, Note, Read, ReadingOptions
from romduol.casebook.wording import say
from romduol.intake import pictures
from romduol.intake.pictures.facts import PictureFacts
from romduol.intake.pictures.opening import opened, upright
from romduol.intake.source import CannotRead, Source

FONT = Path(__file__).resolve().parents[2] / "src/romduol/publication/fonts"
C2PA_STORE = bytes.fromhex("6332706100110010800000aa00389b71")


def source_of(raw: bytes, name: str = "picture.png", member: str = "") -> Source:
    return Source(name, lambda: io.BytesIO(raw), len(raw), member)


def read(
    raw: bytes, name: str = "picture.png", options: ReadingOptions | None = None
) -> tuple[list[dict[str, Any]], Read]:
    *batches, last = pictures.read(source_of(raw, name), options or ReadingOptions())
    assert isinstance(last, Read)
    assert all(batch.schema == MESSAGE for batch in batches)
    for note in last.notes:
        say(note.id, "en", **dict(note.facts))
        say(note.id, "km", **dict(note.facts))
    return [row for batch in batches for row in batch.to_pylist()], last


def facts_of(raw: bytes, name: str = "picture.png") -> PictureFacts:
    return pictures.examine(raw, name, opened(raw))


def drawn(width: int = 240, height: int = 160) -> Image.Image:
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((width // 8, height // 4, width // 2, height - 20), fill="darkred")
    draw.rectangle((width * 2 // 3, 10, width - 10, height // 2), fill="navy")
    return picture


def saved(picture: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    into = io.BytesIO()
    picture.save(into, kind, **how)
    return into.getvalue()


def png_with(raw: bytes, kind: bytes, body: bytes) -> bytes:
    """``raw`` with one more chunk before IEND."""
    crc = zlib.crc32(kind + body).to_bytes(4, "big")
    return raw[:-12] + len(body).to_bytes(4, "big") + kind + body + crc + raw[-12:]


def ids(last: Read) -> set[str]:
    return {note.id.removeprefix("note.pictures.") for note in last.notes}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_every_kind_is_recognised_and_measured(kind: str) -> None:
    raw = saved(drawn(), kind)
    assert pictures.recognises(raw[:64], "no ending")
    rows, last = read(raw)
    assert rows == []
    assert last.messages == 0
    assert last.size == len(raw)
    assert last.notes[0] == Note(
        "note.pictures.size", (("kind", kind.lower()), ("width", 240), ("height", 160))
    )


@pytest.mark.parametrize("head", [b"", b"hello", b"\xff\xfb\x90", b"RIFF....WAVE", b"%PDF-1.7"])
def test_what_is_no_picture_is_left_to_others(head: bytes) -> None:
    assert not pictures.recognises(head, "picture.jpg")


def test_the_name_of_a_screenshot_gives_time_and_app() -> None:
    _, last = read(saved(drawn()), "Screenshot_20240305-140709_Messenger.png")
    named = next(note for note in last.notes if note.id == "note.pictures.named")
    assert dict(named.facts) == {
        "made": "screenshot",
        "at": "2024-03-05 14:07:09",
        "app": "Messenger",
    }
    assert last.first is None  # the time of a picture is not the time of a message


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Maker"
    exif[ExifTags.Base.Model] = "Phone 3"
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2024:03:05 14:07:09"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.OffsetTimeOriginal] = "+07:00"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = b"ASCII\0\0\0Screenshot"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (11.0, 33.0, 5.0)
    return saved(drawn(), "JPEG", exif=exif)


def test_exif_is_told_as_found_and_the_place_only_as_present() -> None:
    found = facts_of(with_exif())
    assert found.taken == datetime(2024, 3, 5, 14, 7, 9)  # noqa: DTZ001
    assert found.taken_offset == "+07:00"
    assert found.said_screenshot
    assert found.device == "Maker Phone 3"
    assert found.place
    assert (found.width, found.height) == (160, 240)  # as it is shown
    _, last = read(with_exif(), "photo.jpg")
    assert {"taken", "place", "said_screenshot"} <= ids(last)
    told = " ".join(say(note.id, "en", **dict(note.facts)) for note in last.notes)
    assert "33" not in told
    assert "Maker" not in told


def test_a_picture_without_metadata_is_no_finding() -> None:
    found = facts_of(saved(drawn()))
    assert found.taken is None
    assert not found.place
    assert not found.credentials
    _, last = read(saved(drawn()))
    assert ids(last) == {"size", "words_not_read"}


def test_png_time_and_texts_are_found() -> None:
    said = PngImagePlugin.PngInfo()
    said.add_itxt("Description", "words")
    said.add_text("Author", "somebody")
    raw = png_with(saved(drawn(), pnginfo=said), b"tIME", bytes([7, 232, 3, 5, 7, 7, 9]))
    found = facts_of(raw)
    assert found.changed == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert found.texts == 2
    assert {"changed", "texts"} <= ids(read(raw)[1])


def test_an_impossible_png_time_is_no_time() -> None:
    raw = png_with(saved(drawn()), b"tIME", bytes([7, 232, 13, 5, 7, 7, 9]))
    assert facts_of(raw).changed is None


def test_content_credentials_are_seen_in_png_and_jpeg() -> None:
    store = b"\0\0\0\x30jumb\0\0\0\x1ejumd" + C2PA_STORE + b"\x03c2pa\0"
    png = png_with(saved(drawn()), b"caBX", store)
    assert facts_of(png).credentials
    jpeg = saved(drawn(), "JPEG")
    app11 = b"JP\0\x01\0\0\0\x01" + store
    jpeg = jpeg[:2] + b"\xff\xeb" + (len(app11) + 2).to_bytes(2, "big") + app11 + jpeg[2:]
    assert facts_of(jpeg).credentials
    assert "credentials" in ids(read(jpeg)[1])


def test_a_moving_picture_says_how_many_frames_it_has() -> None:
    raw = saved(drawn(), "GIF", save_all=True, append_images=[Image.new("RGB", (240, 160), "red")])
    assert facts_of(raw).frames == 2
    assert "frames" in ids(read(raw)[1])


def test_the_hash_of_a_picture_survives_size_and_saving() -> None:
    first = pictures.dhash(drawn())
    smaller = opened(saved(drawn().resize((180, 120)), "JPEG", quality=60))
    assert (first ^ pictures.dhash(upright(smaller))).bit_count() <= 4
    other = pictures.dhash(drawn().transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert (first ^ other).bit_count() > 10


def test_the_hash_of_a_known_picture_is_known() -> None:
    steps = Image.frombytes("L", (9, 8), bytes(range(0, 216, 3)))
    assert pictures.dhash(steps) == (1 << 64) - 1
    assert pictures.dhash(steps.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) == 0
    first_row = Image.frombytes("L", (9, 8), bytes([0, 9] + [9] * 70))
    assert pictures.dhash(first_row) == 1 << 63


def test_a_fingerprint_holds_both_hashes() -> None:
    raw = saved(drawn())
    assert pictures.fingerprint(raw) == pictures.Fingerprint(
        sha256(raw).hexdigest(), pictures.dhash(drawn())
    )


def test_a_transparent_picture_is_seen_on_white() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert upright(clear).getpixel((3, 3)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_cut_short_is_refused(kind: str) -> None:
    raw = saved(drawn(), kind)
    for keep in (20, len(raw) // 2, len(raw) - 24):
        with pytest.raises(CannotRead) as refused:
            read(raw[:keep])
        assert refused.value.reason.id == "note.pictures.broken"
        say(refused.value.reason.id)


def test_a_picture_bomb_is_refused_before_it_unpacks() -> None:
    size = (60_000).to_bytes(4, "big") * 2
    header = b"IHDR" + size + b"\x08\0\0\0\0"
    raw = b"\x89PNG\r\n\x1a\n\0\0\0\r" + header + zlib.crc32(header).to_bytes(4, "big")
    with pytest.raises(CannotRead) as refused:
        read(png_with(raw + bytes(12), b"IDAT", zlib.compress(bytes(1000))))
    assert refused.value.reason.id == "note.pictures.too_many_pixels"


def test_an_iphone_picture_is_opened_or_refused_with_what_to_do() -> None:
    head = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    assert pictures.recognises(head, "IMG_1.HEIC")
    with pytest.raises(CannotRead) as refused:
        read(head)
    assert refused.value.reason.id in ("note.pictures.broken", "note.pictures.heic_needs_extra")


def test_an_iphone_picture_is_measured_when_the_extra_is_installed() -> None:
    heif = pytest.importorskip("pillow_heif", reason="the extra that opens HEIC is not installed")
    into = io.BytesIO()
    heif.from_pillow(drawn()).save(into)
    assert facts_of(into.getvalue()).width == 240


KINDS = [
    saved(drawn(96, 64)),
    with_exif(),
    saved(drawn(96, 64), "WEBP"),
    saved(drawn(64, 48), "GIF"),
]


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_any_damage_is_refused_or_read(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(KINDS)))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, 12))
    try:
        rows, _ = read(bytes(raw[: len(raw) - cut]))
    except CannotRead as refused:
        say(refused.reason.id, "km", **dict(refused.reason.facts))
    else:
        assert rows == []


TSV = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
    "1\t1\t0\t0\t0\t0\t0\t0\t240\t160\t-1\t\n"
    "5\t1\t1\t1\t1\t1\t10\t12\t30\t9\t90.2\tលុប\n"
    "5\t1\t1\t1\t1\t2\t44\t10\t20\t12\t50.0\tសារ\n"
    '5\t1\t1\t1\t2\t1\t10\t30\t30\t9\t40.1\t"now\n'
    "5\t1\t1\t1\t2\t2\t10\t30\t30\t9\t95.0\t \n"
    "5\t1\t2\t1\t1\t1\t10\t60\t30\t9\t99.0\tលុប\n"
    "5\t1\t2\t1\t1\t2\t44\t60\t20\t9\t99.0\tសារ\n"
)


class Fixed:
    """An engine that gives one answer."""

    name = "tesseract-5.3.0/khm+eng"

    def __init__(self, answer: bytes = TSV.encode()) -> None:
        self.answer = answer
        self.given = b""

    def tsv(self, bmp: bytes) -> bytes:
        self.given = bmp
        return self.answer


def seeing(engine: pictures.Engine) -> ReadingOptions:
    return pictures.with_eyes(ReadingOptions(zone="Asia/Phnom_Penh"), engine)


def test_what_an_engine_reads_becomes_paragraphs_marked_as_such() -> None:
    raw = saved(drawn())
    rows, last = read(raw, "Screenshot_20240305-140709.png", seeing(Fixed()))
    assert [row["text"] for row in rows] == ['លុប សារ\n"now', "លុប សារ"]
    assert rows[0]["rules"] == [
        "ocr",
        "ocr.engine=tesseract-5.3.0/khm+eng",
        "ocr.line=10,10,54,12,70",
        "ocr.line=10,30,30,9,40",
        "picture.named_at=2024-03-05T14:07:09",
    ]
    assert {row["platform"] for row in rows} == {"picture"}
    assert {(row["start"], row["end"]) for row in rows} == {(0, len(raw))}
    assert all(row["author"] is None and row["sent_at"] is None for row in rows)
    read_ = next(n for n in last.notes if n.id == "note.pictures.words_read")
    assert dict(read_.facts) == {"paragraphs": 2, "lines": 3, "unsure": 1}
    assert "words_not_read" not in ids(last)


def test_boxes_and_confidence_come_back_from_a_message() -> None:
    rows, _ = read(saved(drawn()), options=seeing(Fixed()))
    assert pictures.seen(rows[0]["text"], rows[0]["rules"]) == [
        pictures.Seen("លុប សារ", 10, 10, 54, 12, 70),
        pictures.Seen('"now', 10, 30, 30, 9, 40),
    ]


def test_an_engine_is_given_plain_pixels_turned_upright() -> None:
    engine = Fixed()
    read(with_exif(), options=seeing(engine))
    assert engine.given.startswith(b"BM")
    assert Image.open(io.BytesIO(engine.given)).size == (160, 240)


def test_the_same_picture_gives_the_same_ids_under_any_name_and_others_do_not() -> None:
    first = [row["message"] for row in read(saved(drawn()), "a.png", seeing(Fixed()))[0]]
    again = [row["message"] for row in read(saved(drawn()), "b.png", seeing(Fixed()))[0]]
    other = [row["message"] for row in read(saved(drawn(99)), "a.png", seeing(Fixed()))[0]]
    assert first == again
    assert len(set(first + other)) == 4


@pytest.mark.parametrize(
    "answer",
    [b"", b"no table", b"\xff\xfe", TSV.replace("90.2", "nan").encode(),
     TSV.replace("\t12\t30", "\tx\t30").encode()],
)  # fmt: skip
def test_an_engine_that_fails_leaves_the_picture_whole_and_says_so(answer: bytes) -> None:
    rows, last = read(saved(drawn()), options=seeing(Fixed(answer)))
    assert rows == []
    assert "engine_failed" in ids(last)


def test_a_picture_without_words_says_so() -> None:
    rows, last = read(saved(drawn()), options=seeing(Fixed(TSV.splitlines()[0].encode())))
    assert rows == []
    assert "no_words" in ids(last)


def test_khmer_and_english_print_is_read_by_tesseract_and_marked() -> None:
    from romduol.desk import tesseract

    if shutil.which("tesseract") is None:
        pytest.skip("the program tesseract is not installed")
    engine = tesseract.installed()
    if engine is None or "khm" not in engine.languages:
        pytest.skip("tesseract has no Khmer here")
    if not features.check("raqm"):
        pytest.skip("Pillow cannot shape Khmer here")
    page = Image.new("RGB", (900, 360), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(FONT / "NotoSansKhmer-Regular.ttf", 40)
    draw.text((40, 40), "សូមលុបសារនេះចេញ", font=font, fill="black")
    draw.text((40, 200), "Delete the post", font=ImageFont.load_default(40), fill="black")
    rows, _ = read(saved(page), options=seeing(engine))
    assert [row["text"] for row in rows] == ["សូមលុបសារនេះចេញ", "Delete the post"]
    (line,) = pictures.seen(rows[0]["text"], rows[0]["rules"])
    assert line.left < 60
    assert 40 < line.top < 80
    assert line.confidence > 50
    assert rows[0]["rules"][1].startswith("ocr.engine=tesseract-")
