"""The quick way and the exact way see the same records, whatever stands in the file."""

import io

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import Read, ReadingOptions
from romduol.intake import whatsapp
from romduol.intake.source import CannotRead, Source
from romduol.intake.whatsapp import reader, scanning
from romduol.intake.whatsapp.windows import windows

SLOW_START = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])

STAMPS = [
    "{d}/{m}/{y}, {h}:{n:02}\u202fPM - ",
    "{d:02}/{m:02}/20{y}, {h:02}:{n:02} - ",
    "[{d:02}.{m:02}.{y}, {h:02}:{n:02}:{s:02}] ",
    "\u200e[{d:02}/{m:02}/20{y}, {h:02}:{n:02}:{s:02}] ",
    "20{y}/{m}/{d} 下午{h}:{n:02} - ",
    "{h:02}:{n:02}:{s:02} {d}/{m}/{y} - ",
    "{d}.{m}.20{y} klo {h}.{n:02} - ",
    "{d}/{m}/{y}, {h}:{n:02} ល្ងាច - ",
    "20{y}. {m}. {d}. 오후 {h}:{n:02} - ",
]
NAMES = [
    "A",
    "សុខា",
    "Dr. V: Clinic",
    "~\u202fNew",
    "+855 12 000 000",
    "🌸",
    "A changed the subject from “x",
]
WORDS = st.text(
    alphabet="ab :-[]<>\n\r\u200e\u202f/,0123456789កខ🌸\u0085\u2028", max_size=24
)  # fmt: skip
BODIES = st.one_of(
    WORDS,
    st.sampled_from(
        ["<Media omitted>", "\u200eimage omitted", "null", "", "IMG-1.jpg (file attached)\nlook",
         "This message was deleted", "x <This message was edited>", "Missed voice call"]
    ),
)  # fmt: skip
RECORDS = st.lists(
    st.tuples(
        st.integers(1, 28), st.integers(1, 12), st.integers(1, 12), st.integers(0, 59),
        st.sampled_from([*NAMES, ""]), BODIES,
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@st.composite
def chats(draw: st.DrawFn) -> str:
    stamp = draw(st.sampled_from(STAMPS))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    mixed = draw(st.integers(0, 3)) == 0
    text = draw(st.sampled_from(["", "\ufeff"]))
    for d, m, h, n, name, body in draw(RECORDS):
        here = draw(st.sampled_from(STAMPS)) if mixed and draw(st.booleans()) else stamp
        head = here.format(d=d, m=m, y=24, h=h, n=n, s=n)
        text += head + (f"{name}: " if name else "") + body + end
    return text if draw(st.booleans()) else text.removesuffix(end)


def table(data: bytes) -> tuple[pa.Table | None, Read | str]:
    source = Source("WhatsApp Chat with G.txt", lambda: io.BytesIO(data), len(data))
    try:
        *batches, last = whatsapp.read(source, ReadingOptions())
    except CannotRead as why:
        return None, why.reason.id
    assert isinstance(last, Read)
    return pa.Table.from_batches(batches), last  # type: ignore[arg-type]


@SLOW_START
@given(chats())
def test_quick_and_exact_give_the_same_messages(text: str) -> None:
    usual = table(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "quick", lambda *_: None)
        exact = table(text.encode())
    assert usual[1] == exact[1]
    if usual[0] is not None:
        assert usual[0].equals(exact[0])


@SLOW_START
@given(chats(), st.integers(50, 400))
def test_no_window_size_changes_a_message(text: str, size: int) -> None:
    usual = table(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "__defaults__", (size,))
        cut = table(text.encode())
    assert cut[1] == usual[1]
    if usual[0] is not None:
        assert usual[0].equals(cut[0])


@pytest.mark.parametrize("stamp", STAMPS[:-1])
def test_the_quick_way_is_taken_for_a_chat_of_one_plain_layout(stamp: str) -> None:
    head = stamp.format(d=15, m=3, y=24, h=2, n=7, s=9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "exact", None)
        read, _ = table(f"{head}A: words\nmore\n{head}You were added\n{head}B: x: y\r\n".encode())
    assert read is not None
    assert len(read) == 3


@SLOW_START
@given(chats())
def test_every_record_holds_its_words_and_no_byte_is_left_out(text: str) -> None:
    data = text.encode()
    read, last = table(data)
    if read is None:
        return
    assert isinstance(last, Read)
    rows = read.to_pylist()
    assert b"".join(data[r["start"] : r["end"]] for r in rows) == data[last.header :]
    for row in rows:
        raw = data[row["start"] : row["end"]].decode()
        assert row["text"] in raw
        assert row["author"] is None or row["author"] in raw
        assert row["sent_at_text"] in raw


@SLOW_START
@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader_or_make_it_invent(data: bytes) -> None:
    stamped = b"15/3/24, 14:07 - A: x\n" + data + b"\n15/3/24, 14:08 - A: y\n"
    for given_bytes in (data, stamped):
        read, last = table(given_bytes)
        if read is not None:
            assert isinstance(last, Read)
            assert last.messages == len(read)
            assert (
                sum(pair["end"] - pair["start"] for pair in read.to_pylist())
                == len(given_bytes) - last.header
            )


@SLOW_START
@given(chats(), st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_a_chat_with_bytes_changed_still_tiles(text: str, at: int, put: bytes) -> None:
    data = bytearray(text.encode())
    data[at : at + len(put)] = put
    read, last = table(bytes(data))
    if read is not None:
        assert isinstance(last, Read)
        assert last.header + sum(r["end"] - r["start"] for r in read.to_pylist()) == len(data)


def test_quick_declines_what_it_cannot_be_sure_of() -> None:
    senders = scanning.Senders({}, lambda name: name.startswith(b"system"))
    plain = b"15/3/24, 14:07 - A: x\n"
    main = next(head.layout for _, head in reader.sniff(plain).heads)  # type: ignore[union-attr]
    assert scanning.quick(plain, main, senders) is not None
    for odd in (
        b"[15.03.2024, 14:07:09] B: another layout\n",
        b"15/3/24, 14:07 - A:\n",
        b"15/3/24, 14:07 - system a: b\n",
        b"not UTF-8: \xff\n",
        b"15/3/24, 14:07 - : no name\n",
    ):
        assert scanning.quick(plain + odd, main, senders) is None
