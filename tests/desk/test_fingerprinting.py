"""Intimate material: the fingerprint, and nothing that can be seen again, unless she agreed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from romduol.casebook.evidence import ReadingOptions
from romduol.casebook.vocabulary import vocabulary
from romduol.desk import checking, reading, receiving, women
from romduol.desk.opening import Book
from romduol.records.models import Item, SealedObject

ALIAS = "Ming Bamboo"


@pytest.fixture
def book(empty: Any) -> Iterator[Book]:
    answer = women.Answer(("cs.write", "cs.evidence"), "cm.written", women.day("2026-01-01"))
    with empty.opened() as opened:
        women.add(opened, [women.WomanToAdd(ALIAS, (answer,))])
        yield opened


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    made = io.BytesIO()
    Image.linear_gradient("L").save(made, "PNG")
    path = tmp_path / "IMG-1.png"
    path.write_bytes(made.getvalue())
    return path


def take(book: Book, path: Path, content: str) -> receiving.Received:
    [done] = receiving.receive(book, [path], ALIAS, ReadingOptions(), content=content)
    return done


def agree(book: Book) -> None:
    assert vocabulary().term("consent_scope", "cs.intimate")
    women.consent(
        book, ALIAS, women.Answer(("cs.intimate",), "cm.written", women.day("2026-01-02"))
    )


def kinds(book: Book) -> list[str]:
    return sorted(SealedObject.objects.values_list("kind", flat=True))


def test_only_the_fingerprint_is_kept_by_default(book: Book, picture: Path) -> None:
    done = take(book, picture, "intimate")
    assert kinds(book) == ["card"]
    item = Item.objects.get(code=done.item)
    assert (item.original, item.reader) == (None, "fingerprint")
    assert item.size == picture.stat().st_size
    assert len(reading.held(book, item).card["dhash"]) == 16
    assert done.unread is not None
    assert checking.check(book).ok


def test_its_bytes_stand_nowhere_and_cannot_be_given_out(
    book: Book, picture: Path, tmp_path: Path
) -> None:
    done = take(book, picture, "intimate")
    identities = book.identities(women.find(ALIAS).code)
    held = [book.store.open_bytes(name, identities) for name in book.store.names()]
    assert all(picture.read_bytes()[8:60] not in one for one in held)
    with pytest.raises(reading.OnlyFingerprintKept):
        reading.original(book, done.item, tmp_path / "out.png")
    assert not (tmp_path / "out.png").exists()


def test_with_her_own_yes_it_is_sealed_and_no_program_looks_into_it(
    book: Book, picture: Path, tmp_path: Path
) -> None:
    agree(book)
    done = take(book, picture, "intimate")
    assert kinds(book) == ["card", "original"]
    assert (done.messages, done.reader) == (0, "")
    reading.original(book, done.item, tmp_path / "out.png")
    assert (tmp_path / "out.png").read_bytes() == picture.read_bytes()


def test_of_a_child_nothing_else_is_ever_kept(book: Book, picture: Path) -> None:
    agree(book)
    take(book, picture, "intimate_child")
    assert kinds(book) == ["card"]


def test_the_same_material_twice_is_one_item(book: Book, picture: Path) -> None:
    first, second = take(book, picture, "intimate"), take(book, picture, "intimate")
    assert first.item == second.item
    assert Item.objects.count() == 1


def test_without_consent_to_keep_anything_there_is_not_even_a_fingerprint(
    empty: Any, picture: Path
) -> None:
    with empty.opened() as opened:
        women.add(opened, [women.WomanToAdd(ALIAS)])
        with pytest.raises(women.ConsentMissing):
            take(opened, picture, "intimate")
        assert Item.objects.count() == 0
