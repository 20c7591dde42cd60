"""Words are replaced and every position follows: nothing of the replaced words stays inside."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.replacements import Moved, Replacement, rewrite

TEXT = "Ming went to the office of Sokha 🌸 at noon"
NAME = Replacement(TEXT.index("Sokha"), TEXT.index("Sokha") + 5, "[name]", "name")


def test_what_stands_before_and_behind_a_replacement_keeps_its_words() -> None:
    done = rewrite(TEXT, [NAME])
    assert done.text == "Ming went to the office of [name] 🌸 at noon"
    for words in ("Ming", "office", "🌸", "at noon"):
        start = TEXT.index(words)
        moved = done.moved(start, start + len(words))
        assert moved is not None
        assert done.text[moved.start : moved.end] == words
        assert not moved.shrunk


def test_a_name_replaced_whole_inside_a_quote_comes_along_as_what_replaced_it() -> None:
    done = rewrite(TEXT, [NAME])
    start = TEXT.index("office")
    moved = done.moved(start, len(TEXT))
    assert moved is not None
    assert done.text[moved.start : moved.end] == "office of [name] 🌸 at noon"
    assert not moved.shrunk


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [(NAME.start - 3, NAME.start + 2, "of "), (NAME.start + 2, NAME.end + 2, " 🌸")],
)
def test_a_span_that_ends_inside_a_name_is_drawn_back_from_it(
    start: int, end: int, left: str
) -> None:
    done = rewrite(TEXT, [NAME])
    moved = done.moved(start, end)
    assert moved is not None
    assert done.text[moved.start : moved.end] == left
    assert moved.shrunk


def test_a_span_of_nothing_but_part_of_a_name_is_dropped() -> None:
    done = rewrite(TEXT, [NAME])
    assert done.moved(NAME.start + 1, NAME.end) is None
    assert done.moved(NAME.start, NAME.end - 1) is None
    assert done.moved(NAME.start, NAME.end) == Moved(NAME.start, NAME.start + 6, shrunk=False)
    assert rewrite(TEXT, [Replacement(*_at(NAME), "", "name")]).moved(*_at(NAME)) is None


def _at(one: Replacement) -> tuple[int, int]:
    return one.start, one.end


@pytest.mark.parametrize(
    "wrong",
    [
        [Replacement(3, 3, "x", "name")],
        [Replacement(-1, 3, "x", "name")],
        [Replacement(0, len(TEXT) + 1, "x", "name")],
        [NAME, Replacement(NAME.end - 1, NAME.end + 2, "x", "name")],
    ],
)
def test_replacements_decided_for_another_text_are_refused(wrong: list[Replacement]) -> None:
    with pytest.raises(ValueError, match="replacement"):
        rewrite(TEXT, wrong)


@st.composite
def _cases(draw: st.DrawFn) -> tuple[str, list[Replacement], int, int]:
    """A text whose replaced parts are written in capitals, which nothing else in it has."""
    plain = st.text("ab🌸ខ", max_size=4)
    secret, new = st.text("XYZ", min_size=1, max_size=4), st.text("12", max_size=5)
    parts = draw(st.lists(st.tuples(plain, secret, new), max_size=5))
    text, rows = "", []
    for before, name, instead in parts:
        text += before
        rows.append(Replacement(len(text), len(text) + len(name), instead, "name"))
        text += name
    text += draw(st.text("ab", min_size=1, max_size=4))
    start = draw(st.integers(0, len(text) - 1))
    return text, rows, start, draw(st.integers(start + 1, len(text)))


@given(_cases())
@settings(max_examples=300, deadline=None)
def test_no_letter_of_replaced_words_is_left_and_no_other_is_lost(
    case: tuple[str, list[Replacement], int, int],
) -> None:
    text, rows, start, end = case
    done = rewrite(text, rows)
    assert not set("XYZ") & set(done.text)
    moved = done.moved(start, end)
    kept = "".join(c for c in text[start:end] if c not in "XYZ")
    if moved is None:
        assert kept == ""
        return
    quote = done.text[moved.start : moved.end]
    assert "".join(c for c in quote if c not in "12") == kept
    whole = [r for r in rows if start <= r.start and r.end <= end]
    assert "".join(c for c in quote if c in "12") == "".join(r.new for r in whole)
