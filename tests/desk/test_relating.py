from __future__ import annotations

import json
from typing import Any

import pytest

from romduol.casework.evidence import relations
from romduol.desk import checking, membership, reading, relating, travelling, withdrawing
from romduol.desk.custody import leaves
from romduol.desk.relating import AlreadyRelated, NoSuchRecord, NotRelated
from romduol.records.models import Item, LogEntry, Relation
from romduol.vault.keys import NoGrant

LOTUS, JASMINE = "Ming Lotus", "Ming Jasmine"


def items_of(book: Any, alias: str) -> list[str]:
    """Her chat, her Telegram export and her interview, by code."""
    held = {one.item.reader.split("/")[0]: one.item.code for one in reading.items(book, alias)}
    return [held[kind] for kind in ("whatsapp", "telegram", "transcripts")]


def test_what_a_person_said_stands_in_a_row_and_in_the_log(filled: Any) -> None:
    with filled.opened() as book:
        chat, telegram, _ = items_of(book, LOTUS)
        done = relating.relate(book, chat, "part_of", telegram)
        assert relating.of(list(Item.objects.filter(code=chat)))[chat] == [done]
        fact = json.loads(bytes(LogEntry.objects.get(subject=done.relation).fact))
        assert fact == {"item": chat, "kind": "part_of", "other": telegram, "record": None}
        assert checking.check(book).ok


def test_a_screenshot_points_at_one_message(filled: Any) -> None:
    with filled.opened() as book:
        chat, telegram, _ = items_of(book, LOTUS)
        assert relating.relate(book, telegram, "screenshot_of", chat, 27).record == 27
        with pytest.raises(NoSuchRecord):
            relating.relate(book, telegram, "screenshot_of", chat, 28)


def test_a_copy_has_the_same_bytes(filled: Any) -> None:
    with filled.opened() as book:
        chat, telegram, _ = items_of(book, LOTUS)
        with pytest.raises(relations.NotTheSameBytes):
            relating.relate(book, chat, "copy_of", telegram)
        assert relating.relate(book, chat, "near_copy_of", telegram).kind == "near_copy_of"


@pytest.mark.parametrize("kind", ["redacted_copy_of", "cousin_of", ""])
def test_nobody_can_say_by_hand_what_only_the_program_makes(filled: Any, kind: str) -> None:
    with filled.opened() as book:
        chat, telegram, _ = items_of(book, LOTUS)
        with pytest.raises(relations.UnknownRelation):
            relating.relate(book, chat, kind, telegram)


def test_nothing_is_said_twice_or_the_other_way_round_or_of_itself(filled: Any) -> None:
    with filled.opened() as book:
        chat, telegram, _ = items_of(book, LOTUS)
        relating.relate(book, chat, "part_of", telegram)
        before = len(leaves())
        for one, two in ((chat, telegram), (telegram, chat)):
            with pytest.raises(AlreadyRelated):
                relating.relate(book, one, "part_of", two)
        with pytest.raises(relations.RelatedToItself):
            relating.relate(book, chat, "part_of", chat)
        with pytest.raises(relations.RecordNotMeant):
            relating.relate(book, chat, "near_copy_of", telegram, 1)
        assert len(leaves()) == before


def test_a_mistake_is_taken_back_and_both_entries_stay(filled: Any) -> None:
    with filled.opened() as book:
        chat, telegram, _ = items_of(book, LOTUS)
        done = relating.relate(book, chat, "part_of", telegram)
        relating.take_back(book, chat, "part_of", telegram)
        with pytest.raises(NotRelated):
            relating.take_back(book, chat, "part_of", telegram)
        assert not Relation.objects.exists()
        assert LogEntry.objects.filter(subject=done.relation).count() == 2
        assert checking.check(book).ok


def test_a_member_without_her_key_says_nothing_about_her_items(filled: Any) -> None:
    with filled.opened() as book:
        chat, telegram, _ = items_of(book, LOTUS)
    with filled.opened(filled.worker_words) as book:
        hers = items_of(book, JASMINE)[0]
        with pytest.raises(NoGrant):
            relating.relate(book, chat, "part_of", telegram)
        with pytest.raises(NoGrant):
            relating.relate(book, hers, "part_of", chat)


@pytest.mark.parametrize("leaving", [LOTUS, JASMINE])
def test_when_either_woman_withdraws_nothing_names_her_items(filled: Any, leaving: str) -> None:
    with filled.opened() as book:
        ours, theirs = items_of(book, LOTUS), items_of(book, JASMINE)
        relating.relate(book, ours[0], "near_copy_of", theirs[0])
        relating.relate(book, ours[1], "part_of", theirs[1])
        relating.take_back(book, ours[1], "part_of", theirs[1])
        hers = ours if leaving == LOTUS else theirs
        withdrawing.withdraw(book, leaving)
        assert not Relation.objects.exists()
        said = b" ".join(bytes(fact) for fact in LogEntry.objects.values_list("fact", flat=True))
        assert not [code for code in hers if code.encode() in said]
        assert checking.check(book).problems == []


def test_a_travel_copy_carries_relations_whose_two_ends_travel(
    filled: Any, tmp_path: Any, light_locks_here: None
) -> None:
    with filled.opened() as book:
        ours, theirs = items_of(book, LOTUS), items_of(book, JASMINE)
        relating.relate(book, ours[0], "part_of", ours[1])
        relating.relate(book, ours[0], "near_copy_of", theirs[0])
        copy = travelling.travel(book, [LOTUS], tmp_path / "road.romduol", "traveller")
    from romduol.desk import opening

    with opening.open_book(tmp_path / "road.romduol", copy.passphrase) as book:
        assert [(r.item.code, r.kind, r.other.code) for r in Relation.objects.all()] == [
            (ours[0], "part_of", ours[1])
        ]
        assert Relation.objects.get().by == membership.me(book)
        assert checking.check(book).problems == []


def test_the_command_line_says_it_and_lists_it(filled: Any, here: Any) -> None:
    with filled.opened() as book:
        chat, telegram, _ = items_of(book, LOTUS)
    call = (filled.folder, telegram, "screenshot_of", chat, "--record", 3)
    assert here("relate", *call, words=filled.words).code == 0
    listed = here("items", filled.folder, "--json", words=filled.words).lines
    found = {row["item"]: row["relations"] for row in listed}
    assert found[telegram] == [{"kind": "screenshot_of", "item": chat, "record": 3}]
    assert found[chat] == []
    assert here("relate", *call, words=filled.words).code == 2
    undone = here("relate", *call, "--undo", "--json", words=filled.words)
    assert (undone.code, undone.json["item"]) == (0, telegram)
