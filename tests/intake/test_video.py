"""Video: what the container says, and nothing from one that breaks off."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import Read, ReadingOptions
from romduol.casebook.wording import say
from romduol.intake import pictures, sound, video
from romduol.intake.source import CannotRead, Source

MADE = 3_792_492_429  # seconds from 1904 to 2024-03-05 14:07:09 UTC


def read(raw: bytes, name: str = "video.mp4") -> Read:
    assert video.recognises(raw[:4096], name)
    (last,) = video.read(Source(name, lambda: io.BytesIO(raw), len(raw)), ReadingOptions())
    assert isinstance(last, Read)
    assert last.messages == 0
    for note in last.notes:
        say(note.id, "km", **dict(note.facts))
    return last


def said(last: Read, note: str) -> dict[str, str | int]:
    return dict(next(n for n in last.notes if n.id == note).facts)


def box(kind: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def track(handler: bytes, codec: bytes, width: int = 0, height: int = 0) -> bytes:
    tkhd = box(b"tkhd", bytes(76), struct.pack(">II", width << 16, height << 16))
    hdlr = box(b"hdlr", bytes(8), handler, bytes(12))
    stsd = box(b"stsd", struct.pack(">II", 0, 1), box(codec, bytes(20)))
    return box(b"trak", tkhd, box(b"mdia", hdlr, box(b"minf", box(b"stbl", stsd))))


def mp4(
    *, long: bool = False, place: bool = False, made: int = MADE, length: int = 83_500
) -> bytes:
    times = ">QQIQ" if long else ">IIII"
    version = bytes([long, 0, 0, 0])
    mvhd = box(b"mvhd", version, struct.pack(times, made, made, 1000, length), bytes(80))
    udta = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+11.5500+104.9100/")) if place else b""
    tracks = track(b"vide", b"avc1", 1280, 720) + track(b"soun", b"mp4a")
    mdat = struct.pack(">I4sQ", 1, b"mdat", 116) + bytes(100)  # a 64-bit size
    return box(b"ftyp", b"isom\0\0\0\0") + mdat + box(b"moov", mvhd, tracks, udta)


def element(identity: bytes, body: bytes) -> bytes:
    return identity + (len(body) | 1 << 56).to_bytes(8, "big") + body


def webm(*, live: bool = False) -> bytes:
    date = (25_000_000 * 10**9).to_bytes(8, "big")
    info = element(b"\x44\x89", struct.pack(">d", 83_500.0)) + element(b"\x44\x61", date)
    sizes = element(b"\xb0", b"\x05\x00") + element(b"\xba", b"\x02\xd0")
    tracks = element(
        b"\xae", element(b"\x83", b"\x01") + element(b"\x86", b"V_VP8") + element(b"\xe0", sizes)
    ) + element(b"\xae", element(b"\x83", b"\x02") + element(b"\x86", b"A_OPUS"))
    headers = element(b"\x15\x49\xa9\x66", b"" if live else info)
    headers += element(b"\x16\x54\xae\x6b", tracks)
    cluster = bytes(50)
    if live:
        endless = b"\x01" + b"\xff" * 7
        body = b"\x18\x53\x80\x67" + endless + headers + b"\x1f\x43\xb6\x75" + endless + cluster
    else:
        body = element(b"\x18\x53\x80\x67", headers + element(b"\x1f\x43\xb6\x75", cluster))
    return element(b"\x1a\x45\xdf\xa3", b"\x42\x86\x81\x01") + body


@pytest.mark.parametrize("long", [False, True])
def test_an_mp4_says_how_long_it_is_and_when_it_was_made(long: bool) -> None:
    last = read(mp4(long=long))
    assert said(last, "note.video.found") == {
        "codec": "h264+aac", "length": "1:24", "width": 1280, "height": 720,
    }  # fmt: skip
    assert said(last, "note.video.made") == {"at": "2024-03-05 14:07:09"}


def test_the_place_is_told_as_present_only() -> None:
    last = read(mp4(place=True))
    assert said(last, "note.video.place") == {}
    assert "note.video.place" not in {n.id for n in read(mp4()).notes}


def test_no_time_and_no_length_are_left_out() -> None:
    last = read(mp4(made=0, length=0))
    assert said(last, "note.video.found")["length"] == "-"
    assert "note.video.made" not in {n.id for n in last.notes}


def test_the_name_of_a_screen_recording_is_told() -> None:
    last = read(mp4(), "Screen_Recording_20240305-140709_Facebook.mp4")
    assert said(last, "note.sound.named") == {"made": "recording", "at": "2024-03-05 14:07:09"}


def test_a_webm_is_measured() -> None:
    last = read(webm(), "video.webm")
    assert said(last, "note.video.found") == {
        "codec": "vp8+opus", "length": "1:24", "width": 1280, "height": 720,
    }  # fmt: skip
    assert said(last, "note.video.made") == {"at": "2001-10-17 08:26:40"}


def test_a_webm_written_while_it_was_recorded_has_no_length() -> None:
    assert said(read(webm(live=True)), "note.video.found")["length"] == "-"


def test_an_mp4_with_sound_only_is_called_sound() -> None:
    raw = mp4().replace(b"vide", b"soun")
    assert said(read(raw), "note.sound.found")["length"] == "1:24"


@pytest.mark.parametrize("raw", [mp4(), webm()])
def test_a_video_cut_short_is_refused(raw: bytes) -> None:
    for keep in (len(raw) - 1, len(raw) // 2, 40):
        with pytest.raises(CannotRead) as refused:
            read(raw[:keep])
        assert refused.value.reason.id == "note.video.broken"


def test_each_kind_has_one_reader() -> None:
    still, heard, seen = b"\0\0\0\x18ftypheic", b"\0\0\0\x18ftypM4A ", b"\0\0\0\x18ftypmp42"
    readers = (pictures, sound, video)
    assert [r.NAME for r in readers if r.recognises(still + bytes(8), "a")] == ["pictures"]
    assert [r.NAME for r in readers if r.recognises(seen + bytes(8), "a")] == ["video"]
    first = next(r for r in readers if r.recognises(heard + bytes(8), "a"))
    assert first.NAME == "sound"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage_is_refused_or_measured(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from([mp4(), mp4(long=True), webm(), webm(live=True)])))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(4, len(raw) - 1))] = data.draw(st.integers(0, 255))
    if not video.recognises(bytes(raw), "x"):
        return
    try:
        read(bytes(raw), "x")
    except CannotRead as refused:
        say(refused.reason.id, **dict(refused.reason.facts))
