"""Two pictures of hers laid on one another: shown, sealed, never judged."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from romduol.casebook.evidence import ReadingOptions
from romduol.casework.copies.difference import difference
from romduol.desk import checking, differing, reading, receiving, relating
from romduol.desk.copying import NotAPicture
from romduol.records.models import Item


def scene(seed: int = 1) -> Image.Image:
    dice = np.random.default_rng(seed)
    small = Image.fromarray((dice.random((15, 20, 3)) * 255).astype(np.uint8))
    drawn = small.resize((400, 300), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(drawn)
    for x, y in dice.integers(0, 280, size=(18, 2)):
        pen.ellipse([int(x), int(y), int(x) + 30, int(y) + 20], fill=(int(x) % 255, 80, 200))
    return drawn


def cut_and_changed() -> Image.Image:
    """A part of the scene, smaller, saved again, with a box painted in."""
    part = scene().crop((60, 40, 380, 280)).resize((240, 180), Image.Resampling.LANCZOS)
    ImageDraw.Draw(part).rectangle([100, 60, 130, 90], fill=(255, 0, 0))
    out = io.BytesIO()
    part.save(out, "JPEG", quality=80)
    return Image.open(out)


def test_a_part_saved_smaller_is_laid_where_it_was_cut_from_and_the_change_stands_out() -> None:
    found = difference(scene(), cut_and_changed())
    assert abs(found.scale - 4 / 3) < 0.01
    assert abs(found.right - 60) <= 2
    assert abs(found.down - 40) <= 2
    panels = np.asarray(Image.open(io.BytesIO(found.data)).convert("L"), float)
    third = panels[:, -400:]
    painted = third[120:160, 193:233]  # where the box lies on the scene
    rest = third[200:280, 80:360]
    assert painted.mean() > 200
    assert rest.mean() < 60


def test_the_same_picture_differs_nowhere_and_another_one_much() -> None:
    same, other = difference(scene(), scene()), difference(scene(), scene(2))
    assert (same.scale, same.right, same.down, same.overlap, same.apart) == (1.0, 0, 0, 1.0, 0.0)
    assert other.apart > 0.1 > same.apart


@pytest.fixture
def book(filled: Any) -> Any:
    with filled.opened() as opened:
        yield opened


def bring(book: Any, alias: str, path: Path, picture: Image.Image) -> str:
    picture.convert("RGB").save(path, "PNG")
    return str(next(receiving.receive(book, [path], alias, ReadingOptions())).item)


def test_it_is_kept_sealed_beside_both_pictures_and_made_once(book: Any, tmp_path: Path) -> None:
    one = bring(book, "Ming Lotus", tmp_path / "a.png", scene())
    two = bring(book, "Ming Lotus", tmp_path / "b.png", cut_and_changed())
    made = differing.differ(book, one, two)
    out = tmp_path / "out.png"
    reading.original(book, made.item, out)
    assert Image.open(io.BytesIO(out.read_bytes())).width > 3 * 390
    item = Item.objects.get(code=made.item)
    related = {(r.kind, r.other) for r in relating.of([item])[made.item]}
    assert related == {("difference_of", one), ("difference_of", two)}
    assert differing.differ(book, one, two).already_held
    assert checking.check(book).ok


def test_what_is_no_picture_or_another_womans_is_refused(book: Any, tmp_path: Path) -> None:
    one = bring(book, "Ming Lotus", tmp_path / "a.png", scene())
    hers = bring(book, "Ming Jasmine", tmp_path / "b.png", scene(2))
    chat = Item.objects.filter(woman__alias="Ming Lotus", reader__startswith="whatsapp").get()
    with pytest.raises(differing.PicturesOfTwoWomen):
        differing.differ(book, one, hers)
    with pytest.raises(NotAPicture):
        differing.differ(book, one, chat.code)


def test_the_verb_says_that_it_is_no_verdict(filled: Any, tmp_path: Path, here: Any) -> None:
    with filled.opened() as opened:
        one = bring(opened, "Ming Lotus", tmp_path / "a.png", scene())
        two = bring(opened, "Ming Lotus", tmp_path / "b.png", cut_and_changed())
    said = here("difference", filled.folder, one, two, words=filled.words)
    assert said.code == 0, said
    assert "nothing about how either was made" in said.out
    again = here("difference", filled.folder, one, two, "--json", words=filled.words)
    assert (again.json["already_held"], again.json["first"]) == (True, one)
