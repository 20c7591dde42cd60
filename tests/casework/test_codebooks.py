"""A codebook stays one through every change, and its sheet says all of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.codes import Code, Codebook, UnknownCode
from romduol.casebook.vocabulary import vocabulary
from romduol.casework.codebooks import (
    CodebookFaulty,
    CodebookSheetFaulty,
    by_name,
    checked,
    of_vocabulary,
    read_codebook,
    write_codebook,
)
from romduol.casework.codebooks import changes as to
from romduol.casework.codebooks.naming import path

FEAR = Code("a", "Fear", label_km="ភ័យ")
ARREST = Code("b", "Of arrest", parent="a")
HOME = Code("c", "At home")
BOOK = Codebook("team", "3", (FEAR, ARREST, HOME))


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"n{next(numbers)}"


def why(wrong: pytest.ExceptionInfo[CodebookFaulty]) -> object:
    return wrong.value.facts["why"]


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        ((Code("a", "x"), Code("a", "y")), "twice"),
        ((Code("she said so", "x"),), "id"),
        ((Code("ភ័យ", "x"),), "id"),
        ((Code("a", " "),), "label"),
        ((Code("a", "x", parent="z"),), "parent"),
        ((Code("a", "x", parent="b"), Code("b", "y", parent="a")), "circle"),
        ((Code("a", "x", parent="a"),), "circle"),
        ((Code("a", "x", colour="red"),), "colour"),
        ((Code("a", "x", retired=True, merged_into="z"),), "merged"),
        ((Code("a", "x", merged_into="b"), Code("b", "y")), "merged"),
    ],
)
def test_what_is_no_codebook_is_refused_with_the_reason(
    codes: tuple[Code, ...], reason: str
) -> None:
    with pytest.raises(CodebookFaulty) as wrong:
        checked(Codebook("team", "1", codes))
    assert why(wrong) == reason


def test_a_merged_code_reads_as_the_one_it_went_into_even_twice_over() -> None:
    once = to.merge(BOOK, ["b"], "c")
    twice = to.merge(once, ["c"], "a")
    assert (twice.standing("b"), twice.standing("c"), twice.standing("a")) == ("a", "a", "a")
    assert twice.code("b").retired
    assert {one.id for one in twice.codes} == {"a", "b", "c"}
    assert twice.version == "5"


def test_what_stood_below_a_merged_code_stands_below_what_took_its_place() -> None:
    merged = to.merge(BOOK, ["a"], "c")
    assert merged.code("b").parent == "c"
    up = to.merge(BOOK, ["a"], "b")
    assert (up.code("b").parent, up.standing("a")) == ("", "b")


def test_a_code_split_is_a_heading_and_takes_nothing_new() -> None:
    parts = (Code("p", "Own"), Code("q", "For others"))
    after = to.split(BOOK, "a", parts)
    assert [one.id for one in after.children("a")] == ["b", "p", "q"]
    with pytest.raises(CodebookFaulty) as wrong:
        to.require_codable(after, "a")
    assert why(wrong) == "heading"
    with pytest.raises(CodebookFaulty):
        to.split(BOOK, "a", parts[:1])


def test_a_retired_code_takes_nothing_new_and_stays_readable() -> None:
    after = to.retire(BOOK, "b")
    assert after.code("b").label == "Of arrest"
    for change in (
        lambda: to.require_codable(after, "b"),
        lambda: to.retire(after, "b"),
        lambda: to.add(after, Code("d", "x", parent="b")),
        lambda: to.move(after, "c", "b"),
        lambda: to.merge(after, ["c"], "b"),
    ):
        with pytest.raises(CodebookFaulty) as wrong:
            change()
        assert why(wrong) == "again"


def test_a_code_cannot_be_moved_below_itself_nor_merged_into_itself() -> None:
    for change in (lambda: to.move(BOOK, "a", "b"), lambda: to.merge(BOOK, ["a"], "a")):
        with pytest.raises(CodebookFaulty) as wrong:
            change()
        assert why(wrong) == "circle"


def test_a_change_that_changes_nothing_makes_no_version() -> None:
    for change in (
        lambda: to.describe(BOOK, "a", to.Words(label="Fear")),
        lambda: to.move(BOOK, "b", "a"),
    ):
        with pytest.raises(CodebookFaulty) as wrong:
            change()
        assert why(wrong) == "nothing"


def test_renaming_leaves_every_id_and_every_other_word() -> None:
    after = to.describe(BOOK, "a", to.Words(label="Being afraid"))
    assert (after.code("a").label, after.code("a").label_km) == ("Being afraid", "ភ័យ")
    assert [one.id for one in after.codes] == [one.id for one in BOOK.codes]


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_after_any_changes_every_old_code_is_there_and_stands_for_a_living_one(
    data: st.DataObject,
) -> None:
    book = Codebook("team", "1", tuple(Code(f"k{n}", f"code {n}") for n in range(6)))
    fresh = count()
    for _ in range(data.draw(st.integers(1, 8))):
        one, other = data.draw(st.permutations([c.id for c in book.codes]).map(lambda p: p[:2]))
        change = data.draw(
            st.sampled_from(
                [
                    lambda b, x, y: to.merge(b, [x], y),
                    to.move,
                    lambda b, x, _: to.retire(b, x),
                    lambda b, x, _: to.split(
                        b, x, [Code(f"s{next(fresh)}", "p"), Code(f"s{next(fresh)}", "q")]
                    ),
                ]
            )
        )
        before = book
        try:
            book = change(book, one, other)
        except CodebookFaulty:
            continue
        assert {c.id for c in before.codes} <= {c.id for c in book.codes}
        assert int(book.version) == int(before.version) + 1
        for code in book.codes:
            assert not book.code(book.standing(code.id)).merged_into
            assert len(list(book.lineage(code.id))) <= len(book.codes)
        assert len(list(book.walk())) == len(book.codes)


def test_a_code_is_found_by_id_label_path_or_scheme_and_a_doubt_is_refused() -> None:
    books = [of_vocabulary(vocabulary(), "impact"), BOOK]
    assert by_name(books, "imp.fear") == ("impact", "imp.fear")
    assert by_name(books, "team/b") == ("team", "b")
    assert by_name(books, "fear > OF ARREST") == ("team", "b")
    assert by_name([BOOK], "ភ័យ") == ("team", "a")
    assert path(BOOK, "b", "km") == "ភ័យ > Of arrest"
    assert by_name(books, "team/Fear") == ("team", "a")  # a label of the vocabulary, too
    twice = Codebook("team", "1", (FEAR, Code("z", "fear")))
    with pytest.raises(UnknownCode):
        by_name(books, "Fear")
    for said in ("Fear", "nothing of that name", ""):
        with pytest.raises(UnknownCode):
            by_name([twice], said)


def test_what_was_said_wrongly_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(UnknownCode) as wrong:
        by_name([BOOK], "Ming Somebody was here")
    assert "Ming" not in str(wrong.value) + str(wrong.value.facts)


def test_every_scheme_of_the_vocabulary_is_a_codebook() -> None:
    terms = vocabulary()
    for scheme in terms.schemes():
        assert len(checked(of_vocabulary(terms, scheme)).codes) == len(terms.of(scheme))


# sheets


def test_a_sheet_adds_codes_under_labels_and_says_known_ones_anew() -> None:
    data = "id,label,parent,definition\nb,Arrest,Fear,Says so\n,Of prison,Arrest,\n"
    after = read_codebook(data.encode(), BOOK, ids())
    assert after.code("b").definition == "Says so"
    assert after.code("n1").parent == "b"
    assert after.code("c") == HOME
    assert after.version == "4"


def test_a_sheet_without_a_parent_column_moves_nothing() -> None:
    after = read_codebook(b"id,label\nb,Arrest\n", BOOK, ids())
    assert after.code("b").parent == "a"


@pytest.mark.parametrize(
    ("data", "row", "reason"),
    [
        (b"\xff\xfe\x00", 1, "utf8"),
        (b"code,words\na,b\n", 1, "columns"),
        (b"label,parent\nx\n", 2, "columns"),
        (b"label,parent\nx,y,z\n", 2, "columns"),
        (b"label,parent\nx,Nowhere\n", 2, "parent"),
        (b"label,codable\nok,yes\nx,perhaps\n", 3, "yes_no"),
        (b"id,label\nq,x\nq,y\n", 3, "twice"),
        (b"id,label\nq,x\nr,\n", 3, "label"),
        (b"id,label,parent\na,Fear,b\n", 2, "circle"),
        (b"label,colour\nx,blue\n", 2, "colour"),
        (b'label\n"x\n', 2, "columns"),
    ],
)
def test_a_sheet_with_one_bad_row_changes_nothing_and_says_which(
    data: bytes, row: int, reason: str
) -> None:
    with pytest.raises(CodebookSheetFaulty) as wrong:
        read_codebook(data, BOOK, ids())
    assert wrong.value.facts == {"row": row, "why": reason}


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30
).map(str.strip)
CODES = st.lists(
    st.builds(
        Code,
        id=st.just(""),
        label=WORDS.filter(bool),
        label_km=WORDS,
        definition=st.sampled_from(["", "=1+1", "'=x", "-", 'ខ្ញុំ, "ភ័យ"\nline', "@x"]),
        examples=st.lists(WORDS.filter(bool), max_size=3).map(tuple),
        colour=st.sampled_from(["", "#0aF0c1"]),
        codable=st.booleans(),
        guid=st.sampled_from(["", "6B29FC40-CA47-1067-B31D-00DD010662DA"]),
    ),
    min_size=1,
    max_size=6,
)


@given(CODES, st.data())
@settings(max_examples=80, deadline=None)
def test_a_sheet_written_and_read_back_is_the_same_codebook(
    codes: list[Code], data: st.DataObject
) -> None:
    from dataclasses import replace

    named = []
    for number, one in enumerate(codes):
        parents = st.sampled_from(["", *(c.id for c in named)])
        named.append(replace(one, id=f"i{number}", parent=data.draw(parents)))
    book = checked(Codebook("team", "1", tuple(named)))
    back = read_codebook(write_codebook(book), Codebook("team", "0"), ids())
    assert {c.id: c for c in back.codes} == {c.id: c for c in book.codes}


def test_no_cell_of_a_written_sheet_can_start_a_formula() -> None:
    book = Codebook("team", "1", (Code("a", "=cmd", definition="@x", examples=("+1",)),))
    text = write_codebook(book).decode("utf-8-sig").splitlines()[1]
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in text.split(","))
