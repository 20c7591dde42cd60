"""An item, whole or in an archive: every member read or listed with the reason."""

import io
import zipfile
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import Read, ReadingOptions, Unread
from romduol.casebook.wording import sentences
from romduol.intake.containers import Limits
from romduol.intake.reading import Said, Source, read_item
from romduol.intake.recognise import UnknownSource

CHAT = (
    b"[15/03/24, 14:07:09] A: hi\r\n"
    b"[15/03/24, 14:07:10] B: \xe2\x80\x8e<attached: 1-PHOTO-2.jpg>\r\n"
)


def source(data: bytes, name: str) -> Source:
    return Source(name, lambda: io.BytesIO(data), len(data))


def read(data: bytes, name: str = "chat.txt", **options: Any) -> list[Said]:
    said = list(read_item(source(data, name), ReadingOptions(**options)))
    for one in said:
        for note in (
            one.notes if isinstance(one, Read) else [one.reason] if isinstance(one, Unread) else []
        ):
            for lang in ("en", "km"):
                assert sentences()[note.id].in_language(lang).format(**dict(note.facts))
    return said


def zipped(**entries: bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return into.getvalue()


def unread(said: list[Said]) -> dict[str, str]:
    return {one.member: one.reason.id for one in said if isinstance(one, Unread)}


def test_a_plain_chat_gives_batches_and_then_its_read() -> None:
    *batches, last = read(CHAT)
    assert isinstance(last, Read)
    assert sum(len(b) for b in batches if isinstance(b, pa.RecordBatch)) == last.messages == 2


def test_a_chat_in_an_archive_knows_the_media_beside_it() -> None:
    said = read(
        zipped(**{"_chat.txt": CHAT, "1-PHOTO-2.jpg": b"\xff\xd8", "other.jpg": b"\xff\xd8"}),
        "WhatsApp Chat - Land.zip",
    )
    rows = [row for batch in said if isinstance(batch, pa.RecordBatch) for row in batch.to_pylist()]
    assert rows[1]["attachments"][0]["held"]
    assert {row["thread"] for row in rows} == {"Land"}
    assert {row["member"] for row in rows} == {"_chat.txt"}
    assert unread(said) == {"other.jpg": "note.no_reader_knows_this"}


def test_one_bad_member_leaves_the_others_whole() -> None:
    data = bytearray(zipped(**{"a.txt": b"words " * 50 + b"\n" * 40, "b.txt": CHAT}))
    at = data.index(b"PK\x03\x04") + 40
    data[at : at + 5] = b"\xff" * 5
    said = read(bytes(data), "x.zip")
    assert unread(said) == {"a.txt": "note.member_broken"}
    assert [one.member for one in said if isinstance(one, Read)] == ["b.txt"]


def test_an_archive_in_an_archive_is_read_one_level_down_and_no_further() -> None:
    inner = zipped(**{"_chat.txt": CHAT})
    said = read(zipped(**{"inner.zip": inner}), "outer.zip")
    assert [one.member for one in said if isinstance(one, Read)] == ["inner.zip/_chat.txt"]
    said = read(zipped(**{"middle.zip": zipped(**{"inner.zip": inner})}), "outer.zip")
    assert unread(said) == {"middle.zip/inner.zip": "note.archive_in_archive"}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "note.empty"),
        (b"\0" * 5000, "note.no_reader_knows_this"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "note.pictures.broken"),
        (zipped(**{"a.txt": CHAT})[:-20], "note.archive_broken"),
        (zipped(**{"a.txt": b"\0" * (32 << 20)}), "note.archive_is_a_bomb"),
    ],
)
def test_what_cannot_be_read_is_listed_with_the_reason(data: bytes, why: str) -> None:
    assert unread(read(data, "file.bin")) == {"": why}


def test_an_empty_member_is_listed() -> None:
    assert unread(read(zipped(**{"a.txt": b"", "b.txt": CHAT}), "x.zip")) == {"a.txt": "note.empty"}


def test_a_source_named_by_hand_is_used_and_a_wrong_name_refused() -> None:
    assert unread(read(b"words\n", source="whatsapp")) == {"": "note.no_whatsapp_records"}
    with pytest.raises(UnknownSource):
        read(b"words\n", source="carrier-pigeon")


def test_limits_hold_for_archives_inside_too() -> None:
    inner = zipped(**{f"{n}.txt": CHAT for n in range(9)})
    said = list(
        read_item(source(zipped(**{"i.zip": inner}), "o.zip"), ReadingOptions(), Limits(members=5))
    )
    assert unread(said) == {"i.zip": "note.archive_many_members"}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["a.txt", "a.zip", "a.json", "a.vtt", "a.docx"]))
def test_no_bytes_under_any_name_do_more_than_be_unread_or_read(data: bytes, name: str) -> None:
    for given_bytes in (data, b"PK\x03\x04" + data):
        said = list(read_item(source(given_bytes, name), ReadingOptions()))
        assert isinstance(said[-1], Read | Unread)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 600), st.binary(min_size=1, max_size=5), st.booleans())
@pytest.mark.filterwarnings("ignore")
def test_a_damaged_archive_is_read_or_listed_and_never_raises(
    at: int, put: bytes, cut: bool
) -> None:
    data = bytearray(zipped(**{"_chat.txt": CHAT * 9, "b/c.txt": CHAT, "p.jpg": b"\xff\xd8" * 20}))
    at %= len(data)
    data[at : at + len(put)] = put
    whole = bytes(data[:at]) if cut else bytes(data)
    said = list(read_item(source(whole, "x.zip"), ReadingOptions()))
    since_word = [one for one in said if not isinstance(one, pa.RecordBatch)]
    assert since_word or said == []
