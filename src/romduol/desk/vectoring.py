"""Her messages get vectors, each text once, sealed under her key; only where the extra is there.

A vector says what a text resembles, so it is hers like the text: it opens with her key alone and a
withdrawal destroys it with her. What is sealed is kept when the work is interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from romduol.analysis.triage import heads, judging
from romduol.analysis.triage.vectors import adapters, reading
from romduol.analysis.triage.vectors.hearing import Heard
from romduol.analysis.triage.vectors.kept import Kept, digest, gathered, made
from romduol.analysis.triage.vectors.weights import OtherWeights
from romduol.casebook.troubles import WrongUsage
from romduol.desk.custody import acting
from romduol.desk.opening import Book
from romduol.desk.sealing import row, sealing
from romduol.records.models import SealedObject, Woman

VECTORS = "vectors"  # kind of a sealed object
HIGHEST = 4  # one in so many is read because it ranks highest
DRAWN = 26  # of 256: of the others a tenth is read, drawn by the digest of its text
_CHUNK = 1024  # texts sealed together: about ten seconds of work
Progress = Callable[[int, int], None]


class VectorsMissing(WrongUsage):
    """Vectors were asked for where the extra that brings the weights is not installed."""


class OtherVectors(WrongUsage):
    """The extra that is installed has other weights than those the program was taught on."""


def require() -> None:
    """Raises ``VectorsMissing`` where the extra is not installed."""
    if not reading.installed():
        raise VectorsMissing


def heard(book: Book, woman: Woman) -> Heard | None:
    """What her vectors say; none where she has none of this version. Needs no extra.

    Raises ``NoGrant`` without her key.
    """
    if not SealedObject.objects.filter(woman=woman, kind=VECTORS).exists():
        return None
    kept = _kept(book, woman)
    return Heard(adapters.shipped(), kept) if kept.places else None


def add(book: Book, woman: Woman, texts: Iterable[str], progress: Progress) -> int:
    """Vectors for what ranks highest among ``texts`` and for a tenth of the rest; how many are new.

    Raises ``NoGrant``, ``VectorsMissing`` or ``OtherVectors``.
    """
    require()
    kept = _kept(book, woman)
    wanted = [
        text for text in _chosen(list(dict.fromkeys(texts))) if digest(text) not in kept.places
    ]
    for start in range(0, len(wanted), _CHUNK):
        progress(start, len(wanted))
        _seal(book, woman, wanted[start : start + _CHUNK])
    return len(wanted)


def _kept(book: Book, woman: Woman) -> Kept:
    return gathered(adapters.shipped().version, _opened(book, woman))


def _opened(book: Book, woman: Woman) -> Iterator[bytes]:
    names = SealedObject.objects.filter(woman=woman, kind=VECTORS).order_by("pk")
    for name in names.values_list("name", flat=True):
        yield book.store.open_bytes(name, book.identities(woman.code))


def _chosen(texts: list[str]) -> list[str]:
    """The highest by lexicon and heads of characters, then the drawn ones."""
    if not texts:
        return []
    order = np.argsort(-judging.logits(texts, heads.shipped()), kind="stable")
    highest = -(-len(texts) // HIGHEST)
    drawn = (texts[n] for n in order[highest:] if digest(texts[n])[0] < DRAWN)
    return [*(texts[n] for n in order[:highest]), *drawn]


def _seal(book: Book, woman: Woman, texts: list[str]) -> None:
    try:
        vectors = reading.centred(texts)
    except OtherWeights as cause:
        raise OtherVectors from cause
    version = adapters.shipped().version
    with sealing(book, woman.code) as work, acting(book, "examine-vectors") as act:
        row(work.data(made(version, texts, vectors).to_bytes()), VECTORS, woman)
        act.about(woman.code, model=version, vectors=len(texts))
