"""One woman, one key (law 2): who can read whom, by keys and not by checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from romduol.casebook.evidence import ReadingOptions
from romduol.desk import (
    checking,
    coding,
    identifying,
    membership,
    reading,
    receiving,
    studying,
    travelling,
)
from romduol.records.models import Item, SealedObject, Woman
from romduol.vault.keyring import NotALead
from romduol.vault.keys import NoGrant
from romduol.vault.passphrases import WrongPassphrase


def test_a_member_without_a_grant_reads_no_word_through_any_verb(
    filled: Any, women: Any, sheet_of: Any, tmp_path: Path
) -> None:
    hers = women[0]
    with filled.opened(filled.worker_words) as book:
        with pytest.raises(NoGrant):
            list(reading.messages(book, hers.alias))
        for held in reading.items(book, hers.alias):
            assert (held.name, held.card) == ("", {})
            with pytest.raises(NoGrant):
                list(reading.messages(book, item=held.item.code))
            with pytest.raises(NoGrant):
                reading.original(book, held.item.code, tmp_path / "out")
        assert [alias for alias, _, _ in reading.messages(book)] == [women[1].alias] * 3
        refused = coding.code(book, sheet_of(hers.sheet)).refused
        assert {r.why for r in refused} == {"refused.not_granted"}
        with pytest.raises(NotALead):
            identifying.show(book, women[1].alias)
        with pytest.raises(NoGrant):
            membership.grant(book, "field worker", hers.alias)
        with pytest.raises(NoGrant):
            travelling.travel(book, [hers.alias], tmp_path / "t", "x")
        assert not (tmp_path / "t").exists()
        assert studying.study_for_publishing(book)[0].codings
    assert not (tmp_path / "out").exists()


def test_no_key_the_member_holds_opens_any_object_of_hers_or_any_card(
    filled: Any, women: Any
) -> None:
    with filled.opened(filled.worker_words) as book:
        ring = book.keyring
        everything = [ring._open().identity, *ring.identities(_code(women[1]))]
        opened = set()
        for held in SealedObject.objects.select_related("woman"):
            try:
                book.store.open_bytes(held.name, everything)
                opened.add((held.woman.alias, held.kind))
            except NoGrant:
                continue
        assert {alias for alias, _ in opened} == {women[1].alias}
        assert "identity" not in {kind for _, kind in opened}
        for file in (filled.folder / "keys" / "women").glob("*.age"):
            if file.stem != _code(women[1]):
                from romduol.vault import keys

                with pytest.raises(NoGrant):
                    keys.open_sealed(file.read_bytes(), [ring._open().identity])


def _code(hers: Any) -> str:
    return str(Woman.objects.get(alias=hers.alias).code)


def test_a_lead_opens_a_card_and_the_log_says_so(filled: Any, women: Any) -> None:
    from romduol.records.models import LogEntry
    from romduol.vault.entries import Entry

    with filled.opened() as book:
        assert identifying.show(book, women[0].alias).name == women[0].word("card")
        last = LogEntry.objects.order_by("index").last()
        assert last is not None
        entry = Entry.parse(bytes(last.leaf))
        assert (entry.verb, entry.subject) == ("identity-read", _code(women[0]))


def test_what_comes_after_a_revocation_is_closed_to_the_revoked(
    filled: Any, women: Any, tmp_path: Path
) -> None:
    hers, file = women[1], tmp_path / "later.txt"
    file.write_text("I: And now?\n\nR: Later words.\n", encoding="utf-8")
    with filled.opened(filled.worker_words) as book:
        old_keys = book.keyring.identities(_code(hers))
    with filled.opened() as book:
        membership.revoke(book, "field worker", hers.alias)
        [taken] = receiving.receive(book, [file], hers.alias, ReadingOptions())
        item = Item.objects.get(code=taken.item)
        after = [item.original.name, item.card.name, item.text.name]  # type: ignore[union-attr]
        after += [one.sealed.name for one in item.segments.all()]
        for name in after:
            with pytest.raises(NoGrant):
                book.store.open_bytes(name, old_keys)
        assert checking.check(book).ok
    with filled.opened(filled.worker_words) as book:
        with pytest.raises(NoGrant):
            list(reading.messages(book, hers.alias))
        assert list(reading.messages(book)) == []
    with filled.opened() as book:
        assert len(list(reading.messages(book, hers.alias))) == 4


def test_a_removed_member_opens_nothing(filled: Any, women: Any) -> None:
    with filled.opened() as book:
        membership.remove(book, "field worker")
        assert checking.check(book).ok
        assert [m.name for m, _ in membership.everyone(book)] == ["desk one"]
    with pytest.raises(WrongPassphrase), filled.opened(filled.worker_words):
        pass


def test_the_last_lead_cannot_be_removed_and_nobody_removes_themselves(filled: Any) -> None:
    with filled.opened(filled.worker_words) as book, pytest.raises(membership.LastMember):
        membership.remove(book, "desk one")
    with filled.opened() as book, pytest.raises(membership.RemovingOneself):
        membership.remove(book, "desk one")


def test_the_recovery_sheet_opens_everything(
    filled: Any, women: Any, light_locks_here: None
) -> None:
    book, member, words = membership.recover(filled.folder, [filled.sheet], "desk one")
    with book:
        assert member.name == "desk one 2"
        _require_everything(book, women)
        assert dict(membership.everyone(book))[member] == sorted(hers.alias for hers in women)
        found = checking.check(book)
        assert (found.ok, found.swept) == (True, 0)
    with filled.opened(words) as book:
        _require_everything(book, women)


def _require_everything(book: Any, women: Any) -> None:
    for hers in women:
        assert len(list(reading.messages(book, hers.alias))) == 3
        assert identifying.show(book, hers.alias).phone == hers.word("phone")


def test_any_two_of_three_shares_open_the_book_and_one_does_not(
    tmp_path: Path, light_locks_here: None
) -> None:
    from itertools import combinations

    from romduol.desk import opening, women
    from romduol.vault.passphrases import new_passphrase
    from romduol.vault.recovery import RecoverySheetUnreadable

    folder = tmp_path / "b.romduol"
    made, recovery = opening.new_book(folder, "desk", new_passphrase(), chosen=False, shares=True)
    with made as book:
        women.add(book, [women.WomanToAdd("Ming Lotus")])
    pages = recovery.sheet("km").split("\f")
    assert len(pages) == 3
    for pair in combinations(pages, 2):
        book, _, words = membership.recover(folder, pair, "r")
        book.close()
        with opening.open_book(folder, words) as book:
            assert book.may_read(women.find("Ming Lotus").code)
    for page in pages:
        with pytest.raises(RecoverySheetUnreadable):
            membership.recover(folder, [page], "r")
        with pytest.raises(RecoverySheetUnreadable):
            membership.recover(folder, [page, page], "r")


def test_the_sheet_of_another_book_opens_nothing(
    filled: Any, tmp_path: Path, light_locks_here: None
) -> None:
    from romduol.desk import opening
    from romduol.vault.passphrases import new_passphrase
    from romduol.vault.recovery import SheetOfAnotherBook

    made, other = opening.new_book(tmp_path / "o", "desk", new_passphrase(), chosen=False)
    made.close()
    with pytest.raises(SheetOfAnotherBook):
        membership.recover(filled.folder, [other.sheet("en")], "r")


def test_a_travel_copy_holds_the_chosen_woman_and_nothing_of_any_other(
    filled: Any, women: Any, tmp_path: Path, light_locks_here: None
) -> None:
    out, sheet = tmp_path / "road.romduol", tmp_path / "road.txt"
    chosen, others = women[0], women[1:]
    with filled.opened() as book:
        names = {
            hers.mark: set(
                SealedObject.objects.filter(woman__alias=hers.alias).values_list("name", flat=True)
            )
            for hers in women
        }
        cards = set(SealedObject.objects.filter(kind="identity").values_list("name", flat=True))
        home = book.keyring.database_key
        made = travelling.travel(book, [chosen.alias], out, "traveller", sheet)
    assert sheet.is_file()
    from romduol.desk import opening

    with opening.open_book(out, made.passphrase) as road:
        assert [w.alias for w in Woman.objects.all()] == [chosen.alias]
        held = set(road.store.names())
        assert held == names[chosen.mark] - cards
        assert road.keyring.database_key != home
        assert len(list(reading.messages(road, chosen.alias))) == 3
        assert checking.check(road).ok
        with pytest.raises(identifying.NoCard):
            identifying.show(road, chosen.alias)
        [incident] = Woman.objects.get().incidents.all()
        assert incident.codings.count() == 3
    raw = b"".join(f.read_bytes() for f in out.rglob("*") if f.is_file())
    for other in others:
        assert other.alias.encode() not in raw
    with pytest.raises(WrongPassphrase):
        opening.open_book(out, filled.words)
    with pytest.raises(WrongPassphrase):
        opening.open_book(filled.folder, made.passphrase)


def test_forgetting_a_laptop_closes_it_to_one_member_and_damages_nothing(
    filled: Any, light_locks_here: None
) -> None:
    with filled.opened(filled.worker_words) as book:
        membership.forget_me(book)
    with pytest.raises(WrongPassphrase), filled.opened(filled.worker_words):
        pass
    with filled.opened() as book:
        found = checking.check(book)
        assert found.ok, found.problems
        membership.forget_me(book)
    with pytest.raises(WrongPassphrase), filled.opened():
        pass
    book, _, _ = membership.recover(filled.folder, [filled.sheet], "again")
    with book:
        found = checking.check(book)
        assert found.ok, found.problems


@pytest.mark.parametrize("name", ["", " x", "x" * 41, "a\nb"])
def test_a_members_name_that_cannot_be_shown_is_refused_before_a_key_is_made(
    filled: Any, name: str
) -> None:
    before = sorted((filled.folder / "keys" / "members").iterdir())
    with filled.opened() as book, pytest.raises(membership.MemberNameUnusable):
        membership.add(book, name)
    assert sorted((filled.folder / "keys" / "members").iterdir()) == before
