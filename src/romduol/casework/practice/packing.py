"""Archives with the same bytes every time: fixed dates, fixed order, no compression level drift."""

from __future__ import annotations

import io
import zipfile

_WHEN = (2025, 9, 22, 12, 0, 0)


def packed(members: dict[str, bytes], comment: str = "") -> bytes:
    """A zip of ``members`` in their order, stored uncompressed so that no zlib can change it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = comment.encode("ascii")
        for name, content in members.items():
            archive.writestr(_entry(name), content)
    return held.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _WHEN)
    entry.create_system = 3  # the same on every platform
    entry.external_attr = 0o644 << 16
    return entry
