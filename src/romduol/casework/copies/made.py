"""A working copy as it leaves this package, and what can go wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from romduol.casebook.evidence import Note
from romduol.casebook.troubles import Trouble, WrongUsage


class BoxOutside(WrongUsage):
    """Someone marked a box that lies outside the picture or has no size; nothing was made."""


class CopyStillCarries(Trouble):
    """A finished copy held more than pixels; it was thrown away."""


class SoundNotDecodable(Trouble):
    """The recording is in a codec that this installation cannot decode; nothing was made."""


class SoundDamaged(Trouble):
    """The recording breaks off or holds no sound; nothing was made."""


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """A copy, the hash of the original it was made from, and what was done, in order.

    ``left_out`` names the kinds of data beside pixels or sound that the original has and the copy
    has not (``carried.KINDS``).
    """

    data: bytes
    media_type: str
    original: str  # SHA-256, hex
    steps: tuple[Note, ...]
    left_out: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash of the copy itself."""
        return sha256(self.data).hexdigest()
