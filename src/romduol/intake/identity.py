"""Message ids: equal for the same message in every export of a chat, different for any other.

An id is BLAKE2b-128 (RFC 7693) over platform, thread, author, stamp as written, media names, text
and, when a member holds several that are equal in all of these, which of them it is. Every field
but the last stands behind its length, so no two different messages give the same bytes to hash. A
cryptographic hash is needed: an id decides that a message is "already held", and a sender who
could make two messages share one could make the second vanish.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise
from typing import Any

import pyarrow as pa

from romduol.intake.arrow import Column, fixed, pc

_DOMAIN = "romduol message 1 "
_AGAIN = b"romduol message 1 again "
ID_BYTES = 16
_NO_MEDIA = "0:"
_NOTHING: Any = pa.scalar(b"", pa.binary())


@dataclass(frozen=True, slots=True)
class _Held:
    """The hashes of one earlier batch, its threads, and between which clock values it lies."""

    threads: Column
    low: int
    high: int
    hashes: Column


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
        threads: Column,
        authors: Column,
        stamps: Column,
        texts: Column,
        media: Sequence[str] | Column | None = None,
        clock: Column | None = None,
    ) -> Column:
        """``binary(16)`` ids for one batch; arrays of equal length, ``authors`` may hold nulls.

        Text columns may be dictionary-coded, texts themselves excepted.
        ``media``: one string a row, the media names joined with LF, ``""`` for none; leave it out
        when the names stand in the text. ``clock``: a number a row which is equal when stamps are
        equal and mostly rises; with it, equal messages of earlier batches are found faster.
        """
        digests = _digests(self.platform, threads, authors, stamps, texts, media)
        hashes = _packed(digests)
        named = _values(threads)
        again = self._again(digests, hashes, named, clock)
        self._remember(hashes, named, clock)
        if not again:
            return hashes
        for row, ordinal in again.items():
            digests[row] = _nth(digests[row], ordinal)
        return _packed(digests)

    def _again(
        self, digests: list[bytes], hashes: Column, threads: Column, clock: Column | None
    ) -> dict[int, int]:
        """Rows equal to an earlier message of this member, with how many there were before."""
        counts = self._counts_before(hashes, threads, clock)
        repeated = _repeats(hashes)
        if not counts and not repeated:
            return {}
        twice = {digests[row] for row in repeated}
        found = {}
        for row, one in enumerate(digests):
            if one in twice or one in counts:
                if counts[one]:
                    found[row] = counts[one]
                counts[one] += 1
        return found

    def _counts_before(
        self, hashes: Column, threads: Column, clock: Column | None
    ) -> Counter[bytes]:
        counts: Counter[bytes] = Counter()
        low, high = _span(clock)
        for held in self._before:
            if low > held.high or high < held.low:
                continue
            if not pc.is_in(held.threads, value_set=threads).true_count:
                continue
            here = _between(hashes, clock, held)
            if len(here):
                common = held.hashes.filter(pc.is_in(held.hashes, value_set=here))
                counts.update(common.to_pylist())
        return counts

    def _remember(self, hashes: Column, threads: Column, clock: Column | None) -> None:
        if len(hashes):
            low, high = _span(clock)
            self._before.append(_Held(threads, low, high, hashes))


def _values(column: Column) -> Column:
    """What stands in ``column``, each once; of a dictionary-coded one, what may stand in it."""
    return column.dictionary if pa.types.is_dictionary(column.type) else pc.unique(column)


def _repeats(hashes: Column) -> list[int]:
    """Rows whose hash stands in an earlier row of the same batch."""
    coded = hashes.dictionary_encode()
    if len(coded.dictionary) == len(hashes):
        return []
    highest = pc.cumulative_max(coded.indices)  # a new value has an index above all before it
    old = pc.less_equal(coded.indices.slice(1), highest.slice(0, len(hashes) - 1))
    return [row + 1 for row in pc.indices_nonzero(old).to_pylist()]


_ALWAYS = (-(1 << 63), (1 << 63) - 1)


def _span(clock: Column | None) -> tuple[int, int]:
    if clock is None or clock.null_count or not len(clock):
        return _ALWAYS
    ends = pc.min_max(clock)
    return ends["min"].as_py(), ends["max"].as_py()


def _between(hashes: Column, clock: Column | None, held: _Held) -> Column:
    """The hashes that could equal one in ``held``."""
    if clock is None or clock.null_count:
        return hashes
    inside = pc.and_(pc.greater_equal(clock, held.low), pc.less_equal(clock, held.high))
    return hashes.filter(inside)


def _nth(first: bytes, ordinal: int) -> bytes:
    return blake2b(_AGAIN + ordinal.to_bytes(8, "big") + first, digest_size=ID_BYTES).digest()


def _digests(
    platform: str,
    threads: Column,
    authors: Column,
    stamps: Column,
    texts: Column,
    media: Sequence[str] | Column | None,
) -> list[bytes]:
    before = f"{_DOMAIN}{len(platform.encode())}:{platform}"
    said_by = _beside(_behind_length(threads, before), _behind_length(authors))
    if media is None:
        parts = [said_by, _behind_length(stamps, after=_NO_MEDIA)]
    else:
        named = media if isinstance(media, pa.Array) else pa.array(media, pa.string())
        parts = [said_by, _behind_length(stamps), _behind_length(named)]
    whole = (part.dictionary_decode() for part in parts)
    joined = pc.binary_join_element_wise(*whole, texts.cast(pa.binary()), _NOTHING)
    return _hashed(*_bytes_and_offsets(joined))


def _hashed(raw: bytes, ends: list[int]) -> list[bytes]:
    """The hash of each stretch of ``raw``."""
    fresh, digests = blake2b(digest_size=ID_BYTES).copy, []
    for start, end in pairwise(ends):
        state = fresh()  # a fifth faster than a new one with its parameters read anew
        state.update(raw[start:end])
        digests.append(state.digest())
    return digests


def _packed(digests: list[bytes]) -> Column:
    buffer = pa.py_buffer(b"".join(digests))
    return pa.Array.from_buffers(pa.binary(ID_BYTES), len(digests), [None, buffer])


def _behind_length(column: Column, before: str = "", after: str = "") -> Column:
    """``column``, dictionary-coded, each value as bytes behind its length; null is ``-:``."""
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    lengths = pc.binary_length(coded.dictionary).cast(pa.string())
    marked = pc.binary_join_element_wise(
        fixed(before), lengths, fixed(":"), coded.dictionary, fixed(after), fixed("")
    )
    absent = pa.array([f"{before}-:{after}".encode()], pa.binary())
    values = pa.concat_arrays([marked.cast(pa.binary()), absent])
    places = pc.fill_null(coded.indices.cast(pa.int32()), len(marked))
    return pa.DictionaryArray.from_arrays(places, values)


def _beside(one: Column, two: Column) -> Column:
    """Two dictionary-coded columns as one, joined pair by pair; few pairs, many rows."""
    width = fixed(len(two.dictionary))
    pairs = pc.add(pc.multiply(one.indices.cast(pa.int64()), width), two.indices)
    coded = pairs.dictionary_encode()
    firsts = one.dictionary.take(pc.divide(coded.dictionary, width))
    rest = pc.subtract(coded.dictionary, pc.multiply(pc.divide(coded.dictionary, width), width))
    joined = pc.binary_join_element_wise(firsts, two.dictionary.take(rest), _NOTHING)
    return pa.DictionaryArray.from_arrays(coded.indices, joined)


def _bytes_and_offsets(column: Column) -> tuple[bytes, list[int]]:
    whole = column if column.offset == 0 else pa.concat_arrays([column])
    offsets, data = whole.buffers()[1:]
    ends = memoryview(offsets).cast("i")[: len(whole) + 1].tolist()
    return (data.to_pybytes() if data else b""), ends
