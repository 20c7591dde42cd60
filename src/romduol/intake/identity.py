"""Message ids: equal for the same message in every export of a chat, different for any other.

An id is BLAKE2b-128 (RFC 7693) over platform, thread, author, stamp as written, media names, text
and, when a member holds several that are equal in all of these, which of them it is. Every field but
the last stands behind its length, so no two different messages give the same bytes to hash. A
cryptographic hash is needed: an id decides that a message is "already held", and a sender who could
make two messages share one could make the second vanish.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_DOMAIN = b"romduol message 1"
_AGAIN = b"romduol message 1 again"
ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class _Held:
    """The hashes of one earlier batch, and between which clock values its messages lie."""

    low: int
    high: int
    hashes: pa.Array[Any]


@dataclass(slots=True)
class MessageIds:
    """Gives the ids of one member's messages, batch after batch in file order.

    Keep one for each member: it counts equal messages ("ok" twice in one minute) so that each has
    an id of its own, the same in every export that holds both. Memory: 16 bytes a message.
    """

    platform: str
    _before: list[_Held] = field(default_factory=list)

    def of(
        self,
        threads: pa.Array[Any],
        authors: pa.Array[Any],
        stamps: pa.Array[Any],
        texts: pa.Array[Any],
        media: Sequence[str] | pa.Array[Any] | None = None,
        clock: pa.Array[Any] | None = None,
    ) -> pa.Array[Any]:
        """``binary(16)`` ids for one batch; arrays of equal length, ``authors`` may hold nulls.

        ``media``: one string a row, the media names joined with LF, ``""`` for none; leave it out
        when the names stand in the text. ``clock``: a number a row which is equal when stamps are
        equal and mostly rises; with it, equal messages of earlier batches are found faster.
        """
        hashes = _hashes(self.platform, threads, authors, stamps, texts, media)
        again = self._again(hashes, clock)
        self._remember(hashes, clock)
        if not again:
            return hashes
        ids = hashes.to_pylist()
        for row, ordinal in again.items():
            ids[row] = _nth(ids[row], ordinal)
        return pa.array(ids, pa.binary(ID_BYTES))

    def _again(self, hashes: pa.Array[Any], clock: pa.Array[Any] | None) -> dict[int, int]:
        """Rows equal to an earlier message of this member, with how many there were before."""
        counts = self._counts_before(hashes, clock)
        if not counts and pc.count_distinct(hashes).as_py() == len(hashes):
            return {}
        found = {}
        for row, one in enumerate(hashes.to_pylist()):
            if counts[one]:
                found[row] = counts[one]
            counts[one] += 1
        return found

    def _counts_before(self, hashes: pa.Array[Any], clock: pa.Array[Any] | None) -> Counter[bytes]:
        counts: Counter[bytes] = Counter()
        for held in self._before:
            here = _between(hashes, clock, held)
            if len(here):
                common = held.hashes.filter(pc.is_in(held.hashes, value_set=here))
                counts.update(common.to_pylist())
        return counts

    def _remember(self, hashes: pa.Array[Any], clock: pa.Array[Any] | None) -> None:
        if len(hashes):
            low, high = _span(clock)
            self._before.append(_Held(low, high, hashes))


_ALWAYS = (-(1 << 63), (1 << 63) - 1)


def _span(clock: pa.Array[Any] | None) -> tuple[int, int]:
    if clock is None or clock.null_count:
        return _ALWAYS
    ends = pc.min_max(clock)
    return ends["min"].as_py(), ends["max"].as_py()


def _between(hashes: pa.Array[Any], clock: pa.Array[Any] | None, held: _Held) -> pa.Array[Any]:
    """The hashes that could equal one in ``held``."""
    low, high = _span(clock)
    if low > held.high or high < held.low:
        return hashes.slice(0, 0)
    if clock is None or clock.null_count:
        return hashes
    inside = pc.and_(pc.greater_equal(clock, held.low), pc.less_equal(clock, held.high))
    return hashes.filter(inside)


def _nth(first: bytes, ordinal: int) -> bytes:
    return blake2b(_AGAIN + ordinal.to_bytes(8, "big") + first, digest_size=ID_BYTES).digest()


def _hashes(
    platform: str,
    threads: pa.Array[Any],
    authors: pa.Array[Any],
    stamps: pa.Array[Any],
    texts: pa.Array[Any],
    media: Sequence[str] | pa.Array[Any] | None,
) -> pa.Array[Any]:
    before = _lengthed(_DOMAIN) + _lengthed(platform.encode())
    parts = [
        _behind_length(threads, before),
        _behind_length(authors),
        _behind_length(stamps),
        _behind_length(_media(media, len(texts))),
        texts.cast(pa.binary()),
        pa.scalar(b"", pa.binary()),
    ]
    joined = pc.binary_join_element_wise(*parts)
    # one pass over plain bytes: the hash itself is the cost, not the loop
    raw, ends = _bytes_and_offsets(joined)
    digests = [blake2b(raw[a:b], digest_size=ID_BYTES).digest() for a, b in pairwise(ends)]
    buffer = pa.py_buffer(b"".join(digests))
    return pa.Array.from_buffers(pa.binary(ID_BYTES), len(digests), [None, buffer])


def _media(media: Sequence[str] | pa.Array[Any] | None, rows: int) -> pa.Array[Any]:
    if media is None:
        return pa.repeat("", rows)
    return media if isinstance(media, pa.Array) else pa.array(media, pa.string())


def _behind_length(column: pa.Array[Any], before: bytes = b"") -> pa.Array[Any]:
    """``column`` as bytes, each behind its length; null differs from the empty string."""
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    heads = [before + _lengthed(value) for value in _plain(coded.dictionary)]
    nothing = len(heads)
    places = pc.fill_null(coded.indices.cast(pa.int32()), nothing)
    return pa.array([*heads, before + b"\xff\xff\xff\xff"], pa.binary()).take(places)


def _plain(values: pa.Array[Any]) -> Iterator[bytes]:
    raw, ends = _bytes_and_offsets(values.cast(pa.binary()))
    return (raw[a:b] for a, b in pairwise(ends))


def _lengthed(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def _bytes_and_offsets(column: pa.Array[Any]) -> tuple[bytes, list[int]]:
    whole = column if column.offset == 0 else pa.concat_arrays([column])
    offsets, data = whole.buffers()[1:]
    ends = memoryview(offsets).cast("i")[: len(whole) + 1].tolist()
    return (data.to_pybytes() if data else b""), ends
