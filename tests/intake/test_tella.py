"""Tella: when a file was taken and its hash, and nothing about who held the telephone."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import MESSAGE, Note, Read, ReadingOptions
from romduol.casebook.wording import say, sentences
from romduol.intake import tella
from romduol.intake.reading import read_item
from romduol.intake.recognise import recognise
from romduol.intake.source import CannotRead, Source

HASH = "0123456789abcdef" * 4
PLACE = (
    "Location accuracy,Location altitude,Location latitude,Location longitude,"
    "Location timestamp,Location provider,Location speed,"
)
HEADER = (
    "File hash,File path,File name,Cells,WiFis,Timestamp,Ambient temperature,Light,{}"
    "Locale,IPv6,IPv4,Language,Network type,Network,Manufacturer,Data type,Hardware,Screen size,"
    "WiFi MAC,Device ID"
)
ROW = (
    f"{HASH},/a/b,one.jpg,gsm 1 2,home net,1709622429123,,3.5,4.5,9.0,11.5564,104.9282,"
    "1709622420000,gps,0.0,km,fe80::1,10.0.0.2,km,WIFI,net,maker,data,hard,5 in,aa:bb,device-77"
)
WHOLE = f"{HEADER.format(PLACE)}\n{ROW}\n".encode()


def source_of(raw: bytes, beside: frozenset[str] = frozenset()) -> Source:
    return Source("one.csv", lambda: io.BytesIO(raw), len(raw), beside=beside)


def read(raw: bytes, beside: frozenset[str] = frozenset()) -> tuple[list[dict[str, Any]], Read]:
    *batches, last = tella.read(source_of(raw, beside), ReadingOptions())
    assert isinstance(last, Read)
    for batch in batches:
        assert batch.schema == MESSAGE
        batch.validate(full=True)
    for note in last.notes:
        spoken(note)
    return [one for batch in batches for one in batch.to_pylist()], last


def spoken(note: Note) -> None:
    assert all(say(note.id, lang, **dict(note.facts)) for lang in ("en", "km"))


def said(last: Read) -> set[str]:
    return {note.id.removeprefix("note.tella.") for note in last.notes}


def test_a_file_is_told_of_with_its_time_and_hash_in_the_bytes_of_the_row() -> None:
    (one,), last = read(WHOLE, frozenset({"one.jpg"}))
    assert one["attachments"] == [{"name": "one.jpg", "media": "image", "held": True, "note": ""}]
    assert one["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert one["rules"] == [f"tella.sha256={HASH}"]
    assert WHOLE[one["start"] : one["end"]].decode() == f"{ROW}\n"
    assert said(last) == {"left_out", "hash_claimed"}
    assert dict(last.notes[0].facts) == {"count": 22}


def test_nothing_about_the_telephone_is_read() -> None:
    (one,), _ = read(WHOLE)
    shown = str({k: v for k, v in one.items() if k != "message"})
    for word in ("11.5564", "104.9282", "gsm", "home net", "10.0.0.2", "aa:bb", "device-77"):
        assert word not in shown


def test_a_file_taken_where_no_place_was_known_has_fewer_columns() -> None:
    row = ",".join(ROW.split(",")[:8] + ROW.split(",")[15:])
    (one,), last = read(f"{HEADER.format('')}\n{row}\n".encode())
    assert one["sent_at"] == datetime(2024, 3, 5, 7, 7, 9, tzinfo=UTC)
    assert "file_not_here" in said(last)


def test_a_missing_hash_or_time_is_said() -> None:
    raw = WHOLE.replace(HASH.encode(), b"").replace(b"1709622429123", b"0")
    (one,), last = read(raw)
    assert (one["sent_at"], one["sent_at_text"], one["rules"]) == (None, "0", ["tella.odd_stamp"])
    assert {"no_hash", "no_time"} <= said(last)


def test_the_same_file_in_another_export_has_the_same_id() -> None:
    again = WHOLE.replace(b"/a/b", b"/other").replace(b"home net", b"")
    assert read(WHOLE)[0][0]["message"] == read(again)[0][0]["message"]
    other = WHOLE.replace(b"0123456789abcdef", b"fedcba9876543210", 1)
    assert read(WHOLE)[0][0]["message"] != read(other)[0][0]["message"]


def test_in_an_archive_the_file_it_speaks_of_is_held_and_not_called_unread() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("one.csv", WHOLE)
        archive.writestr("one.jpg", b"no picture at all")
    whole = out.getvalue()
    source = Source("tella.zip", lambda: io.BytesIO(whole), len(whole))
    batch, last = read_item(source, ReadingOptions())
    assert batch.to_pylist()[0]["attachments"][0]["held"]
    assert last.reader == "tella/1"


@pytest.mark.parametrize(("change", "note"), [(b"", "hash_agrees"), (b"!", "hash_differs")])
def test_the_file_beside_is_compared_with_the_hash_that_was_written_down(
    change: bytes, note: str
) -> None:
    taken = b"what the telephone took"
    told = WHOLE.replace(HASH.encode(), sha256(taken).hexdigest().encode())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("one.csv", told)
        archive.writestr("one.jpg", taken + change)
    whole = out.getvalue()
    _, last = read_item(Source("t.zip", lambda: io.BytesIO(whole), len(whole)), ReadingOptions())
    assert note in {one.id.removeprefix("note.tella.") for one in last.notes}


def test_a_name_that_stands_twice_in_an_archive_is_not_compared() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("one.csv", WHOLE)
        archive.writestr("a/one.jpg", b"1")
        archive.writestr("b/one.jpg", b"2")
    whole = out.getvalue()
    said = list(read_item(Source("t.zip", lambda: io.BytesIO(whole), len(whole)), ReadingOptions()))
    notes = {note.id for one in said if isinstance(one, Read) for note in one.notes}
    assert "note.tella.hash_claimed" in notes


def test_tella_is_known_by_its_columns() -> None:
    found = recognise(WHOLE, "one.csv", ReadingOptions())
    assert found is not None
    assert found.NAME == "tella"
    other = recognise(b"File hash,File name\n", "one.csv", ReadingOptions())
    assert other is not None
    assert other.NAME == "tables"


@pytest.mark.parametrize(
    "raw",
    [
        WHOLE.split(b"\n", maxsplit=1)[0],
        WHOLE + WHOLE,
        WHOLE.replace(b",device-77", b""),
        WHOLE.replace(b"Device ID", b"Device"),
        WHOLE + b" " * (1 << 20),
    ],
)
def test_what_is_not_laid_out_so_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(CannotRead) as refused:
        read(raw)
    assert refused.value.reason.id == "note.tella.broken"
    spoken(refused.value.reason)


def test_every_sentence_is_said_somewhere() -> None:
    code = "".join(p.read_text("utf-8") for p in Path(tella.__file__).parent.glob("*.py"))
    ours = {one.id for one in sentences().values() if one.catalogue == "intake-tella"}
    assert ours == set(re.findall(r'"(note\.tella\.[a-z_]+)"', code))


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_mutated_bytes_are_refused_or_read(data: st.DataObject) -> None:
    raw = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        rows, last = read(bytes(raw))
    except CannotRead as refused:
        spoken(refused.reason)
        return
    assert last.messages == len(rows) == 1
