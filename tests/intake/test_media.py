"""Which of the readers of media is asked, by the first bytes."""

from __future__ import annotations

import pytest

from romduol.intake.media import MEDIA, medium
from romduol.intake.recognise import READERS


@pytest.mark.parametrize(
    ("head", "name", "reader"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "IMG_1.jpg", "pictures"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", "Screenshot.png", "pictures"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "STK-20240305-WA0001.webp", "pictures"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "IMG_1.HEIC", "pictures"),
        (b"OggS\0\x02", "PTT-20240305-WA0001.opus", "sound"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "call.wav", "sound"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0", "note.m4a", "sound"),
        (b"\0\0\0\x18ftyp3gp4\0\0\0\0", "note.3ga", "sound"),
        (b"#!AMR\n\x3c", "call.amr", "sound"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "VID_1.mp4", "video"),
        (b"\x1a\x45\xdf\xa3\x01\0\0\0", "clip.webm", "video"),
        (b"%PDF-1.7\n", "letter.pdf", "documents"),
    ],
)
def test_each_kind_goes_to_its_reader(head: bytes, name: str, reader: str) -> None:
    found = medium(head + bytes(64), name)
    assert found is not None
    assert reader == found.NAME


@pytest.mark.parametrize("head", [b"", b"5/3/24, 14:07 - A: b\n", b"PK\x03\x04", b"{}", bytes(99)])
def test_words_and_archives_are_no_medium(head: bytes) -> None:
    assert medium(head, "picture.jpg") is None


def test_a_reader_of_media_is_not_asked_before_those_of_messages() -> None:
    assert not set(MEDIA) & set(READERS)
