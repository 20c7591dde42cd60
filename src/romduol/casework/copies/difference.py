"""Two pictures come in, one comes out: both side by side, laid over one another, and what differs.

Nothing is judged: whether a picture was made out of another is for a person to say. The second is
scaled and moved until it lies on the first as well as it can (phase correlation; Kuglin and Hines,
1975); mirrored, turned or warped pictures do not lie on one another, and the number says so.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from romduol.casework.copies.carried import carried
from romduol.casework.copies.made import CopyStillCarries

Floats = npt.NDArray[np.float64]
_LOOKED_AT = 256  # points along the longer side while the place is looked for
_SCALES = np.round(np.geomspace(0.5, 2.0, 29), 4)  # a twentieth apart
_LONGEST = 1200  # points of each of the three panels
_GAP = 8
_GREY = (96, 96, 96)
_SHOWN = 3.0  # a difference of a third of the range is already white


@dataclass(frozen=True, slots=True)
class Difference:
    """The picture as PNG, and how the second was laid on the first.

    ``scale`` and ``right``, ``down`` (points of the first) place the second; ``overlap`` is the
    share of the first that it covers, ``apart`` the mean difference there, 0 to 1.
    """

    data: bytes
    scale: float
    right: int
    down: int
    overlap: float
    apart: float


def difference(first: Image.Image, second: Image.Image) -> Difference:
    """The first, the second as it lies on the first, and what differs between them, in a row.

    Both are upright. Black in the third says that nothing differs or nothing overlaps; grey frames
    what the second does not cover. Raises ``CopyStillCarries`` if the result holds anything but
    pixels.
    """
    one = _at_most(first.convert("RGB"), _LONGEST)
    other = _at_most(second.convert("RGB"), _LONGEST)
    scale, right, down = _placed(one, other)
    laid, covered = _laid(one.size, other, scale, right, down)
    gap = np.abs(np.asarray(one, np.float64) - np.asarray(laid, np.float64)).max(axis=2) / 255
    gap[~covered] = 0.0
    shown = Image.fromarray((np.minimum(gap * _SHOWN, 1.0) * 255).astype(np.uint8)).convert("RGB")
    data = _in_a_row([one, laid, shown])
    if kept := carried(data):
        raise CopyStillCarries(kinds=", ".join(kept))
    overlap = float(covered.mean())
    return Difference(
        data=data,
        scale=scale,
        right=right,
        down=down,
        overlap=overlap,
        apart=float(gap[covered].mean()) if overlap else 1.0,
    )


def _at_most(picture: Image.Image, longest: int) -> Image.Image:
    copy = picture.copy()
    copy.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return copy


def _placed(one: Image.Image, other: Image.Image) -> tuple[float, int, int]:
    """The scale of ``other`` and where its top left lies on ``one``: where they agree best."""
    small = max(max(one.size) / _LOOKED_AT, 1.0)
    target = _grey(one, 1 / small)
    fits = max(one.width / other.width, one.height / other.height)
    tried = []
    for scale in np.unique(np.concatenate([_SCALES, [fits, one.width / other.width]])):
        moved = _grey(other, float(scale) / small)
        if min(moved.shape) >= 16 and max(moved.shape) <= 4 * _LOOKED_AT:
            tried.append((*_shift(target, moved), float(scale)))
    _, right, down, scale = max(tried, default=(0.0, 0, 0, 1.0))
    return _refined(one, other, (scale, right * small, down * small))


def _refined(
    one: Image.Image, other: Image.Image, rough: tuple[float, float, float]
) -> tuple[float, int, int]:
    """The same at the full size of the panels, near where it was found."""
    scale, right, down = rough
    tried = []
    for finer in scale * np.linspace(0.97, 1.03, 13):
        moved = _grey(other, float(finer))
        strength, x, y = _shift(_grey(one, 1.0), moved)
        if abs(x - right) <= 24 and abs(y - down) <= 24:
            tried.append((strength, x, y, float(finer)))
    _, x, y, scale = max(tried, default=(0.0, round(right), round(down), scale))
    return scale, x, y


def _grey(picture: Image.Image, scale: float) -> Floats:
    size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
    return np.asarray(picture.convert("L").resize(size, Image.Resampling.BILINEAR), np.float64)


def _shift(target: Floats, moved: Floats) -> tuple[float, int, int]:
    """How strongly ``moved`` is found in ``target``, and how far right and down."""
    shape = tuple(t + m for t, m in zip(target.shape, moved.shape, strict=True))
    seen = np.fft.rfft2(_edged(target), shape) * np.conj(np.fft.rfft2(_edged(moved), shape))
    peaks = np.fft.irfft2(seen / np.maximum(np.abs(seen), 1e-9), shape)
    down, right = np.unravel_index(int(peaks.argmax()), shape)
    strength = float(peaks[down, right]) * float(np.sqrt(np.prod(shape)))
    y = int(down) - (shape[0] if down >= target.shape[0] else 0)
    x = int(right) - (shape[1] if right >= target.shape[1] else 0)
    return strength, x, y


def _edged(values: Floats) -> Floats:
    """Without its mean and faded at the borders, which would be found instead of the picture."""
    fade = np.outer(np.hanning(values.shape[0] + 2)[1:-1], np.hanning(values.shape[1] + 2)[1:-1])
    return np.asarray((values - values.mean()) * fade)


def _laid(
    size: tuple[int, int], other: Image.Image, scale: float, right: int, down: int
) -> tuple[Image.Image, npt.NDArray[np.bool_]]:
    width, height = max(round(other.width * scale), 1), max(round(other.height * scale), 1)
    panel, mask = Image.new("RGB", size, _GREY), Image.new("1", size)
    panel.paste(other.resize((width, height), Image.Resampling.LANCZOS), (right, down))
    mask.paste(1, (right, down, right + width, down + height))
    return panel, np.asarray(mask, bool)


def _in_a_row(panels: list[Image.Image]) -> bytes:
    width = sum(panel.width for panel in panels) + _GAP * (len(panels) - 1)
    row = Image.new("RGB", (width, max(panel.height for panel in panels)), _GREY)
    at = 0
    for panel in panels:
        row.paste(panel, (at, 0))
        at += panel.width + _GAP
    out = io.BytesIO()
    row.save(out, "PNG")
    return out.getvalue()
