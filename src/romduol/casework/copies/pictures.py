"""Pixels go in, a picture that carries nothing else comes out: boxes covered or blurred, smaller.

The copy is drawn anew from the pixels alone, so that no preview, place, edit history or colour
profile of the original can come along; then it is read again, and thrown away if it did.

Boxes are marked by a person. No face is looked for by machine: what a detector misses would be
published.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from PIL import Image

from romduol.casebook.evidence import Note
from romduol.casework.copies.carried import carried
from romduol.casework.copies.made import BoxOutside, CopyStillCarries, WorkingCopy

_FILL = (40, 40, 40)
# JPEG, WebP and HEIC code in blocks of up to 16 points: what was under a box rings around it
_BLOCK = 16
_CELLS = 8  # along a blurred box's longer side, whatever its size
_NOISE = 24.0  # of 255, on every cell
_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Box:
    """A box in points of the picture as it is shown, from its top left."""

    left: int
    top: int
    width: int
    height: int


def picture(
    raw: bytes,
    shown: Image.Image,
    *,
    covered: Sequence[Box] = (),
    blurred: Sequence[Box] = (),
    longest: int | None = None,
) -> WorkingCopy:
    """A copy of ``shown``, which is ``raw`` decoded and upright, RGB.

    ``covered`` boxes are filled with one grey, ``blurred`` ones reduced to at most 8 x 8 cells of
    noisy colour, both before anything else, and both grown by 16 points where the original's
    format is lossy; ``longest`` is the longer side in points at most. Nothing under a covered box
    is in the copy. A blurred face can still be guessed by one who knows it: cover it when in doubt.

    Raises ``BoxOutside``, and ``CopyStillCarries`` when the finished copy holds anything but
    pixels.
    """
    drawn = Image.frombytes("RGB", shown.size, shown.convert("RGB").tobytes())
    around = 0 if raw.startswith((b"\x89PNG", b"GIF8")) else _BLOCK
    for box in blurred:
        _blur(drawn, _edges(box, drawn, around))
    for box in covered:
        drawn.paste(_FILL, _edges(box, drawn, around))
    steps = _boxes_done(covered, blurred)
    if longest is not None and longest < max(drawn.size):
        drawn.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        steps.append(Note("copy.resized", (("width", drawn.width), ("height", drawn.height))))
    data, media_type = _encoded(drawn, raw)
    kept = carried(data)
    if kept:
        raise CopyStillCarries(kinds=", ".join(kept))
    left_out = carried(raw)
    steps.append(Note("copy.stripped", (("kinds", len(left_out)),)))
    return WorkingCopy(data, media_type, sha256(raw).hexdigest(), tuple(steps), left_out)


def _boxes_done(covered: Sequence[Box], blurred: Sequence[Box]) -> list[Note]:
    done = (("copy.covered", len(covered)), ("copy.blurred", len(blurred)))
    return [Note(what, (("count", count),)) for what, count in done if count]


def _edges(box: Box, drawn: Image.Image, around: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom inside the picture; raises ``BoxOutside`` when nothing is."""
    left, top = max(box.left, 0), max(box.top, 0)
    right = min(box.left + box.width, drawn.width)
    bottom = min(box.top + box.height, drawn.height)
    if left >= right or top >= bottom:
        raise BoxOutside(width=drawn.width, height=drawn.height)
    return (
        max(left - around, 0),
        max(top - around, 0),
        min(right + around, drawn.width),
        min(bottom + around, drawn.height),
    )


def _blur(drawn: Image.Image, edges: tuple[int, int, int, int]) -> None:
    """Replace a box by few cells of its mean colours with noise by chance, drawn smoothly."""
    part = drawn.crop(edges)
    cell = max(part.size) / _CELLS
    cells = (max(1, round(part.width / cell)), max(1, round(part.height / cell)))
    means = np.asarray(part.resize(cells, Image.Resampling.BOX), np.float64)
    noisy = means + np.random.default_rng().normal(0, _NOISE, means.shape)
    few = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8), "RGB")
    drawn.paste(few.resize(part.size, Image.Resampling.BICUBIC), edges)


def _encoded(drawn: Image.Image, raw: bytes) -> tuple[bytes, str]:
    """JPEG for what came lossy, PNG for what came exact (screenshots stay sharp)."""
    into = io.BytesIO()
    if raw.startswith((b"\x89PNG", b"GIF8")):
        drawn.save(into, "PNG")
        return into.getvalue(), "image/png"
    drawn.save(into, "JPEG", quality=_QUALITY)
    return into.getvalue(), "image/jpeg"
