"""Tella's metadata file, one header and one row, goes in; what it says of its picture comes out.

As Tella for Android writes it: commas in values become spaces, so nothing is quoted. The columns
about the place stand there only when the telephone knew one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

HEADER = ("File hash", "File path", "File name", "Cells", "WiFis", "Timestamp")
_END = "Device ID"

# what a camera app knows about whoever holds it: kept in the original, not read
_REVEALING = frozenset({
    "File path", "Cells", "WiFis", "Location accuracy", "Location altitude", "Location latitude",
    "Location longitude", "Location timestamp", "Location provider", "Location speed", "Locale",
    "IPv6", "IPv4", "Language", "Network type", "Network", "WiFi MAC", "Device ID",
    "Manufacturer", "Hardware", "Screen size", "Ambient temperature", "Light",
})  # fmt: skip
_HASH = re.compile(r"[0-9a-fA-F]{64}")
_MILLISECONDS = re.compile(r"[0-9]{12,14}")


@dataclass(frozen=True, slots=True)
class Told:
    """What the metadata says; ``sha256`` is what Tella computed, ``""`` when it is none."""

    file: str
    sha256: str
    stamp: str
    taken: datetime | None
    revealing: int


def is_metadata(names: tuple[str, ...]) -> bool:
    """Whether these are the columns of Tella's metadata."""
    return names[: len(HEADER)] == HEADER and names[-1] == _END


def told(names: tuple[str, ...], values: tuple[str, ...]) -> Told:
    """What the row says; one value for each name."""
    said = dict(zip(names, values, strict=True))
    claimed = said["File hash"].strip()
    return Told(
        file=said["File name"],
        sha256=claimed.lower() if _HASH.fullmatch(claimed) else "",
        stamp=said["Timestamp"],
        taken=_moment(said["Timestamp"].strip()),
        revealing=sum(1 for name in names if name in _REVEALING and said[name].strip()),
    )


def _moment(written: str) -> datetime | None:
    """Milliseconds since 1970 in UTC, to the second."""
    if not _MILLISECONDS.fullmatch(written) or not int(written):
        return None
    return datetime.fromtimestamp(int(written) // 1000, UTC)
