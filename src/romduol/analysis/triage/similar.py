"""One message and many come in, those most like it go out: by their runs of characters.

Each run counts the more the fewer messages have it (inverse document frequency, Spärck Jones 1972).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from romduol.analysis.triage.calibration import Doubles
from romduol.analysis.triage.features import BUCKETS
from romduol.analysis.triage.learning import rows
from romduol.analysis.triage.scoring import engine


def likeness(text: str, others: Sequence[str]) -> Doubles:
    """For each of ``others`` the cosine with ``text``, 0 to 1."""
    some = rows(engine().layer.comparable([text, *others])[0])
    pairs, count = np.unique(some.text.astype(np.int64) * BUCKETS + some.bucket, return_counts=True)
    owner, bucket = pairs // BUCKETS, pairs % BUCKETS
    total = len(others) + 1
    rarity = np.log((1 + total) / (1 + np.bincount(bucket, minlength=BUCKETS))) + 1.0
    value = (1.0 + np.log(count)) * rarity[bucket]
    asked = np.zeros(BUCKETS)
    asked[bucket[owner == 0]] = value[owner == 0]
    dot = np.bincount(owner, value * asked[bucket], total)
    size = np.sqrt(np.bincount(owner, value * value, total))
    return np.asarray((dot / np.maximum(size * size[0], 1e-12))[1:], np.float64)
