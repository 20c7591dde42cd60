"""Pixels become 64 bits that stay nearly the same when a picture is resized or saved again."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from PIL import Image

from romduol.intake.pictures.opening import opened, upright


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What may be kept of a picture that itself may not: nothing in it can be seen again."""

    sha256: str
    dhash: int


def dhash(picture: Image.Image) -> int:
    """The difference hash (N. Krawetz, 2013): is each pixel of a 9 x 8 grey copy brighter than the
    one to its left? 64 answers, row by row, first answer in the highest bit.

    ``picture`` is taken as it is shown (see ``upright``). A picture of one colour gives 0.
    """
    small = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    grey = small.tobytes()
    answers = 0
    for at in range(72):
        if at % 9:
            answers = answers << 1 | (grey[at] > grey[at - 1])
    return answers


def fingerprint(raw: bytes) -> Fingerprint:
    """Both hashes of a picture held in memory; raises ``CannotRead`` when it cannot be decoded."""
    return Fingerprint(sha256(raw).hexdigest(), dhash(upright(opened(raw))))
