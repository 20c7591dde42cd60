"""A picture goes in; what its bytes and its name say about it comes out, as found."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from PIL import Image
from PIL.ExifTags import IFD, Base

from romduol.casebook.evidence import Note
from romduol.intake import credentials
from romduol.intake.filenames import Named, named
from romduol.intake.pictures.hashing import dhash
from romduol.intake.pictures.opening import DAMAGED_EXIF, kind_of, upright


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What was found. Times are as written; what is absent means nothing, messengers remove it.

    ``taken`` and ``taken_offset`` are EXIF's (local clock; ``"+07:00"`` or ``""``); ``changed`` is
    PNG's tIME, in UTC. ``place`` says that coordinates are inside the original, and no more: they
    stay there. ``device`` and ``program`` are words of the file: seal them.
    """

    sha256: str
    dhash: int
    kind: str
    width: int
    height: int
    frames: int
    named: Named
    taken: datetime | None = None
    taken_offset: str = ""
    changed: datetime | None = None
    said_screenshot: bool = False  # EXIF UserComment "Screenshot", as iOS writes it
    place: bool = False
    texts: int = 0  # PNG text chunks, XMP packets, comments
    device: str = ""
    program: str = ""
    credentials: bool = False
    metadata_damaged: bool = False  # there is EXIF, and it cannot be read


def examine(raw: bytes, name: str, picture: Image.Image) -> PictureFacts:
    """Everything ``raw`` says about the picture decoded from it."""
    read = _exif(picture)
    exif = read or {}
    shown = upright(picture)
    return PictureFacts(
        sha256=sha256(raw).hexdigest(),
        dhash=dhash(shown),
        kind=kind_of(raw[:16]),
        width=shown.width,
        height=shown.height,
        frames=getattr(picture, "n_frames", 1),
        named=named(name),
        taken=_exif_time(exif.get(Base.DateTimeOriginal, exif.get(Base.DateTime, ""))),
        taken_offset=_word(exif.get(Base.OffsetTimeOriginal, "")),
        changed=_png_time(raw),
        said_screenshot=_word(exif.get(Base.UserComment, "")) == "Screenshot",
        place=bool(exif.get(IFD.GPSInfo)),
        texts=_texts(picture),
        device=f"{_word(exif.get(Base.Make, ''))} {_word(exif.get(Base.Model, ''))}".strip(),
        program=_word(exif.get(Base.Software, "")),
        credentials=credentials.carried_by(raw),
        metadata_damaged=read is None,
    )


def notes(facts: PictureFacts) -> list[Note]:
    """What a person should know of ``facts``; times and counts only, no word of the file."""
    return [Note(f"note.pictures.{name}", found) for name, found in _said(facts)]


def _said(facts: PictureFacts) -> Iterator[tuple[str, tuple[tuple[str, str | int], ...]]]:
    size = (("width", facts.width), ("height", facts.height))
    yield "size", (("kind", facts.kind), *size)
    if facts.named.at is not None:
        app = facts.named.app or "-"
        yield "named", (("made", facts.named.made), ("at", _shown(facts.named)), ("app", app))
    if facts.said_screenshot:
        yield "said_screenshot", ()
    if facts.taken is not None:
        offset = facts.taken_offset or "-"
        yield "taken", (("at", facts.taken.isoformat(" ")), ("offset", offset))
    if facts.changed is not None:
        yield "changed", (("at", facts.changed.strftime("%Y-%m-%d %H:%M:%S")),)
    if facts.place:
        yield "place", ()
    if facts.texts:
        yield "texts", (("count", facts.texts),)
    if facts.frames > 1:
        yield "frames", (("count", facts.frames),)
    if facts.credentials:
        yield "credentials", ()
    if facts.metadata_damaged:
        yield "metadata_damaged", ()


def _shown(name: Named) -> str:
    at = name.at
    if at is None:
        return ""
    form = "%Y-%m-%d %H:%M:%S" if name.precision == "second" else "%Y-%m-%d"
    return at.strftime(form) + (" UTC" if at.tzinfo else "")


def _exif(picture: Image.Image) -> dict[int, Any] | None:
    """Tags of the main and the Exif directory, and the GPS directory under its own tag; none when
    they are too damaged to be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's doubts about damaged tags
        try:
            exif = picture.getexif()
            return {
                **dict(exif),
                **exif.get_ifd(IFD.Exif),
                IFD.GPSInfo: exif.get_ifd(IFD.GPSInfo),
            }
        except DAMAGED_EXIF:
            return None


def _word(value: object) -> str:
    """A tag's text; ``UserComment`` carries its encoding in eight bytes before it (Exif 2.32)."""
    if isinstance(value, bytes):
        body = value[8:] if value[:8] in (b"ASCII\0\0\0", b"\0" * 8) else value
        return body.rstrip(b"\0 ").decode("ascii", "replace")
    return value.rstrip("\0 ") if isinstance(value, str) else ""


def _exif_time(value: object) -> datetime | None:
    try:
        return datetime.strptime(_word(value), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  # local clock
    except ValueError:
        return None


def _png_time(raw: bytes) -> datetime | None:
    """PNG's tIME chunk (W3C PNG 11.3.6): the last change, UTC."""
    for kind, body in _png_chunks(raw):
        if kind == b"tIME" and len(body) == 7:
            year, month, day, *clock = struct.unpack(">HBBBBB", body)
            try:
                return datetime(year, month, day, *clock).replace(tzinfo=UTC)  # noqa: DTZ001
            except ValueError:
                return None
    return None


def _png_chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8 if raw.startswith(b"\x89PNG\r\n\x1a\n") else len(raw)
    while at + 12 <= len(raw):
        size = int.from_bytes(raw[at : at + 4], "big")
        yield raw[at + 4 : at + 8], raw[at + 8 : at + 8 + size]
        at += 12 + size


def _texts(picture: Image.Image) -> int:
    written = [k for k in ("comment", "xmp") if picture.info.get(k)]
    return len(written) + len(getattr(picture, "text", {}))
