"""Bytes come in, what was learned beside the weights goes out: adapters, middle and heads.

Low-rank adapters (Hu et al. 2021) are added to the matrices once, so that nothing is slower for
them. Stored as npz without pickles: numbers, from which no sentence can be read.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from romduol.analysis.triage.calibration import Doubles, Mixed
from romduol.analysis.triage.vectors.encoder import SIZE
from romduol.analysis.triage.vectors.weights import Floats, Linear, Weights

LAYOUT = 1
SEXIST, HARM = "sexist", "harm"  # what EDOS asks, and what we ask
_PRECISE = np.float16


@dataclass(frozen=True, slots=True)
class Asked:
    """One head: log-odds are ``scaled`` of the weighed sum of a centred vector."""

    name: str
    weights: Floats
    bias: float
    scaled: Mixed

    def logit(self, vectors: Floats) -> Doubles:
        """Calibrated log-odds of each row."""
        heard = (vectors @ self.weights).astype(np.float64) + self.bias
        return self.scaled.logit(heard[:, None])


@dataclass(frozen=True, slots=True)
class Adapters:
    """What was learned on one file of weights.

    ``moves`` are (down, up) by layer and part, as "3.asked"; ``middle`` is where all vectors lie
    before they are centred; ``together`` weighs the views of each channel, as ``hearing`` has them.
    """

    version: str
    moves: dict[str, tuple[Floats, Floats]]
    middle: Floats
    heads: tuple[Asked, ...]
    together: tuple[Mixed, Mixed]
    provenance: dict[str, Any]

    def head(self, name: str) -> Asked:
        """The head of this name."""
        return next(head for head in self.heads if head.name == name)

    def to_bytes(self) -> bytes:
        """As npz: matrices in half precision, and what they are as JSON."""
        about = {
            "layout": LAYOUT,
            "version": self.version,
            "moves": sorted(self.moves),
            "together": [_plain(one) for one in self.together],
            "heads": [_about(head) for head in self.heads],
            "provenance": self.provenance,
        }
        arrays: dict[str, Any] = {
            "about": np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8),
            "middle": self.middle,
            "heads": np.stack([head.weights for head in self.heads]),
        }
        for name, (down, up) in self.moves.items():
            arrays |= {f"{name}.down": down.astype(_PRECISE), f"{name}.up": up.astype(_PRECISE)}
        kept = io.BytesIO()
        np.savez_compressed(kept, **arrays)
        return kept.getvalue()


def from_bytes(kept: bytes) -> Adapters:
    """The adapters in ``kept``. ``ValueError`` for another layout or a damaged file."""
    with np.load(io.BytesIO(kept), allow_pickle=False) as arrays:
        about = json.loads(arrays["about"].tobytes())
        if about["layout"] != LAYOUT:
            raise ValueError("adapters of another layout")
        weights = arrays["heads"]
        if weights.shape != (len(about["heads"]), SIZE) or arrays["middle"].shape != (SIZE,):
            raise ValueError("adapters are not whole")
        moves = {
            name: (_full(arrays[f"{name}.down"]), _full(arrays[f"{name}.up"]))
            for name in about["moves"]
        }
        english, khmer = map(_mixed, about["together"])
        heads = (
            Asked(said["name"], row, said["bias"], _mixed(said["scaled"]))
            for said, row in zip(about["heads"], weights, strict=True)
        )
        return Adapters(
            about["version"], moves, arrays["middle"], tuple(heads), (english, khmer),
            about["provenance"],
        )  # fmt: skip


@cache
def shipped() -> Adapters:
    """The adapters that come with the program."""
    where = files("romduol.analysis") / "data" / "vectors" / "adapters.npz"
    return from_bytes(where.read_bytes())


def add_to(weights: Weights, adapters: Adapters) -> None:
    """Every adapter is added to its matrix, in place: a second copy would cost 85 MB."""
    for name, (down, up) in adapters.moves.items():
        layer, part = name.split(".")
        linear: Linear = getattr(weights.layers[int(layer)], part)
        np.add(linear.matrix, up @ down, out=linear.matrix)


def _full(half: NDArray[np.float16]) -> Floats:
    return half.astype(np.float32)


def _about(head: Asked) -> dict[str, Any]:
    return {"name": head.name, "bias": head.bias, "scaled": _plain(head.scaled)}


def _plain(one: Mixed) -> dict[str, Any]:
    return {"weights": list(one.weights), "bias": one.bias}


def _mixed(said: dict[str, Any]) -> Mixed:
    return Mixed(tuple(said["weights"]), said["bias"])
