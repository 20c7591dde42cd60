"""Nothing is lost (law 11) and the original never changes (law 3): what came in comes out."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import checking, reading, receiving, segments, women
from romduol.desk.women import Answer, WomanToAdd

ALIAS = "Ming Lotus"
ALL = Answer(("cs.write", "cs.evidence"), "cm.written", date(2022, 5, 10))
CHAT = "".join(f"{d:02}/05/2022, 10:15 - Somebody: words {d} ភូមិ\n" for d in range(1, 29))
TELEGRAM = json.dumps({
    "name": "group", "type": "private_group", "id": 9,
    "messages": [{"id": n, "type": "message", "date": "2022-05-01T10:00:00",
                  "date_unixtime": str(1651399200 + n), "from": "A", "from_id": "user1",
                  "text": f"words {n}", "text_entities": []} for n in range(50)],
})  # fmt: skip


@pytest.fixture
def book(empty: Any) -> Iterator[Any]:
    with empty.opened() as opened:
        women.add(opened, [WomanToAdd(ALIAS, (ALL,))])
        yield opened


def take(book: Any, *paths: Path) -> list[receiving.Received]:
    return list(receiving.receive(book, paths, ALIAS, ReadingOptions()))


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


FIXTURES = ("chat-miner-whatsapp", "chatistics-whatsapp", "chat-miner-telegram")


@pytest.mark.parametrize("folder", FIXTURES)
def test_an_export_comes_out_byte_for_byte_and_its_messages_stand_where_they_say(
    folder: str, book: Any, shared: Path, tmp_path: Path
) -> None:
    source = shared / "fixtures" / folder
    files = {f.name: f.read_bytes() for f in source.iterdir() if f.name != "target.json"}
    if not files:
        pytest.skip("the fixtures are not beside this checkout")
    for name in files:
        list(receiving.receive(book, [source / name], ALIAS, ReadingOptions(order="mdy")))
    for held in reading.items(book):
        out = tmp_path / held.item.code
        reading.original(book, held.item.code, out)
        original = out.read_bytes()
        assert original == files[held.name]
        assert held.unread is None, held.name
        for _, _, table in reading.messages(book, item=held.item.code):
            rows = table.to_pylist()
            assert len(rows) == held.messages > 0
            for row in rows:
                _require_stands(row, original[row["start"] : row["end"]])


def _require_stands(row: dict[str, Any], cut: bytes) -> None:
    """The bytes said to be the message's hold its text, as the export escapes it."""
    if row["platform"] == "telegram":
        found = json.loads(cut)
        assert isinstance(found, dict)
        held = _plain(found.get("text", ""))
        assert held == row["text"] or row["kind"] != "message", (held, row["text"])
    else:
        text = cut.decode("utf-8")
        written = text.replace("\r\n", "\n")
        for line in row["text"].split("\n"):
            assert line.strip("\u200e\u200f") in written, (line, written)


def _plain(text: Any) -> str:
    parts = text if isinstance(text, list) else [text]
    return "".join(part if isinstance(part, str) else part["text"] for part in parts)


@pytest.mark.parametrize("few", [0, segments.FEW], ids=["read from segments", "at hand"])
def test_what_overlaps_is_new_once_whether_ids_are_at_hand_or_read_from_their_segment(
    few: int, book: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "FEW", few)
    lines = CHAT.splitlines(keepends=True)
    parts = ("".join(lines[:20]), "".join(lines[10:]))
    packed = tmp_path / "one.zip"
    packed.write_bytes(zipped(a__txt=parts[0].encode(), b__txt=parts[1].encode()))
    later = tmp_path / "WhatsApp Chat with later.txt"
    later.write_text(CHAT, encoding="utf-8")
    received = take(book, packed, later)
    assert [one.messages for one in received] == [38, 28]
    assert sum(one.new or 0 for one in received) == len(known(book))


def known(book: Any) -> set[bytes]:
    """The ids of all messages held."""
    tables = [table for _, _, table in reading.messages(book, ALIAS)]
    return {one for table in tables for one in table.column("message").to_pylist()}


def test_the_same_folder_received_twice_adds_nothing(book: Any, tmp_path: Path) -> None:
    folder = tmp_path / "phone"
    (folder / "deep").mkdir(parents=True)
    (folder / "_chat.txt").write_text(CHAT, encoding="utf-8")
    (folder / "deep" / "result.json").write_text(TELEGRAM, encoding="utf-8")
    (folder / "photo.bin").write_bytes(os.urandom(2000))
    first = take(book, folder)
    objects = set(book.store.names())
    second = take(book, folder)
    assert [one.already_held for one in first] == [False] * 3
    assert [one.already_held for one in second] == [True] * 3
    assert [one.item for one in second] == [one.item for one in first]
    assert sum(one.new or 0 for one in first) == 78
    assert sum(one.new or 0 for one in second) == 0
    assert set(book.store.names()) == objects
    assert len(reading.items(book)) == 3


def test_a_longer_export_of_the_same_chat_adds_only_what_is_new(book: Any, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "_chat.txt").write_text(CHAT, encoding="utf-8")
    longer = CHAT + "29/05/2022, 10:15 - Somebody: one more\n"
    (tmp_path / "b" / "_chat.txt").write_text(longer, encoding="utf-8")
    [first], [second] = take(book, tmp_path / "a"), take(book, tmp_path / "b")
    assert (first.new, second.messages, second.new) == (28, 29, 1)
    assert sum(t.num_rows for _, _, t in reading.messages(book, ALIAS)) == 29


def bad_files() -> dict[str, bytes]:
    whole = zipped(_chat__txt=CHAT.encode() * 200)
    bomb = zipped(_chat__txt=b"\0" * (40 << 20))
    return {
        "cut.zip": whole[: len(whole) // 2],
        "cut.json": TELEGRAM.encode()[: len(TELEGRAM) // 2],
        "noise.bin": bytes(range(256)) * 40,
        "bomb.zip": bomb,
        "empty.txt": b"",
        "torn.zip": whole[:-30],
        "picture.jpg": b"\xff\xd8\xff\xe0" + os.urandom(500),
    }


def test_what_cannot_be_read_is_kept_listed_with_its_reason_and_the_others_are_received(
    empty: Any, tmp_path: Path, romduol: Any
) -> None:
    folder = tmp_path / "phone"
    folder.mkdir()
    bad = bad_files()
    for name, data in bad.items():
        (folder / name).write_bytes(data)
    (folder / "_chat.txt").write_text(CHAT, encoding="utf-8")
    with empty.opened() as opened:
        women.add(opened, [WomanToAdd(ALIAS, (ALL,))])
    said = romduol("receive", empty.folder, folder, "--woman", ALIAS, "--json", words=empty.words)
    assert said.code == 1, said.err
    items = {one["name"]: one for one in said.json["items"]}
    assert items.keys() == {*bad, "_chat.txt"}
    assert (items["_chat.txt"]["messages"], items["_chat.txt"]["unread"]) == (28, None)
    for name, data in bad.items():
        told = items[name]["unread"] or items[name]["notes"]
        assert told, name
        assert items[name]["bytes"] == len(data)
        out = tmp_path / f"out-{name}"
        call = ("original", empty.folder, items[name]["item"], "--out", out)
        assert romduol(*call, words=empty.words).code == 0
        assert out.read_bytes() == data
    listed = romduol("items", empty.folder, "--json", words=empty.words).lines
    assert {one["name"] for one in listed if one["unread"]} >= {
        "noise.bin",
        "empty.txt",
        "cut.json",
    }
    assert romduol("check", empty.folder, words=empty.words).code == 0


def test_a_file_that_changes_while_it_is_received_is_not_kept(book: Any, tmp_path: Path) -> None:
    file = tmp_path / "_chat.txt"
    file.write_text(CHAT, encoding="utf-8")

    def meddle(_done: int, _all: int) -> None:
        file.write_text(CHAT + "more", encoding="utf-8")

    with pytest.raises(receiving.FileChanged):
        list(receiving.receive(book, [file], ALIAS, ReadingOptions(), meddle))
    assert list(book.store.names()) == []
    found = checking.check(book)
    assert (found.ok, found.swept) == (True, 0)


def test_a_file_that_cannot_be_opened_is_said_in_words(
    book: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "_chat.txt"
    file.write_text(CHAT, encoding="utf-8")
    real = Path.open

    def refuse(self: Path, *how: Any, **more: Any) -> Any:
        if self == file:
            raise PermissionError(13, "Permission denied", str(file))
        return real(self, *how, **more)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(receiving.FileUnreadable):
        take(book, file)
    assert list(book.store.names()) == []


def test_links_inside_a_folder_are_not_followed(book: Any, tmp_path: Path) -> None:
    folder, outside = tmp_path / "phone", tmp_path / "outside.txt"
    folder.mkdir()
    outside.write_text(CHAT, encoding="utf-8")
    (folder / "link.txt").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    with pytest.raises(receiving.NothingToReceive):
        take(book, folder)


def test_two_women_may_bring_the_same_file_and_neither_item_tells_of_the_other(
    book: Any, tmp_path: Path
) -> None:
    from romduol.desk import withdrawing

    file = tmp_path / "_chat.txt"
    file.write_text(CHAT, encoding="utf-8")
    women.add(book, [WomanToAdd("Ming Jasmine", (ALL,))])
    [first] = take(book, file)
    [second] = receiving.receive(book, [file], "Ming Jasmine", ReadingOptions())
    assert not second.already_held
    assert first.item != second.item
    assert second.new == 28
    withdrawing.withdraw(book, ALIAS)
    assert sum(t.num_rows for _, _, t in reading.messages(book, "Ming Jasmine")) == 28


def test_what_was_committed_stays_when_the_log_cannot_be_written(
    book: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up, or she presses Ctrl-C, after the rows and before the log's file."""
    from romduol.vault import durable
    from romduol.vault.log import CustodyLog

    file = tmp_path / "_chat.txt"
    file.write_text(CHAT, encoding="utf-8")
    for failure in (durable.DiskFull(), KeyboardInterrupt()):

        def fail(*_: Any, said: BaseException = failure) -> None:
            raise said

        with monkeypatch.context() as patch:
            patch.setattr(CustodyLog, "extend", fail)
            with pytest.raises(type(failure)):
                take(book, file)
            with pytest.raises(type(failure)):
                women.add(book, [WomanToAdd(f"Ming {type(failure).__name__}", (ALL,))])
        found = checking.check(book)
        assert (found.ok, found.swept) == (True, 0), found.problems
        file.write_text(CHAT + "29/05/2022, 10:15 - Somebody: more\n", encoding="utf-8")
    assert len(reading.items(book)) == 2
    assert len(women.everyone()) == 3
    assert sum(t.num_rows for _, _, t in reading.messages(book, ALIAS)) == 29


def test_an_archive_of_more_kinds_than_the_index_has_room_for_is_received(
    book: Any, tmp_path: Path
) -> None:
    mail = b"From: a@b.org\r\nTo: c@d.org\r\nDate: Tue, 5 Mar 2024 14:07:09 +0700\r\n\r\nhi\r\n"
    sms = b'<smses count="1"><sms address="1" date="1709622429000" type="1" body="hi" /></smses>'
    signal = b"[2024-03-05 14:07:09] Me: hi  \n[2024-03-05 14:08:09] Dara: hi  \n"
    tiktok = b"Date: 2024-03-05 07:10:00 UTC\nComment: mine\nPhoto: N/A\nUrl: \n\n"
    tweets = b'window.YTD.tweets.part0 = [{"tweet":{"id_str":"1","full_text":"hi"}}]'
    told = {"story": "x", "_uuid": "a", "_submission_time": "2024-03-05T07:10:00", "_id": "1"}
    form = f"{','.join(told)}\n{','.join(told.values())}\n".encode()
    talk = b"I: When?\nW: In the evening.\nI: Oh.\nW: Yes.\n"
    seen = io.BytesIO()
    Image.new("RGB", (9, 9)).save(seen, "PNG")
    everything = {
        "a.eml": mail, "sms.xml": sms, "chat.md": signal, "Comments.txt": tiktok, "talk.txt": talk,
        "tweets.js": tweets, "result.json": TELEGRAM.encode(), "form.csv": form,
        "p.png": seen.getvalue(),
        "WhatsApp Chat with Group.txt": CHAT.encode(),
    }  # fmt: skip
    (tmp_path / "all.zip").write_bytes(zipped(**everything))
    (taken,) = take(book, tmp_path / "all.zip")
    card = reading.items(book)[0].card
    names = {read["reader"].split("/")[0] for read in card["reads"]}
    assert len("+".join(names)) > 64
    assert taken.reader == "several"


def test_an_interview_alone_in_an_archive_is_received_and_its_archive_is_no_text(
    book: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(talk__txt=b"I: When?\nW: Later.\nI: Oh.\nW: Yes.\n"))
    (taken,) = take(book, tmp_path / "a.zip")
    assert (taken.reader, taken.messages) == ("transcripts/1", 4)
    assert checking.check(book).ok


@pytest.mark.parametrize("first", ["tweets.js", "deleted-tweets.js"])
def test_a_post_that_was_deleted_since_is_marked_whichever_file_came_first(
    first: str, book: Any, tmp_path: Path
) -> None:
    names = {"tweets.js": "tweets", "deleted-tweets.js": "deleted_tweets"}
    for name in sorted(names, key=lambda name: name != first):
        post = {"tweet": {"id_str": "1764908880000000000", "full_text": "hi"}}
        path = tmp_path / name
        path.write_text(f"window.YTD.{names[name]}.part0 = {json.dumps([post])}")
        take(book, path)
    rows = [row for _, _, table in reading.messages(book, ALIAS) for row in table.to_pylist()]
    assert [(row["text"], row["deleted"]) for row in rows] == [("hi", True)]
