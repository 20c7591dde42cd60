"""Texts that have vectors come in, what the heads on them say goes out, beside the other views.

Views of a channel: the heads of characters, the lexicon, our question asked of the vector, and for
English also EDOS's question, heard only where it hears harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from romduol.analysis.triage.calibration import Doubles
from romduol.analysis.triage.vectors.adapters import HARM, SEXIST, Adapters
from romduol.analysis.triage.vectors.kept import Kept

HEARD_FROM = -1.0  # log-odds: about one in four
ALIKE_FROM = 0.35  # cosine: of two messages that have nothing to do with one another 1 in 100 is


@dataclass(frozen=True, slots=True)
class Heard:
    """The vectors of some texts, and the heads that hear them."""

    adapters: Adapters
    kept: Kept

    def together(
        self, texts: Sequence[str], khmer: NDArray[np.bool_], views: Doubles, without: Doubles
    ) -> Doubles:
        """``without``, and for each text that has a vector the log-odds of all views together.

        ``views`` are (heads of characters, lexicon), as weighed without vectors.
        """
        rows = self.kept.rows(texts)
        there = rows >= 0
        logit = without.copy()
        for channel, weighed in enumerate(self.adapters.together):
            some = there & (khmer == bool(channel))
            if some.any():
                vectors = self.kept.of(rows[some])
                seen = np.column_stack([views[some], self.views(vectors, channel)])
                logit[some] = weighed.logit(seen)
        return logit

    def views(self, vectors: NDArray[np.float32], channel: int) -> Doubles:
        """What the vectors add to the views of a channel, 0 for English and 1 for Khmer."""
        ours = self.adapters.head(HARM).logit(vectors)
        if channel:
            return ours[:, None]
        theirs = np.maximum(self.adapters.head(SEXIST).logit(vectors), HEARD_FROM)
        return np.column_stack([ours, theirs])

    def likeness(self, text: str, others: Sequence[str]) -> Doubles:
        """For each of ``others`` the cosine with ``text``; 0 where it says nothing, or either has
        no vector."""
        rows = self.kept.rows([text, *others])
        near = np.zeros(len(others))
        there = np.flatnonzero(rows[1:] >= 0)
        if rows[0] >= 0 and len(there):
            vectors = self.kept.of(rows[np.append(0, there + 1)])
            vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
            near[there] = vectors[1:] @ vectors[0]
        return np.where(near >= ALIKE_FROM, near, 0.0)

    def forms(self, texts: Sequence[str], names: Sequence[str], logits: Doubles) -> Doubles:
        """Log-odds of each form: for texts with vectors the mean of both heads of its name."""
        rows = self.kept.rows(texts)
        there = rows >= 0
        heard = logits.copy()
        if there.any():
            vectors = self.kept.of(rows[there])
            said = np.column_stack([self.adapters.head(name).logit(vectors) for name in names])
            heard[there] = (logits[there] + said) / 2
        return heard
