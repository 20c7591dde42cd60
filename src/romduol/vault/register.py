"""The register of a book's keys: who has one, to whose key each thing is sealed, who may open it.

age files hide their recipients, and a public key is as easily replaced as copied. So everything
public about the keys stands in one small file, ``keys/register.age``, signed with the book's
Ed25519 key, with the SHA-256 of every key file. Nothing is sealed to a key that it does not name.
The public half of that signing key stands inside each member's passphrase-locked slot, where nobody
without the passphrase can put another. The register is sealed to the members and the recovery
sheet: who holds whose key is nobody else's business.

The signature guards against whoever has the disk but no key. It does not guard against a member:
every member can sign. What a member has no grant for stays closed to her by encryption, not by
this file. Setting ``keys`` back to an older state shows in ``revision`` if the index remembers it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from romduol.casebook.troubles import Damaged, Locked, WrongUsage
from romduol.vault.keys import Recipient

# Sets these signatures apart from checkpoints, which the same key signs.
_PURPOSE = b"romduol key register v1\n"


class RegisterForged(Damaged):
    """The list of keys was changed by somebody who has no key to this book."""


class NoMemberKey(WrongUsage):
    """No member of this book has that code."""


class NoWomanKey(WrongUsage):
    """No woman of this book has that code."""


class KeyDestroyed(Locked):
    """Her keys were destroyed when she withdrew: nothing can be sealed to her or opened."""


class LastKeyHolder(Locked):
    """Nobody but the recovery sheet could open this any more; nothing was changed."""


@dataclass(frozen=True, slots=True)
class MemberKey:
    """A member's public key. ``lead``: may open identity cards."""

    code: str
    recipient: Recipient
    lead: bool


@dataclass(frozen=True, slots=True)
class WomanKey:
    """The key her things are sealed to from now on, and the members who can open them.

    ``waiting``: a member was removed by somebody who could not open her key; the next holder to
    unlock the book renews it.
    """

    code: str
    recipient: Recipient
    holders: tuple[str, ...]
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Register:
    """One state of the keys. ``revision`` grows by one with every change."""

    book_id: str
    revision: int
    leads: Recipient
    recovery: Recipient
    members: dict[str, MemberKey]
    women: dict[str, WomanKey]
    destroyed: tuple[str, ...] = ()  # women whose keys were destroyed
    removed: tuple[str, ...] = ()  # members removed
    files: dict[str, str] = field(default_factory=dict)  # path below keys/ → SHA-256 in hex

    def member(self, code: str) -> MemberKey:
        """The member, or ``NoMemberKey``."""
        try:
            return self.members[code]
        except KeyError:
            raise NoMemberKey(member=code) from None

    def woman(self, code: str) -> WomanKey:
        """The woman; raises ``NoWomanKey`` or ``KeyDestroyed``."""
        if code in self.destroyed:
            raise KeyDestroyed(woman=code)
        try:
            return self.women[code]
        except KeyError:
            raise NoWomanKey(woman=code) from None

    def everyone(self) -> set[Recipient]:
        """Who opens ``book.age``: all members and the recovery sheet."""
        return {self.recovery, *(m.recipient for m in self.members.values())}

    def leaders(self) -> set[Recipient]:
        """Who opens ``leads.age``: the leads and the recovery sheet."""
        return {self.recovery, *(m.recipient for m in self.members.values() if m.lead)}

    def holders(self, woman: WomanKey) -> set[Recipient]:
        """Who opens her key file: the members with a grant and the recovery sheet."""
        return {self.recovery, *(self.members[code].recipient for code in woman.holders)}

    def held_by(self, member: str) -> list[WomanKey]:
        """The women whose key ``member`` holds."""
        return [woman for woman in self.women.values() if member in woman.holders]

    def without_member(self, member: str) -> Register:
        """This register without ``member``; the women she holds wait for a new key.

        Raises ``LastKeyHolder`` when nobody else holds one of them, or no lead is left.
        """
        alone = sum(len(woman.holders) == 1 for woman in self.held_by(member))
        if alone or not any(m.lead for m in self.members.values() if m.code != member):
            raise LastKeyHolder(women=alone)
        left = self
        for woman in self.held_by(member):
            others = tuple(code for code in woman.holders if code != member)
            left = left.with_woman(replace(woman, holders=others, waiting=True))
        members = {code: one for code, one in self.members.items() if code != member}
        return replace(left, members=members, removed=(*self.removed, member))

    def without_holder(self, woman: WomanKey, member: str) -> Register:
        """This register with her key to be renewed without ``member``; ``LastKeyHolder``."""
        left = tuple(code for code in woman.holders if code != member)
        if not left:
            raise LastKeyHolder(women=1)
        return self.with_woman(replace(woman, holders=left, waiting=True))

    def without_woman(self, woman: str) -> Register:
        """This register with her keys destroyed; unchanged if they already are."""
        if woman in self.destroyed:
            return self
        self.woman(woman)
        women = {code: one for code, one in self.women.items() if code != woman}
        return replace(self, women=women, destroyed=(*self.destroyed, woman))

    def with_member(self, member: MemberKey) -> Register:
        """This register with ``member`` added or changed."""
        return replace(self, members=self.members | {member.code: member})

    def with_woman(self, woman: WomanKey) -> Register:
        """This register with ``woman`` added or changed."""
        return replace(self, women=self.women | {woman.code: woman})


def to_signed_bytes(register: Register, key: Ed25519PrivateKey) -> bytes:
    """The register as one line of JSON and one line of signature."""
    body = msgspec.json.encode(register)
    return body + b"\n" + base64.b64encode(key.sign(_PURPOSE + body)) + b"\n"


def parse(data: bytes) -> Register:
    """The register in ``data``, not yet verified. Raises ``RegisterForged`` for anything else."""
    body, _, _ = data.partition(b"\n")
    try:
        return msgspec.json.decode(body, type=Register)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RegisterForged from error


def require_signature(data: bytes, public: bytes) -> None:
    """``data`` was signed with the book's key, or ``RegisterForged``."""
    body, _, signature = data.partition(b"\n")
    try:
        raw = base64.b64decode(signature.removesuffix(b"\n"), validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(raw, _PURPOSE + body)
    except (InvalidSignature, ValueError) as error:
        raise RegisterForged from error


def digest(data: bytes) -> str:
    """SHA-256 in hex, as in ``files``."""
    return sha256(data).hexdigest()
