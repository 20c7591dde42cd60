"""The one model in memory: texts come in, their centred vectors go out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from romduol.analysis.triage import scoring
from romduol.analysis.triage.vectors import adapters, encoder, weights
from romduol.analysis.triage.vectors.weights import Floats, Weights


def installed() -> bool:
    """Whether the extra is there; nothing is read for the answer."""
    return weights.at_hand() is not None


def centred(texts: Sequence[str]) -> Floats:
    """The centred vector of each text, read as the text layer leaves it.

    Raises ``OtherWeights`` where the extra has other weights than the adapters were learned on,
    ``FileNotFoundError`` without the extra.
    """
    copies = scoring.engine().layer.comparable(texts)[0]
    return encoder.vectors(_model(), copies) - adapters.shipped().middle


@cache
def _model() -> Weights:
    path = weights.at_hand()
    if path is None:
        raise FileNotFoundError(weights.FILE)
    read = weights.read(path)
    adapters.add_to(read, adapters.shipped())
    return read
