"""A picture file goes in; the kinds of data it holds beside its pixels come out.

JPEG: ITU T.81 and the registered APPn uses. PNG: W3C PNG 3. WebP: RFC 9649. C2PA: JUMBF in APP11,
``caBX`` and ``C2PA``. Whatever is not known to be harmless is named ``other``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

KINDS = (
    "c2pa", "comment", "exif", "frames", "icc", "iptc", "other", "text", "thumbnail", "time",
    "trailing", "xmp", "not_listed",
)  # fmt: skip

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_HARMLESS = frozenset(
    (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sRGB", b"gAMA", b"cHRM", b"sBIT", b"bKGD")
)
_PNG_KINDS = {
    b"tEXt": "text", b"zTXt": "text", b"iTXt": "text", b"tIME": "time", b"eXIf": "exif",
    b"iCCP": "icc", b"caBX": "c2pa", b"acTL": "frames", b"fcTL": "frames", b"fdAT": "frames",
}  # fmt: skip
_WEBP_HARMLESS = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH"))
_WEBP_KINDS = {
    b"EXIF": "exif", b"XMP ": "xmp", b"ICCP": "icc", b"ANIM": "frames", b"ANMF": "frames",
    b"C2PA": "c2pa",
}  # fmt: skip
_JPEG_KINDS = (
    (0xE0, b"JFIF", ""), (0xE0, b"JFXX", "thumbnail"), (0xE1, b"Exif", "exif"),
    (0xE1, b"http://ns.adobe.com/", "xmp"), (0xE2, b"ICC_PROFILE", "icc"), (0xE2, b"MPF", "frames"),
    (0xEB, b"JP", "c2pa"), (0xED, b"", "iptc"), (0xEE, b"Adobe", ""), (0xFE, b"", "comment"),
)  # fmt: skip
# inside coded pixels, FF is followed by 00 or a restart mark; anything else ends them
_JPEG_MARK = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")


def carried(raw: bytes) -> tuple[str, ...]:
    """The kinds found, sorted; ``not_listed`` for a format whose parts are not walked here."""
    if raw.startswith(b"\xff\xd8"):
        found = _of_jpeg(raw)
    elif raw.startswith(_PNG):
        found = _of_png(raw)
    elif raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        found = _of_webp(raw)
    else:
        return ("not_listed",)
    return tuple(sorted({kind for kind in found if kind}))


def _of_jpeg(raw: bytes) -> Iterator[str]:
    at = 2
    while True:
        mark = _JPEG_MARK.search(raw, at)
        if mark is None:
            return
        code = mark.group()[-1]
        if code == 0xD9:
            break
        length = int.from_bytes(raw[mark.end() : mark.end() + 2], "big")
        yield _jpeg_kind(code, raw[mark.end() + 2 : mark.end() + 34])
        at = mark.end() + max(length, 2)
    if raw[mark.end() :].strip(b"\0"):
        yield "trailing"


def _jpeg_kind(code: int, opening: bytes) -> str:
    """The kind of a segment; quantisation, Huffman and frame segments are how pixels are coded."""
    for known, start, kind in _JPEG_KINDS:
        if code == known and opening.startswith(start):
            return kind
    return "other" if 0xE0 <= code <= 0xEF else ""


def _of_png(raw: bytes) -> Iterator[str]:
    at = len(_PNG)
    while at + 12 <= len(raw):
        size, kind = int.from_bytes(raw[at : at + 4], "big"), raw[at + 4 : at + 8]
        if kind == b"iTXt" and raw[at + 8 :].startswith(b"XML:com.adobe.xmp"):
            yield "xmp"
        elif kind not in _PNG_HARMLESS:
            yield _PNG_KINDS.get(kind, "other")
        at += 12 + size
        if kind == b"IEND":
            break
    if raw[at:]:
        yield "trailing"


def _of_webp(raw: bytes) -> Iterator[str]:
    at, end = 12, 8 + int.from_bytes(raw[4:8], "little")
    while at + 8 <= min(end, len(raw)):
        kind, size = raw[at : at + 4], int.from_bytes(raw[at + 4 : at + 8], "little")
        if kind not in _WEBP_HARMLESS:
            yield _WEBP_KINDS.get(kind, "other")
        at += 8 + size + (size & 1)
    if raw[end:]:
        yield "trailing"
