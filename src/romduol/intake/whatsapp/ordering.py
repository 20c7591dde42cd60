"""Day first or month first: decided from the whole file, or left open and asked; never guessed.

(a) a number over 12 is the day and settles it; (b) else the reading with fewer steps back in time
wins; (c) else both readings are kept. A phone writes one layout, so each layout is decided by
itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from romduol.casebook.evidence import Note, ReadingOptions
from romduol.intake.source import Source
from romduol.intake.whatsapp.layouts import Layout
from romduol.intake.whatsapp.stamps import WrittenDate, read_date, read_time
from romduol.intake.whatsapp.windows import windows

Order = Literal["dmy", "mdy", "ymd"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A layout's order, whether it is certain, how it was decided, what a person should know."""

    order: Order
    certain: bool
    how: str
    notes: tuple[Note, ...] = ()

    def readings(self, written: WrittenDate) -> tuple[int | None, int | None]:
        """Days since 1970 as decided, and the other reading while the order is open.

        A date that is impossible in the decided order is read the only way it can be.
        """
        mine = written.reading(self.order)
        other = written.day_first if self.order == "mdy" else written.month_first
        if mine is None and self.order != "ymd":
            return other, None
        return mine, (None if self.certain or other == mine else other)


_YEAR_FIRST = Decision("ymd", certain=True, how="year-first")
_ASK = Decision("dmy", certain=False, how="undecided", notes=(Note("note.order_undecided"),))
_MIXED = Decision(
    "dmy", certain=False, how="contradicted", notes=(Note("note.order_contradicted"),)
)


def decide(source: Source, layout: Layout, options: ReadingOptions) -> Decision:
    """The order of ``layout`` in ``source``; reads the file through at most twice."""
    if layout.year_first:
        return _YEAR_FIRST
    first, second = _over_12(source, layout)
    if first and second:
        return _MIXED
    if options.order in ("dmy", "mdy"):
        return _given("dmy" if options.order == "dmy" else "mdy", first=first, second=second)
    if first or second:
        return Decision("dmy" if first else "mdy", certain=True, how="part-over-12")
    return _by_steps(source, layout)


def _given(order: Literal["dmy", "mdy"], *, first: bool, second: bool) -> Decision:
    if (second and order == "dmy") or (first and order == "mdy"):
        note = Note("note.order_given_impossible", (("order", order),))
        other: Order = "mdy" if second else "dmy"
        return Decision(other, certain=True, how="part-over-12", notes=(note,))
    return Decision(order, certain=True, how="given")


def _over_12(source: Source, layout: Layout) -> tuple[bool, bool]:
    """Whether any first, and any second number of a date is over 12."""
    wanted = {n: re.compile(b"\n" + layout.over_12[n].encode()) for n in (0, 1)}
    seen = [False, False]
    with source.open() as stream:
        for _, window, _ in windows(stream, layout.starts()):
            for n, pattern in list(wanted.items()):
                if pattern.search(window) or pattern.match(b"\n" + window[:200]):
                    seen[n] = True
                    del wanted[n]
            if not wanted:
                break
    return seen[0], seen[1]


def _by_steps(source: Source, layout: Layout) -> Decision:
    back = {"dmy": 0, "mdy": 0}
    last = {"dmy": (0, 0), "mdy": (0, 0)}
    for written, second in _stamps(source, layout):
        for order in back:
            here = (written.reading(order) or 0, second)
            back[order] += here < last[order]
            last[order] = here
    if back["dmy"] == back["mdy"]:
        return _ASK
    fewer: Order = "dmy" if back["dmy"] < back["mdy"] else "mdy"
    return Decision(fewer, certain=True, how="fewer-steps-back")


def _stamps(source: Source, layout: Layout) -> Iterator[tuple[WrittenDate, int]]:
    pattern = re.compile(b"(?m)^" + layout.captured.encode())
    with source.open() as stream:
        for _, window, _ in windows(stream, layout.starts()):
            for found in pattern.finditer(window):
                yield read_date(found["date"]), read_time(found["time"]).second or 0
