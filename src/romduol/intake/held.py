"""A picture, recording or document is taken into memory whole, or refused for its size."""

from __future__ import annotations

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead, Source

LARGEST = 256 << 20  # bytes: what a program can hold while it looks at one picture or document


def whole(source: Source) -> bytes:
    """All bytes of ``source``; raises ``CannotRead`` beyond 256 MiB."""
    if source.size > LARGEST:
        raise CannotRead(Note("note.media.too_large", (("megabytes", source.size >> 20),)))
    with source.open() as stream:
        raw = stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise CannotRead(Note("note.media.too_large", (("megabytes", len(raw) >> 20),)))
    return raw
