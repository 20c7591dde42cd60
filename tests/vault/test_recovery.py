from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from romduol.vault import keys, making
from romduol.vault.keyfolder import BOOK, LEADS
from romduol.vault.keyring import Keyring
from romduol.vault.passphrases import new_passphrase
from romduol.vault.recovery import (
    Recovery,
    RecoverySheetUnreadable,
    SheetOfAnotherBook,
    identity_of,
    read_sheet,
)
from romduol.vault.slots import BookSecrets

if TYPE_CHECKING:
    from tests.vault.conftest import Team

THE_BOOK = BookSecrets.generate().verifier_key


@settings(max_examples=50, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_any_32_bytes_are_an_identity_that_age_accepts_and_writes_alike(seed: bytes) -> None:
    made = identity_of(seed)
    assert str(pyrage.x25519.Identity.from_str(made.secret)) == made.secret
    assert made.recipient.startswith("age1")


def bech32_bytes(text: str) -> bytes:
    """The 32 bytes in an age key or recipient (BIP-173, without its checksum)."""
    data = text.lower().rpartition("1")[2][:-6]
    bits = "".join(f"{'qpzry9x8gf2tvdw0s3jn54khce6mua7l'.index(c):05b}" for c in data)
    return int(bits[:256], 2).to_bytes(32, "big")


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_the_bytes_are_the_x25519_key_itself(seed: bytes) -> None:
    made = identity_of(seed)
    public = X25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert bech32_bytes(made.secret) == seed
    assert bech32_bytes(made.recipient) == public


@pytest.mark.parametrize("length", [0, 31, 33])
def test_other_lengths_are_no_key(length: int) -> None:
    with pytest.raises(ValueError, match="32"):
        identity_of(bytes(length))


@pytest.mark.parametrize("lang", ["en", "km"])
def test_the_printed_sheet_reads_back_in_both_languages(lang: str) -> None:
    recovery = Recovery.generate(THE_BOOK, shares=False)
    secret = read_sheet([recovery.sheet(lang)])
    assert (secret.identity, secret.book) == (recovery.identity, THE_BOOK)


def test_the_bare_key_reads_too_in_small_letters() -> None:
    recovery = Recovery.generate(THE_BOOK, shares=False)
    secret = read_sheet([f"  {recovery.identity.secret.lower()}\n"])
    assert (secret.identity, secret.book) == (recovery.identity, None)


@pytest.mark.parametrize("lang", ["en", "km"])
def test_any_two_printed_shares_give_the_key_in_any_order(lang: str) -> None:
    recovery = Recovery.generate(THE_BOOK, shares=True)
    pages = recovery.sheet(lang).split("\f")
    assert len(pages) == 3
    for two in permutations(pages, 2):
        secret = read_sheet(two)
        assert (secret.identity, secret.book) == (recovery.identity, THE_BOOK)
    assert read_sheet(["\n".join(pages)]).identity == recovery.identity


def test_no_share_sheet_holds_the_key_itself() -> None:
    recovery = Recovery.generate(THE_BOOK, shares=True)
    assert "AGE-SECRET-KEY" not in recovery.sheet("en")


def test_one_share_or_the_same_twice_is_not_enough() -> None:
    for share in Recovery.generate(THE_BOOK, shares=True).shares:
        for typed in ([share], [share, share]):
            with pytest.raises(RecoverySheetUnreadable):
                read_sheet(typed)


def test_shares_of_two_books_do_not_fit() -> None:
    one, two = (Recovery.generate(THE_BOOK, shares=True).shares for _ in range(2))
    with pytest.raises(RecoverySheetUnreadable):
        read_sheet([one[0], two[1]])


def test_a_word_typed_wrongly_is_noticed() -> None:
    first, second, _ = Recovery.generate(THE_BOOK, shares=True).shares
    words = first.split()
    words[20] = "academic" if words[20] != "academic" else "acid"
    with pytest.raises(RecoverySheetUnreadable):
        read_sheet([" ".join(words), second])


def test_a_letter_typed_wrongly_is_noticed() -> None:
    secret = Recovery.generate(THE_BOOK, shares=False).identity.secret
    wrong = "Q" if secret[40] != "Q" else "P"
    with pytest.raises(RecoverySheetUnreadable):
        read_sheet([secret[:40] + wrong + secret[41:]])


@pytest.mark.parametrize("typed", [[], [""], ["AGE-SECRET-KEY-1"], ["romduol/x+00000000+AAAA"]])
def test_nothing_or_half_a_line_is_unreadable(typed: list[str]) -> None:
    with pytest.raises(RecoverySheetUnreadable):
        read_sheet(typed)


def test_no_secret_shows_in_the_repr_of_a_sheet() -> None:
    recovery = Recovery.generate(THE_BOOK, shares=True)
    assert "SECRET" not in repr(recovery)
    assert all(share not in repr(recovery) for share in recovery.shares)


# with a book


def test_the_sheet_opens_a_book_whose_passphrases_are_lost(team: Team) -> None:
    lead, words = team.as_lead(), new_passphrase()
    sealed = {w: keys.seal(w.encode(), [lead.recipient(w)]) for w in lead.women()}
    card = keys.seal(b"a name", [lead.leads_recipient])
    ring = Keyring.recover(team.keys, [team.recovery.sheet("km")], words, chosen=False)
    again = Keyring.unlock(team.keys, words)
    assert again.member == ring.member
    assert again.is_lead(again.member)
    assert again.database_key == lead.database_key
    assert all(keys.open_sealed(s, again.identities(w)) == w.encode() for w, s in sealed.items())
    assert keys.open_sealed(card, again.leads_identities()) == b"a name"
    assert team.as_worker().members() == [team.lead, team.worker, ring.member]
    assert again.audit() == []


def test_the_sheet_still_works_after_members_and_keys_changed(team: Team) -> None:
    lead = team.as_lead()
    lead.revoke(team.shared, team.worker)
    lead.remove_member(team.worker)
    new = lead.add_woman()
    words = new_passphrase()
    ring = Keyring.recover(team.keys, [team.recovery.sheet("en")], words, chosen=False)
    assert set(ring.women()) == {team.hers, team.shared, new}
    assert all(ring.identities(woman) for woman in ring.women())


@pytest.mark.usefixtures("light_locks")
def test_two_shares_open_the_book(tmp_path: Path) -> None:
    _, _, recovery = Keyring.create(tmp_path / "keys", new_passphrase(), chosen=False, shares=True)
    pages = recovery.sheet("en").split("\f")
    for two in combinations(pages, 2):
        Keyring.recover(tmp_path / "keys", two, new_passphrase(), chosen=False)


def test_a_sheet_of_another_book_opens_nothing(team: Team, other_team: Team) -> None:
    sheets = [other_team.recovery.sheet("en")]
    with pytest.raises(SheetOfAnotherBook):
        Keyring.recover(team.keys, sheets, new_passphrase(), chosen=False)
    assert team.as_lead().members() == [team.lead, team.worker]


def test_a_book_put_in_place_of_this_one_is_refused_by_the_books_line(
    team: Team, other_team: Team
) -> None:
    """Somebody makes a book of their own and seals it to this sheet's public key."""
    theirs = other_team.as_lead()
    changed = replace(theirs._now(), recovery=team.recovery.identity.recipient)
    theirs._commit(
        changed,
        {
            BOOK: theirs._sealed_book(changed),
            LEADS: making.sealed_leads(changed, theirs.leads_identities()),
        },
    )
    with pytest.raises(SheetOfAnotherBook):
        Keyring.recover(
            other_team.keys, [team.recovery.sheet("en")], new_passphrase(), chosen=False
        )
    bare = team.recovery.identity.secret  # nothing but the book's line could tell
    assert Keyring.recover(other_team.keys, [bare], new_passphrase(), chosen=False)
