"""Where records stand in a member: they follow one another and leave no byte out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead


@dataclass(slots=True)
class Tiling:
    """Checks that spans [start, end) tile a member: header, then record on record, then tail.

    ``header`` is what stands before the first record, ``tail`` what stands after the last.
    """

    header: int
    at: int = -1

    def __post_init__(self) -> None:
        self.at = self.header

    def follow(self, starts: Iterable[int], ends: Iterable[int]) -> None:
        """Take the next records, in order. Raises ``CannotRead`` at the first gap or overlap."""
        for start, end in zip(starts, ends, strict=True):
            self.cover(start, end)

    def cover(self, start: int, end: int) -> None:
        """Take a run of records that is known to have no gap inside."""
        if start != self.at or end < start:
            raise CannotRead(Note("note.records_leave_gaps", (("at", self.at),)))
        self.at = end

    def close(self, size: int) -> int:
        """The length of the tail: ``header + records + tail == size``, or ``CannotRead``."""
        if not 0 <= self.at <= size:
            raise CannotRead(Note("note.records_leave_gaps", (("at", self.at),)))
        return size - self.at
