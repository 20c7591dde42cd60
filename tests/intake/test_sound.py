"""Voice notes and other sound: lengths counted to the end, cut recordings refused."""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.casebook.evidence import Read, ReadingOptions
from romduol.casebook.wording import say
from romduol.intake import sound
from romduol.intake.sound.reader import clock
from romduol.intake.source import CannotRead, Source


def source_of(raw: bytes, name: str) -> Source:
    return Source(name, lambda: io.BytesIO(raw), len(raw))


def read(raw: bytes, name: str = "PTT-20240305-WA0003.opus") -> Read:
    assert sound.recognises(raw[:4096], name)
    (last,) = sound.read(source_of(raw, name), ReadingOptions())
    assert isinstance(last, Read)
    for note in last.notes:
        say(note.id, "km", **dict(note.facts))
    return last


def found(raw: bytes, name: str = "recording") -> dict[str, str | int]:
    return dict(read(raw, name).notes[0].facts)


def ids(last: Read) -> set[str]:
    return {note.id.removeprefix("note.sound.") for note in last.notes}


def crc(page: bytes) -> int:
    """RFC 3533's checksum, bit by bit."""
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value


def page(body: bytes, granule: int, number: int, flags: int = 0, serial: int = 7) -> bytes:
    sizes = [255] * (len(body) // 255) + [len(body) % 255]
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, serial, number, 0, len(sizes))
    whole = head + bytes(sizes) + body
    return whole[:22] + struct.pack("<I", crc(whole)) + whole[26:]


def opus(
    granules: tuple[int, ...] = (48_000, 96_312), skip: int = 312, *, ended: bool = True
) -> bytes:
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, skip, 16_000, 0, 0)
    pages = [page(head, 0, 0, 2), page(b"OpusTags" + bytes(8), 0, 1)]
    for number, granule in enumerate(granules, start=2):
        last = ended and granule == granules[-1]
        pages.append(page(bytes([number]) * 300, granule, number, 4 if last else 0))
    return b"".join(pages)


def test_a_voice_note_is_as_long_as_its_last_granule_less_what_is_skipped() -> None:
    last = read(opus())
    assert dict(last.notes[0].facts) == {"codec": "opus", "length": "0:02"}
    assert last.messages == 0
    named = next(note for note in last.notes if note.id == "note.sound.named")
    assert dict(named.facts) == {"made": "whatsapp", "at": "2024-03-05"}
    assert ids(last) == {"found", "named", "words_not_heard"}


def test_a_page_in_which_no_packet_ends_does_not_count() -> None:
    assert found(opus((96_312, -1)))["length"] == "0:02"


def test_a_voice_note_without_its_end_mark_says_so() -> None:
    assert "not_ended" in ids(read(opus(ended=False)))


def test_a_missing_page_is_counted() -> None:
    parts = [p for p in opus((48_000, 60_000, 96_312)).split(b"OggS") if p]
    raw = b"".join(b"OggS" + part for n, part in enumerate(parts) if n != 3)
    (note,) = [n for n in read(raw).notes if n.id == "note.sound.parts_missing"]
    assert dict(note.facts) == {"count": 1}


def test_chained_recordings_are_added_up() -> None:
    second = b"".join(
        page(body, granule, number, flags, serial=8)
        for number, (body, granule, flags) in enumerate(
            [(opus()[28:47], 0, 2), (b"OpusTags", 0, 0), (b"x", 48_312, 4)]
        )
    )
    assert found(opus() + second)["length"] == "0:03"


def wav(seconds: float = 1.5, rate: int = 8000) -> bytes:
    into = io.BytesIO()
    with wave.open(into, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(int(seconds * rate) * 2))
    return into.getvalue()


def mp3(frames: int = 40, promised: int | None = None) -> bytes:
    head = bytes([0xFF, 0xFB, 0x90, 0x00])  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes
    body = (head + bytes(413)) * frames
    if promised is None:
        return body
    xing = bytes(32) + b"Xing" + struct.pack(">II", 1, promised)
    return head + xing + bytes(413 - len(xing)) + body


def aac(frames: int = 50) -> bytes:
    size = 20  # ADTS, AAC LC, 44.1 kHz, mono
    head = bytes([0xFF, 0xF1, 0x50, 0x40 | size >> 11, size >> 3 & 0xFF, size << 5 & 0xFF | 0x1F])
    return (head + b"\xfc" + bytes(size - 7)) * frames


def amr(frames: int = 100) -> bytes:
    return b"#!AMR\n" + (bytes([7 << 3 | 4]) + bytes(31)) * frames


def box(kind: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def m4a(seconds: int = 61) -> bytes:
    mvhd = box(b"mvhd", bytes(4), struct.pack(">IIII", 0, 0, 1000, seconds * 1000), bytes(80))
    hdlr = box(b"hdlr", bytes(8), b"soun", bytes(12))
    stsd = box(b"stsd", struct.pack(">II", 0, 1), box(b"mp4a", bytes(20)))
    trak = box(b"trak", box(b"mdia", hdlr, box(b"minf", box(b"stbl", stsd))))
    ftyp = box(b"ftyp", b"M4A \0\0\0\0")
    return ftyp + box(b"mdat", bytes(100)) + box(b"moov", mvhd, trak)


@pytest.mark.parametrize(
    ("make", "codec", "length"),
    [
        (opus, "opus", "0:02"),
        (wav, "pcm", "0:02"),
        (mp3, "mp3", "0:01"),
        (aac, "aac", "0:01"),
        (amr, "amr", "0:02"),
        (m4a, "aac", "1:01"),
    ],
)
def test_every_kind_has_its_codec_and_length(
    make: Callable[[], bytes], codec: str, length: str
) -> None:
    assert found(make()) == {"codec": codec, "length": length}


@pytest.mark.parametrize("make", [opus, wav, mp3, aac, amr, m4a])
def test_a_recording_cut_short_is_refused(make: Callable[[], bytes]) -> None:
    raw = make()
    for cut in (1, 5, len(raw) // 3):
        with pytest.raises(CannotRead) as refused:
            read(raw[:-cut])
        assert refused.value.reason.id == "note.sound.broken"


def test_an_altered_voice_note_is_refused() -> None:
    raw = bytearray(opus())
    raw[-5] ^= 1
    with pytest.raises(CannotRead):
        read(bytes(raw))


def test_tags_around_an_mp3_are_not_sound() -> None:
    tagged = b"ID3\x04\0\0\0\0\x01\0" + bytes(128) + mp3() + b"TAG" + bytes(125)
    assert found(tagged) == found(mp3())


def test_an_mp3_with_fewer_frames_than_it_promises_is_refused() -> None:
    assert found(mp3(39, promised=39))["length"] == "0:01"
    with pytest.raises(CannotRead):
        read(mp3(30, promised=39))


def test_real_encoders_are_measured_right() -> None:
    soundfile = pytest.importorskip("soundfile", reason="the extra that decodes is not installed")
    quiet = [[0.0]] * 48_000 * 3
    kinds = (("OGG", "OPUS", "opus"), ("OGG", "VORBIS", "vorbis"), ("MP3", None, "mp3"))
    for kind, subtype, codec in kinds:
        into = io.BytesIO()
        soundfile.write(into, quiet, 48_000, format=kind, subtype=subtype)
        assert found(into.getvalue()) == {"codec": codec, "length": "0:03"}


@pytest.mark.parametrize(
    "head", [b"", b"hello there", b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBP", b"\xff\xfea\0b\0"]
)
def test_what_is_no_sound_is_left_to_others(head: bytes) -> None:
    assert not sound.recognises(head, "voice.opus")


def test_lengths_are_said_as_people_say_them() -> None:
    assert [clock(s) for s in (0, 59.6, 61, 3723, None)] == ["0:00", "1:00", "1:01", "1:02:03", "-"]


MAKERS: list[Any] = [opus, wav, mp3, aac, amr, m4a]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage_is_refused_or_measured(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(MAKERS))())
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    if not sound.recognises(bytes(raw), "x"):
        return
    try:
        read(bytes(raw), "x")
    except CannotRead as refused:
        say(refused.reason.id, **dict(refused.reason.facts))
