from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from romduol.vault import keys
from romduol.vault.identities import IdentityCard, open_card, seal_card
from romduol.vault.keyring import NotALead
from romduol.vault.keys import DamagedObject, Identity, NoGrant
from romduol.vault.objects import ObjectStore

if TYPE_CHECKING:
    from tests.vault.conftest import Team

CARD = IdentityCard(
    name="ឈ្មោះ សាកល្បង",
    other_names=("Practice Name",),
    phone="000 000 000",
    how_to_reach="mornings; ask for the book",
    face=bytes(range(256)),
    face_media="image/jpeg",
)


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(tmp_path / "objects")


def test_a_worker_seals_a_card_that_only_a_lead_opens(team: Team, store: ObjectStore) -> None:
    worker, lead = team.as_worker(), team.as_lead()
    sealed = seal_card(store, worker, CARD)
    assert open_card(store, lead, sealed.name) == CARD
    with pytest.raises(NotALead):
        open_card(store, worker, sealed.name)
    with pytest.raises(NoGrant):
        store.open_bytes(sealed.name, worker.identities(team.shared))


def test_cards_with_and_without_a_phone_have_one_length(team: Team, store: ObjectStore) -> None:
    lead = team.as_lead()
    cards = (IdentityCard(), IdentityCard(name="ក", phone="000 000 000"))
    assert len({seal_card(store, lead, card).size for card in cards}) == 1


def test_what_is_no_card_is_damaged(team: Team, store: ObjectStore) -> None:
    lead = team.as_lead()
    sealed = store.seal_bytes(b"[1, 2]", [lead.leads_recipient])
    with pytest.raises(DamagedObject):
        open_card(store, lead, sealed.name)


def test_the_recovery_sheet_opens_a_card(team: Team, store: ObjectStore) -> None:
    """Through the leads' key, which is sealed to it."""
    sealed = seal_card(store, team.as_worker(), CARD)
    leads = keys.open_sealed((team.keys / "leads.age").read_bytes(), [team.recovery.identity])
    assert store.open_bytes(sealed.name, [Identity(leads.decode().strip())])


@given(st.text(min_size=1), st.binary(min_size=1))
def test_nothing_on_a_card_shows_in_its_repr(name: str, face: bytes) -> None:
    assert repr(IdentityCard(name=name, phone=name, face=face)) == "IdentityCard()"
