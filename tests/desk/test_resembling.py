"""Pictures saved again are found and suggested; a person decides, and is not asked twice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import checking, copying, receiving, relating, resembling, women
from romduol.records.models import Relation

ALIAS, OTHER = "Ming Lotus", "Ming Jasmine"
SCOPES = ("cs.write", "cs.evidence", "cs.intimate")


@pytest.fixture
def book(empty: Any) -> Iterator[Any]:
    given = women.Answer(SCOPES, "cm.written", date(2024, 3, 5))
    with empty.opened() as opened:
        women.add(opened, [women.WomanToAdd(one, (given,)) for one in (ALIAS, OTHER)])
        yield opened


def drawn(kind: str, seed: int = 1, size: int = 240) -> bytes:
    picture = Image.new("RGB", (240, 160), "white")
    pen = ImageDraw.Draw(picture)
    for n in range(24):
        x, y = (n * 37 * seed) % 220, (n * 53 * (seed + 2)) % 140
        pen.rectangle((x, y, x + 25, y + 18), fill=(n * 10, 255 - n * 9, (n * seed * 40) % 255))
    into = io.BytesIO()
    picture.resize((size, size * 2 // 3)).save(into, kind)
    return into.getvalue()


def take(book: Any, folder: Path, alias: str = ALIAS, **how: Any) -> dict[str, str]:
    """Receive everything in ``folder``; item codes by file name."""
    taken = receiving.receive(book, [folder], alias, ReadingOptions(), **how)
    return {one.name: one.item for one in taken}


def write(folder: Path, **files: bytes) -> Path:
    folder.mkdir()
    for name, raw in files.items():
        (folder / name.replace("__", ".")).write_bytes(raw)
    return folder


def test_a_picture_saved_again_is_suggested_and_another_is_not(book: Any, tmp_path: Path) -> None:
    files = {"a__png": drawn("PNG"), "b__jpg": drawn("JPEG", size=180), "c__png": drawn("PNG", 5)}
    held = take(book, write(tmp_path / "in", **files))
    found = resembling.alike(book, ALIAS)
    assert found.pictures == 3
    (one,) = found.alike
    assert (one.item, one.other) == (held["b.jpg"], held["a.png"])
    assert one.apart <= 6
    assert Relation.objects.count() == 0


@pytest.mark.parametrize("kind", ["near_copy_of", "no_copy_of"])
def test_what_a_person_decided_is_not_suggested_again(kind: str, book: Any, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a__png=drawn("PNG"), b__jpg=drawn("JPEG"))
    held = take(book, folder)
    relating.relate(book, held["b.jpg"], kind, held["a.png"])
    assert resembling.alike(book).alike == ()
    relating.take_back(book, held["b.jpg"], kind, held["a.png"])
    assert len(resembling.alike(book).alike) == 1
    assert checking.check(book).ok


def test_a_picture_in_an_archive_resembles_one_outside_and_of_another_woman(
    book: Any, tmp_path: Path
) -> None:
    chat = b"05/03/2024, 14:07 - Dara: p.jpg (file attached)\n05/03/2024, 14:08 - Dara: hi\n"
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("_chat.txt", chat)
        archive.writestr("p.jpg", drawn("JPEG"))
    take(book, write(tmp_path / "one", WhatsApp__zip=into.getvalue()))
    take(book, write(tmp_path / "two", screenshot__png=drawn("PNG")), OTHER)
    (one,) = resembling.alike(book).alike
    assert (one.member, one.other_member) == ("", "p.jpg")
    assert resembling.alike(book, OTHER).alike == ()


def test_a_fingerprint_is_compared_and_nothing_intimate_is_opened(
    book: Any, tmp_path: Path
) -> None:
    take(book, write(tmp_path / "child", a__png=drawn("PNG")), content="intimate_child")
    take(book, write(tmp_path / "kept", b__png=drawn("PNG", 5)), content="intimate")
    take(book, write(tmp_path / "seen", c__jpg=drawn("JPEG"), d__jpg=drawn("JPEG", 5)))
    found = resembling.alike(book, ALIAS)
    assert found.pictures == 3
    assert len(found.alike) == 1


def test_a_working_copy_is_known_to_be_one(book: Any, tmp_path: Path) -> None:
    held = take(book, write(tmp_path / "in", a__png=drawn("PNG")))
    copying.copy(book, held["a.png"], copying.Wanted(longest=200))
    assert resembling.alike(book, ALIAS).alike == ()


def test_the_verb_says_what_to_do_next_in_both_languages(
    book: Any, empty: Any, here: Any, tmp_path: Path
) -> None:
    take(book, write(tmp_path / "in", a__png=drawn("PNG"), b__jpg=drawn("JPEG")))
    book.close()
    said = here("alike", empty.folder, "--json", words=empty.words)
    assert said.json["model"] == "dhash/1"
    assert len(said.json["alike"]) == 1
    for lang, word in (("en", "looks like"), ("km", "ស្រដៀង")):
        assert word in here("alike", empty.folder, "--lang", lang, words=empty.words).out
