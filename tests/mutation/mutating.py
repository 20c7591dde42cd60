"""A whole file goes in, a damaged one comes out: the same for the same seed of the generator."""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from seeds import Seed, zipped

_DIGITS = re.compile(rb"[0-9]+")
_LETTERS = re.compile(rb"[A-Za-z_]{2,}")
_PART = re.compile(rb"[^\n]*\n?")
WHOLE = "as it is"
_LARGEST = 400_000
_NO_WHOLE_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError, OSError,
    RuntimeError, IndexError,
)  # fmt: skip
_ODD = (0, 1, -1, 9, 99, 2**31, 2**63, 2**64, 10**30, -(2**63), 13, 32, 253_402_300_800)


@dataclass(frozen=True)
class Mutant:
    """One damaged file and how it came to be."""

    seed: Seed
    how: str

    @property
    def name(self) -> str:
        """What was done to what."""
        return f"{self.seed.source}/{self.seed.name}: {self.how}"


def mutants(originals: Sequence[Seed], count: int, number: int) -> list[Mutant]:
    """``count`` damaged files over all seeds by turns; the same for the same ``number``."""
    chance = random.Random(number)
    return [_mutant(originals[n % len(originals)], originals, chance) for n in range(count)]


def _mutant(seed: Seed, all_of_them: Sequence[Seed], chance: random.Random) -> Mutant:
    done, raw = [], seed.raw
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        other = chance.choice(all_of_them).raw
        named = chance.choice(list(_WAYS))
        raw = _WAYS[named](raw, other, chance)[:_LARGEST]
        done.append(named)
    name = seed.name
    if done == ["spliced"] and chance.random() < 0.3:
        name = chance.choice(all_of_them).name
    if chance.random() < 0.08:
        raw, name = _nested(raw, name, chance), "nested.zip"
        done.append("in an archive")
    return Mutant(replace(seed, raw=raw, name=name), ", ".join(done))


def _flipped(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.choice((1, 1, 3, 20))):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _without_its_beginning(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    return raw[chance.randrange(len(raw) + 1) :]


def _holed(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(raw, chance)
    return raw[:start] + raw[end:]


def _repeated(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    start, end = _stretch(raw, chance)
    return raw[:end] + raw[start:end] * chance.choice((1, 1, 2, 50)) + raw[end:]


def _swapped(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    (a, b), (c, d) = sorted((_stretch(raw, chance), _stretch(raw, chance)))
    return raw if c < b else raw[:a] + raw[c:d] + raw[b:c] + raw[a:b] + raw[d:]


def _spliced(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)] + other[chance.randrange(len(other) + 1) :]


def _grafted(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    start, end = _stretch(other, chance)
    return raw[:at] + other[start:end] + raw[at:]


def _with_lines_moved(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    lines = _PART.findall(raw)
    for _ in range(3):
        if len(lines) > 2:
            lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
    return b"".join(lines)


def _with_odd_numbers(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    return _one_match(raw, _DIGITS, str(chance.choice(_ODD)).encode(), chance)


def _with_odd_words(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    odd = (b"null", b"\xff\xfe", b"", b"\\ud83d", b"&#0;", b"\0", b"__proto__", b"\xe2\x80\xae")
    return _one_match(raw, _LETTERS, chance.choice(odd), chance)


def _with_bytes_put_in(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.randbytes(chance.choice((1, 4, 64))) + raw[at:]


def _otherwise_encoded(raw: bytes, _other: bytes, chance: random.Random) -> bytes:
    try:
        return raw.decode().encode(chance.choice(("utf-16", "utf-8-sig", "utf-16-be")))
    except UnicodeError:
        return raw[::-1]


def _damaged_inside(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    """An archive whose members are damaged, doubled or renamed, and which itself is whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            held = {info.filename: archive.read(info) for info in archive.infolist()}
    except _NO_WHOLE_ARCHIVE:
        return _flipped(raw, other, chance)
    if not held:
        return raw
    path = chance.choice(sorted(held))
    way = chance.choice((_flipped, _cut, _repeated, _with_odd_numbers, _with_odd_words, _holed))
    held[path] = way(held[path], other, chance)
    if chance.random() < 0.2:
        held[chance.choice(("../up.txt", "/etc/x", "a\\..\\b.txt", path + "/x"))] = held.pop(path)
    return zipped(held, chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))


def _nested(raw: bytes, name: str, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 3))):
        raw, name = zipped({name: raw, "other.txt": b"words"}), "inner.zip"
    return raw


def _one_match(raw: bytes, what: re.Pattern[bytes], instead: bytes, chance: random.Random) -> bytes:
    found = [match.span() for match in what.finditer(raw)]
    if not found:
        return raw
    start, end = chance.choice(found)
    return raw[:start] + instead + raw[end:]


def _stretch(raw: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(raw) + 1)
    return start, min(len(raw), start + chance.choice((1, 8, 60, 400, 3000)))


_WAYS: dict[str, Callable[[bytes, bytes, random.Random], bytes]] = {
    "bits flipped": _flipped,
    "cut short": _cut,
    "beginning cut off": _without_its_beginning,
    "a stretch taken out": _holed,
    "a stretch repeated": _repeated,
    "two stretches swapped": _swapped,
    "spliced": _spliced,
    "grafted": _grafted,
    "lines moved": _with_lines_moved,
    "odd numbers": _with_odd_numbers,
    "odd words": _with_odd_words,
    "bytes put in": _with_bytes_put_in,
    "encoded otherwise": _otherwise_encoded,
    "damaged inside": _damaged_inside,
}
