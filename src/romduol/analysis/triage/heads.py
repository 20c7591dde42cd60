"""Comparable texts come in, what each head hears in them goes out; heads travel as bytes.

A head is a weight for each bucket of hashed runs of characters: numbers, from which no sentence can
be read. Stored as npz without pickles.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from romduol.analysis.triage.calibration import Doubles, Mixed, chance
from romduol.analysis.triage.features import BITS, BUCKETS, Floats, Grams, grams, sums

LAYOUT = 2
# harm as public sets of forums know it; harm as it is written to her, in any script; which of the
# two an English text reads like
FORUMS, ADDRESSED, FORUM = "forums", "addressed", "forum"
LISTENERS = (FORUMS, ADDRESSED, FORUM)
_STEPS = 127  # a weight is kept as a whole number from -127 to 127 of its head's step


@dataclass(frozen=True, slots=True)
class Head:
    """One head: ``name`` is a vocabulary id or a channel; ``scaled`` reads its sum as log-odds."""

    name: str
    steps: NDArray[np.int8]
    step: float
    bias: float
    scaled: Mixed

    def logit(self, some: Grams) -> Doubles:
        """Calibrated log-odds of each text."""
        heard = sums(some, self.steps).astype(np.float64) * self.step + self.bias
        return self.scaled.logit(heard[:, None])

    def chances(self, texts: Sequence[str]) -> Doubles:
        """The calibrated chance of each comparable text."""
        return chance(self.logit(grams(texts)))


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of one version: of any harm (``LISTENERS``), and of forms of harm.

    ``english`` weighs ``apart``, ``khmer`` (addressed, lexicon), into the score shown.
    """

    version: str
    harm: tuple[Head, Head, Head]
    forms: tuple[Head, ...]
    english: Mixed
    khmer: Mixed
    provenance: dict[str, Any]

    def views(self, some: Grams, spoken: Doubles, khmer: NDArray[np.bool_]) -> Doubles:
        """What heads and lexicon say of each text, weighed: two columns, whose sum is log-odds.

        ``spoken`` is the score by the lexicon; ``khmer`` whether a text is in Khmer of any letters.
        """
        forums, addressed, forum = (head.logit(some) for head in self.harm)
        return self.weighed(forums, addressed, forum, spoken, khmer)

    def weighed(
        self,
        forums: Doubles,
        addressed: Doubles,
        forum: Doubles,
        spoken: Doubles,
        khmer: NDArray[np.bool_],
    ) -> Doubles:
        """As ``views``, from the log-odds by each of ``LISTENERS``."""
        seen = apart(forums, addressed, chance(forum), spoken)
        weights = np.array(self.english.weights)
        english = np.column_stack(
            [seen[:, :3] @ weights[:3] + self.english.bias, seen[:, 3:] @ weights[3:]]
        )
        ours, words = self.khmer.weights
        other = np.column_stack([addressed * ours + self.khmer.bias, spoken * words])
        return np.asarray(np.where(khmer[:, None], other, english), np.float64)

    def to_bytes(self) -> bytes:
        """As npz: one row of steps a head, and what they are as JSON."""
        every = (*self.harm, *self.forms)
        about = {
            "layout": LAYOUT,
            "bits": BITS,
            "version": self.version,
            "together": [_plain(self.english), _plain(self.khmer)],
            "heads": [_about(head) for head in every],
            "provenance": self.provenance,
        }
        said = np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8)
        kept = io.BytesIO()
        np.savez_compressed(kept, about=said, steps=np.stack([head.steps for head in every]))
        return kept.getvalue()


def made(name: str, weights: Floats, bias: float, scaled: Mixed) -> Head:
    """A head of these weights, to the nearest step."""
    step = float(np.abs(weights).max()) / _STEPS or 1.0
    return Head(name, np.rint(weights / step).astype(np.int8), step, bias, scaled)


def from_bytes(kept: bytes) -> Heads:
    """The heads in ``kept``. ``ValueError`` for another layout or a damaged file."""
    with np.load(io.BytesIO(kept), allow_pickle=False) as arrays:
        about = json.loads(arrays["about"].tobytes())
        steps = arrays["steps"]
    if about["layout"] != LAYOUT or about["bits"] != BITS or steps.dtype != np.int8:
        raise ValueError("heads of another layout")
    if steps.shape != (len(about["heads"]), BUCKETS):
        raise ValueError("heads are not whole")
    heads = [_head(said, row) for said, row in zip(about["heads"], steps, strict=True)]
    first, second, third, *forms = heads
    if (first.name, second.name, third.name) != LISTENERS:
        raise ValueError("heads without the first")
    english, khmer = map(_mixed, about["together"])
    return Heads(
        about["version"],
        (first, second, third),
        tuple(forms),
        english,
        khmer,
        about["provenance"],
    )


def apart(forums: Doubles, addressed: Doubles, forum: Doubles, spoken: Doubles) -> Doubles:
    """Two experts of an English text, each heard as far as the text is of its kind.

    A mixture of experts (Jacobs et al. 1991) with ``forum``, the chance that the text reads like
    one of a forum, as its gate: head of forums, head of what is addressed, the gate, and the
    lexicon in a forum and out of it.
    """
    return np.column_stack(
        [forums * forum, addressed * (1 - forum), forum, spoken * forum, spoken * (1 - forum)]
    )


@cache
def shipped() -> Heads:
    """The heads that come with the program."""
    return from_bytes((files("romduol.analysis") / "data" / "heads" / "heads.npz").read_bytes())


def _plain(one: Mixed) -> dict[str, Any]:
    return {"weights": list(one.weights), "bias": one.bias}


def _mixed(said: dict[str, Any]) -> Mixed:
    return Mixed(tuple(said["weights"]), said["bias"])


def _about(head: Head) -> dict[str, Any]:
    scaled = _plain(head.scaled)
    return {"name": head.name, "step": head.step, "bias": head.bias, "scaled": scaled}


def _head(said: dict[str, Any], steps: NDArray[np.int8]) -> Head:
    return Head(said["name"], steps, said["step"], said["bias"], _mixed(said["scaled"]))
