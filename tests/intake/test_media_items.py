"""Pictures, recordings and documents as items, alone and beside a chat."""

from __future__ import annotations

import io
import zipfile

from PIL import Image

from romduol.casebook.evidence import Read, ReadingOptions, Unread
from romduol.intake.reading import read_item
from romduol.intake.source import Source

CHAT = "\n".join(
    f"05/03/2024, 14:0{n} - A: {text}"
    for n, text in enumerate(["hello", "IMG-20240305-WA0001.jpg (file attached)", "bye"])
).encode()


def jpeg(colour: str) -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(into, "JPEG")
    return into.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return into.getvalue()


def read(raw: bytes, name: str, **said: str) -> list[tuple[str, str]]:
    source = Source(name, lambda: io.BytesIO(raw), len(raw))
    last = [s for s in read_item(source, ReadingOptions(**said)) if isinstance(s, Read | Unread)]
    return [(s.member, s.reader if isinstance(s, Read) else s.reason.id) for s in last]


def test_a_picture_alone_is_read_and_not_unread() -> None:
    assert read(jpeg("red"), "photo.jpg") == [("", "pictures/1")]


def test_a_picture_that_a_chat_speaks_of_belongs_to_the_chat() -> None:
    held = zipped({"chat.txt": CHAT, "IMG-20240305-WA0001.jpg": jpeg("red")})
    assert read(held, "chat.zip") == [("chat.txt", "whatsapp/1")]
    assert read(held, "chat.zip", source="whatsapp") == [("chat.txt", "whatsapp/1")]


def test_a_picture_that_no_chat_speaks_of_is_read_by_itself_and_last() -> None:
    held = zipped({"a.jpg": jpeg("red"), "chat.txt": CHAT, "b.jpg": jpeg("blue")[:-30]})
    assert read(held, "chat.zip") == [
        ("chat.txt", "whatsapp/1"),
        ("a.jpg", "pictures/1"),
        ("b.jpg", "note.pictures.broken"),
    ]


def test_what_nobody_knows_is_still_unread() -> None:
    assert read(b"\x00\x01\x02", "x.bin") == [("", "note.no_reader_knows_this")]
    assert read(zipped({"x.bin": bytes(9)}), "x.zip") == [("x.bin", "note.no_reader_knows_this")]
