"""However a program counted, its quotes lead to the same code points."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casework.exchange.positions import Counting, Stretch, Written, decoded, place

WAYS = st.builds(Counting, st.booleans(), st.booleans(), st.booleans(), st.booleans())
LINES = st.lists(st.text("ab ខ្ញុំភ័យ🌸🤣\u200b", max_size=8), min_size=2, max_size=5)
MARK = b"\xef\xbb\xbf"


def _counted(written: Written, start: int, end: int, way: Counting) -> tuple[int, int]:
    """Code points of the canonical text as a program that counts in ``way`` would write them."""

    def at(offset: int) -> int:
        before = written.canonical[:offset]
        if not way.line_ends_once and "\r\n" in written.text:
            before = before.replace("\n", "\r\n")
        return len(before.encode("utf-16-le")) // 2 if way.utf16 else len(before)

    shift = int(way.mark_counts and written.marked)
    return at(start) + shift, at(end) + shift - way.inclusive


@given(LINES, st.booleans(), st.booleans(), WAYS, st.data())
@settings(max_examples=80, deadline=None)
def test_every_way_of_counting_is_found_out_by_whole_quotes(
    lines: list[str], crlf: bool, marked: bool, way: Counting, data: st.DataObject
) -> None:
    """Each line ends in a word of its own, so that no quote stands in two places."""
    named = [f"{line}<{n}>word" for n, line in enumerate(lines)]
    raw = ("\r\n" if crlf else "\n").join(named).encode()
    written = decoded(MARK + raw if marked else raw)
    assert written is not None
    text = written.canonical
    spans, stretches = [], []
    for n in range(len(lines)):
        end = text.index(f"<{n}>word") + len(f"<{n}>word")
        start = data.draw(st.integers(max(0, end - 12), end - 5))
        spans.append((start, end))
        stretches.append(Stretch(*_counted(written, start, end, way), text[start:end]))
    placed = place(written, stretches)
    assert placed.spans == tuple(spans)
    assert (placed.checked, placed.differing, placed.sure) == (len(lines), (), True)


def test_a_text_that_is_no_unicode_is_said_to_be_none() -> None:
    assert decoded(b"\xff\xfe\x00") is None
    assert decoded(b"caf\xe9") is None
    utf16 = decoded("ភ័យ 🌸\r\n".encode("utf-16"))
    assert utf16 is not None
    assert (utf16.canonical, utf16.marked) == ("ភ័យ 🌸\n", True)


def test_without_selections_nothing_is_in_doubt() -> None:
    written = decoded("🌸\r\n".encode())
    assert written is not None
    assert place(written, []).sure


def test_a_quote_letter_by_letter_weighs_more_than_one_but_for_its_spaces() -> None:
    """A flower counted as two units: both ways of counting put the words there, one exactly."""
    written = decoded("aa<0>word\r\naa 🌸<1>word".encode())
    assert written is not None
    placed = place(written, [Stretch(0, 9, "aa<0>word"), Stretch(13, 22, "🌸<1>word")])
    assert placed.spans == ((0, 9), (13, 21))
