"""Each phrase in the table classifies its own example; ordinary words classify as nothing."""

import polars as pl
import pytest

from romduol.casebook.evidence import Kind
from romduol.intake.whatsapp.markers import (
    Attachment,
    Marker,
    begins_system_line,
    classify,
    languages,
    markers,
    media_of,
    trigger,
)


@pytest.mark.parametrize("marker", markers(), ids=lambda m: f"{m.rule}-{m.lang}-{m.phrase[:20]}")
def test_each_phrase_is_found_in_its_example(marker: Marker) -> None:
    found = classify(marker.example, named=marker.form != "within", thread=False)
    rules = {rule.split(".")[1] for rule in found.rules}
    assert marker.rule in rules
    assert (found.kind is Kind.CALL) == (marker.rule == "call")
    assert found.deleted == (marker.rule == "deleted")
    assert found.edited == (marker.rule == "edited")
    speaks_of_media = marker.media != "" or marker.form in {"named", "bracketed"}
    assert bool(found.attachments) == speaks_of_media


def test_the_trigger_lets_no_example_by() -> None:
    examples = pl.Series([m.example for m in markers()])
    assert examples.str.contains(trigger()).all()


def test_the_table_speaks_the_languages_it_should() -> None:
    assert {"en", "km", "es", "fr", "de", "pt", "id", "vi", "th", "zh", "it", "ru"} <= set(
        languages()
    )


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "I deleted This message was deleted from there",
        "nullify",
        "Voice call me later",
        "the image omitted the gate",
        "look <attached to nothing",
        "(file attached)",
        "http://example.org/?q=POLL: no",
    ],
)
def test_ordinary_words_are_an_ordinary_message(text: str) -> None:
    found = classify(text, named=True, thread=False)
    assert (found.kind, found.attachments, found.deleted, found.edited) == (
        Kind.MESSAGE, (), False, False,
    )  # fmt: skip


def test_an_edited_message_is_marked_and_may_be_media_too() -> None:
    found = classify("I will come <This message was edited>", named=True, thread=False)
    assert found.edited
    assert found.rules == ("whatsapp.edited.en",)


def test_a_file_whose_ending_is_missing_is_named_as_it_stands() -> None:
    found = classify("AUD-20240305-WA0003. (file attached)", named=True, thread=False)
    assert found.attachments == (Attachment("AUD-20240305-WA0003.", "audio"),)
    assert "whatsapp.no-ending" in found.rules


def test_an_ios_file_is_found_behind_its_caption() -> None:
    text = "paper.pdf • \u200e2 pages \u200e<attached: 00000012-paper.pdf>"
    found = classify(text, named=True, thread=False)
    assert found.attachments == (Attachment("00000012-paper.pdf", "document"),)


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("IMG-20240305-WA0001.jpg", "image"),
        ("00000012-PHOTO-2024-03-05-14-07-09.jpg", "image"),
        ("PTT-20240305-WA0001.opus", "voice"),
        ("STK-20240305-WA0001.webp", "sticker"),
        ("Sokha.vcf", "contact"),
        ("letter.pdf", "document"),
        ("clip.mp4", "video"),
        ("unknown", "document"),
    ],
)
def test_a_files_kind_is_read_from_its_name(name: str, media: str) -> None:
    assert media_of(name) == media


def test_only_a_known_phrase_with_a_quotation_begins_a_system_line() -> None:
    assert begins_system_line("A changed the subject from “Land".encode())
    assert not begins_system_line(b"A changed the subject")
    assert not begins_system_line("Dr. “Q” Vanna".encode())
