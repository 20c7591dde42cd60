"""Rulings become replacements: consistent in one export, unlinked between two; aliases are free."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from romduol.casebook.replacements import rewrite
from romduol.casework.pseudonyms import Labels, Ruled, Ruling, replacements
from romduol.casework.pseudonyms.aliases import clashes, offers, schemes, suggest, taken
from romduol.casework.pseudonyms.seasons import Season, season_of
from romduol.language.folding import folded
from romduol.language.naming import Kind
from romduol.language.naming.lists import names

R, K, G = Ruling.REPLACE, Ruling.KEEP, Ruling.GENERALISE


def said(text: str, *ruled: Ruled, draw: bytes = b"x") -> str:
    return rewrite(text, replacements(text, ruled, Labels(ruled, draw))).text


def test_what_is_kept_stays_and_the_rest_goes() -> None:
    text = "Alpha met Beta at 000"
    rows = (
        Ruled(0, 5, "name", "a", R),
        Ruled(10, 14, "name", "b", K),
        Ruled(18, 21, "phone", "p", R),
    )
    assert said(text, *rows) == "[person 1] met Beta at [telephone number]"


def test_one_subject_is_one_number_and_two_are_two() -> None:
    text = "A B A"
    rows = [Ruled(n, n + 1, "name", text[n], R) for n in (0, 2, 4)]
    one, two, three = said(text, *rows).removeprefix("[").removesuffix("]").split("] [")
    assert one == three != two


def test_numbers_are_drawn_and_not_given_in_the_order_of_the_text() -> None:
    rows = [Ruled(n, n + 1, "name", str(n), R) for n in range(4)]
    assert len({said("ABCD", *rows, draw=bytes([d])) for d in range(20)}) > 5


def test_what_two_rulings_share_goes_whole() -> None:
    rows = (Ruled(0, 6, "name", "a", R), Ruled(3, 9, "place", "b", R), Ruled(2, 4, "name", "c", K))
    assert said("abcdefghij", *rows) == "[person 1]j"


def test_a_ruling_outside_the_text_is_a_bug_and_not_a_gap() -> None:
    one = Ruled(3, 9, "name", "a", R)
    with pytest.raises(ValueError, match="outside"):
        replacements("short", [one], Labels([one], b""))


def test_every_kind_has_its_words_in_both_languages() -> None:
    for kind in Kind:
        for ruling in (R, G):
            for text, script in (("ab", False), ("កខ", True)):
                label = said(text, Ruled(0, 2, kind.value, "s", ruling))
                assert label.startswith("[")
                assert any("\u1780" <= c <= "\u17d3" for c in label) is script


def test_a_number_is_told_in_the_language_it_stands_in() -> None:
    text = "ទូរស័ព្ទ 000 មក"
    assert said(text, Ruled(9, 12, "phone", "p", R)) == "ទូរស័ព្ទ [លេខទូរស័ព្ទ] មក"


def test_a_place_is_told_by_its_province() -> None:
    assert said(
        "X", Ruled(0, 1, "place", "s", G, place="1207")
    ) == "[a place in Phnom Penh Capital]" or (
        said("X", Ruled(0, 1, "place", "s", G, place="1207")) == "[a place in Phnom Penh]"
    )
    assert said("X", Ruled(0, 1, "place", "s", G)) == "[a place]"


@pytest.mark.parametrize(
    ("day", "season"),
    [
        ("12 May 2025", Season("rainy", 2025)),
        ("the third of March", Season("dry", None)),
        ("ថ្ងៃទី៥ ខែមីនា ឆ្នាំ២០២៥", Season("dry", 2025)),
        ("2025-10-31", Season("rainy", 2025)),
        ("12/05/2025", None),
        ("ថ្ងៃទី៥", None),
    ],
)
def test_a_day_is_told_by_its_season_unless_its_month_is_unsure(
    day: str, season: Season | None
) -> None:
    assert season_of(day) == season


def test_a_day_in_its_season_reads_well() -> None:
    text = "12 May"
    assert said(text, Ruled(0, 6, "date", "d", G)) == "[a day in the rainy season]"


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(1, 9), st.sampled_from([R, K, G])), max_size=8
    )
)
def test_nothing_ruled_away_is_left_and_nothing_else_is_touched(
    rows: list[tuple[int, int, Ruling]],
) -> None:
    text = "".join(chr(0x4E00 + n) for n in range(40))
    ruled = [Ruled(s, s + n, "name", str(i), r) for i, (s, n, r) in enumerate(rows)]
    left = said(text, *ruled)
    gone = {n for r in ruled if r.ruling is not K for n in range(r.start, r.end)}
    assert [c for c in left if c >= "\u4e00"] == [c for n, c in enumerate(text) if n not in gone]


# aliases


def test_no_alias_holds_a_common_name_and_none_comes_twice() -> None:
    every = [one for scheme in schemes() for one in offers(scheme)]
    words = [w for one in every for w in folded(one.km).split() if one.km]
    assert len(every) > 50
    assert [w for w in words if w in names().khmer] == []
    assert len({one.en for one in every}) == len({one.km for one in every}) == len(every)
    assert all(len(alias) <= 36 for one in every for alias in (one.en, one.km))


@pytest.mark.parametrize("name", ["ឈូក", "Lotus Hatbrae", "lotuss", "L\u200bOTUS"])
def test_an_alias_like_a_name_is_never_offered(name: str) -> None:
    free = suggest("ming-flower", "en", taken((), [name]), Random(1), 50)
    assert "Ming Lotus" not in free
    assert len(free) == 50


def test_an_alias_in_use_in_the_other_language_is_taken() -> None:
    assert "Ming Lotus" not in suggest("ming-flower", "en", taken(["មីង ឈូក"], ()), Random(1), 23)


def test_when_all_are_used_they_come_with_a_number() -> None:
    used = taken([one.en for one in offers("weather")], ())
    assert all(alias.endswith(" 2") for alias in suggest("weather", "en", used, Random(1), 5))


def test_a_title_alone_clashes_with_nobody() -> None:
    assert not clashes("Ming Lotus", taken((), ["Ming Hatbrae"]))
    assert clashes("Ming Lotus", taken((), ["Hatbrae Lotus"]))
