"""Lines that look like heads but were pasted into a message: joined to it, and marked.

A chat copied from elsewhere and pasted into a message brings lines that look like records. When
they are laid out otherwise than the file, go back in time, and the file then goes on from where it
was, they belong to the message before them. Written in the file's own layout they cannot be told
from records: those stay records, and are marked when they go back in time.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from romduol.intake.arrow import Column, pc
from romduol.intake.whatsapp.layouts import Layout
from romduol.intake.whatsapp.scanning import Spans

LONGEST_PASTE = 20  # records; a longer run is another export joined on, not a paste


def joined(
    spans: Spans, local: Column, main: Layout, then: int | None
) -> tuple[Spans, frozenset[int]]:
    """``spans`` with pasted records joined to the one before, and the rows that took some in.

    ``local``: when each was sent, in seconds; ``then``: when the record after the last was.
    """
    if len(spans.layouts) < 2 or main not in spans.layouts:
        return spans, frozenset()
    times = [*local.to_pylist(), then]
    runs = list(_pasted(spans.which.to_pylist(), times, spans.layouts.index(main)))
    if not runs:
        return spans, frozenset()
    return _without(spans, runs)


def _pasted(which: list[int], times: list[int | None], main: int) -> Iterator[tuple[int, int]]:
    """Runs [first, after) of pasted records."""
    first = 1
    while first < len(which):
        after = first
        while after < len(which) and which[after] != main:
            after += 1
        if after > first and which[first - 1] == main and _dips(times, first, after):
            yield first, after
        first = after + 1


def _dips(times: list[int | None], first: int, after: int) -> bool:
    """Whether records [first, after) step back in time, and the next goes on from before them."""
    if after - first > LONGEST_PASTE:
        return False
    before, dip, then = times[first - 1], times[first], times[after]
    if before is None or dip is None or then is None:
        return False
    return dip < before <= then


def _without(spans: Spans, runs: list[tuple[int, int]]) -> tuple[Spans, frozenset[int]]:
    gone = {row for first, after in runs for row in range(first, after)}
    kept = pa.array([row for row in range(len(spans)) if row not in gone], pa.int64())
    end, text_end = spans.end.to_pylist(), spans.text_end.to_pylist()
    for first, after in runs:
        end[first - 1], text_end[first - 1] = end[after - 1], text_end[after - 1]

    def of(column: Column) -> Column:
        return column.take(kept)

    left = Spans(
        spans.layouts,
        of(spans.which),
        of(spans.start),
        of(pa.array(end, pa.int64())),
        (of(spans.date[0]), of(spans.date[1])),
        (of(spans.time[0]), of(spans.time[1])),
        of(spans.rest),
        of(spans.author_end),
        of(spans.text),
        of(pa.array(text_end, pa.int64())),
    )
    hosts = pc.index_in(pa.array([first - 1 for first, _ in runs], pa.int64()), value_set=kept)
    return left, frozenset(hosts.to_pylist())
