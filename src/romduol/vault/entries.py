"""Log entries: who did what to which record, when, and a commitment to the fact; never content.

An entry is canonical JSON (RFC 8785: sorted keys, no spaces; every value is a short ASCII code, so
no further rule of it applies). The fact itself stays in the index beside its salt; the entry holds
SHA-256(salt ‖ fact), which says nothing until both are shown.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256

from romduol.casebook.troubles import Damaged

SALT_LENGTH = 32

# Codes and time stamps only. A free-text field would be a place where a name could end up.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+/-]{0,127}")


class NotAnEntry(Damaged):
    """A line of the log is not an entry in canonical form."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act on the book. Raises ``ValueError`` for anything that is not a code."""

    at: str  # UTC, RFC 3339, "2026-03-01T09:30:00Z"
    who: str  # member code
    verb: str  # "received", "withdrawn", …
    subject: str  # id of the woman, item, release, … acted on
    commitment: str  # hex, from ``commit``

    def __post_init__(self) -> None:
        for value in asdict(self).values():
            if not isinstance(value, str) or not _CODE.fullmatch(value):
                raise ValueError("an entry holds codes only")

    def to_bytes(self) -> bytes:
        """The leaf of the tree: the same bytes for the same entry, for ever."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode("ascii")

    @classmethod
    def parse(cls, leaf: bytes) -> Entry:
        """The inverse of ``to_bytes``; ``NotAnEntry`` for bytes it would not have written."""
        try:
            found = json.loads(leaf)
            entry = cls(**{name.name: found[name.name] for name in fields(cls)})
        except (ValueError, KeyError, TypeError) as error:
            raise NotAnEntry from error
        if entry.to_bytes() != leaf:
            raise NotAnEntry
        return entry


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise about a fact. Keep ``salt`` with the fact; put ``digest`` into the entry."""

    salt: bytes = field(repr=False)
    digest: str  # hex, 64 characters


def commit(fact: bytes) -> Commitment:
    """A new commitment to ``fact``. The salt hides facts that could be guessed (a date, a yes)."""
    salt = secrets.token_bytes(SALT_LENGTH)
    return Commitment(salt, _digest(salt, fact))


def keeps(digest: str, salt: bytes, fact: bytes) -> bool:
    """Is ``fact`` what ``digest`` was made of?

    The salt's length is fixed: otherwise a byte could be moved between salt and fact.
    """
    return len(salt) == SALT_LENGTH and hmac.compare_digest(
        _digest(salt, fact).encode(), digest.encode()
    )


def _digest(salt: bytes, fact: bytes) -> str:
    return sha256(salt + fact).hexdigest()
