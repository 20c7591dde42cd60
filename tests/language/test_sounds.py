"""A Khmer name and its romanised spellings sound the same, and others do not."""

import csv
from importlib.resources import files

import pytest

from romduol.language import sounds

ROWS = list(
    csv.DictReader(
        (files("romduol.language.naming") / "data" / "names.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
)


def same(one: str, other: str) -> bool:
    return bool(sounds.rows_of(one) & sounds.rows_of(other))


def test_nearly_every_listed_spelling_sounds_like_its_khmer_one() -> None:
    pairs = [(row["km"], latin) for row in ROWS for latin in row["latin"].split()]
    apart = [pair for pair in pairs if not same(*pair)]
    assert len(pairs) > 200
    assert len(apart) <= len(pairs) * 0.12, apart


@pytest.mark.parametrize(
    ("one", "other"), [("Sophea", "Sopheap"), ("Dara", "Davy"), ("Sok", "Kim"), ("ដារ៉ា", "Davy")]
)
def test_other_names_sound_different(one: str, other: str) -> None:
    assert not same(one, other)


@pytest.mark.parametrize(
    "pair", [("Sovan", "Sovann"), ("Chhun", "Chun"), ("Touch", "Tuch"), ("Vanna", "Wanna")]
)
def test_spellings_of_one_name_sound_the_same(pair: tuple[str, str]) -> None:
    assert same(*pair)
