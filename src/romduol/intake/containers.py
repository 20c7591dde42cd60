"""Archives taken apart: each member as a source of its own, hostile ones refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from romduol.casebook.evidence import Unread
from romduol.intake.source import Source


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may unpack to before it is taken for a trap."""

    members: int = 200_000
    member_bytes: int = 8 << 30
    total_bytes: int = 64 << 30
    ratio: int = 200  # unpacked to packed, once beyond ``ratio_from`` bytes
    ratio_from: int = 64 << 20


def is_archive(head: bytes) -> bool:
    """Whether bytes that begin with ``head`` are a zip, whole or not."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def members(source: Source, limits: Limits = Limits()) -> Iterator[Source | Unread]:  # noqa: B008
    """Every member of the zip ``source``, sorted by path: a ``Source``, or why it is not one."""
    raise NotImplementedError
