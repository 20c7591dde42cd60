"""The tag files of a bag: BagIt 1.0 (RFC 8493) with SHA-256, written in one way only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath

DECLARATION, INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
PAYLOAD = "data/"
DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*%]')
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_LONGEST_NAME = 180  # bytes of UTF-8: file systems stop at 255


class NotAManifest(ValueError):
    """The bytes are no manifest in the form ``manifest`` writes."""


def manifest(hashes: Mapping[str, str]) -> bytes:
    """A manifest of SHA-256 hashes in hex by path, sorted by path (RFC 8493, 2.1.3)."""
    lines = (f"{hashes[path]}  {path}\n" for path in sorted(hashes))
    return "".join(lines).encode()


def read_manifest(data: bytes) -> dict[str, str]:
    """The inverse of ``manifest``; raises ``NotAManifest`` for bytes it would not have written."""
    try:
        lines = data.decode().split("\n")[:-1]
        found = {m[2]: m[1] for line in lines if (m := _LINE.fullmatch(line))}
    except UnicodeDecodeError as error:
        raise NotAManifest from error
    if manifest(found) != data:
        raise NotAManifest
    return found


def info(bag: str, day: str, agent: str, sizes: Mapping[str, int]) -> bytes:
    """``bag-info.txt``: which bag, when, by what, and the payload's bytes and number of files."""
    rows = {
        "External-Identifier": bag,
        "Bagging-Date": day,
        "Bag-Software-Agent": agent,
        "Payload-Oxum": f"{sum(sizes.values())}.{len(sizes)}",
    }
    return "".join(f"{label}: {value}\n" for label, value in rows.items()).encode()


def item_path(code: str, name: str, *, named: bool) -> str:
    """Where an original stands in the bag: its code and extension; its own name only if wanted."""
    if named:
        return f"{PAYLOAD}items/{code}/{_safe(name)}"
    suffix = PurePosixPath(name).suffix.lower()
    return f"{PAYLOAD}items/{code}{suffix if _SUFFIX.fullmatch(suffix) else ''}"


def _safe(name: str) -> str:
    """The name without what some file system, or the manifest's own escaping, would trip over."""
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .") or "original"
    stem, suffix = PurePosixPath(plain).stem, PurePosixPath(plain).suffix
    while len((stem + suffix).encode()) > _LONGEST_NAME:
        stem, suffix = (stem[:-1], suffix) if stem else ("original", "")
    return stem + suffix
