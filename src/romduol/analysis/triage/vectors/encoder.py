"""Texts come in, vectors of length one go out: the encoder's layers in numpy, no compiler.

The tokens of many texts, sorted by length, stand in one matrix, so that each weight is read once
for all of them; attention runs over texts of equal length together, so that nothing is padded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from romduol.analysis.triage.vectors.weights import Floats, Layer, Weights, unpacked

SIZE = 384
HEADS = 12
MOST_PIECES = 256  # of a message that are read: more than a thousand letters of most scripts
_TOKENS = 1024  # in one matrix: it stays in the processor's cache
ASK = "query: "  # the model was taught with a word before each text

Run = tuple[slice, int, int]  # rows of the matrix, texts, tokens in each


def vectors(weights: Weights, texts: Sequence[str]) -> Floats:
    """(texts, ``SIZE``), each of length one, in their order."""
    ids = [weights.pieces.of(ASK + text, MOST_PIECES) for text in texts]
    out = np.zeros((len(texts), SIZE), np.float32)
    for rows in _batches(ids):
        out[rows] = _encoded(weights, [ids[row] for row in rows])
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)
    return out


def _batches(ids: Sequence[NDArray[np.int32]]) -> Iterator[list[int]]:
    """Rows of texts of like length, together at most ``_TOKENS`` or a single text."""
    held: list[int] = []
    tokens = 0
    for row in sorted(range(len(ids)), key=lambda row: (len(ids[row]), row)):
        if held and tokens + len(ids[row]) > _TOKENS:
            yield held
            held, tokens = [], 0
        held.append(row)
        tokens += len(ids[row])
    if held:
        yield held


def _encoded(weights: Weights, ids: Sequence[NDArray[np.int32]]) -> Floats:
    """The mean over its tokens for each text; ``ids`` are sorted by length."""
    x = unpacked(weights.words[np.concatenate(ids)])
    x += weights.places[np.concatenate([np.arange(len(one)) for one in ids])]
    x = weights.before.of(x)
    runs = list(_runs([len(one) for one in ids]))
    for layer in weights.layers:
        x = _through(layer, x, runs)
    return np.concatenate(
        [x[rows].reshape(texts, tokens, SIZE).mean(axis=1) for rows, texts, tokens in runs]
    )


def _runs(lengths: Sequence[int]) -> Iterator[Run]:
    at = 0
    for tokens, group in groupby(lengths):
        texts = len(list(group))
        yield slice(at, at + texts * tokens), texts, tokens
        at += texts * tokens


def _through(layer: Layer, x: Floats, runs: Sequence[Run]) -> Floats:
    """One layer over all tokens: Vaswani et al. 2017, with the norm after each half."""
    asked = layer.asked.of(x)
    seen = np.empty_like(x)
    for rows, texts, tokens in runs:
        seen[rows] = _attended(asked[rows].reshape(texts, tokens, 3, HEADS, -1))
    gathered = layer.gathered.of(seen)
    gathered += x
    x = layer.after_gathering.of(gathered)
    narrow = layer.narrow.of(_gelu(layer.wide.of(x)))
    narrow += x
    return layer.after.of(narrow)


def _attended(asked: Floats) -> Floats:
    """What each token takes from the tokens of its text: (texts * tokens, ``SIZE``)."""
    query, key, value = asked.transpose(2, 0, 3, 1, 4)  # each (texts, heads, tokens, part)
    near = query @ key.swapaxes(-1, -2)
    near *= query.shape[-1] ** -0.5
    near -= near.max(axis=-1, keepdims=True)
    np.exp(near, out=near)
    near /= near.sum(axis=-1, keepdims=True)
    taken: Floats = near @ value
    return taken.transpose(0, 2, 1, 3).reshape(-1, SIZE)


def _gelu(x: Floats) -> Floats:
    """Hendrycks and Gimpel 2016, their approximation by tanh; within .0005 of the exact one."""
    inner = x * x
    inner *= 0.044715
    inner += 1.0
    inner *= x
    inner *= 0.7978845608
    np.tanh(inner, out=inner)
    inner += 1.0
    inner *= x
    inner *= 0.5
    return inner
