"""Bytes of a picture become pixels, or the reason why not. Nothing is written to a disk.

Only the decoders named here are ever tried, so bytes of a rarer format reach no decoder at all.
"""

from __future__ import annotations

import io
import struct
import warnings
from importlib import import_module
from importlib.util import find_spec

from PIL import Image
from PIL.ExifTags import Base

from romduol.casebook.evidence import Note
from romduol.intake.source import CannotRead

_HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_DECODERS = {
    "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "avif": "AVIF", "heic": "HEIF",
}  # fmt: skip
# what Pillow's decoders raise on damage, found by feeding them damaged files
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, OverflowError, RuntimeError)
DAMAGED_EXIF = (OSError, SyntaxError, ValueError, TypeError, KeyError, EOFError, struct.error)
_TURNS = {  # EXIF's orientation (Exif 2.32, tag 274), undone
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def kind_of(head: bytes) -> str:
    """``jpeg``, ``png``, ``webp``, ``gif``, ``avif``, ``heic``; ``""`` for what is no picture."""
    if head[4:8] == b"ftyp":
        return _by_brand(head[8:12])
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    starts = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif"))
    return next((kind for start, kind in starts if head.startswith(start)), "")


def _by_brand(brand: bytes) -> str:
    if brand in (b"avif", b"avis"):
        return "avif"
    return "heic" if brand in _HEIF else ""


def opened(raw: bytes) -> Image.Image:
    """The picture, decoded to its last pixel; raises ``CannotRead`` with the reason.

    A picture that breaks off is refused: half a screenshot must not pass for the whole.
    """
    kind = kind_of(raw[:16])
    if not kind:
        raise CannotRead(Note("note.pictures.broken"))
    if kind == "heic" and not _can_open_heic():
        raise CannotRead(Note("note.pictures.heic_needs_extra"))
    try:
        with warnings.catch_warnings():
            # Pillow warns where it doubts; a bomb is refused, a doubt about metadata is not
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(raw), formats=(_DECODERS[kind],))
            picture.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise CannotRead(Note("note.pictures.too_many_pixels")) from bomb
    except _DAMAGE as damage:
        raise CannotRead(Note("note.pictures.broken")) from damage
    return picture


def upright(picture: Image.Image) -> Image.Image:
    """The picture as it is shown: turned as its EXIF says, on white where it is transparent."""
    turn = _TURNS.get(_orientation(picture))
    turned = picture if turn is None else picture.transpose(turn)
    if not turned.has_transparency_data:
        return turned.convert("RGB")
    shown = turned.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown).convert("RGB")


def _orientation(picture: Image.Image) -> int:
    """How it was held; 1, as it is stored, also when the metadata that says so is damaged."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            said = picture.getexif().get(Base.Orientation, 1)
        except DAMAGED_EXIF:
            return 1
    return said if isinstance(said, int) else 1


def _can_open_heic() -> bool:
    """Whether the optional decoder is installed; it is made known to Pillow when it is."""
    if find_spec("pillow_heif") is None:
        return False
    import_module("pillow_heif").register_heif_opener()
    return True
