"""Vectors of one woman's messages come in, bytes to be sealed go out, and back.

A vector is found again by a digest of its text: the text itself is not kept here.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from romduol.analysis.triage.vectors.encoder import SIZE
from romduol.analysis.triage.vectors.weights import Floats

_DIGEST = 16
Halves = NDArray[np.float16]


def digest(text: str) -> bytes:
    """By which a text's vector is found: 16 bytes of BLAKE2b (RFC 7693)."""
    return blake2b(text.encode(), digest_size=_DIGEST).digest()


@dataclass(frozen=True, slots=True)
class Kept:
    """Centred vectors of one version, each found by the digest of its text."""

    version: str
    places: dict[bytes, int]
    vectors: Halves

    def rows(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """For each text the row of its vector, -1 where it has none."""
        found = (self.places.get(digest(text), -1) for text in texts)
        return np.fromiter(found, np.int64, len(texts))

    def of(self, rows: NDArray[np.int64]) -> Floats:
        """The vectors of these rows."""
        return self.vectors[rows].astype(np.float32)

    def to_bytes(self) -> bytes:
        """As npz, without pickles."""
        kept = io.BytesIO()
        np.savez(
            kept,
            version=np.frombuffer(self.version.encode(), np.uint8),
            digests=np.frombuffer(b"".join(self.places), np.uint8).reshape(-1, _DIGEST),
            vectors=self.vectors,
        )
        return kept.getvalue()


def made(version: str, texts: Sequence[str], vectors: Floats) -> Kept:
    """The vectors of these texts, which differ from one another."""
    return Kept(
        version, {digest(text): n for n, text in enumerate(texts)}, vectors.astype(np.float16)
    )


def gathered(version: str, parts: Iterable[bytes]) -> Kept:
    """All of ``parts`` that are of this version. ``ValueError`` for a damaged part."""
    digests: list[bytes] = []
    held: list[Halves] = [np.zeros((0, SIZE), np.float16)]
    for part in parts:
        with np.load(io.BytesIO(part), allow_pickle=False) as arrays:
            if arrays["version"].tobytes().decode() != version:
                continue
            digests += [row.tobytes() for row in arrays["digests"]]
            held.append(arrays["vectors"])
    vectors = np.concatenate(held)
    if vectors.shape != (len(digests), SIZE):
        raise ValueError("vectors are not whole")
    return Kept(version, {one: n for n, one in enumerate(digests)}, vectors)
