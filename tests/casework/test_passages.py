"""Questions, matrix, co-occurrence, units, merging: each equals counting character by character."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.codes import Passage
from romduol.casework.passages import crossing, merging, queries, sheets, units
from romduol.casework.passages.queries import Both, Either, Named, Not, Query, QueryUnreadable

LENGTH = 20


def span(n: int, item: str, start: int, end: int, code: str, coder: str = "x") -> Passage:
    return Passage(f"k{n}", f"w-{item}", item, start, end, "team", code, code, coder)


SPANS = st.lists(
    st.tuples(
        st.sampled_from("IJ"),
        st.integers(0, LENGTH - 1),
        st.integers(1, 8),
        st.sampled_from("abc"),
        st.sampled_from("xy"),
    ),
    max_size=9,
).map(
    lambda rows: [
        span(n, item, start, min(start + length, LENGTH), code, coder)
        for n, (item, start, length, code, coder) in enumerate(rows)
    ]
)
NAMES = st.one_of(
    st.builds(Named, st.just("code"), st.sampled_from("abc"), st.sampled_from(["", "x", "y"])),
    st.builds(Named, st.just("item"), st.sampled_from("IJ")),
    st.builds(Named, st.just("coder"), st.sampled_from("xy")),
)
QUERIES = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.builds(Not, inner), st.builds(Both, inner, inner), st.builds(Either, inner, inner)
    ),
    max_leaves=6,
)


def holds(name: Named, one: Passage) -> bool:
    if name.kind == "item":
        return one.item == name.name
    if name.kind == "coder":
        return one.coder == name.name
    return one.code == name.name and name.coder in ("", one.coder)


def truth(query: Query, here: list[Passage]) -> bool:
    if isinstance(query, Named):
        return any(holds(query, one) for one in here)
    if isinstance(query, Not):
        return not truth(query.of, here)
    parts = (truth(query.one, here), truth(query.other, here))
    return all(parts) if isinstance(query, Both) else any(parts)


def at(spans: list[Passage], item: str, place: int) -> list[Passage]:
    return [p for p in spans if p.item == item and (p.start or 0) <= place < (p.end or 0)]


@given(QUERIES, SPANS)
@settings(max_examples=200, deadline=None)
def test_a_question_holds_of_exactly_the_characters_of_which_it_is_true(
    query: Query, spans: list[Passage]
) -> None:
    found = queries.retrieve(query, spans, holds)
    shown = [(f.item, place) for f in found for place in range(f.start, f.end)]
    expected = {
        (item, place)
        for item in "IJ"
        for place in range(LENGTH)
        if (here := at(spans, item, place)) and truth(query, here)
    }
    assert len(shown) == len(set(shown))
    assert set(shown) == expected
    for one, other in combinations(found, 2):  # the longest stretches: none touches the next
        assert one.item != other.item or one.end < other.start or other.end < one.start
    for one in found:
        assert {p.id for p in one.passages} == {
            p.id for place in range(one.start, one.end) for p in at(spans, one.item, place)
        }


def test_a_question_is_read_as_it_is_meant() -> None:
    read = queries.parse('a and not (b@"desk one" or woman:"Ming Lotus") OR item:i1')
    assert read == Either(
        Both(
            Named("code", "a"),
            Not(Either(Named("code", "b", "desk one"), Named("woman", "Ming Lotus"))),
        ),
        Named("item", "i1"),
    )
    assert queries.parse('"and"') == Named("code", "and")
    assert queries.parse('"a@b"') == Named("code", "a@b")
    assert queries.parse("off.summons") == Named("code", "off.summons")
    assert [n.name for n in queries.names(read)] == ["a", "b", "Ming Lotus", "i1"]


@pytest.mark.parametrize(
    ("said", "at_"),
    [("", 1), ("a and", 6), ("(a", 3), ("a b", 3), ("a)", 2), ("not", 4), ('"a', 1), ("or a", 1),
     ("woman:", 1), ("not " * 60 + "a", 205)],
)  # fmt: skip
def test_a_question_that_cannot_be_read_says_where(said: str, at_: int) -> None:
    with pytest.raises(QueryUnreadable) as wrong:
        queries.parse(said)
    assert wrong.value.facts == {"at": at_}


@given(st.text(st.sampled_from('ab()" @:notrd'), max_size=25))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_question_or_refused(said: str) -> None:
    where = None
    try:
        queries.parse(said)
    except QueryUnreadable as refused:
        where = int(str(refused.facts["at"]))
    assert where is None or 1 <= where <= len(said) + 1


@given(SPANS)
@settings(max_examples=150, deadline=None)
def test_codes_stand_together_where_two_codings_share_a_character(spans: list[Passage]) -> None:
    once = {(p.item, p.start, p.end, p.code) for p in spans}
    expected: dict[tuple[str, str], int] = {}
    for one, other in combinations(sorted(once), 2):
        shared = max(one[1] or 0, other[1] or 0) < min(one[2] or 0, other[2] or 0)
        if one[0] == other[0] and one[3] != other[3] and shared:
            pair = (min(one[3], other[3]), max(one[3], other[3]))
            expected[pair] = expected.get(pair, 0) + 1
    found = {(t.one[1], t.other[1]): t.overlaps for t in crossing.together(spans)}
    assert found == expected


def test_codes_stand_together_in_an_incident_without_sharing_words() -> None:
    def whole(n: int, code: str, incident: str, woman: str) -> Passage:
        return Passage(f"k{n}", woman, "", None, None, "s", code, incident=incident)

    rows = [whole(1, "a", "e1", "w1"), whole(2, "b", "e1", "w1"), whole(3, "a", "e2", "w2"),
            whole(4, "b", "e2", "w2"), whole(5, "c", "e3", "w2")]  # fmt: skip
    assert crossing.together(rows) == (crossing.Together(("s", "a"), ("s", "b"), 0, 2, 2),)


def test_the_matrix_counts_words_once_however_many_coders_gave_them() -> None:
    rows = [span(1, "I", 0, 5, "a", "x"), span(2, "I", 0, 5, "a", "y"), span(3, "I", 7, 9, "a")]
    assert crossing.matrix(rows) == (crossing.Cell("w-I", "team", "a", 2, 0),)


# units


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n \n", []),
        ("one", ["one"]),
        ("one\ntwo\n", ["one", "two"]),
        ("one\nstill one\n\n two \n \nthree", ["one\nstill one", "two", "three"]),
        ("ខ្ញុំ\n\n😀 បាទ", ["ខ្ញុំ", "😀 បាទ"]),
    ],
)
def test_paragraphs_are_blocks_or_lines(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in units.paragraphs(text)] == expected


@given(st.text(st.sampled_from("a \n\tខ"), max_size=40))
@settings(max_examples=150, deadline=None)
def test_units_are_in_order_apart_and_leave_out_only_white_space(text: str) -> None:
    found = units.paragraphs(text)
    assert all(start < end for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    inside = {place for start, end in found for place in range(start, end)}
    assert all(text[place].isspace() for place in set(range(len(text))) - inside)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=6))
@settings(max_examples=100, deadline=None)
def test_a_unit_is_touched_when_a_character_of_it_is_coded(rows: list[tuple[int, int]]) -> None:
    fixed = [(0, 5), (7, 9), (9, 30), (33, 50)]
    spans = [(start, start + length) for start, length in rows]
    coded = {place for start, end in spans for place in range(start, end)}
    expected = {n for n, (low, high) in enumerate(fixed) if coded & set(range(low, high))}
    assert units.touched(fixed, spans) == expected


# merging


def given_by(places: tuple[merging.Place, ...]) -> Iterator[tuple[int, int, str, bool]]:
    return ((p.start, p.end, "".join(sorted(p.coders)), p.settled) for p in places)


def test_a_place_all_coders_gave_is_settled_and_covers_what_any_marked() -> None:
    rows = [span(1, "I", 0, 5, "a", "x"), span(2, "I", 3, 9, "a", "y"),
            span(3, "I", 12, 15, "a", "x"), span(4, "I", 12, 15, "b", "y")]  # fmt: skip
    found = merging.places(rows, {"I": frozenset("xy")})
    assert list(given_by(found)) == [
        (0, 9, "xy", True), (12, 15, "x", False), (12, 15, "y", False)
    ]  # fmt: skip


def test_what_one_coder_alone_coded_is_never_settled() -> None:
    [place] = merging.places([span(1, "I", 0, 5, "a", "x")], {"I": frozenset("x")})
    assert not place.settled


def test_coders_who_name_different_incidents_leave_the_place_to_a_person() -> None:
    from dataclasses import replace

    rows = [replace(span(1, "I", 0, 5, "a", "x"), incident="e1"),
            replace(span(2, "I", 0, 5, "a", "y"), incident="e2")]  # fmt: skip
    [place] = merging.places(rows, {"I": frozenset("xy")})
    assert (place.incident, place.settled) == ("", False)


@given(SPANS)
@settings(max_examples=150, deadline=None)
def test_every_coding_is_in_one_place_and_places_of_a_code_share_nothing(
    spans: list[Passage],
) -> None:
    found = merging.places(spans, {"I": frozenset("xy"), "J": frozenset("xy")})
    assert sorted(p.id for place in found for p in place.given) == sorted(p.id for p in spans)
    assert len({place.id for place in found}) == len(found)
    for one, other in combinations(found, 2):
        if (one.item, one.code) == (other.item, other.code):
            assert one.end <= other.start or other.end <= one.start
    for place in found:
        covered = {c for p in place.given for c in range(p.start or 0, p.end or 0)}
        assert covered == set(range(place.start, place.end))


# lists


def test_a_list_of_codings_is_read_by_column_with_quotes_to_the_letter() -> None:
    data = b'code;item;start;end;quote\nx;i1;0;4;" a b"\n'
    [row] = sheets.rows(data, ("item", "start", "end", "code"), ("quote",), ("start", "end"))
    assert row == {"item": "i1", "start": "0", "end": "4", "code": "x", "quote": " a b"}


@pytest.mark.parametrize(
    ("data", "row"),
    [(b"item,code\na,b\n", 1), (b"item,start,end,code\na,1,,x\n", 2), (b"\xff", 1),
     (b"item,start,end,code\na,1,2,x\na,one,2,x\n", 3), (b"item,start,end,code\na,1,2\n", 2),
     ("item,start,end,code\na,១,2,x\n".encode(), 2)],
)  # fmt: skip
def test_a_list_with_one_bad_row_is_refused_with_its_number(data: bytes, row: int) -> None:
    with pytest.raises(sheets.RowsUnreadable) as wrong:
        sheets.rows(data, ("item", "start", "end", "code"), (), ("start", "end"))
    assert wrong.value.facts["row"] == row
