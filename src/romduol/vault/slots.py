"""What stands inside the key files, as text that a stock ``age`` can use as an identity file."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from romduol.vault import checkpoint
from romduol.vault.checkpoint import VerifierKey
from romduol.vault.keys import DamagedObject, Identity


@dataclass(frozen=True, slots=True)
class BookSecrets:
    """Inside ``book.age``: what every member of one book shares."""

    book_id: str
    database_key: bytes = field(repr=False)  # 32 bytes, for SQLCipher
    signing_seed: bytes = field(repr=False)  # 32 bytes, Ed25519 (RFC 8032)

    @classmethod
    def generate(cls) -> Self:
        """The secrets of a new book."""
        return cls(secrets.token_hex(8), secrets.token_bytes(32), secrets.token_bytes(32))

    @property
    def signing_key(self) -> Ed25519PrivateKey:
        """Signs checkpoints and the key register."""
        return Ed25519PrivateKey.from_private_bytes(self.signing_seed)

    @property
    def verifier_key(self) -> VerifierKey:
        """The public side, under the log's origin ``romduol/BOOK``."""
        return checkpoint.verifier_key(f"romduol/{self.book_id}", self.signing_key)

    def to_bytes(self) -> bytes:
        """As sealed."""
        return msgspec.json.encode(self)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The inverse of ``to_bytes``; raises ``DamagedObject``."""
        try:
            found = msgspec.json.decode(data, type=cls)
        except msgspec.DecodeError as error:
            raise DamagedObject from error
        if len(found.database_key) != 32 or len(found.signing_seed) != 32:
            raise DamagedObject
        return found


@dataclass(frozen=True, slots=True)
class Slot:
    """Inside ``members/M.age``: a member's identity, and the only book it believes.

    The book's public signing key stands here, under the passphrase, so that nobody who merely has
    the disk can put a book of their own in place of this one.
    """

    identity: Identity
    book: VerifierKey

    def to_bytes(self) -> bytes:
        """As locked."""
        return f"# {self.book}\n{self.identity.secret}\n".encode()

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The inverse of ``to_bytes``; raises ``DamagedObject``."""
        try:
            book, secret = data.decode("ascii").splitlines()
            return cls(Identity(secret), VerifierKey.parse(book.removeprefix("# ")))
        except ValueError as error:
            raise DamagedObject from error


def identity_file(identities: Sequence[Identity]) -> bytes:
    """Keys one a line, newest first: inside ``women/W.age`` and ``leads.age``."""
    return "".join(f"{one.secret}\n" for one in identities).encode()


def parse_identities(data: bytes) -> list[Identity]:
    """The inverse of ``identity_file``."""
    return [Identity(line) for line in data.decode("ascii").splitlines()]
