"""Identity cards: the one place where a name, a number or a face may stand, sealed to the leads.

Everywhere else a woman is an alias. Only the desk opens a card, and only a lead's key can.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from romduol.vault import padding
from romduol.vault.keyring import Keyring
from romduol.vault.keys import DamagedObject
from romduol.vault.objects import ObjectStore, Sealed


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """Who she is. Every field may stay empty; none shows in a traceback or a log (``repr``)."""

    name: str = field(default="", repr=False)
    other_names: tuple[str, ...] = field(default=(), repr=False)  # Latin spelling, nickname, …
    phone: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    how_to_reach: str = field(default="", repr=False)  # safe times, agreed words, whom not to ask
    face: bytes = field(default=b"", repr=False)  # a picture, as a file
    face_media: str = field(default="", repr=False)  # "image/jpeg", …


def seal_card(store: ObjectStore, keyring: Keyring, card: IdentityCard) -> Sealed:
    """``card`` as an object for the leads and the recovery sheet. Any member may seal one."""
    text = msgspec.json.encode(card)
    return store.seal_bytes(padding.pad(text), [keyring.leads_recipient])


def open_card(store: ObjectStore, keyring: Keyring, name: str) -> IdentityCard:
    """The card in the object ``name``. Raises ``NotALead``, or as ``ObjectStore.open_bytes``."""
    opened = store.open_bytes(name, keyring.leads_identities())
    try:
        return msgspec.json.decode(opened, type=IdentityCard)
    except msgspec.DecodeError as error:
        raise DamagedObject from error
