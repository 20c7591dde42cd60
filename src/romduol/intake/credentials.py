"""Whether bytes carry content credentials (C2PA): seen, not judged.

Credentials are written by the camera or program that made a file and are lost in almost every
messenger; that a file has none says nothing about it, and nothing here turns that into a finding.
"""

from __future__ import annotations

# ISO 19566-5 description box of a C2PA manifest store: "jumd", then the UUID of its content type
# (C2PA specification, 11.1.4.2). The same in JPEG, PNG, WebP, HEIC, MP4 and PDF.
_STORE = b"jumd" + bytes.fromhex("6332706100110010800000aa00389b71")


def carried_by(raw: bytes) -> bool:
    """Whether a C2PA manifest store begins somewhere in ``raw``."""
    return _STORE in raw
