"""Keys: a secret half (identity) that opens, a public half (recipient) that seals. age, X25519.

The format is age v1 (C2SP ``age.md``): any stock ``age`` program opens what is sealed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

import pyrage

from romduol.casebook.troubles import Damaged, Locked

# The public half, as age writes it: "age1…". Safe to show, safe to store.
Recipient = str

# pyrage has one exception for every failure; this is its sentence for "sealed to others".
_NOT_FOR_US = "No matching keys found"


class NoGrant(Locked):
    """A member tried to open what is sealed to keys this member does not hold."""


class DamagedObject(Damaged):
    """Sealed bytes are not what was sealed: cut short, altered, or exchanged for others."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The secret half of a key. Its text never shows in a traceback or a log (``repr``)."""

    secret: str = field(repr=False)  # "AGE-SECRET-KEY-1…"

    @classmethod
    def generate(cls) -> Self:
        """A new key from the system's random source."""
        return cls(str(pyrage.x25519.Identity.generate()))

    @property
    def recipient(self) -> Recipient:
        """The public half."""
        return str(pyrage.x25519.Identity.from_str(self.secret).to_public())


def for_age(recipients: Iterable[Recipient]) -> list[pyrage.x25519.Recipient]:
    """The recipients as pyrage wants them. Nobody to seal to is a bug: ``ValueError``."""
    found = [pyrage.x25519.Recipient.from_str(one) for one in sorted(set(recipients))]
    if not found:
        raise ValueError("sealed to nobody")
    return found


def to_open(identities: Sequence[Identity]) -> list[pyrage.x25519.Identity]:
    """The identities as pyrage wants them."""
    return [pyrage.x25519.Identity.from_str(one.secret) for one in identities]


def seal(data: bytes, recipients: Iterable[Recipient]) -> bytes:
    """``data`` as an age file that any one of ``recipients`` opens."""
    sealed: bytes = pyrage.encrypt(data, for_age(recipients))
    return sealed


def open_sealed(sealed: bytes, identities: Sequence[Identity]) -> bytes:
    """What was sealed. Raises ``NoGrant`` (other keys) or ``DamagedObject`` (not as sealed)."""
    try:
        data: bytes = pyrage.decrypt(sealed, to_open(identities))
    except pyrage.DecryptError as error:
        raise refusal(error) from error
    return data


def refusal(error: BaseException) -> NoGrant | DamagedObject:
    """Which of the two a failed opening was."""
    return NoGrant() if _NOT_FOR_US in str(error) else DamagedObject()
