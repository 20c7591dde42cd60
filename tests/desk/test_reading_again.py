"""The same bytes read again when a person says what was not known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import checking, coding, receiving, segments, women
from romduol.desk.opening import Book
from romduol.records.models import Coding, Item, LogEntry

CHAT = "05/03/24, 14:07 - Blue Kite: hi\n05/03/24, 14:08 - Red Kite: yo\n"
ALIAS = "Ming Bamboo"


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "WhatsApp Chat with Kites.txt"
    path.write_text(CHAT, encoding="utf-8")
    return path


@pytest.fixture
def book(empty: Any) -> Iterator[Book]:
    answer = women.Answer(("cs.write", "cs.evidence"), "cm.written", women.day("2026-01-01"))
    with empty.opened() as opened:
        women.add(opened, [women.WomanToAdd(ALIAS, (answer,))])
        yield opened


def take(book: Book, path: Path, options: ReadingOptions | None = None) -> receiving.Received:
    [done] = receiving.receive(book, [path], ALIAS, options or ReadingOptions())
    return done


def days(book: Book) -> list[int]:
    woman = women.find(ALIAS)
    return [
        when.day
        for _, table in segments.messages_of(book, woman)
        for when in table.column("sent_at").to_pylist()
    ]


def test_an_order_given_later_settles_both_readings(book: Book, chat: Path) -> None:
    first = take(book, chat)
    assert (first.order_certain, days(book)) == (False, [5, 5])
    again = take(book, chat, ReadingOptions(order="mdy"))
    assert (again.order, again.order_certain, days(book)) == ("mdy", True, [3, 3])
    assert (again.item, again.new, again.already_held) == (first.item, 0, True)
    assert checking.check(book).ok


def test_asking_the_same_again_changes_and_logs_nothing(book: Book, chat: Path) -> None:
    take(book, chat)
    take(book, chat, ReadingOptions(order="mdy"))
    entries, objects = LogEntry.objects.count(), sorted(book.store.names())
    take(book, chat, ReadingOptions(order="mdy"))
    take(book, chat)
    assert (LogEntry.objects.count(), sorted(book.store.names())) == (entries, objects)
    assert days(book) == [3, 3]


def test_a_file_kept_unread_is_read_when_its_kind_is_named(book: Book, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("what she said\nin two lines\n", encoding="utf-8")
    assert take(book, note).unread is not None
    again = take(book, note, ReadingOptions(source="transcript"))
    assert (again.unread, again.messages, again.new) == (None, 1, 1)
    assert Item.objects.get(code=again.item).text is not None
    assert checking.check(book).ok


def test_nothing_of_the_first_reading_is_left_behind(book: Book, chat: Path) -> None:
    before = set(book.store.names())
    take(book, chat)
    first = set(book.store.names()) - before
    take(book, chat, ReadingOptions(order="mdy"))
    second = set(book.store.names()) - before
    original = Item.objects.get(woman=women.find(ALIAS)).original.name
    assert first & second == {original}


def test_a_text_that_codings_point_into_stays(book: Book, tmp_path: Path) -> None:
    talk = tmp_path / "talk.txt"
    talk.write_text("I: And then?\nW: They came to the house.\n", encoding="utf-8")
    take(book, talk)
    columns = "woman,transcript,incident,when,precision,quote,scheme,term\n"
    row = f"{ALIAS},talk.txt,one,,unknown,came to the house,form_offline,off.visit\n"
    assert coding.code(book, (columns + row).encode()).codings == 1
    text = Item.objects.get(woman=women.find(ALIAS)).text
    take(book, talk, ReadingOptions(source="transcript"))
    item = Item.objects.get(woman=women.find(ALIAS))
    assert item.text == text
    assert Coding.objects.filter(item=item).count() == 1
    assert checking.check(book).ok


def test_an_item_is_read_again_from_its_sealed_original_when_the_file_is_gone(
    book: Book, chat: Path, empty: Any, here: Any
) -> None:
    item = take(book, chat).item
    chat.unlink()
    book.close()
    said = here(
        "read-again", empty.folder, "--item", item, "--order", "mdy", "--json", words=empty.words
    )
    assert [row["item"] for row in said.json["items"]] == [item]
    assert said.json["items"][0]["order_certain"]
    again = here("read-again", empty.folder, "--lang", "km", words=empty.words)
    assert "0" in again.out
    wrong = here("read-again", empty.folder, "--order", "mdy", words=empty.words)
    assert wrong.code == 2
    with empty.opened() as opened:
        assert days(opened) == [3, 3]
        assert checking.check(opened).ok
