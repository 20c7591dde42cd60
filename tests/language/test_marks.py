"""Invisible characters are taken off the ends, or away, and only where asked."""

from romduol.language.marks import bare, visible


def test_marks_and_spaces_go_from_the_ends_and_stay_inside() -> None:
    assert bare("\u200e \u202aA\u200bB\u202c\u00a0") == "A\u200bB"


def test_for_comparing_no_mark_is_left_and_spaces_are() -> None:
    assert visible("\ufeffA\u200b B\u200f") == "A B"
