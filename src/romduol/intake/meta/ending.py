"""The last word about one file: how much was read, from when to when, what to know about it."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from romduol.casebook.evidence import Note, Read
from romduol.intake.arrow import pc
from romduol.intake.source import Source
from romduol.intake.telegram.tape import Broken


class Ending:
    """Sees every batch of a file and closes it with a ``Read``."""

    def __init__(self, source: Source, reader: str) -> None:
        self._source, self._reader = source, reader
        self._first_byte, self._last_byte, self._messages = -1, 0, 0
        self._stamps: list[datetime] = []

    def see(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Note where and when the batch begins and ends; gives it back."""
        if self._first_byte < 0:
            self._first_byte = batch["start"][0].as_py()
        self._last_byte = batch["end"][-1].as_py()
        self._messages += batch.num_rows
        ends = pc.min_max(batch["sent_at"]).as_py()
        self._stamps += [ends[end] for end in ("min", "max") if ends[end] is not None]
        return batch

    def close(
        self, notes: tuple[Note, ...], zone: str = "UTC", zone_basis: str = "in-file"
    ) -> Read:
        """``header`` and ``tail`` are the bytes around the records."""
        size, any_read = self._source.size, self._first_byte >= 0
        return Read(
            member=self._source.member,
            reader=self._reader,
            size=size,
            messages=self._messages,
            header=self._first_byte if any_read else size,
            tail=size - self._last_byte if any_read else 0,
            first=min(self._stamps, default=None),
            last=max(self._stamps, default=None),
            zone=zone,
            zone_basis=zone_basis,
            notes=notes,
        )


def why(broken: Broken, source: Source) -> Note:
    """The sentence that says what is wrong with a file that is not whole."""
    if broken.reason == "ends":
        return Note("note.meta.cut_short", (("size", source.size),))
    return Note(f"note.meta.broken_{broken.reason}", (("position", broken.position),))
