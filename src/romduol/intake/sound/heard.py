"""What is known of a recording after its container was walked to its end."""

from __future__ import annotations

from dataclasses import dataclass

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead

BROKEN = "note.sound.broken"


@dataclass(frozen=True, slots=True)
class Heard:
    """Codec and length. ``ended`` is false when the container never says that it is complete;
    ``missing`` counts numbered parts that are not there."""

    codec: str
    seconds: float | None
    channels: int = 0
    ended: bool = True
    missing: int = 0


def broken() -> CannotRead:
    """The refusal of a recording that is cut short or damaged."""
    return CannotRead(Note(BROKEN))
