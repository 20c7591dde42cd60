"""The records of a window that differ only in their words become columns here, without parsing.

Records are sorted by a number made of how their lines begin; for each sort that is frequent enough
the patterns are tried that were learnt before, and new ones learnt. What fits none, or holds words
on which its meaning depends, is left to be looked at one by one. In the end the quotation marks
must add up: those of the patterns, of the escaped words and of the records left over. If there is
one more, some word was not what it seemed, and the whole window is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa

from romduol.intake.arrow import fixed, pc
from romduol.intake.telegram.lines import WORD, Lines, Numbers, word_of
from romduol.intake.telegram.looking import LookedAt
from romduol.intake.telegram.patterns import Part, Pattern, learn, those_like
from romduol.intake.telegram.stamps import instants

FEW = 8  # of fewer records in a window no pattern is made
_TRIES = 12  # patterns of one sort of record
_CLEAR = 4096  # bytes that must follow a record in the window: more than a stretch is long
_PATHS = frozenset({b"photo", b"file", b"file_name", b"contact_vcard"})
_RISKY = r"\)$|\.\.|\\|^/|^[A-Za-z]:"  # the export's own sentences, and paths that lead out
_PEERS = (b"user", b"chat", b"chan")
_STRING = pa.string()
_ALL = np.uint64(2**64 - 1)
_ZERO_EACH, _SIX_EACH, _HIGH_EACH = (
    np.uint64(int.from_bytes(bytes([one]) * WORD, "little")) for one in (0x30, 0x06, 0xF0)
)
_literals = msgspec.json.Decoder(list[str]).decode


@dataclass(frozen=True, slots=True)
class Alike:
    """The records of one window that a pattern fits.

    ``nth`` says of each row which of ``looked`` it is like, or -1. ``columns`` holds what its own
    words say, null where ``looked`` says it.
    """

    nth: Numbers
    looked: list[LookedAt]
    columns: dict[str, pa.Array[Any]]


@dataclass(slots=True)
class Patterns:
    """The patterns of one export, learnt as its windows pass."""

    zone: ZoneInfo
    _known: dict[int, list[Pattern]] = field(default_factory=dict)

    def fitting(self, lines: Lines) -> Alike | None:
        """The records of ``lines`` that are alike; ``None`` when the window cannot be trusted."""
        sorting = _Sorting(lines, len(lines.first))
        for kind, rows in _sorts(lines):
            self._sort(sorting, kind, rows)
        return sorting.done()

    def _sort(self, sorting: _Sorting, kind: int, rows: Numbers) -> None:
        known = self._known.setdefault(kind, [])
        for pattern in known:
            if len(rows) < FEW:
                return
            rows = sorting.take(pattern, rows)
        while len(rows) >= FEW and len(known) < _TRIES:
            found = learn(sorting.raw(int(rows[0])), sorting.lines.indent, self.zone)
            if found is None:
                return
            known.append(found)
            rows = sorting.take(found, rows)


def _sorts(lines: Lines) -> Iterator[tuple[int, Numbers]]:
    """Rows whose lines begin alike, frequent sorts only, each with its number."""
    clear = int(np.searchsorted(lines.stops, len(lines.window) - _CLEAR))
    if clear < FEW:
        return
    kinds = _kinds(lines, clear)
    coded: Any = pa.array(kinds).dictionary_encode()
    codes = coded.indices.to_numpy()
    order = np.argsort(
        codes.astype(np.int16 if len(coded.dictionary) < 1 << 15 else np.int32), kind="stable"
    )
    counts = np.bincount(codes)
    upto = np.cumsum(counts)
    lengths = lines.last - lines.first
    for code in np.flatnonzero(counts >= FEW):
        rows = order[upto[code] - counts[code] : upto[code]]
        yield int(kinds[rows[0]]), rows[lengths[rows] == lengths[rows[0]]]


def _kinds(lines: Lines, rows: int) -> Numbers:
    """A number for each of the first ``rows`` records, equal when their lines begin alike.

    Of a member's line eight bytes count, the key's quote first; of a deeper one, three. The first
    member is left out: it is the record's number.
    """
    upto = int(lines.last[rows - 1]) + 1
    begins = lines.words[lines.begins[:upto] + lines.indent]
    three = word_of(b"any")[1]
    deeper = (begins & np.uint64(0xFF00)) == np.uint64(0x2000)
    begins[deeper] &= three
    begins[lines.first[:rows]] = 0
    begins[lines.first[:rows] + 1] = 0
    begins[lines.last[:rows]] = 0
    place = np.arange(upto, dtype=np.uint64) - np.repeat(
        lines.first[:rows].astype(np.uint64), lines.last[:rows] - lines.first[:rows] + 1
    )
    begins ^= begins >> np.uint64(29)
    begins *= place * np.uint64(0x9E3779B97F4A7C15) | np.uint64(1)
    begins ^= begins >> np.uint64(32)
    made: Numbers = np.add.reduceat(begins, lines.first[:rows])
    return made


class _Sorting:
    """One window being sorted: which row is like what, where its words stand."""

    def __init__(self, lines: Lines, rows: int) -> None:
        self.lines = lines
        self.looked: list[LookedAt] = []
        self.nth = np.full(rows, -1, np.int64)
        self._spans: dict[str, Numbers] = {}
        self._said: dict[str, list[tuple[Numbers, pa.Array[Any]]]] = {}
        self._escaped = lines.holding_escapes(lines.starts, lines.stops)
        self._quotes = 0

    def raw(self, row: int) -> bytes:
        """The bytes of one record."""
        return self.lines.window[self.lines.starts[row] : self.lines.stops[row]]

    def take(self, pattern: Pattern, rows: Numbers) -> Numbers:
        """Take those of ``rows`` that ``pattern`` fits; gives the others."""
        if self.lines.last[rows[0]] - self.lines.first[rows[0]] + 1 != pattern.height:
            return rows
        found, begins, ends = those_like(pattern, self.lines, rows)
        if not len(found):
            return rows
        unescaped = self._unescaped(pattern, found, begins, ends)
        kept = _as_expected(pattern, self.lines, begins, ends)
        kept &= True if unescaped is not None else ~self._escaped[found]
        found, begins, ends = found[kept], begins[:, kept], ends[:, kept]
        self._keep(pattern, found, begins, ends, _still(unescaped or {}, kept))
        left: Numbers = rows[self.nth[rows] < 0]
        return left

    def _unescaped(
        self, pattern: Pattern, rows: Numbers, begins: Numbers, ends: Numbers
    ) -> _Unescaped | None:
        """Words with escapes by their slot: which rows, what they say. ``None``: not to be had."""
        some = np.flatnonzero(self._escaped[rows])
        if len(some) and pattern.quotes_words:
            return None
        said: _Unescaped = {}
        for n in pattern.words if len(some) else ():
            here = some[self.lines.holding_escapes(begins[n, some], ends[n, some])]
            values = _decoded(self.lines, begins[n, here], ends[n, here])
            if values is None:
                return None
            if len(here):
                said[n] = here, values
        return said

    def _keep(
        self, pattern: Pattern, rows: Numbers, begins: Numbers, ends: Numbers, unescaped: _Unescaped
    ) -> None:
        """Remember what ``rows`` are like and where their words stand."""
        if not len(rows):
            return
        self.nth[rows] = len(self.looked)
        self.looked.append(pattern.looked)
        self._quotes += len(rows) * pattern.quotes
        for n, (here, _) in unescaped.items():
            spans = zip(begins[n, here].tolist(), ends[n, here].tolist(), strict=True)
            self._quotes += sum(self.lines.window.count(b'"', a, b) for a, b in spans)
        for name, parts in pattern.flows.items():
            if len(parts) == 1 and isinstance(parts[0], int):
                self._point(name, rows, begins[parts[0]], ends[parts[0]])
                if parts[0] in unescaped:
                    here, values = unescaped[parts[0]]
                    self._say(name, rows[here], pa.array(values, _STRING))
            else:
                self._say(name, rows, _joined(self.lines, parts, begins, ends, unescaped))
        if pattern.edited >= 0:
            self._point("edited_unix", rows, begins[pattern.edited], ends[pattern.edited])

    def _point(self, name: str, rows: Numbers, begins: Numbers, ends: Numbers) -> None:
        if name not in self._spans:
            self._spans[name] = np.full((2, len(self.nth)), -1, np.int32)
        self._spans[name][:, rows] = begins, ends

    def _say(self, name: str, rows: Numbers, words: pa.Array[Any]) -> None:
        self._said.setdefault(name, []).append((rows, words))

    def done(self) -> Alike | None:
        """What was found; ``None`` when there is a quotation mark too many or too few."""
        left = np.flatnonzero(self.nth < 0)
        spans = zip(self.lines.starts[left].tolist(), self.lines.stops[left].tolist(), strict=True)
        quotes = self._quotes + sum(self.lines.window.count(b'"', a, b) for a, b in spans)
        if quotes != self.lines.quotes():
            return None
        columns = {name: self._column(name) for name in {*self._spans, *self._said}}
        for name, unix in (("sent_at", "key"), ("edited_at", "edited_unix")):
            if unix in columns:
                columns[name] = instants(columns[unix])
        return Alike(self.nth, self.looked, columns)

    def _column(self, name: str) -> pa.Array[Any]:
        said = self._said.get(name)
        if name not in self._spans:
            column: pa.Array[Any] = pa.nulls(len(self.nth), _STRING)
        else:
            column = self.lines.cut(*self._spans[name])
        if not said:
            return column
        rows = np.concatenate([rows for rows, _ in said])
        words = pa.concat_arrays([words for _, words in said])
        put = np.zeros(len(self.nth), np.bool_)
        put[rows] = True
        order: Any = pa.array(np.argsort(rows))
        in_order = words.take(order)
        replaced: pa.Array[Any] = pc.replace_with_mask(column, pa.array(put), in_order)
        return replaced


_Unescaped = dict[int, tuple[Numbers, list[str]]]


def _decoded(lines: Lines, begins: Numbers, ends: Numbers) -> list[str] | None:
    """The words with their escapes undone; ``None`` unless each is one whole JSON string.

    No word holds a bare line end, so one that runs on into the next is refused by the decoder.
    """
    if not len(begins):
        return []
    spans = zip(begins.tolist(), ends.tolist(), strict=True)
    words = b'",\n"'.join([lines.window[a:b] for a, b in spans])
    try:
        said = _literals(b'["' + words + b'"]')
    except ValueError:
        return None
    return said if len(said) == len(begins) else None


def _still(unescaped: _Unescaped, kept: Numbers) -> _Unescaped:
    """The unescaped words of the rows that were kept, numbered anew."""
    anew = np.cumsum(kept) - 1
    return {
        n: (anew[here[kept[here]]], [w for w, k in zip(words, kept[here], strict=True) if k])
        for n, (here, words) in unescaped.items()
    }


def _as_expected(pattern: Pattern, lines: Lines, begins: Numbers, ends: Numbers) -> Numbers:
    """Rows whose numbers are numbers and none of whose words changes what the record means."""
    kept = np.ones(begins.shape[1], np.bool_)
    for n in pattern.numbers:
        kept &= _whole_numbers(lines, begins[n], ends[n], 1, 16)
    kept &= _whole_numbers(lines, begins[pattern.sent], ends[pattern.sent], 9, 11)
    if pattern.edited >= 0:
        kept &= _whole_numbers(lines, begins[pattern.edited], ends[pattern.edited], 9, 11)
    for n in pattern.words:
        key = pattern.slots[n].key
        if key in _PATHS:
            risky = pc.match_substring_regex(lines.cut(begins[n], ends[n]), _RISKY)
            kept &= ~risky.to_numpy(zero_copy_only=False)
        elif key in (b"from_id", b"actor_id"):
            kept &= _of_peers(lines, begins[n])
    return kept


def _whole_numbers(
    lines: Lines, begins: Numbers, ends: Numbers, shortest: int, longest: int
) -> Numbers:
    """Spans of so many digits, sixteen at most, of which the first is no needless zero."""
    lengths = ends - begins
    zero = (lines.words[begins] & np.uint64(0xFF)) == np.uint64(ord("0"))
    kept: Numbers = (lengths >= shortest) & (lengths <= longest) & (~zero | (lengths == 1))
    kept &= _digits(lines.words[ends - WORD], lengths)
    if (lengths > WORD).any():
        kept &= _digits(lines.words[ends - 2 * WORD], lengths - WORD)
    return kept


def _digits(words: Numbers, counts: Numbers) -> Numbers:
    """Whether the last so many of the eight bytes of each word are digits."""
    others = ((WORD - counts.clip(0, WORD)) * 8).astype(np.uint64)
    counting = _ALL >> others << others
    words = (words & counting) | (_ZERO_EACH & ~counting)
    low = (words & _HIGH_EACH) == _ZERO_EACH
    found: Numbers = low & (((words + _SIX_EACH) & _HIGH_EACH) == _ZERO_EACH)
    return found


def _of_peers(lines: Lines, begins: Numbers) -> Numbers:
    """Accounts written ``user12``, ``chat12`` or ``channel12``, not as bare numbers."""
    opening = lines.words[begins] & word_of(b"user")[1]
    found: Numbers = np.isin(opening, [word_of(peer)[0] for peer in _PEERS])
    return found


def _joined(
    lines: Lines, parts: tuple[Part, ...], begins: Numbers, ends: Numbers, unescaped: _Unescaped
) -> pa.Array[Any]:
    """The parts of each row put together."""
    put = [
        pa.scalar(part, _STRING)
        if isinstance(part, str)
        else _words(lines, part, begins, ends, unescaped)
        for part in parts
    ]
    joined: pa.Array[Any] = pc.binary_join_element_wise(*put, fixed(""))
    return joined


def _words(
    lines: Lines, n: int, begins: Numbers, ends: Numbers, unescaped: _Unescaped
) -> pa.Array[Any]:
    words = lines.cut(begins[n], ends[n])
    if n not in unescaped:
        return words
    here, values = unescaped[n]
    put = np.zeros(len(words), np.bool_)
    put[here] = True
    replaced: pa.Array[Any] = pc.replace_with_mask(words, pa.array(put), pa.array(values, _STRING))
    return replaced
