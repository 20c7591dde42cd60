from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyrage
import pytest

from romduol.vault import keys, passphrases
from romduol.vault.durable import FolderReadOnly
from romduol.vault.keyfolder import (
    BOOK,
    ForeignKey,
    KeyFileMissing,
    KeysChanged,
    KeysExist,
    NoKeysHere,
)
from romduol.vault.keyring import BookLocked, Keyring, NotALead
from romduol.vault.keys import Identity, NoGrant
from romduol.vault.passphrases import ShortPassphrase, WeakLock, WrongPassphrase, new_passphrase
from romduol.vault.register import (
    KeyDestroyed,
    LastKeyHolder,
    NoMemberKey,
    NoWomanKey,
    RegisterForged,
)
from romduol.vault.slots import BookSecrets

if TYPE_CHECKING:
    from tests.vault.conftest import Team


def test_it_unlocks_as_the_member_whose_words_these_are(team: Team) -> None:
    lead, worker = team.as_lead(), team.as_worker()
    assert (lead.member, worker.member) == (team.lead, team.worker)
    assert lead.is_lead(team.lead)
    assert not lead.is_lead(team.worker)
    assert lead.members() == worker.members() == [team.lead, team.worker]


def test_every_member_shares_the_secrets_of_the_book(team: Team) -> None:
    lead, worker = team.as_lead(), team.as_worker()
    assert lead.database_key == worker.database_key
    assert len(lead.database_key) == 32
    assert lead.verifier_key == worker.verifier_key
    assert lead.origin == f"romduol/{worker.book_id}"
    assert lead.signing_key.sign(b"x") == worker.signing_key.sign(b"x")


def test_nothing_is_wrong_with_a_new_book(team: Team) -> None:
    assert team.as_lead().audit() == []


def test_a_wrong_passphrase_opens_nothing(team: Team) -> None:
    with pytest.raises(WrongPassphrase):
        Keyring.unlock(team.keys, new_passphrase())


@pytest.mark.slow
def test_a_real_book_opens_again(tmp_path: Path) -> None:
    words = new_passphrase()
    ring, code, _ = Keyring.create(tmp_path / "keys", words, chosen=False)
    again = Keyring.unlock(tmp_path / "keys", words)
    assert (again.member, again.database_key) == (code, ring.database_key)


def test_a_book_with_a_chosen_passphrase_opens_however_its_spaces_are_typed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lock_with_work: Callable[[bytes, str, int], bytes],
) -> None:
    monkeypatch.setattr(pyrage.passphrase, "encrypt", lambda *args: lock_with_work(*args, 17))
    _, code, _ = Keyring.create(tmp_path / "keys", "ផ្កា romdeng ក្រហម 1975", chosen=True)
    assert Keyring.unlock(tmp_path / "keys", "ផ្កា  romdeng\u200bក្រហម 1975 ").member == code


def test_a_short_chosen_passphrase_makes_no_book(tmp_path: Path) -> None:
    with pytest.raises(ShortPassphrase):
        Keyring.create(tmp_path / "keys", "short", chosen=True)
    with pytest.raises(NoKeysHere):
        Keyring.unlock(tmp_path / "keys", "short")


def test_a_book_is_not_made_over_another(team: Team) -> None:
    with pytest.raises(KeysExist):
        Keyring.create(team.keys, new_passphrase(), chosen=False)
    assert team.as_lead().audit() == []


def test_a_folder_without_keys_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(NoKeysHere):
        Keyring.unlock(tmp_path, new_passphrase())


def test_a_locked_keyring_gives_nothing(team: Team) -> None:
    ring = team.as_lead()
    ring.lock()
    for ask in (
        lambda: ring.database_key,
        lambda: ring.signing_key,
        lambda: ring.identities(team.hers),
        ring.leads_identities,
        lambda: ring.recipient(team.hers),
        ring.add_woman,
    ):
        with pytest.raises(BookLocked):
            ask()


def test_no_secret_shows_in_a_repr(team: Team) -> None:
    ring = team.as_lead()
    shown = repr(vars(ring))
    assert "SECRET" not in shown
    assert repr(ring.database_key) not in shown
    assert ring.database_key.hex() not in shown


# a stock age program


def test_a_stock_age_program_opens_the_keys_step_by_step(team: Team) -> None:
    """Passphrase, identity, her key: with nothing but pyrage and the files."""
    slot = (team.keys / "members" / f"{team.lead}.age").read_bytes()
    identity_file = pyrage.passphrase.decrypt(slot, team.lead_words).decode()
    mine = pyrage.x25519.Identity.from_str(identity_file.splitlines()[1])
    hers = pyrage.decrypt((team.keys / "women" / f"{team.hers}.age").read_bytes(), [mine]).decode()
    public = str(pyrage.x25519.Identity.from_str(hers.splitlines()[0]).to_public())
    assert public == team.as_worker().recipient(team.hers)


def test_no_file_name_says_anything_and_nothing_is_readable_without_a_key(team: Team) -> None:
    team.as_lead()
    for file in (f for f in team.keys.rglob("*") if f.is_file() and f.name != "lock"):
        assert re.fullmatch(r"(m|w)[0-9a-f]{16}\.age|(book|leads|register)\.age", file.name)
        assert file.read_bytes().startswith(b"age-encryption.org/v1\n")
        assert file.stat().st_mode & 0o077 == 0


# by keys, not by checks


def every_identity_of(ring: Keyring) -> list[Identity]:
    """Every key a member can reach: her own, those of the women she holds, the leads' if hers."""
    found = [ring._open().identity]
    for woman in ring.women():
        try:
            found += ring.identities(woman)
        except NoGrant:
            continue
    return found


def test_without_a_grant_no_key_she_can_reach_opens_her_key_file(team: Team) -> None:
    reachable = every_identity_of(team.as_worker())
    assert len(reachable) == 2
    with pytest.raises(NoGrant):
        keys.open_sealed((team.keys / f"women/{team.hers}.age").read_bytes(), reachable)
    assert keys.open_sealed((team.keys / f"women/{team.shared}.age").read_bytes(), reachable)


def test_no_key_a_worker_can_reach_opens_the_leads_key(team: Team) -> None:
    worker = team.as_worker()
    with pytest.raises(NoGrant):
        keys.open_sealed((team.keys / "leads.age").read_bytes(), every_identity_of(worker))
    with pytest.raises(NotALead):
        worker.leads_identities()


def test_a_worker_seals_to_a_woman_she_cannot_read(team: Team) -> None:
    worker, lead = team.as_worker(), team.as_lead()
    sealed = keys.seal(b"came in by phone", [worker.recipient(team.hers)])
    with pytest.raises(NoGrant):
        worker.identities(team.hers)
    assert keys.open_sealed(sealed, lead.identities(team.hers)) == b"came in by phone"


# grants


def test_grants_are_listed_without_opening_anything(team: Team) -> None:
    worker = team.as_worker()
    assert worker.grants(team.hers) == [team.lead]
    assert worker.grants(team.shared) == [team.lead, team.worker]


def test_a_grant_opens_everything_of_hers_also_from_before(team: Team) -> None:
    lead, worker = team.as_lead(), team.as_worker()
    before = keys.seal(b"before", [worker.recipient(team.hers)])
    lead.grant(team.hers, team.worker)
    assert keys.open_sealed(before, worker.identities(team.hers)) == b"before"
    assert worker.grants(team.hers) == [team.lead, team.worker]


def test_a_grant_needs_the_grant_oneself(team: Team) -> None:
    worker = team.as_worker()
    with pytest.raises(NoGrant):
        worker.grant(team.hers, team.worker)
    assert worker.grants(team.hers) == [team.lead]


def test_granting_twice_changes_nothing(team: Team) -> None:
    lead = team.as_lead()
    revision = lead.revision
    lead.grant(team.shared, team.worker)
    assert lead.revision == revision


def test_after_a_revocation_what_comes_next_is_closed_and_what_was_stays(team: Team) -> None:
    lead, worker = team.as_lead(), team.as_worker()
    held = worker.identities(team.shared)
    before = keys.seal(b"before", [lead.recipient(team.shared)])
    lead.revoke(team.shared, team.worker)
    after = keys.seal(b"after", [worker.recipient(team.shared)])
    with pytest.raises(NoGrant):
        worker.identities(team.shared)
    assert keys.open_sealed(before, held) == b"before"
    with pytest.raises(NoGrant):
        keys.open_sealed(after, [*held, *every_identity_of(worker)])
    generations = lead.identities(team.shared)
    assert [keys.open_sealed(one, generations) for one in (before, after)] == [b"before", b"after"]


def test_the_last_holder_is_not_revoked(team: Team) -> None:
    lead = team.as_lead()
    with pytest.raises(LastKeyHolder):
        lead.revoke(team.hers, team.lead)
    assert lead.grants(team.hers) == [team.lead]


def test_unknown_codes_are_said(team: Team) -> None:
    lead = team.as_lead()
    with pytest.raises(NoWomanKey):
        lead.recipient("w0")
    with pytest.raises(NoMemberKey):
        lead.grant(team.hers, "m0")
    with pytest.raises(NoMemberKey):
        lead.is_lead("m0")


# members


def test_a_new_member_unlocks_and_holds_no_woman(team: Team) -> None:
    words = new_passphrase()
    code = team.as_worker().add_member(words)
    ring = Keyring.unlock(team.keys, words)
    assert ring.member == code
    for woman in ring.women():
        with pytest.raises(NoGrant):
            ring.identities(woman)


def test_only_a_lead_makes_a_lead(team: Team) -> None:
    worker = team.as_worker()
    with pytest.raises(NotALead):
        worker.add_member(new_passphrase(), lead=True)
    with pytest.raises(NotALead):
        worker.make_lead(team.worker)
    assert worker.members() == [team.lead, team.worker]
    assert not worker.is_lead(team.worker)


def test_a_made_lead_opens_cards_of_before(team: Team) -> None:
    lead, worker = team.as_lead(), team.as_worker()
    card = keys.seal(b"a name", [worker.leads_recipient])
    lead.make_lead(team.worker)
    assert keys.open_sealed(card, worker.leads_identities()) == b"a name"


def test_a_removed_member_opens_nothing_new(team: Team) -> None:
    lead, worker = team.as_lead(), team.as_worker()
    kept = every_identity_of(worker)
    removal = lead.remove_member(team.worker)
    assert (removal.renewed, removal.waiting) == ((team.shared,), ())
    after = keys.seal(b"after", [lead.recipient(team.shared)])
    for sealed in (
        after,
        *(f.read_bytes() for f in team.keys.rglob("*.age") if f.stem != team.lead),
    ):
        with pytest.raises(NoGrant):
            keys.open_sealed(sealed, kept)
    with pytest.raises(NoGrant):
        worker.recipient(team.shared)
    with pytest.raises(WrongPassphrase):
        team.as_worker()
    assert lead.audit() == []


def test_a_removed_member_who_puts_her_slot_back_is_a_foreigner(team: Team) -> None:
    slot = team.keys / "members" / f"{team.worker}.age"
    kept = slot.read_bytes()
    team.as_lead().remove_member(team.worker)
    slot.write_bytes(kept)
    with pytest.raises(ForeignKey):
        team.as_worker()


def test_women_the_remover_cannot_open_wait_for_a_holder(team: Team) -> None:
    lead, worker = team.as_lead(), team.as_worker()
    words = new_passphrase()
    third = worker.add_member(words)
    lead.grant(team.hers, third)
    old = lead.recipient(team.hers)
    removal = worker.remove_member(third)
    assert (removal.renewed, removal.waiting) == ((), (team.hers,))
    assert worker.recipient(team.hers) == old
    again = team.as_lead()
    assert worker.recipient(team.hers) != old
    assert len(again.identities(team.hers)) == 2
    assert again.grants(team.hers) == [team.lead]


def test_the_last_lead_or_only_holder_is_not_removed(team: Team) -> None:
    lead = team.as_lead()
    with pytest.raises(LastKeyHolder):
        lead.remove_member(team.lead)
    lead.make_lead(team.worker)
    with pytest.raises(LastKeyHolder):
        lead.remove_member(team.lead)
    lead.grant(team.hers, team.worker)
    lead.remove_member(team.lead)
    with pytest.raises(BookLocked):
        lead.women()
    assert team.as_worker().members() == [team.worker]


def test_removing_a_lead_renews_the_key_of_the_cards(team: Team) -> None:
    lead, worker = team.as_lead(), team.as_worker()
    lead.make_lead(team.worker)
    before, kept = lead.leads_recipient, lead.leads_identities()
    lead.grant(team.hers, team.worker)
    worker.remove_member(team.lead)
    card = keys.seal(b"a name", [worker.leads_recipient])
    assert worker.leads_recipient != before
    with pytest.raises(NoGrant):
        keys.open_sealed(card, kept)
    old_card = keys.seal(b"an older name", [before])
    assert keys.open_sealed(old_card, worker.leads_identities()) == b"an older name"


def test_a_worker_cannot_remove_a_lead(team: Team) -> None:
    lead, worker = team.as_lead(), team.as_worker()
    second = lead.add_member(new_passphrase(), lead=True)
    with pytest.raises(NotALead):
        worker.remove_member(second)
    assert second in worker.members()


def test_a_changed_passphrase_opens_and_the_old_one_does_not(team: Team) -> None:
    words = new_passphrase()
    team.as_worker().change_passphrase(words)
    assert Keyring.unlock(team.keys, words).member == team.worker
    with pytest.raises(WrongPassphrase):
        team.as_worker()


def test_an_old_slot_put_back_after_a_change_of_passphrase_is_refused(team: Team) -> None:
    slot = team.keys / "members" / f"{team.worker}.age"
    old = slot.read_bytes()
    team.as_worker().change_passphrase(new_passphrase())
    slot.write_bytes(old)
    with pytest.raises(ForeignKey):
        team.as_worker()


def test_a_forgotten_laptop_opens_for_nobody_but_others(team: Team) -> None:
    ring = team.as_worker()
    ring.forget_this_laptop()
    with pytest.raises(BookLocked):
        ring.women()
    with pytest.raises(WrongPassphrase):
        team.as_worker()
    assert [str(t.facts["file"]) for t in team.as_lead().audit()] == [f"members/{team.worker}.age"]


# destroying


def test_a_destroyed_key_is_gone_for_everyone(team: Team) -> None:
    lead, worker = team.as_lead(), team.as_worker()
    lead.destroy(team.shared)
    lead.destroy(team.shared)
    assert not (team.keys / f"women/{team.shared}.age").exists()
    for ask in (worker.recipient, worker.identities, worker.grants):
        with pytest.raises(KeyDestroyed):
            ask(team.shared)
    assert worker.destroyed() == {team.shared}
    assert worker.women() == [team.hers]
    assert team.as_worker().audit() == []


def test_a_destroyed_key_put_back_from_a_backup_is_destroyed_again(team: Team) -> None:
    file = team.keys / f"women/{team.shared}.age"
    kept = file.read_bytes()
    team.as_lead().destroy(team.shared)
    file.write_bytes(kept)
    team.as_worker()
    assert not file.exists()


# travel


def test_a_travel_book_knows_the_chosen_women_and_nothing_else(team: Team, tmp_path: Path) -> None:
    lead, words = team.as_lead(), new_passphrase()
    sealed = keys.seal(b"before", [lead.recipient(team.hers)])
    lead.revoke(team.shared, team.worker)
    travel, member, recovery = lead.export_for_travel(
        [team.hers], tmp_path / "travel", words, chosen=False
    )
    again = Keyring.unlock(tmp_path / "travel", words)
    assert again.women() == [team.hers]
    assert again.members() == [member]
    assert keys.open_sealed(sealed, again.identities(team.hers)) == b"before"
    assert again.recipient(team.hers) == lead.recipient(team.hers)
    assert again.database_key != lead.database_key
    assert again.book_id != lead.book_id
    assert again.leads_recipient != lead.leads_recipient
    assert recovery.identity != team.recovery.identity
    assert travel.verifier_key == again.verifier_key


def test_a_travel_book_takes_no_woman_without_a_grant(team: Team, tmp_path: Path) -> None:
    with pytest.raises(NoGrant):
        team.as_worker().export_for_travel(
            [team.hers], tmp_path / "travel", new_passphrase(), chosen=False
        )
    assert not (tmp_path / "travel").exists()


# somebody with the disk


def refused_as_foreign(team: Team, path: str) -> None:
    assert path in [str(t.facts["file"]) for t in team.as_lead().audit()]


def test_a_member_file_copied_from_another_book_is_refused(team: Team, other_team: Team) -> None:
    copied = other_team.keys / f"members/{other_team.worker}.age"
    shutil.copy(copied, team.keys / "members")
    with pytest.raises(ForeignKey):
        Keyring.unlock(team.keys, other_team.worker_words)
    refused_as_foreign(team, f"members/{other_team.worker}.age")


def test_a_member_file_overwritten_from_another_book_is_refused(
    team: Team, other_team: Team
) -> None:
    theirs = (other_team.keys / f"members/{other_team.worker}.age").read_bytes()
    (team.keys / f"members/{team.worker}.age").write_bytes(theirs)
    with pytest.raises(ForeignKey):
        Keyring.unlock(team.keys, other_team.worker_words)
    with pytest.raises(WrongPassphrase):
        team.as_worker()
    refused_as_foreign(team, f"members/{team.worker}.age")


def test_a_register_copied_from_another_book_is_refused(team: Team, other_team: Team) -> None:
    shutil.copy(other_team.keys / "register.age", team.keys)
    with pytest.raises(ForeignKey):
        team.as_lead()


def forge_register(team: Team, change: Callable[[bytes], bytes]) -> None:
    """What somebody can do who has the disk, and has learnt every public key, but no secret."""
    ring = team.as_lead()
    register = team.keys / "register.age"
    inside = keys.open_sealed(register.read_bytes(), [ring._open().identity])
    register.write_bytes(keys.seal(change(inside), ring._now().everyone()))


def test_a_public_key_replaced_in_the_register_is_refused(team: Team) -> None:
    ring = team.as_lead()
    hers, mine = ring.recipient(team.hers), Identity.generate().recipient
    forge_register(team, lambda inside: inside.replace(hers.encode(), mine.encode()))
    with pytest.raises(RegisterForged):
        ring.recipient(team.hers)
    with pytest.raises(RegisterForged):
        team.as_lead()
    with pytest.raises(RegisterForged):
        Keyring.recover(team.keys, [team.recovery.sheet("en")], new_passphrase(), chosen=False)


@pytest.mark.parametrize(
    "change",
    [
        lambda inside: inside.partition(b"\n")[0] + b"\n",
        lambda inside: inside[:-3] + b"\n",
        lambda inside: inside + b"x",
        lambda inside: b"{}\n" + inside.partition(b"\n")[2],
        lambda inside: b"",
        lambda inside: b"\xff",
    ],
)
def test_a_register_with_a_broken_signature_is_refused(
    team: Team, change: Callable[[bytes], bytes]
) -> None:
    forge_register(team, change)
    with pytest.raises(RegisterForged):
        team.as_lead()


def test_a_torn_register_is_refused(team: Team) -> None:
    register = team.keys / "register.age"
    register.write_bytes(register.read_bytes()[:-1])
    with pytest.raises(RegisterForged):
        team.as_lead()


def test_a_whole_book_of_somebody_else_in_place_of_this_one_is_refused(
    team: Team, other_team: Team
) -> None:
    """Their register and their secrets, sealed to this book's lead, beside her own slot."""
    ring, theirs = team.as_lead(), other_team.as_lead()
    mine = ring._open().identity.recipient
    for name in ("register.age", "book.age"):
        raw = (other_team.keys / name).read_bytes()
        inside = keys.open_sealed(raw, [theirs._open().identity])
        (team.keys / name).write_bytes(keys.seal(inside, [mine]))
    with pytest.raises(RegisterForged):
        team.as_lead()


def test_an_older_register_put_back_while_the_book_is_open_is_refused(team: Team) -> None:
    ring, register = team.as_lead(), team.keys / "register.age"
    older = register.read_bytes()
    ring.add_woman()
    register.write_bytes(older)
    with pytest.raises(RegisterForged):
        ring.women()


@pytest.mark.parametrize("name", ["book.age", "leads.age", "women/{hers}.age"])
def test_a_key_file_exchanged_for_another_of_the_same_book_is_refused(
    team: Team, name: str
) -> None:
    path = name.format(hers=team.hers)
    shutil.copy(team.keys / f"women/{team.shared}.age", team.keys / path)

    def open_everything() -> None:
        ring = team.as_lead()
        ring.identities(team.hers)
        ring.leads_identities()

    with pytest.raises(ForeignKey):
        open_everything()


def test_a_key_file_exchanged_is_named_by_the_audit(team: Team) -> None:
    ring = team.as_lead()
    shutil.copy(team.keys / f"women/{team.shared}.age", team.keys / f"women/{team.hers}.age")
    assert [str(t.facts["file"]) for t in ring.audit()] == [f"women/{team.hers}.age"]


def test_one_damaged_key_file_does_not_keep_the_others_shut(team: Team) -> None:
    (team.keys / f"women/{team.hers}.age").write_bytes(b"torn")
    ring = team.as_lead()
    with pytest.raises(ForeignKey):
        ring.identities(team.hers)
    assert ring.identities(team.shared)
    words = new_passphrase()
    again = Keyring.recover(team.keys, [team.recovery.sheet("en")], words, chosen=False)
    assert again.identities(team.shared)
    assert again.grants(team.hers) == [team.lead]


def test_a_missing_key_file_is_called_missing(team: Team) -> None:
    ring = team.as_lead()
    (team.keys / f"women/{team.hers}.age").unlink()
    with pytest.raises(KeyFileMissing):
        ring.identities(team.hers)


def test_a_member_cannot_pass_her_own_key_off_as_a_womans_to_a_holder(team: Team) -> None:
    """A member can sign the register; a holder still sees that it does not fit the sealed key."""
    worker, lead = team.as_worker(), team.as_lead()
    now = worker._now()
    mine = replace(now.woman(team.hers), recipient=Identity.generate().recipient)
    worker._commit(now.with_woman(mine), {})
    with pytest.raises(ForeignKey):
        lead.identities(team.hers)


def test_secrets_exchanged_by_a_member_are_refused_by_every_other_slot(team: Team) -> None:
    """She can sign the register; the other slots still name the signing key they believe."""
    worker = team.as_worker()
    now, held = worker._now(), worker._open().book
    others = replace(BookSecrets.generate(), book_id=held.book_id)
    worker._commit(now, {BOOK: keys.seal(others.to_bytes(), now.everyone())})
    with pytest.raises(ForeignKey):
        team.as_lead()


def test_a_slot_with_the_work_factor_lowered_is_refused(
    team: Team, lock_with_work: Callable[[bytes, str, int], bytes]
) -> None:
    slot = team.keys / f"members/{team.worker}.age"
    phrase = passphrases.tidy("a phrase that a person chose")
    slot.write_bytes(lock_with_work(b"x", phrase, 10))
    with pytest.raises(WeakLock):
        Keyring.unlock(team.keys, phrase)


# two processes


def test_each_member_sees_what_another_process_changed(team: Team) -> None:
    lead, worker = team.as_lead(), team.as_worker()
    woman = lead.add_woman()
    assert woman in worker.women()
    mine = worker.add_woman()
    assert mine in lead.women()
    assert team.as_lead().audit() == []


def test_a_change_made_on_an_old_register_is_refused_and_changes_nothing(team: Team) -> None:
    lead, worker = team.as_lead(), team.as_worker()
    stale = worker._now()
    woman = lead.add_woman()
    with pytest.raises(KeysChanged):
        worker._commit(stale, {})
    assert woman in team.as_lead().women()


def test_a_read_only_copy_can_be_read(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when a change was cut short and cannot be finished there."""
    staged = team.keys / f"women/{team.hers}.age"
    shutil.move(staged, staged.with_name(staged.name + ".next"))

    def refused(*args: object, **kwargs: object) -> None:
        raise FolderReadOnly

    monkeypatch.setattr("romduol.vault.keyfolder.KeyFolder._alone", refused)
    assert team.as_lead().identities(team.hers)


# kill -9

PREPARE = """
from pathlib import Path
from romduol.vault.keyring import Keyring
ring = Keyring.unlock(Path({keys!r}), {words!r})
"""


@pytest.mark.parametrize("verb", ["revoke", "destroy", "add_woman"])
def test_killed_at_any_step_a_change_of_keys_is_whole_or_has_not_begun(
    team: Team, tmp_path: Path, killed_at: Callable[[int, str, str], bool], verb: str
) -> None:
    body = {
        "revoke": f"ring.revoke({team.shared!r}, {team.worker!r})",
        "destroy": f"ring.destroy({team.shared!r})",
        "add_woman": "ring.add_woman()",
    }[verb]
    done = []
    for step in range(1, 40):
        copy = tmp_path / "killed" / str(step)
        shutil.copytree(team.keys, copy)
        prepare = PREPARE.format(keys=str(copy), words=team.lead_words)
        killed = killed_at(step, prepare, body)
        ring = Keyring.unlock(copy, team.lead_words)
        assert ring.audit() == []
        assert [f for f in copy.rglob("*") if f.name.endswith((".part", ".next"))] == []
        assert all(ring.identities(woman) for woman in ring.women())
        done.append(
            {
                "revoke": lambda r: r.grants(team.shared) == [team.lead],
                "destroy": lambda r: r.destroyed() == {team.shared},
                "add_woman": lambda r: len(r.women()) == 3,
            }[verb](ring)
        )
        if not killed:
            break
    assert not killed
    assert done == sorted(done)  # not begun, …, not begun, whole, …, whole
    assert set(done) == {False, True}
