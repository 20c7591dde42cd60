from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from romduol.vault.keyring import Keyring
from romduol.vault.keys import NoGrant
from romduol.vault.objects import ObjectMissing, ObjectStore
from romduol.vault.register import KeyDestroyed, NoWomanKey
from romduol.vault.withdrawal import Withdrawal, withdraw

if TYPE_CHECKING:
    from tests.vault.conftest import Team


@pytest.fixture
def store(team: Team) -> ObjectStore:
    return ObjectStore(team.keys.parent / "objects")


@pytest.fixture
def hers(team: Team, store: ObjectStore) -> list[str]:
    recipient = team.as_lead().recipient(team.shared)
    return sorted(store.seal_bytes(text, [recipient]).name for text in (b"one", b"two", b"three"))


def test_her_key_and_objects_are_gone_and_the_others_stay(
    team: Team, store: ObjectStore, hers: list[str]
) -> None:
    ring = team.as_lead()
    other = store.seal_bytes(b"another's", [ring.recipient(team.hers)])
    assert withdraw(ring, store, team.shared, hers) == Withdrawal(team.shared, True, tuple(hers))
    assert list(store.names()) == [other.name]
    assert store.open_bytes(other.name, ring.identities(team.hers)) == b"another's"
    with pytest.raises(KeyDestroyed):
        ring.recipient(team.shared)
    with pytest.raises(ObjectMissing):
        store.open_bytes(hers[0], ring.identities(team.hers))


def test_withdrawing_twice_removes_nothing_more(
    team: Team, store: ObjectStore, hers: list[str]
) -> None:
    ring = team.as_lead()
    withdraw(ring, store, team.shared, hers)
    assert withdraw(ring, store, team.shared, hers) == Withdrawal(team.shared, False, ())


def test_a_copy_of_the_objects_is_unreadable_with_every_key_that_is_left(
    team: Team, store: ObjectStore, hers: list[str], tmp_path: Path
) -> None:
    shutil.copytree(store._folder, tmp_path / "copy")
    ring = team.as_lead()
    withdraw(ring, store, team.shared, hers)
    left = [
        ring._open().identity,
        team.recovery.identity,
        *ring.identities(team.hers),
        *ring.leads_identities(),
    ]
    for name in hers:
        with pytest.raises(NoGrant):
            ObjectStore(tmp_path / "copy").open_bytes(name, left)


def test_a_woman_who_is_not_in_the_book_cannot_withdraw_and_nothing_is_removed(
    team: Team, store: ObjectStore, hers: list[str]
) -> None:
    with pytest.raises(NoWomanKey):
        withdraw(team.as_lead(), store, "w0", hers)
    assert sorted(store.names()) == hers


PREPARE = """
from pathlib import Path
from romduol.vault.keyring import Keyring
from romduol.vault.objects import ObjectStore
from romduol.vault.withdrawal import withdraw
ring = Keyring.unlock(Path({book!r}) / "keys", {words!r})
store = ObjectStore(Path({book!r}) / "objects")
"""


def test_killed_at_any_step_everything_is_there_or_nothing_is_readable(
    team: Team, hers: list[str], tmp_path: Path, killed_at: Callable[[int, str, str], bool]
) -> None:
    readable = []
    for step in range(1, 40):
        book = tmp_path / "killed" / str(step)
        shutil.copytree(team.keys.parent, book)
        prepare = PREPARE.format(book=str(book), words=team.lead_words)
        killed = killed_at(step, prepare, f"withdraw(ring, store, {team.shared!r}, {hers!r})")
        ring, store = Keyring.unlock(book / "keys", team.lead_words), ObjectStore(book / "objects")
        readable.append(team.shared in ring.women())
        if readable[-1]:
            opened = [store.open_bytes(name, ring.identities(team.shared)) for name in hers]
            assert sorted(opened) == [b"one", b"three", b"two"]
        else:
            assert not (book / "keys" / "women" / f"{team.shared}.age").exists()
        withdraw(ring, store, team.shared, hers)
        assert list(store.names()) == []
        assert ring.audit() == []
        if not killed:
            break
    assert not killed
    assert readable == sorted(readable, reverse=True)
    assert set(readable) == {False, True}
