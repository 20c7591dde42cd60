from __future__ import annotations

import io
import json
import math
import struct
import wave
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from romduol.casebook.evidence import ReadingOptions
from romduol.casework.copies import BoxOutside
from romduol.desk import bagging, checking, copying, reading, receiving, relating, withdrawing
from romduol.desk.bag_verifying import verify
from romduol.desk.copying import BoxUnreadable, NotAPicture, VoiceOrPicture, Wanted, box
from romduol.records.models import Item, LogEntry, SealedObject
from romduol.vault.entries import Entry
from romduol.vault.keys import NoGrant

LOTUS, RECEIVER = "Ming Lotus", "zqreceiverazq"


def picture() -> bytes:
    """A red picture with a white name in it, and a place in its EXIF."""
    drawn = Image.new("RGB", (96, 64), "red")
    drawn.paste("white", (20, 10, 60, 20))
    exif = Image.Exif()
    exif[0x010E] = "zqplacezq"
    out = io.BytesIO()
    drawn.save(out, "PNG", exif=exif)
    return out.getvalue()


def recording() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        tone = (int(9000 * math.sin(n * 0.08)) for n in range(16_000))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in tone))
    return out.getvalue()


def receive(book: Any, tmp_path: Path, name: str, data: bytes) -> str:
    (tmp_path / name).write_bytes(data)
    return next(receiving.receive(book, [tmp_path / name], LOTUS, ReadingOptions())).item


def bytes_of(book: Any, code: str, tmp_path: Path) -> bytes:
    out = tmp_path / f"{code}.out"
    out.unlink(missing_ok=True)
    reading.original(book, code, out)
    return out.read_bytes()


def test_a_covered_copy_stands_beside_an_original_that_did_not_change(
    filled: Any, tmp_path: Path
) -> None:
    raw = picture()
    with filled.opened() as book:
        code = receive(book, tmp_path, "zqshotzq.png", raw)
        done = copying.copy(book, code, Wanted(covered=(box("20,10,40,10"),)))
        assert bytes_of(book, code, tmp_path) == raw
        made = bytes_of(book, done.item, tmp_path)
        shown = Image.open(io.BytesIO(made)).convert("RGB")
        assert (255, 255, 255) not in {color for _, color in shown.getcolors() or []}
        assert b"zqplacezq" not in made
        (link,) = relating.of([Item.objects.get(code=done.item)])[done.item]
        assert (link.kind, link.other) == ("redacted_copy_of", code)
        assert checking.check(book).problems == []


def test_the_log_holds_the_hashes_of_both(filled: Any, tmp_path: Path) -> None:
    with filled.opened() as book:
        code = receive(book, tmp_path, "shot.png", picture())
        done = copying.copy(book, code, Wanted(covered=(box("20,10,40,10"),)))
        row = LogEntry.objects.get(subject=done.item)
        fact = json.loads(bytes(row.fact))
        assert Entry.parse(bytes(row.leaf)).verb == "copy"
        assert fact["original_sha256"] == Item.objects.get(code=code).sha256
        assert fact["sha256"] == done.sha256 != fact["original_sha256"]
        assert fact["original"] == code


@pytest.mark.parametrize(
    ("wanted", "kind"),
    [
        (Wanted(), "stripped_copy_of"),
        (Wanted(longest=40), "stripped_copy_of"),
        (Wanted(blurred=(box("0,0,30,30"),)), "blurred_copy_of"),
        (Wanted(covered=(box("0,0,9,9"),), blurred=(box("30,0,9,9"),)), "redacted_copy_of"),
    ],
)
def test_a_copy_is_called_what_it_is(
    filled: Any, tmp_path: Path, wanted: Wanted, kind: str
) -> None:
    with filled.opened() as book:
        done = copying.copy(book, receive(book, tmp_path, "shot.png", picture()), wanted)
    assert done.kind == kind


def test_a_recording_gets_another_voice(filled: Any, tmp_path: Path) -> None:
    with filled.opened() as book:
        code = receive(book, tmp_path, "voice.wav", recording())
        done = copying.copy(book, code, Wanted(voice=True))
        assert done.kind == "disguised_copy_of"
        with wave.open(io.BytesIO(bytes_of(book, done.item, tmp_path))) as file:
            assert file.getnframes() > 15_000
        assert checking.check(book).problems == []


def test_the_same_copy_is_held_once(filled: Any, tmp_path: Path) -> None:
    with filled.opened() as book:
        code = receive(book, tmp_path, "shot.png", picture())
        wanted = Wanted(covered=(box("20,10,40,10"),))
        first, again = (copying.copy(book, code, wanted) for _ in range(2))
        assert again.already_held
        assert again.item == first.item
        assert Item.objects.filter(reader=copying.READER).count() == 1
        assert checking.check(book).swept == 0


def test_what_is_no_picture_and_a_box_outside_leave_nothing(filled: Any, tmp_path: Path) -> None:
    with filled.opened() as book:
        shot = receive(book, tmp_path, "shot.png", picture())
        chat = reading.items(book, LOTUS)[0].item.code
        before = (Item.objects.count(), SealedObject.objects.count(), book.log().size)
        with pytest.raises(NotAPicture):
            copying.copy(book, chat, Wanted())
        with pytest.raises(BoxOutside):
            copying.copy(book, shot, Wanted(covered=(box("500,500,9,9"),)))
        with pytest.raises(VoiceOrPicture):
            copying.copy(book, shot, Wanted(voice=True, longest=9))
        with pytest.raises(BoxUnreadable):
            box("1,2,3")
        assert (Item.objects.count(), SealedObject.objects.count(), book.log().size) == before
        assert checking.check(book).swept == 0


def test_a_member_without_her_key_makes_no_copy(filled: Any, tmp_path: Path) -> None:
    with filled.opened() as book:
        code = receive(book, tmp_path, "shot.png", picture())
    with filled.opened(filled.worker_words) as book, pytest.raises(NoGrant):
        copying.copy(book, code, Wanted())


def test_a_copy_leaves_in_a_bag_without_its_original(filled: Any, tmp_path: Path) -> None:
    with filled.opened() as book:
        code = receive(book, tmp_path, "zqshotzq.png", picture())
        done = copying.copy(book, code, Wanted(covered=(box("20,10,40,10"),)))
        bagging.bag(book, bagging.Wanted((done.item,), "cs.refer", RECEIVER), tmp_path / "bag")
    assert verify(tmp_path / "bag") == []
    assert [p.name for p in (tmp_path / "bag/data/items").iterdir()] == [f"{done.item}.png"]
    row = json.loads((tmp_path / "bag/data/provenance.jsonl").read_bytes())
    assert row["made"]["kind"] == "redacted_copy_of"
    assert row["relations"] == [{"kind": "redacted_copy_of", "other": code, "record": None}]
    everything = b"".join(p.read_bytes() for p in (tmp_path / "bag").rglob("*") if p.is_file())
    assert b"zqshotzq" not in everything


def test_when_she_withdraws_copies_go_with_her(filled: Any, tmp_path: Path) -> None:
    with filled.opened() as book:
        done = copying.copy(book, receive(book, tmp_path, "shot.png", picture()), Wanted())
        withdrawing.withdraw(book, LOTUS)
        assert not Item.objects.filter(code=done.item).exists()
        assert checking.check(book).problems == []


def test_the_command_line_makes_it_and_says_what_was_done(
    filled: Any, tmp_path: Path, here: Any
) -> None:
    with filled.opened() as book:
        code = receive(book, tmp_path, "shot.png", picture())
    call = ("copy", filled.folder, code)
    done = here(*call, "--redact", "20,10,40,10", "--json", words=filled.words)
    assert (done.code, done.json["kind"]) == (0, "redacted_copy_of")
    assert len(done.json["steps"]) == 2
    assert here(*call, words=filled.words).code == 2
    assert here(*call, "--redact", "a box", words=filled.words).code == 2
